// SPDX-License-Identifier: Apache-2.0
// From a report to an authority through the pages alone: a marking that people chose on the way is
// what the warning carries and what its channel obeys; and what endangers somebody stands still.
#include "thread_fixture.hpp"

namespace tocsin::inform {
namespace {

TEST_F(MarkingThread, AMarkingChosenOnTheSituationSendsAnAlert) {
  const ledger::Marking green{"GREEN", "GREEN"};
  const auto filed = report(green);
  const auto situation = led_to(post(analyst_, "/situations/new", situation_fields(green)));
  const auto page = get(analyst_, situation);
  EXPECT_TRUE(has(page, "GREEN"));
  EXPECT_TRUE(has(page, "All of it was on the radio."));
  led_to(link(situation, filed.object));
  const auto warning = warned(assessed(situation));
  EXPECT_TRUE(has(get(principal_, warning), "TLP:GREEN PAP:GREEN"));
  led_to(take(analyst_, warning, "submit"));
  led_to(take(second_, warning, "pass"));
  led_to(take(principal_, warning, "act"));
  const auto police =
      authority("Police", Channel::cap, "https://police.invalid/cap", "AMBER+STRICT");
  led_to(inform(warning, police));
  run();
  ASSERT_EQ(poster_.posts.size(), 1U);
  EXPECT_EQ(poster_.posts[0].content_type, "application/cap+xml");
  EXPECT_NE(poster_.posts[0].body.find("Lists are drawn up"), std::string::npos);
}

TEST_F(MarkingThread, WhatNobodyMarkedSendsNone) {
  const ledger::Marking strict;
  const auto filed = report(strict);
  auto fields = situation_fields(strict);
  fields.resize(fields.size() - 3);  // a form without marking: the strict one
  const auto situation = led_to(post(analyst_, "/situations/new", fields));
  led_to(link(situation, filed.object));
  const auto warning = warned(assessed(situation));
  EXPECT_TRUE(has(get(principal_, warning), "TLP:AMBER+STRICT PAP:AMBER"));
  led_to(take(analyst_, warning, "submit"));
  led_to(take(second_, warning, "pass"));
  led_to(take(principal_, warning, "act"));
  led_to(inform(warning, authority("Police", Channel::cap, "https://police.invalid/cap")));
  run();
  EXPECT_TRUE(poster_.posts.empty());
}

TEST_F(MarkingThread, NoSituationIsLooserThanItsEvidenceNorLoosenedWithoutAReason) {
  const ledger::Marking green{"GREEN", "GREEN"};
  EXPECT_EQ(post(analyst_, "/situations/new", situation_fields(green, " ")).status, 400);
  EXPECT_EQ(post(analyst_, "/situations/new", situation_fields({"PINK", "GREEN"})).status, 400);
  analyst_->person.clearance = "AMBER+STRICT";
  const auto above = post(analyst_, "/situations/new", situation_fields({"RED", "RED"}));
  EXPECT_EQ(above.status, 400);
  EXPECT_TRUE(has(above, "above your own clearance"));
  const auto filed = report({"AMBER", "AMBER"});
  const auto situation =
      led_to(post(analyst_, "/situations/new", situation_fields({"AMBER", "AMBER"})));
  led_to(link(situation, filed.object));
  const auto change = [&](const ledger::Marking& marking, std::string reason) {
    auto side = connect();
    const auto row =
        assess::SituationReader(*side).find("situation:" + situation.substr(12)).value();
    auto fields = situation_fields(marking, std::move(reason));
    fields.emplace_back("seen", base::to_hex(row.revision));
    return post(analyst_, situation + "/edit", fields);
  };
  const auto looser = change(green, "It is known.");
  EXPECT_EQ(looser.status, 409);
  EXPECT_TRUE(has(looser, "marked more strictly"));
  const auto path = "/inbox/" + uuid(filed.object);
  led_to(post(analyst_, path,
              {{"step", "mark"}, {"version", "3"}, {"tlp", "GREEN"}, {"pap", "GREEN"}}));
  EXPECT_EQ(change(green, "").status, 400);
  led_to(change(green, "It is known."));
  // Marked more strictly afterwards, the report holds up the assessment, not the other way round.
  led_to(post(analyst_, path,
              {{"step", "mark"}, {"version", "4"}, {"tlp", "AMBER"}, {"pap", "AMBER"}}));
  led_to(post(analyst_, situation + "/indicators/CRF7.14",
              {{"value", "emerging"},
               {"trend", "rising"},
               {"confidence", "low"},
               {"period", "2030-03"},
               {"reasons", "said on the radio"}}));
  const auto assessment = led_to(post(analyst_, situation + "/assessments", {}));
  EXPECT_EQ(finish(assessment).status, 409);
  led_to(change({"AMBER", "AMBER"}, ""));
  led_to(finish(assessment));
  EXPECT_EQ(version(assessment).marking, (ledger::Marking{"AMBER", "AMBER"}));
}

TEST_F(MarkingThread, AReportMarkedRedLaterHidesItsWarningInEveryList) {
  const ledger::Marking amber{"AMBER", "AMBER"};
  const auto filed = report(amber);
  const auto situation = led_to(post(analyst_, "/situations/new", situation_fields(amber)));
  led_to(link(situation, filed.object));
  warned(assessed(situation));
  principal_->person.clearance = "AMBER+STRICT";
  const std::array<std::pair<std::string, std::string>, 3> lists{
      {{"/warnings", ""}, {"/warnings.csv", ""}, {"/search", "q=Lists+are+drawn"}}};
  constexpr std::string_view title = "Lists are drawn up";
  for (const auto& [path, query] : lists) {
    EXPECT_TRUE(has(get(principal_, path, query), title)) << path;
    EXPECT_FALSE(has(get(analyst_, path, query), "TLP:RED")) << path;
  }
  led_to(post(analyst_, "/inbox/" + uuid(filed.object),
              {{"step", "mark"}, {"version", "3"}, {"tlp", "RED"}, {"pap", "RED"}}));
  for (const auto& [path, query] : lists) {
    const auto hidden = get(principal_, path, query);
    EXPECT_EQ(hidden.status, 200) << path;
    EXPECT_FALSE(has(hidden, title)) << path;
    // Whoever is cleared finds it, marked as it is now.
    const auto shown = get(analyst_, path, query);
    EXPECT_TRUE(has(shown, title)) << path;
    if (path != "/search") {
      EXPECT_TRUE(has(shown, "TLP:RED PAP:RED")) << path;
    }
  }
}

TEST_F(MarkingThread, AMarkingIsLoosenedAgainForAFreshReasonOnly) {
  const std::string first = "All of it was on the radio.";
  const auto situation =
      led_to(post(analyst_, "/situations/new", situation_fields({"AMBER", "AMBER"}, first)));
  const auto change = [&](const ledger::Marking& marking, std::string reason) {
    auto side = connect();
    const auto row =
        assess::SituationReader(*side).find("situation:" + situation.substr(12)).value();
    auto fields = situation_fields(marking, std::move(reason));
    fields.emplace_back("seen", base::to_hex(row.revision));
    return post(analyst_, situation + "/edit", fields);
  };
  EXPECT_FALSE(has(get(analyst_, situation + "/edit"), first));
  // While the marking stays, so does its reason.
  led_to(change({"AMBER", "AMBER"}, ""));
  EXPECT_TRUE(has(get(analyst_, situation), first));
  EXPECT_EQ(change({"GREEN", "AMBER"}, "").status, 400);
  EXPECT_EQ(change({"GREEN", "AMBER"}, " " + first).status, 400);
  EXPECT_EQ(change({"RED", "GREEN"}, first).status, 400);
  led_to(change({"GREEN", "AMBER"}, "A newspaper printed it."));
  EXPECT_TRUE(has(get(analyst_, situation), "A newspaper printed it."));
}

TEST_F(MarkingThread, WhatIsTightenedLaterHoldsForTheWarning) {
  const ledger::Marking green{"GREEN", "GREEN"};
  const auto situation = led_to(post(analyst_, "/situations/new", situation_fields(green)));
  const auto assessment = assessed(situation);
  auto side = connect();
  const auto row = assess::SituationReader(*side).find("situation:" + situation.substr(12)).value();
  auto fields = situation_fields({"AMBER", "AMBER"});
  fields.emplace_back("seen", base::to_hex(row.revision));
  led_to(post(analyst_, situation + "/edit", fields));
  EXPECT_EQ(this->row(object(warned(assessment))).marking, (ledger::Marking{"AMBER", "AMBER"}));
}

TEST_F(MarkingThread, AReportTightenedAfterTheDecisionHoldsForWhatLeaves) {
  const ledger::Marking clear{"CLEAR", "CLEAR"};
  const auto filed = report(clear);
  const auto situation = led_to(post(analyst_, "/situations/new", situation_fields(clear)));
  led_to(link(situation, filed.object));
  const auto warning = warned(assessed(situation));
  led_to(take(analyst_, warning, "submit"));
  led_to(take(second_, warning, "pass"));
  led_to(take(principal_, warning, "act"));
  const auto police = authority("Police", Channel::cap, "https://police.invalid/cap");
  const auto town = authority("Town", Channel::webhook, "https://town.invalid/hook");
  // Ordered before, sent after.
  led_to(inform(warning, town));
  const auto mark = [&](std::string tlp, std::string pap) {
    auto side = connect();
    const auto version = assess::ReportReader(*side).find(filed.object).value().version;
    led_to(post(analyst_, "/inbox/" + uuid(filed.object),
                {{"step", "mark"},
                 {"version", std::to_string(version)},
                 {"tlp", std::move(tlp)},
                 {"pap", std::move(pap)}}));
  };
  mark("AMBER+STRICT", "AMBER");
  run();
  ASSERT_EQ(poster_.posts.size(), 1U);
  EXPECT_NE(poster_.posts[0].body.find("AMBER+STRICT"), std::string::npos);
  EXPECT_EQ(poster_.posts[0].body.find("Lists are drawn up"), std::string::npos);
  mark("AMBER+STRICT", "RED");
  EXPECT_TRUE(has(get(principal_, warning), "TLP:AMBER+STRICT PAP:RED"));
  const NoticeDesk desk(*parts_);
  NoticeOrder order;
  order.warning = object(warning);
  order.seen = head(order.warning);
  order.texts = {{"en", "Lists are drawn up", "Men go from door to door.", ""}};
  order.authorities = {police, town};
  order.release = true;
  const auto refused = desk.order(*principal_, order);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::forbidden);
  EXPECT_NE(refused.error().text().find("only what is TLP:CLEAR"), std::string::npos);
  clock_.advance(std::chrono::minutes{1});  // the list of notices is by time
  led_to(inform(warning, police));
  run();
  EXPECT_EQ(poster_.posts.size(), 1U);
  auto side = connect();
  const auto notices = notices_of(*side, order.warning).value();
  ASSERT_EQ(notices.size(), 2U);
  // Both are of one moment here, so either may stand first.
  const ledger::Marking tightened{"AMBER+STRICT", "RED"};
  EXPECT_NE(notices.front().marking == tightened, notices.back().marking == tightened);
}

TEST_F(MarkingThread, AWarningTightenedByItsReportMovesOnForWhoIsCleared) {
  const ledger::Marking green{"GREEN", "GREEN"};
  const auto filed = report(green);
  const auto situation = led_to(post(analyst_, "/situations/new", situation_fields(green)));
  led_to(link(situation, filed.object));
  const auto warning = warned(assessed(situation));
  led_to(post(analyst_, "/inbox/" + uuid(filed.object),
              {{"step", "mark"}, {"version", "3"}, {"tlp", "RED"}, {"pap", "AMBER"}}));
  analyst_->person.clearance = "AMBER+STRICT";
  EXPECT_EQ(get(analyst_, warning).status, 403);
  EXPECT_EQ(take(analyst_, warning, "submit").status, 403);
  analyst_->person.clearance = "RED";
  led_to(take(analyst_, warning, "submit"));
}

TEST_F(MarkingThread, InDangerNoWarningMovesOn) {
  const ledger::Marking green{"GREEN", "GREEN"};
  const auto filed = report(green);
  const auto situation = led_to(post(analyst_, "/situations/new", situation_fields(green)));
  led_to(link(situation, filed.object));
  const auto warning = warned(assessed(situation));
  const auto police =
      authority("Police", Channel::cap, "https://police.invalid/cap", "AMBER+STRICT");
  const assess::ReportDesk reports(parts_->desk);
  const auto held = [&](const auto& act) {
    EXPECT_TRUE(reports.call_danger(filed.receipt));
    EXPECT_FALSE(has(get(analyst_, "/search", "q=lists"), "Forty men"));
    const auto refused = act();
    EXPECT_EQ(refused.status, 409);
    EXPECT_TRUE(has(refused, "lifts the freeze")) << refused.body;
    auto side = connect();
    const auto version = assess::ReportReader(*side).find(filed.object).value().version;
    led_to(post(officer_, "/inbox/" + uuid(filed.object),
                {{"step", "unfreeze"},
                 {"version", std::to_string(version)},
                 {"reason", "They are safe now."}}));
    led_to(act());
  };
  held([&] { return take(analyst_, warning, "submit"); });
  held([&] { return take(second_, warning, "pass"); });
  // What does not pass it on is free at any time.
  ASSERT_TRUE(reports.call_danger(filed.receipt));
  led_to(take(principal_, warning, "consult"));
  held([&] { return take(principal_, warning, "act"); });
  held([&] { return inform(warning, police); });
}

TEST_F(MarkingThread, InDangerOutlivesTakingBack) {
  const ledger::Marking green{"GREEN", "GREEN"};
  const auto filed = report(green);
  const auto situation = led_to(post(analyst_, "/situations/new", situation_fields(green)));
  led_to(link(situation, filed.object));
  const auto assessment = assessed(situation);
  const auto warning = warned(assessment);
  const assess::ReportDesk reports(parts_->desk);
  ASSERT_TRUE(reports.call_danger(filed.receipt));
  ASSERT_TRUE(reports.withdraw(filed.receipt));
  const auto path = "/inbox/" + uuid(filed.object);
  EXPECT_EQ(take(analyst_, warning, "submit").status, 409);
  EXPECT_TRUE(has(get(officer_, "/desk"), "danger"));
  EXPECT_TRUE(has(get(officer_, "/inbox"), path));
  EXPECT_TRUE(has(get(analyst_, situation), "No assessment is finished"));
  for (const auto& page : {situation, situation + "/indicators/CRF7.14", assessment, warning, path})
    EXPECT_FALSE(has(get(analyst_, page), "men with lists")) << page;
  const auto looks = get(officer_, path);
  EXPECT_TRUE(has(looks, "name=\"step\" value=\"unfreeze\""));
  EXPECT_TRUE(has(looks, "before you lift the freeze"));
  EXPECT_TRUE(has(looks, "withdrawn"));
  auto side = connect();
  const auto version = assess::ReportReader(*side).find(filed.object).value().version;
  led_to(post(officer_, path,
              {{"step", "unfreeze"},
               {"version", std::to_string(version)},
               {"reason", "Nothing was written from it."}}));
  EXPECT_FALSE(has(get(officer_, path), "before you lift the freeze"));
  EXPECT_FALSE(has(get(officer_, "/inbox"), path));
  led_to(take(analyst_, warning, "submit"));
}

TEST_F(MarkingThread, TheSearchPassesOverAWholeFamilyInDanger) {
  const ledger::Marking green{"GREEN", "GREEN"};
  const auto root = report(green);
  const auto told_again = report(green);
  led_to(post(analyst_, "/inbox/" + uuid(told_again.object),
              {{"step", "merge"},
               {"version", "3"},
               {"into", root.object},
               {"reason", "The same person."}}));
  EXPECT_TRUE(has(get(analyst_, "/search", "q=lists"), uuid(root.object)));
  ASSERT_TRUE(assess::ReportDesk(parts_->desk).call_danger(told_again.receipt));
  EXPECT_FALSE(has(get(analyst_, "/search", "q=lists"), uuid(root.object)));
  EXPECT_FALSE(has(get(analyst_, "/search", "q=lists"), uuid(told_again.object)));
}

TEST_F(MarkingThread, AnotherUnitReadsNeitherReportNorSituation) {
  const ledger::Marking green{"GREEN", "GREEN"};
  const auto filed = report(green);
  const auto situation = led_to(post(analyst_, "/situations/new", situation_fields(green)));
  const auto assessment = assessed(situation);
  const auto warning = warned(assessment);
  const auto nora = person("Nora", people::Role::analyst);
  nora->person.unit = "north";
  for (const auto& path : {"/inbox/" + uuid(filed.object), situation, assessment, warning,
                           situation + "/indicators/CRF7.14", situation + "/edit"}) {
    EXPECT_EQ(get(nora, path).status, 403) << path;
    EXPECT_EQ(get(analyst_, path).status, 200) << path;
  }
  EXPECT_FALSE(has(get(nora, "/inbox"), "Forty men"));
  EXPECT_FALSE(has(get(nora, "/situations"), "Valley of the Orn"));
  EXPECT_FALSE(has(get(nora, "/search", "q=lists"), "Forty men"));
  EXPECT_FALSE(has(get(nora, "/search", "q=orn"), "Valley"));
  EXPECT_FALSE(has(get(nora, "/warnings"), "Lists are drawn up"));
  EXPECT_EQ(post(nora, "/evidence", {{"origin", filed.object}}).status, 403);
  EXPECT_EQ(link(situation, filed.object).status, 303);
  // Nor as a second reader; an officer informs for every unit.
  led_to(take(analyst_, warning, "submit"));
  officer_->person.unit = "north";
  auditor_->person.unit = "north";
  for (const auto& person : {nora, auditor_}) {
    EXPECT_EQ(get(person, warning).status, 403);
    EXPECT_FALSE(has(get(person, "/warnings"), "Lists are drawn up"));
    EXPECT_FALSE(has(get(person, "/warnings.csv"), "Lists are drawn up"));
    EXPECT_EQ(take(person, warning, "pass").status, 403);
    EXPECT_EQ(take(person, warning, "return").status, 403);
  }
  EXPECT_EQ(get(officer_, warning).status, 200);
  EXPECT_EQ(get(second_, warning).status, 200);
  // Who names no unit is of the first.
  nora->person.unit = "";
  EXPECT_EQ(get(nora, situation).status, 200);
}

}  // namespace
}  // namespace tocsin::inform
