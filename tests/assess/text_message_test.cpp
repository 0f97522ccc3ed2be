// SPDX-License-Identifier: Apache-2.0
#include "assess/text_message.hpp"

#include <gtest/gtest.h>

#include "base/files.hpp"
#include "base/text.hpp"

namespace tocsin::assess {
namespace {

const TextGrammar& grammar() {
  static const auto loaded = [] {
    auto read = TextGrammar::load(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data");
    EXPECT_TRUE(read) << read.error().text();
    return *std::move(read);
  }();
  return loaded;
}

constexpr const char* code = "1234567890123456";

TEST(TextMessages, AReportHasItsFields) {
  const auto message =
      grammar().read("R three farms burned; Belune, by the river; last night; own; danger; share");
  EXPECT_EQ(message.verb, TextVerb::report);
  EXPECT_EQ(message.text, "three farms burned");
  EXPECT_EQ(message.place, "Belune, by the river");
  EXPECT_EQ(message.when, "last night");
  EXPECT_EQ(message.witness, "own_eyes");
  EXPECT_TRUE(message.in_danger);
  EXPECT_TRUE(message.may_share);
  EXPECT_FALSE(message.free);
}

TEST(TextMessages, FieldsMayBeMissingOrInAnotherOrder) {
  auto message = grammar().read("R farms burned");
  EXPECT_EQ(message.text, "farms burned");
  EXPECT_EQ(message.witness, "unsaid");
  message = grammar().read("r: farms burned;heard;Belune");
  EXPECT_EQ(message.witness, "heard");
  EXPECT_EQ(message.place, "Belune");
  message = grammar().read("R farms burned;; yesterday;");
  EXPECT_EQ(message.place, "");
  EXPECT_EQ(message.when, "yesterday");
  message = grammar().read("R farms; Belune; today; five dead; two missing");
  EXPECT_EQ(message.text, "farms; five dead; two missing");
}

TEST(TextMessages, WordsOfSixLanguagesWithAndWithoutAccents) {
  const struct {
    const char* words;
    const char* language;
    const char* witness;
  } table[] = {{"REPORT; farms burned; Belune; today; seen", "en", "own_eyes"},
               {"Signalement: fermes brûlées; Belune; hier; VU", "fr", "own_eyes"},
               {"signalement; fermes; Belune; hier; Entendu", "fr", "heard"},
               {"بلاغ: حرق مزارع؛ بلون؛ أمس؛ رأيت", "ar", "own_eyes"},
               {"ب حرق مزارع؛ بلون؛ أمس؛ سمعت", "ar", "heard"},
               {"ripoti; mashamba; Belune; jana; nimeona", "sw", "own_eyes"},
               {"Reporte; granjas; Belune; ayer; oído", "es", "heard"},
               {"relato; fazendas; Belune; ontem; ouvi", "pt", "heard"}};
  for (const auto& row : table) {
    const auto message = grammar().read(row.words);
    EXPECT_EQ(message.verb, TextVerb::report) << row.words;
    EXPECT_FALSE(message.free) << row.words;
    EXPECT_EQ(message.language, row.language) << row.words;
    EXPECT_EQ(message.witness, row.witness) << row.words;
    EXPECT_FALSE(message.place.empty()) << row.words;
    EXPECT_FALSE(message.when.empty()) << row.words;
  }
}

TEST(TextMessages, CodesAreReadAsPeopleTypeThem) {
  for (const auto* words :
       {"A 1234567890123456 five trucks", "a:1234 5678 9012 3456 five trucks",
        "Add 1234-5678-9012-3456; five trucks", "أضف ١٢٣٤ ٥٦٧٨ ٩٠١٢ ٣٤٥٦ five trucks",
        "1234 5678 9012 3456 five trucks", "A1234567890123456 five trucks"}) {
    const auto message = grammar().read(words);
    EXPECT_EQ(message.verb, TextVerb::add) << words;
    EXPECT_EQ(message.receipt, code) << words;
    EXPECT_EQ(message.text, "five trucks") << words;
  }
  auto message = grammar().read("D 1234567890123456");
  EXPECT_EQ(message.verb, TextVerb::danger);
  EXPECT_EQ(message.receipt, code);
  EXPECT_EQ(message.text, "");
  message = grammar().read("خطر ۱۲۳۴۵۶۷۸۹۰۱۲۳۴۵۶ they come");
  EXPECT_EQ(message.verb, TextVerb::danger);
  EXPECT_EQ(message.text, "they come");
  for (const auto* words :
       {"W 1234567890123456", "withdraw 1234567890123456", "retrait: 1234 5678 9012 3456",
        "سحب ١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦", "ondoa 1234567890123456", "retirar 1234567890123456"}) {
    EXPECT_EQ(grammar().read(words).verb, TextVerb::withdraw) << words;
    EXPECT_EQ(grammar().read(words).receipt, code) << words;
  }
}

TEST(TextMessages, WhatFollowsNoRuleIsTakenAsItStands) {
  for (const std::string words :
       {"Men in trucks came at night; they burned farms", "A man was killed near the bridge",
        "Report from the village about nothing", "W", "D", "withdraw 1234", "A 12345678901234567 x",
        "1234 people fled", "1234567890123456", "?", "1/2 of the farms", "😀", "R"}) {
    const auto message = grammar().read(words);
    EXPECT_TRUE(message.free) << words;
    EXPECT_EQ(message.verb, TextVerb::report) << words;
    EXPECT_EQ(message.text, words);
    EXPECT_TRUE(message.receipt.empty()) << words;
    EXPECT_FALSE(message.may_share) << words;
  }
}

TEST(TextMessages, ACallForHelpIsADangerWithoutAnyGrammar) {
  for (const auto* words : {"help", "SOS", "Danger", "au secours", "Aide", "خطر", "نجدة", "hatari",
                            "ayuda", "ajuda", "d"}) {
    const auto message = grammar().read(words);
    EXPECT_EQ(message.verb, TextVerb::report) << words;
    EXPECT_TRUE(message.in_danger) << words;
    EXPECT_EQ(message.text, words);
  }
  EXPECT_FALSE(grammar().read("no danger here").in_danger);
  EXPECT_EQ(grammar().read("رجال في شاحنات").language, "ar");
  EXPECT_EQ(grammar().read("men in trucks").language, "");
}

TEST(TextMessages, PartsAreNumbered) {
  auto part = numbered_part("1/3 R farms burned");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->number, 1U);
  EXPECT_EQ(part->of, 3U);
  EXPECT_EQ(part->text, "R farms burned");
  part = numbered_part("(2/3) by the river");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->text, "by the river");
  part = numbered_part("٣/٣ أمس");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->number, 3U);
  EXPECT_TRUE(numbered_part("[2/2]end"));
  EXPECT_TRUE(numbered_part("2/2: end"));
  for (const auto* none : {"", "1/1 x", "0/3 x", "4/3 x", "1/30 x", "1/3rd of them", "3 / 4",
                           "(1/3 x", "R 1/3 x", "1/", "/3", "2/3of"})
    EXPECT_FALSE(numbered_part(none)) << none;
}

TEST(TextMessages, HostileBytesStayWords) {
  std::string deep(message_bytes_max * 4, ';');
  EXPECT_TRUE(grammar().read("R" + deep).free);
  for (const std::string& words : std::vector<std::string>{
           "R \xFF\xFE; \xC3", std::string("R a\0b; c", 8), "R <script>; '); DROP TABLE report; --",
           "R " + std::string(100'000, 'x') + "; y", "\xE2\x80\x8F R x", "R؛؛؛", ";;;;", " "}) {
    const auto message = grammar().read(words);
    EXPECT_TRUE(base::is_utf8(message.text));
    EXPECT_LE(message.text.size(), message_bytes_max * 3);
    EXPECT_TRUE(message.receipt.empty());
  }
}

TEST(TextMessages, TheListOfWordsIsChecked) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "text_message_words";
  std::filesystem::create_directories(folder);
  for (const auto* words : {"report\ten", "dance\ten\tx", "report\ten\tx\nadd\tfr\tX"}) {
    ASSERT_TRUE(base::write_file(folder / "text-message.tsv", words));
    EXPECT_FALSE(TextGrammar::load(folder)) << words;
  }
  std::filesystem::remove_all(folder);
  EXPECT_FALSE(TextGrammar::load(folder));
}

}  // namespace
}  // namespace tocsin::assess
