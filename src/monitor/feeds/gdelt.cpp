// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/gdelt.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "formats/csv.hpp"
#include "formats/lines.hpp"
#include "monitor/feeds/fields.hpp"
#include "monitor/feeds/headed_table.hpp"

namespace tocsin::monitor::feeds {

namespace {

using Fields = std::vector<std::string_view>;

/// Where one side of the event stands among the columns.
struct ActorColumns {
  std::size_t name;
  std::size_t country;
  std::size_t known_group;
  std::size_t type1;
  std::size_t type2;
  std::size_t type3;
};

struct Columns {
  std::size_t count;  ///< of the whole row
  std::size_t id = 0;
  std::size_t day = 1;
  ActorColumns source{6, 7, 8, 12, 13, 14};
  ActorColumns target{16, 17, 18, 22, 23, 24};
  std::size_t event_code = 26;
  std::size_t articles = 33;
  std::size_t geo_type;
  std::size_t geo_name;
  std::size_t geo_country;
  std::size_t latitude;
  std::size_t longitude;
  std::size_t added;
  std::size_t url;  ///< equal to `count` where the layout has none
};

constexpr Columns layout(std::size_t count, std::size_t geo_type, std::size_t latitude,
                         std::size_t added) {
  return {.count = count,
          .geo_type = geo_type,
          .geo_name = geo_type + 1,
          .geo_country = geo_type + 2,
          .latitude = latitude,
          .longitude = latitude + 1,
          .added = added,
          .url = added + 1};
}

constexpr Columns version_2 = layout(61, 51, 56, 59);
constexpr Columns version_1 = layout(58, 49, 53, 56);
constexpr Columns version_1_before_2013 = layout(57, 49, 53, 56);

const Columns* layout_of(std::size_t count) {
  for (const Columns* known : {&version_2, &version_1, &version_1_before_2013})
    if (known->count == count) return known;
  return nullptr;
}

bool is_digits(std::string_view cell) {
  return !cell.empty() && cell.find_first_not_of("0123456789") == std::string_view::npos;
}

/// GDELT's kinds of place to our precision (see FeedPlace).
std::uint8_t precision_of(std::string_view geo_type) {
  if (geo_type == "3" || geo_type == "4") return 1;  // city of the USA, city of the world
  if (geo_type == "2" || geo_type == "5") return 4;  // state of the USA, first-level unit
  return geo_type == "1" ? 5 : 0;
}

class GdeltReader final : public FeedReader {
 public:
  explicit GdeltReader(const Tables& tables) : tables_(tables) {}

  base::Status read(formats::ByteSource& source, RecordSink& sink) override {
    formats::PeekSource peek(source);
    auto head = peek.head(head_bytes);
    if (!head) return std::unexpected(std::move(head).error());
    const bool raw = head->substr(0, head->find('\n')).find('\t') != std::string_view::npos;
    return raw ? read_raw(peek, sink) : read_headed(peek, sink);
  }

 private:
  base::Status read_raw(formats::ByteSource& source, RecordSink& sink);
  base::Status read_headed(formats::ByteSource& source, RecordSink& sink);
  base::Status give(const Fields& fields, const Columns& columns, std::uint64_t line,
                    RecordSink& sink);
  bool fill(const Fields& fields, const Columns& columns);
  void fill_actor(const Fields& fields, const ActorColumns& columns, FeedActor& actor) const;
  bool fill_place(const Fields& fields, const Columns& columns);

  const Tables& tables_;
  FeedRecord record_;
  std::string reason_;
  std::string day_text_;
  std::optional<base::Day> day_;
  std::string added_text_;
  std::optional<base::Instant> added_;
};

base::Status GdeltReader::read_raw(formats::ByteSource& source, RecordSink& sink) {
  formats::LineReader lines(source);
  Fields fields;
  std::string repaired;
  const Columns* columns = nullptr;
  for (;;) {
    auto line = lines.next();
    if (!line) return std::unexpected(std::move(line).error());
    if (line->number == 0) return {};
    if (line->too_long) {
      sink.rejected(line->number, formats::too_long_reason());
      continue;
    }
    std::string_view text = line->text;
    if (text.empty()) continue;
    const LineBytes bytes = look_at_bytes(text);
    if (bytes == LineBytes::has_control) {
      sink.rejected(line->number, "the line holds control characters");
      continue;
    }
    if (bytes == LineBytes::needs_check && !base::is_utf8(text))
      text = repaired = base::to_utf8(text);
    const std::size_t count = formats::split(text, '\t', fields);
    if (columns == nullptr) columns = layout_of(count);
    if (columns == nullptr || count != columns->count) {
      sink.rejected(line->number,
                    "the row has " + std::to_string(count) + " columns, a GDELT event has " +
                        (columns == nullptr ? "61, 58 or 57" : std::to_string(columns->count)));
      continue;
    }
    if (auto done = give(fields, *columns, line->number, sink); !done) return done;
  }
}

base::Status GdeltReader::read_headed(formats::ByteSource& source, RecordSink& sink) {
  HeadedTable table(source);
  if (auto opened = table.open({}); !opened) return opened;
  const auto find = [&](std::string_view name) {
    return table.column(name).value_or(table.width());
  };
  Columns columns = version_1;
  columns.count = table.width();
  columns.id = find("GLOBALEVENTID");
  columns.day = find("SQLDATE");
  const auto actor = [&](const std::string& side) {
    return ActorColumns{find(side + "Name"),           find(side + "CountryCode"),
                        find(side + "KnownGroupCode"), find(side + "Type1Code"),
                        find(side + "Type2Code"),      find(side + "Type3Code")};
  };
  columns.source = actor("Actor1");
  columns.target = actor("Actor2");
  columns.event_code = find("EventCode");
  columns.articles = find("NumArticles");
  columns.geo_type = find("ActionGeo_Type");
  columns.geo_name = find("ActionGeo_FullName");
  columns.geo_country = find("ActionGeo_CountryCode");
  columns.latitude = find("ActionGeo_Lat");
  columns.longitude = find("ActionGeo_Long");
  columns.added = find("DATEADDED");
  columns.url = find("SOURCEURL");
  Fields fields;
  for (;;) {
    auto row = table.next(sink);
    if (!row) return std::unexpected(std::move(row).error());
    if (row->line == 0) return {};
    fields.assign(row->fields.begin(), row->fields.end());
    fields.emplace_back();  // what a column that the table lacks reads as
    if (auto done = give(fields, columns, row->line, sink); !done) return done;
  }
}

base::Status GdeltReader::give(const Fields& fields, const Columns& columns, std::uint64_t line,
                               RecordSink& sink) {
  if (!fill(fields, columns)) {
    sink.rejected(line, reason_);
    return {};
  }
  record_.line = line;
  return sink.kept(record_);
}

bool GdeltReader::fill(const Fields& fields, const Columns& columns) {
  FeedRecord& record = record_;
  record.kind = RecordKind::event;
  const auto id = fields[columns.id];
  if (!is_digits(id)) return reason_ = bad_cell("GLOBALEVENTID", id, "a number"), false;
  record.id.assign(id);
  // Neighbouring rows mostly have the same day and time, so these are read once.
  if (fields[columns.day] != day_text_) {
    day_text_ = fields[columns.day];
    day_ = read_day(day_text_);
  }
  record.date = day_;
  if (!record.date)
    return reason_ = bad_cell("SQLDATE", fields[columns.day], "a day of the calendar"), false;
  const auto code = fields[columns.event_code];
  const ActType* act = tables_.act_of_cameo(code);
  if (act == nullptr) return reason_ = bad_cell("EventCode", code, "a CAMEO code"), false;
  if (!read_number(fields[columns.articles], record.mentions) || record.mentions < 0)
    return reason_ = bad_cell("NumArticles", fields[columns.articles], "a count"), false;
  if (!fill_place(fields, columns)) return false;
  if (fields[columns.added] != added_text_) {
    added_text_ = fields[columns.added];
    added_ = read_stamp(added_text_);
  }
  record.published = added_;
  if (columns.url < fields.size())
    record.url.assign(fields[columns.url]);
  else
    record.url.clear();
  record.publisher.assign(host_of(record.url));
  if (!record.event) record.event.emplace();
  record.event->plover.assign(act->plover);
  record.event->cameo.assign(act->cameo);
  record.event->kind.assign(act->kind);
  fill_actor(fields, columns.source, record.event->source);
  fill_actor(fields, columns.target, record.event->target);
  record.labels.resize(1);
  record.labels[0].assign("cameo:").append(code);
  return true;
}

void GdeltReader::fill_actor(const Fields& fields, const ActorColumns& columns,
                             FeedActor& actor) const {
  actor.role.clear();
  for (const auto column : {columns.type1, columns.type2, columns.type3}) {
    const auto role = tables_.role_of_gdelt(fields[column]);
    if (role.empty()) continue;
    actor.role.assign(role);
    break;
  }
  // GDELT also writes codes of whole regions (AFR, WST) here; they are no country.
  const auto country = fields[columns.country];
  if (!country.empty() && tables_.country_of_alpha3(country) != nullptr)
    actor.country.assign(country);
  else
    actor.country.clear();
  // A name is kept only where GDELT knows an organised group; otherwise it may be a person's.
  if (fields[columns.known_group].empty())
    actor.group.clear();
  else
    actor.group.assign(fields[columns.name]);
}

bool GdeltReader::fill_place(const Fields& fields, const Columns& columns) {
  FeedPlace& place = record_.place;
  const auto type = fields[columns.geo_type];
  place.precision = precision_of(type);
  place.name.clear();
  place.admin1.clear();
  place.country.clear();
  place.latitude.reset();
  place.longitude.reset();
  if (place.precision == 0) return true;  // GDELT writes zeros where it knows no place
  reason_ = read_coordinates(fields[columns.latitude], fields[columns.longitude], place);
  if (!reason_.empty()) return false;
  place.country.assign(tables_.alpha2_of_fips(fields[columns.geo_country]));
  // "City, First-level unit, Country"; for a unit "Unit, Country".
  const auto name = fields[columns.geo_name];
  const auto comma = name.find(',');
  place.name.assign(name.substr(0, comma));
  if (comma == std::string_view::npos) return true;
  if (place.precision == 4) {
    place.admin1.assign(place.name);
    return true;
  }
  const auto rest = name.substr(comma + 1);
  const auto second = rest.find(',');
  if (second == std::string_view::npos) return true;
  const auto unit = base::trim(rest.substr(0, second));
  if (!unit.ends_with("(general)")) place.admin1.assign(unit);  // "Belarus (general)" is no unit
  return true;
}

}  // namespace

Likeness sniff_gdelt(std::string_view head) {
  const auto line = head.substr(0, head.find_first_of("\r\n"));
  if (line.find('\t') == std::string_view::npos)
    return header_has(head, {"GLOBALEVENTID", "SQLDATE", "EventCode", "ActionGeo_Type"})
               ? Likeness::certain
               : Likeness::no;
  Fields fields;
  if (layout_of(formats::split(line, '\t', fields)) == nullptr) return Likeness::no;
  return is_digits(fields[0]) && fields[1].size() == 8 && is_digits(fields[1]) ? Likeness::certain
                                                                               : Likeness::no;
}

std::unique_ptr<FeedReader> make_gdelt_reader(const Tables& tables) {
  return std::make_unique<GdeltReader>(tables);
}

}  // namespace tocsin::monitor::feeds
