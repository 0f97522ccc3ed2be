// SPDX-License-Identifier: Apache-2.0
// A report or a situation that is marked more strictly once something rests on it.
#include "formats/pdf_text.hpp"
#include "thread_fixture.hpp"

namespace tocsin::inform {
namespace {

using StricterLater = MarkingThread;

TEST_F(StricterLater, AMarkingMadeStricterClosesTheAssessmentAndItsJudgements) {
  const ledger::Marking amber{"AMBER", "AMBER"};
  const auto low = person("Low", people::Role::analyst);
  low->person.clearance = "AMBER+STRICT";
  for (const bool by_report : {true, false}) {
    const auto filed = report(amber);
    const auto situation = led_to(post(analyst_, "/situations/new", situation_fields(amber)));
    led_to(link(situation, filed.object));
    const auto first = assessed(situation);
    const auto second = assessed(situation);
    const auto indicator = situation + "/indicators/CRF7.14";
    const auto side = connect();
    const auto judgement = assess::SituationReader(*side)
                               .judgements("situation:" + situation.substr(12))
                               ->front()
                               .object;
    led_to(post(analyst_, indicator + "/dissent", {{"judgement", judgement}, {"text", "Not so."}}));
    const std::array<std::string, 3> pages{second, second + "/sheet.pdf", second + "/compare"};
    for (const auto& path : pages) EXPECT_EQ(get(low, path).status, 200) << path;
    EXPECT_TRUE(has(get(low, situation), first));
    EXPECT_TRUE(has(get(low, indicator), "said on the radio"));
    EXPECT_TRUE(has(get(low, indicator), "Not so."));
    EXPECT_TRUE(has(get(analyst_, second), "AMBER"));
    if (by_report) {
      led_to(post(analyst_, "/inbox/" + uuid(filed.object),
                  {{"step", "mark"}, {"version", "3"}, {"tlp", "RED"}, {"pap", "RED"}}));
    } else {
      const auto row =
          assess::SituationReader(*side).find("situation:" + situation.substr(12)).value();
      auto fields = situation_fields({"RED", "RED"});
      fields.emplace_back("seen", base::to_hex(row.revision));
      led_to(post(analyst_, situation + "/edit", fields));
    }
    for (const auto& path : pages) {
      EXPECT_EQ(get(low, path).status, 403) << path;
      EXPECT_EQ(get(analyst_, path).status, 200) << path;
    }
    EXPECT_TRUE(has(get(analyst_, second), "RED"));
    const auto sheet = formats::pdf_to_text(get(analyst_, second + "/sheet.pdf").body, 1U << 20);
    // Without pdftotext there is nothing to read it with.
    if (sheet) {
      EXPECT_NE(sheet->find("TLP:RED"), std::string::npos);
      EXPECT_EQ(sheet->find("TLP:AMBER"), std::string::npos);
    }
    EXPECT_EQ(
        get(low, "/warnings/new", "assessment=" + base::to_hex(version(second).revision)).status,
        403);
    EXPECT_FALSE(has(get(low, situation), first));
    EXPECT_FALSE(has(get(low, indicator), "said on the radio"));
    EXPECT_FALSE(has(get(low, indicator), "Not so."));
    EXPECT_TRUE(has(get(analyst_, indicator), "said on the radio"));
    EXPECT_TRUE(has(get(analyst_, indicator), "Not so."));
    EXPECT_EQ(post(low, situation + "/assessments", {}).status, 403);
    EXPECT_EQ(
        post(low, indicator + "/dissent", {{"judgement", judgement}, {"text", "Blindly."}}).status,
        403);
    EXPECT_EQ(post(low, indicator,
                   {{"value", "emerging"},
                    {"trend", "rising"},
                    {"confidence", "low"},
                    {"period", "2030-03"},
                    {"reasons", "unread"},
                    {"seen", base::to_hex(assess::SituationReader(*side)
                                              .judgements("situation:" + situation.substr(12))
                                              ->front()
                                              .revision)}})
                  .status,
              403);
  }
}

}  // namespace
}  // namespace tocsin::inform
