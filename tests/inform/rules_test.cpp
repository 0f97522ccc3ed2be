// SPDX-License-Identifier: Apache-2.0
#include "inform/rules.hpp"

#include <gtest/gtest.h>

#include <array>
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
  const auto row = [&](std::string_view tlp, std::string_view pap) {
    std::string out;
    for (std::size_t i = 0; i < channel_count; ++i)
      out += std::string(name_of(
                 loaded.form({std::string(tlp), std::string(pap)}, static_cast<Channel>(i)))) +
             " ";
    return out;
  };
  struct Line {
    const char* tlp;
    const char* pap;
    const char* forms;  // email smime webhook cap print page
  };
  constexpr auto open = "content encrypted content content content content ";
  constexpr auto linked = "link encrypted content content content content ";
  constexpr auto named = "link encrypted content content content after_acknowledging ";
  constexpr auto strict = "link encrypted link none content reference ";
  constexpr auto by_hand = "none none none none content reference ";
  constexpr auto nothing = "none none none none none none ";
  constexpr std::array lines{
      Line{"CLEAR", "CLEAR", open},
      Line{"CLEAR", "GREEN", linked},
      Line{"CLEAR", "AMBER", named},
      Line{"CLEAR", "RED", by_hand},
      Line{"GREEN", "CLEAR", linked},
      Line{"GREEN", "GREEN", linked},
      Line{"GREEN", "AMBER", named},
      Line{"GREEN", "RED", by_hand},
      Line{"AMBER", "CLEAR", named},
      Line{"AMBER", "GREEN", named},
      Line{"AMBER", "AMBER", named},
      Line{"AMBER", "RED", by_hand},
      Line{"AMBER+STRICT", "CLEAR", strict},
      Line{"AMBER+STRICT", "GREEN", strict},
      Line{"AMBER+STRICT", "AMBER", strict},
      Line{"AMBER+STRICT", "RED", by_hand},
      Line{"RED", "CLEAR", by_hand},
      Line{"RED", "GREEN", by_hand},
      Line{"RED", "AMBER", by_hand},
      Line{"RED", "RED", by_hand},
      Line{"PURPLE", "CLEAR", nothing},
      Line{"CLEAR", "WHITE", nothing},
      Line{"CLEAR", "", nothing},
      Line{"", "CLEAR", nothing},
  };
  for (const auto& line : lines)
    EXPECT_EQ(row(line.tlp, line.pap), line.forms) << line.tlp << " " << line.pap;
}

TEST(DeliveryTable, AStricterMarkingNeverOpensAChannel) {
  const auto loaded = rules();
  constexpr std::array tlps{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"};
  constexpr std::array paps{"CLEAR", "GREEN", "AMBER", "RED"};
  for (std::size_t t = 0; t < tlps.size(); ++t)
    for (std::size_t p = 0; p < paps.size(); ++p)
      for (std::size_t i = 0; i < channel_count; ++i) {
        const auto channel = static_cast<Channel>(i);
        const auto form = loaded.form({tlps[t], paps[p]}, channel);
        if (t > 0) {
          EXPECT_GE(form, loaded.form({tlps[t - 1], paps[p]}, channel));
        }
        if (p > 0) {
          EXPECT_GE(form, loaded.form({tlps[t], paps[p - 1]}, channel));
        }
      }
}

TEST(DeliveryTable, OnlyWhatIsClearInBothIsPublishedOrGoesByPlainMail) {
  const auto loaded = rules();
  for (const auto* tlp : {"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"})
    for (const auto* pap : {"CLEAR", "GREEN", "AMBER", "RED"}) {
      const bool both = std::string_view(tlp) == "CLEAR" && std::string_view(pap) == "CLEAR";
      EXPECT_EQ(may_be_published({tlp, pap}), both);
      EXPECT_EQ(loaded.form({tlp, pap}, Channel::email) == Form::content, both) << tlp << pap;
    }
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
  std::ofstream(folder / "delivery.tsv", std::ios::app) << "TLP:CLEAR\temail\tcontent\n";
  const auto twice = Rules::load(folder);
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().text().find("delivery.tsv line"), std::string::npos);
  std::ofstream(folder / "delivery.tsv") << "TLP:CLEAR\temail\tcontent\n";
  EXPECT_FALSE(Rules::load(folder));
  std::ofstream(folder / "escalation.json") << R"({"urgencies":[{"id":"now"}]})";
  const auto hours = Rules::load(folder);
  ASSERT_FALSE(hours);
  EXPECT_NE(hours.error().text().find("first_reminder_hours"), std::string::npos);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tocsin::inform
