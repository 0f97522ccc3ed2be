// SPDX-License-Identifier: Apache-2.0
// The reader's third part: places.
#include "monitor/observation_columns.hpp"
#include "monitor/observation_reader.hpp"

namespace tocsin::monitor {

using base::ErrorCode;
using base::Result;

StoredPlace read_place(const store::Statement& row, int first) {
  StoredPlace place;
  place.id = row.integer(first);
  place.name = row.text(first + 1);
  place.country = row.text(first + 2);
  place.admin1 = row.text(first + 3);
  if (!row.is_null(first + 4)) place.latitude = row.real(first + 4);
  if (!row.is_null(first + 5)) place.longitude = row.real(first + 5);
  place.geoname_id = row.integer(first + 6);
  place.level = static_cast<std::uint8_t>(row.integer(first + 7));
  place.area_id = row.integer(first + 8);
  place.exercise = row.integer(first + 9) != 0;
  return place;
}

std::string like_pattern(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern.push_back('\\');
    pattern.push_back(c);
  }
  return pattern + "%";
}

Result<StoredPlace> ObservationReader::place(std::int64_t id) {
  auto select =
      database_.prepare("SELECT " + std::string(place_columns) + " FROM place p WHERE p.id = ?1");
  if (!select) return passed(select);
  (*select)->bind(1, id);
  auto row = (*select)->step();
  if (!row) return passed(row);
  if (!*row)
    return base::fail(ErrorCode::not_found, "there is no place with this number",
                      std::to_string(id));
  return read_place(**select, 0);
}

Result<std::vector<StoredPlace>> ObservationReader::find_places(std::string_view text,
                                                                int count_max) {
  auto select = database_.prepare(
      "SELECT " + std::string(place_columns) +
      " FROM place p WHERE p.name || ' ' || p.admin1 || ' ' || p.country LIKE ?1 ESCAPE '\\' ORDER "
      "BY p.level, p.name LIMIT ?2");
  if (!select) return passed(select);
  (*select)->bind(1, std::string_view(like_pattern(text)));
  (*select)->bind(2, count_max);
  std::vector<StoredPlace> list;
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) return list;
    list.push_back(read_place(**select, 0));
  }
}

Result<std::vector<StoredPlace>> ObservationReader::areas() {
  auto select =
      database_.prepare("SELECT " + std::string(place_columns) +
                        " FROM place p WHERE p.id = p.area_id ORDER BY p.country, p.name");
  if (!select) return passed(select);
  std::vector<StoredPlace> list;
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) return list;
    list.push_back(read_place(**select, 0));
  }
}

Result<std::vector<PlaceCount>> ObservationReader::places_around(const StoredPlace& centre,
                                                                 base::Day from, base::Day to,
                                                                 int count_max) {
  // The places of the same unit come first, then those of the country's other units.
  auto select = database_.prepare(
      "SELECT " + std::string(place_columns) +
      ", n.counted FROM (SELECT place_id, count(*) AS counted FROM happening WHERE area_id IN "
      "(SELECT id FROM place WHERE id = area_id AND (id = ?1 OR (country = ?4 AND ?4 <> ''))) AND "
      "day BETWEEN ?2 AND ?3 GROUP BY place_id) n JOIN place p ON p.id = n.place_id ORDER BY "
      "p.area_id = ?1 DESC, n.counted DESC, p.id LIMIT ?5");
  if (!select) return passed(select);
  (*select)->bind(1, centre.area_id);
  (*select)->bind(2, base::day_number(from));
  (*select)->bind(3, base::day_number(to));
  (*select)->bind(4, std::string_view(centre.country));
  (*select)->bind(5, count_max);
  std::vector<PlaceCount> list;
  for (;;) {
    auto row = (*select)->step();
    if (!row) return passed(row);
    if (!*row) return list;
    list.push_back({read_place(**select, 0), (*select)->integer(place_column_count)});
  }
}

Result<std::optional<Position>> ObservationReader::middle_of_area(std::int64_t area_id) {
  auto select = database_.prepare(
      "SELECT avg(latitude), avg(longitude) FROM place WHERE area_id = ?1 AND latitude IS NOT "
      "NULL");
  if (!select) return passed(select);
  (*select)->bind(1, area_id);
  auto row = (*select)->step();
  if (!row) return passed(row);
  if ((*select)->is_null(0)) return std::nullopt;
  return Position{(*select)->real(0), (*select)->real(1)};
}

}  // namespace tocsin::monitor
