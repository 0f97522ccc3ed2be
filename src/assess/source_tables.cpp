// SPDX-License-Identifier: Apache-2.0
#include "assess/source_tables.hpp"

#include <algorithm>

#include <array>

#include "assess/report_tables.hpp"
#include "ledger/sealed_text.hpp"
#include "store/query.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using base::fail;
using ledger::Revision;
using ledger::stored_field;

constexpr std::array<store::Migration, 1> steps{{
    {1, "identities, requests to open them, the custodians' key",
     "CREATE TABLE source_identity (report TEXT PRIMARY KEY, hash TEXT NOT NULL,"
     " custody_key TEXT NOT NULL, left_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL)"
     " WITHOUT ROWID;"
     "CREATE INDEX source_identity_by_hash ON source_identity (hash);"
     "CREATE INDEX source_identity_by_last ON source_identity (last_ms);"
     "CREATE TABLE source_request (object TEXT PRIMARY KEY, report TEXT NOT NULL,"
     " asked_by TEXT NOT NULL, asked_key TEXT NOT NULL, asked_ms INTEGER NOT NULL,"
     " reason TEXT NOT NULL, state TEXT NOT NULL, answered_ms INTEGER NOT NULL,"
     " answered_key TEXT NOT NULL, step_object TEXT NOT NULL, answer TEXT NOT NULL,"
     " until_ms INTEGER NOT NULL, copies TEXT NOT NULL, told INTEGER NOT NULL,"
     " ended_ms INTEGER) WITHOUT ROWID;"
     "CREATE INDEX source_request_by_report ON source_request (report, asked_ms);"
     "CREATE INDEX source_request_by_state ON source_request (state, asked_ms);"
     "CREATE TABLE custody_key (object TEXT PRIMARY KEY, public_key TEXT NOT NULL,"
     " made_ms INTEGER NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;"
     "CREATE TABLE custody_copy (custody_key TEXT NOT NULL, key_object TEXT NOT NULL,"
     " account TEXT NOT NULL, given_ms INTEGER NOT NULL, given_by TEXT NOT NULL,"
     " PRIMARY KEY (custody_key, key_object)) WITHOUT ROWID;"
     "CREATE TABLE exact_look (object TEXT PRIMARY KEY, report TEXT NOT NULL,"
     " at_ms INTEGER NOT NULL, author TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;"
     "CREATE INDEX exact_look_by_report ON exact_look (report, at_ms)"},
}};

constexpr std::string_view request_columns =
    "object, report, asked_by, asked_key, asked_ms, reason, state, answered_ms, answered_key,"
    " step_object, answer, until_ms, copies, told";

std::int64_t ms_of(base::Instant instant) {
  return instant.time_since_epoch().count();
}
base::Instant instant_of(std::int64_t ms) {
  return base::Instant{std::chrono::milliseconds{ms}};
}

/// The identity of a report goes: no hash names its cipher text any more, and what was opened or
/// asked for it ends.
base::Status end_identity(store::Database& database, std::string_view report, std::int64_t at) {
  if (auto done =
          store::run(database, "UPDATE source_identity SET hash = '' WHERE report = ?1", report);
      !done)
    return done;
  return store::run(database,
                    "UPDATE source_request SET state = 'closed', ended_ms = ?2"
                    " WHERE report = ?1 AND state IN ('asked', 'open')",
                    report, at);
}

base::Status end_report(store::Database& database, std::string_view report, std::int64_t at) {
  if (auto done = end_identity(database, report, at); !done) return done;
  std::vector<std::string> keys;
  const auto remember = [&](const store::Statement& row) {
    keys.push_back(data_key_of(row.text(0)));
  };
  if (auto done = store::each(database, "SELECT object FROM source_request WHERE report = ?1",
                              remember, report);
      !done)
    return done;
  // What was asked and answered speaks of the one who reported: it goes with the report.
  for (const auto& key : keys)
    if (auto done = ledger::Vault::erase_data_key(database, key); !done) return done;
  return {};
}

base::Status apply_identity(store::Database& database, const Revision& revision) {
  const auto at = ms_of(revision.envelope.time);
  return store::run(database,
                    "INSERT INTO source_identity VALUES (?1, ?2, ?3, ?4, ?4)"
                    " ON CONFLICT (report) DO UPDATE SET hash = excluded.hash,"
                    " custody_key = excluded.custody_key, left_ms = excluded.left_ms,"
                    " last_ms = max(last_ms, excluded.last_ms)",
                    revision.text("report"), revision.text("hash"), revision.text("custody_key"),
                    at);
}

base::Status apply_request(store::Database& database, const Revision& revision) {
  return store::run(
      database,
      "INSERT INTO source_request VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'asked', 0, '', '', '', 0, '',"
      " 1, NULL)",
      revision.envelope.object, revision.text("report"), revision.text("asked_by"),
      revision.envelope.author, ms_of(revision.envelope.time), stored_field(revision, "reason"));
}

base::Status apply_opening_step(store::Database& database, const Revision& revision) {
  const auto request = revision.text("request");
  const auto at = ms_of(revision.envelope.time);
  const auto step = opening_step_of(revision.text("step"));
  if (!step) return fail(ErrorCode::corrupt, "unknown step", std::string(revision.text("step")));
  if (*step == OpeningStep::close || *step == OpeningStep::lapse)
    return store::run(database,
                      "UPDATE source_request SET state = 'closed', ended_ms = ?2"
                      " WHERE object = ?1",
                      request, at);
  const auto* told = revision.field("told");
  const bool silent = told != nullptr && told->is_bool() && !told->get_bool();
  const bool opened = *step == OpeningStep::open;
  return store::run(database,
                    "UPDATE source_request SET state = ?2, answered_ms = ?3, answered_key = ?4,"
                    " step_object = ?5, answer = ?6, until_ms = ?7, copies = ?8, told = ?9,"
                    " ended_ms = CASE ?2 WHEN 'refused' THEN ?3 ELSE NULL END WHERE object = ?1",
                    request, opened ? "open" : "refused", at, revision.envelope.author,
                    revision.envelope.object, stored_field(revision, "reason"),
                    revision.integer("until"), stored_field(revision, "copies"), !silent);
}

base::Status apply_erasure(store::Database& database, const Revision& revision) {
  const auto object = revision.text("object");
  if (revision.text("what") == "identity")
    return end_identity(database, object, ms_of(revision.envelope.time));
  if (auto done = ledger::Vault::erase_data_key(database, data_key_of(object)); !done) return done;
  return store::run(database,
                    "UPDATE source_request SET reason = '', answer = '' WHERE object = ?1", object);
}

base::Status apply_intake(store::Database& database, const Revision& revision) {
  if (!ends_report(revision.text("step"))) return {};
  return end_report(database, revision.text("report"), ms_of(revision.envelope.time));
}

base::Status apply_message(store::Database& database, const Revision& revision) {
  return store::run(database, "UPDATE source_identity SET last_ms = ?2 WHERE report = ?1",
                    revision.text("report"), ms_of(revision.envelope.time));
}

base::Status apply_copy(store::Database& database, const Revision& revision) {
  return store::run(database, "INSERT OR REPLACE INTO custody_copy VALUES (?1, ?2, ?3, ?4, ?5)",
                    revision.text("custody_key"), revision.text("key"), revision.text("account"),
                    ms_of(revision.envelope.time), revision.envelope.author);
}

IdentityRow identity_row(const store::Statement& row) {
  return {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
          instant_of(row.integer(3)), instant_of(row.integer(4))};
}

OpeningRow opening_row(const store::Statement& row) {
  OpeningRow opening;
  int column = 0;
  const auto text = [&] { return std::string(row.text(column++)); };
  opening.object = text();
  opening.report = text();
  opening.asked_by = text();
  opening.asked_key = text();
  opening.asked = instant_of(row.integer(column++));
  opening.reason = text();
  opening.state = opening_state_of(text()).value_or(OpeningState::closed);
  opening.answered = instant_of(row.integer(column++));
  opening.answered_key = text();
  opening.step_object = text();
  opening.answer = text();
  opening.until = instant_of(row.integer(column++));
  opening.copies = text();
  opening.told = row.integer(column) != 0;
  return opening;
}

CustodyKeyRow custody_row(const store::Statement& row) {
  CustodyKeyRow key;
  key.object = row.text(0);
  if (const auto bytes = base::from_base64url(row.text(1)))
    if (const auto whole = base::array_of<32>(*bytes)) key.public_key = *whole;
  key.made = instant_of(row.integer(2));
  return key;
}

template <class Row, class... Values>
base::Result<std::vector<Row>> all_of(store::Database& database, std::string_view sql,
                                      Row (*make)(const store::Statement&),
                                      const Values&... values) {
  std::vector<Row> rows;
  auto done = store::each(
      database, sql, [&](const store::Statement& row) { rows.push_back(make(row)); }, values...);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

std::string requests_where(std::string_view rest) {
  return "SELECT " + std::string(request_columns) + " FROM source_request " + std::string(rest);
}

}  // namespace

std::span<const store::Migration> SourceProjection::migrations() const {
  return steps;
}
std::span<const std::string_view> SourceProjection::tables() const {
  static constexpr std::array<std::string_view, 5> names{
      "source_identity", "source_request", "custody_key", "custody_copy", "exact_look"};
  return names;
}
std::span<const std::string_view> SourceProjection::types() const {
  static constexpr std::array<std::string_view, 9> names{
      source_identity_type, source_request_type, source_step_type,
      source_erasure_type,  custody_key_type,    custody_copy_type,
      exact_look_type,      intake_type,         message_type};
  return names;
}

base::Status SourceProjection::apply(store::Database& database, const Revision& revision) const {
  const auto& type = revision.envelope.type;
  if (type == source_identity_type) return apply_identity(database, revision);
  if (type == source_request_type) return apply_request(database, revision);
  if (type == source_step_type) return apply_opening_step(database, revision);
  if (type == source_erasure_type) return apply_erasure(database, revision);
  if (type == intake_type) return apply_intake(database, revision);
  if (type == message_type) return apply_message(database, revision);
  if (type == custody_copy_type) return apply_copy(database, revision);
  const auto at = ms_of(revision.envelope.time);
  if (type == custody_key_type)
    return store::run(database, "INSERT INTO custody_key VALUES (?1, ?2, ?3, ?4)",
                      revision.envelope.object, revision.text("public_key"), at, revision.position);
  return store::run(database, "INSERT INTO exact_look VALUES (?1, ?2, ?3, ?4, ?5)",
                    revision.envelope.object, revision.text("report"), at, revision.envelope.author,
                    stored_field(revision, "reason"));
}

base::Result<std::optional<IdentityRow>> SourceReader::identity_of(std::string_view report) const {
  return store::first(database_,
                      "SELECT report, hash, custody_key, left_ms, last_ms FROM source_identity"
                      " WHERE report = ?1 AND hash <> ''",
                      identity_row, report);
}

base::Result<std::vector<IdentityRow>> SourceReader::identities(std::size_t rows_max) const {
  return all_of(database_,
                "SELECT report, hash, custody_key, left_ms, last_ms FROM source_identity"
                " WHERE hash <> '' ORDER BY last_ms LIMIT ?1",
                identity_row, rows_max);
}

base::Result<std::string> SourceReader::report_of_code(std::string_view code) const {
  auto reports = all_of(
      database_, "SELECT object FROM report WHERE source = ?1 LIMIT 2",
      +[](const store::Statement& row) { return std::string(row.text(0)); }, code);
  if (!reports) return std::unexpected(std::move(reports.error()));
  if (reports->size() != 1)
    return fail(ErrorCode::not_found, "there is no such source", std::string(code));
  return std::move(reports->front());
}

base::Result<OpeningRow> SourceReader::request(std::string_view object) const {
  auto found = store::first(database_, requests_where("WHERE object = ?1"), opening_row, object);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return fail(ErrorCode::not_found, "there is no such request", std::string(object));
  return std::move(**found);
}

base::Result<std::vector<OpeningRow>> SourceReader::requests_of(std::string_view report) const {
  return all_of(database_, requests_where("WHERE report = ?1 ORDER BY asked_ms, object"),
                opening_row, report);
}

base::Result<bool> SourceReader::is_open(std::string_view report, base::Instant now) const {
  auto requests = requests_of(report);
  if (!requests) return std::unexpected(std::move(requests.error()));
  return std::ranges::any_of(*requests, [&](const OpeningRow& request) {
    return state_at(request.state, request.until, now) == OpeningState::open;
  });
}

base::Result<std::vector<OpeningRow>> SourceReader::requests(std::size_t rows_max) const {
  return all_of(database_,
                requests_where("ORDER BY state <> 'asked', state <> 'open', asked_ms DESC"
                               " LIMIT ?1"),
                opening_row, rows_max);
}

base::Result<std::optional<CustodyKeyRow>> SourceReader::custody_key() const {
  return store::first(database_,
                      "SELECT object, public_key, made_ms FROM custody_key"
                      " ORDER BY position DESC LIMIT 1",
                      custody_row);
}

base::Result<CustodyKeyRow> SourceReader::custody_key(std::string_view object) const {
  auto found = store::first(database_,
                            "SELECT object, public_key, made_ms FROM custody_key WHERE object = ?1",
                            custody_row, object);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found)
    return fail(ErrorCode::not_found, "there is no such custodians' key", std::string(object));
  return **found;
}

base::Result<std::vector<CustodyHolder>> SourceReader::holders(std::string_view custody_key) const {
  return all_of(
      database_,
      "SELECT c.key_object, c.account, coalesce(k.revoked, 1) FROM custody_copy AS c"
      " LEFT JOIN person_key AS k ON k.object = c.key_object WHERE c.custody_key = ?1"
      " ORDER BY c.given_ms, c.key_object",
      +[](const store::Statement& row) {
        return CustodyHolder{std::string(row.text(0)), std::string(row.text(1)),
                             row.integer(2) == 0};
      },
      custody_key);
}

base::Result<std::vector<ExactLook>> SourceReader::looks_at(std::string_view report) const {
  return all_of(
      database_,
      "SELECT object, at_ms, author, reason FROM exact_look WHERE report = ?1"
      " ORDER BY at_ms, object",
      +[](const store::Statement& row) {
        return ExactLook{std::string(row.text(0)), instant_of(row.integer(1)),
                         std::string(row.text(2)), std::string(row.text(3))};
      },
      report);
}

}  // namespace tocsin::assess
