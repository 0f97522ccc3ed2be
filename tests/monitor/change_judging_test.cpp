// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "monitor/change.hpp"
#include "monitor/ears.hpp"
#include "monitor/negative_binomial.hpp"

namespace tocsin::monitor {
namespace {

constexpr std::int32_t years = 4;
constexpr std::int32_t last_day = years * 365 - 1;

PlaceDays observed_always(std::span<const float> reporting = {}, std::int32_t last = last_day) {
  const DayRange all{0, last};
  return PlaceDays(0, last, std::span(&all, 1), reporting);
}

/// `weekly` clusters a week on average, seeded, none in the last four weeks.
std::vector<DayCount> quiet_counts(double weekly, std::uint64_t seed) {
  base::SeededRandom random(seed);
  std::vector<DayCount> counts;
  for (std::int32_t day = 0; day <= last_day - 28; ++day) {
    std::int32_t count = 0;
    double product = random.unit();
    for (const double limit = std::exp(-weekly / 7); product > limit; product *= random.unit())
      ++count;
    if (count > 0) counts.push_back({day, count});
  }
  return counts;
}

TEST(ChangeTail, EqualsSumsOfTheProbabilities) {
  // Negative binomial with size 2 and mean 3: P(Y = k) = (k + 1) p^2 q^k with p = 2/5, q = 3/5.
  double below = 0;
  for (int k = 0; k < 10; ++k) {
    EXPECT_NEAR(upper_tail(k, 3, 3 + 9.0 / 2), 1 - below, 1e-10) << k;
    below += (k + 1) * 0.16 * std::pow(0.6, k);
  }
  below = 0;
  double term = std::exp(-2.5);
  for (int k = 0; k < 12; ++k) {
    EXPECT_NEAR(upper_tail(k, 2.5, 2.5), 1 - below, 1e-10) << k;
    below += term;
    term *= 2.5 / (k + 1);
  }
  EXPECT_LT(upper_tail(500, 2, 4), 1e-60);
}

TEST(ChangeEars, EqualsTheDefinitionByHand) {
  // Baseline 2 4 4 4 5 5 4: mean 4, squares 4+0+0+0+1+1+0 = 6, deviation sqrt(6/6) = 1.
  const std::vector<int> daily = {9, 2, 4, 4, 4, 5, 5, 4, 50, 60, 7};
  EXPECT_DOUBLE_EQ(*ears_c2(daily), 3.0);
  EXPECT_FALSE(ears_c2(std::span(daily).first(9)).has_value());
  const std::vector<int> flat = {1, 1, 1, 1, 1, 1, 1, 0, 0, 2};
  EXPECT_TRUE(std::isinf(*ears_c2(flat)));
  EXPECT_DOUBLE_EQ(*ears_c2(flat, 0.2), 5.0);
  const std::vector<int> calm = {1, 1, 1, 1, 1, 1, 1, 0, 0, 1};
  EXPECT_DOUBLE_EQ(*ears_c2(calm), 0.0);
}

TEST(ChangeJudging, RisesWithTheCurrentCount) {
  const auto place = observed_always();
  double before = 2;
  for (const std::int32_t now : {1, 2, 4, 8, 16, 32}) {
    auto counts = quiet_counts(2, 1);
    counts.push_back({last_day, now});
    const auto change = judge_change(place, counts, last_day, {});
    ASSERT_TRUE(change.judged);
    EXPECT_LT(change.windows[0].tail, before);
    before = change.windows[0].tail;
  }
}

TEST(ChangeJudging, UsualIsTheRateOfThePast) {
  const auto change = judge_change(observed_always(), quiet_counts(7, 2), last_day, {});
  ASSERT_EQ(change.windows.size(), 2U);
  EXPECT_NEAR(change.windows[0].usual, 7, 1.5);
  EXPECT_NEAR(change.windows[1].usual, 28, 6);
}

TEST(ChangeJudging, UnobservedDaysChangeNothing) {
  // The same place with a further unobserved year before everything and no counts in it.
  auto counts = quiet_counts(2, 3);
  counts.push_back({last_day, 9});
  const auto plain = judge_change(observed_always(), counts, last_day, {});
  const DayRange observed{0, last_day};
  const PlaceDays longer(-365, last_day, std::span(&observed, 1));
  const auto with_gap = judge_change(longer, counts, last_day, {});
  ASSERT_EQ(plain.windows.size(), with_gap.windows.size());
  for (std::size_t i = 0; i < plain.windows.size(); ++i)
    EXPECT_NEAR(plain.windows[i].tail, with_gap.windows[i].tail, 1e-9);
}

TEST(ChangeJudging, AGapIsNotReadAsZeros) {
  // Half of all weeks unobserved, their counts lost. Read as zeros the usual would be halved.
  std::vector<DayRange> observed;
  for (std::int32_t day = 0; day <= last_day - 42; day += 14) observed.push_back({day, day + 6});
  observed.push_back({last_day - 27, last_day});
  const PlaceDays place(0, last_day, observed);
  std::vector<DayCount> counts;
  for (const auto& count : quiet_counts(7, 4))
    if (place.is_observed(count.day)) counts.push_back(count);
  const auto change = judge_change(place, counts, last_day, {});
  ASSERT_FALSE(change.windows.empty());
  EXPECT_NEAR(change.windows[0].usual, 7, 1.5);
}

TEST(ChangeJudging, TooLittleObservedIsSaidNotJudged) {
  const DayRange late{last_day - 100, last_day};
  const PlaceDays young(0, last_day, std::span(&late, 1));
  const std::vector<DayCount> counts = {{last_day, 50}};
  EXPECT_FALSE(judge_change(young, counts, last_day, {}).judged);
  const DayRange early{0, last_day - 28};
  const PlaceDays dark(0, last_day, std::span(&early, 1));
  EXPECT_FALSE(judge_change(dark, counts, last_day, {}).judged);
}

TEST(ChangeJudging, MoreReportingOfEverythingIsNoAlarm) {
  // From one day on three times as much is reported, of this measure as of all else.
  std::vector<float> reporting(last_day + 1, 100.0F);
  for (std::size_t day = last_day - 6; day < reporting.size(); ++day) reporting[day] = 300.0F;
  auto counts = quiet_counts(7, 5);
  for (std::int32_t day = last_day - 6; day <= last_day; ++day) counts.push_back({day, 3});
  const AlarmBudget budget{0.5, 1};
  const auto adjusted = judge_change(observed_always(reporting), counts, last_day, {});
  EXPECT_GT(adjusted.strongest()->alarm_rate, budget.per_year_max());
  EXPECT_NEAR(adjusted.windows[0].reporting_ratio, 3, 0.2);
  const auto naive = judge_change(observed_always(), counts, last_day, {});
  EXPECT_LT(naive.strongest()->alarm_rate, budget.per_year_max());
}

TEST(ChangeJudging, APastOutbreakDoesNotHideTheNext) {
  auto counts = quiet_counts(1, 6);
  const std::int32_t outbreak = last_day - 400;
  for (std::int32_t day = outbreak; day < outbreak + 28; ++day) counts.push_back({day, 3});
  std::ranges::stable_sort(counts, {}, &DayCount::day);
  for (std::int32_t day = last_day - 6; day <= last_day; ++day) counts.push_back({day, 2});
  ChangeSettings no_weights;
  no_weights.outbreak_residual = 1000;
  const auto with = judge_change(observed_always(), counts, last_day, {});
  const auto without = judge_change(observed_always(), counts, last_day, no_weights);
  EXPECT_LT(with.strongest()->alarm_rate, without.strongest()->alarm_rate);
  EXPECT_LT(with.strongest()->alarm_rate, AlarmBudget{}.per_year_max());
}

TEST(ChangeJudging, SmallCountsInAnEmptyPlaceWeighLess) {
  const auto place = observed_always();
  const std::vector<DayCount> one = {{last_day, 1}};
  const auto change = judge_change(place, one, last_day, {});
  EXPECT_GT(change.strongest()->alarm_rate, change.strongest()->per_year);
  EXPECT_GT(change.strongest()->alarm_rate, AlarmBudget{}.per_year_max());
}

/// Alarms a place and year in quiet over-dispersed places stay within the budget and are not nil.
TEST(ChangeCalibration, FalseAlarmsKeepTheBudget) {
  base::SeededRandom random(77);
  constexpr int places = 12;
  constexpr std::int32_t test_years = 3;
  const AlarmBudget budget{2, 1};
  double alarms = 0;
  for (int p = 0; p < places; ++p) {
    std::vector<DayCount> counts;
    double rate = 0;
    const std::int32_t end = (3 + test_years) * 365;
    for (std::int32_t day = 0; day < end; ++day) {
      // Weekly rates of an exponential distribution: dispersion 1 + the mean of 1 a week.
      if (day % 7 == 0) rate = -std::log(1 - random.unit()) / 7;
      std::int32_t count = 0;
      double product = random.unit();
      for (const double limit = std::exp(-rate); product > limit; product *= random.unit()) ++count;
      if (count > 0) counts.push_back({day, count});
    }
    const auto place = observed_always({}, end - 1);
    AlarmTracker tracker;
    for (const auto& count : counts) {
      if (count.day < 3 * 365) continue;
      const auto change = judge_change(place, counts, count.day, {});
      alarms += tracker.add(count.day,
                            change.strongest()->alarm_rate <= budget.per_year_max()) ? 1 : 0;
    }
  }
  const double a_year = alarms / (places * test_years);
  EXPECT_LE(a_year, budget.alarms_per_place_year);
  EXPECT_GE(a_year, budget.alarms_per_place_year / 20);
}

TEST(ChangeAlarms, OpenStayOpenAndAreRenewed) {
  AlarmTracker tracker;
  EXPECT_TRUE(tracker.add(100, true));
  EXPECT_FALSE(tracker.add(101, true));
  EXPECT_FALSE(tracker.add(120, false));
  EXPECT_FALSE(tracker.add(128, true));
  EXPECT_TRUE(tracker.add(157, true));
  for (std::int32_t day = 158; day <= 247; ++day) EXPECT_FALSE(tracker.add(day, true)) << day;
  EXPECT_TRUE(tracker.add(248, true));
}

TEST(ChangeBudget, IsSharedByMeasuresAndWindows) {
  EXPECT_DOUBLE_EQ((AlarmBudget{1, 1}).per_year_max(), 0.5);
  EXPECT_DOUBLE_EQ((AlarmBudget{1, 10}).per_year_max(), 0.05);
  EXPECT_DOUBLE_EQ(AlarmBudget::for_list(20, 100, 1).alarms_per_place_year, 0.2);
  EXPECT_GT((AlarmBudget{1, 0}).per_year_max(), 0);
}

TEST(ChangeRecurrence, CountsSeparateTimesAsHigh) {
  const auto place = observed_always();
  std::vector<DayCount> counts = {{500, 4}, {503, 4}, {520, 8}, {700, 7}, {900, 9}, {last_day, 8}};
  const auto seen = count_recurrence(place, counts, last_day, 7, 3 * 365);
  EXPECT_EQ(seen.times, 2U);  // days 503 to 520 are one time, 900 another
  EXPECT_NEAR(seen.years, 3, 0.01);
}

}  // namespace
}  // namespace tocsin::monitor
