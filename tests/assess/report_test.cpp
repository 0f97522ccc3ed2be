// SPDX-License-Identifier: Apache-2.0
#include "assess/report.hpp"

#include "base/files.hpp"

#include "assess/cited.hpp"
#include "desk_fixture.hpp"
#include "ledger/sealed_text.hpp"
#include "store/query.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;

TEST(ReportStates, EveryStepFromEveryState) {
  // For each state, not frozen: accept merge ask set_aside grade mark freeze unfreeze answer.
  const std::pair<ReportState, std::string_view> table[] = {
      {ReportState::fresh, "yyyynyyny"},     {ReportState::asked, "yyyynyyny"},
      {ReportState::accepted, "nyyyyyyny"},  {ReportState::merged, "nnnnnnnny"},
      {ReportState::set_aside, "nnnnnnnny"}, {ReportState::withdrawn, "nnnnnnnnn"}};
  for (const auto& [state, allowed] : table)
    for (std::size_t i = 0; i < allowed.size(); ++i)
      EXPECT_EQ(after({state, false}, static_cast<Step>(i)).has_value(), allowed[i] == 'y')
          << name_of(state) << " " << name_of(static_cast<Step>(i));
}

TEST(ReportStates, AFrozenReportMovesNowhereButFree) {
  for (std::size_t i = 0; i < 9; ++i) {
    const auto step = static_cast<Step>(i);
    EXPECT_EQ(after({ReportState::accepted, true}, step).has_value(),
              step == Step::unfreeze || step == Step::answer);
  }
}

TEST(Receipts, AreReadAsPeopleTypeThem) {
  EXPECT_EQ(normal_receipt("1234 5678 9012 3456"), "1234567890123456");
  EXPECT_EQ(normal_receipt("1234-5678-9012-3456"), "1234567890123456");
  EXPECT_EQ(normal_receipt("١٢٣٤ ٥٦٧٨ ٩٠١٢ ٣٤٥٦"), "1234567890123456");
  EXPECT_EQ(normal_receipt("۱۲۳۴۵۶۷۸۹۰۱۲۳۴۵۶"), "1234567890123456");
  EXPECT_EQ(normal_receipt("1234 5678"), "");
  EXPECT_EQ(normal_receipt("12345678901234567"), "");
}

TEST(Grades, AreAToFAnd1To6) {
  EXPECT_TRUE(parse_grade("A", "1"));
  EXPECT_FALSE(parse_grade("G", "1"));
  EXPECT_FALSE(parse_grade("A", "0"));
  EXPECT_FALSE(parse_grade("A", "7"));
  EXPECT_FALSE(parse_grade("AB", "1"));
  EXPECT_FALSE(parse_grade("", ""));
}

TEST_F(DeskFixture, AReportGoesFromReceiptToAnswer) {
  const auto filed = file();
  EXPECT_EQ(filed.receipt.size(), 19U);
  EXPECT_EQ(row(filed.object).standing.state, ReportState::fresh);
  ASSERT_TRUE(take(*analyst_, filed.object, Step::accept));
  ASSERT_TRUE(take(*analyst_, filed.object, Step::grade));
  ASSERT_TRUE(take(*analyst_, filed.object, Step::answer, "It reached the ministry."));
  const auto now = row(filed.object);
  EXPECT_EQ(now.standing.state, ReportState::accepted);
  EXPECT_EQ(now.grade->source, 'B');
  auto followed = ReportDesk(*desk_).follow(filed.receipt);
  ASSERT_TRUE(followed) << followed.error().text();
  ASSERT_EQ(followed->messages.size(), 1U);
  EXPECT_EQ(followed->messages[0].second, "It reached the ministry.");
  EXPECT_FALSE(followed->messages[0].first.from_reporter);
}

TEST_F(DeskFixture, TheWordsStandNowhereInTheClear) {
  const auto filed = file("UNMISTAKABLE words");
  ASSERT_TRUE(take(*analyst_, filed.object, Step::set_aside, "UNMISTAKABLE reason"));
  ledger_.reset();
  auto database = connect();
  ASSERT_TRUE(database->purge());
  database.reset();
  auto bytes = base::read_file(folder_ / "node.db", 64U << 20);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->find("UNMISTAKABLE"), std::string::npos);
  std::string digits = normal_receipt(filed.receipt);
  EXPECT_EQ(bytes->find(digits), std::string::npos);
}

TEST_F(DeskFixture, AWrongCodeSaysNothing) {
  const auto filed = file();
  for (const auto* code : {"0000 0000 0000 0000", "", "abc", "' OR 1=1 --"}) {
    auto followed = ReportDesk(*desk_).follow(code);
    ASSERT_FALSE(followed);
    EXPECT_EQ(followed.error().code, ErrorCode::not_found);
    EXPECT_EQ(followed.error().message, "no report has this code");
  }
}

TEST_F(DeskFixture, WithdrawalErasesTheWordsAndIsReplayed) {
  const auto filed = file("to be gone");
  ASSERT_TRUE(take(*analyst_, filed.object, Step::accept));
  const auto situation = open_situation();
  EvidenceDraft evidence{situation,     "CRF7.14",    false, "to be gone",
                         "they say so", filed.object, ""};
  auto linked = SituationDesk(*desk_, framework_).link(*analyst_, evidence);
  ASSERT_TRUE(linked) << linked.error().text();
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(filed.receipt));
  auto database = connect();
  const auto report = row(filed.object);
  EXPECT_EQ(report.standing.state, ReportState::withdrawn);
  EXPECT_FALSE(ledger::open_text(vault_, *database, filed.object, "text", report.text));
  const auto link = SituationReader(*database).find_evidence(*linked);
  ASSERT_TRUE(link);
  EXPECT_FALSE(ledger::open_text(vault_, *database, *linked, "excerpt", link->excerpt));
  EXPECT_EQ(ledger::verify_ledger(*database, {})->faults_in_all, 0U);
  EXPECT_FALSE(take(*analyst_, filed.object, Step::mark));
  // A restored data key is erased again when the projections are made anew.
  ASSERT_TRUE(vault_.make_data_key(*database, data_key_of(filed.object)));
  ledger_.reset();
  auto rebuilt = ledger::rebuild(*database, projections_);
  ASSERT_TRUE(rebuilt) << rebuilt.error().text();
  EXPECT_TRUE(rebuilt->tables_that_differ.empty());
  EXPECT_FALSE(vault_.seal_field(*database, data_key_of(filed.object), "x", "y", "z"));
}

TEST_F(DeskFixture, DangerFreezesUntilAPersonHasLooked) {
  const auto filed = file();
  ASSERT_TRUE(take(*analyst_, filed.object, Step::accept));
  ASSERT_TRUE(ReportDesk(*desk_).call_danger(filed.receipt));
  EXPECT_TRUE(row(filed.object).standing.frozen);
  const auto situation = open_situation();
  auto used = SituationDesk(*desk_, framework_)
                  .link(*analyst_, {situation, "CRF7.14", false, "x", "y", filed.object, ""});
  ASSERT_FALSE(used);
  EXPECT_EQ(used.error().place, "origin");
  // An analyst may not release what is frozen; the officer may, with words.
  EXPECT_FALSE(take(*analyst_, filed.object, Step::unfreeze, "looked"));
  EXPECT_FALSE(take(*officer_, filed.object, Step::unfreeze, ""));
  EXPECT_TRUE(take(*officer_, filed.object, Step::unfreeze, "the family is safe"));
  EXPECT_FALSE(row(filed.object).standing.frozen);
}

TEST_F(DeskFixture, DangerOutlivesWithdrawalUntilAPersonHasLooked) {
  const auto filed = file();
  ASSERT_TRUE(take(*analyst_, filed.object, Step::accept));
  const auto situation = open_situation();
  const SituationDesk use(*desk_, framework_);
  ASSERT_TRUE(
      use.link(*analyst_, {situation, "CRF7.14", false, "three farms", "armed", filed.object, ""}));
  ASSERT_TRUE(ReportDesk(*desk_).call_danger(filed.receipt));
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(filed.receipt));
  auto database = connect();
  const auto gone = row(filed.object);
  EXPECT_EQ(gone.standing.state, ReportState::withdrawn);
  EXPECT_TRUE(gone.standing.frozen);
  EXPECT_EQ(shown_state(gone.standing), "withdrawn");
  const auto waiting = ReportReader(*database).list(false, 10).value();
  ASSERT_EQ(waiting.size(), 1U) << "it waits for somebody to look";
  EXPECT_EQ(waiting.front().object, filed.object);
  EXPECT_EQ(ReportReader(*database).count(false).value(), 1);
  const auto held = check_nobody_endangered(*database, situation, false);
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().place, "frozen_evidence");
  ledger_.reset();
  auto rebuilt = ledger::rebuild(*database, projections_);
  ASSERT_TRUE(rebuilt) << rebuilt.error().text();
  EXPECT_TRUE(rebuilt->tables_that_differ.empty());
  ledger_ = ledger::Ledger::open(connect(), {vault_, projections_, clock_}).value();
  desk_.emplace(people::Desk{*ledger_, readers_, vault_, permissions_, clock_});
  EXPECT_FALSE(take(*analyst_, filed.object, Step::unfreeze, "looked"));
  const auto looked = take(*officer_, filed.object, Step::unfreeze, "nothing was written from it");
  ASSERT_TRUE(looked) << looked.error().text();
  EXPECT_EQ(permission_state(row(filed.object).standing), "withdrawn");
  EXPECT_TRUE(check_nobody_endangered(*database, situation, true));
  EXPECT_EQ(ReportReader(*database).count(false).value(), 0);
}

TEST_F(DeskFixture, AFreezeThatAWithdrawalEndedIsBackAfterTheMigration) {
  const auto endangered = file();
  ASSERT_TRUE(ReportDesk(*desk_).call_danger(endangered.receipt));
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(endangered.receipt));
  const auto looked_at = file();
  ASSERT_TRUE(ReportDesk(*desk_).call_danger(looked_at.receipt));
  ASSERT_TRUE(take(*officer_, looked_at.object, Step::unfreeze, "safe"));
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(looked_at.receipt));
  const auto calm = file();
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(calm.receipt));
  auto database = connect();
  // As an older program left them.
  ASSERT_TRUE(store::run(*database, "UPDATE report SET frozen = 0"));
  ASSERT_TRUE(store::run(*database, reports_.migrations().back().sql));
  EXPECT_TRUE(row(endangered.object).standing.frozen);
  EXPECT_FALSE(row(looked_at.object).standing.frozen);
  EXPECT_FALSE(row(calm.object).standing.frozen);
}

TEST_F(DeskFixture, TheReporterCanAddAndBeAsked) {
  const auto filed = file();
  ASSERT_TRUE(take(*analyst_, filed.object, Step::ask, "How many trucks?"));
  EXPECT_EQ(row(filed.object).standing.state, ReportState::asked);
  ASSERT_TRUE(ReportDesk(*desk_).say(filed.receipt, "Five."));
  auto followed = ReportDesk(*desk_).follow(filed.receipt);
  ASSERT_TRUE(followed);
  ASSERT_EQ(followed->messages.size(), 2U);
  EXPECT_EQ(followed->messages[1].second, "Five.");
  EXPECT_TRUE(followed->messages[1].first.from_reporter);
}

TEST_F(DeskFixture, StepsNeedTheRightRoleStateAndVersion) {
  const auto filed = file();
  const auto refused = take(*administrator_, filed.object, Step::accept);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::forbidden);
  EXPECT_FALSE(take(*principal_, filed.object, Step::accept));
  IntakeStep late;
  late.report = filed.object;
  late.step = Step::accept;
  late.seen_version = row(filed.object).version;
  ASSERT_TRUE(ReportDesk(*desk_).take(*analyst_, late));
  const auto conflict = ReportDesk(*desk_).take(*other_, late);
  ASSERT_FALSE(conflict);
  EXPECT_NE(conflict.error().code, ErrorCode::internal);
  EXPECT_EQ(row(filed.object).version, 2);
}

TEST_F(DeskFixture, NobodyMarksAboveTheirOwnClearance) {
  const auto filed = file();
  auto& officer = *officer_;
  const auto mark = [&](const std::string& clearance, const std::string& tlp) {
    officer.person.clearance = clearance;
    IntakeStep step;
    step.report = filed.object;
    step.step = Step::mark;
    step.marking = {tlp, "AMBER"};
    step.seen_version = row(filed.object).version;
    return ReportDesk(*desk_).take(officer, step);
  };
  const auto refused = mark("AMBER+STRICT", "RED");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().place, "above_clearance");
  EXPECT_EQ(row(filed.object).marking.tlp, "AMBER+STRICT");
  EXPECT_TRUE(mark("AMBER+STRICT", "AMBER"));
  EXPECT_FALSE(mark("AMBER", "AMBER+STRICT"));
  EXPECT_TRUE(mark("RED", "RED"));
}

TEST_F(DeskFixture, MergingNeedsAnotherReport) {
  const auto one = file();
  const auto two = file();
  IntakeStep merge;
  merge.report = two.object;
  merge.step = Step::merge;
  merge.reason = "the same farms";
  merge.seen_version = row(two.object).version;
  merge.into = two.object;
  EXPECT_FALSE(ReportDesk(*desk_).take(*analyst_, merge));
  merge.into = "report:nothing";
  EXPECT_FALSE(ReportDesk(*desk_).take(*analyst_, merge));
  merge.into = one.object;
  ASSERT_TRUE(ReportDesk(*desk_).take(*analyst_, merge));
  EXPECT_EQ(row(two.object).merged_into, one.object);
}

TEST_F(DeskFixture, WhoseReportIsMergedIsHeardAndAnswered) {
  const auto one = file();
  const auto two = file();
  ASSERT_TRUE(ReportDesk(*desk_).say(two.receipt, "Three trucks came back."));
  IntakeStep merge;
  merge.report = two.object;
  merge.step = Step::merge;
  merge.reason = "the same farms";
  merge.seen_version = row(two.object).version;
  merge.into = one.object;
  ASSERT_TRUE(ReportDesk(*desk_).take(*analyst_, merge));
  const auto closed = [&] {
    auto lease = desk_->readers.borrow();
    std::vector<std::string> objects;
    const auto rows = ReportReader(**lease).closed_with_word(10);
    for (const auto& report : rows.value()) objects.push_back(report.object);
    return objects;
  };
  EXPECT_TRUE(closed().empty()) << "what was written before was there to be read";
  ASSERT_TRUE(ReportDesk(*desk_).say(two.receipt, "They left again."));
  EXPECT_EQ(closed(), std::vector<std::string>{two.object});
  const auto answered = take(*analyst_, two.object, Step::answer, "Thank you; we follow it.");
  ASSERT_TRUE(answered) << answered.error().text();
  EXPECT_TRUE(closed().empty());
  const auto followed = ReportDesk(*desk_).follow(two.receipt);
  ASSERT_TRUE(followed);
  EXPECT_EQ(followed->messages.back().second, "Thank you; we follow it.");
  // A word to an open report is in the list anyway; one taken back has nothing left to answer.
  ASSERT_TRUE(ReportDesk(*desk_).say(one.receipt, "It is quiet."));
  EXPECT_TRUE(closed().empty());
  ASSERT_TRUE(ReportDesk(*desk_).say(two.receipt, "Take mine back."));
  EXPECT_EQ(closed().size(), 1U);
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(two.receipt));
  EXPECT_TRUE(closed().empty());
}

TEST_F(DeskFixture, AReportSentTwiceIsTakenOnce) {
  Told told;
  told.text = "once";
  told.witness = "heard";
  told.channel = "page";
  told.once = "a number of the sender";
  const auto first = ReportDesk(*desk_).file(told);
  const auto second = ReportDesk(*desk_).file(told);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->object, second->object);
  EXPECT_EQ(first->receipt, second->receipt);
  told.once = "another number";
  EXPECT_NE(ReportDesk(*desk_).file(told)->receipt, first->receipt);
}

TEST_F(DeskFixture, HostileWordsStayWords) {
  for (const std::string& words : std::vector<std::string>{
           "'); DROP TABLE report; --", "<script>alert(1)</script>", "{{t.app.name}}",
           "\xe2\x80\xae reversed", std::string("nul\0inside", 10)}) {
    const auto filed = file(words);
    auto followed = ReportDesk(*desk_).follow(filed.receipt);
    ASSERT_TRUE(followed);
    EXPECT_EQ(followed->text, words);
  }
  Told told;
  told.witness = "heard";
  told.channel = "page";
  told.text = "\xff\xfe";
  EXPECT_FALSE(ReportDesk(*desk_).file(told));
  told.text = std::string(report_text_bytes_max + 1, 'x');
  EXPECT_FALSE(ReportDesk(*desk_).file(told));
  told.text = "  ";
  EXPECT_FALSE(ReportDesk(*desk_).file(told));
}

}  // namespace
}  // namespace tocsin::assess
