// SPDX-License-Identifier: Apache-2.0
// From rows in the store to the watch list: people killed, the exercise's mark, limits, timelines.
#include "monitor/watch_keeper.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>

#include "base/files.hpp"
#include "base/random.hpp"
#include "monitor/observation_schema.hpp"
#include "monitor/observation_writer.hpp"

namespace tocsin::monitor {
namespace {

constexpr std::string_view killed_id = "killed_in_attacks_on_civilians";
const std::filesystem::path source_folder = TOCSIN_SOURCE_DIR;

base::Day day_of(std::string_view text) {
  return base::parse_day(text).value();
}

class WatchKeeperOn : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-watch-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    home_ = name;
    auto database = open_observations(home_);
    ASSERT_TRUE(database) << database.error().text();
    database_ = std::move(*database);
  }
  void TearDown() override {
    pool_.reset();
    database_.reset();
    std::filesystem::remove_all(home_);
  }

  void add(base::Day day, std::string area, std::optional<std::int32_t> killed,
           coding::ActStatus status = coding::ActStatus::reported) {
    NewRow row;
    row.id = "r" + std::to_string(rows_.size());
    NewObservation seen;
    seen.day = day;
    seen.place = {0, area, "XA", area, std::nullopt, std::nullopt, 2};
    seen.type = "ASSAULT";
    seen.measure = "attacks_on_civilians";
    seen.status = status;
    seen.killed = killed;
    seen.source = {"UAF", "", std::to_string(rows_.size())};
    seen.source.role = "R" + std::to_string(rows_.size());  // each its own happening
    row.observations = {seen};
    rows_.push_back(row);
  }
  /// One attack with one dead in each of three areas every 40 days, for five years.
  void add_past(base::Day end) {
    for (int area = 0; area < 3; ++area)
      for (auto day = end - std::chrono::days(5 * 365 - 13 * area);
           day < end - std::chrono::days(10); day += std::chrono::days(40))
        add(day, "Unit " + std::to_string(area), 1);
  }
  WatchKeeper& keeper() {
    base::SeededRandom random(1);
    auto writer = ObservationWriter::open(*database_, random);
    EXPECT_TRUE(writer);
    ImportInfo info{"f", "jsonl", std::string(64, 'a'), 1, "", {}};
    EXPECT_TRUE((*writer)->begin());
    EXPECT_TRUE((*writer)->begin_import(info));
    for (const auto& row : rows_) EXPECT_TRUE((*writer)->add("test", row));
    EXPECT_TRUE((*writer)->finish_import(info, {}, ""));
    EXPECT_TRUE((*writer)->commit());
    pool_.emplace(home_);
    keeper_.emplace(*pool_, WatchSettings{[this] { return budget_; },
                                          [this](double budget) -> base::Status {
                                            budget_ = budget;
                                            return {};
                                          },
                                          WatchMeasures::load(source_folder / "data").value(), "XA",
                                          [this] { return latest_day_; }});
    return *keeper_;
  }

  double budget_ = 1;
  base::Day latest_day_ = day_of("2026-12-31");
  std::filesystem::path home_;
  std::unique_ptr<store::Database> database_;
  std::vector<NewRow> rows_;
  std::optional<ReaderPool> pool_;
  std::optional<WatchKeeper> keeper_;
};

TEST_F(WatchKeeperOn, WatchesPeopleKilledBesideAttacks) {
  const auto end = day_of("2026-08-20");
  add_past(end);
  add(end, "Unit 1", 41);
  const auto list = keeper().list_of(end).value();
  ASSERT_EQ(list.places.size(), 1U);
  EXPECT_EQ(list.places[0].place.name, "Unit 1");
  EXPECT_TRUE(list.places[0].exercise);
  const auto killed = std::ranges::find(list.places[0].reasons, killed_id, &WatchReason::measure);
  ASSERT_NE(killed, list.places[0].reasons.end());
  EXPECT_EQ(killed->unit, CountedUnit::killed);
  EXPECT_EQ(killed->now, 41);
  EXPECT_LT(killed->usual, 2);
  const auto weeks = keeper_->weeks(list.places[0].place.id, killed_id, 8).value();
  EXPECT_EQ(weeks.back().count, 41);
  EXPECT_TRUE(weeks.back().alarm);
  EXPECT_GT(weeks.back().usual_high, 0);
}

TEST_F(WatchKeeperOn, ThreatsAndDenialsKillNobody) {
  const auto end = day_of("2026-08-20");
  add_past(end);
  add(end, "Unit 1", 41, coding::ActStatus::threatened);
  add(end, "Unit 2", 41, coding::ActStatus::denied);
  const auto list = keeper().list_of(end).value();
  for (const auto& row : list.places)
    for (const auto& reason : row.reasons) EXPECT_NE(reason.measure, killed_id);
}

TEST_F(WatchKeeperOn, ARowOfADayToComeDoesNotHideWhatMovedToday) {
  const auto end = day_of("2026-08-20");
  add_past(end);
  add(end, "Unit 1", 41);
  add(day_of("2035-01-01"), "Unit 9", 5);
  latest_day_ = end + std::chrono::days(1);
  auto& watch = keeper();
  const auto list = watch.current().value();
  EXPECT_EQ(list->day, end);
  ASSERT_EQ(list->places.size(), 1U);
  EXPECT_EQ(list->places[0].place.name, "Unit 1");
  const auto weeks = watch.weeks(list->places[0].place.id, killed_id, 2).value();
  EXPECT_EQ(weeks.back().count, 41);
  // Once that day has come the list is made anew.
  latest_day_ = day_of("2035-01-02");
  EXPECT_EQ(watch.current().value()->day, day_of("2035-01-01"));
}

TEST_F(WatchKeeperOn, FindsItsLimitsOnThePastUnlessThatIsShort) {
  const auto end = day_of("2026-08-20");
  add_past(end);
  auto& watch = keeper();
  const auto long_past = watch.list_of(end).value();
  EXPECT_NEAR(long_past.limits.place_years, 9, 0.2);
  const auto early = watch.list_of(day_of("2022-06-01")).value();
  EXPECT_EQ(early.limits.place_years, 0);
  EXPECT_GT(long_past.limits.measure, early.limits.measure);
  // A larger budget never lists less.
  budget_ = 10;
  EXPECT_GE(watch.list_of(end).value().limits.measure, long_past.limits.measure);
}

TEST_F(WatchKeeperOn, TheSameStoreGivesTheSameList) {
  const auto end = day_of("2026-08-20");
  add_past(end);
  add(end, "Unit 0", 9);
  auto& watch = keeper();
  const auto first = watch.list_of(end).value();
  for (int again = 0; again < 3; ++again) {
    const auto next = watch.list_of(end).value();
    EXPECT_EQ(next.limits.measure, first.limits.measure);
    ASSERT_EQ(next.places.size(), first.places.size());
  }
}

TEST(WatchMeasuresFile, NamesTheWatchOnPeopleKilledInEveryLanguage) {
  const auto measures = WatchMeasures::load(source_folder / "data").value();
  EXPECT_EQ(measures.killed_in("attacks_on_civilians"), killed_id);
  EXPECT_EQ(measures.measure_of_killed(killed_id), "attacks_on_civilians");
  EXPECT_EQ(measures.killed_in("protests"), "");
  EXPECT_EQ(measures.measure_of_killed("attacks_on_civilians"), "");
  EXPECT_EQ(std::ranges::count(measures.ids(), std::string(killed_id)), 0);
  for (const auto* const language : {"en", "fr", "ar"}) {
    const auto text =
        base::read_file(source_folder / "web/messages" / (std::string(language) + ".json"),
                        1U << 20)
            .value();
    const auto catalogue = boost::json::parse(text).as_object();
    EXPECT_TRUE(catalogue.at("measure").as_object().contains(killed_id)) << language;
    for (const auto* const key : {"killed", "killed_days"})
      for (const auto& [form, sentence] : catalogue.at("moved").at(key).as_object())
        for (const auto* const part : {"{what}", "{usual}", "{seen}"})
          EXPECT_NE(sentence.as_string().find(part), std::string::npos) << language << form;
  }
}

}  // namespace
}  // namespace tocsin::monitor
