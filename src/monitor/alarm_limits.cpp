// SPDX-License-Identifier: Apache-2.0
#include "monitor/alarm_limits.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <thread>

#include "base/calendar.hpp"
#include "base/hash.hpp"

namespace tocsin::monitor {
namespace {

constexpr double days_per_year = 365.25;
/// Microseconds, see the cost sketch.
constexpr double work_a_norm = 10;
constexpr double work_a_day = 1;
/// Places between two looks at the work done: fixed, so that threads do not change what is taken.
constexpr std::size_t places_a_turn = 16;
/// In effect none: a count that is no rise never alarms (WindowChange::alarm_rate).
constexpr double factor_most = 1e9;

struct JudgedPast {
  std::vector<DayRate> days;
  double years = 0;
  double work = 0;
};

std::int32_t month_number(std::int32_t day) {
  const std::chrono::year_month_day date(base::day_from_number(day));
  return static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month()));
}

/// First day that can be judged: enough of the past before it was observed.
std::int32_t first_judged(const PlaceDays& days, std::int32_t first, std::int32_t last,
                          const ChangeSettings& settings) {
  constexpr std::int32_t longest = 28;
  const auto enough = [&](std::int32_t day) {
    return days.observed(days.first_day(), day - longest - settings.guard_days) >=
           settings.baseline_days_min;
  };
  // What is observed only grows with the day.
  while (first <= last) {
    const std::int32_t middle = first + (last - first) / 2;
    if (enough(middle))
      last = middle - 1;
    else
      first = middle + 1;
  }
  return first;
}

void judge_series(const PlaceDays& days, const MeasureSeries& series, std::int32_t first,
                  std::int32_t last, const ChangeSettings& settings,
                  std::map<std::int32_t, double>& smallest, double& work) {
  std::array<std::optional<WindowNorm>, std::size(windows_days)> norms;
  std::int32_t month = -1;
  const auto counts = series.counts;
  for (auto at = std::ranges::lower_bound(counts, first, {}, &DayCount::day);
       at != counts.end() && at->day <= last; ++at) {
    if (const auto now = month_number(at->day); now != month) {
      month = now;
      for (std::size_t w = 0; w < norms.size(); ++w)
        norms[w] = make_norm(days, counts, at->day, windows_days[w], settings);
      work += work_a_norm * static_cast<double>(norms.size());
    }
    work += work_a_day * static_cast<double>(norms.size());
    for (const auto& norm : norms) {
      const auto window =
          norm ? judge_window(*norm, days, counts, at->day, settings) : std::nullopt;
      if (!window || !std::isfinite(window->alarm_rate)) continue;
      const double ratio = window->alarm_rate / series.rate_max;
      const auto [known, added] = smallest.try_emplace(at->day, ratio);
      if (!added) known->second = std::min(known->second, ratio);
    }
  }
}

JudgedPast judge_place(const PlaceSeries& place, std::int32_t last, const LimitSettings& settings) {
  JudgedPast judged;
  const auto& days = *place.days;
  const auto first = first_judged(
      days, std::max(days.first_day(), last - settings.history_days + 1), last, settings.clusters);
  judged.years = days.observed(first, last) / days_per_year;
  std::map<std::int32_t, double> smallest;
  for (const auto& series : place.measures)
    judge_series(days, series, first, last,
                 series.unit == CountedUnit::killed ? settings.killed : settings.clusters, smallest,
                 judged.work);
  judged.days.reserve(smallest.size());
  for (const auto& [day, ratio] : smallest) judged.days.push_back({day, ratio});
  return judged;
}

}  // namespace

std::int32_t last_day_of_past(std::int32_t day) {
  const std::chrono::year_month_day date(base::day_from_number(day));
  return base::day_number(std::chrono::sys_days(date.year() / date.month() / 1)) - 1;
}

AlarmPast judge_past(std::span<const PlaceSeries> places, std::int32_t last,
                     const LimitSettings& settings) {
  std::vector<std::pair<std::uint64_t, const PlaceSeries*>> order;
  order.reserve(places.size());
  for (const auto& place : places)
    order.emplace_back(base::hash64(std::to_string(place.place)), &place);
  std::ranges::sort(order, {},
                    [](const auto& entry) { return std::pair(entry.first, entry.second->place); });
  AlarmPast past;
  double work = 0;
  for (std::size_t begin = 0; begin < order.size() && work < settings.work_max;
       begin += places_a_turn) {
    const auto end = std::min(order.size(), begin + places_a_turn);
    std::array<JudgedPast, places_a_turn> judged;
    std::atomic<std::size_t> next = begin;
    const auto take = [&] {
      for (auto i = next.fetch_add(1); i < end; i = next.fetch_add(1))
        judged[i - begin] = judge_place(*order[i].second, last, settings);
    };
    {
      std::vector<std::jthread> helpers;
      for (std::size_t i = 1; i < std::min<std::size_t>(settings.threads, end - begin); ++i)
        helpers.emplace_back(take);
      take();
    }
    for (std::size_t i = 0; i < end - begin; ++i) {
      work += judged[i].work;
      past.place_years += judged[i].years;
      past.places.push_back(std::move(judged[i].days));
    }
  }
  return past;
}

double limit_factor(const AlarmPast& past, const LimitSettings& settings) {
  if (past.years() < settings.years_min) return 1;
  return calibrate_rate_max(past.places, settings.alarms_per_place_year * past.place_years, 1,
                            factor_most);
}

}  // namespace tocsin::monitor
