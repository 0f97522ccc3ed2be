// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "monitor/change_list.hpp"

namespace tocsin::monitor {
namespace {

constexpr std::int32_t last_day = 4 * 365 - 1;

PlaceDays days_of(std::int32_t first_observed = 0) {
  const DayRange all{first_observed, last_day};
  return PlaceDays(0, last_day, std::span(&all, 1));
}

/// `weekly` on one day each week until four weeks before the end, then `now` on the last days.
std::vector<DayCount> counts_of(std::int32_t weekly, std::vector<std::int32_t> now) {
  std::vector<DayCount> counts;
  for (std::int32_t day = 3; day < last_day - 28; day += 7)
    if (weekly > 0) counts.push_back({day, weekly});
  for (std::size_t i = 0; i < now.size(); ++i)
    if (now[i] > 0)
      counts.push_back({last_day + 1 - static_cast<std::int32_t>(now.size() - i), now[i]});
  return counts;
}

ChangeListSettings settings_for(std::size_t measures = 1) {
  ChangeListSettings settings;
  settings.day = last_day;
  settings.budget = {0.5, measures};
  return settings;
}

TEST(WatchListRows, OrderedByOwnPastNotByHowMuchHappens) {
  const auto days = days_of();
  const auto busy = counts_of(40, {0, 0, 40, 0, 0, 0, 20});
  const auto small = counts_of(1, {0, 4, 4, 5, 4, 6, 5});
  const std::vector<PlaceSeries> places = {{1, &days, {{7, CountedUnit::clusters, busy}}},
                                           {2, &days, {{7, CountedUnit::clusters, small}}}};
  const auto list = make_change_list(places, settings_for());
  ASSERT_FALSE(list.rows.empty());
  EXPECT_EQ(list.rows[0].place, 2);
  EXPECT_EQ(list.places_judged, 2U);
  for (std::size_t i = 1; i < list.rows.size(); ++i)
    EXPECT_LE(list.rows[i - 1].alarm_rate, list.rows[i].alarm_rate);
}

TEST(WatchListRows, SteadyPlaceIsNotOnTheList) {
  const auto days = days_of();
  const auto counts = counts_of(3, {0, 0, 0, 3, 0, 0, 0});
  const std::vector<PlaceSeries> places = {{1, &days, {{7, CountedUnit::clusters, counts}}}};
  EXPECT_TRUE(make_change_list(places, settings_for()).rows.empty());
}

TEST(WatchListRows, TellsWhyAndShowsTheEvidenceDays) {
  const auto days = days_of();
  const auto counts = counts_of(1, {2, 4, 0, 4, 5, 0, 6});
  const std::vector<PlaceSeries> places = {{1, &days, {{7, CountedUnit::clusters, counts}}}};
  const auto list = make_change_list(places, settings_for());
  ASSERT_EQ(list.rows.size(), 1U);
  const auto& reason = list.rows[0].reasons.at(0);
  EXPECT_EQ(reason.measure, 7);
  EXPECT_EQ(reason.count, 21);
  EXPECT_EQ(reason.seen.times, 0U);
  EXPECT_LE(reason.first_alarm_day, last_day - 2);
  EXPECT_EQ(reason.evidence_days.front(), last_day);
  EXPECT_EQ(reason.evidence_days.size(), 5U);
}

TEST(WatchListRows, MostUnusualReasonFirst) {
  const auto days = days_of();
  const auto strong = counts_of(1, {6, 6, 6, 6, 6, 6, 6});
  const auto weak = counts_of(1, {2, 2, 2, 2, 2, 2, 2});
  const std::vector<PlaceSeries> places = {
      {1, &days, {{1, CountedUnit::clusters, weak}, {2, CountedUnit::clusters, strong}}}};
  const auto list = make_change_list(places, settings_for(2));
  ASSERT_EQ(list.rows.at(0).reasons.size(), 2U);
  EXPECT_EQ(list.rows[0].reasons[0].measure, 2);
}

TEST(WatchListRows, PlacesWithoutEnoughPastAreNamed) {
  const auto known = days_of();
  const auto young = days_of(last_day - 60);
  const auto counts = counts_of(0, {9, 9, 9});
  const std::vector<PlaceSeries> places = {{1, &known, {{7, CountedUnit::clusters, counts}}},
                                           {2, &young, {{7, CountedUnit::clusters, counts}}}};
  const auto list = make_change_list(places, settings_for());
  ASSERT_EQ(list.rows.size(), 1U);
  EXPECT_EQ(list.rows[0].place, 1);
  EXPECT_EQ(list.places_not_judged, std::vector<std::int64_t>{2});
}

TEST(WatchListRows, LaterDaysAreNotLookedAt) {
  const auto days = days_of();
  const auto counts = counts_of(1, {9, 9, 9});
  const std::vector<PlaceSeries> places = {{1, &days, {{7, CountedUnit::clusters, counts}}}};
  auto settings = settings_for();
  settings.day = last_day - 10;
  EXPECT_TRUE(make_change_list(places, settings).rows.empty());
}

TEST(WatchListRows, ThreadsDoNotChangeTheList) {
  const auto days = days_of();
  std::vector<std::vector<DayCount>> counts;
  std::vector<PlaceSeries> places;
  for (std::int32_t p = 0; p < 300; ++p)
    counts.push_back(counts_of(p % 5, {p % 11, 0, p % 7, 0, p % 13}));
  for (std::size_t p = 0; p < counts.size(); ++p)
    places.push_back(
        {static_cast<std::int64_t>(p), &days, {{7, CountedUnit::clusters, counts[p]}}});
  auto settings = settings_for();
  settings.threads = 1;
  const auto one = make_change_list(places, settings);
  settings.threads = 4;
  const auto four = make_change_list(places, settings);
  ASSERT_FALSE(one.rows.empty());
  ASSERT_EQ(one.rows.size(), four.rows.size());
  for (std::size_t i = 0; i < one.rows.size(); ++i)
    EXPECT_EQ(one.rows[i].place, four.rows[i].place);
}

TEST(WatchListRows, ScreenChangesNoRow) {
  base::SeededRandom random(21);
  std::vector<float> reporting;
  for (std::int32_t day = 0; day <= last_day; ++day)
    reporting.push_back(day > last_day - 28 ? 20.0F : 200.0F);
  const DayRange all{0, last_day};
  const PlaceDays plain(0, last_day, std::span(&all, 1));
  const PlaceDays fewer_reports(0, last_day, std::span(&all, 1), reporting);
  std::vector<std::vector<DayCount>> counts(600);
  std::vector<PlaceSeries> places;
  for (std::size_t p = 0; p < counts.size(); ++p) {
    const auto gap = 1 + random.below(60);
    const auto shrinking = random.below(2) == 0;
    for (std::int32_t day = 0; day <= last_day;
         day += 1 + static_cast<std::int32_t>(random.below(gap)))
      if (!shrinking || random.below(last_day) > static_cast<std::uint64_t>(day))
        counts[p].push_back({day, 1 + static_cast<std::int32_t>(random.below(3))});
    for (std::int32_t day = last_day - 3; day <= last_day; ++day)
      if (counts[p].empty() || counts[p].back().day < day)
        counts[p].push_back({day, static_cast<std::int32_t>(1 + random.below(4))});
    places.push_back({static_cast<std::int64_t>(p),
                      p % 2 == 0 ? &plain : &fewer_reports,
                      {{7, CountedUnit::clusters, counts[p]}}});
  }
  auto settings = settings_for();
  const auto screened = make_change_list(places, settings);
  settings.screen = false;
  const auto full = make_change_list(places, settings);
  ASSERT_FALSE(full.rows.empty());
  ASSERT_LT(full.rows.size(), counts.size());
  ASSERT_EQ(screened.rows.size(), full.rows.size());
  for (std::size_t i = 0; i < full.rows.size(); ++i)
    EXPECT_EQ(screened.rows[i].place, full.rows[i].place);
}

ChangeReason reason_of(double count, std::int32_t window, double usual, unsigned times,
                       double years) {
  ChangeReason reason;
  reason.count = count;
  reason.window_days = window;
  reason.usual = usual;
  reason.seen = {times, years};
  return reason;
}

TEST(WatchListSentence, SaysWhy) {
  EXPECT_EQ(
      describe(reason_of(14, 7, 3.02, 2, 2.99), "attacks on civilians"),
      "attacks on civilians: 14 clusters in 7 days, usual 3, seen this high 2 times in 3 years");
  EXPECT_EQ(describe(reason_of(1, 28, 0.04, 0, 3), "abductions"),
            "abductions: 1 cluster in 28 days, usual none, not seen this high in 3 years");
  auto killed = reason_of(22, 28, 1.46, 1, 0.75);
  killed.unit = CountedUnit::killed;
  killed.reporting_ratio = 1.8;
  killed.observed_share = 0.75;
  EXPECT_EQ(
      describe(killed, "civilians killed"),
      "civilians killed: 22 people killed in 28 days, usual 1.5, seen this high once in 9 months "
      "(reporting 1.8 times its usual, taken into account) (21 of 28 days observed)");
}

}  // namespace
}  // namespace tocsin::monitor
