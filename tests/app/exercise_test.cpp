// SPDX-License-Identifier: Apache-2.0
// The exercise through the program: what counts as an attack, and the evidence behind the alarm.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "app/exercise_country.hpp"
#include "app/verb_ingest.hpp"
#include "app/verb_init.hpp"
#include "monitor/observation_schema.hpp"
#include "monitor/watch_keeper.hpp"

namespace tocsin::app {
namespace {

using monitor::WatchReason;

const std::filesystem::path data_folder = std::filesystem::path(TOCSIN_SOURCE_DIR) / "data";

base::Day day_of(std::string_view text) {
  return base::parse_day(text).value();
}

/// One home for all tests, read once.
class ExerciseRead : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-exercise-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    InitOptions init;
    init.home = (folder_ / "node").string();
    init.quiet = true;
    ASSERT_EQ(run_init(init), 0);
    IngestOptions ingest;
    ingest.home = init.home;
    ingest.quiet = true;
    for (const auto* const file : {"past.jsonl", "reports.jsonl"})
      ingest.paths.push_back((data_folder / "exercise" / file).string());
    ASSERT_EQ(run_ingest(ingest), 0);
    database_ = std::move(monitor::open_observations(init.home).value());
    pool_ = std::make_unique<monitor::ReaderPool>(init.home);
  }
  static void TearDownTestSuite() {
    pool_.reset();
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  static std::vector<monitor::StoredHappening> attacks(std::string_view from, std::string_view to) {
    monitor::ObservationReader reader(*database_);
    monitor::HappeningFilter filter;
    filter.kind = "attacks_on_civilians";
    filter.from = day_of(from);
    filter.to = day_of(to);
    return reader.happenings(filter).value().rows;
  }
  static std::filesystem::path folder_;
  static std::unique_ptr<store::Database> database_;
  static std::unique_ptr<monitor::ReaderPool> pool_;
};
std::filesystem::path ExerciseRead::folder_;
std::unique_ptr<store::Database> ExerciseRead::database_;
std::unique_ptr<monitor::ReaderPool> ExerciseRead::pool_;

TEST_F(ExerciseRead, TheAttackIsOneClusterHoweverOftenItIsTold) {
  const auto found = attacks("2026-08-19", "2026-08-31");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(base::format_day(found[0].shown.day), "2026-08-19");
  // The first toll and a later one; retellings, arrests and the rumour of a second attack open
  // none.
  EXPECT_EQ(found[0].killed_min, 4);
  EXPECT_GE(found[0].killed_max, 11);
  EXPECT_GE(found[0].observations, 15);
}

TEST_F(ExerciseRead, ThePlaceIsListedOnTheDayOfTheAttackWithItsDead) {
  monitor::WatchKeeper keeper(
      *pool_,
      {[] { return monitor::false_alarms_per_year_default; },
       [](double) -> base::Status { return {}; }, monitor::WatchMeasures::load(data_folder).value(),
       read_exercise_country(data_folder).code, [] { return day_of("2026-12-31"); }});
  const auto list = keeper.list_of(day_of("2026-08-20")).value();
  ASSERT_FALSE(list.places.empty());
  EXPECT_TRUE(list.places[0].exercise);
  EXPECT_GT(list.limits.place_years, 0);
  std::set<std::string> moved;
  for (const auto& reason : list.places[0].reasons) moved.insert(reason.measure);
  EXPECT_TRUE(moved.contains("attacks_on_civilians"));
  // The evidence that the row leads to is as many clusters as its sentence says.
  const auto reason =
      std::ranges::find(list.places[0].reasons, "attacks_on_civilians", &WatchReason::measure);
  monitor::ObservationReader reader(*database_);
  monitor::HappeningFilter filter;
  filter.kind = "attacks_on_civilians";
  filter.place_id = list.places[0].place.id;
  filter.from = list.day - std::chrono::days(reason->window_days - 1);
  filter.to = list.day;
  const auto evidence = reader.happenings(filter).value().rows;
  EXPECT_EQ(static_cast<std::int64_t>(evidence.size()), reason->now);
  for (const auto& row : evidence)
    EXPECT_EQ(row.shown.status, monitor::coding::ActStatus::reported);
}

TEST_F(ExerciseRead, WhatIsDeniedFearedOrRecalledOpensNoClusterInBelune) {
  monitor::ObservationReader reader(*database_);
  monitor::HappeningFilter filter;
  filter.place_name = "Belune";
  filter.from = day_of("2026-08-04");
  filter.to = day_of("2026-08-31");
  std::set<std::string> armed;
  std::set<std::string> places;
  for (const auto* const measure : {"armed_violence", "attacks_on_civilians"}) {
    filter.kind = measure;
    const auto page = reader.happenings(filter).value();
    for (const auto& row : page.rows) {
      armed.insert(row.shown.url.substr(row.shown.url.rfind('/') + 1));
      if (base::format_day(row.shown.day) == "2026-08-19") places.insert(row.shown.place.name);
    }
  }
  // The deadline that passed without an attack, the attack that may be imminent, callers and
  // messages of a second one, its correction, arrests over the killings, the account that an office
  // rejects.
  for (const auto* const not_told : {"ex-0272", "ex-0280", "ex-0281", "ex-0323", "ex-0324",
                                     "ex-0325", "ex-0331", "ex-0348", "ex-0349", "ex-0308"})
    EXPECT_FALSE(armed.contains(not_told)) << not_told;
  // The deeds themselves.
  for (const auto* const told : {"ex-0254", "ex-0265", "ex-0283"})
    EXPECT_TRUE(armed.contains(told)) << told;
  // The attack is told of one place, however many others its reports name.
  EXPECT_EQ(places, (std::set<std::string>{"Tissavel"}));
}

TEST_F(ExerciseRead, NoRealPlaceIsCounted) {
  if (!std::filesystem::exists(std::filesystem::path(TOCSIN_SOURCE_DIR) / "build/gazetteer.bin"))
    GTEST_SKIP() << "build/gazetteer.bin is missing";
  const auto exercise = read_exercise_country(data_folder).code;
  monitor::ObservationReader reader(*database_);
  const auto areas = reader.areas().value();
  for (const auto& area : areas) {
    EXPECT_EQ(area.country, exercise) << area.name;
    EXPECT_TRUE(area.exercise) << area.name;
  }
}

TEST_F(ExerciseRead, TheRisksAreListedBeforeTheAttack) {
  monitor::WatchKeeper keeper(
      *pool_,
      {[] { return monitor::false_alarms_per_year_default; },
       [](double) -> base::Status { return {}; }, monitor::WatchMeasures::load(data_folder).value(),
       read_exercise_country(data_folder).code, [] { return day_of("2026-12-31"); }});
  const auto list = keeper.list_of(day_of("2026-08-18")).value();
  const auto belune = std::ranges::find_if(
      list.places, [](const monitor::WatchPlace& row) { return row.place.name == "Belune"; });
  ASSERT_NE(belune, list.places.end()) << "the alarm comes before the attack";
}

}  // namespace
}  // namespace tocsin::app
