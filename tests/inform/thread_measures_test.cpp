// SPDX-License-Identifier: Apache-2.0
#include "inform/thread_measures.hpp"

#include <gtest/gtest.h>

#include "assess/report_tables.hpp"
#include "assess/situation_tables.hpp"
#include "inform/notice_tables.hpp"
#include "inform/warning_tables.hpp"

namespace tocsin::inform {
namespace {

using std::chrono::hours;
const base::Instant start{std::chrono::milliseconds{1'900'000'000'000}};

TEST(ThreadMeasures, NothingIsNothing) {
  const auto all = measure_thread({});
  EXPECT_EQ(all.to_decision.cases, 0U);
  EXPECT_EQ(all.decided.of, 0U);
}

TEST(ThreadMeasures, TimesAndShares) {
  ThreadRows rows;
  rows.reports = {
      {start, start + hours{2}, start + hours{50}}, {start, start + hours{6}, {}}, {start, {}, {}}};
  rows.warnings = {
      {start + hours{10}, start, start + hours{12}, start + hours{20}, start + hours{21}, false},
      {start + hours{30}, {}, start + hours{31}, {}, {}, false},
      {start + hours{40}, start, {}, {}, {}, true}};
  rows.receivers = {{start, start + hours{1}}, {start, {}}};
  const auto all = measure_thread(rows);
  EXPECT_EQ(all.to_grading.cases, 2U);
  EXPECT_EQ(all.to_grading.median, hours{2});
  EXPECT_EQ(all.to_grading.longest, hours{6});
  EXPECT_EQ(all.to_warning.cases, 2U);
  EXPECT_EQ(all.to_warning.longest, hours{40});
  EXPECT_EQ(all.to_principal.cases, 2U);
  EXPECT_EQ(all.to_decision.median, hours{8});
  EXPECT_EQ(all.to_act.median, hours{1});
  EXPECT_EQ(all.decided.done, 1U);
  EXPECT_EQ(all.decided.of, 2U);
  EXPECT_EQ(all.acknowledged.done, 1U);
  EXPECT_EQ(all.acknowledged.of, 2U);
  EXPECT_EQ(all.answered.done, 1U);
  EXPECT_EQ(all.answered.of, 3U);
}

TEST(ThreadMeasures, TimesThatRunBackwardsAreLeftOut) {
  ThreadRows rows;
  rows.reports = {{start, start - hours{5}, {}}, {start, start + hours{1}, {}}};
  EXPECT_EQ(measure_thread(rows).to_grading.cases, 1U);
}

TEST(ThreadMeasures, AreReadFromTheTables) {
  auto opened = store::open_sqlite(":memory:");
  ASSERT_TRUE(opened);
  auto& database = **opened;
  const assess::ReportProjection reports;
  const assess::SituationProjection situations;
  const WarningProjection warnings;
  const NoticeProjection notices;
  for (const ledger::Projection* one :
       std::initializer_list<const ledger::Projection*>{&reports, &situations, &warnings, &notices})
    ASSERT_TRUE(store::migrate(database, one->name(), one->migrations()));
  const auto rows = read_thread(database, start, start + hours{1}, false);
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_TRUE(rows->reports.empty());
  EXPECT_TRUE(rows->warnings.empty());
  EXPECT_TRUE(rows->receivers.empty());
}

}  // namespace
}  // namespace tocsin::inform
