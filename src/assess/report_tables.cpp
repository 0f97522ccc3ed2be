// SPDX-License-Identifier: Apache-2.0
#include "assess/report_tables.hpp"

#include <array>

#include "ledger/sealed_text.hpp"
#include "store/query.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using base::fail;
using ledger::Revision;
using ledger::stored_field;

constexpr std::array<store::Migration, 6> steps{{
    {1, "reports from people, acts on them, messages",
     "CREATE TABLE report (object TEXT PRIMARY KEY, received_ms INTEGER NOT NULL,"
     " changed_ms INTEGER NOT NULL, state TEXT NOT NULL, frozen INTEGER NOT NULL,"
     " source TEXT NOT NULL, channel TEXT NOT NULL, language TEXT NOT NULL,"
     " witness TEXT NOT NULL, in_danger INTEGER NOT NULL, may_share INTEGER NOT NULL,"
     " exercise INTEGER NOT NULL, source_grade TEXT, credibility_grade TEXT, tlp TEXT NOT NULL,"
     " pap TEXT NOT NULL, merged_into TEXT NOT NULL, version INTEGER NOT NULL,"
     " text TEXT NOT NULL, place TEXT NOT NULL, told_when TEXT NOT NULL, receipt TEXT,"
     " first_step_ms INTEGER, graded_ms INTEGER, answered_ms INTEGER) WITHOUT ROWID;"
     "CREATE UNIQUE INDEX report_by_receipt ON report (receipt);"
     "CREATE INDEX report_by_state ON report (state, received_ms);"
     "CREATE TABLE report_act (position INTEGER PRIMARY KEY, report TEXT NOT NULL,"
     " object TEXT NOT NULL, step TEXT NOT NULL, at_ms INTEGER NOT NULL, author TEXT NOT NULL,"
     " reason TEXT NOT NULL);"
     "CREATE INDEX report_act_by_report ON report_act (report, position);"
     "CREATE TABLE report_message (position INTEGER PRIMARY KEY, report TEXT NOT NULL,"
     " object TEXT NOT NULL, from_reporter INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
     " text TEXT NOT NULL);"
     "CREATE INDEX report_message_by_report ON report_message (report, position)"},
    // Word for word the condition and the order of ReportReader::list.
    {2, "the inbox in its order",
     "CREATE INDEX report_queue ON report (in_danger DESC, frozen DESC, state = 'accepted',"
     " received_ms) WHERE state IN ('new', 'asked', 'accepted') OR frozen = 1"},
    {3, "reports counted, and found by their source, without reading them",
     "CREATE INDEX report_by_frozen ON report (frozen, state);"
     "CREATE INDEX report_by_source ON report (source)"},
    // A word that came before its report was closed was there to be read by who closed it.
    {4, "reports whose last word, from the reporter, nobody has answered",
     "CREATE TABLE report_unanswered (report TEXT PRIMARY KEY) WITHOUT ROWID;"
     "INSERT INTO report_unanswered SELECT report FROM report_message AS last WHERE from_reporter"
     " = 1 AND position = (SELECT max(position) FROM report_message WHERE report = last.report)"
     " AND report NOT IN (SELECT object FROM report WHERE state IN ('withdrawn', 'erased'))"
     " AND NOT EXISTS (SELECT 1 FROM report_act AS act WHERE act.report = last.report"
     " AND act.step IN ('merge', 'set_aside') AND act.position > last.position)"},
    {5, "whose they are, and what was merged into one",
     "ALTER TABLE report ADD COLUMN unit TEXT NOT NULL DEFAULT '';"
     "CREATE INDEX report_by_merged ON report (merged_into)"},
    // As apply_step has it: only a person who has looked ends a freeze.
    {6, "what was taken back or erased while it was frozen is frozen still",
     "UPDATE report SET frozen = coalesce((SELECT act.step <> 'unfreeze' FROM report_act AS act"
     " WHERE act.report = report.object AND act.step IN ('danger', 'freeze', 'unfreeze')"
     " ORDER BY act.position DESC LIMIT 1), in_danger) WHERE state IN ('withdrawn', 'erased')"},
}};

constexpr std::string_view columns =
    "object, received_ms, changed_ms, state, frozen, source, channel, language, witness,"
    " in_danger, may_share, exercise, source_grade, credibility_grade, tlp, pap, merged_into,"
    " version, text, place, told_when, unit";

std::int64_t ms_of(base::Instant instant) {
  return instant.time_since_epoch().count();
}
base::Instant instant_of(std::int64_t ms) {
  return base::Instant{std::chrono::milliseconds{ms}};
}

bool truth(const Revision& revision, std::string_view name) {
  const auto* value = revision.field(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

base::Status apply_report(store::Database& database, const Revision& revision) {
  const auto at = ms_of(revision.envelope.time);
  return store::run(
      database,
      "INSERT INTO report VALUES (?1, ?2, ?2, 'new', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULL, NULL,"
      " ?11, ?12, '', 1, ?13, ?14, ?15, ?16, NULL, NULL, NULL, ?17)",
      revision.envelope.object, at, truth(revision, "in_danger"), revision.text("source"),
      revision.text("channel"), revision.text("language"), revision.text("witness"),
      truth(revision, "in_danger"), truth(revision, "may_share"), truth(revision, "exercise"),
      revision.envelope.marking.tlp, revision.envelope.marking.pap, stored_field(revision, "text"),
      stored_field(revision, "place"), stored_field(revision, "when"), revision.text("receipt"),
      revision.text("unit"));
}

base::Status keep_unanswered(store::Database& database, std::string_view report, bool unanswered) {
  return store::run(database,
                    unanswered ? "INSERT OR IGNORE INTO report_unanswered VALUES (?1)"
                               : "DELETE FROM report_unanswered WHERE report = ?1",
                    report);
}

/// What a step changes in the report's row, beside its version.
base::Status apply_step(store::Database& database, const Revision& revision,
                        std::string_view report) {
  const auto step = revision.text("step");
  const auto at = ms_of(revision.envelope.time);
  const auto set = [&](std::string_view sql, const auto&... values) {
    return store::run(database, "UPDATE report SET " + std::string(sql) + " WHERE object = ?1",
                      report, values...);
  };
  if (ends_report(step)) {
    // The words go. Here and not in the use case, so that a rebuild or a
    // restored backup erases them again.
    if (auto done = ledger::Vault::erase_data_key(database, data_key_of(report)); !done)
      return done;
    if (auto done = keep_unanswered(database, report, false); !done) return done;
    // A freeze stays: the words may stand in what was written from them, and nobody has looked.
    return set("state = ?2", step == step_withdraw ? "withdrawn" : "erased");
  }
  if (step == "merge" || step == "set_aside")
    if (auto done = keep_unanswered(database, report, false); !done) return done;
  if (step == step_danger) return set("frozen = 1, in_danger = 1");
  if (step == "freeze") return set("frozen = 1");
  if (step == "unfreeze") return set("frozen = 0");
  if (step == "accept") return set("state = 'accepted'");
  if (step == "set_aside") return set("state = 'set_aside'");
  if (step == "merge") return set("state = 'merged', merged_into = ?2", revision.text("into"));
  if (step == "ask") return set("state = CASE state WHEN 'new' THEN 'asked' ELSE state END");
  if (step == "grade")
    return set("source_grade = ?2, credibility_grade = ?3, graded_ms = coalesce(graded_ms, ?4)",
               revision.text("source_grade"), revision.text("credibility_grade"), at);
  if (step == "mark") return set("tlp = ?2, pap = ?3", revision.text("tlp"), revision.text("pap"));
  if (step == "move") return set("unit = ?2", revision.text("to_unit"));
  if (step == "answer") return set("answered_ms = coalesce(answered_ms, ?2)", at);
  return fail(ErrorCode::corrupt, "unknown step", std::string(step));
}

base::Status apply_intake(store::Database& database, const Revision& revision) {
  const auto report = revision.text("report");
  const auto at = ms_of(revision.envelope.time);
  if (auto done =
          store::run(database, "INSERT INTO report_act VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                     revision.position, report, revision.envelope.object, revision.text("step"), at,
                     revision.envelope.author, stored_field(revision, "reason"));
      !done)
    return done;
  if (auto done = store::run(database,
                             "UPDATE report SET version = version + 1, changed_ms = ?2,"
                             " first_step_ms = coalesce(first_step_ms, ?2) WHERE object = ?1",
                             report, at);
      !done)
    return done;
  return apply_step(database, revision, report);
}

base::Status apply_message(store::Database& database, const Revision& revision) {
  const auto report = revision.text("report");
  const bool from_reporter = revision.text("from") == "reporter";
  const auto at = ms_of(revision.envelope.time);
  if (auto done = store::run(database, "INSERT INTO report_message VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                             revision.position, report, revision.envelope.object, from_reporter, at,
                             stored_field(revision, "text"));
      !done)
    return done;
  if (auto done = keep_unanswered(database, report, from_reporter); !done) return done;
  return store::run(database,
                    "UPDATE report SET version = version + 1, changed_ms = ?2 WHERE object = ?1",
                    report, at);
}

ReportRow row_of(const store::Statement& row) {
  ReportRow report;
  int column = 0;
  const auto text = [&] { return std::string(row.text(column++)); };
  report.object = text();
  report.received = instant_of(row.integer(column++));
  report.changed = instant_of(row.integer(column++));
  report.standing.state = report_state_of(text()).value_or(ReportState::fresh);
  report.standing.frozen = row.integer(column++) != 0;
  report.source = text();
  report.channel = text();
  report.language = text();
  report.witness = text();
  report.in_danger = row.integer(column++) != 0;
  report.may_share = row.integer(column++) != 0;
  report.exercise = row.integer(column++) != 0;
  if (!row.is_null(column))
    report.grade = Grade{row.text(column).front(), row.text(column + 1).front()};
  column += 2;
  report.marking.tlp = text();
  report.marking.pap = text();
  report.merged_into = text();
  report.version = row.integer(column++);
  report.text = text();
  report.place = text();
  report.when = text();
  report.unit = text();
  return report;
}

std::string select(std::string_view rest) {
  return "SELECT " + std::string(columns) + " FROM report " + std::string(rest);
}

}  // namespace

std::string data_key_of(std::string_view object) {
  return "of " + std::string(object);
}

bool ends_report(std::string_view step) {
  return step == step_withdraw || step == step_erase || step == step_expire;
}

std::span<const store::Migration> ReportProjection::migrations() const {
  return steps;
}
std::span<const std::string_view> ReportProjection::tables() const {
  static constexpr std::array<std::string_view, 4> names{"report", "report_act", "report_message",
                                                         "report_unanswered"};
  return names;
}
std::span<const std::string_view> ReportProjection::types() const {
  static constexpr std::array<std::string_view, 3> names{report_type, intake_type, message_type};
  return names;
}

base::Status ReportProjection::apply(store::Database& database, const Revision& revision) const {
  if (revision.envelope.type == report_type) return apply_report(database, revision);
  if (revision.envelope.type == intake_type) return apply_intake(database, revision);
  return apply_message(database, revision);
}

base::Result<std::vector<ReportRow>> ReportReader::list(bool all, std::size_t rows_max,
                                                        std::int64_t passed_over) const {
  std::vector<ReportRow> rows;
  const auto sql =
      all ? select("ORDER BY received_ms DESC LIMIT ?1 OFFSET ?2")
          // Named, since the planner would rather read all by two indexes and sort them.
          : select(
                "INDEXED BY report_queue WHERE state IN ('new', 'asked', 'accepted') OR frozen = 1"
                " ORDER BY in_danger DESC, frozen DESC, state = 'accepted', received_ms"
                " LIMIT ?1 OFFSET ?2");
  auto done = store::each(
      database_, sql, [&](const store::Statement& row) { rows.push_back(row_of(row)); }, rows_max,
      passed_over);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

base::Result<std::vector<ReportRow>> ReportReader::closed_with_word(std::size_t rows_max) const {
  std::vector<ReportRow> rows;
  auto done = store::each(
      database_,
      select("WHERE object IN (SELECT report FROM report_unanswered)"
             " AND state IN ('merged', 'set_aside') AND frozen = 0 ORDER BY changed_ms LIMIT ?1"),
      [&](const store::Statement& row) { rows.push_back(row_of(row)); }, rows_max);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

base::Result<std::int64_t> ReportReader::count(bool all) const {
  // In two parts, each answered by an index alone; the OR would read every row.
  const auto* sql = all ? "SELECT count(*) FROM report"
                        : "SELECT (SELECT count(*) FROM report"
                          " WHERE state IN ('new', 'asked', 'accepted'))"
                          " + (SELECT count(*) FROM report WHERE frozen = 1"
                          " AND state NOT IN ('new', 'asked', 'accepted'))";
  auto number =
      store::first(database_, sql, [](const store::Statement& row) { return row.integer(0); });
  if (!number) return std::unexpected(std::move(number.error()));
  return number->value_or(0);
}

base::Result<ReportRow> ReportReader::find(std::string_view object) const {
  auto found = store::first(database_, select("WHERE object = ?1"), row_of, object);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found)
    return fail(ErrorCode::not_found, "there is no such report", std::string(object),
                "go back to the inbox");
  return std::move(**found);
}

base::Result<std::optional<ReportRow>> ReportReader::by_receipt(std::string_view hash) const {
  return store::first(database_, select("WHERE receipt = ?1"), row_of, hash);
}

base::Result<std::vector<ReportAct>> ReportReader::acts(std::string_view object) const {
  std::vector<ReportAct> acts;
  auto done = store::each(
      database_,
      "SELECT step, at_ms, author, object, reason FROM report_act WHERE report = ?1"
      " ORDER BY position",
      [&](const store::Statement& row) {
        acts.push_back({std::string(row.text(0)), instant_of(row.integer(1)),
                        std::string(row.text(2)), std::string(row.text(3)),
                        std::string(row.text(4))});
      },
      object);
  if (!done) return std::unexpected(std::move(done.error()));
  return acts;
}

base::Result<std::vector<Message>> ReportReader::messages(std::string_view object) const {
  std::vector<Message> messages;
  auto done = store::each(
      database_,
      "SELECT from_reporter, at_ms, object, text FROM report_message WHERE report = ?1"
      " ORDER BY position",
      [&](const store::Statement& row) {
        messages.push_back({row.integer(0) != 0, instant_of(row.integer(1)),
                            std::string(row.text(2)), std::string(row.text(3))});
      },
      object);
  if (!done) return std::unexpected(std::move(done.error()));
  return messages;
}

}  // namespace tocsin::assess
