// SPDX-License-Identifier: Apache-2.0
#include "monitor/observation_writer.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "monitor/stories.hpp"
#include "store_fixture.hpp"

namespace tocsin::monitor {
namespace {

TEST(Writer, KeepsARowOnceHoweverOftenItComes) {
  const StoreHome home;
  const std::vector<NewRow> rows = {coded("1", attack_at(kaya(), "2024-03-05", 3)),
                                    coded("2", attack_at(dori(), "2024-03-05"))};
  EXPECT_EQ(home.bring_in(rows), 2U);
  EXPECT_EQ(home.bring_in(rows), 0U);
  EXPECT_EQ(home.writer->counts().duplicate, 2U);
  EXPECT_EQ(home.number("SELECT count(*) FROM observation"), 2);
  EXPECT_EQ(home.number("SELECT count(*) FROM happening"), 2);
}

TEST(Writer, TellsIdsApartThatOnlyLookAlike) {
  const StoreHome home;
  // Ids that are plain numbers are kept as such; none of these may be taken for another.
  std::vector<NewRow> rows;
  for (const auto* id : {"7", "07", "+7", "7.0", " 7", "-7", "999999999999999999",
                         "9999999999999999999", "", "a", "A"})
    rows.push_back(coded(id, attack_at(kaya(), "2024-03-05")));
  EXPECT_EQ(home.bring_in(rows), rows.size());
}

TEST(Writer, IdsCountWithinTheirFormatAndPublisher) {
  const StoreHome home;
  EXPECT_EQ(home.bring_in({told("1", "A", "One thing.", {}, "First"),
                           told("1", "B", "Another thing.", {}, "Second")}),
            2U);
  EXPECT_EQ(home.bring_in({told("1", "A", "One thing.", {}, "First")}, "rss"), 1U);
  EXPECT_EQ(home.bring_in({told("1", "A", "One thing.", {}, "First")}, "rss"), 0U);
}

TEST(Writer, RowsOfOneHappeningAreCountedTogether) {
  const StoreHome home;
  auto other_actor = attack_at(kaya(), "2024-03-05", 3);
  other_actor.source.role = "REB";
  home.bring_in({coded("1", attack_at(kaya(), "2024-03-05", 3)),
                 coded("2", attack_at(kaya(), "2024-03-05", 3)),
                 coded("3", attack_at(kaya(), "2024-03-06", 3)),
                 coded("4", attack_at(dori(), "2024-03-05", 3)), coded("5", other_actor)});
  EXPECT_EQ(home.number("SELECT count(*) FROM happening"), 4);
  EXPECT_EQ(home.number("SELECT max(observations) FROM happening"), 2);
  EXPECT_EQ(home.number("SELECT sum(observations) FROM happening"), 5);
}

TEST(Writer, WhatIsNamedInPassingMovesNoCount) {
  const StoreHome home;
  auto passing = attack_at(kaya(), "2024-03-05", 9);
  passing.confidence = 0.35;
  auto plain = attack_at(kaya(), "2024-03-05", 3);
  plain.confidence = 0.5;
  home.bring_in({told("1", "A", "After an attack.", {passing}, "First")});
  auto reader = home.reader();
  const auto area = home.number("SELECT area_id FROM place WHERE name = 'Kaya'");
  const auto from = day_at("2024-03-01");
  const auto to = day_at("2024-03-31");
  EXPECT_FALSE(reader.timeline(area, from, to).value().contains("attacks_on_civilians"));
  // It stays on record, and the plain telling of the same day is counted beside it.
  EXPECT_EQ(home.number("SELECT count(*) FROM observation"), 1);
  home.bring_in({told("2", "B", "Gunmen killed three men.", {plain}, "Second")});
  const auto counted = home.reader().timeline(area, from, to).value();
  ASSERT_TRUE(counted.contains("attacks_on_civilians"));
  EXPECT_EQ(counted.at("attacks_on_civilians").days.back().clusters, 1U);
  EXPECT_EQ(counted.at("attacks_on_civilians").days.back().killed, 3U);
}

TEST(Writer, AnUpdateKeepsBothTolls) {
  const StoreHome home;
  home.bring_in({coded("1", attack_at(kaya(), "2024-03-05", 12)),
                 coded("2", attack_at(kaya(), "2024-03-05", 15)),
                 coded("3", attack_at(kaya(), "2024-03-05"))});
  EXPECT_EQ(home.number("SELECT killed_min FROM happening"), 12);
  EXPECT_EQ(home.number("SELECT killed_max FROM happening"), 15);
  EXPECT_EQ(home.number("SELECT updates FROM happening"), 1);
  auto reader = home.reader();
  auto tellings = reader.tellings(1).value();
  ASSERT_EQ(tellings.size(), 3U);
  EXPECT_EQ(tellings[0].killed, 12);
  EXPECT_EQ(tellings[1].killed, 15);
  EXPECT_EQ(tellings[1].relation, 2);
  EXPECT_EQ(tellings[2].killed, std::nullopt);
  EXPECT_EQ(tellings[2].relation, 1);
  // The day's count of people killed is the highest figure, not the sum.
  const auto place = home.number("SELECT id FROM place WHERE name = 'Kaya'");
  const auto series = reader.timeline(place, day_at("2024-03-01"), day_at("2024-03-31")).value();
  const auto& days = series.at("attacks_on_civilians").days;
  ASSERT_EQ(days.size(), 1U);
  EXPECT_EQ(days[0], (DayCounts{1, 3, 15}));
}

TEST(Writer, AHeadlineWhoseTextComesLaterIsAnUpdateAndBothAreKept) {
  StoreHome home;
  const auto headline = told("77", "Attack near Kaya", "", {attack_at(kaya(), "2024-03-05")});
  const auto full = told("77", "Attack near Kaya", "Gunmen killed twelve villagers near Kaya.",
                         {attack_at(kaya(), "2024-03-05", 12)});
  for (const bool with_stories : {false, true}) {
    auto stories = Stories::open(*home.database).value();
    if (with_stories) home.writer->set_story_teller(stories.get());
    const auto format = with_stories ? "reliefweb" : "jsonl";
    EXPECT_EQ(home.bring_in({headline}, format), 1U);
    EXPECT_EQ(home.bring_in({headline}, format), 0U);
    EXPECT_EQ(home.bring_in({full}, format), 1U);
    EXPECT_EQ(home.bring_in({full, headline}, format), 0U) << "the text came before";
    home.writer->set_story_teller(nullptr);
  }
  EXPECT_EQ(home.number("SELECT count(*) FROM report"), 4);
  EXPECT_EQ(home.number("SELECT count(*) FROM report WHERE relation = 2 AND text <> ''"), 2);
  EXPECT_EQ(home.number("SELECT count(*) FROM report a JOIN report b ON a.story = b.story "
                        "WHERE a.text = '' AND b.text <> ''"),
            2);
  // After a restart a copy of the text still belongs to the story that began with the headline.
  home.close();
  home.open();
  auto stories = Stories::open(*home.database).value();
  home.writer->set_story_teller(stories.get());
  auto copy = full;
  copy.id = "78";
  EXPECT_EQ(home.bring_in({copy}, "reliefweb"), 1U);
  EXPECT_EQ(home.number("SELECT count(*) FROM report WHERE source_row = '78' AND story IN (SELECT "
                        "story FROM report WHERE source_row = '77')"),
            1);
  home.writer->set_story_teller(nullptr);
}

TEST(Writer, AReportOfAnotherPublisherIsNoTextOfAHeadline) {
  const StoreHome home;
  home.bring_in({told("5", "Headline", "", {}, "First")});
  EXPECT_EQ(home.bring_in({told("5", "Headline", "The text.", {}, "Second")}), 1U);
  EXPECT_EQ(home.number("SELECT count(*) FROM report WHERE relation = 2"), 0);
}

TEST(Writer, AnAbandonedTransactionLeavesNothingAndTheNextGoesOn) {
  const StoreHome home;
  home.bring_in({coded("1", attack_at(kaya(), "2024-03-05"))});
  home.begin();
  home.begin_import();
  auto novel = attack_at(dori(), "2024-03-06", 4);
  novel.kind = "a_new_word";
  ASSERT_TRUE(home.writer->add("jsonl", coded("2", novel)).value());
  ASSERT_TRUE(home.writer->set_checkpoint("feed", "half"));
  home.writer->abandon();
  EXPECT_EQ(home.number("SELECT count(*) FROM observation"), 1);
  EXPECT_EQ(home.number("SELECT count(*) FROM word WHERE text = 'a_new_word'"), 0);
  EXPECT_EQ(home.reader().checkpoint("feed").value(), std::nullopt);
  // Words, places and numbers learnt in what was given up must not be believed afterwards.
  EXPECT_EQ(home.bring_in({coded("2", novel)}), 1U);
  auto reader = home.reader();
  const auto shown = reader.happenings({}).value().rows.front().shown;
  EXPECT_EQ(shown.kind, "a_new_word");
  EXPECT_EQ(shown.place.name, "Dori");
  EXPECT_EQ(reader.timeline(shown.place.id, day_at("2024-03-01"), day_at("2024-03-31"))
                .value()
                .at("attacks_on_civilians")
                .days.front(),
            (DayCounts{1, 1, 4}));
}

TEST(Writer, KeepsTheRecordOfEachImport) {
  const StoreHome home;
  home.begin();
  const auto id = home.begin_import("gdelt", "a.zip!b.csv");
  ASSERT_TRUE(home.writer->add("gdelt", coded("1", attack_at(kaya(), "2024-03-05"))).value());
  ASSERT_TRUE(home.writer->note("rejected", 7, "the date is no day"));
  ASSERT_TRUE(home.writer->note("out_of_scope", 9, "not about people"));
  home.commit();
  EXPECT_EQ(home.reader().import(id).value().state, "running");
  home.begin();
  ASSERT_TRUE(home.writer->finish_import(
      {"a.zip!b.csv", "gdelt", "abc", 123, "cite it", instant_at("2024-03-06T00:00:00Z")},
      instant_at("2024-03-06T00:01:00Z"), ""));
  home.commit();
  const auto import = home.reader().import(id).value();
  EXPECT_EQ(import.state, "done");
  EXPECT_EQ(import.sha256, "abc");
  EXPECT_EQ(import.bytes, 123U);
  EXPECT_EQ(import.licence_note, "cite it");
  EXPECT_EQ(import.counts.rows(), 3U);
  EXPECT_EQ(import.finished, instant_at("2024-03-06T00:01:00Z"));
}

TEST(Writer, AnImportThatNobodyEndedIsMarkedAndAFailedOneSaysWhy) {
  StoreHome home;
  home.bring_in({coded("1", attack_at(kaya(), "2024-03-05"))});
  home.begin();
  const auto failed = home.begin_import();
  ASSERT_TRUE(home.writer->finish_import({}, instant_at("2024-03-06T00:01:00Z"), "cut short"));
  home.commit();
  home.close();
  home.open();
  ASSERT_TRUE(home.writer->mark_interrupted());
  EXPECT_EQ(home.reader().import(1).value().state, "interrupted");
  EXPECT_EQ(home.reader().import(failed).value().state, "failed");
  EXPECT_EQ(home.reader().import(failed).value().problem, "cut short");
}

TEST(Writer, AnImportKeepsItsCountsWhereTheNextBeginsBeforeACommit) {
  // As the members of a zip follow each other: the commit comes when the next has begun.
  StoreHome home;
  home.begin();
  const auto first = home.begin_import("gdelt", "a.zip!b.csv");
  home.commit();
  home.begin();
  ASSERT_TRUE(home.writer->add("gdelt", coded("1", attack_at(kaya(), "2024-03-05"))).value());
  ASSERT_FALSE(home.writer->add("gdelt", coded("1", attack_at(kaya(), "2024-03-05"))).value());
  ASSERT_TRUE(home.writer->note("rejected", 7, "the date is no day"));
  ASSERT_TRUE(home.writer->note("out_of_scope", 9, "not about people"));
  ASSERT_TRUE(home.writer->finish_import({}, instant_at("2024-03-06T00:01:00Z"), ""));
  const auto second = home.begin_import("gdelt", "a.zip!c.csv");
  ASSERT_TRUE(home.writer->add("gdelt", coded("2", attack_at(kaya(), "2024-03-06"))).value());
  // One that nobody ended keeps what it counted too.
  const auto third = home.begin_import("gdelt", "a.zip!d.csv");
  home.commit();
  home.close();  // killed here
  home.open();
  ASSERT_TRUE(home.writer->mark_interrupted());
  const auto counts = [&](std::int64_t id) { return home.reader().import(id).value().counts; };
  EXPECT_EQ(counts(first).kept, 1U);
  EXPECT_EQ(counts(first).duplicate, 1U);
  EXPECT_EQ(counts(first).rejected, 1U);
  EXPECT_EQ(counts(first).out_of_scope, 1U);
  EXPECT_EQ(counts(second).kept, 1U);
  EXPECT_EQ(counts(second).rows(), 1U);
  EXPECT_EQ(counts(third).rows(), 0U);
  EXPECT_EQ(home.reader().import(first).value().state, "done");
  EXPECT_EQ(home.reader().import(third).value().state, "interrupted");
}

TEST(Writer, RowsThatWereGivenUpAreNotCountedByTheNextImport) {
  const StoreHome home;
  home.begin();
  const auto first = home.begin_import();
  ASSERT_TRUE(home.writer->add("jsonl", coded("1", attack_at(kaya(), "2024-03-05"))).value());
  home.commit();
  home.begin();
  ASSERT_TRUE(home.writer->add("jsonl", coded("2", attack_at(kaya(), "2024-03-05"))).value());
  home.writer->abandon();
  home.begin();
  const auto second = home.begin_import();
  home.commit();
  EXPECT_EQ(home.reader().import(first).value().counts.kept, 1U);
  EXPECT_EQ(home.reader().import(second).value().counts.kept, 0U);
}

TEST(Writer, KeepsTheIndicatorsOfAHeadlineThatHasNoSpanInTheText) {
  const StoreHome home;
  auto seen = attack_at(kaya(), "2024-03-05", 15);
  seen.span = {};
  seen.indicators = {{"SRF11.1", {}, "civilians are killed"}};
  home.bring_in(
      {told("1", "Gunmen kill 15 villagers", "A curfew holds.", {seen}), coded("2", seen)});
  auto reader = home.reader();
  const auto told = reader.observation(1).value();
  ASSERT_EQ(told.indicators.size(), 1U);
  EXPECT_EQ(told.indicators[0].because, "civilians are killed");
  EXPECT_TRUE(reader.observation(2).value().indicators.empty()) << "its measure says them";
}

TEST(Writer, CountsNotesBeyondThoseItKeeps) {
  const StoreHome home;
  home.begin();
  home.begin_import();
  for (std::uint64_t line = 1; line <= notes_per_import_max + 5; ++line)
    ASSERT_TRUE(home.writer->note("rejected", line, std::string(1000, 'x')));
  home.commit();
  EXPECT_EQ(home.writer->counts().rejected, notes_per_import_max + 5);
  EXPECT_EQ(home.number("SELECT count(*) FROM import_note"),
            static_cast<std::int64_t>(notes_per_import_max));
  EXPECT_LT(home.number("SELECT max(length(reason)) FROM import_note"), 1000);
}

TEST(Writer, AStatementThatSaysNothingOfActsMovesNoCountOfActs) {
  const StoreHome home;
  auto denied = attack_at(kaya(), "2024-03-05");
  denied.status = coding::ActStatus::denied;
  home.bring_in({coded("1", denied)});
  auto reader = home.reader();
  const auto series = reader
                          .timeline(home.number("SELECT id FROM place WHERE name = 'Kaya'"),
                                    day_at("2024-03-01"), day_at("2024-03-31"))
                          .value();
  EXPECT_TRUE(series.contains("all"));
  EXPECT_FALSE(series.contains("attacks_on_civilians"));
}

using Key = std::tuple<std::string, std::int32_t, std::string>;

struct Model {
  std::map<Key, DayCounts> days;                ///< by place, day and measure
  std::map<std::string, std::int32_t> highest;  ///< of each happening
};

/// What the counts must be, told the slow way.
Model model_of(const std::vector<NewRow>& rows) {
  Model model;
  for (const auto& row : rows) {
    const auto& seen = row.observations.front();
    const auto day = base::day_number(seen.day);
    const auto happening = seen.place.name + "|" + std::to_string(day) + "|" + seen.source.role;
    const bool first = !model.highest.contains(happening);
    auto& highest = model.highest[happening];
    const auto more = std::max(0, seen.killed.value_or(0) - highest);
    highest += more;
    for (const std::string measure : {"all", "attacks_on_civilians"})
      model.days[{seen.place.name, day, measure}] +=
          DayCounts{first ? 1U : 0U, 1, static_cast<std::uint32_t>(more)};
  }
  return model;
}

TEST(Writer, CountsAreThoseOfASimpleModelWhereverTransactionsAndRestartsFall) {
  base::SeededRandom random(20260405);
  for (int round = 0; round < 8; ++round) {
    StoreHome home;
    std::vector<NewRow> rows;
    for (int i = 0; i < 150; ++i) {
      auto seen = attack_at(random.below(2) == 0 ? kaya() : dori(), "2024-03-05");
      seen.day += std::chrono::days{random.below(100)};
      if (random.below(3) > 0) seen.killed = static_cast<std::int32_t>(random.below(20));
      seen.source.role = random.below(2) == 0 ? "REB" : "MIL";
      rows.push_back(coded("row" + std::to_string(i), seen));
    }
    home.begin();
    home.begin_import();
    for (const auto& row : rows) {
      ASSERT_TRUE(home.writer->add("jsonl", row).value());
      if (random.below(20) == 0) {
        home.commit();
        if (random.below(3) == 0) {
          home.close();
          home.open();
        }
        home.begin();
        home.begin_import();
      }
    }
    home.commit();
    const auto model = model_of(rows);
    EXPECT_EQ(home.number("SELECT count(*) FROM happening"),
              static_cast<std::int64_t>(model.highest.size()));
    std::map<Key, DayCounts> found;
    auto reader = home.reader();
    for (const std::string place : {"Kaya", "Dori"}) {
      const auto id = home.number("SELECT id FROM place WHERE name = '" + place + "'");
      const auto series = reader.timeline(id, day_at("2020-01-01"), day_at("2030-01-01")).value();
      for (const auto& [measure, counts] : series)
        for (std::size_t i = 0; i < counts.days.size(); ++i)
          if (counts.days[i] != DayCounts{})
            found[{place, counts.first_day + static_cast<std::int32_t>(i), measure}] =
                counts.days[i];
    }
    EXPECT_TRUE(found == model.days) << "round " << round;
    // The area's counts are the sum of its places' counts: here each area has one place.
    std::uint64_t in_areas = 0;
    ASSERT_TRUE(
        reader.area_series(day_at("2020-01-01"), day_at("2030-01-01"),
                           [&](std::int64_t, std::string_view measure, const DailyCounts& counts) {
                             if (measure != "all") return;
                             for (const auto& day : counts.days) in_areas += day.observations;
                           }));
    EXPECT_EQ(in_areas, rows.size());
  }
}

}  // namespace
}  // namespace tocsin::monitor
