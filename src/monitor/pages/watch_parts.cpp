// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/watch_parts.hpp"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "monitor/watch_counts.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

constexpr std::int32_t week_days = 7;

/// Without enough past the service gives no band.
bool band_known(const UsualWeek& week) {
  return week.usual_high > 0;
}

ChartWeek chart_week(const UsualWeek& week) {
  ChartWeek out;
  if (week.observed) out.count = static_cast<double>(week.count);
  out.low = week.usual_low;
  if (band_known(week)) out.high = week.usual_high;
  out.alarm = week.unusual();
  return out;
}

// Counts are whole, so a band of 0.2 to 0.4 is said as 0 to 1.
std::string low_of(const Labels& labels, const UsualWeek& week) {
  return labels.number(static_cast<std::int64_t>(std::floor(std::max(0.0, week.usual_low))));
}
std::string high_of(const Labels& labels, const UsualWeek& week) {
  return labels.number(static_cast<std::int64_t>(std::ceil(std::max(0.0, week.usual_high))));
}

/// One sentence for those who do not see the chart.
std::string summary_of(const Labels& labels, const std::string& what, const std::string& place_name,
                       const UsualWeek& latest) {
  Labels::Values values = {{"what", what},
                           {"place", place_name},
                           {"latest", latest.observed ? labels.number(latest.count)
                                                      : labels.message("chart.unobserved")}};
  if (!band_known(latest)) return labels.message("chart.summary_short", values);
  values["low"] = low_of(labels, latest);
  values["high"] = high_of(labels, latest);
  return labels.message("chart.summary", values);
}

json::array table_of(const Labels& labels, const std::vector<UsualWeek>& weeks) {
  json::array rows;
  for (const auto& week : weeks | std::views::reverse) {
    std::string note;
    if (!week.observed)
      note = labels.message("chart.unobserved");
    else if (week.unusual())
      note = labels.message("chart.alarm");
    rows.push_back(json::object{{"period", labels.names().day(week.first)},
                                {"count", week.observed ? labels.number(week.count) : "–"},
                                {"usual", usual_range(labels, week)},
                                {"note", std::move(note)}});
  }
  return rows;
}

/// Weeks under which the month is written: the first of a quarter, of a year where there are many.
json::array ticks_x(const Labels& labels, const std::vector<UsualWeek>& weeks,
                    const ChartSize& size) {
  constexpr std::size_t many_weeks = 80;
  constexpr std::size_t weeks_kept_free = 4;  // a label there would leave the chart
  const unsigned months = weeks.size() > many_weeks ? 12 : 3;
  json::array ticks;
  for (std::size_t i = 1; i + weeks_kept_free < weeks.size(); ++i) {
    const std::chrono::year_month_day date(weeks[i].first);
    const auto month = static_cast<unsigned>(date.month()) - 1;
    if (static_cast<unsigned>(date.day()) > week_days || month % months != 0) continue;
    ticks.push_back(json::object{{"x", chart_x(i, weeks.size(), size)},
                                 {"label", labels.names().month(weeks[i].first)}});
  }
  return ticks;
}

}  // namespace

std::string usual_range(const Labels& labels, const UsualWeek& week) {
  if (!band_known(week)) return "–";
  return low_of(labels, week) + "–" + high_of(labels, week);
}

std::string sentence_of(const Labels& labels, const WatchReason& reason) {
  Labels::Values values = {{"what", labels.measure(reason.measure)},
                           {"usual", labels.about(reason.usual)}};
  std::string ending;
  if (reason.window_days != week_days) {
    ending = "_days";
    values["days"] = labels.number(static_cast<std::int64_t>(reason.window_days));
  }
  if (!reason.up) {
    if (reason.now == 0) return labels.message("moved.silence" + ending, values);
    return labels.plural("moved.fewer" + ending, reason.now, values);
  }
  values["seen"] = labels.plural("moved.seen", reason.seen_this_high,
                                 {{"years", labels.about(reason.past_years)}});
  const std::string sentence =
      reason.unit == CountedUnit::killed ? "moved.killed" : "moved.sentence";
  return labels.plural(sentence + ending, reason.now, values);
}

json::object reason_of(const Labels& labels, const WatchReason& reason, std::int64_t place_id,
                       base::Day day) {
  const auto from = day - std::chrono::days{reason.window_days - 1};
  std::string href = "/observations?place_id=" + std::to_string(place_id);
  if (reason.measure != measure_of_all)
    href += (is_indicator(reason.measure) ? "&indicator=" : "&kind=") +
            pagekit::percent_encode(reason.measure);
  href += "&from=" + base::format_day(from) + "&to=" + base::format_day(day);
  return {{"direction", reason.up ? "up" : "down"},
          {"direction_label", labels.message(reason.up ? "direction.up" : "direction.down")},
          {"sentence", sentence_of(labels, reason)},
          {"evidence_href", std::move(href)},
          {"evidence_label", reason.unit == CountedUnit::killed
                                 ? labels.message("moved.killed_evidence_link")
                                 : labels.plural("moved.evidence_link", reason.now)}};
}

base::Result<bool> has_short_past(const Page& page, std::int64_t place) {
  auto weeks = page.parts.watch.weeks(place, measure_of_all, 1);
  if (!weeks) return passed(weeks);
  return weeks->empty() || !band_known(weeks->back());
}

bool shows_anything(const std::vector<UsualWeek>& weeks) {
  return std::ranges::any_of(
      weeks, [](const UsualWeek& week) { return week.count > 0 || band_known(week); });
}

CountedUnit watched_unit(const Page& page, std::string_view measure) {
  return page.parts.measures.measure_of_killed(measure).empty() ? CountedUnit::clusters
                                                                : CountedUnit::killed;
}

json::object chart_of(const Page& page, std::string_view measure, const std::string& place_name,
                      const std::vector<UsualWeek>& weeks, const ChartSize& size) {
  const auto& labels = page.labels;
  const std::string ending = watched_unit(page, measure) == CountedUnit::killed ? "_killed" : "";
  std::vector<ChartWeek> drawn;
  drawn.reserve(weeks.size());
  for (const auto& week : weeks) drawn.push_back(chart_week(week));
  const auto paths = chart_paths(drawn, size);
  const auto what = labels.measure(measure);
  const auto& latest = weeks.back();
  json::array ticks_y;
  for (const auto& tick : paths.ticks_y)
    ticks_y.push_back(json::object{
        {"y", tick.y},
        {"text_y", tick.text_y},
        {"label", labels.number(static_cast<std::int64_t>(std::llround(tick.value)))}});
  constexpr double label_rise = 6;
  return {{"width", chart_number(size.width)},
          {"height", chart_number(size.height)},
          {"bars_path", paths.bars},
          {"alarm_path", paths.alarm},
          {"band_path", paths.band},
          {"gap_path", paths.gap},
          {"base_path", paths.base},
          {"label_y", chart_number(size.height - label_rise)},
          {"left", chart_number(size.left)},
          {"right_x", chart_number(size.width - size.right)},
          {"ticks_y", std::move(ticks_y)},
          {"ticks_x", ticks_x(labels, weeks, size)},
          {"heading", what},
          {"caption",
           labels.message("chart.caption" + ending,
                          {{"what", what}, {"weeks", labels.number(std::uint64_t{weeks.size()})}})},
          {"count_label", labels.message("chart.count" + ending)},
          {"summary", summary_of(labels, what, place_name, latest)},
          {"table_rows", table_of(labels, weeks)}};
}

base::Result<json::value> sparkline_of(const Page& page, const StoredPlace& place,
                                       std::string_view measure) {
  auto weeks = page.parts.watch.weeks(place.id, measure, sparkline_weeks);
  if (!weeks) return passed(weeks);
  if (weeks->empty() || !shows_anything(*weeks)) return json::value(false);
  return json::value(chart_of(page, measure, page.labels.place(place), *weeks, small_chart));
}

}  // namespace tocsin::monitor::pages
