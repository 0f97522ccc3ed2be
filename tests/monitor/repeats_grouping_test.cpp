// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "monitor/repeats.hpp"

namespace tocsin::monitor {
namespace {

class RepeatsGrouping : public testing::Test {
 protected:
  RepeatVerdict add(std::string_view text, std::optional<std::int32_t> day = std::nullopt) {
    return repeats_.add(++last_, day, reader_.read(text));
  }
  ReportReader reader_;
  Repeats repeats_;
  std::int64_t last_ = 0;
};

constexpr const char* story =
    "On 2 December 2020, unknown gunmen attacked the village of Tarsa (Bilanga, Gnagna) and killed "
    "five residents. The assailants burned three granaries before they left.";

TEST_F(RepeatsGrouping, FirstReportOpensAStory) {
  const auto verdict = add(story);
  EXPECT_EQ(verdict.relation, Relation::fresh);
  EXPECT_EQ(verdict.cluster, 1);
}

TEST_F(RepeatsGrouping, SameTextIsARepeatAndIsNotHeldTwice) {
  add(story);
  const auto verdict = add(story);
  EXPECT_EQ(verdict.relation, Relation::repeat);
  EXPECT_EQ(verdict.cluster, 1);
  EXPECT_EQ(repeats_.members().size(), 1U);
}

TEST_F(RepeatsGrouping, NewDeathTollIsAnUpdateThatKeepsBothFigures) {
  add(story);
  const std::string text =
      "On 2 December 2020, unknown gunmen attacked the village of Tarsa (Bilanga, Gnagna) and killed "
      "nine residents. The assailants burned three granaries before they left.";
  const auto verdict = add(text);
  EXPECT_EQ(verdict.relation, Relation::update);
  EXPECT_EQ(verdict.cluster, 1);
  EXPECT_EQ(verdict.version, 2);
  ASSERT_EQ(verdict.changes.size(), 1U);
  EXPECT_EQ(verdict.changes[0].before, 5U);
  EXPECT_EQ(verdict.changes[0].after, 9U);
  // A later copy with the new toll belongs to the new version.
  const auto copy = add("GENEVA, 4 December (AFP) - " + text);
  EXPECT_EQ(copy.relation, Relation::repeat);
  EXPECT_EQ(copy.version, 2);
}

TEST_F(RepeatsGrouping, AnotherDayIsAnotherEvent) {
  add(story);
  const auto verdict = add(
      "On 19 December 2020, unknown gunmen attacked the village of Tarsa (Bilanga, Gnagna) and "
      "killed five residents. The assailants burned three granaries before they left.");
  EXPECT_EQ(verdict.relation, Relation::fresh);
}

TEST_F(RepeatsGrouping, AnotherPlaceInTheSameTemplateIsAnotherEvent) {
  add(story);
  const auto verdict = add(
      "On 2 December 2020, unknown gunmen attacked the village of Koulpo (Arbinda, Soum) and killed "
      "five residents. The assailants burned three granaries before they left.");
  EXPECT_EQ(verdict.relation, Relation::fresh);
}

TEST_F(RepeatsGrouping, CutHeadedReorderedAndShoutedCopiesStayInTheStory) {
  add(story);
  const char* copies[] = {
      "On 2 December 2020, unknown gunmen attacked the village of Tarsa (Bilanga, Gnagna) and...",
      "BREAKING: On 2 December 2020, unknown gunmen attacked the village of Tarsa (Bilanga, Gnagna) "
      "and killed five residents. The assailants burned three granaries before they left.",
      "The assailants burned three granaries before they left. On 2 December 2020, unknown gunmen "
      "attacked the village of Tarsa (Bilanga, Gnagna) and killed five residents.",
      "ON 2 DECEMBER 2020, UNKNOWN GUNMEN ATTACKED THE VILLAGE OF TARSA (BILANGA, GNAGNA) AND KILLED "
      "FIVE RESIDENTS. THE ASSAILANTS BURNED THREE GRANARIES BEFORE THEY LEFT.",
      "On 2 December 2020, unidentified gunmen stormed the village of Tarsa (Bilanga, Gnagna) and "
      "killed 5 residents. The assailants burned 3 granaries before they left."};
  for (const char* copy : copies) EXPECT_EQ(add(copy).cluster, 1) << copy;
}

TEST_F(RepeatsGrouping, ContradictionWithTheFirstReportBreaksTheChain) {
  add(story);
  // A copy that lost its date fits both days; the day of the third report contradicts the first.
  add("Unknown gunmen attacked the village of Tarsa (Bilanga, Gnagna) and killed five residents. "
      "The assailants burned three granaries before they left.");
  const auto verdict = add(
      "On 19 December 2020, unknown gunmen attacked the village of Tarsa (Bilanga, Gnagna) and "
      "killed five residents. The assailants burned three granaries before they left.");
  EXPECT_NE(verdict.cluster, 1);
}

TEST_F(RepeatsGrouping, DaysOutsideTheWindowAreNotTheSameStory) {
  add(story, 18'000);
  EXPECT_EQ(add(story, 18'030).cluster, 1);
  EXPECT_EQ(add(story, 18'100).relation, Relation::fresh);
}

struct Update {
  const char* language;
  const char* before;
  const char* after;
  std::uint32_t figure_before;
  std::uint32_t figure_after;
};

class RepeatsLanguages : public testing::TestWithParam<Update> {};

TEST_P(RepeatsLanguages, UpdateIsFoundAndFiguresAreRead) {
  const auto& update = GetParam();
  const ReportReader reader;
  Repeats repeats;
  static_cast<void>(repeats.add(1, std::nullopt, reader.read(update.before)));
  const auto verdict = repeats.add(2, std::nullopt, reader.read(update.after));
  EXPECT_EQ(verdict.relation, Relation::update) << update.language;
  ASSERT_EQ(verdict.changes.size(), 1U);
  EXPECT_EQ(verdict.changes[0].before, update.figure_before);
  EXPECT_EQ(verdict.changes[0].after, update.figure_after);
}

INSTANTIATE_TEST_SUITE_P(
    SixLanguages, RepeatsLanguages,
    testing::Values(
        Update{"en", "Gunmen on motorbikes raided a market near Kolda, killing twelve villagers.",
               "Gunmen on motorbikes raided a market near Kolda, killing twenty-five villagers.", 12,
               25},
        Update{"fr", "Des hommes armés ont attaqué le marché de Kolda, tuant douze villageois.",
               "Des hommes armés ont attaqué le marché de Kolda, tuant vingt et six villageois.", 12,
               26},
        Update{"es", "Hombres armados atacaron el mercado de Kolda y mataron a doce aldeanos.",
               "Hombres armados atacaron el mercado de Kolda y mataron a 1.250 aldeanos.", 12, 1250},
        Update{"pt", "Homens armados atacaram o mercado de Kolda e mataram três camponeses.",
               "Homens armados atacaram o mercado de Kolda e mataram quinze camponeses.", 3, 15},
        Update{"sw", "Watu wenye silaha walishambulia soko karibu na Kolda na kuua wanakijiji watano.",
               "Watu wenye silaha walishambulia soko karibu na Kolda na kuua wanakijiji kumi na mbili.",
               5, 12},
        Update{"ar", "هاجم مسلحون سوق القرية قرب كولدا وقتلوا ٧ من السكان المدنيين.",
               "هاجم مسلحون سوق القرية قرب كولدا وقتلوا ١٢ من السكان المدنيين.", 7, 12}));

TEST(RepeatsSignature, IsTheSameHoweverTheTextIsDressed) {
  const ReportReader reader;
  const auto plain = reader.read("Des miliciens ont attaqué Ségou, tuant trois civils.");
  const auto dressed = reader.read("  des   MILICIENS ont attaque\u0301 S\u00E9gou \u2014 tuant 3 civils !");
  EXPECT_EQ(plain.text_hash, dressed.text_hash);
  EXPECT_EQ(plain.sketch, dressed.sketch);
}

TEST(RepeatsSignature, DatesAndYearsAreNoFigures) {
  const ReportReader reader;
  for (const char* text : {"On 3 March 2021 fighting began.", "March 3: fighting began near Kolda.",
                           "El 3 de marzo de 2021 empezaron los combates.", "At 10:30 on 03/05/2021.",
                           "في 3 مارس 2021 بدأ القتال"})
    EXPECT_TRUE(reader.read(text).figure_spans.empty()) << text;
}

TEST(RepeatsSignature, SurvivesStorageAndRefusesDamage) {
  const ReportReader reader;
  const auto signature = reader.read(story);
  const auto bytes = encode_signature(signature);
  const auto back = decode_signature(bytes);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(encode_signature(*back), bytes);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut)
    EXPECT_FALSE(decode_signature(std::string_view(bytes).substr(0, cut)).has_value());
  auto damaged = bytes;
  damaged[0] = 'X';
  EXPECT_FALSE(decode_signature(damaged).has_value());
}

TEST(RepeatsSignature, AnyBytesAreRead) {
  const ReportReader reader;
  base::SeededRandom random(5);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (std::uint64_t i = random.below(200); i > 0; --i)
      bytes.push_back(static_cast<char>(random.below(256)));
    const auto signature = reader.read(bytes);
    for (const auto& span : signature.figure_spans) {
      EXPECT_LT(span.begin, span.end);
      EXPECT_LE(span.end, bytes.size());
    }
    EXPECT_TRUE(decode_signature(encode_signature(signature)).has_value());
  }
}

TEST(RepeatsRestart, RestoredStateJudgesAsTheOldOneWouldHave) {
  const ReportReader reader;
  Repeats before;
  static_cast<void>(before.add(11, 100, reader.read(story)));
  static_cast<void>(before.add(12, 100, reader.read("Students marched through Kolda to ask for the "
                                                    "payment of their scholarships.")));
  Repeats after;
  for (const auto& member : before.members()) {
    auto copy = member;
    copy.signature = *decode_signature(encode_signature(member.signature));
    after.restore(std::move(copy));
  }
  const std::string update = "On 2 December 2020, unknown gunmen attacked the village of Tarsa "
                             "(Bilanga, Gnagna) and killed eight residents.";
  const auto expected = before.add(13, 101, reader.read(update));
  const auto found = after.add(13, 101, reader.read(update));
  EXPECT_EQ(found.cluster, 11);
  EXPECT_EQ(found.relation, expected.relation);
  EXPECT_EQ(found.score, expected.score);
  EXPECT_EQ(found.changes, expected.changes);
}

TEST(RepeatsMemory, OldestLeaveFirstAndNothingElseBreaks) {
  const ReportReader reader;
  RepeatSettings settings;
  settings.members_max = 50;
  Repeats repeats(settings);
  base::SeededRandom random(9);
  for (std::int64_t report = 1; report <= 5000; ++report) {
    std::string text;
    for (int word = 0; word < 20; ++word) text += "word" + std::string(1 + random.below(9), 'a') +
                                                  std::string(1, static_cast<char>('a' + random.below(26))) + " ";
    const auto verdict = repeats.add(report, std::nullopt, reader.read(text));
    EXPECT_LE(verdict.cluster, report);
    EXPECT_LE(repeats.members().size(), 50U);
  }
}

}  // namespace
}  // namespace tocsin::monitor
