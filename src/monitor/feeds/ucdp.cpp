// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/ucdp.hpp"

#include <string>

#include "base/text.hpp"
#include "monitor/feeds/fields.hpp"
#include "monitor/feeds/headed_table.hpp"

namespace tocsin::monitor::feeds {

namespace {

constexpr std::size_t columns_until_2022 = 41;
constexpr std::size_t columns_since_2023 = 49;

class UcdpReader final : public FeedReader {
 public:
  explicit UcdpReader(const Tables& tables) : tables_(tables) {}
  base::Status read(formats::ByteSource& source, RecordSink& sink) override;

 private:
  std::string fill(const HeadedTable& table, FeedRecord& record) const;
  std::string fill_place(const HeadedTable& table, FeedPlace& place) const;
  std::string fill_event(const HeadedTable& table, FeedRecord& record) const;
  FeedActor actor(std::string_view name, std::string_view usual_role) const;

  const Tables& tables_;
};

/// The columns in the codebooks' order, for files without a header.
constexpr std::string_view names_until_2022 =
    "id year active_year type_of_violence conflict_new_id conflict_name dyad_new_id "
    "dyad_name side_a_new_id side_a side_b_new_id gwnob side_b number_of_sources "
    "source_article source_office source_date source_headline source_original where_prec "
    "where_coordinates adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country "
    "country_id region event_clarity date_prec date_start date_end deaths_a deaths_b "
    "deaths_civilians deaths_unknown low best high";
constexpr std::string_view names_since_2023 =
    "id relid year active_year code_status type_of_violence conflict_dset_id "
    "conflict_new_id conflict_name dyad_dset_id dyad_new_id dyad_name side_a_dset_id "
    "side_a_new_id side_a side_b_dset_id side_b_new_id side_b number_of_sources "
    "source_article source_office source_date source_headline source_original where_prec "
    "where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt "
    "priogrid_gid country country_id region event_clarity date_prec date_start date_end "
    "deaths_a deaths_b deaths_civilians deaths_unknown best high low gwnoa gwnob";

void name_columns(HeadedTable& table, std::size_t count) {
  std::vector<std::string> names;
  std::vector<std::string_view> words;
  formats::split(count == columns_since_2023 ? names_since_2023 : names_until_2022, ' ', words);
  names.assign(words.begin(), words.end());
  table.open_with(std::move(names));
}

/// UCDP: 1 exact, 2 within 25 km, 3 second-level unit, 4 first-level unit, 5 a part of the country
/// that is no unit, 6 the country, 7 international waters or air space.
std::uint8_t precision_of(std::string_view cell) {
  std::uint8_t precision = 0;
  if (!read_number(cell, precision)) return 0;
  if (precision == 5) return 4;
  if (precision == 6) return 5;
  return precision <= 4 ? precision : std::uint8_t{0};
}

base::Status UcdpReader::read(formats::ByteSource& source, RecordSink& sink) {
  formats::PeekSource peek(source);
  auto head = peek.head(head_bytes);
  if (!head) return std::unexpected(std::move(head).error());
  HeadedTable table(peek);
  if (header_has(*head, {"id", "type_of_violence"})) {
    if (auto opened = table.open({"id", "type_of_violence", "side_a", "side_b", "date_start",
                                  "date_end", "country", "best"});
        !opened)
      return opened;
  } else {
    name_columns(table, first_row(*head).size());
  }
  for (;;) {
    auto row = table.next(sink);
    if (!row) return std::unexpected(std::move(row).error());
    if (row->line == 0) return {};
    FeedRecord record;
    record.line = row->line;
    if (const std::string reason = fill(table, record); !reason.empty()) {
      sink.rejected(row->line, reason);
      continue;
    }
    if (auto done = sink.kept(record); !done) return done;
  }
}

std::string UcdpReader::fill(const HeadedTable& table, FeedRecord& record) const {
  record.kind = RecordKind::noted_event;
  record.id = clean(table.cell("id"));
  if (record.id.empty()) return "id is empty";
  record.text = clean(table.cell("source_headline"));
  record.publisher = clean(table.cell("source_office"));
  if (record.publisher.empty()) record.publisher = clean(table.cell("source_original"));
  record.date = read_day(table.cell("date_start"));
  if (!record.date)
    return bad_cell("date_start", table.cell("date_start"), "a day of the calendar");
  const auto last = read_day(table.cell("date_end"));
  if (!last) return bad_cell("date_end", table.cell("date_end"), "a day of the calendar");
  if (*last < *record.date) return "date_end lies before date_start";
  if (*last != *record.date) record.date_end = last;
  // Several articles may stand behind one event; -1 says that UCDP did not count them.
  std::int32_t articles = 0;
  if (read_number(table.cell("number_of_sources"), articles) && articles > 0)
    record.mentions = articles;
  if (auto reason = fill_place(table, record.place); !reason.empty()) return reason;
  return fill_event(table, record);
}

std::string UcdpReader::fill_place(const HeadedTable& table, FeedPlace& place) const {
  place.name = clean(table.cell("where_coordinates"));
  place.admin1 = clean(table.cell("adm_1"));
  const Country* country = tables_.country_of_name(table.cell("country"));
  if (country == nullptr)
    return bad_cell("country", table.cell("country"), "the name of a country that is known here");
  place.country = country->alpha2;
  place.precision = precision_of(table.cell("where_prec"));
  return read_coordinates(table.cell("latitude"), table.cell("longitude"), place);
}

std::string UcdpReader::fill_event(const HeadedTable& table, FeedRecord& record) const {
  const auto type = base::trim(table.cell("type_of_violence"));
  const ViolenceType* violence = tables_.violence_of_ucdp(type);
  if (violence == nullptr) return bad_cell("type_of_violence", type, "1, 2 or 3");
  FeedEvent& event = record.event.emplace();
  event.plover = violence->act.plover;
  event.cameo = violence->act.cameo;
  event.kind = violence->act.kind;
  event.source = actor(table.cell("side_a"), violence->role_a);
  event.target = actor(table.cell("side_b"), violence->role_b);
  record.labels = {violence->label, clean(table.cell("conflict_name"))};
  return read_count(table.cell("best"), "best", event.killed);
}

FeedActor UcdpReader::actor(std::string_view name, std::string_view usual_role) const {
  FeedActor actor;
  name = base::trim(name);
  if (name.empty()) return actor;
  constexpr std::string_view government = "Government of ";
  actor.role = usual_role;
  if (name.starts_with("Civilians")) {
    actor.role = "CVL";
  } else if (name.starts_with(government)) {
    actor.role = "MIL";
    if (const auto* country = tables_.country_of_name(name.substr(government.size())))
      actor.country = country->alpha3;
  } else {
    actor.group = clean(name);
  }
  return actor;
}

}  // namespace

Likeness sniff_ucdp(std::string_view head) {
  if (header_has(head, {"id", "type_of_violence", "side_a", "side_b", "best"}))
    return Likeness::certain;
  const auto row = first_row(head);
  if (row.size() != columns_until_2022 && row.size() != columns_since_2023) return Likeness::no;
  const bool new_layout = row.size() == columns_since_2023;
  const auto& type = row[new_layout ? 5 : 3];
  const bool fits = (type == "1" || type == "2" || type == "3") &&
                    row[new_layout ? 31 : 25].starts_with("point") &&
                    read_day(row[new_layout ? 38 : 32]).has_value();
  return fits ? Likeness::certain : Likeness::no;
}

std::unique_ptr<FeedReader> make_ucdp_reader(const Tables& tables) {
  return std::make_unique<UcdpReader>(tables);
}

}  // namespace tocsin::monitor::feeds
