// SPDX-License-Identifier: Apache-2.0
// Terms of what the desk itself made: closed situations, and the names of closed accounts.
#include "people/account_tables.hpp"
#include "retention_fixture.hpp"

namespace tocsin::assess {
namespace {

using testing::IsEmpty;
using testing::Not;

TEST_F(RetentionFixture, AClosedSituationIsKeptUntilATermIsSet) {
  const auto object = situation();
  close_situation(object);
  live_for(a_year + a_year);
  EXPECT_EQ(run(), 0U);
  EXPECT_EQ(situation_row(object).state, "closed");
  set_term("situation.closed", "400");
  EXPECT_EQ(run(), 1U);
  EXPECT_EQ(situation_row(object).state, "erased");
}

TEST_F(RetentionFixture, ASituationGoesWithAllThatWasWrittenInIt) {
  set_term("situation.closed", "400");
  const auto open = situation();
  const auto closed = situation();
  live_for(std::chrono::days{100});
  close_situation(closed);
  const auto key = key_bytes(data_key_of(closed));
  ASSERT_THAT(files_with(key), Not(IsEmpty()));
  live_for(std::chrono::days{399});
  EXPECT_EQ(run(), 0U);  // counted from its closing, not from its opening
  live_for(a_day + a_day);
  EXPECT_EQ(run(), 1U);
  EXPECT_EQ(run(), 0U);
  EXPECT_THAT(files_with(key), IsEmpty());
  EXPECT_EQ(erasures_of(closed), 1);
  auto side = connect();
  const SituationReader reader(*side);
  const auto row = situation_row(closed);
  EXPECT_EQ(row.name + row.places + row.sections[0] + row.marking_reason, "");
  EXPECT_THAT(row.crimes, IsEmpty());
  EXPECT_THAT(reader.judgements(closed).value(), IsEmpty());
  EXPECT_THAT(reader.assessments(closed).value(), IsEmpty());
  const auto list = reader.list(10);
  ASSERT_EQ(list->size(), 1U);  // what is open is never erased, however old
  EXPECT_EQ(list->front().object, open);
  EXPECT_EQ(reader.judgements(open)->size(), 1U);
  // That it was, and who closed it, stays; its words open no more.
  const auto history = ledger::history_of(*side, closed);
  ASSERT_EQ(history->size(), 2U);
  EXPECT_FALSE(vault_.open_field(*side, closed, "name", *history->front().field("name")));
  expect_sound();
}

TEST_F(RetentionFixture, ASituationIsKeptLongerForAReason) {
  set_term("situation.closed", "400");
  const auto object = situation();
  close_situation(object);
  live_for(a_year - a_day);
  const auto until = base::day_of(clock_.now()) + a_year;
  const auto later = entered("cora");
  const auto done = RetentionDesk(*retention_)
                        .prolong(*later, {KeptKind::situation, object, until, "A court asked."});
  ASSERT_TRUE(done) << done.error().text();
  live_for(a_year - a_day);
  EXPECT_EQ(run(), 0U);
  live_for(a_day + a_day);
  EXPECT_EQ(run(), 1U);
}

TEST_F(RetentionFixture, AnErasedSituationStaysErasedAfterRestore) {
  set_term("situation.closed", "400");
  const auto object = situation();
  close_situation(object);
  live_for(a_year + 2 * std::chrono::days{20});
  EXPECT_EQ(run(), 1U);
  close_node();
  const auto key = data_key_of(object);
  {
    auto side = connect();
    ASSERT_TRUE(vault_.make_data_key(*side, key));  // as an older copy would bring it back
    const auto rebuilt = ledger::rebuild(*side, projections_);
    ASSERT_TRUE(rebuilt) << rebuilt.error().text();
    EXPECT_THAT(rebuilt->tables_that_differ, IsEmpty());
  }
  EXPECT_EQ(key_bytes(key), "");
  open_node();
  retention_.emplace(RetentionParts{*sources_, terms_, steady_});
  EXPECT_EQ(run(), 0U);
}

TEST_F(RetentionFixture, SituationsEndTheSameHoweverOftenTheJobIsKilled) {
  set_term("situation.closed", "400");
  std::vector<std::string> objects;
  std::vector<std::string> keys;
  for (int i = 0; i < 8; ++i) {
    objects.push_back(situation());
    close_situation(objects.back());
    keys.push_back(key_bytes(data_key_of(objects.back())));
  }
  live_for(a_year + 2 * std::chrono::days{20});
  kill_often(8);
  run();
  EXPECT_EQ(run(), 0U);
  for (const auto& object : objects) {
    EXPECT_EQ(situation_row(object).state, "erased");
    EXPECT_EQ(erasures_of(object), 1);
  }
  for (const auto& key : keys) EXPECT_THAT(files_with(key), IsEmpty());
  expect_sound();
}

TEST_F(RetentionFixture, TheNameOfAClosedAccountGoesAndWhatItSignedStays) {
  set_term("account.closed", "400");
  const auto abe = entered("abe");
  const auto account = abe->person.account;
  const auto adam = entered("adam");
  const auto request = people::ask_change(
      *parts_, *adam, {account, people::ChangeKind::close, {}, "left the ministry"});
  ASSERT_TRUE(request) << request.error().text();
  const auto udo = entered("udo");
  ASSERT_TRUE(people::agree_to(*parts_, *udo, request->request));
  const auto key = key_bytes(account);
  ASSERT_THAT(files_with(key), Not(IsEmpty()));
  const auto name = [&] {
    auto side = connect();
    return people::open_account(*side, vault_, people::find_account(*side, account).value());
  };
  live_for(a_year);
  EXPECT_EQ(run(), 0U);
  EXPECT_EQ(name()->name, "Name of abe");
  // Whoever reviews what he opened in an emergency must know who he was.
  const auto review = [&](int reviewed) {
    return ledger_->act([&](ledger::Pen& pen) {
      return store::run(pen.database(),
                        "INSERT OR REPLACE INTO emergency VALUES ('emergency:1', 'ended', ?1, 0, 0,"
                        " '', '', 0, 0, 0, '', ?2, '', '')",
                        account, reviewed);
    });
  };
  ASSERT_TRUE(review(0));
  live_for(std::chrono::days{50});
  EXPECT_EQ(run(), 0U);
  ASSERT_TRUE(review(1));
  EXPECT_EQ(run(), 1U);
  EXPECT_EQ(run(), 0U);
  EXPECT_EQ(name()->name + name()->log_in + name()->contact, "");
  EXPECT_THAT(files_with(key), IsEmpty());
  auto side = connect();
  EXPECT_EQ(people::keys_of(*side, account)->size(), 1U);
  EXPECT_EQ(people::holder_of(*side, abe->key_object).value(), account);
  EXPECT_EQ(people::find_account(*side, account)->state, people::AccountState::closed);
  expect_sound();
}

}  // namespace
}  // namespace tocsin::assess
