// SPDX-License-Identifier: Apache-2.0
// One place: what moved there, its timelines, its map with the table twin, its newest evidence.
#include <algorithm>
#include <array>
#include <cmath>

#include "monitor/pages/pages.hpp"
#include "monitor/pages/rows.hpp"
#include "monitor/pages/watch_parts.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

constexpr std::size_t charts_max = 6;
constexpr int points_max = 40;
constexpr int evidence_max = 10;
constexpr std::chrono::days map_window{28};
constexpr std::string_view exercise_outline_href = "/outlines/exercise.geojson";

struct Period {
  int weeks;
  std::string_view key;
};
constexpr std::array<Period, 3> periods = {
    {{26, "place.period_half_year"}, {52, "place.period_year"}, {156, "place.period_three_years"}}};
constexpr int weeks_default = 52;

int weeks_asked(const pagekit::Call& call) {
  const auto text = call.query.get("weeks");
  for (const auto& period : periods)
    if (text == std::to_string(period.weeks)) return period.weeks;
  return weeks_default;
}

json::array periods_of(const Labels& labels, std::int64_t place, int weeks) {
  json::array list;
  for (const auto& period : periods)
    list.push_back(json::object{{"label", labels.message(period.key)},
                                {"href", "/places/" + std::to_string(place) + "?weeks=" +
                                             std::to_string(period.weeks) + "#timelines"},
                                {"current", period.weeks == weeks}});
  return list;
}

/// Measures first, then the indicators that changed most; those that moved before all others.
std::vector<std::string> measures_to_draw(const MonitorParts& parts,
                                          const std::map<std::string, DailyCounts>& series,
                                          const WatchPlace* moved) {
  std::vector<std::string> chosen;
  const auto add = [&chosen](const std::string& id) {
    if (chosen.size() < charts_max && std::ranges::find(chosen, id) == chosen.end())
      chosen.push_back(id);
  };
  if (moved != nullptr)
    for (const auto& reason : moved->reasons) add(reason.measure);
  struct Total {
    std::string id;
    std::int64_t recent = 0;
    std::int64_t all = 0;
  };
  std::vector<Total> measures;
  std::vector<Total> indicators;
  const auto known = parts.measures.ids();
  for (const auto& [id, counts] : series) {
    Total total{id, 0, 0};
    constexpr std::size_t recent_days = 28;
    for (std::size_t i = 0; i < counts.days.size(); ++i) {
      total.all += counts.days[i].clusters;
      if (i + recent_days >= counts.days.size()) total.recent += counts.days[i].clusters;
    }
    if (std::ranges::find(known, id) != known.end())
      measures.push_back(total);
    else if (parts.framework.find(id) != nullptr)
      indicators.push_back(total);
  }
  std::ranges::stable_sort(measures, std::ranges::greater{}, &Total::all);
  std::ranges::stable_sort(indicators, std::ranges::greater{}, &Total::recent);
  constexpr std::size_t measures_max = 4;
  for (std::size_t i = 0; i < std::min(measures.size(), measures_max); ++i) add(measures[i].id);
  for (const auto& indicator : indicators) add(indicator.id);
  if (chosen.empty() && series.contains(std::string(measure_of_all)))
    add(std::string(measure_of_all));
  return chosen;
}

base::Result<json::value> charts_of(const Page& page, const StoredPlace& place, int weeks,
                                    const WatchPlace* moved, base::Day day) {
  auto series = page.reader.timeline(place.id, day - std::chrono::days{weeks * 7}, day);
  if (!series) return passed(series);
  json::array rows;
  for (const auto& measure : measures_to_draw(page.parts, *series, moved)) {
    auto drawn = page.parts.watch.weeks(place.id, measure, weeks);
    if (!drawn) return passed(drawn);
    if (drawn->empty() || !shows_anything(*drawn)) continue;
    rows.push_back(chart_of(page, measure, page.labels.place(place), *drawn, large_chart));
  }
  if (rows.empty()) return json::value(false);
  return json::value(json::object{{"rows", std::move(rows)}});
}

/// A plain decimal number, for the map's script.
std::string plain(double value) {
  constexpr double hundredths = 100;
  const auto rounded = std::llround(value * hundredths);
  const auto digits = std::to_string(std::abs(rounded) % 100);
  return (rounded < 0 ? "-" : "") + std::to_string(std::abs(rounded) / 100) + "." +
         (digits.size() < 2 ? "0" + digits : digits);
}

json::object point_of(const Labels& labels, const StoredPlace& place, std::int64_t count,
                      bool here) {
  constexpr int digits = 2;
  const auto degrees = [&labels](double value) {
    return (value < 0 ? "−" : "") + labels.decimal(std::abs(value), digits) + "°";
  };
  return {{"name", labels.place(place)},
          {"point_href", here ? std::string{} : "/places/" + std::to_string(place.id)},
          {"here", here},
          {"latitude", plain(*place.latitude)},
          {"longitude", plain(*place.longitude)},
          {"position", degrees(*place.latitude) + ", " + degrees(*place.longitude)},
          {"count", labels.number(count)},
          {"size", std::to_string(count)}};
}

/// The place with a position: its own, or the middle of the places that lie in it.
base::Result<StoredPlace> with_position(const Page& page, StoredPlace place) {
  if (place.latitude && place.longitude) return place;
  if (place.id != place.area_id) return place;
  auto middle = page.reader.middle_of_area(place.id);
  if (!middle) return passed(middle);
  if (*middle) {
    place.latitude = (*middle)->latitude;
    place.longitude = (*middle)->longitude;
  }
  return place;
}

base::Result<json::value> map_of(const Page& page, const StoredPlace& asked, base::Day day) {
  auto positioned = with_position(page, asked);
  if (!positioned) return passed(positioned);
  const auto& place = *positioned;
  if (!place.latitude || !place.longitude) return json::value(false);
  const auto from = day - map_window + std::chrono::days{1};
  auto around = page.reader.places_around(place, from, day, points_max - 1);
  if (!around) return passed(around);
  json::array points = {point_of(page.labels, place, around->own, true)};
  for (const auto& [other, count] : around->others)
    points.push_back(point_of(page.labels, other, count, false));
  const auto name = page.labels.place(place);
  const bool exercise = place.country == page.parts.exercise.code;
  return json::value(json::object{
      {"label", page.labels.message("map.label", {{"place", name}})},
      {"caption", page.labels.message("map.caption", {{"place", name}})},
      {"country_number", exercise ? std::string{} : base::country_number(place.country)},
      {"outline_href", exercise && page.parts.exercise_outline != nullptr
                           ? std::string(exercise_outline_href)
                           : std::string{}},
      {"points", std::move(points)}});
}

base::Result<json::value> evidence_of(const Page& page, const StoredPlace& place) {
  HappeningFilter filter;
  filter.place_id = place.id;
  filter.rows_max = evidence_max;
  auto found = page.reader.happenings(filter);
  if (!found) return passed(found);
  if (found->rows.empty()) return json::value(false);
  auto rows = observation_rows(page, found->rows);
  if (!rows) return passed(rows);
  return json::value(json::object{
      {"summary",
       page.labels.plural("place.evidence_summary", static_cast<std::int64_t>(rows->size()))},
      {"more_href", "/observations?place_id=" + std::to_string(place.id)},
      {"observations", std::move(*rows)}});
}

}  // namespace

base::Result<Sheet> place_page(const Page& page) {
  const auto id = path_id(page.call);
  if (!id) return std::unexpected(id.error());
  auto place = page.reader.place(*id);
  if (!place) return passed(place);
  auto day = last_day(page);
  if (!day) return passed(day);
  auto watch = page.parts.watch.current();
  if (!watch) return passed(watch);
  const auto found = std::ranges::find_if(
      (*watch)->places, [&](const WatchPlace& entry) { return entry.place.id == place->id; });
  const WatchPlace* moved = found == (*watch)->places.end() ? nullptr : &*found;
  const auto weeks = weeks_asked(page.call);
  auto charts = charts_of(page, *place, weeks, moved, *day);
  if (!charts) return passed(charts);
  auto map = map_of(page, *place, *day);
  if (!map) return passed(map);
  auto evidence = evidence_of(page, *place);
  if (!evidence) return passed(evidence);
  auto short_past = has_short_past(page, place->id);
  if (!short_past) return passed(short_past);
  json::value reasons = false;
  if (moved != nullptr) {
    json::array list;
    for (const auto& reason : moved->reasons)
      list.push_back(reason_of(page.labels, reason, place->id, (*watch)->day));
    reasons = json::object{{"reasons", std::move(list)}};
  }
  const auto name =
      is_known(*place) ? page.labels.place(*place) : page.labels.message("observation.no_place");
  const Head head{name, name, "places", map->is_object()};
  json::object content;
  content["place"] =
      json::object{{"within", page.labels.within(*place)},
                   {"exercise", place->exercise || place->country == page.parts.exercise.code},
                   {"short_past", *short_past},
                   {"other_names", false},
                   {"moved", std::move(reasons)},
                   {"periods", periods_of(page.labels, place->id, weeks)},
                   {"charts", std::move(*charts)},
                   {"map", std::move(*map)},
                   {"evidence", std::move(*evidence)}};
  return Sheet{head, std::move(content)};
}

}  // namespace tocsin::monitor::pages
