// SPDX-License-Identifier: Apache-2.0
// A report or a situation that is marked more strictly once something rests on it.
#include "formats/pdf_text.hpp"
#include "people/access_log.hpp"
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

TEST_F(StricterLater, WhatWasSentCanAlwaysBeCancelled) {
  const ledger::Marking amber{"AMBER", "AMBER"};
  const auto filed = report(amber);
  const auto situation = led_to(post(analyst_, "/situations/new", situation_fields(amber)));
  led_to(link(situation, filed.object));
  const auto warning = warned(assessed(situation));
  led_to(take(analyst_, warning, "submit"));
  led_to(take(second_, warning, "pass"));
  led_to(take(principal_, warning, "act"));
  const auto police = authority("Police", Channel::webhook, "https://police.invalid/hook", "AMBER");
  led_to(inform(warning, police));
  run();
  officer_->person.clearance = "AMBER";
  const auto database = connect();
  const auto alert = notices_of(*database, object(warning))->front().object;
  const auto cancel = "/notices/" + uuid(alert) + "/cancel";
  const auto receipt = "/notices/" + uuid(alert) + "/receipts/" + uuid(police);
  EXPECT_FALSE(has(get(officer_, "/warnings"), cancel)) << "whoever reads the warning needs it not";
  EXPECT_EQ(get(officer_, receipt).status, 200);
  led_to(post(analyst_, "/inbox/" + uuid(filed.object),
              {{"step", "mark"}, {"version", "3"}, {"tlp", "RED"}, {"pap", "RED"}}));
  EXPECT_EQ(get(officer_, warning).status, 403);
  EXPECT_EQ(get(officer_, warning + "/inform").status, 403);
  // A receipt is of the matter: what is RED takes one from whoever is cleared for it.
  EXPECT_EQ(get(officer_, receipt).status, 403);
  EXPECT_EQ(post(officer_, receipt,
                 {{"way", "telephone"},
                  {"at", base::format_instant(clock_.now())},
                  {"name", "A. Duty"},
                  {"function", "Duty officer"}})
                .status,
            403);
  EXPECT_EQ(get(analyst_, cancel).status, 403);
  EXPECT_TRUE(has(get(officer_, "/warnings"), cancel));
  const auto page = get(officer_, cancel);
  ASSERT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "TLP:AMBER PAP:AMBER"));
  EXPECT_FALSE(has(page, "Lists are drawn up"));
  EXPECT_FALSE(has(page, "Men go from door to door."));
  const Fields fields{{"seen", base::to_hex(head(object(warning)))},
                      {"language_1", "en"},
                      {"headline_1", "The notice is cancelled"},
                      {"description_1", "Do not act on it any more."},
                      {"to_" + uuid(police), "1"}};
  led_to(post(officer_, cancel, fields));
  EXPECT_EQ(post(officer_, cancel, fields).status, 409);
  EXPECT_FALSE(has(get(officer_, "/warnings"), cancel));
  run();
  ASSERT_EQ(poster_.posts.size(), 2U);
  EXPECT_NE(poster_.posts[1].body.find("The notice is cancelled"), std::string::npos);
}

TEST_F(StricterLater, AListThatShowsNamesIsOneEntryOfTheAccessLog) {
  const auto situation =
      led_to(post(analyst_, "/situations/new", situation_fields({"RED", "RED"}, "")));
  const auto warning = warned(assessed(situation));
  std::vector<std::string> reads;
  parts_->note_read = [&](std::string_view, std::string_view act, std::string_view what) {
    reads.push_back(std::string(act) + " " + std::string(what));
    return base::Status{};
  };
  for (const auto* path : {"/warnings", "/warnings.csv", "/warnings.xlsx"}) {
    reads.clear();
    EXPECT_EQ(get(analyst_, path).status, 200);
    EXPECT_EQ(reads, std::vector<std::string>{"warning.read warnings: RED 1"}) << path;
  }
  for (const auto* path : {"/situations", "/desk"}) {
    auto side = connect();
    const auto before = people::newest_reads(*side, 0)->size();
    EXPECT_EQ(get(analyst_, path).status, 200) << path;
    const auto after = people::newest_reads(*side, 0).value();
    ASSERT_EQ(after.size(), before + 1) << path;
    EXPECT_EQ(after.front().act + " " + after.front().object, "situation.read situations: RED 1");
  }
  principal_->person.clearance = "AMBER";
  reads.clear();
  EXPECT_EQ(get(principal_, "/warnings").status, 200);
  EXPECT_TRUE(reads.empty()) << "what is not shown is not read";
}

}  // namespace
}  // namespace tocsin::inform
