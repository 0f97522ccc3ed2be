// SPDX-License-Identifier: Apache-2.0
#include "inform/warning_tables.hpp"

#include <boost/json.hpp>

#include "assess/report_tables.hpp"
#include "people/erasure.hpp"
#include "store/query.hpp"

namespace tocsin::inform {
namespace {

using base::Result;
using base::Status;
using ledger::Revision;

constexpr std::array<store::Migration, 1> steps{{
    {1, "warnings and their steps",
     "CREATE TABLE warning (object TEXT PRIMARY KEY, state TEXT NOT NULL, since_ms INTEGER NOT"
     " NULL, reached_ms INTEGER, escalated_ms INTEGER, last_reminder_ms INTEGER,"
     " reminders INTEGER NOT NULL, head TEXT NOT NULL, text_revision TEXT NOT NULL,"
     " version INTEGER NOT NULL, created_ms INTEGER NOT NULL, text_ms INTEGER NOT NULL,"
     " decided_ms INTEGER, choice TEXT NOT NULL, decision TEXT NOT NULL,"
     " decided_by_role TEXT NOT NULL, assessment TEXT NOT NULL, assessment_object TEXT NOT NULL,"
     " assessment_title TEXT NOT NULL, situation TEXT NOT NULL, unit TEXT NOT NULL,"
     " tlp TEXT NOT NULL, pap TEXT NOT NULL, authors TEXT NOT NULL, second_reader TEXT NOT NULL,"
     " language TEXT NOT NULL, options TEXT NOT NULL, urgency TEXT NOT NULL,"
     " confidence TEXT NOT NULL, scale TEXT NOT NULL, wanted_by_ms INTEGER,"
     " exercise INTEGER NOT NULL, title TEXT NOT NULL, what_changed TEXT NOT NULL,"
     " concerns TEXT NOT NULL, who_else_knows TEXT NOT NULL) WITHOUT ROWID;"
     "CREATE INDEX warning_by_state ON warning (state, since_ms);"
     "CREATE INDEX warning_by_situation ON warning (situation, created_ms);"
     "CREATE TABLE warning_step (position INTEGER PRIMARY KEY, warning TEXT NOT NULL,"
     " step TEXT NOT NULL, at_ms INTEGER NOT NULL, by_account TEXT NOT NULL, role TEXT NOT NULL,"
     " object TEXT NOT NULL, reasons TEXT NOT NULL, rule TEXT NOT NULL, number INTEGER NOT NULL,"
     " options TEXT NOT NULL);"
     "CREATE INDEX warning_step_by_warning ON warning_step (warning, position)"},
}};

constexpr std::string_view columns =
    "object, state, since_ms, reached_ms, escalated_ms, last_reminder_ms, reminders, head,"
    " text_revision, version, created_ms, text_ms, decided_ms, choice, decision, decided_by_role,"
    " assessment, assessment_object, assessment_title, situation, unit, tlp, pap, authors,"
    " second_reader, language, options, urgency, confidence, scale, wanted_by_ms, exercise, title,"
    " what_changed, concerns, who_else_knows";

base::Digest digest_of(std::string_view hex) {
  auto bytes = base::from_hex(hex);
  auto digest = base::array_of<32>(bytes ? std::string_view(*bytes) : std::string_view{});
  return digest ? *digest : base::Digest{};
}

WarningRow row_of(const store::Statement& row) {
  WarningRow one;
  int column = 0;
  const auto text = [&] { return std::string(row.text(column++)); };
  const auto when = [&] { return instant_at(row, column++); };
  one.object = text();
  one.clock.state = warning_state_of(text()).value_or(WarningState::draft);
  one.clock.since = instant_of(row.integer(column++));
  one.clock.reached = when();
  one.clock.escalated = when();
  one.clock.last_reminder = when();
  one.clock.reminders = static_cast<int>(row.integer(column++));
  one.head = digest_of(text());
  one.text_revision = text();
  one.version = static_cast<int>(row.integer(column++));
  one.created = instant_of(row.integer(column++));
  one.text_at = instant_of(row.integer(column++));
  one.decided = when();
  for (auto* into :
       {&one.choice, &one.decision, &one.decided_by_role, &one.assessment, &one.assessment_object,
        &one.assessment_title, &one.situation, &one.unit, &one.marking.tlp, &one.marking.pap})
    *into = text();
  one.authors = text_list(text());
  one.second_reader = text();
  one.plain.language = text();
  one.plain.options = text_list(text());
  one.plain.urgency = text();
  one.plain.confidence = text();
  one.plain.scale = text();
  one.plain.wanted_by = when();
  one.plain.exercise = row.integer(column++) != 0;
  for (auto* into : {&one.title, &one.what_changed, &one.concerns, &one.who_else_knows})
    *into = text();
  return one;
}

bool flag(const Revision& revision, std::string_view name) {
  const auto* value = revision.field(name);
  return value != nullptr && value->is_bool() && value->as_bool();
}

Status add_step(store::Database& database, const Revision& revision, std::string_view warning,
                std::string_view step) {
  return store::run(database,
                    "INSERT INTO warning_step VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
                    " ?11)",
                    revision.position, warning, step, ms_of(revision.envelope.time),
                    revision.text("by"), revision.text("role"), revision.envelope.object,
                    stored_field(revision, "reasons"), revision.text("rule"),
                    revision.integer("number"),
                    stored_list(step == "act" ? revision.field("options") : nullptr));
}

/// The texts of a warning, first or changed.
Status apply_text(store::Database& database, const Revision& revision) {
  const auto at = ms_of(revision.envelope.time);
  const auto id = base::to_hex(revision.id);
  const auto text = [&](std::string_view name) { return revision.text(name); };
  std::optional<std::int64_t> wanted_by;
  if (auto wanted = base::parse_instant(text("wanted_by")); !text("wanted_by").empty() && wanted)
    wanted_by = ms_of(*wanted);
  return store::run(
      database,
      "INSERT INTO warning VALUES (?1, ?2, ?3, NULL, NULL, NULL, 0, ?4, ?4, 1, ?3, ?3, NULL, '',"
      " '', '', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, '', ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,"
      " ?21, ?22, ?23) ON CONFLICT (object) DO UPDATE SET state = excluded.state,"
      " head = excluded.head, text_revision = excluded.text_revision, version = version + 1,"
      " text_ms = excluded.text_ms, authors = excluded.authors, language = excluded.language,"
      " options = excluded.options, urgency = excluded.urgency, confidence = excluded.confidence,"
      " scale = excluded.scale, wanted_by_ms = excluded.wanted_by_ms,"
      " exercise = excluded.exercise, title = excluded.title,"
      " what_changed = excluded.what_changed, concerns = excluded.concerns,"
      " who_else_knows = excluded.who_else_knows, tlp = excluded.tlp, pap = excluded.pap",
      revision.envelope.object, text("state"), at, id, text("assessment"),
      text("assessment_object"), stored_field(revision, "assessment_title"), text("situation"),
      text("unit"), revision.envelope.marking.tlp, revision.envelope.marking.pap,
      stored_list(revision.field("authors")), text("language"),
      stored_list(revision.field("options")), text("urgency"), text("confidence"), text("scale"),
      wanted_by, flag(revision, "exercise"), stored_field(revision, "title"),
      stored_field(revision, "what_changed"), stored_field(revision, "concerns"),
      stored_field(revision, "who_else_knows"));
}

/// The state after a step: its clock begins anew.
Status apply_state(store::Database& database, const Revision& revision, std::string_view warning) {
  const auto state = revision.text("state");
  const bool reaches = state == name_of(WarningState::with_principal);
  const bool escalates = state == name_of(WarningState::escalated);
  return store::run(database,
                    "UPDATE warning SET state = ?2, since_ms = ?3, head = ?4, reminders = 0,"
                    " last_reminder_ms = NULL,"
                    " reached_ms = CASE WHEN ?5 THEN coalesce(reached_ms, ?3) ELSE reached_ms END,"
                    " escalated_ms = CASE WHEN ?6 THEN ?3 ELSE escalated_ms END,"
                    " second_reader = CASE WHEN ?7 THEN ?8 ELSE second_reader END"
                    " WHERE object = ?1",
                    warning, state, ms_of(revision.envelope.time), base::to_hex(revision.id),
                    reaches, escalates, revision.text("step") == name_of(WarningStep::pass),
                    revision.text("by"));
}

Status apply_decision(store::Database& database, const Revision& revision) {
  const auto warning = revision.text("warning");
  const auto choice = revision.text("choice");
  if (auto done = apply_state(database, revision, warning); !done) return done;
  if (auto done = add_step(database, revision, warning, choice); !done) return done;
  const bool decides = revision.text("state") == name_of(WarningState::decided);
  if (!decides) return {};
  return store::run(database,
                    "UPDATE warning SET decided_ms = ?2, choice = ?3, decision = ?4,"
                    " decided_by_role = ?5 WHERE object = ?1",
                    warning, ms_of(revision.envelope.time), choice, revision.envelope.object,
                    revision.text("role"));
}

Status apply_reminder(store::Database& database, const Revision& revision) {
  const auto about = revision.text("about");
  if (ledger::type_of(about) != warning_type) return {};
  const auto kind = revision.text("kind");
  if (auto done = add_step(database, revision, about, kind); !done) return done;
  if (kind == escalation_kind) return apply_state(database, revision, about);
  return store::run(database,
                    "UPDATE warning SET reminders = ?2, last_reminder_ms = ?3 WHERE object = ?1",
                    about, revision.integer("number"), ms_of(revision.envelope.time));
}

/// Texts and reasons go, with their data key; who decided what, and when, stays.
Status apply_erasure(store::Database& database, const Revision& revision) {
  const auto erasure = people::erasure_of(revision);
  if (erasure.kind != people::erased_warning) return {};
  if (auto done = ledger::Vault::erase_data_key(database, assess::data_key_of(erasure.object));
      !done)
    return done;
  if (auto done = store::run(database,
                             "UPDATE warning SET title = '', what_changed = '', concerns = '',"
                             " who_else_knows = '', assessment_title = '' WHERE object = ?1",
                             erasure.object);
      !done)
    return done;
  return store::run(database, "UPDATE warning_step SET reasons = '' WHERE warning = ?1",
                    erasure.object);
}

Result<std::vector<WarningRow>> rows_of(store::Database& database, std::string_view rest,
                                        std::int64_t rows_max) {
  std::vector<WarningRow> rows;
  auto done = store::each(
      database, "SELECT " + std::string(columns) + " FROM warning " + std::string(rest),
      [&](const store::Statement& row) { rows.push_back(row_of(row)); }, rows_max);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

}  // namespace

std::span<const store::Migration> WarningProjection::migrations() const {
  return steps;
}

std::span<const std::string_view> WarningProjection::tables() const {
  static constexpr std::array<std::string_view, 2> names{"warning", "warning_step"};
  return names;
}

std::span<const std::string_view> WarningProjection::types() const {
  static constexpr std::array<std::string_view, 4> names{warning_type, decision_type, reminder_type,
                                                         people::erasure_type};
  return names;
}

Status WarningProjection::apply(store::Database& database, const Revision& revision) const {
  if (revision.envelope.type == decision_type) return apply_decision(database, revision);
  if (revision.envelope.type == reminder_type) return apply_reminder(database, revision);
  if (revision.envelope.type == people::erasure_type) return apply_erasure(database, revision);
  const auto& object = revision.envelope.object;
  if (revision.field("title") != nullptr) {
    if (auto done = apply_text(database, revision); !done) return done;
  } else if (auto done = apply_state(database, revision, object); !done) {
    return done;
  }
  return add_step(database, revision, object, revision.text("step"));
}

Result<std::optional<WarningRow>> find_warning(store::Database& database, std::string_view object) {
  return store::first(database,
                      "SELECT " + std::string(columns) + " FROM warning WHERE object = ?1", row_of,
                      object);
}

Result<std::vector<WarningRow>> list_warnings(store::Database& database, std::size_t rows_max) {
  return rows_of(database,
                 "ORDER BY CASE WHEN state IN ('with_principal', 'more_asked', 'consulting',"
                 " 'escalated') THEN 0 WHEN state IN ('with_reader', 'returned', 'draft') THEN 1"
                 " ELSE 2 END, CASE WHEN state IN ('decided', 'withdrawn') THEN -since_ms"
                 " ELSE since_ms END, object LIMIT ?1",
                 static_cast<std::int64_t>(rows_max));
}

Result<std::vector<WarningRow>> waiting_warnings(store::Database& database) {
  constexpr std::int64_t waiting_max = 10'000;
  return rows_of(database,
                 "WHERE state IN ('with_reader', 'with_principal', 'more_asked', 'consulting',"
                 " 'escalated') ORDER BY since_ms, object LIMIT ?1",
                 waiting_max);
}

Result<std::vector<WarningStepRow>> steps_of(store::Database& database, std::string_view object) {
  constexpr std::int64_t steps_max = 1000;
  std::vector<WarningStepRow> rows;
  auto done = store::each(
      database,
      "SELECT step, at_ms, by_account, role, object, reasons, rule, number, options"
      " FROM warning_step WHERE warning = ?1 ORDER BY position LIMIT ?2",
      [&](const store::Statement& row) {
        rows.push_back({std::string(row.text(0)), instant_of(row.integer(1)),
                        std::string(row.text(2)), std::string(row.text(3)),
                        std::string(row.text(4)), std::string(row.text(5)),
                        std::string(row.text(6)), row.integer(7), text_list(row.text(8))});
      },
      object, steps_max);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

}  // namespace tocsin::inform
