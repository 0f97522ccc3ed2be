// SPDX-License-Identifier: Apache-2.0
// Tells how unusual a place's recent days are against its own past.
//
// For a place and a measure (attacks on civilians, …) the count of the last 7 and of the last 28
// days is compared with what the place's own past lets expect. Method (docs/decisions/0003):
//  - Bins of the window's length going back three years, a guard of four weeks left out before the
//    window; windows are whole weeks, so that the weekly rhythm cancels.
//  - Quasi-Poisson regression with level and trend, exposure as offset, and weights that down-weigh
//    past outbreaks (Noufaily et al. 2013, "An improved algorithm for outbreak detection in
//    multiple surveillance systems", Statistics in Medicine 32; after Farrington et al. 1996).
//    Differences: older bins fade (discounting as in Harvey and Fernandes 1989), the trend is
//    shrunk towards none, and the dispersion towards a prior, so that sparse places are judged
//    soberly.
//  - The predictive distribution is negative binomial with the variance of the counts and of the
//    estimate; its upper tail is the surprise.
//  - A user's budget of false alarms a place and year becomes a threshold for that tail by the
//  number
//    of independent looks a year, found by simulation (bench/simulate_counts), shared among
//    measures.
//
// Exposure has two parts. *Observed*: days that nobody observed (no feed, a gap in a file) count
// for nothing, they are never zeros. *Reporting*: how much was reported at all, for example reports
// about the whole country; counts that rise with it are no surprise.
//
// Ownership: values. Threads: all functions are pure; a PlaceDays may be shared once made.
// Units: days since 1970-01-01; counts of clusters or people. Errors: none; too little past is
// said.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tocsin::monitor {

/// A day on which something was counted; days without an entry count zero if they were observed.
struct DayCount {
  std::int32_t day;
  std::int32_t count;
};

/// Days from `first` to `last`, both included.
struct DayRange {
  std::int32_t first;
  std::int32_t last;
};

/// What is known of a place's days, whatever the measure: which were observed and how much was
/// reported. Made once a place, used for all its measures.
class PlaceDays {
 public:
  /// Days [first_day, last_day]; `observed` ranges in rising order, none overlapping.
  /// `reporting`: reports a day from first_day on, one value a day, or empty where not known.
  PlaceDays(std::int32_t first_day, std::int32_t last_day, std::span<const DayRange> observed,
            std::span<const float> reporting = {});

  [[nodiscard]] std::int32_t first_day() const { return first_day_; }
  [[nodiscard]] std::int32_t last_day() const {
    return first_day_ + static_cast<std::int32_t>(observed_.size()) - 2;
  }
  /// Observed days in [first, last], each weighted by its weekday's usual share of reporting.
  [[nodiscard]] double observed(std::int32_t first, std::int32_t last) const;
  /// Reports in [first, last]; 0 where reporting is not known.
  [[nodiscard]] double reported(std::int32_t first, std::int32_t last) const;
  [[nodiscard]] bool reporting_known() const { return !reported_.empty(); }
  [[nodiscard]] bool is_observed(std::int32_t day) const { return observed(day, day) > 0; }

 private:
  [[nodiscard]] double between(const std::vector<double>& sums, std::int32_t first,
                               std::int32_t last) const;
  std::int32_t first_day_;
  std::vector<double> observed_;  ///< running sums; entry i counts days before first_day_ + i
  std::vector<double> reported_;
};

inline constexpr std::int32_t windows_days[] = {7, 28};

struct ChangeSettings {
  std::int32_t baseline_days = 3 * 365;
  /// Days left out between baseline and window, so that a slow rise does not raise its own norm.
  std::int32_t guard_days = 28;
  /// A bin this many days old counts half.
  double half_life_days = 365;
  /// Prior of the dispersion (variance over mean) and how many counted events it is worth.
  double dispersion_prior = 2;
  double dispersion_prior_events = 10;
  /// Standard deviation a year of the trend (log scale) before anything is seen.
  double trend_per_year = 0.35;
  /// Standard deviation of how far a place's level (log scale) may have drifted since the baseline.
  double level_drift = 0.3;
  /// Floor: a window with less than this counted weighs less, however quiet the past (Farrington
  /// et al. let nothing alarm below five reports in four weeks). Soft, so that a budget which
  /// larger counts do not use up still goes to smaller ones: surprise is divided by (floor / count)
  /// ^ floor_power.
  double count_floor = 3;
  double floor_power = 6;
  /// Anscombe residuals above this mark a past outbreak (Noufaily et al. 2013).
  double outbreak_residual = 2.58;
  /// Observed days of baseline below which nothing is said.
  double baseline_days_min = 182;
  /// Share of the window that must be observed.
  double window_share_min = 0.5;
  /// Reports a bin that steady the ratio of reporting where little is reported.
  double reporting_steady = 20;
};

/// Settings for counts of people killed: one event may count many.
[[nodiscard]] ChangeSettings settings_for_killed();

/// How one window compares with the past.
struct WindowChange {
  std::int32_t window_days = 0;
  double count = 0;
  double usual = 0;     ///< expected count for the window as it was observed and reported on
  double variance = 0;  ///< of the predictive distribution
  double tail = 1;      ///< P(as many or more) under the past's norm
  double per_year = 0;  ///< about how often a year a quiet place would come this high
  /// per_year with the floor, what a budget is compared with; infinite for a count that is no rise.
  double alarm_rate = 0;
  double reporting_ratio = 1;  ///< reporting in the window against its usual
  double observed_share = 0;   ///< of the window's days
};

struct Change {
  /// False where the past or the window was observed too little; then nothing else is set.
  bool judged = false;
  std::vector<WindowChange> windows;  ///< in the order of windows_days
  /// The window with the smallest alarm_rate; null where nothing was counted in any.
  [[nodiscard]] const WindowChange* strongest() const;
};

/// What the past before `day` lets expect of a window. It holds for that day, and nearly so for the
/// weeks after it.
struct WindowNorm {
  std::int32_t day = 0;
  std::int32_t window_days = 0;
  double level = 0;  ///< log of the count expected of a fully observed window that ends on `day`
  double trend = 0;  ///< of the level, a year
  double level_variance = 0;
  double dispersion = 1;
  double reported_usual = 0;  ///< reports in such a window
};
/// Nothing where too little of the past was observed.
[[nodiscard]] std::optional<WindowNorm> make_norm(const PlaceDays& place,
                                                  std::span<const DayCount> counts,
                                                  std::int32_t day, std::int32_t window_days,
                                                  const ChangeSettings& settings);
/// Judges the window that ends on `day` by a norm of that day or of the weeks before it. Nothing
/// where too little of the window was observed.
[[nodiscard]] std::optional<WindowChange> judge_window(const WindowNorm& norm,
                                                       const PlaceDays& place,
                                                       std::span<const DayCount> counts,
                                                       std::int32_t day,
                                                       const ChangeSettings& settings);

/// Judges the windows that end on `day`. `counts` in rising order of days.
[[nodiscard]] Change judge_change(const PlaceDays& place, std::span<const DayCount> counts,
                                  std::int32_t day, const ChangeSettings& settings);

/// Independent looks a year that a window of this length gives: alarms a year = looks x tail.
/// From simulation; see docs/decisions/0003.
[[nodiscard]] double looks_per_year(std::int32_t window_days);

/// A budget of false alarms: alarms a year for one place, over all its measures.
struct AlarmBudget {
  double alarms_per_place_year = 0.5;
  std::size_t measures = 1;
  /// The same for a whole list: `alarms_per_year` shared by `places`.
  [[nodiscard]] static AlarmBudget for_list(double alarms_per_year, std::size_t places,
                                            std::size_t measures);
  /// WindowChange::alarm_rate at or below which a window alarms.
  [[nodiscard]] double per_year_max() const;
};

/// Turns days that exceed into alarms: an alarm opens with the first day, stays open until
/// `quiet_days` pass without another, and is raised anew after `renew_days`.
class AlarmTracker {
 public:
  static constexpr std::int32_t quiet_days = 28;
  static constexpr std::int32_t renew_days = 90;
  /// Days must rise. True if an alarm is raised on this day.
  bool add(std::int32_t day, bool exceeds);

 private:
  std::optional<std::int32_t> raised_;
  std::optional<std::int32_t> last_exceeded_;
};

/// A day of the past with the smallest alarm rate that a place's measures had on it.
struct DayRate {
  std::int32_t day;
  double alarm_rate;
};

/// The alarm rate at or below which a list would have raised `alarms` over the days given, counted
/// by AlarmTracker: the budget spent on the list's own past, where a budget turned into a tail by
/// theory stays below what it allows (few events, measures that move together). `history`: one
/// entry a place, days rising, only days on which something was counted. Never below
/// `rate_max_min`, what theory gives, and never above `rate_max_most`.
[[nodiscard]] double calibrate_rate_max(std::span<const std::vector<DayRate>> history,
                                        double alarms, double rate_max_min, double rate_max_most);

/// How often a count this high was seen before: separate times, four weeks apart at least.
struct Recurrence {
  unsigned times = 0;
  double years = 0;  ///< observed years looked back on
};
[[nodiscard]] Recurrence count_recurrence(const PlaceDays& place, std::span<const DayCount> counts,
                                          std::int32_t day, std::int32_t window_days,
                                          std::int32_t baseline_days);

}  // namespace tocsin::monitor
