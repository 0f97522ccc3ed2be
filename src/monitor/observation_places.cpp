// SPDX-License-Identifier: Apache-2.0
// The reader's third part: places.
#include <algorithm>
#include <map>

#include "monitor/observation_columns.hpp"
#include "monitor/observation_reader.hpp"
#include "monitor/rollup.hpp"
#include "store/query.hpp"

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

namespace {

/// What was counted at a place of a country in some days, without the place's own words.
struct CountAt {
  std::int64_t area_id = 0;
  bool has_position = false;
  std::int64_t count = 0;
};

// ?1: the word of the measure, ?2 and ?3: blocks, ?4: the area, ?5: its country.
constexpr std::string_view counts_of_places =
    "SELECT p.id, p.area_id, p.latitude IS NOT NULL AND p.longitude IS NOT NULL, r.block, r.days"
    " FROM place p JOIN rollup r ON r.place_id = p.id AND r.measure = ?1 AND r.block BETWEEN ?2"
    " AND ?3 WHERE p.area_id IN (SELECT id FROM place WHERE id = area_id AND (id = ?4 OR"
    " (country = ?5 AND ?5 <> '')))";
constexpr std::string_view counts_of_areas =
    "SELECT p.id, p.area_id, p.latitude IS NOT NULL AND p.longitude IS NOT NULL, r.block, r.days"
    " FROM place p JOIN area_rollup r ON r.area_id = p.id AND r.measure = ?1 AND r.block BETWEEN ?2"
    " AND ?3 WHERE p.id = p.area_id AND (p.id = ?4 OR (p.country = ?5 AND ?5 <> ''))";

Result<std::int64_t> clusters_within(std::string_view block_bytes, std::int32_t block,
                                     std::int32_t first, std::int32_t last) {
  auto days = decode_block(block_bytes);
  if (!days) return passed(days);
  std::int64_t sum = 0;
  for (const auto& day : *days) {
    const auto number = first_day_of_block(block) + day.offset;
    if (number >= first && number <= last) sum += day.counts.clusters;
  }
  return sum;
}

}  // namespace

// Cost sketch: one or two blocks of each of a country's places (1,300 in the largest of ten million
// rows: 10 ms), where counting happenings by their index took 80 ms.
Result<PlacesAround> ObservationReader::places_around(const StoredPlace& centre, base::Day from,
                                                      base::Day to, int count_max) {
  auto measure = word_id(rollup_of_all);
  if (!measure) return passed(measure);
  const auto first = base::day_number(from);
  const auto last = base::day_number(to);
  std::map<std::int64_t, CountAt> counts;
  base::Status read;
  for (const auto sql : {counts_of_areas, counts_of_places}) {
    auto done = store::each(
        database_, sql,
        [&](const store::Statement& row) {
          auto sum =
              clusters_within(row.text(4), static_cast<std::int32_t>(row.integer(3)), first, last);
          if (!sum) {
            read = passed(sum);
            return;
          }
          auto& at = counts[row.integer(0)];
          at.area_id = row.integer(1);
          at.has_position = row.integer(2) != 0;
          at.count += *sum;
          // An area counts with what lies in it: taken off again, its own remains.
          if (at.area_id != row.integer(0)) counts[at.area_id].count -= *sum;
        },
        *measure, static_cast<std::int64_t>(block_of(first)),
        static_cast<std::int64_t>(block_of(last)), centre.area_id,
        std::string_view(centre.country));
    if (!done) return passed(done);
    if (!read) return passed(read);
  }
  PlacesAround around;
  std::vector<std::pair<std::int64_t, CountAt>> others;
  for (const auto& [id, at] : counts) {
    // A unit counts with all that lies in it.
    if (id == centre.id || (centre.id == centre.area_id && at.area_id == centre.id))
      around.own += at.count;
    if (id != centre.id && at.count > 0 && at.has_position) others.emplace_back(id, at);
  }
  const auto rank = [&](const auto& entry) {
    return std::tuple(entry.second.area_id != centre.area_id, -entry.second.count, entry.first);
  };
  std::ranges::sort(others, {}, rank);
  if (others.size() > static_cast<std::size_t>(count_max))
    others.resize(static_cast<std::size_t>(count_max));
  for (const auto& [id, at] : others) {
    auto found = place(id);
    if (!found) return passed(found);
    around.others.push_back({std::move(*found), at.count});
  }
  return around;
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
