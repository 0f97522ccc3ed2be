// SPDX-License-Identifier: Apache-2.0
// Spends a budget of false alarms on the list's own past.
//
// By theory a budget is an upper bound that sparse lists leave mostly unspent: few events, measures
// that move together, a floor. So the limits of theory are multiplied by the largest factor at
// which the last three years of the list would have brought no more alarms than the budget allows,
// all of them taken as false. The past ends with the month before, so that limits hold for a month.
//
// Places are taken in an order of their own (a hash of their number) until enough work is done, so
// that the cost is bounded and the same store always gives the same limits. Norms of the past are
// made once a month and place (change.hpp, WindowNorm).
//
// Cost sketch: a norm 10 microseconds, a judged day 1; with work_max 0.1 to 0.3 s on two cores.
// Ownership: values; views must outlive the call. Threads: pure; uses up to `threads` inside.
// Units: days since 1970-01-01; alarms a place and year.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "monitor/change_list.hpp"

namespace tocsin::monitor {

struct LimitSettings {
  double alarms_per_place_year = 2;
  std::int32_t history_days = 3 * 365;
  /// Years judged of an average place below which the limits of theory hold.
  double years_min = 1;
  /// About how many microseconds of one core may be spent.
  double work_max = 150'000;
  ChangeSettings clusters;
  ChangeSettings killed = settings_for_killed();
  unsigned threads = 2;
};

/// The last day of the past that limits for `day` are found on: the one before its month begins.
[[nodiscard]] std::int32_t last_day_of_past(std::int32_t day);

/// What the past would have shown: for each place taken, the days on which something was counted
/// with the smallest ratio of a series' alarm rate to its rate_max.
struct AlarmPast {
  std::vector<std::vector<DayRate>> places;
  double place_years = 0;  ///< judged
  [[nodiscard]] double years() const {
    return places.empty() ? 0 : place_years / static_cast<double>(places.size());
  }
};

/// Judges days up to `last`. Every series bears its rate_max of theory.
[[nodiscard]] AlarmPast judge_past(std::span<const PlaceSeries> places, std::int32_t last,
                                   const LimitSettings& settings);

/// The factor by which the limits of theory are multiplied; 1 where the past is too short.
[[nodiscard]] double limit_factor(const AlarmPast& past, const LimitSettings& settings);

}  // namespace tocsin::monitor
