// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/monitor_api.hpp"

#include <algorithm>
#include <charconv>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "monitor/follow_store.hpp"
#include "monitor/pages/api_schemas.hpp"
#include "monitor/pages/filter.hpp"
#include "monitor/pages/observation_export.hpp"
#include "monitor/pages/rows.hpp"
#include "monitor/pages/watch_parts.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;
using pagekit::Answer;
using pagekit::Call;

constexpr int places_max = 100;
constexpr int imports_max = 100;
constexpr int notes_max = 500;
constexpr int weeks_default = 52;
constexpr int weeks_max = 520;

constexpr std::string_view parameters_remedy = "/api/v1/openapi.json describes every parameter";

std::unexpected<base::Error> unknown_value(std::string_view name, std::string_view value,
                                           std::string_view what) {
  constexpr std::size_t shown_bytes_max = 100;
  return base::fail(
      base::ErrorCode::invalid_input,
      "\"" + base::printable(base::cut(value, shown_bytes_max)) + "\" is " + std::string(what),
      std::string(name), std::string(parameters_remedy));
}

/// BCP 47 in outline: letters, then parts of letters and digits.
bool looks_like_language(std::string_view tag) {
  constexpr std::size_t part_max = 8;
  bool first = true;
  while (true) {
    const auto part = tag.substr(0, tag.find('-'));
    const bool good = std::ranges::all_of(part, [&](char c) {
      const char lower = static_cast<char>(c | 0x20);
      return (lower >= 'a' && lower <= 'z') || (!first && c >= '0' && c <= '9');
    });
    if (!good || part.size() > part_max || part.size() < (first ? 2U : 1U)) return false;
    if (part.size() == tag.size()) return true;
    tag.remove_prefix(part.size() + 1);
    first = false;
  }
}

/// A filter that cannot be used is an error here: a program cannot read a hint.
base::Result<HappeningFilter> strict_filter(const Page& page) {
  auto filter = read_filter(page);
  if (!filter) return passed(filter);
  if (!filter->problem.empty())
    return base::fail(base::ErrorCode::invalid_input, filter->problem, page.call.request.path,
                      std::string(parameters_remedy));
  const auto kind = page.call.query.get("kind");
  if (!kind.empty() && !is_known_kind(page, kind))
    return unknown_value("kind", kind, "no kind of event, PLOVER type or watch measure");
  const auto language = page.call.query.get("language");
  if (!language.empty() && !looks_like_language(language))
    return unknown_value("language", language, "no language tag such as \"en\" or \"pt-BR\"");
  return std::move(filter->filter);
}

/// A list's cursor: a number that an answer gave as `next`; 0 where none is given.
base::Result<std::int64_t> cursor_of(const Page& page) {
  const auto text = page.call.query.get("after");
  std::int64_t cursor = 0;
  if (text.empty()) return cursor;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), cursor);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || cursor < 0)
    return base::fail(base::ErrorCode::invalid_input, "this is no cursor that an answer gave",
                      "after", "give `next` of the page before, or nothing");
  return cursor;
}

Answer observations(const Page& page) {
  auto filter = strict_filter(page);
  if (!filter) return passed(filter);
  auto found = page.reader.happenings(*filter);
  if (!found) return passed(found);
  json::array rows;
  for (const auto& happening : found->rows)
    rows.push_back(happening_json(page.parts.measures, happening));
  json::value next = nullptr;
  if (!found->next.empty()) next = found->next;
  return pagekit::json_response(json::object{{"clusters", std::move(rows)}, {"next", next}});
}

Answer observation(const Page& page) {
  const auto id = path_id(page.call);
  if (!id) return std::unexpected(id.error());
  auto seen = page.reader.observation(*id);
  if (!seen) return passed(seen);
  auto tellings = page.reader.tellings(seen->happening);
  if (!tellings) return passed(tellings);
  auto out = observation_json(page.parts.measures, *seen);
  out["text"] = seen->text.empty() ? json::value(nullptr) : json::value(seen->text);
  out["begin"] = seen->span.end > seen->span.begin ? json::value(seen->span.begin) : nullptr;
  out["end"] = seen->span.end > seen->span.begin ? json::value(seen->span.end) : nullptr;
  json::array others;
  for (const auto& telling : *tellings)
    if (telling.id != seen->id) others.push_back(observation_json(page.parts.measures, telling));
  out["cluster"] = std::move(others);
  return pagekit::json_response(out);
}

Answer places(const Page& page) {
  const auto name = page.call.query.get("name");
  auto found = name.empty() ? page.reader.areas() : page.reader.find_places(name, places_max);
  if (!found) return passed(found);
  // Areas come by rising id, so the last id given is the cursor.
  const auto after = cursor_of(page);
  if (!after) return std::unexpected(after.error());
  std::ranges::sort(*found, {}, &StoredPlace::id);
  json::array rows;
  json::value next = nullptr;
  for (const auto& place : *found) {
    if (place.id <= *after) continue;
    if (rows.size() == static_cast<std::size_t>(places_max)) {
      next = std::to_string(rows.back().as_object().at("id").as_int64());
      break;
    }
    rows.push_back(place_json(place));
  }
  return pagekit::json_response(json::object{{"places", std::move(rows)}, {"next", next}});
}

Answer place(const Page& page) {
  const auto id = path_id(page.call);
  if (!id) return std::unexpected(id.error());
  auto found = page.reader.place(*id);
  if (!found) return passed(found);
  return pagekit::json_response(place_json(*found));
}

base::Result<int> weeks_asked(const Page& page) {
  const auto text = page.call.query.get("weeks");
  if (text.empty()) return weeks_default;
  int weeks = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), weeks);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || weeks < 1 ||
      weeks > weeks_max)
    return base::fail(base::ErrorCode::invalid_input, "not a number of weeks", "weeks",
                      "give a whole number from 1 to " + std::to_string(weeks_max));
  return weeks;
}

std::string_view unit_name(CountedUnit unit) {
  return unit == CountedUnit::killed ? "people_killed" : "clusters";
}

Answer timeline(const Page& page) {
  const auto id = path_id(page.call);
  if (!id) return std::unexpected(id.error());
  auto weeks = weeks_asked(page);
  if (!weeks) return passed(weeks);
  auto place = page.reader.place(*id);
  if (!place) return passed(place);
  std::string measure(page.call.query.get("measure"));
  if (measure.empty()) measure = measure_of_all;
  auto series = page.parts.watch.weeks(*id, measure, *weeks);
  if (!series) return passed(series);
  json::array rows;
  for (const auto& week : *series)
    rows.push_back(
        json::object{{"week_from", base::format_day(week.first)},
                     {"observed", week.observed},
                     {"count", week.observed ? json::value(week.count) : json::value(nullptr)},
                     {"usual_low", week.usual_low},
                     {"usual_high", week.usual_high},
                     {"unusual", week.unusual()}});
  return pagekit::json_response(json::object{{"place", place_json(*place)},
                                             {"measure", measure},
                                             {"unit", unit_name(watched_unit(page, measure))},
                                             {"weeks", std::move(rows)}});
}

json::object reason_json(const Labels& labels, const WatchReason& reason) {
  return {{"measure", reason.measure},
          {"name", labels.measure(reason.measure)},
          {"direction", reason.up ? "up" : "down"},
          {"unit", unit_name(reason.unit)},
          {"count", reason.now},
          {"usual", reason.usual},
          {"window_days", reason.window_days},
          {"seen_this_high", reason.seen_this_high},
          {"past_years", reason.past_years},
          {"unusual", reason.unusual},
          {"since", base::format_day(reason.first_alarm)}};
}

Answer watch(const Page& page) {
  auto list = page.parts.watch.current();
  if (!list) return passed(list);
  json::array rows;
  for (const auto& moved : (*list)->places) {
    json::array reasons;
    for (const auto& reason : moved.reasons) reasons.push_back(reason_json(page.labels, reason));
    rows.push_back(json::object{{"place", place_json(moved.place)},
                                {"exercise", moved.exercise},
                                {"reasons", std::move(reasons)}});
  }
  return pagekit::json_response(
      json::object{{"day", base::format_day((*list)->day)},
                   {"false_alarms_per_year", (*list)->false_alarms_per_year},
                   {"places_looked_at", (*list)->places_looked_at},
                   {"places_not_judged", (*list)->places_not_judged},
                   {"places", std::move(rows)}});
}

json::object import_json(const StoredImport& import) {
  return {{"id", import.id},
          {"format", import.format},
          {"sha256", import.sha256},
          {"bytes", import.bytes},
          {"licence_note", import.licence_note},
          {"fetched", base::format_instant(import.fetched)},
          {"state", import.state},
          {"problem", import.problem.empty() ? json::value(nullptr) : json::value(import.problem)},
          {"exercise", import.exercise},
          {"rows", import.counts.rows()},
          {"kept", import.counts.kept},
          {"duplicate", import.counts.duplicate},
          {"out_of_scope", import.counts.out_of_scope},
          {"rejected", import.counts.rejected}};
}

Answer imports(const Page& page) {
  const auto before = cursor_of(page);
  if (!before) return std::unexpected(before.error());
  auto found = page.reader.imports(imports_max + 1, *before);
  if (!found) return passed(found);
  json::value next = nullptr;
  if (found->size() > static_cast<std::size_t>(imports_max)) {
    found->resize(imports_max);
    next = std::to_string(found->back().id);
  }
  json::array rows;
  for (const auto& import : *found) rows.push_back(import_json(import));
  return pagekit::json_response(json::object{{"imports", std::move(rows)}, {"next", next}});
}

Answer feeds_followed(const Page& page) {
  auto followed = followed_addresses(page.reader);
  if (!followed) return passed(followed);
  json::array rows;
  for (const auto& feed : *followed)
    rows.push_back(json::object{
        {"address", shown_address(feed.address)},
        {"failures", feed.failures},
        {"last_success", feed.last_success ? json::value(base::format_instant(*feed.last_success))
                                           : json::value(nullptr)},
        {"last_error",
         feed.last_error.empty() ? json::value(nullptr) : json::value(feed.last_error)},
        {"next_poll", base::format_instant(feed.next_poll)}});
  return pagekit::json_response(json::object{{"feeds", std::move(rows)}});
}

Answer import(const Page& page) {
  const auto id = path_id(page.call);
  if (!id) return std::unexpected(id.error());
  auto found = page.reader.import(*id);
  if (!found) return passed(found);
  auto notes = page.reader.notes(*id, notes_max);
  if (!notes) return passed(notes);
  auto out = import_json(*found);
  json::array rows;
  for (const auto& note : *notes)
    rows.push_back(
        json::object{{"line", note.line}, {"bucket", note.bucket}, {"reason", note.reason}});
  out["notes"] = std::move(rows);
  return pagekit::json_response(out);
}

Answer indicators(const Page& page) {
  auto day = last_day(page);
  if (!day) return passed(day);
  constexpr std::chrono::days window{28};
  const auto from = *day - window + std::chrono::days{1};
  auto counts = page.reader.indicator_counts(from);
  if (!counts) return passed(counts);
  json::array rows;
  for (const auto& indicator : page.parts.framework.indicators()) {
    const auto found = counts->find(indicator.id);
    rows.push_back(json::object{{"id", indicator.id},
                                {"number", indicator.un_number},
                                {"factor", indicator.factor},
                                {"label", indicator.label},
                                {"basis", indicator.basis},
                                {"clusters", found == counts->end() ? 0 : found->second}});
  }
  return pagekit::json_response(json::object{{"from", base::format_day(from)},
                                             {"to", base::format_day(*day)},
                                             {"indicators", std::move(rows)}});
}

/// Opens the stream; what came since `after` is said at once.
Answer changes(const Page& page) {
  auto number = page.reader.change_number();
  if (!number) return passed(number);
  net::Response response;
  response.event_stream = true;
  std::int64_t known = *number;
  const auto after = page.call.query.get("after");
  std::from_chars(after.data(), after.data() + after.size(), known);
  if (known < *number) response.body = "event: change\ndata: {\"topic\":\"observations\"}\n\n";
  return response;
}

net::Response plain_text(std::string text) {
  net::Response response;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}};
  response.body = std::move(text);
  return response;
}

/// Prometheus' text form (version 0.0.4): plain counts of what the store holds.
Answer metrics(const Page& page) {
  auto sums = page.reader.import_sums();
  if (!sums) return passed(sums);
  std::string text;
  const auto add = [&text](std::string_view name, std::string_view help, std::uint64_t value) {
    const std::string metric = "tocsin_" + std::string(name);
    text += "# HELP " + metric + " " + std::string(help) + "\n# TYPE " + metric + " counter\n" +
            metric + " " + std::to_string(value) + "\n";
  };
  add("imports_total", "Imports recorded.", sums->imports);
  add("rows_kept_total", "Rows of feeds that were kept.", sums->counts.kept);
  add("rows_duplicate_total", "Rows that were there already.", sums->counts.duplicate);
  add("rows_out_of_scope_total", "Rows that are out of scope.", sums->counts.out_of_scope);
  add("rows_rejected_total", "Rows that could not be read.", sums->counts.rejected);
  auto response = plain_text(std::move(text));
  response.headers[0].second = "text/plain; version=0.0.4; charset=utf-8";
  return response;
}

using Handle = Answer (*)(const Page&);

struct ApiRoute {
  std::string_view pattern;
  std::string_view summary;
  Handle handle;
  std::vector<pagekit::Parameter> parameters;
  json::value schema;
};

/// What is counted week by week: all, each watch measure, the people killed in it, each indicator.
std::vector<std::string> counted_measures(const MonitorParts& parts) {
  std::vector<std::string> ids = {std::string(measure_of_all)};
  for (auto& id : parts.measures.ids()) {
    if (const auto killed = parts.measures.killed_in(id); !killed.empty()) ids.emplace_back(killed);
    ids.push_back(std::move(id));
  }
  for (const auto& indicator : parts.framework.indicators()) ids.push_back(indicator.id);
  return ids;
}

std::vector<ApiRoute> api_routes(const MonitorParts& parts) {
  const std::vector<pagekit::Parameter> cursor = {
      {"after", "The cursor `next` of the page before."}};
  return {
      {"/api/v1/observations", "Clusters of observations, newest first.", observations,
       filter_parameters(), schema_of_clusters()},
      {"/api/v1/observations/{id}",
       "One observation with its text and its cluster.",
       observation,
       {},
       schema_of_observation_in_full()},
      {"/api/v1/places",
       "Places that were observed: units by rising number, or those of a name.",
       places,
       {{"name", "Part of a name."}, cursor.front()},
       schema_of_places()},
      {"/api/v1/places/{id}", "One place.", place, {}, schema_of_place()},
      {"/api/v1/places/{id}/timeline",
       "Weekly counts of a place with what is usual there.",
       timeline,
       {{"measure", "A watch measure's or indicator's id, or all.", "string",
         counted_measures(parts)},
        {"weeks", "How many weeks, up to the last observed day.", "integer"}},
       schema_of_timeline()},
      {"/api/v1/watch", "Places that moved against their own past.", watch, {}, schema_of_watch()},
      {"/api/v1/imports", "Imports, newest first, with what became of their rows.", imports, cursor,
       schema_of_imports()},
      {"/api/v1/feeds",
       "Addresses that are followed: when each last answered, what failed, when it is asked next.",
       feeds_followed,
       {},
       schema_of_feeds()},
      {"/api/v1/imports/{id}",
       "One import with notes on rows that were left out.",
       import,
       {},
       schema_of_import_in_full()},
      {"/api/v1/indicators",
       "The 143 indicators with the clusters linked in the last 28 days.",
       indicators,
       {},
       schema_of_indicators()},
      {"/api/v1/changes",
       "A stream of server-sent events: `change`, with a topic.",
       changes,
       {{"after", "What the listener knows already.", "integer"}},
       json::object{}},
  };
}

}  // namespace

Answer csv_answer(const Page& page) {
  auto filter = strict_filter(page);
  if (!filter) return passed(filter);
  filter->rows_max = export_rows_max;
  auto found = page.reader.happenings(*filter);
  if (!found) return passed(found);
  net::Response response;
  response.headers = {{"Content-Type", "text/csv; charset=utf-8"},
                      {"Content-Disposition", "attachment; filename=\"observations.csv\""},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"}};
  response.body = observations_csv(page.parts.measures, found->rows);
  pagekit::compress(response, page.call.request);
  return response;
}

void add_monitor_api(pagekit::Router& router, const Shelf& shelf) {
  for (auto& route : api_routes(shelf.parts()))
    router.add({"GET", std::string(route.pattern), std::string(route.summary),
                std::move(route.parameters), std::move(route.schema),
                [shelf, handle = route.handle](const Call& call) {
                  return shelf.with_page(call, handle);
                }});
  router.add({"GET",
              "/api/v1/openapi.json",
              "This description.",
              {},
              json::object{},
              [&router, shelf](const Call&) -> Answer {
                return pagekit::json_response(router.openapi(shelf.parts().version));
              }});
  router.add(
      {"GET", "/healthz", {}, {}, {}, [](const Call&) -> Answer { return plain_text("ok\n"); }});
  router.add({"GET", "/readyz", {}, {}, {}, [shelf](const Call& call) {
                return shelf.with_page(call, [](const Page& page) -> Answer {
                  auto number = page.reader.change_number();
                  if (!number) return passed(number);
                  return plain_text("ready\n");
                });
              }});
  router.add({"GET", "/metrics", {}, {}, {}, [shelf](const Call& call) {
                return shelf.with_page(call, metrics);
              }});
}

}  // namespace tocsin::monitor::pages
