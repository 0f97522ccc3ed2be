// SPDX-License-Identifier: Apache-2.0
#include "monitor/change_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <thread>

#include "monitor/negative_binomial.hpp"

namespace tocsin::monitor {
namespace {

constexpr std::int32_t longest_window = 28;
/// How far back the first day of an open alarm is looked for.
constexpr std::int32_t alarm_days_max = 180;
/// Places that a thread takes at a time.
constexpr std::size_t places_a_turn = 64;

const ChangeSettings& settings_of(CountedUnit unit, const ChangeListSettings& settings) {
  return unit == CountedUnit::killed ? settings.killed : settings.clusters;
}

bool counted_since(std::span<const DayCount> counts, std::int32_t first, std::int32_t last) {
  const auto at = std::ranges::lower_bound(counts, first, {}, &DayCount::day);
  return at != counts.end() && at->day <= last;
}

/// False only if the series cannot alarm: even against the lowest half-year of its past, halved for
/// what trend and fading may do, and without any over-dispersion, the count is no surprise.
bool may_alarm(const PlaceDays& place, std::span<const DayCount> counts, std::int32_t day,
               double rate_max, const ChangeSettings& settings) {
  constexpr std::int32_t half_year = 182;
  constexpr double slack = 0.5;
  constexpr double share_min = 0.25;
  constexpr double prior_events = 0.5;
  const std::int32_t last = day - longest_window - settings.guard_days - 7;
  double rate = std::numeric_limits<double>::infinity();
  auto end = std::ranges::upper_bound(counts, last, {}, &DayCount::day);
  for (std::int32_t to = last; to > last - settings.baseline_days; to -= half_year) {
    const auto begin =
        std::ranges::upper_bound(counts.begin(), end, to - half_year, {}, &DayCount::day);
    const double observed = place.observed(to - half_year + 1, to);
    if (observed > half_year * share_min) {
      double sum = prior_events;
      for (auto at = begin; at != end; ++at) sum += at->count;
      rate = std::min(rate, sum / observed);
    }
    end = begin;
  }
  // Less reporting than usual lowers what is expected, by a factor of five at most.
  const double reporting_min = place.reporting_known() ? 0.2 : 1.0;
  for (const auto window : windows_days) {
    const auto first = std::ranges::upper_bound(counts, day - window, {}, &DayCount::day);
    double recent = 0;
    for (auto at = first; at != counts.end() && at->day <= day; ++at) recent += at->count;
    const double days = place.observed(day - window + 1, day);
    const double least = rate * days * slack * reporting_min;
    if (recent > 0 && looks_per_year(window) * upper_tail(recent, least, least) <= rate_max)
      return true;
  }
  return false;
}

std::span<const DayCount> up_to(std::span<const DayCount> counts, std::int32_t day) {
  const auto end = std::ranges::upper_bound(counts, day, {}, &DayCount::day);
  return counts.first(static_cast<std::size_t>(end - counts.begin()));
}

/// The day on which the alarm that is open now was raised: the earliest exceeding day that is
/// joined to today by gaps of at most AlarmTracker::quiet_days.
std::int32_t first_alarm_day(const PlaceDays& days, const MeasureSeries& series,
                             const ChangeListSettings& settings, double rate_max) {
  std::int32_t first = settings.day;
  const auto counts = up_to(series.counts, settings.day);
  // Only a day on which something was counted can raise an alarm.
  for (auto at = counts.rbegin(); at != counts.rend(); ++at) {
    if (first - at->day > AlarmTracker::quiet_days || settings.day - at->day > alarm_days_max)
      break;
    const auto change =
        judge_change(days, up_to(counts, at->day), at->day, settings_of(series.unit, settings));
    const auto* window = change.strongest();
    if (window != nullptr && window->alarm_rate <= rate_max) first = at->day;
  }
  return first;
}

ChangeReason make_reason(const PlaceDays& days, const MeasureSeries& series,
                         const WindowChange& window, const ChangeListSettings& settings,
                         double rate_max) {
  ChangeReason reason;
  reason.measure = series.measure;
  reason.unit = series.unit;
  reason.count = window.count;
  reason.window_days = window.window_days;
  reason.usual = window.usual;
  reason.reporting_ratio = window.reporting_ratio;
  reason.observed_share = window.observed_share;
  reason.alarms_per_year = window.per_year;
  reason.seen = count_recurrence(days, series.counts, settings.day, window.window_days,
                                 settings_of(series.unit, settings).baseline_days);
  reason.first_alarm_day = first_alarm_day(days, series, settings, rate_max);
  const auto counts = up_to(series.counts, settings.day);
  for (auto at = counts.rbegin();
       at != counts.rend() && at->day > settings.day - window.window_days; ++at)
    reason.evidence_days.push_back(at->day);
  return reason;
}

struct JudgedPlace {
  bool judged = false;
  ChangeRow row;
};

JudgedPlace judge_place(const PlaceSeries& place, const ChangeListSettings& settings) {
  JudgedPlace out;
  out.row.place = place.place;
  const double rate_of_list =
      settings.rate_max > 0 ? settings.rate_max : settings.budget.per_year_max();
  std::vector<std::pair<double, ChangeReason>> reasons;
  const auto window_observed =
      place.days->observed(settings.day - longest_window + 1, settings.day) / longest_window;
  const auto past_observed =
      place.days->observed(place.days->first_day(), settings.day - longest_window);
  // Whether a place can be judged depends on its days, not on what was counted.
  out.judged = window_observed >= settings.clusters.window_share_min &&
               past_observed >= settings.clusters.baseline_days_min;
  for (const auto& series : place.measures) {
    if (!counted_since(series.counts, settings.day - longest_window + 1, settings.day)) continue;
    const auto counts = up_to(series.counts, settings.day);
    const auto& own = settings_of(series.unit, settings);
    const double rate_max = series.rate_max > 0 ? series.rate_max : rate_of_list;
    if (settings.screen && !may_alarm(*place.days, counts, settings.day, rate_max, own)) continue;
    const auto change = judge_change(*place.days, counts, settings.day, own);
    const auto* window = change.strongest();
    if (window == nullptr || window->alarm_rate > rate_max) continue;
    reasons.emplace_back(window->alarm_rate,
                         make_reason(*place.days, series, *window, settings, rate_max));
  }
  std::ranges::stable_sort(reasons, {}, &std::pair<double, ChangeReason>::first);
  for (auto& [rate, reason] : reasons) out.row.reasons.push_back(std::move(reason));
  if (!reasons.empty()) out.row.alarm_rate = reasons.front().first;
  return out;
}

std::string number(double value) {
  constexpr double whole_from = 10;
  const double tenths = std::round(value * 10) / 10;
  if (value >= whole_from || tenths == std::round(tenths)) return fmt::format("{:.0f}", value);
  return fmt::format("{:.1f}", tenths);
}

std::string usual_text(double usual) {
  constexpr double rare = 0.1;
  return usual < rare ? "usual none" : "usual " + number(usual);
}

std::string seen_text(const Recurrence& seen) {
  const double years = std::round(seen.years);
  const std::string span = years <= 1
                               ? (seen.years < 0.9 ? fmt::format("{:.0f} months", seen.years * 12)
                                                   : std::string("1 year"))
                               : fmt::format("{:.0f} years", years);
  if (seen.times == 0) return "not seen this high in " + span;
  if (seen.times == 1) return "seen this high once in " + span;
  return fmt::format("seen this high {} times in {}", seen.times, span);
}

}  // namespace

ChangeList make_change_list(std::span<const PlaceSeries> places,
                            const ChangeListSettings& settings) {
  std::vector<JudgedPlace> judged(places.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t begin = next.fetch_add(places_a_turn); begin < places.size();
         begin = next.fetch_add(places_a_turn))
      for (std::size_t i = begin; i < std::min(places.size(), begin + places_a_turn); ++i)
        judged[i] = judge_place(places[i], settings);
  };
  {
    std::vector<std::jthread> helpers;
    const auto turns = places.size() / places_a_turn;
    for (std::size_t i = 1; i < std::min<std::size_t>(settings.threads, turns); ++i)
      helpers.emplace_back(work);
    work();
  }
  ChangeList list;
  for (auto& place : judged) {
    if (place.judged)
      ++list.places_judged;
    else
      list.places_not_judged.push_back(place.row.place);
    if (!place.row.reasons.empty()) list.rows.push_back(std::move(place.row));
  }
  std::ranges::sort(list.rows, [](const ChangeRow& a, const ChangeRow& b) {
    return a.alarm_rate != b.alarm_rate ? a.alarm_rate < b.alarm_rate : a.place < b.place;
  });
  return list;
}

std::string describe(const ChangeReason& reason, std::string_view measure) {
  const bool one = reason.count == 1;
  const char* unit = reason.unit == CountedUnit::killed ? (one ? "person killed" : "people killed")
                                                        : (one ? "cluster" : "clusters");
  auto text = fmt::format("{}: {:.0f} {} in {} days, {}, {}", measure, reason.count, unit,
                          reason.window_days, usual_text(reason.usual), seen_text(reason.seen));
  constexpr double ratio_told = 1.25;
  if (reason.reporting_ratio >= ratio_told || reason.reporting_ratio <= 1 / ratio_told)
    text += fmt::format(" (reporting {:.1f} times its usual, taken into account)",
                        reason.reporting_ratio);
  constexpr double share_told = 0.95;
  if (reason.observed_share < share_told)
    text += fmt::format(" ({:.0f} of {} days observed)",
                        std::round(reason.observed_share * reason.window_days), reason.window_days);
  return text;
}

}  // namespace tocsin::monitor
