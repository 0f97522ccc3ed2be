// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/acled.hpp"

#include <string>

#include "base/text.hpp"
#include "monitor/feeds/fields.hpp"
#include "monitor/feeds/headed_table.hpp"

namespace tocsin::monitor::feeds {

namespace {

class AcledReader final : public FeedReader {
 public:
  explicit AcledReader(const Tables& tables) : tables_(tables) {}

  base::Status read(formats::ByteSource& source, RecordSink& sink) override {
    formats::PeekSource peek(source);
    auto head = peek.head(head_bytes);
    if (!head) return std::unexpected(std::move(head).error());
    HeadedTable table(peek, likely_delimiter(*head));
    if (auto opened = table.open({"event_date", "event_type", "sub_event_type", "country"});
        !opened)
      return opened;
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

 private:
  std::string fill(const HeadedTable& table, FeedRecord& record) const;
  std::string fill_place(const HeadedTable& table, FeedPlace& place) const;
  std::string fill_event(const HeadedTable& table, FeedRecord& record) const;
  FeedActor actor(std::string_view name, std::string_view inter) const;
  std::string country_in_name(std::string_view name) const;

  const Tables& tables_;
};

/// ACLED: 1 the named place, 2 the part of a region, 3 the region (its codebook, "Geo-Precision").
std::uint8_t precision_of(std::string_view cell) {
  if (cell == "1") return 1;
  if (cell == "2") return 2;
  return cell == "3" ? 4 : 0;
}

std::string AcledReader::fill(const HeadedTable& table, FeedRecord& record) const {
  record.kind = RecordKind::noted_event;
  record.id = clean(table.cell("event_id_cnty"));
  if (record.id.empty()) record.id = clean(table.cell("data_id"));
  if (record.id.empty()) return "event_id_cnty is empty: the event has no id";
  record.text = clean(table.cell("notes"));
  if (!record.text.empty()) record.language = "en";  // ACLED writes its notes in English
  record.publisher = clean(table.cell("source"));
  record.date = read_day(table.cell("event_date"));
  if (!record.date)
    return bad_cell("event_date", table.cell("event_date"), "a day of the calendar");
  std::int64_t stamp = 0;
  if (read_number(table.cell("timestamp"), stamp) && stamp > 0 && stamp < 4'102'444'800)
    record.published = base::Instant{std::chrono::seconds{stamp}};  // up to the year 2100
  if (auto reason = fill_place(table, record.place); !reason.empty()) return reason;
  return fill_event(table, record);
}

std::string AcledReader::fill_place(const HeadedTable& table, FeedPlace& place) const {
  place.name = clean(table.cell("location"));
  place.admin1 = clean(table.cell("admin1"));
  const Country* country = tables_.country_of_alpha3(table.cell("iso3"));
  if (country == nullptr) country = tables_.country_of_name(table.cell("country"));
  if (country == nullptr)
    return bad_cell("country", table.cell("country"), "the name of a country that is known here");
  place.country = country->alpha2;
  place.precision = precision_of(table.cell("geo_precision"));
  return read_coordinates(table.cell("latitude"), table.cell("longitude"), place);
}

std::string AcledReader::fill_event(const HeadedTable& table, FeedRecord& record) const {
  const auto type = base::trim(table.cell("event_type"));
  const auto sub_type = base::trim(table.cell("sub_event_type"));
  const ActType* act = tables_.act_of_acled(type, sub_type);
  if (act == nullptr) return bad_cell("event_type", type, "an event type of ACLED");
  FeedEvent& event = record.event.emplace();
  event.plover = act->plover;
  event.cameo = act->cameo;
  event.kind = act->kind;
  event.source = actor(table.cell("actor1"), table.cell("inter1"));
  event.target = actor(table.cell("actor2"), table.cell("inter2"));
  record.labels = {clean(type), clean(sub_type)};
  for (const std::string_view name : {"disorder_type", "civilian_targeting"})
    if (auto label = clean(table.cell(name)); !label.empty()) record.labels.push_back(label);
  for (auto& tag : split_list(table.cell("tags"), ';')) record.labels.push_back(std::move(tag));
  return read_count(table.cell("fatalities"), "fatalities", event.killed);
}

FeedActor AcledReader::actor(std::string_view name, std::string_view inter) const {
  FeedActor actor;
  if (base::trim(name).empty()) return actor;
  actor.role = tables_.role_of_acled(name, base::trim(inter));
  actor.country = country_in_name(name);
  // Only organised armed groups are named; crowds, civilians and unknown attackers have a role.
  if (actor.role == "REB" || actor.role == "PAR") actor.group = clean(name);
  return actor;
}

/// The country of "Civilians (Chad)" or of "Military Forces of Chad (2016-2021)"; alpha-3.
std::string AcledReader::country_in_name(std::string_view name) const {
  const auto open = name.rfind('(');
  if (open != std::string_view::npos) {
    const auto inside = name.substr(open + 1);
    if (const auto* found = tables_.country_of_name(inside.substr(0, inside.find(')'))))
      return found->alpha3;
  }
  const auto of = name.find(" of ");
  if (of == std::string_view::npos) return {};
  const auto rest = name.substr(of + 4);
  const auto* found = tables_.country_of_name(rest.substr(0, rest.find('(')));
  return found == nullptr ? std::string() : found->alpha3;
}

}  // namespace

Likeness sniff_acled(std::string_view head) {
  return header_has(head,
                    {"event_id_cnty", "event_date", "event_type", "sub_event_type", "country"},
                    likely_delimiter(head))
             ? Likeness::certain
             : Likeness::no;
}

std::unique_ptr<FeedReader> make_acled_reader(const Tables& tables) {
  return std::make_unique<AcledReader>(tables);
}

}  // namespace tocsin::monitor::feeds
