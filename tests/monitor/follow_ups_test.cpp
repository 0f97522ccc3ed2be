// SPDX-License-Identifier: Apache-2.0
// Attacks that are told again, rumours, and how they are counted.
#include "monitor/follow_ups.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>

#include "base/files.hpp"
#include "base/random.hpp"
#include "monitor/observation_reader.hpp"
#include "monitor/observation_schema.hpp"
#include "monitor/observation_writer.hpp"
#include "monitor/row_preparer.hpp"

namespace tocsin::monitor {
namespace {

const std::filesystem::path data_folder = std::filesystem::path(TOCSIN_SOURCE_DIR) / "data";

base::Day day_of(std::string_view text) {
  return base::parse_day(text).value();
}

TEST(FollowUpsFile, HoldsToItsExamples) {
  const auto follow_ups = FollowUps::load(data_folder).value();
  const auto text = base::read_file(data_folder / "follow-ups.json", 1U << 20).value();
  const auto root = boost::json::parse(text);
  std::size_t examples = 0;
  for (const auto& [code, language] : root.at("languages").as_object())
    for (const auto& [key, wanted] : {std::pair("again", AttackTelling::again),
                                      {"first", AttackTelling::first},
                                      {"rumoured", AttackTelling::rumour}}) {
      const auto* list = language.as_object().if_contains(key);
      if (list == nullptr) continue;
      for (const auto& example : list->as_array()) {
        const std::string_view sentence = example.as_string();
        const coding::Span whole{0, static_cast<std::uint32_t>(sentence.size())};
        EXPECT_EQ(follow_ups.telling(code, sentence, whole, 0.8), wanted) << sentence;
        ++examples;
      }
    }
  EXPECT_GT(examples, 20U);
}

TEST(FollowUpsFile, LooksNoFurtherThanTheSentence) {
  const auto follow_ups = FollowUps::load(data_folder).value();
  const std::string text = "Gunmen attacked Hadrel. Four men were held over the killings.";
  EXPECT_EQ(follow_ups.telling("en", text, {0, 22}, 0.8), AttackTelling::first);
  EXPECT_EQ(follow_ups.telling("en", text, {43, 60}, 0.8), AttackTelling::again);
  EXPECT_EQ(follow_ups.telling("sw", text, {43, 60}, 0.8), AttackTelling::first);
  EXPECT_EQ(sentence_of_span(text, {0, 22}), "Gunmen attacked Hadrel");
}

TEST(FollowUpsFile, AKnownAttackNamedInPassingIsNoNews) {
  const auto follow_ups = FollowUps::load(data_folder).value();
  const std::string text = "The minister spoke of the attack and left.";
  EXPECT_EQ(follow_ups.telling("en", text, {25, 32}, 0.35), AttackTelling::again);
  EXPECT_EQ(follow_ups.telling("en", "The minister spoke of an attack.", {22, 31}, 0.35),
            AttackTelling::first);
  EXPECT_EQ(follow_ups.telling("en", "", {0, 4}, 0.35), AttackTelling::first);
}

TEST(FollowUpsFile, KnowsDigestsByTheirTitles) {
  const auto follow_ups = FollowUps::load(data_folder).value();
  EXPECT_TRUE(follow_ups.is_digest("en", "Weekly note on Ondaria, 17–23 August"));
  EXPECT_TRUE(follow_ups.is_digest("fr", "Bulletin hebdomadaire du Bureau"));
  EXPECT_TRUE(follow_ups.is_digest("en-GB", "MONTHLY REVIEW"));
  EXPECT_FALSE(follow_ups.is_digest("en", "Gunmen attack weekly market at Hadrel"));
  EXPECT_FALSE(follow_ups.is_digest("en", "Note: attack on Hadrel"));
}

/// A store with attacks told by texts in Unit 1.
class AttacksTold : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-told-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    home_ = name;
    database_ = std::move(open_observations(home_).value());
    base::SeededRandom random(1);
    writer_ = std::move(ObservationWriter::open(*database_, random).value());
  }
  void TearDown() override {
    writer_.reset();
    database_.reset();
    std::filesystem::remove_all(home_);
  }
  void tell(std::string_view day, Telling telling, std::optional<std::int32_t> killed,
            coding::ActStatus status = coding::ActStatus::reported, std::string area = "Unit 1") {
    NewRow row;
    row.id = "r" + std::to_string(++rows_);
    row.report.emplace();
    row.report->title = row.id;
    NewObservation seen;
    seen.day = day_of(day);
    seen.place = {0, area, "XA", area, std::nullopt, std::nullopt, 2};
    seen.type = "ASSAULT";
    seen.measure = "attacks_on_civilians";
    seen.status = status;
    seen.killed = killed;
    seen.telling = telling;
    seen.confidence = 0.8;
    row.observations = {seen};
    ImportInfo info{"f", "jsonl", std::string(64, 'a'), 1, "", {}};
    ASSERT_TRUE(writer_->begin());
    ASSERT_TRUE(writer_->begin_import(info));
    ASSERT_TRUE(writer_->add("test", row));
    ASSERT_TRUE(writer_->finish_import(info, {}, ""));
    ASSERT_TRUE(writer_->commit());
  }
  /// Clusters and people killed on a day, in all of the country.
  DayCounts counted(std::string_view day) {
    ObservationReader reader(*database_);
    DayCounts sum;
    const auto wanted = base::day_number(day_of(day));
    const auto done =
        reader.area_series(day_of(day), day_of(day),
                           [&](std::int64_t, std::string_view measure, const DailyCounts& daily) {
                             if (measure == "attacks_on_civilians" && daily.first_day == wanted)
                               sum += daily.days[0];
                           });
    EXPECT_TRUE(done);
    return sum;
  }
  std::size_t evidence() {
    ObservationReader reader(*database_);
    HappeningFilter filter;
    filter.kind = "attacks_on_civilians";
    return reader.happenings(filter).value().rows.size();
  }

  std::filesystem::path home_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<ObservationWriter> writer_;
  int rows_ = 0;
};

TEST_F(AttacksTold, AFollowUpJoinsTheAttackAndBringsItsToll) {
  tell("2026-08-19", Telling::first, 4);
  tell("2026-08-21", Telling::again, 11);
  EXPECT_EQ(counted("2026-08-19").clusters, 1U);
  EXPECT_EQ(counted("2026-08-19").killed, 11U);
  EXPECT_EQ(counted("2026-08-21").clusters, 0U);
  EXPECT_EQ(evidence(), 1U);
}

TEST_F(AttacksTold, AFollowUpOfAnUnknownAttackCountsOnItsDayOrNotAtAll) {
  tell("2026-08-21", Telling::again, 11);
  EXPECT_EQ(counted("2026-08-21").clusters, 0U);
  EXPECT_EQ(evidence(), 0U);
  tell("2026-08-19", Telling::dated_again, 11);
  EXPECT_EQ(counted("2026-08-19").clusters, 1U);
  // The same day's plain report counts although an uncounted one was there before.
  tell("2026-08-21", Telling::first, 2);
  EXPECT_EQ(counted("2026-08-21").clusters, 1U);
  EXPECT_EQ(evidence(), 2U);
}

TEST_F(AttacksTold, AFollowUpReachesTwoWeeksAndOneUnit) {
  tell("2026-08-01", Telling::first, 4);
  tell("2026-08-16", Telling::again, 11);
  tell("2026-08-03", Telling::again, 11, coding::ActStatus::reported, "Unit 2");
  EXPECT_EQ(counted("2026-08-01").killed, 4U);
  EXPECT_EQ(evidence(), 1U);
}

TEST_F(AttacksTold, RumoursAndDenialsAreShownButNotCounted) {
  tell("2026-08-19", Telling::first, 40, coding::ActStatus::possible);
  tell("2026-08-19", Telling::first, 40, coding::ActStatus::denied);
  EXPECT_EQ(counted("2026-08-19").clusters, 0U);
  EXPECT_EQ(evidence(), 0U);
  tell("2026-08-19", Telling::first, 4);
  EXPECT_EQ(counted("2026-08-19").clusters, 1U);
  EXPECT_EQ(counted("2026-08-19").killed, 4U);
}

TEST_F(AttacksTold, TheReadingsConfidenceIsKept) {
  tell("2026-08-19", Telling::first, 4);
  ObservationReader reader(*database_);
  EXPECT_EQ(reader.observation(1).value().confidence, 0.8);
}

}  // namespace
}  // namespace tocsin::monitor
