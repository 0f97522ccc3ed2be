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
  rows.reports = {{start, start + hours{2}, start + hours{50}, false},
                  {start, start + hours{6}, {}, false},
                  {start, {}, {}, false}};
  rows.warnings = {
      {start + hours{10}, start, start + hours{12}, start + hours{20}, start + hours{21}, false},
      {start + hours{30}, {}, start + hours{31}, {}, {}, false},
      {start + hours{40}, start, {}, {}, {}, true}};
  rows.receivers = {{start, start + hours{1}, false}, {start, {}, false}};
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
  rows.reports = {{start, start - hours{5}, {}, false}, {start, start + hours{1}, {}, false}};
  EXPECT_EQ(measure_thread(rows).to_grading.cases, 1U);
}

TEST(ThreadMeasures, WhatNobodyCanAnswerAnyMoreIsNotCounted) {
  ThreadRows rows;
  rows.reports = {{start, start + hours{2}, {}, true}, {start, {}, start + hours{1}, true}};
  rows.receivers = {{start, {}, true}, {start, start + hours{1}, true}, {start, {}, false}};
  const auto all = measure_thread(rows);
  EXPECT_EQ(all.to_grading.cases, 1U);
  EXPECT_EQ(all.answered.done, 1U);
  EXPECT_EQ(all.answered.of, 1U);
  EXPECT_EQ(all.acknowledged.done, 1U);
  EXPECT_EQ(all.acknowledged.of, 2U);
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
  const std::string at = std::to_string(start.time_since_epoch().count());
  const auto insert = [&](std::string_view table, const std::string& values) {
    const auto done =
        database.execute("INSERT INTO " + std::string(table) + " VALUES (" + values + ")");
    EXPECT_TRUE(done) << done.error().text();
  };
  insert(
      "report (object, received_ms, changed_ms, state, frozen, source, channel, language,"
      " witness, in_danger, may_share, exercise, tlp, pap, merged_into, version, text, place,"
      " told_when, graded_ms)",
      "'report:1', " + at +
          ", 0, 'accepted', 0, '', '', '', '', 0, 0, 0, '', '', '', 1, '', '',"
          " '', " +
          at + " + 7200000");
  insert("evidence",
         "'evidence:1', 'situation:1', 'CRF1.1', 0, 1, " + at + ", '', 'report:1', '', '', ''");
  insert(
      "warning (object, state, since_ms, reached_ms, reminders, head, text_revision, version,"
      " created_ms, text_ms, decided_ms, choice, decision, decided_by_role, assessment,"
      " assessment_object, assessment_title, situation, unit, tlp, pap, authors, second_reader,"
      " language, options, urgency, confidence, scale, exercise, title, what_changed, concerns,"
      " who_else_knows)",
      "'warning:1', 'decided', 0, " + at + " + 3600000, 0, '', '', 1, " + at + " + 1800000, 0, " +
          at +
          " + 10800000, '', '', '', '', '', '', 'situation:1', '', '', '', '', '', '', '',"
          " '', '', '', 0, '', '', '', ''");
  insert("notice", "'notice:1', 'warning:1', '', '', '', 0, 0, '', '', '', " + at +
                       " + 14400000, '', '', '', '', ''");
  insert("notice_receiver", "'notice:1', 'authority:1', '', '', '', '', '', 'x', " + at +
                                " + 1800000, 0, NULL, " + at + " + 3600000, ''");
  insert("notice_receiver", "'notice:1', 'authority:2', '', '', '', '', '', 'y', " + at +
                                " + 1800000, 0, NULL, NULL, 'notice:2'");
  insert(
      "report (object, received_ms, changed_ms, state, frozen, source, channel, language,"
      " witness, in_danger, may_share, exercise, tlp, pap, merged_into, version, text, place,"
      " told_when)",
      "'report:2', " + at +
          ", 0, 'withdrawn', 0, '', '', '', '', 0, 0, 0, '', '', '', 1, '', '', ''");
  const auto full = read_thread(database, start, start + hours{1}, false);
  ASSERT_TRUE(full);
  const auto all = measure_thread(*full);
  EXPECT_EQ(all.to_grading.median, hours{2});
  EXPECT_EQ(all.to_warning.median, std::chrono::minutes{30});
  EXPECT_EQ(all.to_principal.median, std::chrono::minutes{30});
  EXPECT_EQ(all.to_decision.median, hours{2});
  EXPECT_EQ(all.to_act.median, hours{1});
  EXPECT_EQ(all.to_acknowledgement.median, std::chrono::minutes{30});
  EXPECT_EQ(all.answered.of, 1U);
  EXPECT_EQ(all.acknowledged.of, 1U);
  const auto exercises = read_thread(database, start, start + hours{1}, true);
  ASSERT_TRUE(exercises);
  EXPECT_TRUE(exercises->reports.empty() && exercises->warnings.empty());
}

}  // namespace
}  // namespace tocsin::inform
