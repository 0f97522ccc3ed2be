// SPDX-License-Identifier: Apache-2.0
// Founding, inviting, changing, closing, recovering: and who may not.
#include "base/files.hpp"
#include "people/access_log.hpp"
#include "people/drafts.hpp"
#include "people_fixture.hpp"

namespace tocsin::people {
namespace {

using Accounts = PeopleFixture;

TEST(Founders, FewerThanThreeOrJoinedRolesAreRefused) {
  const auto pairs = RolePairs::load(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data").value();
  using R = Role;
  const std::vector<std::set<Role>> two = {{R::principal}, {R::administrator, R::analyst}};
  EXPECT_FALSE(pairs.check_founders(two));
  const std::vector<std::set<Role>> joined = {
      {R::principal}, {R::administrator, R::auditor}, {R::analyst}};
  const auto refused = pairs.check_founders(joined);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), testing::HasSubstr("administrator and auditor"));
  const std::vector<std::set<Role>> headless = {{R::deputy}, {R::administrator}, {R::analyst}};
  const auto missing = pairs.check_founders(headless);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().text(), testing::HasSubstr("principal"));
  const std::vector<std::set<Role>> three = {{R::principal}, {R::administrator}, {R::analyst}};
  EXPECT_TRUE(pairs.check_founders(three));
}

TEST(Founders, WhatASmallDeskLacksIsNamed) {
  const auto permissions =
      Permissions::load(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data").value();
  using R = Role;
  const auto gaps = [&](const std::vector<std::set<Role>>& people) {
    const auto found = gaps_of(permissions, people);
    return std::pair(found.no_second_reader, found.no_deputy);
  };
  const std::set<Role> head{R::principal};
  const std::set<Role> machine{R::administrator};
  EXPECT_EQ(gaps({head, machine, {R::analyst}}), std::pair(true, true));
  EXPECT_EQ(gaps({head, machine, {R::analyst, R::officer}}), std::pair(true, true));
  EXPECT_EQ(gaps({head, machine, {R::analyst}, {R::deputy}}), std::pair(true, false));
  EXPECT_EQ(gaps({head, machine, {R::analyst}, {R::deputy, R::officer}}), std::pair(false, false));
  EXPECT_EQ(gaps({head, machine, {R::analyst}, {R::analyst}}), std::pair(false, true));
  EXPECT_EQ(gaps({head, machine, {R::analyst}, {R::auditor}}), std::pair(false, true));
}

TEST(RolePairsOn, NobodyWithTwoRolesMayReadEverything) {
  const std::filesystem::path data = std::filesystem::path(TOCSIN_SOURCE_DIR) / "data";
  const auto pairs = RolePairs::load(data).value();
  const auto permissions = Permissions::load(data).value();
  std::size_t allowed = 0;
  for (unsigned mask = 1; mask < (1U << role_count); ++mask) {
    std::set<Role> roles;
    for (std::size_t i = 0; i < role_count; ++i)
      if ((mask >> i & 1U) != 0) roles.insert(static_cast<Role>(i));
    if (!pairs.check(roles)) continue;
    ++allowed;
    const bool all =
        permissions.concerns(roles, "report.read") && permissions.concerns(roles, "source.open");
    EXPECT_FALSE(all) << text_of(roles);
    EXPECT_FALSE(permissions.concerns(roles, "account.invite") &&
                 permissions.concerns(roles, "account.agree"))
        << text_of(roles);
  }
  EXPECT_GT(allowed, role_count);
}

TEST_F(Accounts, FoundersEnterByTheirLinks) {
  const auto pia = entered("pia");
  ASSERT_NE(pia, nullptr);
  EXPECT_EQ(pia->shown_name, "Name of pia");
  EXPECT_EQ(account("pia").state, AccountState::active);
  EXPECT_EQ(account("ana").state, AccountState::invited);
  next_code();
  EXPECT_TRUE(log_in(*parts_, {" PIA", std::string(good_password), phone("pia"), {}, "en"}));
  expect_sound();
}

TEST_F(Accounts, NamesAndPasswordsStandNowhereInClear) {
  ASSERT_NE(entered("pia"), nullptr);
  ASSERT_TRUE(ledger_->purge());
  const auto bytes = base::read_file(folder_ / "node.db", 64U << 20).value();
  for (const std::string_view secret :
       {std::string_view("Name of pia"), std::string_view("pia@example.org"), good_password,
        std::string_view(links_.at("ana").token), std::string_view(factors_.at("pia"))})
    EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
}

TEST_F(Accounts, PeopleAsTypedAreChecked) {
  auto rosa = person("rosa", {Role::analyst});
  rosa.standing.unit = "";
  EXPECT_TRUE(check_person(rosa, pairs_)) << "a desk of one unit names none";
  const auto place_of = [&](const NewPerson& typed) {
    const auto checked = check_person(typed, pairs_);
    return checked ? std::string() : checked.error().place;
  };
  auto changed = rosa;
  changed.name = " ";
  EXPECT_EQ(place_of(changed), "name_empty");
  changed = rosa;
  changed.log_in = "ro sa";
  EXPECT_EQ(place_of(changed), "log_in_form");
  changed = rosa;
  changed.standing.clearance = "PURPLE";
  EXPECT_EQ(place_of(changed), "clearance_unknown");
  changed = rosa;
  changed.standing.roles.clear();
  EXPECT_EQ(place_of(changed), "roles_none");
}

TEST_F(Accounts, ASecondFoundingIsRefused) {
  const auto again = found_people(*ledger_, pairs_, founders());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, base::ErrorCode::conflict);
}

TEST_F(Accounts, ProjectionsAreRebuiltTheSame) {
  ASSERT_NE(entered("pia"), nullptr);
  const auto adam = entered("adam");
  ASSERT_TRUE(ask_change(*parts_, *adam,
                         {links_.at("ana").account, ChangeKind::close, {}, "left the ministry"}));
  ledger_.reset();
  auto side = connect();
  const auto rebuilt = ledger::rebuild(*side, projections_);
  ASSERT_TRUE(rebuilt) << rebuilt.error().text();
  EXPECT_EQ(rebuilt->before, rebuilt->after);
  EXPECT_THAT(rebuilt->tables_that_differ, testing::IsEmpty());
}

TEST_F(Accounts, HostileUsedLinkDoesNotOpenTwice) {
  ASSERT_NE(entered("pia"), nullptr);
  next_code();
  const auto again = accept("pia", links_.at("pia").token, {}, "another fine sentence here");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().place, "invitation_gone");
  EXPECT_TRUE(log_in_as("pia"));
}

TEST_F(Accounts, HostileExpiredLinkIsRefused) {
  advance(invitation_valid_for - std::chrono::seconds{1});
  EXPECT_TRUE(enrolment_of(*parts_, links_.at("ana").token));
  ASSERT_NE(entered("pia"), nullptr);
  advance(std::chrono::seconds{1});
  EXPECT_FALSE(enrolment_of(*parts_, links_.at("ana").token));
  const auto late = accept("ana", links_.at("ana").token);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().place, "invitation_gone");
}

TEST_F(Accounts, HostileMadeUpLinkIsRefused) {
  for (const auto* token : {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    const auto found = enrolment_of(*parts_, token);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().place, "invitation_gone");
  }
}

TEST_F(Accounts, AWeakPasswordOrWrongCodeKeepsTheLink) {
  remember_factor("pia", links_.at("pia").token);
  for (const auto* weak : {"short", "passwordpassword", "qwertyuiop1234", "Name of pia 2026!",
                           "aaaaaaaaaaaaaaaa", "123456789012345"}) {
    const auto done = accept("pia", links_.at("pia").token, {}, weak);
    ASSERT_FALSE(done) << weak;
    EXPECT_THAT(done.error().place, testing::StartsWith("password_")) << weak;
  }
  const auto wrong = accept_invitation(
      *parts_, {links_.at("pia").token, {}, std::string(good_password), "000", "en"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().place, "totp_wrong");
  EXPECT_NE(entered("pia"), nullptr);
}

TEST_F(Accounts, AnInvitationNeedsASecondPersonAndBothHalves) {
  const auto adam = entered("adam");
  const auto pia = entered("pia");
  const auto link = propose_account(*parts_, *adam, person("rosa", {Role::analyst}));
  ASSERT_TRUE(link) << link.error().text();
  const auto waits = enrolment_of(*parts_, link->token);
  ASSERT_FALSE(waits);
  EXPECT_EQ(waits.error().place, "invitation_waits");
  auto side = connect();
  const auto request = list_requests(*side)->front();
  EXPECT_EQ(request.asked_by, adam->person.account);
  EXPECT_FALSE(agree_to(*parts_, *adam, request.object)) << "never who asked";
  const auto code = agree_to(*parts_, *pia, request.object);
  ASSERT_TRUE(code) << code.error().text();
  ASSERT_TRUE(*code);
  const auto alone = accept("rosa", link->token, "AAAA-AAAA");
  ASSERT_FALSE(alone) << "who has only the link does not enter";
  EXPECT_EQ(alone.error().place, "release_code_wrong");
  EXPECT_TRUE(accept("rosa", link->token, **code));
  EXPECT_FALSE(agree_to(*parts_, *pia, request.object)) << "once";
  expect_sound();
}

TEST_F(Accounts, HostileReleaseCodeCannotBeGuessed) {
  const auto adam = entered("adam");
  const auto pia = entered("pia");
  const auto link = propose_account(*parts_, *adam, person("rosa", {Role::analyst})).value();
  auto side = connect();
  const auto code = agree_to(*parts_, *pia, list_requests(*side)->front().object).value();
  for (unsigned i = 0; i < ThrottleLimits{}.free_failures; ++i)
    EXPECT_FALSE(accept("rosa", link.token, make_release_code()));
  const auto slowed = accept("rosa", link.token, *code);
  ASSERT_FALSE(slowed);
  EXPECT_EQ(slowed.error().place, "try_later");
  advance(ThrottleLimits{}.wait_max);
  EXPECT_TRUE(accept("rosa", link.token, *code));
}

TEST_F(Accounts, ARefusedInvitationEndsItsLinkAndFreesTheName) {
  const auto adam = entered("adam");
  const auto pia = entered("pia");
  const auto link = propose_account(*parts_, *adam, person("rosa", {Role::analyst})).value();
  auto side = connect();
  const auto taken = propose_account(*parts_, *adam, person("Rosa", {Role::officer}));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().place, "log_in_taken");
  ASSERT_TRUE(refuse(*parts_, *pia, list_requests(*side)->front().object));
  EXPECT_FALSE(enrolment_of(*parts_, link.token));
  EXPECT_EQ(find_account(*side, link.account)->state, AccountState::closed);
  EXPECT_TRUE(propose_account(*parts_, *adam, person("rosa", {Role::analyst})));
}

TEST_F(Accounts, OnlyAnAdministratorAsksAndNotForThemselves) {
  const auto adam = entered("adam");
  const auto ana = entered("ana");
  EXPECT_FALSE(propose_account(*parts_, *ana, person("rosa", {Role::analyst})));
  EXPECT_FALSE(ask_change(*parts_, *ana, {links_.at("pia").account, ChangeKind::close, {}, "no"}));
  const auto own = ask_change(*parts_, *adam,
                              {links_.at("adam").account, ChangeKind::change,
                               Standing{"desk", {Role::analyst}, "RED"}, "me"});
  ASSERT_FALSE(own);
  EXPECT_EQ(own.error().code, base::ErrorCode::forbidden);
}

TEST_F(Accounts, AChangeTakesEffectWhenAnotherTrusteeAgrees) {
  const auto adam = entered("adam");
  const auto dora = entered("dora");
  const auto pia = entered("pia");
  const Standing wanted{"field", {Role::deputy, Role::officer}, "RED"};
  const auto asked =
      ask_change(*parts_, *adam, {links_.at("dora").account, ChangeKind::change, wanted, "moves"});
  ASSERT_TRUE(asked) << asked.error().text();
  EXPECT_NE(account("dora").standing, wanted);
  const auto second =
      ask_change(*parts_, *adam, {links_.at("dora").account, ChangeKind::close, {}, "x"});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().place, "request_open");
  EXPECT_FALSE(agree_to(*parts_, *dora, asked->request)) << "not whom it concerns";
  EXPECT_EQ(sessions_.of(links_.at("dora").account).size(), 1U);
  ASSERT_TRUE(agree_to(*parts_, *pia, asked->request));
  EXPECT_EQ(account("dora").standing, wanted);
  EXPECT_THAT(sessions_.of(links_.at("dora").account), testing::IsEmpty())
      << "the old roles must not live on in a session";
  next_code();
  const auto again = log_in_as("dora");
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(sessions_.find(again->session_id)->person.roles, wanted.roles);
}

TEST_F(Accounts, JoinedRolesAreRefusedForAChange) {
  const auto adam = entered("adam");
  const auto asked = ask_change(*parts_, *adam,
                                {links_.at("otto").account, ChangeKind::change,
                                 Standing{"desk", {Role::custodian, Role::analyst}, "RED"}, "x"});
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().place, "roles_joined");
}

TEST_F(Accounts, ClosingEndsSessionsPasswordAndKeys) {
  const auto adam = entered("adam");
  const auto ana = entered("ana");
  const auto pia = entered("pia");
  const auto asked =
      ask_change(*parts_, *adam, {links_.at("ana").account, ChangeKind::close, {}, "left"}).value();
  ASSERT_TRUE(agree_to(*parts_, *pia, asked.request));
  EXPECT_EQ(sessions_.find(ids_.at("ana")), nullptr);
  next_code();
  const auto back = log_in_as("ana");
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().place, "log_in_refused");
  // A request that still holds the session signs nothing any more.
  const auto late = ledger_->act([&](ledger::Pen& pen) {
    ledger::Draft draft;
    draft.object = pen.new_object("note");
    draft.type = "note";
    draft.fields = {{"title", "too late"}};
    return pen.append(draft, ana->author());
  });
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().text(), testing::HasSubstr("revoked"));
  expect_sound();
}

TEST_F(Accounts, TheLastAdministratorAndTrusteeStay) {
  const auto adam = entered("adam");
  const auto pia = entered("pia");
  const auto alone =
      ask_change(*parts_, *adam, {links_.at("pia").account, ChangeKind::close, {}, "x"}).value();
  EXPECT_FALSE(agree_to(*parts_, *pia, alone.request));
  const auto dora = entered("dora");
  EXPECT_TRUE(agree_to(*parts_, *dora, alone.request)) << "dora is a trustee and stays";
  const auto last =
      ask_change(*parts_, *adam, {links_.at("otto").account, ChangeKind::close, {}, "x"}).value();
  EXPECT_TRUE(agree_to(*parts_, *dora, last.request));
}

TEST_F(Accounts, RecoveryNeedsTwoAndGivesNewKeyPasswordAndFactor) {
  const auto adam = entered("adam");
  const auto ana = entered("ana");
  const auto pia = entered("pia");
  const auto asked =
      ask_change(*parts_, *adam, {links_.at("ana").account, ChangeKind::recover, {}, "phone lost"})
          .value();
  ASSERT_FALSE(asked.token.empty());
  next_code();
  EXPECT_TRUE(log_in_as("ana")) << "as long as nobody agreed, nothing changes";
  const auto code = agree_to(*parts_, *pia, asked.request).value();
  ASSERT_TRUE(code);
  next_code();
  EXPECT_FALSE(log_in_as("ana"));
  const auto old_factor = factors_.at("ana");
  const auto entrance = accept("ana", asked.token, *code, "seven other lanterns glow");
  ASSERT_TRUE(entrance) << entrance.error().text();
  EXPECT_NE(factors_.at("ana"), old_factor);
  const auto again = sessions_.find(entrance->session_id);
  EXPECT_NE(again->key_object, ana->key_object);
  next_code();
  EXPECT_FALSE(log_in_as("ana", good_password));
  expect_sound();
}

TEST_F(Accounts, RecoveryAtTheMachineIsSignedByTheNode) {
  ASSERT_NE(entered("adam"), nullptr);
  const auto link = recover_at_the_machine(*ledger_, "adam");
  ASSERT_TRUE(link) << link.error().text();
  next_code();
  EXPECT_FALSE(log_in_as("adam"));
  EXPECT_TRUE(accept("adam", link->token));
  EXPECT_FALSE(recover_at_the_machine(*ledger_, "nobody"));
  expect_sound();
}

TEST_F(Accounts, TheLockEndsEverythingUntilItIsOpened) {
  const auto adam = entered("adam");
  Session without_role;
  without_role.person = {adam->person.account, "Nobody", "desk", {Role::analyst}, "RED"};
  EXPECT_FALSE(lock_node(*parts_, without_role));
  EXPECT_FALSE(vault_.locked());
  ASSERT_TRUE(lock_node(*parts_, *adam));
  EXPECT_TRUE(vault_.locked());
  EXPECT_EQ(sessions_.count(), 0U);
  next_code();
  const auto closed = log_in_as("adam");
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().code, base::ErrorCode::unavailable);
  ASSERT_TRUE(vault_.unlock(*connect(), master_.copy()));
  EXPECT_TRUE(log_in_as("adam"));
}

TEST_F(Accounts, AccessLogShowsEveryChangeAndACutEnd) {
  const auto ana = entered("ana");
  for (int i = 0; i < anchored_each + 3; ++i)
    ASSERT_TRUE(note_read(*ledger_, *ana, "report.read", "report:" + std::to_string(i)));
  auto side = connect();
  const auto sound = verify_access_log(*side).value();
  EXPECT_EQ(sound.entries, anchored_each + 3);
  EXPECT_EQ(sound.anchors, 1);
  EXPECT_FALSE(sound.first_fault) << sound.what;
  EXPECT_EQ(newest_reads(*side, 0)->front().object, "report:" + std::to_string(anchored_each + 2));
  ASSERT_TRUE(side->execute("UPDATE access_log SET object = 'report:x' WHERE sequence = 7"));
  EXPECT_EQ(verify_access_log(*side)->first_fault, 7);
  ASSERT_TRUE(side->execute("UPDATE access_log SET object = 'report:6' WHERE sequence = 7"));
  EXPECT_FALSE(verify_access_log(*side)->first_fault);
  ASSERT_TRUE(side->execute("DELETE FROM access_log WHERE sequence = 12"));
  EXPECT_EQ(verify_access_log(*side)->first_fault, 13);
  ASSERT_TRUE(side->execute("DELETE FROM access_log WHERE sequence >= 12"));
  EXPECT_EQ(verify_access_log(*side)->first_fault, anchored_each) << "the end was cut off";
}

TEST_F(Accounts, DraftsAreSealedAndForgetSecrets) {
  const auto ana = entered("ana");
  const pagekit::Fields typed(
      "text=the+harbour+is+closed&password=hunter2hunter2&totp_code=123456&form_token=x");
  ASSERT_TRUE(keep_draft(*desk_, ana->person.account, "/inbox/1", typed));
  const auto bytes = base::read_file(folder_ / "node.db", 64U << 20).value() +
                     base::read_file(folder_ / "node.db-wal", 64U << 20).value();
  EXPECT_EQ(bytes.find("harbour is closed"), std::string::npos);
  const auto kept = take_draft(*desk_, ana->person.account, "/inbox/1").value();
  ASSERT_TRUE(kept);
  EXPECT_THAT(kept->fields, testing::ElementsAre(testing::Pair("text", "the harbour is closed")));
  EXPECT_FALSE(take_draft(*desk_, ana->person.account, "/inbox/1").value()) << "taken once";
}

TEST_F(Accounts, DraftsAreBoundedAndEndWithTime) {
  const auto ana = entered("ana");
  for (int i = 0; i < drafts_per_account_max + 5; ++i) {
    advance(std::chrono::seconds{1});
    ASSERT_TRUE(keep_draft(*desk_, ana->person.account, "/form/" + std::to_string(i),
                           pagekit::Fields("text=" + std::to_string(i))));
  }
  EXPECT_EQ(list_drafts(*desk_, ana->person.account)->size(),
            static_cast<std::size_t>(drafts_per_account_max));
  EXPECT_FALSE(keep_draft(*desk_, ana->person.account, "/long",
                          pagekit::Fields("text=" + std::string(draft_bytes_max, 'x'))));
  EXPECT_THAT(*list_drafts(*desk_, links_.at("pia").account), testing::IsEmpty());
  advance(draft_kept_for + std::chrono::hours{1});
  EXPECT_THAT(*list_drafts(*desk_, ana->person.account), testing::IsEmpty());
}

TEST(Deputies, AreMissedBeforeTheLastOneGoes) {
  Account pia{"account:1", AccountState::active, {"desk", {Role::principal}, "RED"}, {}, {}, {},
              {}};
  Account dora{"account:2", AccountState::active, {"desk", {Role::deputy}, "RED"}, {}, {}, {}, {}};
  const auto closed = [](Account account) {
    account.state = AccountState::closed;
    return account;
  };
  EXPECT_TRUE(leaves_no_deputy(std::array{pia, dora}, closed(dora)));
  EXPECT_FALSE(leaves_no_deputy(std::array{pia, dora}, closed(pia)));
  auto moved = dora;
  moved.standing.roles = {Role::officer};
  EXPECT_TRUE(leaves_no_deputy(std::array{pia, dora}, moved));
  moved.standing.roles = {Role::deputy, Role::officer};
  EXPECT_FALSE(leaves_no_deputy(std::array{pia, dora}, moved));
  // There was none before: nothing is lost by it.
  EXPECT_FALSE(leaves_no_deputy(std::array{pia, closed(dora)}, closed(pia)));
  auto second = dora;
  second.object = "account:3";
  EXPECT_FALSE(leaves_no_deputy(std::array{pia, dora, second}, closed(dora)));
  // One who is invited cannot decide yet.
  second.state = AccountState::invited;
  EXPECT_TRUE(leaves_no_deputy(std::array{pia, dora, second}, closed(dora)));
}

}  // namespace
}  // namespace tocsin::people
