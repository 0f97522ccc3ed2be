// SPDX-License-Identifier: Apache-2.0
#include "inform/rules.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace tocsin::inform {
namespace {

const std::filesystem::path data = std::filesystem::path(TOCSIN_SOURCE_DIR) / "data";

Rules rules() {
  auto loaded = Rules::load(data);
  EXPECT_TRUE(loaded) << loaded.error().text();
  return std::move(*loaded);
}

TEST(Toolbox, RunsFromGentleToStrong) {
  const auto loaded = rules();
  ASSERT_EQ(loaded.measures().size(), 27U);
  int before = 0;
  for (const auto& one : loaded.measures()) {
    EXPECT_GE(one.coercion_max, before) << one.id;
    before = one.coercion_max;
  }
  EXPECT_EQ(loaded.measures().front().coercion_max, 0);
  EXPECT_EQ(loaded.measures().back().coercion_min, 3);
}

TEST(Toolbox, WhatIsFromMemorySaysSo) {
  const auto loaded = rules();
  for (const auto* id :
       {"recall_suspend", "arms_embargo", "au_intervention", "ecowas_intervention"})
    EXPECT_TRUE(loaded.measure(id)->unchecked) << id;
  EXPECT_FALSE(loaded.measure("mediation")->unchecked);
}

TEST(Toolbox, ChoicesAreOrderedAndUnknownOnesRefused) {
  const auto loaded = rules();
  const std::vector<std::string> mixed{"no_fly_or_force", "mediation", "public_statement",
                                       "mediation"};
  EXPECT_EQ(*loaded.ordered(mixed),
            (std::vector<std::string>{"mediation", "public_statement", "no_fly_or_force"}));
  const std::vector<std::string> unknown{"'; DROP TABLE warning; --"};
  EXPECT_FALSE(loaded.ordered(unknown));
}

TEST(DeliveryTable, EveryMarkingAndChannel) {
  const auto loaded = rules();
  const auto row = [&](std::string_view tlp) {
    std::string out;
    for (std::size_t i = 0; i < channel_count; ++i)
      out += std::string(name_of(loaded.form(tlp, static_cast<Channel>(i)))) + " ";
    return out;
  };
  // email smime webhook cap print page
  EXPECT_EQ(row("CLEAR"), "content encrypted content content content content ");
  EXPECT_EQ(row("GREEN"), "link encrypted content content content content ");
  EXPECT_EQ(row("AMBER"), "link encrypted content content content after_acknowledging ");
  EXPECT_EQ(row("AMBER+STRICT"), "link encrypted link none content reference ");
  EXPECT_EQ(row("RED"), "none none none none content reference ");
  EXPECT_EQ(row("PURPLE"), "none none none none none none ");
}

TEST(DeliveryTable, OnlyWhatIsClearGoesOutByPlainMail) {
  const auto loaded = rules();
  for (const auto* tlp : {"GREEN", "AMBER", "AMBER+STRICT", "RED"})
    EXPECT_NE(loaded.form(tlp, Channel::email), Form::content) << tlp;
}

TEST(CapMapping, NamesKnownWordsAndSaysUnknownOtherwise) {
  const auto loaded = rules();
  const auto levels = loaded.cap_levels("days", "widespread", "high");
  EXPECT_EQ(levels.urgency, "Expected");
  EXPECT_EQ(levels.severity, "Extreme");
  EXPECT_EQ(levels.certainty, "Likely");
  EXPECT_EQ(loaded.cap_levels("x", "y", "z").severity, "Unknown");
}

TEST(RulesFiles, ADamagedTableIsNamed) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "inform_rules";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  for (const auto* name : {"escalation.json", "measures.json", "delivery.tsv", "cap-mapping.json"})
    std::filesystem::copy(data / name, folder / name);
  EXPECT_TRUE(Rules::load(folder));
  std::ofstream(folder / "delivery.tsv", std::ios::app) << "CLEAR\temail\tcontent\n";
  const auto twice = Rules::load(folder);
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().text().find("delivery.tsv line"), std::string::npos);
  std::ofstream(folder / "delivery.tsv") << "CLEAR\temail\tcontent\n";
  EXPECT_FALSE(Rules::load(folder));
  std::ofstream(folder / "escalation.json") << R"({"urgencies":[{"id":"now"}]})";
  const auto hours = Rules::load(folder);
  ASSERT_FALSE(hours);
  EXPECT_NE(hours.error().text().find("first_reminder_hours"), std::string::npos);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tocsin::inform
