// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/jsonl_reports.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "formats/json.hpp"
#include "formats/lines.hpp"
#include "monitor/feeds/fields.hpp"

namespace tocsin::monitor::feeds {

namespace {

using boost::json::value;

constexpr std::array<std::pair<std::string_view, RecordKind>, 3> kinds{{
    {"report", RecordKind::report},
    {"document", RecordKind::document},
    {"alert", RecordKind::alert},
}};

std::string fill_times(const value& object, FeedRecord& record) {
  const auto published = formats::text_member(object, "published");
  if (!published.empty()) {
    record.published = read_instant(published);
    if (!record.published) return bad_cell("published", published, "a date and time");
  }
  const auto date = formats::text_member(object, "date");
  if (!date.empty()) {
    record.date = read_day(date);
    if (!record.date) return bad_cell("date", date, "a day of the calendar");
  }
  return {};
}

std::string fill_place(const value& object, const Tables& tables, FeedPlace& place) {
  place.name = clean(formats::text_member(object, "place"));
  const auto code = base::trim(formats::text_member(object, "country"));
  if (!code.empty()) {
    const Country* country = tables.country_of_alpha2(code);
    if (country == nullptr) country = tables.country_of_alpha3(code);
    // A fictional country of an exercise has a user-assigned code (ISO 3166-1: XA to XZ, AA, …).
    const bool user_assigned = code.size() == 2 && (code[0] == 'X' || code == "AA" || code == "ZZ");
    if (country == nullptr && !user_assigned)
      return bad_cell("country", code, "an ISO 3166-1 code such as \"ML\"");
    place.country = country == nullptr ? std::string(code) : country->alpha2;
  }
  const auto latitude = formats::number_member(object, "latitude");
  const auto longitude = formats::number_member(object, "longitude");
  const bool latitude_given = formats::member(object, "latitude") != nullptr;
  const bool longitude_given = formats::member(object, "longitude") != nullptr;
  if (latitude_given != longitude_given)
    return "latitude and longitude come together or not at all";
  if (!latitude_given || (formats::member(object, "latitude")->is_null() &&
                          formats::member(object, "longitude")->is_null()))
    return {};
  if (!latitude || *latitude < -90 || *latitude > 90)
    return "latitude is not a number from -90 to 90";
  if (!longitude || *longitude < -180 || *longitude > 180)
    return "longitude is not a number from -180 to 180";
  place.latitude = *latitude;
  place.longitude = *longitude;
  place.precision = 1;
  return {};
}

std::string fill(const value& object, const Tables& tables, FeedRecord& record) {
  if (!object.is_object()) return "the line is not a JSON object";
  record.id = clean(formats::id_member(object, "id"));
  if (record.id.empty()) return "id is missing: give each report an id of its own";
  record.text = clean(formats::text_member(object, "text"));
  record.title = clean(formats::text_member(object, "title"));
  if (record.text.empty() && record.title.empty()) return "both text and title are missing";
  if (record.text.size() > base::report_bytes_max)
    return "text is longer than " + std::to_string(base::report_bytes_max) + " bytes";
  const auto kind = formats::text_member(object, "kind");
  if (!kind.empty()) {
    const auto* found = std::find_if(kinds.begin(), kinds.end(),
                                     [&](const auto& entry) { return entry.first == kind; });
    if (found == kinds.end()) return bad_cell("kind", kind, "report, document or alert");
    record.kind = found->second;
  }
  record.language = clean(formats::text_member(object, "language"));
  record.publisher = clean(formats::text_member(object, "publisher"));
  record.symbol = clean(formats::text_member(object, "symbol"));
  record.url = clean(formats::text_member(object, "url"));
  if (!record.url.empty() && !is_web_address(record.url))
    return bad_cell("url", record.url, "an http:// or https:// address");
  const auto* exercise = formats::member(object, "exercise");
  if (exercise != nullptr && !exercise->is_bool()) return "exercise is neither true nor false";
  record.exercise = exercise != nullptr && exercise->get_bool();
  if (auto reason = fill_times(object, record); !reason.empty()) return reason;
  if (auto reason = fill_place(object, tables, record.place); !reason.empty()) return reason;
  // A country that is none can only be an exercise's: it must not be taken for news of a real one.
  if (!record.place.country.empty() && tables.country_of_alpha2(record.place.country) == nullptr)
    record.exercise = true;
  return {};
}

class JsonlReportsReader final : public FeedReader {
 public:
  explicit JsonlReportsReader(const Tables& tables) : tables_(tables) {}

  base::Status read(formats::ByteSource& source, RecordSink& sink) override {
    formats::LineReader lines(source);
    for (;;) {
      auto line = lines.next();
      if (!line) return std::unexpected(std::move(line).error());
      if (line->number == 0) return {};
      if (line->too_long) {
        sink.rejected(line->number, formats::too_long_reason());
        continue;
      }
      std::string_view text = base::trim(line->text);
      if (line->number == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
      if (text.empty()) continue;
      auto object = formats::parse_json(text);
      if (!object) {
        sink.rejected(line->number, object.error().text());
        continue;
      }
      FeedRecord record;
      record.line = line->number;
      if (const std::string reason = fill(*object, tables_, record); !reason.empty()) {
        sink.rejected(line->number, reason);
        continue;
      }
      if (auto done = sink.kept(record); !done) return done;
    }
  }

 private:
  const Tables& tables_;
};

/// A line longer than the head can only be told by the names it holds.
bool holds_names_of_report(std::string_view line) {
  return line.starts_with('{') && line.find("\"id\"") != std::string_view::npos &&
         line.find("\"text\"") != std::string_view::npos;
}

bool is_report(std::string_view line) {
  if (!line.starts_with('{')) return false;
  const auto object = formats::parse_json(line);
  return object && formats::member(*object, "id") != nullptr &&
         (formats::member(*object, "text") != nullptr ||
          formats::member(*object, "title") != nullptr);
}

}  // namespace

Likeness sniff_jsonl_reports(std::string_view head) {
  // One damaged line at the begin must not hide what the file is.
  constexpr std::size_t lines_max = 20;
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  if (base::trim(head).starts_with('[')) return Likeness::no;  // an array, item by item
  std::size_t lines = 0;
  std::size_t reports = 0;
  while (!head.empty() && lines < lines_max) {
    const auto end = head.find('\n');
    const bool cut = end == std::string_view::npos && !base::trim(head).ends_with('}');
    const auto line = base::trim(head.substr(0, end));
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
    if (line.empty()) continue;
    const bool report = cut ? holds_names_of_report(line) : is_report(line);
    if (report && lines == 0) return Likeness::likely;
    ++lines;
    if (report) ++reports;
  }
  return reports > 0 && 2 * reports >= lines ? Likeness::likely : Likeness::no;
}

std::unique_ptr<FeedReader> make_jsonl_reports_reader(const Tables& tables) {
  return std::make_unique<JsonlReportsReader>(tables);
}

}  // namespace tocsin::monitor::feeds
