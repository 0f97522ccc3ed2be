// SPDX-License-Identifier: Apache-2.0
// What a page's script keeps while somebody types: it outlives node and session, is offered to its
// owner alone, and ends when the form is taken.
#include "people/drafts.hpp"
#include "base/files.hpp"
#include "pages_fixture.hpp"

namespace tocsin::people {
namespace {

using Drafts = PagesFixture;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view grade_form = "/inbox/7#grade";
const std::string keep_grade = "/account/drafts?form=%2Finbox%2F7%23grade";

/// The node begun anew over the files that a killed one left: no session, no memory.
struct NextLife {
  NextLife(const std::filesystem::path& folder, const AccountParts& before,
           const PeoplePagesParts& pages, const base::ManualClock& clock,
           const base::ManualClock& steady, base::Secret master,
           std::span<const ledger::Projection* const> projections)
      : readers([folder]() { return store::open_sqlite(folder / "node.db", {}); }),
        sessions(steady),
        throttle(steady),
        emergencies(clock, steady),
        ceremonies(steady, relying_party_of("https://node.example")) {
    ledger = std::move(ledger::Ledger::open(store::open_sqlite(folder / "node.db", {}).value(),
                                            {vault, projections, clock})
                           .value());
    EXPECT_TRUE(
        vault.unlock(*store::open_sqlite(folder / "node.db", {}).value(), std::move(master)));
    desk.emplace(Desk{*ledger, readers, vault, before.desk.permissions, clock});
    parts.emplace(AccountParts{*desk, vault, before.pairs, before.rules, sessions, throttle, slots,
                               before.cost, before.node_name, emergencies, ceremonies});
    page_parts.emplace(PeoplePagesParts{pages.pages, *parts, Cookies(false), "another secret",
                                        "/desk", pages.address});
    add_people_routes(router, *page_parts);
    gate.emplace(*parts, Cookies(false), std::vector<std::string>{"/"});
  }
  store::ConnectionPool readers;
  ledger::Vault vault;
  std::unique_ptr<ledger::Ledger> ledger;
  Sessions sessions;
  Throttle throttle;
  PasswordSlots slots;
  EmergencyBoard emergencies;
  KeyCeremonies ceremonies;
  std::optional<Desk> desk;
  std::optional<AccountParts> parts;
  std::optional<PeoplePagesParts> page_parts;
  pagekit::Router router;
  std::optional<Gate> gate;
};

std::int64_t revisions_in(store::Database& database) {
  auto statement = database.prepare("SELECT count(*) FROM revision").value();
  EXPECT_TRUE(statement->step().value());
  return statement->integer(0);
}

TEST_F(Drafts, WhatIsTypedOutlivesAKilledNodeForItsOwnerAlone) {
  auto ana = entered_browser("ana");
  auto pia = entered_browser("pia");
  ASSERT_EQ(ana.post(keep_grade, "reason=seen+by+two+drivers&step=grade&password=never").status,
            200);
  // What lies on the disk at this moment is what kill -9 leaves: nothing is closed in order.
  const auto left = folder_ / "left";
  std::filesystem::create_directories(left);
  for (const auto* name : {"node.db", "node.db-wal"})
    std::filesystem::copy_file(folder_ / name, left / name);
  const auto bytes = base::read_file(left / "node.db", 64U << 20).value() +
                     base::read_file(left / "node.db-wal", 64U << 20).value();
  EXPECT_EQ(bytes.find("two drivers"), std::string::npos);
  NextLife next(left, *parts_, *page_parts_, clock_, steady_, master_.copy(), projections_);
  Browser again(*next.gate, next.router);
  EXPECT_EQ(again.get(keep_grade).status, 303) << "the old session is gone";
  next_code();
  ASSERT_EQ(again.log_in("ana", good_password, phone("ana")).status, 303) << again.page;
  ASSERT_EQ(again.get(keep_grade).status, 200);
  EXPECT_THAT(again.page, HasSubstr(R"(["reason","seen by two drivers"])"));
  EXPECT_THAT(again.page, HasSubstr("Go on with it"));
  EXPECT_THAT(again.page, Not(HasSubstr("never\"")));
  again.get("/account/kept");
  EXPECT_THAT(again.page, HasSubstr("seen by two drivers"));
  Browser other(*next.gate, next.router);
  ASSERT_EQ(other.log_in("pia", good_password, phone("pia")).status, 303) << other.page;
  ASSERT_EQ(other.get(keep_grade).status, 200);
  EXPECT_EQ(other.page, R"({"drafts":[]})");
}

TEST_F(Drafts, AreNoActsAndEndWhenTheirFormIsTaken) {
  auto ana = entered_browser("ana");
  auto side = connect();
  const auto before = revisions_in(*side);
  ASSERT_EQ(ana.post(keep_grade, "reason=first").status, 200);
  ASSERT_EQ(ana.post(keep_grade, "reason=second&kept_form=%2Finbox%2F7%23grade").status, 200);
  ASSERT_EQ(ana.post("/account/drafts?form=%2Finbox%2F7%23answer", "reason=other").status, 200);
  EXPECT_EQ(revisions_in(*side), before);
  const auto& account = links_.at("ana").account;
  const auto kept = read_draft(*desk_, account, grade_form).value();
  ASSERT_TRUE(kept);
  EXPECT_THAT(kept->fields, testing::ElementsAre(testing::Pair("reason", "second")));
  // A form that is refused keeps its draft.
  ASSERT_EQ(ana.post_raw("/inbox/7", "form_token=old&kept_form=%2Finbox%2F7%23grade").status, 403);
  EXPECT_TRUE(read_draft(*desk_, account, grade_form).value());
  ASSERT_EQ(ana.post("/inbox/7", "reason=second&kept_form=%2Finbox%2F7%23grade").status, 303);
  EXPECT_FALSE(read_draft(*desk_, account, grade_form).value());
  EXPECT_TRUE(read_draft(*desk_, account, "/inbox/7#answer").value()) << "of another form";
  // The field names a draft of its own form only.
  ASSERT_EQ(ana.post("/account/drafts?form=%2Finbox%2F70", "reason=x").status, 200);
  ASSERT_EQ(ana.post("/inbox/7", "reason=second&kept_form=%2Finbox%2F70").status, 303);
  EXPECT_TRUE(read_draft(*desk_, account, "/inbox/70").value());
  ASSERT_EQ(ana.post("/account/kept", "form=%2Finbox%2F7%23answer").status, 303);
  EXPECT_FALSE(read_draft(*desk_, account, "/inbox/7#answer").value()) << "thrown away";
}

TEST_F(Drafts, TypedAfterTheSessionEndedIsKeptUnderItsForm) {
  auto ana = entered_browser("ana");
  advance(SessionLimits{}.idle_max);
  EXPECT_EQ(ana.post(keep_grade, "reason=late").status, 303);
  EXPECT_EQ(ana.post("/account/drafts?form=%2F%2Fevil.example", "reason=late").status, 303);
  const auto list = list_drafts(*desk_, links_.at("ana").account).value();
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].form, grade_form);
  // A form that was kept before and is sent too late replaces that draft.
  EXPECT_EQ(ana.post("/inbox/7", "reason=later&kept_form=%2Finbox%2F7%23grade").status, 303);
  const auto kept = read_draft(*desk_, links_.at("ana").account, grade_form).value();
  ASSERT_TRUE(kept);
  EXPECT_THAT(kept->fields, testing::ElementsAre(testing::Pair("reason", "later")));
}

TEST_F(Drafts, AreDroppedWhereTheyNoLongerStand) {
  bool stands = true;
  std::vector<std::string> asked;
  page_parts_->draft_stands = [&](const Person& person, const KeptDraft& draft) {
    asked.push_back(person.account + " " + draft.form);
    return base::Result<bool>(stands || draft.form != grade_form);
  };
  auto ana = entered_browser("ana");
  ASSERT_EQ(ana.post(keep_grade, "reason=the+words+of+a+report").status, 200);
  ASSERT_EQ(ana.post("/account/drafts?form=%2Finbox%2F8", "reason=another").status, 200);
  ana.get(keep_grade);
  EXPECT_THAT(ana.page, HasSubstr("the words of a report"));
  EXPECT_THAT(asked, testing::Contains(links_.at("ana").account + " " + std::string(grade_form)));
  stands = false;
  ASSERT_EQ(ana.get("/account").status, 200);
  EXPECT_FALSE(read_draft(*desk_, links_.at("ana").account, grade_form).value());
  ASSERT_EQ(ana.post(keep_grade, "reason=the+words+of+a+report").status, 200);
  ana.get(keep_grade);
  EXPECT_EQ(ana.page, R"({"drafts":[]})");
  ASSERT_EQ(ana.post(keep_grade, "reason=the+words+of+a+report").status, 200);
  ana.get("/account/kept");
  EXPECT_THAT(ana.page, Not(HasSubstr("the words of a report")));
  EXPECT_THAT(ana.page, HasSubstr("another"));
  EXPECT_EQ(list_drafts(*desk_, links_.at("ana").account)->size(), 1U);
}

TEST_F(Drafts, AnExcerptIsNeverKeptAndLateEvidenceNamesItsReport) {
  auto ana = entered_browser("ana");
  const std::string form = "/evidence#report:018f0000-0000-7000-8000-000000000001";
  const std::string sent =
      "origin=report%3A018f0000-0000-7000-8000-000000000001&excerpt=Forty+men&because=lists";
  ASSERT_EQ(ana.post("/account/drafts?form=" + pagekit::percent_encode(form), sent).status, 200);
  EXPECT_THAT(ana.page, Not(HasSubstr("Forty")));
  advance(SessionLimits{}.idle_max);
  ASSERT_EQ(ana.post("/evidence", sent + "+drawn+up").status, 303);
  const auto list = list_drafts(*desk_, links_.at("ana").account).value();
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].form, form);
  EXPECT_THAT(
      list[0].fields,
      testing::ElementsAre(testing::Pair("origin", "report:018f0000-0000-7000-8000-000000000001"),
                           testing::Pair("because", "lists drawn up")));
}

TEST_F(Drafts, HostileFormsKeepNothing) {
  auto ana = entered_browser("ana");
  auto pia = entered_browser("pia");
  EXPECT_EQ(ana.post_raw(keep_grade, "reason=x").status, 403) << "no token";
  EXPECT_EQ(ana.post_raw(keep_grade, "form_token=" + pia.token + "&reason=x").status, 403);
  EXPECT_EQ(browser().post_raw(keep_grade, "reason=x").status, 303) << "nobody";
  for (const std::string_view form :
       {"", "x", "https://evil.example", "//evil.example", "/\\evil", "/log-in", "/", "/a\nb",
        "/<b>", "/\xff", "javascript:alert(1)"})
    EXPECT_EQ(ana.post("/account/drafts?form=" + pagekit::percent_encode(form), "reason=x").status,
              400)
        << form;
  const std::string long_form = "/" + std::string(draft_form_bytes_max, 'x');
  EXPECT_EQ(ana.post("/account/drafts?form=" + long_form, "reason=x").status, 400);
  EXPECT_EQ(ana.post(keep_grade, "reason=" + std::string(draft_bytes_max, 'x')).status, 422);
  EXPECT_THAT(ana.page, HasSubstr("too long"));
  EXPECT_THAT(*list_drafts(*desk_, links_.at("ana").account), testing::IsEmpty());
  EXPECT_THAT(*list_drafts(*desk_, links_.at("pia").account), testing::IsEmpty());
  // What is no text is kept as such, and never as markup.
  ASSERT_EQ(ana.post(keep_grade, "reason=%ff%3Cscript%3Ealert(1)%3C%2Fscript%3E").status, 200);
  ana.get("/account/kept");
  EXPECT_THAT(ana.page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(ana.page, HasSubstr("&lt;script&gt;alert"));
}

}  // namespace
}  // namespace tocsin::people
