// SPDX-License-Identifier: Apache-2.0
// Terms of what people told: reports, identities, requests.
#include "retention_fixture.hpp"

namespace tocsin::assess {
namespace {

using testing::IsEmpty;

TEST(Terms, AreAllThereWithReasons) {
  const auto terms = Retention::load(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data");
  ASSERT_TRUE(terms) << terms.error().text();
  EXPECT_EQ(terms->terms().size(), 11U);
  for (const auto& term : terms->terms()) EXPECT_GT(term.why.size(), 20U) << term.what;
  EXPECT_EQ(terms->find("withdrawn"), nullptr);
  // What an office did is not destroyed before a person has judged it.
  for (const auto* what : {"situation.closed", "warning.decided", "warning.withdrawn"})
    EXPECT_FALSE(terms->find(what)->days) << what;
}

TEST(Terms, ADamagedTableIsRefusedByItsLine) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "terms";
  std::filesystem::create_directories(folder);
  const auto good =
      base::read_file(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data/retention.tsv", 1U << 20);
  ASSERT_TRUE(good);
  const auto refused = [&](std::string_view from, std::string_view to) {
    auto text = *good;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    EXPECT_TRUE(base::write_file(folder / "retention.tsv", text));
    return !Retention::load(folder);
  };
  EXPECT_FALSE(refused("identity\t365", "identity\t366"));  // a good change is taken
  EXPECT_TRUE(refused("identity\t365", "identity\t0"));
  EXPECT_TRUE(refused("identity\t365", "identity\t365 days"));
  EXPECT_TRUE(refused("identity\t365", "identity 365"));
  EXPECT_TRUE(refused("identity\t365", "nothing\t365"));
  EXPECT_TRUE(refused("report.new\t", "report.asked\t"));
  EXPECT_FALSE(refused("situation.closed\tuntil_decided", "situation.closed\t10950"));
  EXPECT_TRUE(refused("situation.closed\tuntil_decided", "situation.closed\tnever"));
  EXPECT_TRUE(refused("situation.closed\tuntil_decided", "situation.closed\t"));
  std::filesystem::remove_all(folder);
}

TEST_F(RetentionFixture, EachIsErasedAtItsOwnEnd) {
  const auto set_aside = file();
  const auto accepted = file();
  take(set_aside, Step::set_aside, "It bears on nothing.");
  take(accepted, Step::accept);
  live_for(a_year - a_day);
  EXPECT_EQ(run(), 0U);
  EXPECT_TRUE(has_identity(accepted));
  live_for(a_day + a_day);
  // Two identities, and the report that was set aside; its identity goes once, by either.
  EXPECT_GE(run(), 2U);
  EXPECT_EQ(run(), 0U);
  EXPECT_EQ(row(set_aside).standing.state, ReportState::erased);
  EXPECT_EQ(row(accepted).standing.state, ReportState::accepted);
  EXPECT_FALSE(has_identity(accepted));
  EXPECT_FALSE(has_identity(set_aside));
  expect_sound();
}

TEST_F(RetentionFixture, AMessageBeginsAnIdentitysTermAnew) {
  const auto filed = file();
  take(filed, Step::accept);
  live_for(a_year - a_day);
  take(filed, Step::ask, "Are you safe?");
  live_for(a_day + a_day);
  EXPECT_EQ(run(), 0U);
  EXPECT_TRUE(has_identity(filed));
  live_for(a_year);
  EXPECT_EQ(run(), 1U);
  EXPECT_FALSE(has_identity(filed));
}

TEST_F(RetentionFixture, NothingThatIsFrozenOrAskedForIsErased) {
  const auto frozen = file();
  take(frozen, Step::freeze);
  const auto asked = file();
  take(asked, Step::accept);
  live_for(a_year - a_day);
  const auto request = sources().ask(*ana_, asked.object, "to warn her");
  ASSERT_TRUE(request);
  live_for(a_day + a_day);
  EXPECT_EQ(run(), 0U);
  EXPECT_TRUE(has_identity(frozen));
  EXPECT_TRUE(has_identity(asked));
  const auto later = entered("cora");  // with a new key: the old one is a year old
  ASSERT_TRUE(sources().refuse(*later, {*request, true, "no"}));
  EXPECT_EQ(run(), 1U);
  EXPECT_FALSE(has_identity(asked));
  EXPECT_TRUE(has_identity(frozen));
}

TEST_F(RetentionFixture, IsProlongedWithAReason) {
  const auto filed = file();
  take(filed, Step::set_aside, "It bears on nothing.");
  const RetentionDesk desk(*retention_);
  const auto today = base::day_of(clock_.now());
  const Prolonging longer{KeptKind::report, filed.object, today + 2 * a_year, "A court may ask."};
  auto without = longer;
  without.reason = " ";
  EXPECT_FALSE(desk.prolong(*cora_, without));
  auto shorter = longer;
  shorter.until = today + a_day;
  EXPECT_FALSE(desk.prolong(*cora_, shorter));
  auto too_long = longer;
  too_long.until = today + prolonged_max + a_day;
  EXPECT_FALSE(desk.prolong(*cora_, too_long));
  EXPECT_FALSE(desk.prolong(*ana_, longer));  // an analyst may not
  ASSERT_TRUE(desk.prolong(*cora_, longer));
  live_for(a_year + a_day);
  run();
  EXPECT_EQ(row(filed).standing.state, ReportState::set_aside);
  live_for(a_year + a_day);
  EXPECT_EQ(run(), 1U);
  EXPECT_EQ(row(filed).standing.state, ReportState::erased);
}

TEST_F(RetentionFixture, ClosedRequestsLoseTheirReasons) {
  const auto filed = file();
  take(filed, Step::accept);
  const auto request = ask(*ana_, filed);
  ASSERT_TRUE(sources().refuse(*cora_, {request, true, "no"}));
  live_for(5 * a_year + a_day);
  EXPECT_EQ(run(), 2U);  // the identity, and the request
  auto side = connect();
  EXPECT_EQ(SourceReader(*side).request(request)->reason, "");
  EXPECT_FALSE(vault_.seal_field(*side, data_key_of(request), "x", "y", "z"));
  EXPECT_EQ(row(filed).standing.state, ReportState::accepted);
}

TEST_F(RetentionFixture, ACustodianErasesAReportBeforeItsTime) {
  const auto filed = file();
  const auto cipher = cipher_of(filed).substr(0, 32);
  const RetentionDesk desk(*retention_);
  EXPECT_FALSE(desk.erase_report(*ana_, filed.object, ErasedBecause::danger));
  ASSERT_TRUE(desk.erase_report(*cora_, filed.object, ErasedBecause::danger));
  EXPECT_FALSE(desk.erase_report(*cora_, filed.object, ErasedBecause::danger));
  EXPECT_EQ(row(filed).standing.state, ReportState::erased);
  EXPECT_THAT(files_with(cipher), IsEmpty());
  EXPECT_FALSE(ReportDesk(*desk_).say(filed.receipt, "hello"));
  expect_sound();
}

TEST_F(RetentionFixture, AClockThatJumpedIsNotBelieved) {
  const auto filed = file();
  clock_.advance(a_year + a_year);  // the clock was set wrong; the machine ran for a moment
  RetentionJob job(*retention_);
  EXPECT_EQ(*job.run_due(), 0U);
  steady_.advance(clock_waits_for - std::chrono::minutes{1});
  EXPECT_EQ(*job.run_due(), 0U);
  EXPECT_TRUE(has_identity(filed));
  steady_.advance(std::chrono::minutes{1});
  EXPECT_GT(*job.run_due(), 0U);  // it was right after all: a node that slept
  EXPECT_FALSE(has_identity(filed));
}

TEST_F(RetentionFixture, ASecondJumpIsNotBelievedEither) {
  RetentionJob job(*retention_);
  EXPECT_EQ(*job.run_due(), 0U);
  clock_.advance(clock_jump_max + a_day);
  advance(retention_every);
  EXPECT_EQ(*job.run_due(), 0U);
  advance(clock_waits_for);
  EXPECT_EQ(*job.run_due(), 0U);  // believed now, and nothing is due
  const auto filed = file();
  advance(retention_every);
  EXPECT_EQ(*job.run_due(), 0U);
  clock_.advance(a_year + a_year);
  advance(retention_every);
  EXPECT_EQ(*job.run_due(), 0U);
  EXPECT_TRUE(has_identity(filed));
  advance(clock_waits_for);
  EXPECT_GT(*job.run_due(), 0U);
  EXPECT_FALSE(has_identity(filed));
}

TEST_F(RetentionFixture, AnActUnderAWrongClockDoesNotMakeItRight) {
  const auto filed = file();
  RetentionJob job(*retention_);
  clock_.advance(a_year + a_year);
  EXPECT_EQ(*job.run_due(), 0U);
  breathe();
  EXPECT_EQ(*job.run_due(), 0U);
  EXPECT_TRUE(has_identity(filed));
}

TEST_F(RetentionFixture, AClockThatWasSetRightIsBelievedAtOnce) {
  const auto filed = file();
  RetentionJob job(*retention_);
  EXPECT_EQ(*job.run_due(), 0U);
  const auto right = clock_.now();
  clock_.advance(a_year + a_year);
  advance(retention_every);
  EXPECT_EQ(*job.run_due(), 0U);
  clock_.set(right + retention_every);
  const auto due = file();
  EXPECT_EQ(*job.run_due(), 0U);
  // Its own year goes by under a clock that nobody doubts: no day is waited for.
  clock_.advance(a_year + a_day);
  steady_.advance(a_year + a_day);
  EXPECT_GT(*job.run_due(), 0U);
  EXPECT_FALSE(has_identity(filed));
  EXPECT_FALSE(has_identity(due));
}

TEST_F(RetentionFixture, ErasureIsReplayedAfterRestore) {
  const auto filed = file();
  take(filed, Step::set_aside, "It bears on nothing.");
  const auto cipher = cipher_of(filed).substr(0, 32);
  live_for(a_year + a_day);
  close_node();
  std::filesystem::copy_file(folder_ / source_file, folder_.string() + ".backup");
  open_node();
  retention_.emplace(RetentionParts{*sources_, terms_, steady_});
  EXPECT_GE(run(), 1U);
  EXPECT_THAT(files_with(cipher), IsEmpty());
  const auto key = data_key_of(filed.object);
  close_node();
  std::filesystem::rename(folder_.string() + ".backup", folder_ / source_file);
  {
    auto side = connect();
    ASSERT_TRUE(vault_.make_data_key(*side, key));  // as an older copy would bring it back
    auto rebuilt = ledger::rebuild(*side, projections_);
    ASSERT_TRUE(rebuilt) << rebuilt.error().text();
    EXPECT_THAT(rebuilt->tables_that_differ, IsEmpty());
    EXPECT_FALSE(vault_.seal_field(*side, key, "x", "y", "z"));
  }
  open_node();
  retention_.emplace(RetentionParts{*sources_, terms_, steady_});
  EXPECT_EQ(run(), 0U);  // nothing is erased twice; what the file brought back is wiped
  EXPECT_THAT(files_with(cipher), IsEmpty());
}

TEST_F(RetentionFixture, KilledAnywhereItEndsTheSame) {
  constexpr int reports = 12;
  constexpr int kills = 12;
  std::vector<Filed> filed;
  std::vector<std::string> ciphers;
  for (int i = 0; i < reports; ++i) {
    filed.push_back(file());
    ciphers.push_back(cipher_of(filed.back()).substr(0, 32));
    take(filed.back(), Step::set_aside, "It bears on nothing.");
  }
  live_for(a_year + a_day);
  kill_often(kills);
  run();
  EXPECT_EQ(run(), 0U);
  for (const auto& one : filed) {
    EXPECT_EQ(row(one).standing.state, ReportState::erased);
    EXPECT_EQ(acts_of(one, step_expire), 1);
  }
  for (const auto& cipher : ciphers) EXPECT_THAT(files_with(cipher), IsEmpty());
  expect_sound();
}

}  // namespace
}  // namespace tocsin::assess
