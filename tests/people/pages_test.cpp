// SPDX-License-Identifier: Apache-2.0
// The gate and the pages of people, through requests as a browser sends them; and what an attacker
// sends instead.
#include "pages_fixture.hpp"
#include "people/access_log.hpp"
#include "people/drafts.hpp"

namespace tocsin::people {
namespace {

using Pages = PagesFixture;

TEST(LocalPath, HostileAddressesElsewhereBecomeTheFirstPage) {
  for (const std::string_view bad :
       {"", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "/a\r\nSet-Cookie: x=1", "/a b", "/\t/evil.example", "evil.example",
        "/log-in?next=/log-in", "/log-out", "/a\\b", "/\x01", "/é"})
    EXPECT_EQ(local_path(bad), "/") << bad;
  EXPECT_EQ(local_path(std::string(next_bytes_max, '/')), "/");
  for (const std::string_view good : {"/", "/inbox", "/warnings/warning:1?view=all&n=2"})
    EXPECT_EQ(local_path(good), good);
}

TEST(CookiesOn, CarryEveryProtection) {
  const auto plain = Cookies(false).session("abc");
  EXPECT_EQ(plain, "tocsin=abc; Path=/; HttpOnly; SameSite=Strict");
  const auto tls = Cookies(true).session("abc");
  EXPECT_EQ(tls, "__Host-tocsin=abc; Path=/; HttpOnly; SameSite=Strict; Secure");
}

TEST_F(Pages, WhatIsNotPublicLeadsToTheLogIn) {
  auto stranger = browser();
  EXPECT_EQ(stranger.get("/").status, 200);
  const auto turned = stranger.get("/desk?view=all");
  EXPECT_EQ(turned.status, 303);
  EXPECT_EQ(Browser::location(turned), "/log-in?next=%2Fdesk%3Fview%3Dall");
  const auto api = stranger.get("/api/v1/observations");
  EXPECT_EQ(api.status, 401);
  EXPECT_EQ(Browser::header(api, "Content-Type"), "application/problem+json");
  for (const auto* path : {"/administration", "/record", "/account", "/account/kept", "//",
                           "/assets", "/assets/", "/%2e%2e/desk", "/nothing-here"})
    EXPECT_EQ(stranger.get(path).status, 303) << path;
  EXPECT_EQ(stranger.post_raw("/administration/invite", "name=x").status, 303);
}

TEST_F(Pages, ALogInLeadsWhereItShould) {
  entered_browser("pia");
  next_code();
  auto pia = browser();
  const auto in = pia.log_in("pia", good_password, phone("pia"), "/record?before=5");
  EXPECT_EQ(in.status, 303) << pia.page;
  EXPECT_EQ(Browser::location(in), "/record?before=5");
  EXPECT_EQ(pia.get("/desk").status, 200);
  EXPECT_EQ(pia.get("/log-in").status, 303) << "who is in need not log in";
  pia.get("/account");
  EXPECT_EQ(pia.post("/log-out", "").status, 303);
  EXPECT_EQ(pia.get("/desk").status, 303);
}

TEST_F(Pages, HostileOpenRedirectIsRefused) {
  entered_browser("pia");
  for (const auto* next : {"https://evil.example/", "//evil.example", "/\\evil.example"}) {
    next_code();
    auto pia = browser();
    EXPECT_EQ(Browser::location(pia.log_in("pia", good_password, phone("pia"), next)), "/desk");
  }
}

TEST_F(Pages, HostileLogInFormOfAnotherSiteIsRefused) {
  entered_browser("pia");
  next_code();
  auto victim = browser();
  // Another site can neither set the cookie nor read the token: it would log the victim in as the
  // attacker, to see what they write.
  const std::string fields =
      "log_in=pia&password=" + pagekit::percent_encode(good_password) + "&code=" + phone("pia");
  EXPECT_EQ(victim.post_raw("/log-in", fields).status, 422);
  EXPECT_EQ(victim.post_raw("/log-in", "form_token=&" + fields).status, 422);
  auto attacker = browser();
  attacker.get("/log-in");
  auto other = browser();
  other.get("/log-in");
  EXPECT_EQ(other.post_raw("/log-in", "form_token=" + attacker.token + "&" + fields).status, 422);
  EXPECT_EQ(sessions_.of(links_.at("pia").account).size(), 1U) << "only the first";
}

TEST_F(Pages, HostileSessionFixationGivesANewId) {
  entered_browser("pia");
  next_code();
  auto victim = browser();
  victim.cookies["tocsin"] = "an-id-that-the-attacker-chose";
  EXPECT_EQ(victim.log_in("pia", good_password, phone("pia")).status, 303);
  EXPECT_NE(victim.cookies["tocsin"], "an-id-that-the-attacker-chose");
  auto attacker = browser();
  attacker.cookies["tocsin"] = "an-id-that-the-attacker-chose";
  EXPECT_EQ(attacker.get("/desk").status, 303);
  // And a session that the attacker really has is ended when somebody logs in over it.
  next_code();
  auto dora = entered_browser("dora");
  next_code();
  auto shared = browser();
  shared.get("/log-in");
  shared.cookies["tocsin"] = dora.cookies["tocsin"];
  const std::string fields = "log_in=pia&password=" + pagekit::percent_encode(good_password) +
                             "&code=" + phone("pia") + "&form_token=" + shared.token;
  EXPECT_EQ(shared.post_raw("/log-in", fields).status, 303);
  EXPECT_EQ(dora.get("/desk").status, 303);
}

TEST_F(Pages, HostileFormsWithoutTheSessionsTokenDoNothing) {
  auto adam = entered_browser("adam");
  const std::string fields = "name=Eve&log_in=eve&unit=desk&clearance=RED&role_analyst=1&contact=";
  EXPECT_EQ(adam.post_raw("/administration/invite", fields).status, 403);
  EXPECT_EQ(adam.post_raw("/administration/invite", "form_token=guess&" + fields).status, 403);
  auto pia = entered_browser("pia");
  EXPECT_EQ(
      adam.post_raw("/administration/invite", "form_token=" + pia.token + "&" + fields).status, 403)
      << "another session's token";
  EXPECT_EQ(adam.post_raw("/log-out", "").status, 403);
  auto side = connect();
  EXPECT_THAT(*list_requests(*side), testing::IsEmpty());
}

TEST_F(Pages, HostileFieldsGiveNobodyARole) {
  auto ana = entered_browser("ana");
  const auto own = pagekit::percent_encode(links_.at("ana").account);
  const std::string wanted = "unit=desk&clearance=RED&role_principal=1&reason=x";
  EXPECT_EQ(ana.get("/administration").status, 403);
  EXPECT_EQ(ana.get("/administration/accounts/" + own).status, 403);
  EXPECT_EQ(ana.post("/administration/accounts/" + own, "kind=change&" + wanted).status, 403);
  EXPECT_EQ(ana.post("/administration/invite", "name=a&log_in=bb&" + wanted).status, 403);
  EXPECT_NE(ana.post("/account/password", "password=x&role_principal=1&state=active&roles=auditor")
                .status,
            303);
  EXPECT_EQ(account("ana").standing.roles, (std::set<Role>{Role::analyst, Role::officer}));
  // An administrator cannot slip the second person by.
  auto adam = entered_browser("adam");
  adam.get("/administration");
  const auto made = adam.post("/administration/invite",
                              "name=Eve&log_in=eve&contact=&unit=desk&clearance=RED&role_analyst=1"
                              "&state=active&agreed=1&kind=invite&answered_by=x");
  EXPECT_EQ(made.status, 200) << adam.page;
  auto side = connect();
  const auto request = list_requests(*side)->front();
  EXPECT_EQ(find_account(*side, request.account)->state, AccountState::proposed);
  EXPECT_EQ(adam.post("/administration/answer", "answer=agree&request=" + request.object).status,
            403);
  EXPECT_EQ(find_account(*side, request.account)->state, AccountState::proposed);
}

TEST_F(Pages, TwoPeopleBringInAThird) {
  auto adam = entered_browser("adam");
  auto pia = entered_browser("pia");
  adam.get("/administration");
  ASSERT_EQ(adam.post("/administration/invite",
                      "name=Rosa+%3Cb%3E&log_in=rosa&contact=&unit=desk&clearance=AMBER"
                      "&role_analyst=1")
                .status,
            200);
  constexpr std::string_view before = "https://node.example/invitation/";
  const auto at = adam.page.find(before);
  ASSERT_NE(at, std::string::npos);
  constexpr std::size_t token_signs = 43;
  const auto token = adam.page.substr(at + before.size(), token_signs);
  EXPECT_EQ(adam.page.find("Rosa <b>"), std::string::npos) << "escaped";
  EXPECT_NE(adam.page.find("Rosa &lt;b&gt;"), std::string::npos);
  pia.get("/administration");
  auto side = connect();
  const auto request = list_requests(*side)->front().object;
  EXPECT_NE(pia.page.find("value=\"" + request + "\""), std::string::npos);
  EXPECT_EQ(pia.page.find("id=\"accounts\""), std::string::npos) << "requests only";
  ASSERT_EQ(pia.post("/administration/answer", "answer=agree&request=" + request).status, 200);
  constexpr std::string_view code_mark = "<p class=\"hash\"><bdi dir=\"ltr\">";
  const auto code_at = pia.page.find(code_mark);
  ASSERT_NE(code_at, std::string::npos) << pia.page;
  constexpr std::size_t code_signs = 9;
  const auto code = pia.page.substr(code_at + code_mark.size(), code_signs);
  auto rosa = browser();
  ASSERT_EQ(rosa.get("/invitation/" + token).status, 200);
  remember_factor("rosa", token);
  const std::string fields =
      "password=four+odd+words+here&password_again=four+odd+words+here&code=" + phone("rosa") +
      "&release_code=";
  EXPECT_EQ(rosa.post("/invitation/" + token, fields + "AAAA-AAAA").status, 422);
  EXPECT_EQ(rosa.post("/invitation/" + token, fields + code).status, 303) << rosa.page;
  EXPECT_EQ(rosa.get("/account").status, 200);
  EXPECT_EQ(browser().get("/invitation/" + token).status, 404);
}

TEST_F(Pages, HostileNamesFieldsAndPathsAreHarmless) {
  auto stranger = browser();
  stranger.get("/log-in");
  const auto answer = stranger.post(
      "/log-in", "log_in=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&password=x&code=%27+OR+1%3D1");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(stranger.page.find("<script>alert"), std::string::npos);
  for (const auto* token : {"..%2F..%2Fnode.db", "%00", "'%20OR%201=1--", "%3Cscript%3E"})
    EXPECT_EQ(stranger.get(std::string("/invitation/") + token).status, 404) << token;
  auto adam = entered_browser("adam");
  for (const auto* id : {"account:none", "%00", "'%20OR%201=1--", "..%2F"})
    EXPECT_EQ(adam.get(std::string("/administration/accounts/") + id).status, 404) << id;
  adam.get("/account");
  const auto long_name = std::string(5000, 'x');
  adam.get("/administration");
  EXPECT_EQ(adam.post("/administration/invite",
                      "name=" + long_name + "&log_in=ll&unit=u&clearance=RED&role_analyst=1")
                .status,
            422);
  EXPECT_EQ(adam.post("/administration/invite",
                      "name=%ff%fe&log_in=ll&unit=u&clearance=RED&role_analyst=1")
                .status,
            422);
}

TEST_F(Pages, AFormThatComesTooLateIsKeptAndSentAgain) {
  auto ana = entered_browser("ana");
  advance(SessionLimits{}.idle_max);
  const auto late = ana.post("/inbox/7", "text=two+hours+of+work&password=never");
  EXPECT_EQ(late.status, 303);
  EXPECT_EQ(Browser::location(late), "/log-in?kept=1&next=%2Faccount%2Fkept");
  const auto in = ana.log_in("ana", good_password, phone("ana"), "/account/kept");
  EXPECT_EQ(Browser::location(in), "/account/kept");
  ana.get("/account/kept");
  EXPECT_NE(ana.page.find("two hours of work"), std::string::npos) << ana.page;
  EXPECT_EQ(ana.page.find("never"), std::string::npos);
  EXPECT_EQ(ana.post("/inbox/7", "text=two+hours+of+work&kept_form=1").status, 303);
  EXPECT_THAT(*list_drafts(*desk_, links_.at("ana").account), testing::IsEmpty());
}

TEST_F(Pages, HostileLateFormWithoutThatSessionsTokenIsNotKept) {
  auto ana = entered_browser("ana");
  advance(SessionLimits{}.idle_max);
  EXPECT_EQ(Browser::location(ana.post_raw("/inbox/7", "form_token=guess&text=planted")),
            "/log-in");
  EXPECT_EQ(Browser::location(
                browser().post_raw("/inbox/7", "form_token=" + ana.token + "&text=planted")),
            "/log-in");
  EXPECT_THAT(*list_drafts(*desk_, links_.at("ana").account), testing::IsEmpty());
}

TEST_F(Pages, TheRecordShowsAllToTheAuditorAndTheirOwnToOthers) {
  auto otto = entered_browser("otto");
  auto pia = entered_browser("pia");
  EXPECT_EQ(otto.get("/record").status, 200);
  EXPECT_NE(otto.page.find("Name of pia"), std::string::npos);
  EXPECT_EQ(pia.get("/record").status, 200);
  EXPECT_NE(pia.page.find(links_.at("pia").account), std::string::npos);
  EXPECT_EQ(pia.page.find(links_.at("otto").account), std::string::npos);
  EXPECT_EQ(pia.get("/record?view=reads").status, 403);
  ASSERT_TRUE(
      note_read(*ledger_, *sessions_.find(pia.cookies.at("tocsin")), "warning.read", "warning:1"));
  EXPECT_EQ(otto.get("/record?view=reads").status, 200);
  EXPECT_NE(otto.page.find("warning:1"), std::string::npos);
  for (const auto* query : {"before=x", "before=-1", "before=99999999999999999999"})
    EXPECT_EQ(otto.get(std::string("/record?") + query).status, 200) << query;
}

TEST_F(Pages, TheRecordIsTakenAlongByWhoMaySeeIt) {
  auto otto = entered_browser("otto");
  auto pia = entered_browser("pia");
  // More than a page of the record, so that the list goes on where a page ends.
  for (std::size_t i = 0; i <= access_shown_max; ++i)
    ASSERT_TRUE(note_read(*ledger_, *sessions_.find(pia.cookies.at("tocsin")), "warning.read",
                          "warning:" + std::to_string(i)));
  ASSERT_EQ(otto.get("/record.csv").status, 200);
  EXPECT_NE(otto.page.find("TLP:AMBER+STRICT"), std::string::npos);
  EXPECT_NE(otto.page.find("Name of pia"), std::string::npos);
  ASSERT_EQ(otto.get("/record.csv?view=reads").status, 200);
  for (const auto* one : {"warning:0,", "warning:100,"})
    EXPECT_NE(otto.page.find(one), std::string::npos) << one << otto.page.substr(0, 400);
  EXPECT_EQ(std::ranges::count(otto.page, '\n'),
            2 + static_cast<std::ptrdiff_t>(access_shown_max) + 1);
  ASSERT_EQ(pia.get("/record.csv").status, 200);
  EXPECT_EQ(pia.page.find(links_.at("otto").account), std::string::npos);
  EXPECT_EQ(pia.get("/record.csv?view=reads").status, 403);
  EXPECT_EQ(pia.get("/record.xlsx").status, 200);
  EXPECT_TRUE(pia.page.starts_with("PK"));
  EXPECT_EQ(browser().get("/record.csv").status, 303);
}

TEST_F(Pages, ClosingTheOnlyDeputyIsSaidBeforeItIsDone) {
  for (const auto* name : {"adam", "dora", "otto"}) ASSERT_NE(entered(name), nullptr);
  next_code();
  Browser adam(*gate_, router_);
  adam.log_in("adam", good_password, phone("adam"));
  constexpr std::string_view warned = "This is the only deputy.";
  const auto path = [&](const std::string& name) {
    return "/administration/accounts/" + pagekit::percent_encode(links_.at(name).account);
  };
  adam.get(path("otto"));
  EXPECT_EQ(adam.page.find(warned), std::string::npos);
  adam.get(path("dora"));
  EXPECT_NE(adam.page.find(warned), std::string::npos);
  EXPECT_EQ(adam.post(path("dora"), "kind=close&reason=moves").status, 200);
  // Who agrees reads it too; it is said and not refused.
  Browser otto(*gate_, router_);
  otto.log_in("otto", good_password, phone("otto"));
  otto.get("/administration");
  EXPECT_NE(otto.page.find(warned), std::string::npos);
  const auto side = connect();
  const auto requests = list_requests(*side).value();
  const auto asked = std::ranges::find(requests, ChangeState::asked, &ChangeRequest::state);
  ASSERT_NE(asked, requests.end());
  EXPECT_EQ(otto.post("/administration/answer",
                      "answer=agree&request=" + pagekit::percent_encode(asked->object))
                .status,
            200);
  EXPECT_EQ(find_account(*side, links_.at("dora").account)->state, AccountState::closed);
  otto.get("/administration");
  EXPECT_EQ(otto.page.find(warned), std::string::npos);
}

TEST_F(Pages, TheLockButtonLogsEverybodyOut) {
  auto pia = entered_browser("pia");
  auto adam = entered_browser("adam");
  auto ana = entered_browser("ana");
  adam.get("/account");
  EXPECT_EQ(adam.post("/account/lock", "").status, 303);
  EXPECT_TRUE(vault_.locked());
  EXPECT_EQ(pia.get("/desk").status, 303);
  EXPECT_EQ(browser().log_in("pia", good_password, "000000").status, 503);
  EXPECT_EQ(browser().get("/invitation/x").status, 503);
}

TEST_F(Pages, EveryPageSpeaksEveryLanguage) {
  auto adam = entered_browser("adam");
  auto ana = entered_browser("ana");
  advance(std::chrono::seconds{1});
  const auto other = pagekit::percent_encode(links_.at("pia").account);
  for (const auto* language : {"en", "fr", "ar"})
    for (const auto& path :
         {std::string("/account"), std::string("/account/kept"), std::string("/administration"),
          std::string("/record"), "/administration/accounts/" + other}) {
      const auto answer = adam.get(path + "?lang=" + language);
      EXPECT_EQ(answer.status, 200) << path << language;
      EXPECT_NE(adam.page.find("lang=\"" + std::string(language) + "\""), std::string::npos);
      EXPECT_EQ(adam.page.find("account_problem."), std::string::npos);
      EXPECT_EQ(adam.page.find("administration."), std::string::npos) << path << language;
    }
  EXPECT_EQ(browser().get("/log-in?lang=ar").status, 200);
}

}  // namespace
}  // namespace tocsin::people
