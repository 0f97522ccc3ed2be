// SPDX-License-Identifier: Apache-2.0
// Emergency access: its states, its hour on two clocks, what it opens, who sees it, its review.
#include "people/emergency_desk.hpp"

#include <set>

#include "pages_fixture.hpp"
#include "people/access_log.hpp"

namespace tocsin::people {
namespace {

using namespace std::chrono_literals;

const base::Instant noon{std::chrono::milliseconds{1'800'000'000'000}};

Emergency opened_at_noon() {
  Emergency emergency;
  emergency.object = "emergency:1";
  emergency.account = "account:pia";
  emergency.opened = noon;
  emergency.until = noon + 4h;
  return emergency;
}

TEST(EmergencyStates, OpenThenEndedThenReviewedAndNothingElse) {
  auto one = opened_at_noon();
  EXPECT_EQ(review_it(one, EmergencyVerdict::in_order).error().place, "emergency_not_ended");
  EXPECT_FALSE(end_it(one, EmergencyEnd::none, noon));
  ASSERT_TRUE(end_it(one, EmergencyEnd::closed, noon + 1h));
  EXPECT_EQ(one.ended, noon + 1h);
  EXPECT_EQ(end_it(one, EmergencyEnd::hour, noon + 2h).error().place, "emergency_not_open");
  EXPECT_EQ(one.end, EmergencyEnd::closed);
  EXPECT_EQ(review_it(one, EmergencyVerdict::none).error().place, "verdict_none");
  ASSERT_TRUE(review_it(one, EmergencyVerdict::objection));
  EXPECT_EQ(review_it(one, EmergencyVerdict::in_order).error().place, "emergency_not_ended");
  EXPECT_EQ(one.verdict, EmergencyVerdict::objection);
}

TEST(EmergencyStates, EndsAtItsHourHoweverLateItIsNoticed) {
  auto late = opened_at_noon();
  ASSERT_TRUE(end_it(late, EmergencyEnd::hour, noon + 50h));
  EXPECT_EQ(late.ended, noon + 4h);
  auto backwards = opened_at_noon();
  ASSERT_TRUE(end_it(backwards, EmergencyEnd::closed, noon - 2h));
  EXPECT_EQ(backwards.ended, noon);
}

TEST(EmergencyStates, ReviewIsDueSevenDaysAfterItsEnd) {
  const EmergencyLimits limits;
  auto one = opened_at_noon();
  EXPECT_EQ(review_due(one, limits), noon + 4h + 7 * 24h);
  ASSERT_TRUE(end_it(one, EmergencyEnd::closed, noon + 1h));
  EXPECT_FALSE(is_overdue(one, limits, noon + 1h + 7 * 24h));
  EXPECT_TRUE(is_overdue(one, limits, noon + 1h + 7 * 24h + 1ms));
  ASSERT_TRUE(review_it(one, EmergencyVerdict::in_order));
  EXPECT_FALSE(is_overdue(one, limits, noon + 1000h));
}

class EmergencyDesk : public PagesFixture {
 protected:
  void SetUp() override {
    PagesFixture::SetUp();
    // A page that asks as the inbox does, and one about sources that no emergency opens.
    const auto guarded = [this](std::string path, std::string act) {
      router_.add(
          {"GET",
           std::move(path),
           {},
           {},
           {},
           [this, act](const pagekit::Call& call) -> pagekit::Answer {
             auto session = session_of(call);
             if (!session) return std::unexpected(session.error());
             if (auto may = permissions_.may((*session)->person, act, {{}, "AMBER", {}, {}}); !may)
               return std::unexpected(may.error());
             const auto title = std::string("A guarded page");
             auto context = pages_->context(call, {title, title, {}});
             context["record"] = boost::json::object{
                 {"lead", "read"}, {"some", false}, {"views", false}, {"older", false}};
             return pages_->render(call, "people/record", context);
           }});
    };
    guarded("/inbox", "report.read");
    guarded("/inbox/{id}", "report.read");
    guarded("/situations", "situation.read");
    guarded("/grading", "report.grade");
    guarded("/sources/open", "source.open");
  }
  Emergency newest() const {
    auto side = connect();
    auto list = list_emergencies(*side).value();
    EXPECT_FALSE(list.empty());
    return list.empty() ? Emergency{} : list.front();
  }
  static std::string path_of(const Emergency& emergency) {
    return "/emergency/" + emergency.object.substr(emergency.object.find(':') + 1);
  }
  void open_by(Browser& browser, const std::string& reason = "The+analysts+are+cut+off") {
    browser.get("/emergency");
    EXPECT_EQ(browser.post("/emergency", "reason=" + reason).status, 303) << browser.page;
  }
  std::vector<std::string> read_addresses() const {
    auto side = connect();
    std::vector<std::string> list;
    const auto reads = reads_of(*side, newest()).value();
    for (const auto& read : reads) list.push_back(read.object);
    return list;
  }
};

TEST_F(EmergencyDesk, OpensReadingNotesItAndIsSeenByEverybody) {
  auto pia = entered_browser("pia");
  auto ana = entered_browser("ana");
  auto otto = entered_browser("otto");
  EXPECT_EQ(pia.get("/inbox").status, 403);
  open_by(pia);
  EXPECT_EQ(pia.get("/inbox").status, 200);
  EXPECT_NE(pia.page.find("href=\"/inbox\""), std::string::npos) << "the section is there";
  EXPECT_EQ(pia.get("/inbox/0190-7?all=very+private+words").status, 200);
  EXPECT_EQ(pia.get("/situations").status, 200) << "allowed by the role, so not noted";
  EXPECT_THAT(read_addresses(), testing::ElementsAre("/inbox", "/inbox/0190-7"));
  // Everybody sees it on every page; only those who watch are led to it.
  ana.get("/account");
  EXPECT_NE(ana.page.find("notice-alert"), std::string::npos);
  EXPECT_NE(ana.page.find("Name of pia"), std::string::npos);
  EXPECT_EQ(ana.page.find(path_of(newest())), std::string::npos);
  EXPECT_EQ(ana.page.find("cut off"), std::string::npos) << "the reason is not for everybody";
  otto.get("/record");
  EXPECT_NE(otto.page.find("href=\"" + path_of(newest()) + "\""), std::string::npos);
  auto stranger = browser();
  stranger.get("/log-in");
  EXPECT_EQ(stranger.page.find("notice-alert"), std::string::npos);
  expect_sound();
}

TEST_F(EmergencyDesk, OpensNothingButItsOwnRows) {
  auto pia = entered_browser("pia");
  open_by(pia);
  EXPECT_EQ(pia.get("/grading").status, 403);
  EXPECT_EQ(pia.get("/sources/open").status, 403);
  std::set<std::string> acts;
  for (const auto& [act, rule] : permissions_.rules())
    if (rule.in_emergency) acts.insert(act);
  EXPECT_THAT(
      acts, testing::ElementsAre("report.answer", "report.exact", "report.freeze", "report.read"));
  EXPECT_THAT(read_addresses(), testing::IsEmpty()) << "a refusal is no read";
}

TEST_F(EmergencyDesk, RaisesNoClearance) {
  Person pia{"account:pia", "Pia", "desk", {Role::principal}, "AMBER"};
  pia.emergency = std::make_shared<EmergencyUse>();
  EXPECT_FALSE(permissions_.allows(pia, "report.read", {"new", "RED", {}, {}}));
  EXPECT_FALSE(pia.emergency->used);
  // Danger asks for no unit: who decides may have none of the desk's.
  EXPECT_TRUE(permissions_.allows(pia, "report.read", {"new", "AMBER", "another unit", {}}));
  EXPECT_TRUE(permissions_.allows(pia, "report.read", {"new", "AMBER", {}, {}}));
  EXPECT_TRUE(pia.emergency->used);
  pia.roles.insert(Role::analyst);
  pia.emergency = std::make_shared<EmergencyUse>();
  EXPECT_TRUE(permissions_.allows(pia, "report.read", {"new", "AMBER", {}, {}}));
  EXPECT_FALSE(pia.emergency->used) << "the role allows it";
}

TEST_F(EmergencyDesk, OnlyPrincipalAndDeputyOpenItAndOnlyWithAReason) {
  for (const auto* name : {"ana", "adam"}) {
    auto other = entered_browser(name);
    EXPECT_EQ(other.get("/emergency").status, 403) << name;
    other.get("/account");
    EXPECT_EQ(other.post("/emergency", "reason=x").status, 403) << name;
  }
  auto otto = entered_browser("otto");
  EXPECT_EQ(otto.get("/emergency").status, 200);
  EXPECT_EQ(otto.page.find("name=\"reason\""), std::string::npos);
  otto.get("/account");
  EXPECT_EQ(otto.post("/emergency", "reason=x").status, 403);
  auto dora = entered_browser("dora");
  dora.get("/emergency");
  EXPECT_EQ(dora.post("/emergency", "reason=++").status, 422);
  EXPECT_EQ(dora.post_raw("/emergency", "form_token=guess&reason=x").status, 403);
  EXPECT_EQ(dora.get("/inbox").status, 403);
  open_by(dora);
  dora.get("/emergency");
  EXPECT_EQ(dora.page.find("name=\"reason\""), std::string::npos) << "one at a time";
  EXPECT_EQ(dora.post("/emergency", "reason=more").status, 422);
  EXPECT_EQ(dora.get("/inbox").status, 200);
}

TEST_F(EmergencyDesk, EndsByItselfAtItsHour) {
  auto pia = entered_browser("pia");
  open_by(pia);
  for (int half_hours = 0; half_hours < 7; ++half_hours) {
    advance(29min);
    EXPECT_EQ(pia.get("/inbox").status, 200);
  }
  ASSERT_TRUE(settle_emergencies(*parts_));
  EXPECT_EQ(newest().state, EmergencyState::open);
  advance(29min);
  EXPECT_EQ(pia.get("/inbox").status, 200);
  advance(8min);
  EXPECT_EQ(pia.get("/inbox").status, 403);
  ASSERT_TRUE(settle_emergencies(*parts_));
  EXPECT_EQ(newest().state, EmergencyState::ended);
  EXPECT_EQ(newest().end, EmergencyEnd::hour);
  EXPECT_EQ(newest().ended, newest().until);
  expect_sound();
}

TEST_F(EmergencyDesk, HostileClockSetBackLengthensNothing) {
  auto pia = entered_browser("pia");
  open_by(pia);
  for (int half_hours = 0; half_hours < 8; ++half_hours) {
    advance(29min);
    EXPECT_EQ(pia.get("/inbox").status, 200);
    clock_.advance(-3h);
  }
  advance(8min);
  EXPECT_EQ(pia.get("/inbox").status, 403) << "four hours have passed, whatever the clock says";
  clock_.advance(-100h);
  EXPECT_EQ(pia.get("/inbox").status, 403);
  // While the clock stands before the founding nothing can be signed; it is settled when it is
  // mended.
  EXPECT_FALSE(settle_emergencies(*parts_));
  clock_.advance(124h);
  ASSERT_TRUE(settle_emergencies(*parts_));
  EXPECT_EQ(newest().end, EmergencyEnd::hour);
}

TEST_F(EmergencyDesk, AClockSetForwardEndsItForGood) {
  auto pia = entered_browser("pia");
  open_by(pia);
  clock_.advance(5h);
  EXPECT_EQ(pia.get("/inbox").status, 403);
  clock_.advance(-5h);
  EXPECT_EQ(pia.get("/inbox").status, 403);
}

TEST_F(EmergencyDesk, EndsAtLogOutAndHoldsInNoOtherSession) {
  auto pia = entered_browser("pia");
  next_code();
  auto elsewhere = browser();
  ASSERT_EQ(elsewhere.log_in("pia", good_password, phone("pia")).status, 303);
  open_by(pia);
  EXPECT_EQ(elsewhere.get("/inbox").status, 403);
  pia.get("/account");
  EXPECT_EQ(pia.post("/log-out", "").status, 303);
  EXPECT_EQ(newest().state, EmergencyState::ended);
  EXPECT_EQ(newest().end, EmergencyEnd::log_out);
  EXPECT_EQ(elsewhere.get("/inbox").status, 403);
}

TEST_F(EmergencyDesk, EndsWithItsSessionAndAfterARestart) {
  auto pia = entered_browser("pia");
  open_by(pia);
  advance(SessionLimits{}.idle_max);
  ASSERT_TRUE(settle_emergencies(*parts_));
  EXPECT_EQ(newest().end, EmergencyEnd::session);
  // A program that starts anew knows no session, so nothing is in force.
  auto dora = entered_browser("dora");
  open_by(dora);
  EmergencyBoard after_restart(clock_, steady_);
  EXPECT_EQ(after_restart.over(newest()), EmergencyEnd::session);
  EXPECT_EQ(after_restart.in_force(*sessions_.find(dora.cookies.at("tocsin"))), "");
}

TEST_F(EmergencyDesk, IsClosedByWhoOpenedItOnly) {
  auto pia = entered_browser("pia");
  auto dora = entered_browser("dora");
  open_by(pia);
  const auto path = path_of(newest());
  dora.get("/emergency");
  EXPECT_EQ(dora.post(path + "/close", "").status, 403);
  EXPECT_EQ(pia.get("/inbox").status, 200);
  EXPECT_EQ(pia.post(path + "/close", "").status, 303);
  EXPECT_EQ(pia.get("/inbox").status, 403);
  EXPECT_EQ(newest().end, EmergencyEnd::closed);
  EXPECT_EQ(pia.get("/emergency/none").status, 404);
}

TEST_F(EmergencyDesk, TheAuditorReviewsWhatWasReadOnce) {
  auto pia = entered_browser("pia");
  auto otto = entered_browser("otto");
  open_by(pia);
  const auto path = path_of(newest());
  EXPECT_EQ(pia.get("/inbox/0190-7").status, 200);
  otto.get(path);
  EXPECT_EQ(otto.post(path + "/review", "verdict=in_order&finding=early").status, 403);
  EXPECT_EQ(pia.post(path + "/close", "").status, 303);
  // Reads of others and other reads do not stand in it.
  ASSERT_TRUE(
      note_read(*ledger_, *sessions_.find(pia.cookies.at("tocsin")), "warning.read", "warning:1"));
  pia.get(path);
  EXPECT_EQ(pia.page.find("/review"), std::string::npos);
  EXPECT_EQ(pia.post(path + "/review", "verdict=in_order&finding=my+own").status, 403);
  otto.get(path);
  EXPECT_NE(otto.page.find("The analysts are cut off"), std::string::npos) << otto.page;
  EXPECT_NE(otto.page.find("/inbox/0190-7"), std::string::npos);
  EXPECT_EQ(otto.page.find("warning:1"), std::string::npos);
  EXPECT_EQ(otto.post(path + "/review", "verdict=&finding=nothing+chosen").status, 422);
  EXPECT_NE(otto.page.find("nothing chosen"), std::string::npos) << "what was typed is kept";
  EXPECT_EQ(otto.post(path + "/review", "verdict=objection&finding=%3Cb%3Etoo+much").status, 303);
  otto.get(path);
  EXPECT_NE(otto.page.find("&lt;b&gt;too much"), std::string::npos);
  EXPECT_EQ(otto.page.find("notice-alert"), std::string::npos) << "the banner ends with the review";
  EXPECT_EQ(otto.post(path + "/review", "verdict=in_order&finding=again").status, 403);
  EXPECT_EQ(newest().verdict, EmergencyVerdict::objection);
  EXPECT_EQ(newest().reviewed_by, links_.at("otto").account);
  expect_sound();
}

TEST_F(EmergencyDesk, AnOverdueReviewIsSaidToTrustees) {
  auto pia = entered_browser("pia");
  auto otto = entered_browser("otto");
  auto ana = entered_browser("ana");
  open_by(pia);
  pia.get("/account");
  pia.post("/log-out", "");
  advance(EmergencyLimits{}.reviewed_within + 1min);
  EXPECT_EQ(otto.log_in("otto", good_password, phone("otto")).status, 303);
  otto.get("/account");
  EXPECT_NE(otto.page.find("The review is overdue"), std::string::npos);
  EXPECT_EQ(ana.log_in("ana", good_password, phone("ana")).status, 303);
  ana.get("/account");
  EXPECT_NE(ana.page.find("notice-alert"), std::string::npos);
  EXPECT_EQ(ana.page.find("The review is overdue"), std::string::npos);
}

TEST_F(EmergencyDesk, WhatCannotBeRecordedIsNotShown) {
  auto pia = entered_browser("pia");
  open_by(pia);
  ASSERT_TRUE(
      connect()->execute("CREATE TRIGGER full BEFORE INSERT ON access_log BEGIN SELECT"
                         " raise(ABORT, 'full'); END"));
  EXPECT_EQ(pia.get("/inbox").status, 503);
  EXPECT_EQ(pia.page.find("A guarded page"), std::string::npos);
}

TEST_F(EmergencyDesk, ReasonAndFindingAreSealed) {
  auto pia = entered_browser("pia");
  open_by(pia, "quince+marmalade");
  auto side = connect();
  auto rows = side->prepare("SELECT count(*) FROM revision WHERE body LIKE '%marmalade%'");
  ASSERT_TRUE(rows && (*rows)->step());
  EXPECT_EQ((*rows)->integer(0), 0);
  EXPECT_TRUE(ledger::is_sealed(newest().reason));
}

TEST_F(EmergencyDesk, TellsTheWatchersInsideTheAct) {
  auto pia = entered_browser("pia");
  std::vector<std::string> told;
  parts_->tell_emergency = [&](ledger::Pen&, std::string_view object) -> base::Status {
    told.emplace_back(object);
    return {};
  };
  open_by(pia);
  EXPECT_THAT(told, testing::ElementsAre(newest().object));
}

TEST_F(EmergencyDesk, RebuildGivesTheSameTable) {
  auto pia = entered_browser("pia");
  auto otto = entered_browser("otto");
  open_by(pia);
  pia.get("/inbox");
  const auto path = path_of(newest());
  pia.post(path + "/close", "");
  otto.get(path);
  otto.post(path + "/review", "verdict=in_order&finding=fine");
  open_by(pia);
  ledger_.reset();
  auto side = connect();
  const auto rebuilt = ledger::rebuild(*side, projections_);
  ASSERT_TRUE(rebuilt) << rebuilt.error().text();
  EXPECT_THAT(rebuilt->tables_that_differ, testing::IsEmpty());
}

TEST_F(EmergencyDesk, PagesSpeakEveryLanguage) {
  auto pia = entered_browser("pia");
  open_by(pia);
  for (const auto* language : {"en", "fr", "ar"})
    for (const auto& path : {std::string("/emergency"), path_of(newest())}) {
      EXPECT_EQ(pia.get(path + "?lang=" + language).status, 200) << path << language;
      EXPECT_EQ(pia.page.find("emergency."), std::string::npos) << path << language;
    }
}

}  // namespace
}  // namespace tocsin::people
