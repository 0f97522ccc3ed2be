// SPDX-License-Identifier: Apache-2.0
#include "inform/warning_desk.hpp"

#include "base/files.hpp"
#include "inform_fixture.hpp"

namespace tocsin::inform {
namespace {

using base::ErrorCode;
using std::chrono::hours;

using WarningDeskTest = InformFixture;

TEST_F(WarningDeskTest, FromDraftToDecision) {
  const auto object = drafted();
  EXPECT_EQ(state(object), "draft");
  ASSERT_TRUE(warnings().take(*analyst_, object, head(object), WarningStep::submit, {}));
  EXPECT_EQ(state(object), "with_reader");
  ASSERT_TRUE(warnings().take(*second_, object, head(object), WarningStep::send_back,
                              "Whose count is it?"));
  EXPECT_EQ(state(object), "returned");
  auto better = text();
  better.concerns = "People of the river villages; the count is the hospital's.";
  ASSERT_TRUE(warnings().save(*analyst_, object, head(object), better));
  EXPECT_EQ(row(object).version, 2);
  ASSERT_TRUE(warnings().take(*analyst_, object, head(object), WarningStep::submit, {}));
  ASSERT_TRUE(warnings().take(*officer_, object, head(object), WarningStep::pass, "Clear now."));
  EXPECT_EQ(row(object).second_reader, "account:Officer");
  const auto asked = warnings().decide(*principal_, object, head(object),
                                       {WarningStep::ask_more, "Who holds the road?", {}});
  ASSERT_TRUE(asked) << asked.error().text();
  EXPECT_EQ(state(object), "more_asked");
  ASSERT_TRUE(warnings().take(*analyst_, object, head(object), WarningStep::supply,
                              "The army since Monday."));
  EXPECT_EQ(state(object), "with_principal");
  ASSERT_TRUE(warnings().decide(*principal_, object, head(object),
                                {WarningStep::consult, "The neighbours know more.", {}}));
  ASSERT_TRUE(warnings().decide(*principal_, object, head(object),
                                {WarningStep::not_act, "Mediation is under way already.", {}}));
  EXPECT_EQ(state(object), "decided");
  EXPECT_EQ(row(object).choice, "not_act");
  EXPECT_EQ(row(object).decided_by_role, "principal");

  auto database = connect();
  const auto view = warnings().read(principal_->person, *database, object);
  ASSERT_TRUE(view) << view.error().text();
  EXPECT_EQ(view->text.title, text().title);
  EXPECT_EQ(view->assessment_title, "Tavo district, version 3");
  ASSERT_EQ(view->steps.size(), 10U);
  EXPECT_EQ(view->steps.back().reasons, "Mediation is under way already.");
}

TEST_F(WarningDeskTest, OptionsStandFromGentleToStrong) {
  EXPECT_EQ(row(drafted()).plain.options,
            (std::vector<std::string>{"mediation", "public_statement"}));
}

TEST_F(WarningDeskTest, TextsAreNotInTheDatabaseAsTheyAre) {
  decided();
  auto database = connect();
  ASSERT_TRUE(database->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  const auto bytes = base::read_file(folder_ / "node.db", 64U << 20);
  ASSERT_TRUE(bytes);
  for (const auto* secret :
       {"Attacks on the road", "Three villages", "river villages", "regional office",
        "still be prevented", "sources are independent", "Tavo district"})
    EXPECT_EQ(bytes->find(secret), std::string::npos) << secret;
}

TEST_F(WarningDeskTest, TheSecondReaderIsNeverAnAuthor) {
  const auto object = drafted();
  // The second analyst changes the text, and so becomes an author.
  ASSERT_TRUE(warnings().save(*second_, object, head(object), text()));
  ASSERT_TRUE(warnings().take(*analyst_, object, head(object), WarningStep::submit, {}));
  for (const auto& author : {analyst_, second_}) {
    const auto passed =
        warnings().take(*author, object, head(object), WarningStep::pass, "Fine by me.");
    ASSERT_FALSE(passed);
    EXPECT_EQ(passed.error().code, ErrorCode::forbidden);
  }
  EXPECT_TRUE(warnings().take(*auditor_, object, head(object), WarningStep::pass, "Read."));
}

TEST_F(WarningDeskTest, WhoMayDoWhat) {
  const auto object = with_principal();
  for (const auto& person : {analyst_, officer_, deputy_, auditor_, administrator_}) {
    const auto done = warnings().decide(*person, object, head(object),
                                        {WarningStep::act, "Because.", {"mediation"}});
    ASSERT_FALSE(done) << person->person.name;
    EXPECT_EQ(done.error().code, ErrorCode::forbidden);
  }
  auto database = connect();
  EXPECT_FALSE(warnings().read(administrator_->person, *database, object));
  EXPECT_FALSE(warnings().read(auditor_->person, *database, object));
  EXPECT_TRUE(warnings().read(officer_->person, *database, object));
  const auto by_principal = warnings().draft(*principal_, assessment_at("AMBER"), text());
  ASSERT_FALSE(by_principal);
  EXPECT_EQ(by_principal.error().code, ErrorCode::forbidden);
}

TEST_F(WarningDeskTest, TwoPeopleAtOnceAreTold) {
  const auto object = with_principal();
  const auto seen = head(object);
  ASSERT_TRUE(warnings().decide(*principal_, object, seen,
                                {WarningStep::ask_more, "More on the road.", {}}));
  const auto late =
      warnings().decide(*principal_, object, seen, {WarningStep::act, "Go.", {"mediation"}});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::conflict);
  EXPECT_EQ(state(object), "more_asked");
}

TEST_F(WarningDeskTest, ReasonsAreNeededAndActingNamesAMeasure) {
  const auto object = with_principal();
  for (const auto step :
       {WarningStep::act, WarningStep::not_act, WarningStep::ask_more, WarningStep::consult}) {
    const auto done =
        warnings().decide(*principal_, object, head(object), {step, " \r\n ", {"mediation"}});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().place, "reasons");
  }
  const auto nothing =
      warnings().decide(*principal_, object, head(object), {WarningStep::act, "Because.", {}});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().place, "options");
  EXPECT_EQ(state(object), "with_principal");
}

TEST_F(WarningDeskTest, RemindersThenTheDeputyDecides) {
  const auto object = with_principal();
  EXPECT_EQ(run().reminders, 0U);
  clock_.advance(hours{12});
  EXPECT_EQ(run().reminders, 1U);
  EXPECT_EQ(run().reminders, 0U);
  EXPECT_EQ(row(object).clock.reminders, 1);
  clock_.advance(hours{24});
  EXPECT_EQ(run().reminders, 1U);
  EXPECT_EQ(state(object), "escalated");
  for (const auto& person : {analyst_, officer_, auditor_, administrator_}) {
    const auto refused =
        warnings().decide(*person, object, head(object), {WarningStep::act, "Now.", {"mediation"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::forbidden);
  }
  ASSERT_TRUE(warnings().decide(*deputy_, object, head(object),
                                {WarningStep::act, "Time has run out.", {"mediation"}}));
  EXPECT_EQ(row(object).decided_by_role, "deputy");
  clock_.advance(hours{1000});
  EXPECT_EQ(run().reminders, 0U);
}

TEST_F(WarningDeskTest, ThePrincipalMayStillDecideAfterAnEscalation) {
  const auto object = with_principal();
  clock_.advance(hours{36});
  run();
  ASSERT_EQ(state(object), "escalated");
  const auto decided = warnings().decide(*principal_, object, head(object),
                                         {WarningStep::not_act, "It has calmed down.", {}});
  ASSERT_TRUE(decided) << decided.error().text();
  EXPECT_EQ(row(object).decided_by_role, "principal");
}

TEST_F(WarningDeskTest, WithoutAnActiveDeputyNothingIsHandedOver) {
  keep_account(*deputy_, people::AccountState::closed, {});
  const auto object = with_principal();
  clock_.advance(hours{36});
  EXPECT_EQ(run().reminders, 1U);
  EXPECT_EQ(state(object), "with_principal");
  EXPECT_EQ(row(object).clock.reminders, 1);
  EXPECT_EQ(run().reminders, 0U);
  // Not cleared for it is as good as not there.
  auto other = person("Other", people::Role::deputy);
  other->person.clearance = "GREEN";
  contact_of(*other, {});
  clock_.advance(hours{12});
  run();
  EXPECT_EQ(state(object), "with_principal");
  keep_account(*deputy_, people::AccountState::active, {});
  EXPECT_EQ(run().reminders, 1U);
  EXPECT_EQ(state(object), "escalated");
}

TEST_F(WarningDeskTest, WhatNobodyWhoDecidesIsClearedForIsNotSentOn) {
  const auto cleared = [&](people::Session& session, const std::string& clearance) {
    session.person.clearance = clearance;
    contact_of(session, {});
  };
  const auto send = [&](const std::string& object, people::Session& who, WarningStep step) {
    return warnings().take(who, object, head(object), step, "Read.");
  };
  const auto expect_refused = [](const base::Status& done) {
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::invalid_input);
    EXPECT_EQ(done.error().place, "decider_clearance");
    EXPECT_NE(done.error().text().find("lower the marking"), std::string::npos);
  };
  cleared(*principal_, "AMBER");
  cleared(*deputy_, "AMBER+STRICT");
  const auto object = drafted("RED");
  expect_refused(send(object, *analyst_, WarningStep::submit));
  EXPECT_EQ(state(object), "draft") << "nothing of it was kept";
  // The deputy alone is enough: time that runs out hands it over.
  cleared(*deputy_, "RED");
  ASSERT_TRUE(send(object, *analyst_, WarningStep::submit));
  // The clearance is asked again where the warning goes on.
  cleared(*deputy_, "AMBER+STRICT");
  expect_refused(send(object, *second_, WarningStep::pass));
  EXPECT_EQ(state(object), "with_reader");
  // Who left, or was asked for and not agreed to, decides nothing; who is invited will.
  cleared(*principal_, "RED");
  for (const auto gone : {people::AccountState::closed, people::AccountState::proposed}) {
    keep_account(*principal_, gone, {});
    expect_refused(send(object, *second_, WarningStep::pass));
  }
  keep_account(*principal_, people::AccountState::invited, {});
  EXPECT_TRUE(send(object, *second_, WarningStep::pass));
  EXPECT_EQ(state(object), "with_principal");
  // A marking that they are cleared for goes its way.
  cleared(*principal_, "AMBER");
  with_principal("AMBER");
}

TEST_F(WarningDeskTest, AClockThatJumpsMakesOneStepOrNone) {
  const auto object = with_principal();
  EXPECT_TRUE(dispatcher_->run_due(clock_.now() - hours{24 * 400}));
  EXPECT_EQ(row(object).clock.reminders, 0);
  EXPECT_EQ(state(object), "with_principal");
  clock_.advance(hours{24 * 300});
  EXPECT_EQ(run().reminders, 1U);
  EXPECT_EQ(state(object), "escalated");
  EXPECT_EQ(run().reminders, 0U);
}

TEST_F(WarningDeskTest, HostileTextIsKeptAsText) {
  auto hostile = text();
  hostile.title = "'); DROP TABLE warning;-- <script>alert(1)</script>";
  hostile.what_changed = "line\r\nBcc: x@y\r\n\"quotes\" \xE2\x80\xAE reversed";
  const auto made = warnings().draft(*analyst_, assessment_at("AMBER"), hostile);
  ASSERT_TRUE(made) << made.error().text();
  auto database = connect();
  const auto view = warnings().read(analyst_->person, *database, *made);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->text.title, hostile.title);
  EXPECT_EQ(view->text.what_changed, "line\nBcc: x@y\n\"quotes\" \xE2\x80\xAE reversed");
}

TEST_F(WarningDeskTest, RebuildGivesTheSameTables) {
  const auto object = decided();
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(object, {police});
  run();
  const auto link = token(notice, police);
  ASSERT_TRUE(notices().acknowledge(link, shown(link).form_token, "A. Duty", "Duty officer"));
  close();
  auto database = connect();
  ASSERT_TRUE(database->execute("DELETE FROM account"));
  const auto rebuilt = ledger::rebuild(*database, projections_);
  ASSERT_TRUE(rebuilt) << rebuilt.error().text();
  EXPECT_TRUE(rebuilt->tables_that_differ.empty()) << rebuilt->tables_that_differ.front();
  EXPECT_EQ(rebuilt->before, rebuilt->after);
  // What the network did is not made anew and not lost.
  EXPECT_EQ(outbox(notice).size(), 1U);
}

TEST_F(WarningDeskTest, AReadIsRecordedBeforeItIsShown) {
  const auto object = drafted();
  const auto open_to_all = drafted("CLEAR");
  std::vector<std::string> reads;
  base::Status answer;
  parts_->note_read = [&](std::string_view account, std::string_view act, std::string_view what) {
    reads.push_back(std::string(account) + " " + std::string(act) + " " + std::string(what));
    return answer;
  };
  auto database = connect();
  EXPECT_TRUE(warnings().read(officer_->person, *database, object));
  EXPECT_EQ(reads, std::vector<std::string>{"account:Officer warning.read " + object});
  EXPECT_TRUE(warnings().read(officer_->person, *database, open_to_all));
  EXPECT_FALSE(warnings().read(administrator_->person, *database, object));
  EXPECT_EQ(reads.size(), 1U);
  answer = base::fail(ErrorCode::unavailable, "the log cannot be written");
  EXPECT_FALSE(warnings().read(officer_->person, *database, object));
}

TEST_F(WarningDeskTest, ALockedNodeWritesAndShowsNothing) {
  const auto object = drafted();
  vault_.lock();
  EXPECT_FALSE(warnings().save(*analyst_, object, head(object), text()));
  auto database = connect();
  const auto view = warnings().read(analyst_->person, *database, object);
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace tocsin::inform
