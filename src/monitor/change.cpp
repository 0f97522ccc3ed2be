// SPDX-License-Identifier: Apache-2.0
#include "monitor/change.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "monitor/negative_binomial.hpp"

namespace tocsin::monitor {
namespace {

constexpr double days_per_year = 365.25;
constexpr std::size_t weekdays = 7;
/// Reports that each weekday is credited with before its share is taken.
constexpr double weekday_steady = 20;
/// Events that an eventless past is credited with: half an event, the Jeffreys prior of a rate.
constexpr double prior_events = 0.5;
constexpr double reporting_ratio_min = 0.2;
constexpr double reporting_ratio_max = 5;
constexpr std::size_t bins_max = 512;
constexpr double outbreaks_off = 1e6;
constexpr int newton_steps = 5;
constexpr int outbreak_passes = 2;
/// Six to eight weeks of three years may be an outbreak.
constexpr double extreme_share = 0.05;

/// One stretch of the past.
struct Bin {
  double count = 0;
  double exposure = 0;  ///< 1 for a fully observed bin with usual reporting
  double weight = 0;    ///< fades with age
  double years = 0;     ///< from the window's middle back to the bin's middle, negative
};

/// Adds up sparse counts over [first, last].
double sum_counts(std::span<const DayCount> counts, std::int32_t first, std::int32_t last) {
  auto at = std::ranges::lower_bound(counts, first, {}, &DayCount::day);
  double sum = 0;
  for (; at != counts.end() && at->day <= last; ++at) sum += at->count;
  return sum;
}

/// Sums of counts over consecutive windows going back from `last_of_first`, newest first.
void fill_counts(std::span<const DayCount> counts, std::int32_t last_of_first, std::int32_t length,
                 std::span<Bin> bins) {
  const std::int32_t first = last_of_first - length * static_cast<std::int32_t>(bins.size()) + 1;
  auto at = std::ranges::lower_bound(counts, first, {}, &DayCount::day);
  for (; at != counts.end() && at->day <= last_of_first; ++at)
    bins[static_cast<std::size_t>((last_of_first - at->day) / length)].count += at->count;
}

struct Fit {
  double level = 0;  ///< log of the rate at the window
  double trend = 0;
  double level_variance = 0;
  double dispersion = 1;
};

/// Weighted quasi-Poisson regression of the bins on level and trend by Newton's method. The trend
/// has a normal prior around none; the level the prior of half an event spread over all bins.
class Regression {
 public:
  Regression(std::span<const Bin> bins, const ChangeSettings& settings)
      : bins_(bins), settings_(settings) {
    outbreak_weights_.fill(1);
    for (const auto& bin : bins_) exposure_ += bin.weight * bin.exposure;
    dispersion_ = settings.dispersion_prior;
  }

  Fit fit() {
    solve();
    for (int pass = 0; pass < outbreak_passes; ++pass) {
      // An outbreak must not hide itself behind the dispersion that it causes: what decides whether
      // a bin is one is estimated without the most extreme bins.
      estimate_dispersion(extreme_share);
      weigh_outbreaks();
      solve();
    }
    estimate_dispersion(0);
    return {level_, trend_, level_variance(), dispersion_};
  }

 private:
  /// Expected counts of all bins. Bins are evenly spaced in time, so that each rate is the one
  /// before times a constant: no exponential a bin.
  void expect() {
    if (bins_.empty()) return;
    double rate = std::exp(level_ + trend_ * bins_[0].years);
    const double ratio =
        bins_.size() > 1 ? std::exp(trend_ * (bins_[1].years - bins_[0].years)) : 1;
    for (std::size_t i = 0; i < bins_.size(); ++i) {
      expected_[i] = rate * bins_[i].exposure;
      rate *= ratio;
    }
  }

  void solve() {
    double events = prior_events;
    double exposure = 0;
    for (std::size_t i = 0; i < bins_.size(); ++i) {
      const double weight = bins_[i].weight * outbreak_weights_[i];
      events += weight * bins_[i].count;
      exposure += weight * bins_[i].exposure;
    }
    level_ = std::log(events / exposure);
    trend_ = 0;
    // Without any event there is no trend to find.
    const int steps = events > prior_events ? newton_steps : 0;
    const double trend_information = 1 / (settings_.trend_per_year * settings_.trend_per_year);
    for (int step = 0; step <= steps; ++step) {
      expect();
      double gradient_level = 0;
      double gradient_trend = -trend_information * trend_ * dispersion_;
      information_ = {0, 0, trend_information * dispersion_};
      for (std::size_t i = 0; i < bins_.size(); ++i) {
        const Bin& bin = bins_[i];
        const double weight = bin.weight * outbreak_weights_[i];
        if (weight * bin.exposure <= 0) continue;
        const double expected = expected_[i];
        const double prior = prior_events * bin.exposure / exposure_;
        const double residual = weight * (bin.count + prior - expected);
        gradient_level += residual;
        gradient_trend += residual * bin.years;
        information_[0] += weight * expected;
        information_[1] += weight * expected * bin.years;
        information_[2] += weight * expected * bin.years * bin.years;
      }
      if (step == steps) break;
      const double determinant =
          information_[0] * information_[2] - information_[1] * information_[1];
      if (!(determinant > 0)) break;
      const double change_level =
          (information_[2] * gradient_level - information_[1] * gradient_trend) / determinant;
      const double change_trend =
          (information_[0] * gradient_trend - information_[1] * gradient_level) / determinant;
      constexpr double step_max = 1;
      level_ += std::clamp(change_level, -step_max, step_max);
      trend_ += std::clamp(change_trend, -step_max, step_max);
      if (std::abs(change_level) + std::abs(change_trend) < 1e-4) break;
    }
  }

  /// Variance over mean from Pearson residuals, shrunk towards the prior by the events seen. The
  /// share `left_out` of bins with the largest residuals does not count.
  void estimate_dispersion(double left_out) {
    double bins = 0;
    double events = 0;
    std::array<double, bins_max> residuals;
    for (std::size_t i = 0; i < bins_.size(); ++i) {
      const Bin& bin = bins_[i];
      const double weight = bin.weight * outbreak_weights_[i];
      const double expected = expected_[i];
      residuals[i] = 0;
      if (weight <= 0 || expected <= 0) continue;
      const double residual = bin.count - expected;
      residuals[i] = weight * residual * residual / expected;
      bins += weight;
      events += weight * bin.count;
    }
    const auto kept =
        bins_.size() - static_cast<std::size_t>(left_out * static_cast<double>(bins_.size()));
    if (kept < bins_.size())
      std::nth_element(residuals.begin(), residuals.begin() + static_cast<std::ptrdiff_t>(kept),
                       residuals.begin() + static_cast<std::ptrdiff_t>(bins_.size()));
    double sum = 0;
    for (std::size_t i = 0; i < kept; ++i) sum += residuals[i];
    const double found = bins > 1 ? sum / bins : 1;
    const double prior = settings_.dispersion_prior_events;
    dispersion_ =
        std::max(1.0, (prior * settings_.dispersion_prior + events * found) / (prior + events));
  }

  void weigh_outbreaks() {
    for (std::size_t i = 0; i < bins_.size(); ++i) {
      const double expected = expected_[i];
      outbreak_weights_[i] = 1;
      if (expected <= 0 || bins_[i].count <= expected) continue;
      // Anscombe residual of a quasi-Poisson count.
      const double residual =
          1.5 * (std::cbrt(bins_[i].count * bins_[i].count) - std::cbrt(expected * expected)) /
          std::pow(expected, 1.0 / 6.0) / std::sqrt(dispersion_);
      const double ratio = residual / settings_.outbreak_residual;
      outbreak_weights_[i] = ratio > 1 ? 1 / (ratio * ratio) : 1;
    }
  }

  [[nodiscard]] double level_variance() const {
    const double determinant =
        information_[0] * information_[2] - information_[1] * information_[1];
    if (!(determinant > 0)) return 1 / prior_events;
    return dispersion_ * information_[2] / determinant;
  }

  std::span<const Bin> bins_;
  const ChangeSettings& settings_;
  std::array<double, bins_max> outbreak_weights_;
  std::array<double, bins_max> expected_;
  std::array<double, 3> information_{};
  double exposure_ = 0;
  double level_ = 0;
  double trend_ = 0;
  double dispersion_ = 1;
};

/// Reports of a bin against what is usual for as many observed days.
double reporting_ratio_of(const PlaceDays& place, std::int32_t last, std::int32_t length,
                          double observed_share, double reported_usual,
                          const ChangeSettings& settings) {
  if (!place.reporting_known() || observed_share <= 0) return 1;
  const double reports = place.reported(last - length + 1, last) / observed_share;
  const double ratio =
      (reports + settings.reporting_steady) / (reported_usual + settings.reporting_steady);
  return std::clamp(ratio, reporting_ratio_min, reporting_ratio_max);
}

/// The bins of the past of one window, or none where too little was observed.
class Past {
 public:
  Past(const PlaceDays& place, std::span<const DayCount> counts, std::int32_t day,
       std::int32_t length, const ChangeSettings& settings) {
    const std::int32_t last = day - length - settings.guard_days;
    const std::int32_t first = std::max(place.first_day(), last - settings.baseline_days + 1);
    if (last < first) return;
    count_ = std::min(bins_max, static_cast<std::size_t>((last - first + 1) / length));
    const auto bins = std::span(bins_).first(count_);
    double reported = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      const std::int32_t bin_last = last - static_cast<std::int32_t>(i) * length;
      const double days = place.observed(bin_last - length + 1, bin_last);
      const double age = static_cast<double>(day - bin_last);
      bins[i].weight = std::exp2(-age / settings.half_life_days);
      bins[i].years = -age / days_per_year;
      bins[i].exposure = days / length;
      observed_days_ += days;
      reported += bins[i].weight * place.reported(bin_last - length + 1, bin_last);
      weighted_exposure_ += bins[i].weight * bins[i].exposure;
    }
    fill_counts(counts, last, length, bins);
    if (weighted_exposure_ > 0) reported_usual_ = reported / weighted_exposure_;
    if (!place.reporting_known()) return;
    for (std::size_t i = 0; i < count_; ++i) {
      const std::int32_t bin_last = last - static_cast<std::int32_t>(i) * length;
      bins[i].exposure *=
          reporting_ratio_of(place, bin_last, length, bins[i].exposure, reported_usual_, settings);
    }
  }

  [[nodiscard]] std::span<const Bin> bins() const { return std::span(bins_).first(count_); }
  [[nodiscard]] double observed_days() const { return observed_days_; }
  [[nodiscard]] double reported_usual() const { return reported_usual_; }

 private:
  std::array<Bin, bins_max> bins_{};
  std::size_t count_ = 0;
  double observed_days_ = 0;
  double weighted_exposure_ = 0;
  double reported_usual_ = 0;
};

}  // namespace

PlaceDays::PlaceDays(std::int32_t first_day, std::int32_t last_day,
                     std::span<const DayRange> observed, std::span<const float> reporting)
    : first_day_(first_day) {
  const auto days = static_cast<std::size_t>(std::max(0, last_day - first_day + 1));
  std::array<double, weekdays> shares;
  shares.fill(weekday_steady);
  double total = weekday_steady * weekdays;
  for (std::size_t i = 0; i < std::min(days, reporting.size()); ++i) {
    shares[i % weekdays] += static_cast<double>(reporting[i]);
    total += static_cast<double>(reporting[i]);
  }
  std::vector<double> weights(days, 0);
  for (const auto& range : observed)
    for (auto day = std::max(range.first, first_day); day <= std::min(range.last, last_day);
         ++day) {
      const auto at = static_cast<std::size_t>(day - first_day);
      weights[at] = shares[at % weekdays] / total * weekdays;
    }
  observed_.resize(days + 1);
  for (std::size_t i = 0; i < days; ++i) observed_[i + 1] = observed_[i] + weights[i];
  if (reporting.empty()) return;
  reported_.resize(days + 1);
  for (std::size_t i = 0; i < days; ++i) {
    const bool counts = i < reporting.size() && weights[i] > 0;
    reported_[i + 1] = reported_[i] + (counts ? static_cast<double>(reporting[i]) : 0.0);
  }
}

double PlaceDays::between(const std::vector<double>& sums, std::int32_t first,
                          std::int32_t last) const {
  if (sums.empty()) return 0;
  const auto days = static_cast<std::int32_t>(sums.size()) - 1;
  const auto begin = std::clamp(first - first_day_, 0, days);
  const auto end = std::clamp(last - first_day_ + 1, 0, days);
  return end <= begin ? 0
                      : sums[static_cast<std::size_t>(end)] - sums[static_cast<std::size_t>(begin)];
}

double PlaceDays::observed(std::int32_t first, std::int32_t last) const {
  return between(observed_, first, last);
}

double PlaceDays::reported(std::int32_t first, std::int32_t last) const {
  return between(reported_, first, last);
}

ChangeSettings settings_for_killed() {
  ChangeSettings settings;
  settings.dispersion_prior = 10;
  settings.count_floor = 8;
  // Attacks with many dead are the heavy tail of the norm, no outbreak that should not count.
  settings.outbreak_residual = outbreaks_off;
  return settings;
}

const WindowChange* Change::strongest() const {
  const WindowChange* best = nullptr;
  for (const auto& window : windows)
    if (window.count > 0 && (best == nullptr || window.alarm_rate < best->alarm_rate))
      best = &window;
  return best;
}

std::optional<WindowNorm> make_norm(const PlaceDays& place, std::span<const DayCount> counts,
                                    std::int32_t day, std::int32_t window_days,
                                    const ChangeSettings& settings) {
  const Past past(place, counts, day, window_days, settings);
  if (past.observed_days() < settings.baseline_days_min) return std::nullopt;
  const Fit fit = Regression(past.bins(), settings).fit();
  return WindowNorm{day,
                    window_days,
                    fit.level,
                    fit.trend,
                    fit.level_variance,
                    fit.dispersion,
                    past.reported_usual()};
}

std::optional<WindowChange> judge_window(const WindowNorm& norm, const PlaceDays& place,
                                         std::span<const DayCount> counts, std::int32_t day,
                                         const ChangeSettings& settings) {
  WindowChange change;
  const auto length = norm.window_days;
  change.window_days = length;
  change.observed_share = place.observed(day - length + 1, day) / length;
  if (change.observed_share < settings.window_share_min) return std::nullopt;
  change.count = sum_counts(counts, day - length + 1, day);
  change.reporting_ratio =
      reporting_ratio_of(place, day, length, change.observed_share, norm.reported_usual, settings);
  const double exposure = change.observed_share * change.reporting_ratio;
  // The middle of the window is half its length after the middle of time zero; too near to matter.
  change.usual = std::exp(norm.level + norm.trend * (day - norm.day) / days_per_year) * exposure;
  const double drift_variance = settings.level_drift * settings.level_drift;
  change.variance = norm.dispersion * change.usual +
                    (norm.level_variance + drift_variance) * change.usual * change.usual;
  change.tail = upper_tail(change.count, change.usual, change.variance);
  change.per_year = looks_per_year(length) * change.tail;
  const double shortfall = settings.count_floor / std::max(1.0, change.count);
  change.alarm_rate =
      change.per_year * (shortfall > 1 ? std::pow(shortfall, settings.floor_power) : 1.0);
  // However much of a budget is left, what is usual is no news.
  if (change.count <= change.usual) change.alarm_rate = std::numeric_limits<double>::infinity();
  return change;
}

Change judge_change(const PlaceDays& place, std::span<const DayCount> counts, std::int32_t day,
                    const ChangeSettings& settings) {
  Change change;
  for (const auto length : windows_days) {
    const double share = place.observed(day - length + 1, day) / length;
    if (share < settings.window_share_min) continue;
    const auto norm = make_norm(place, counts, day, length, settings);
    if (!norm) continue;
    const auto window = judge_window(*norm, place, counts, day, settings);
    if (!window) continue;
    change.judged = true;
    change.windows.push_back(*window);
  }
  return change;
}

double looks_per_year(std::int32_t window_days) {
  constexpr double looks_of_a_week = 130;
  constexpr double looks_of_four_weeks = 75;
  return window_days <= 7 ? looks_of_a_week : looks_of_four_weeks;
}

AlarmBudget AlarmBudget::for_list(double alarms_per_year, std::size_t places,
                                  std::size_t measures) {
  return {alarms_per_year / static_cast<double>(std::max<std::size_t>(1, places)), measures};
}

double AlarmBudget::per_year_max() const {
  // Each measure and window gets an equal share: Bonferroni, on the safe side where they move
  // together.
  const auto shares = std::max<std::size_t>(1, measures) * std::size(windows_days);
  return alarms_per_place_year / static_cast<double>(shares);
}

bool AlarmTracker::add(std::int32_t day, bool exceeds) {
  if (!exceeds) return false;
  const bool quiet = !last_exceeded_ || day - *last_exceeded_ > quiet_days;
  const bool stale = raised_ && day - *raised_ > renew_days;
  last_exceeded_ = day;
  if (!quiet && !stale) return false;
  raised_ = day;
  return true;
}

double calibrate_rate_max(std::span<const std::vector<DayRate>> history, double alarms,
                          double rate_max_min, double rate_max_most) {
  const auto raised = [&](double rate_max) {
    double count = 0;
    for (const auto& place : history) {
      AlarmTracker tracker;
      for (const auto& entry : place)
        count += tracker.add(entry.day, entry.alarm_rate <= rate_max) ? 1 : 0;
    }
    return count;
  };
  if (!(rate_max_most > rate_max_min) || raised(rate_max_min) >= alarms) return rate_max_min;
  if (raised(rate_max_most) <= alarms) return rate_max_most;
  double low = std::log(rate_max_min);
  double high = std::log(rate_max_most);
  constexpr int halvings = 30;
  for (int step = 0; step < halvings; ++step) {
    const double middle = (low + high) / 2;
    (raised(std::exp(middle)) <= alarms ? low : high) = middle;
  }
  return std::exp(low);
}

Recurrence count_recurrence(const PlaceDays& place, std::span<const DayCount> counts,
                            std::int32_t day, std::int32_t window_days,
                            std::int32_t baseline_days) {
  const std::int32_t last = day - window_days;
  const std::int32_t first = std::max(place.first_day(), last - baseline_days + 1);
  Recurrence found;
  found.years = place.observed(first, last) / days_per_year;
  const double level = sum_counts(counts, day - window_days + 1, day);
  if (level <= 0) return found;
  constexpr std::int32_t apart_days = 28;
  std::optional<std::int32_t> seen;
  double sum = 0;
  auto oldest = std::ranges::lower_bound(counts, first, {}, &DayCount::day);
  for (auto newest = oldest; newest != counts.end() && newest->day <= last; ++newest) {
    sum += newest->count;
    for (; oldest->day <= newest->day - window_days; ++oldest) sum -= oldest->count;
    if (sum < level) continue;
    if (!seen || newest->day - *seen > apart_days) ++found.times;
    seen = newest->day;
  }
  return found;
}

}  // namespace tocsin::monitor
