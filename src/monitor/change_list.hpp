// SPDX-License-Identifier: Apache-2.0
// Puts the watch list together: which places moved against their own past, in what, and since when.
//
// Rows are ordered by how unusual they are against the place's own past, never by how much happens
// there: this is no ranking of places by danger. Pure assembly: the caller brings daily counts
// (from the rollups) and takes the rows; nothing is read or written here.
//
// Cost sketch: a series without a count in the last 28 days costs a binary search (50 ns), one with
// an ordinary count a screen (six sums, under a microsecond), any other two regressions over 195
// bins (about 20 microseconds), an alarmed one more of them for each counted day back to its first
// alarm. 5,000 places x 20 measures x 3 years: 0.1 to 0.3 s on two cores
// (bench/change_list_speed.cpp); places are independent, so that `threads` divide them.
//
// Ownership: inputs are views that must outlive the call; rows are values. Threads: pure; uses up
// to `threads` threads inside. Units: days since 1970-01-01; counts of clusters or people.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "monitor/change.hpp"

namespace tocsin::monitor {

enum class CountedUnit : std::uint8_t { clusters, killed };

/// Daily counts of one measure at one place.
struct MeasureSeries {
  std::int32_t measure = 0;  ///< the caller's number for the measure or indicator
  CountedUnit unit = CountedUnit::clusters;
  std::span<const DayCount> counts;  ///< rising days, zeros left out
  /// Alarm rate at or below which this series alarms; 0: that of the list.
  double rate_max = 0;
};

struct PlaceSeries {
  std::int64_t place = 0;
  const PlaceDays* days = nullptr;  ///< may be shared among places that are observed alike
  std::vector<MeasureSeries> measures;
};

/// The parts of the sentence that says why, for pages and translators.
struct ChangeReason {
  std::int32_t measure = 0;
  CountedUnit unit = CountedUnit::clusters;
  double count = 0;
  std::int32_t window_days = 0;
  double usual = 0;
  Recurrence seen;
  double reporting_ratio =
      1;                      ///< how much is reported against its usual; expected counts follow it
  double observed_share = 1;  ///< of the window's days
  double alarms_per_year = 0;        ///< how often a year a count like this comes in a steady place
  std::int32_t first_alarm_day = 0;  ///< when this alarm was raised
  /// Days whose observations are the evidence: counted days within the window, newest first.
  std::vector<std::int32_t> evidence_days;
};

struct ChangeRow {
  std::int64_t place = 0;
  std::vector<ChangeReason> reasons;  ///< most unusual first
  /// Smallest alarm rate of the place; rows are ordered by it, then by place number.
  double alarm_rate = 0;
};

struct ChangeListSettings {
  std::int32_t day = 0;  ///< the windows end on this day
  AlarmBudget budget;    ///< `measures` as many as a place may have
  /// Alarm rate of series that bear none of their own; 0: the budget's.
  double rate_max = 0;
  ChangeSettings clusters;
  ChangeSettings killed = settings_for_killed();
  unsigned threads = 2;
  /// Leaves out series that cannot alarm before their past is fitted; changes the time, not the
  /// rows.
  bool screen = true;
};

struct ChangeList {
  std::vector<ChangeRow> rows;
  std::size_t places_judged = 0;
  /// Places about which nothing can be said: too little past, or the window not observed.
  std::vector<std::int64_t> places_not_judged;
};

[[nodiscard]] ChangeList make_change_list(std::span<const PlaceSeries> places,
                                          const ChangeListSettings& settings);

/// "attacks on civilians: 14 clusters in 7 days, usual 3, seen this high 2 times in 3 years", in
/// English for the terminal; pages build theirs from the parts. `measure` is the measure's name.
[[nodiscard]] std::string describe(const ChangeReason& reason, std::string_view measure);

}  // namespace tocsin::monitor
