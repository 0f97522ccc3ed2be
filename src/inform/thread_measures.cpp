// SPDX-License-Identifier: Apache-2.0
#include "inform/thread_measures.hpp"

#include <algorithm>

#include "inform/parts.hpp"
#include "store/query.hpp"

namespace tocsin::inform {
namespace {

using base::Status;
using Times = std::vector<std::chrono::milliseconds>;

void add(Times& times, std::optional<base::Instant> from, std::optional<base::Instant> to) {
  if (from && to && *to >= *from) times.push_back(*to - *from);
}

Durations durations_of(Times times) {
  if (times.empty()) return {};
  std::ranges::sort(times);
  return {times.size(), times[(times.size() - 1) / 2], times.back()};
}

Status read_reports(store::Database& database, ThreadRows& rows, std::int64_t from, std::int64_t to,
                    bool exercises) {
  return store::each(
      database,
      "SELECT received_ms, graded_ms, answered_ms, state IN ('withdrawn', 'erased') FROM report "
      "WHERE received_ms >= ?1"
      " AND received_ms < ?2 AND exercise = ?3",
      [&](const store::Statement& row) {
        rows.reports.push_back({instant_of(row.integer(0)), instant_at(row, 1), instant_at(row, 2),
                                row.integer(3) != 0});
      },
      from, to, exercises);
}

Status read_warnings(store::Database& database, ThreadRows& rows, std::int64_t from,
                     std::int64_t to, bool exercises) {
  return store::each(
      database,
      "SELECT w.created_ms, (SELECT min(r.received_ms) FROM evidence e JOIN report r"
      " ON r.object = e.origin WHERE e.situation = w.situation AND e.at_ms <= w.created_ms),"
      " w.reached_ms, w.decided_ms, (SELECT min(n.at_ms) FROM notice n WHERE n.warning = w.object),"
      " w.state = 'withdrawn' FROM warning w WHERE w.created_ms >= ?1 AND w.created_ms < ?2"
      " AND w.exercise = ?3",
      [&](const store::Statement& row) {
        rows.warnings.push_back({instant_of(row.integer(0)), instant_at(row, 1), instant_at(row, 2),
                                 instant_at(row, 3), instant_at(row, 4), row.integer(5) != 0});
      },
      from, to, exercises);
}

Status read_receivers(store::Database& database, ThreadRows& rows, std::int64_t from,
                      std::int64_t to, bool exercises) {
  return store::each(
      database,
      // A receipt that came after a later notice is one of the older text: it is kept, and does not
      // count as knowing what is in force.
      "SELECT t.informed_ms, CASE WHEN later.at_ms <= t.acknowledged_ms THEN NULL"
      " ELSE t.acknowledged_ms END, t.replaced_by <> '' FROM notice_receiver t"
      " JOIN notice n ON n.object = t.notice"
      " LEFT JOIN notice later ON later.object = t.replaced_by WHERE t.informed_ms >= ?1 AND "
      "t.informed_ms < ?2"
      " AND n.exercise = ?3",
      [&](const store::Statement& row) {
        rows.receivers.push_back(
            {instant_of(row.integer(0)), instant_at(row, 1), row.integer(2) != 0});
      },
      from, to, exercises);
}

}  // namespace

ThreadMeasures measure_thread(const ThreadRows& rows) {
  ThreadMeasures out;
  Times grading;
  Times warning;
  Times principal;
  Times decision;
  Times act;
  Times acknowledgement;
  for (const auto& report : rows.reports) {
    add(grading, report.received, report.graded);
    // Nobody can be answered on what was taken back or erased.
    if (report.gone && !report.answered) continue;
    ++out.answered.of;
    if (report.answered) ++out.answered.done;
  }
  for (const auto& one : rows.warnings) {
    add(warning, one.first_report, one.created);
    add(principal, one.created, one.reached);
    add(decision, one.reached, one.decided);
    add(act, one.decided, one.informed);
    if (!one.reached) continue;
    ++out.decided.of;
    if (one.decided) ++out.decided.done;
  }
  for (const auto& one : rows.receivers) {
    add(acknowledgement, one.informed, one.acknowledged);
    // The later notice asks for its own acknowledgement.
    if (one.replaced && !one.acknowledged) continue;
    ++out.acknowledged.of;
    if (one.acknowledged) ++out.acknowledged.done;
  }
  out.to_grading = durations_of(std::move(grading));
  out.to_warning = durations_of(std::move(warning));
  out.to_principal = durations_of(std::move(principal));
  out.to_decision = durations_of(std::move(decision));
  out.to_act = durations_of(std::move(act));
  out.to_acknowledgement = durations_of(std::move(acknowledgement));
  return out;
}

base::Result<ThreadRows> read_thread(store::Database& database, base::Instant from,
                                     base::Instant to, bool exercises) {
  ThreadRows rows;
  for (const auto read : {read_reports, read_warnings, read_receivers})
    if (auto done = read(database, rows, ms_of(from), ms_of(to), exercises); !done)
      return std::unexpected(std::move(done.error()));
  return rows;
}

}  // namespace tocsin::inform
