// SPDX-License-Identifier: Apache-2.0
// The budget spent on the list's own past.
#include "monitor/alarm_limits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/calendar.hpp"
#include "base/random.hpp"

namespace tocsin::monitor {
namespace {

constexpr std::int32_t years = 8;
constexpr std::int32_t last_day = years * 365;

/// A quiet list: in each place on average one day in `gap` with one or two clusters.
class QuietList {
 public:
  QuietList(std::size_t places, std::uint64_t gap, std::uint64_t seed, std::int32_t first_observed)
      : observed_{first_observed, last_day}, days_(0, last_day, std::span(&observed_, 1)) {
    base::SeededRandom random(seed);
    counts_.resize(places);
    for (auto& counts : counts_)
      for (std::int32_t day = first_observed; day <= last_day; ++day)
        if (random.below(gap) == 0)
          counts.push_back({day, 1 + static_cast<std::int32_t>(random.below(2))});
    const AlarmBudget budget{alarms_a_year, 1};
    for (std::size_t p = 0; p < places; ++p)
      series_.push_back({static_cast<std::int64_t>(p),
                         &days_,
                         {{0, CountedUnit::clusters, counts_[p], budget.per_year_max()}}});
  }
  /// Alarms a place and year from `first` on, the limits times `factor`.
  [[nodiscard]] double alarms(std::int32_t first, double factor) const {
    double raised = 0;
    for (const auto& place : series_) {
      AlarmTracker tracker;
      for (const auto& entry : place.measures[0].counts) {
        if (entry.day < first) continue;
        const auto change = judge_change(days_, place.measures[0].counts, entry.day, {});
        const auto* window = change.strongest();
        raised +=
            tracker.add(entry.day, window != nullptr &&
                                       window->alarm_rate <= place.measures[0].rate_max * factor)
                ? 1
                : 0;
      }
    }
    return raised / static_cast<double>(series_.size()) / ((last_day - first) / 365.25);
  }
  [[nodiscard]] const std::vector<PlaceSeries>& places() const { return series_; }

  static constexpr double alarms_a_year = 0.5;

 private:
  DayRange observed_;
  PlaceDays days_;
  std::vector<std::vector<DayCount>> counts_;
  std::vector<PlaceSeries> series_;
};

LimitSettings settings_of_test() {
  LimitSettings settings;
  settings.alarms_per_place_year = QuietList::alarms_a_year;
  return settings;
}

TEST(AlarmLimits, SpendTheBudgetWhereTheoryLeavesIt) {
  const QuietList list(60, 120, 7, 0);
  constexpr std::int32_t known = last_day - 2 * 365;
  const auto past = judge_past(list.places(), known, settings_of_test());
  EXPECT_EQ(past.places.size(), 60U);
  EXPECT_NEAR(past.years(), 3.0, 0.01);
  const double factor = limit_factor(past, settings_of_test());
  EXPECT_GT(factor, 3);
  // On the two years that follow, which the limits have not seen.
  EXPECT_LT(list.alarms(known + 1, 1), 0.5 * QuietList::alarms_a_year);
  EXPECT_GT(list.alarms(known + 1, factor), 0.6 * QuietList::alarms_a_year);
  EXPECT_LT(list.alarms(known + 1, factor), 1.4 * QuietList::alarms_a_year);
}

TEST(AlarmLimits, AreTheSameWhateverTheOrderAndTheThreads) {
  const QuietList list(40, 60, 3, 0);
  auto settings = settings_of_test();
  settings.work_max = 4'000;  // not all places are taken
  settings.threads = 1;
  const auto one = judge_past(list.places(), last_day, settings);
  ASSERT_LT(one.places.size(), 40U);
  auto turned = list.places();
  std::ranges::reverse(turned);
  settings.threads = 4;
  const auto four = judge_past(turned, last_day, settings);
  EXPECT_EQ(one.place_years, four.place_years);
  EXPECT_EQ(limit_factor(one, settings), limit_factor(four, settings));
}

TEST(AlarmLimits, StayWithTheoryWhereThePastIsShort) {
  // Observed for 17 months: the first half year is the norm of the rest, which is no year.
  const QuietList list(20, 30, 5, last_day - 520);
  const auto past = judge_past(list.places(), last_day, settings_of_test());
  EXPECT_LT(past.years(), 1);
  EXPECT_EQ(limit_factor(past, settings_of_test()), 1);
}

TEST(AlarmLimits, HoldForACalendarMonth) {
  const auto day = [](std::string_view text) {
    return base::day_number(base::parse_day(text).value());
  };
  EXPECT_EQ(last_day_of_past(day("2026-08-31")), day("2026-07-31"));
  EXPECT_EQ(last_day_of_past(day("2026-08-01")), day("2026-07-31"));
  EXPECT_EQ(last_day_of_past(day("2024-03-15")), day("2024-02-29"));
  EXPECT_EQ(last_day_of_past(day("2026-01-01")), day("2025-12-31"));
}

TEST(AlarmLimits, AnOrdinaryCountNeverAlarms) {
  const DayRange all{0, last_day};
  const PlaceDays days(0, last_day, std::span(&all, 1));
  std::vector<DayCount> counts;
  for (std::int32_t day = 0; day <= last_day; day += 6) counts.push_back({day, 1});
  // One fewer than ever: 1 in 7 days where 1.2 are usual, 4 in 28 days where 4.7 are.
  counts.erase(counts.end() - 2);
  const auto change = judge_change(days, counts, counts.back().day, {});
  ASSERT_NE(change.strongest(), nullptr);
  EXPECT_TRUE(std::isinf(change.strongest()->alarm_rate));
  EXPECT_LE(change.strongest()->count, change.strongest()->usual);
}

TEST(AlarmLimits, ANormServesTheWeeksAfterIt) {
  const QuietList list(8, 6, 11, 0);
  const ChangeSettings settings;
  for (const auto& place : list.places()) {
    const auto counts = place.measures[0].counts;
    constexpr std::int32_t day = last_day - 40;
    const auto old = make_norm(*place.days, counts, day, 28, settings);
    const auto fresh = make_norm(*place.days, counts, day + 28, 28, settings);
    ASSERT_TRUE(old && fresh);
    const auto by_old = judge_window(*old, *place.days, counts, day + 28, settings);
    const auto by_fresh = judge_window(*fresh, *place.days, counts, day + 28, settings);
    ASSERT_TRUE(by_old && by_fresh);
    EXPECT_EQ(by_old->count, by_fresh->count);
    EXPECT_NEAR(by_old->usual, by_fresh->usual, 0.25 * by_fresh->usual);
  }
}

}  // namespace
}  // namespace tocsin::monitor
