// SPDX-License-Identifier: Apache-2.0
// Compares alarm methods on places with known onsets, each at the same number of false alarms.
//
// Definitions, the same for every method:
//  - Onset: a day on which the deaths in violence against civilians over the last 28 days are >= 10
//    and >= 3 times the mean of 28 days in the year before them, the first such day after 90 days
//    without one. Sums and means count observed days only; the window needs 14, the year 180.
//  - Crisis: from an onset until 90 days after the last day on which that condition held. Alarms
//    then are neither true nor false.
//  - Alarm: by AlarmTracker (opens with the first exceeding day, closes after 28 quiet days, is
//    raised anew after 90 days), so that a method that exceeds for ever pays for it.
//    A day can exceed only if something was counted on it: without news there is nothing to alarm.
//  - Caught: an alarm is raised on the onset's day or within `warning_days` before it; the lead is
//    the number of days from the earliest such alarm to the onset (0 to warning_days).
//  - False: an alarm that no onset follows within `warning_days`.
// Every method's threshold is the lowest at which it raises no more false alarms than the budget.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "monitor/change.hpp"
#include "monitor/ears.hpp"

namespace tocsin::bench {

using monitor::DayCount;
using monitor::DayRange;

/// One measure's counts of one place.
struct Series {
  std::vector<int> daily;        ///< from first_day on
  std::vector<DayCount> sparse;  ///< the same without zeros
};

struct StudyPlace {
  std::string name;
  std::int32_t first_day = 0;
  std::vector<char> observed;    ///< one a day
  std::vector<float> reporting;  ///< one a day, or empty
  std::vector<Series> series;    ///< the measures watched; all methods see the same
  std::vector<int> deaths;       ///< deaths in violence against civilians, what defines onsets
  std::vector<char> crisis;
  std::vector<std::int32_t> onsets;  ///< offsets from first_day

  [[nodiscard]] std::size_t days() const { return observed.size(); }
};

inline void make_sparse(Series& series, std::int32_t first_day) {
  series.sparse.clear();
  for (std::size_t i = 0; i < series.daily.size(); ++i)
    if (series.daily[i] > 0)
      series.sparse.push_back({first_day + static_cast<std::int32_t>(i), series.daily[i]});
}

/// Running sums: entry i is the sum of the first i values.
template <class Values>
std::vector<double> running(const Values& values) {
  std::vector<double> sums(values.size() + 1, 0);
  for (std::size_t i = 0; i < values.size(); ++i)
    sums[i + 1] = sums[i] + static_cast<double>(values[i]);
  return sums;
}

constexpr std::size_t onset_window = 28;
constexpr std::size_t onset_year = 365;
constexpr double onset_deaths_min = 10;
constexpr double onset_ratio_min = 3;
constexpr std::size_t onset_quiet = 90;
constexpr double window_observed_min = 14;
constexpr double year_observed_min = 180;

inline void find_onsets(StudyPlace& place) {
  const auto deaths = running(place.deaths);
  const auto observed = running(place.observed);
  place.crisis.assign(place.days(), 0);
  place.onsets.clear();
  std::size_t last_held = 0;
  bool ever_held = false;
  for (std::size_t day = onset_window + onset_year; day < place.days(); ++day) {
    const std::size_t end = day + 1;
    const std::size_t begin = end - onset_window;
    const double now = deaths[end] - deaths[begin];
    const double past = deaths[begin] - deaths[begin - onset_year];
    const double past_days = observed[begin] - observed[begin - onset_year];
    const bool known =
        observed[end] - observed[begin] >= window_observed_min && past_days >= year_observed_min;
    const bool holds =
        known && now >= onset_deaths_min &&
        now >= onset_ratio_min * past / past_days * static_cast<double>(onset_window);
    const bool quiet = !ever_held || day - last_held > onset_quiet;
    if (holds && quiet) place.onsets.push_back(static_cast<std::int32_t>(day));
    if (holds) ever_held = true, last_held = day;
    place.crisis[day] = ever_held && day - last_held <= onset_quiet ? 1 : 0;
  }
}

/// One number a day: the higher, the more alarming; a day on which nothing can be said has -inf.
using Statistic = std::vector<double>;
constexpr double nothing = -std::numeric_limits<double>::infinity();

inline Statistic largest(Statistic first, const Statistic& second) {
  for (std::size_t i = 0; i < first.size(); ++i) first[i] = std::max(first[i], second[i]);
  return first;
}

/// Two measures watched at once: each day's value becomes the share of place-days that are as high
/// (minus its logarithm), so that both measures get the same share of a budget; the larger counts.
inline std::vector<Statistic> both(const std::vector<Statistic>& first,
                                   const std::vector<Statistic>& second) {
  const auto ranked = [](const std::vector<Statistic>& statistics) {
    std::vector<double> values;
    for (const auto& statistic : statistics)
      for (const double value : statistic)
        if (value > nothing) values.push_back(value);
    std::ranges::sort(values);
    auto out = statistics;
    for (auto& statistic : out)
      for (double& value : statistic) {
        if (!(value > nothing)) continue;
        const auto as_high = values.end() - std::ranges::lower_bound(values, value);
        value = -std::log10(static_cast<double>(as_high));
      }
    return out;
  };
  auto out = ranked(first);
  const auto other = ranked(second);
  for (std::size_t p = 0; p < out.size(); ++p) out[p] = largest(std::move(out[p]), other[p]);
  return out;
}

inline Statistic fixed_threshold(const StudyPlace&, const Series& series, std::size_t window) {
  const auto sums = running(series.daily);
  Statistic out(series.daily.size(), nothing);
  for (std::size_t day = window; day < out.size(); ++day) {
    const double sum = sums[day + 1] - sums[day + 1 - window];
    if (series.daily[day] > 0) out[day] = sum;
  }
  return out;
}

/// Window sum against mean and deviation of the same sum over the year before the window.
inline Statistic z_score(const StudyPlace& place, const Series& series, std::size_t window) {
  const auto sums = running(series.daily);
  const auto observed = running(place.observed);
  Statistic out(series.daily.size(), nothing);
  constexpr double deviation_min = 1;
  for (std::size_t day = window + onset_year; day < out.size(); ++day) {
    const double now = sums[day + 1] - sums[day + 1 - window];
    if (series.daily[day] <= 0) continue;
    double count = 0, total = 0, squares = 0;
    for (std::size_t end = day + 1 - window; end >= day + 1 - onset_year; --end) {
      if (end < window || observed[end] - observed[end - window] < static_cast<double>(window) / 2)
        continue;
      const double value = sums[end] - sums[end - window];
      count += 1, total += value, squares += value * value;
    }
    if (count < year_observed_min) continue;
    const double mean = total / count;
    const double variance = std::max(0.0, squares / count - mean * mean);
    out[day] = (now - mean) / std::max(deviation_min, std::sqrt(variance));
  }
  return out;
}

inline Statistic ears(const StudyPlace&, const Series& series) {
  Statistic out(series.daily.size(), nothing);
  // The floor is that of the EARS programs; without one every single event after nine empty days
  // would be infinite and no threshold could keep the false alarms within a budget.
  constexpr double deviation_min = 0.2;
  constexpr std::size_t needed = monitor::ears_baseline_days + monitor::ears_lag_days + 1;
  for (std::size_t day = needed; day < out.size(); ++day) {
    const auto value =
        monitor::ears_c2(std::span(series.daily).subspan(day + 1 - needed, needed), deviation_min);
    if (value && series.daily[day] > 0) out[day] = *value;
  }
  return out;
}

inline std::vector<DayRange> observed_ranges(const StudyPlace& place) {
  std::vector<DayRange> ranges;
  for (std::size_t i = 0; i < place.days(); ++i) {
    const auto day = place.first_day + static_cast<std::int32_t>(i);
    if (place.observed[i] == 0) continue;
    if (!ranges.empty() && ranges.back().last == day - 1)
      ranges.back().last = day;
    else
      ranges.push_back({day, day});
  }
  return ranges;
}

/// Ours: minus the logarithm of how often a year the strongest window would be seen.
inline Statistic change_statistic(const StudyPlace& place, const Series& series,
                                  const monitor::ChangeSettings& settings) {
  const auto last = place.first_day + static_cast<std::int32_t>(place.days()) - 1;
  const monitor::PlaceDays days(place.first_day, last, observed_ranges(place), place.reporting);
  Statistic out(series.daily.size(), nothing);
  for (std::size_t day = onset_window; day < out.size(); ++day) {
    if (series.daily[day] <= 0) continue;
    const auto change = monitor::judge_change(
        days, series.sparse, place.first_day + static_cast<std::int32_t>(day), settings);
    if (const auto* window = change.strongest(); window != nullptr)
      out[day] = -std::log10(std::max(1e-300, window->alarm_rate));
  }
  return out;
}

/// A third window of three days beside those of 7 and 28, for what begins at once.
inline Statistic with_short_window(const StudyPlace& place, const Series& series,
                                   const monitor::ChangeSettings& settings) {
  constexpr std::int32_t short_days = 3;
  constexpr double looks_ratio = 200.0 / 130.0;  // more independent looks a year than a week has
  const auto last = place.first_day + static_cast<std::int32_t>(place.days()) - 1;
  const monitor::PlaceDays days(place.first_day, last, observed_ranges(place), place.reporting);
  auto out = change_statistic(place, series, settings);
  for (std::size_t i = onset_window; i < out.size(); ++i) {
    if (series.daily[i] <= 0) continue;
    const auto day = place.first_day + static_cast<std::int32_t>(i);
    const auto norm = monitor::make_norm(days, series.sparse, day, short_days, settings);
    if (!norm) continue;
    const auto window = monitor::judge_window(*norm, days, series.sparse, day, settings);
    if (window)
      out[i] = std::max(out[i], -std::log10(std::max(1e-300, looks_ratio * window->alarm_rate)));
  }
  return out;
}

/// Two measures by Fisher's sum of logarithms (Fisher 1932) instead of the smaller of the two: what
/// rises in both counts more. Alarm rates above one a year add nothing.
inline Statistic summed(const Statistic& first, const Statistic& second) {
  Statistic out(first.size(), nothing);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double larger = std::max(first[i], second[i]);
    const double smaller = std::min(first[i], second[i]);
    out[i] = smaller > 0 && std::isfinite(smaller) ? larger + smaller : larger;
  }
  return out;
}

struct Outcome {
  double threshold = 0;
  unsigned false_alarms = 0;
  unsigned onsets = 0;
  unsigned caught = 0;
  double lead_sum = 0;
  std::vector<int> leads;  ///< one an onset; -1 where missed

  [[nodiscard]] double lead_mean() const { return caught == 0 ? 0 : lead_sum / caught; }
  /// Days of warning an onset, a missed one counting none.
  [[nodiscard]] double warning_mean() const { return onsets == 0 ? 0 : lead_sum / onsets; }
  [[nodiscard]] double lead_median() const {
    std::vector<int> sorted;
    for (const int lead : leads)
      if (lead >= 0) sorted.push_back(lead);
    if (sorted.empty()) return 0;
    std::ranges::sort(sorted);
    const auto middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
  }
};

inline Outcome evaluate(const std::vector<StudyPlace>& places,
                        const std::vector<Statistic>& statistics, double threshold,
                        std::int32_t warning_days) {
  Outcome outcome;
  outcome.threshold = threshold;
  for (std::size_t p = 0; p < places.size(); ++p) {
    const auto& place = places[p];
    monitor::AlarmTracker tracker;
    std::vector<std::int32_t> alarms;
    // Judged from the day on which an onset can first be told; an onset's own day is before it.
    for (std::size_t i = onset_window + onset_year; i < place.days(); ++i) {
      const auto day = static_cast<std::int32_t>(i);
      const bool onset_day = std::ranges::binary_search(place.onsets, day);
      if (place.crisis[i] != 0 && !onset_day) continue;
      if (tracker.add(day, statistics[p][i] >= threshold)) alarms.push_back(day);
    }
    for (const auto alarm : alarms) {
      const auto next = std::ranges::lower_bound(place.onsets, alarm);
      if (next == place.onsets.end() || *next - alarm > warning_days) ++outcome.false_alarms;
    }
    for (const auto onset : place.onsets) {
      ++outcome.onsets;
      const auto first = std::ranges::lower_bound(alarms, onset - warning_days);
      const bool caught = first != alarms.end() && *first <= onset;
      outcome.leads.push_back(caught ? onset - *first : -1);
      if (!caught) continue;
      ++outcome.caught;
      outcome.lead_sum += onset - *first;
    }
  }
  return outcome;
}

/// The lowest threshold that keeps the budget, from the highest down.
inline Outcome at_budget(const std::vector<StudyPlace>& places,
                         const std::vector<Statistic>& statistics, double false_alarms_max,
                         std::int32_t warning_days) {
  std::vector<double> values;
  for (const auto& statistic : statistics)
    for (const double value : statistic)
      if (value > nothing && std::isfinite(value)) values.push_back(value);
  std::ranges::sort(values, std::greater{});
  values.erase(std::unique(values.begin(), values.end()), values.end());
  Outcome best =
      evaluate(places, statistics, std::numeric_limits<double>::infinity(), warning_days);
  constexpr std::size_t thresholds_max = 600;
  const double step = std::max(1.0, static_cast<double>(values.size()) / thresholds_max);
  for (double at = 0; at < static_cast<double>(values.size()); at += step) {
    const auto outcome =
        evaluate(places, statistics, values[static_cast<std::size_t>(at)], warning_days);
    if (outcome.false_alarms > false_alarms_max) break;
    best = outcome;
  }
  return best;
}

inline double study_years(const std::vector<StudyPlace>& places) {
  double days = 0;
  for (const auto& place : places) {
    double own = 0;
    for (std::size_t i = onset_window + onset_year; i < place.days(); ++i) own += place.observed[i];
    days = std::max(days, own);
  }
  return days / 365.25;
}

}  // namespace tocsin::bench
