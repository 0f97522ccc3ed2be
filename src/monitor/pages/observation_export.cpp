// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/observation_export.hpp"

#include <array>

#include "formats/csv.hpp"
#include "monitor/pages/rows.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t csv_excerpt_signs_max = 500;

json::value text_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return json::value(text);
}

template <class T>
json::value value_or_null(const std::optional<T>& value) {
  if (!value) return nullptr;
  return json::value(*value);
}

json::value actor_json(const StoredActor& actor) {
  if (actor.role.empty() && actor.country.empty() && actor.group.empty()) return nullptr;
  return json::object{{"role", text_or_null(actor.role)},
                      {"country", text_or_null(actor.country)},
                      {"group", text_or_null(actor.group)}};
}

std::string_view relation_name(std::uint8_t relation) {
  constexpr std::array<std::string_view, 3> names = {"first", "repeat", "update"};
  return names.at(std::min<std::size_t>(relation, names.size() - 1));
}

template <class T>
std::string text_of(const std::optional<T>& value) {
  return value ? std::to_string(*value) : std::string{};
}

}  // namespace

json::object place_json(const StoredPlace& place) {
  return {
      {"id", place.id},
      {"name", place.name},
      {"country", text_or_null(place.country)},
      {"admin1", text_or_null(place.admin1)},
      {"latitude", value_or_null(place.latitude)},
      {"longitude", value_or_null(place.longitude)},
      {"geoname_id", place.geoname_id == 0 ? json::value(nullptr) : json::value(place.geoname_id)},
      {"level", static_cast<int>(place.level)},
      {"area_id", place.area_id},
      {"exercise", place.exercise}};
}

json::object observation_json(const WatchMeasures& measures, const StoredObservation& seen) {
  json::array indicators;
  for (const auto& link : indicators_of(measures, seen)) {
    json::object entry = {{"id", link.id}, {"because", link.because}};
    entry["begin"] = link.span.end > link.span.begin ? json::value(link.span.begin) : nullptr;
    entry["end"] = link.span.end > link.span.begin ? json::value(link.span.end) : nullptr;
    indicators.push_back(std::move(entry));
  }
  return {
      {"id", seen.id},
      {"happening", seen.happening},
      {"relation", relation_name(seen.relation)},
      {"date", base::format_day(seen.day)},
      {"place", seen.place.level == 0 ? json::value(nullptr) : place_json(seen.place)},
      {"type", text_or_null(seen.type)},
      {"cameo", text_or_null(seen.cameo)},
      {"kind", text_or_null(seen.kind)},
      {"status", coding::name_of(seen.status)},
      {"source", actor_json(seen.source)},
      {"target", actor_json(seen.target)},
      {"killed", value_or_null(seen.killed)},
      {"injured", value_or_null(seen.injured)},
      {"mentions", seen.mentions},
      {"exercise", seen.exercise},
      {"indicators", std::move(indicators)},
      {"title", text_or_null(seen.title)},
      {"language", text_or_null(seen.language)},
      {"publisher", text_or_null(seen.publisher)},
      {"symbol", text_or_null(seen.symbol)},
      {"published", seen.published ? json::value(base::format_instant(*seen.published)) : nullptr},
      {"url", text_or_null(seen.url)},
      {"format", seen.format},
      {"import", seen.import_id},
      {"line", seen.line}};
}

json::object happening_json(const WatchMeasures& measures, const StoredHappening& happening) {
  return {{"id", happening.id},
          {"measure", text_or_null(happening.measure)},
          {"observations", happening.observations},
          {"updates", happening.updates},
          {"killed_min", value_or_null(happening.killed_min)},
          {"killed_max", value_or_null(happening.killed_max)},
          {"first", observation_json(measures, happening.shown)}};
}

std::string observations_csv(const WatchMeasures& measures,
                             const std::vector<StoredHappening>& happenings) {
  const std::vector<std::string> head = {
      "id",         "date",        "place",          "admin1",       "country",
      "latitude",   "longitude",   "type",           "kind",         "status",
      "measure",    "source_role", "source_country", "target_role",  "target_country",
      "killed_min", "killed_max",  "injured",        "observations", "updates",
      "indicators", "language",    "publisher",      "title",        "excerpt",
      "url",        "format",      "import",         "line",         "exercise"};
  std::string out(byte_order_mark);
  out += formats::csv_row(head);
  for (const auto& happening : happenings) {
    const auto& seen = happening.shown;
    std::string indicators;
    for (const auto& link : indicators_of(measures, seen))
      indicators += (indicators.empty() ? "" : " ") + link.id;
    const std::vector<std::string> row = {std::to_string(seen.id),
                                          base::format_day(seen.day),
                                          seen.place.name,
                                          seen.place.admin1,
                                          seen.place.country,
                                          text_of(seen.place.latitude),
                                          text_of(seen.place.longitude),
                                          seen.type,
                                          seen.kind,
                                          std::string(coding::name_of(seen.status)),
                                          happening.measure,
                                          seen.source.role,
                                          seen.source.country,
                                          seen.target.role,
                                          seen.target.country,
                                          text_of(happening.killed_min),
                                          text_of(happening.killed_max),
                                          text_of(seen.injured),
                                          std::to_string(happening.observations),
                                          std::to_string(happening.updates),
                                          indicators,
                                          seen.language,
                                          seen.publisher,
                                          seen.title,
                                          excerpt_of(seen.text, csv_excerpt_signs_max),
                                          seen.url,
                                          seen.format,
                                          std::to_string(seen.import_id),
                                          std::to_string(seen.line),
                                          seen.exercise ? "1" : "0"};
    out += formats::csv_row(row);
  }
  return out;
}

}  // namespace tocsin::monitor::pages
