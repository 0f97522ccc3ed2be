// SPDX-License-Identifier: Apache-2.0
#include "inform/notice_tables.hpp"

#include <boost/json.hpp>

#include "formats/json.hpp"
#include "inform/warning_tables.hpp"
#include "people/erasure.hpp"
#include "store/query.hpp"

namespace tocsin::inform {
namespace {

using base::Result;
using base::Status;
using ledger::Revision;

constexpr std::array<store::Migration, 2> steps{{
    {1, "notices, their receivers, receipts",
     "CREATE TABLE notice (object TEXT PRIMARY KEY, warning TEXT NOT NULL, decision TEXT NOT NULL,"
     " message TEXT NOT NULL, replaces TEXT NOT NULL, replaced INTEGER NOT NULL,"
     " released INTEGER NOT NULL, exercise INTEGER NOT NULL, cap_urgency TEXT NOT NULL,"
     " cap_severity TEXT NOT NULL, cap_certainty TEXT NOT NULL, at_ms INTEGER NOT NULL,"
     " by_account TEXT NOT NULL, tlp TEXT NOT NULL, pap TEXT NOT NULL, urgency TEXT NOT NULL,"
     " texts TEXT NOT NULL) WITHOUT ROWID;"
     "CREATE INDEX notice_by_warning ON notice (warning, at_ms);"
     "CREATE TABLE notice_receiver (notice TEXT NOT NULL, authority TEXT NOT NULL,"
     " authority_revision TEXT NOT NULL, channel TEXT NOT NULL, form TEXT NOT NULL,"
     " page_form TEXT NOT NULL, language TEXT NOT NULL, token_hash TEXT NOT NULL UNIQUE,"
     " informed_ms INTEGER NOT NULL, chases INTEGER NOT NULL, last_chase_ms INTEGER,"
     " acknowledged_ms INTEGER, PRIMARY KEY (notice, authority)) WITHOUT ROWID;"
     "CREATE TABLE receipt (object TEXT PRIMARY KEY, notice TEXT NOT NULL, authority TEXT NOT"
     " NULL, way TEXT NOT NULL, at_ms INTEGER NOT NULL, recorded_ms INTEGER NOT NULL,"
     " by_account TEXT NOT NULL, name TEXT NOT NULL, function TEXT NOT NULL, note TEXT NOT NULL)"
     " WITHOUT ROWID;"
     "CREATE INDEX receipt_by_notice ON receipt (notice, recorded_ms)"},
    // Whom an update passed over still has the earlier notice, and only that.
    {2, "notices replaced for each receiver by itself",
     "ALTER TABLE notice_receiver ADD COLUMN replaced_by TEXT NOT NULL DEFAULT '';"
     "UPDATE notice_receiver SET replaced_by = coalesce((WITH RECURSIVE later (object) AS (SELECT"
     " object FROM notice WHERE replaces = notice_receiver.notice UNION SELECT next.object FROM"
     " notice AS next JOIN later ON next.replaces = later.object) SELECT got.notice FROM"
     " notice_receiver AS got JOIN later ON later.object = got.notice WHERE got.authority ="
     " notice_receiver.authority ORDER BY got.informed_ms DESC, got.notice DESC LIMIT 1), '');"
     "ALTER TABLE notice DROP COLUMN replaced"},
}};

constexpr std::string_view notice_columns =
    "object, warning, decision, message, replaces, released, exercise, cap_urgency, cap_severity,"
    " cap_certainty, at_ms, by_account, tlp, pap, urgency, texts";
constexpr std::string_view receiver_columns =
    "notice, authority, authority_revision, channel, form, page_form, language, token_hash,"
    " informed_ms, chases, last_chase_ms, acknowledged_ms, replaced_by";

NoticeRow notice_of(const store::Statement& row) {
  const auto text = [&](int column) { return std::string(row.text(column)); };
  NoticeRow one;
  one.object = text(0);
  one.warning = text(1);
  one.decision = text(2);
  one.message = notice_message_of(row.text(3)).value_or(NoticeMessage::alert);
  one.replaces = text(4);
  one.released = row.integer(5) != 0;
  one.exercise = row.integer(6) != 0;
  one.levels = {text(7), text(8), text(9)};
  one.at = instant_of(row.integer(10));
  one.by = text(11);
  one.marking = {text(12), text(13)};
  one.urgency = text(14);
  one.texts = text(15);
  return one;
}

ReceiverRow receiver_row(const store::Statement& row) {
  const auto text = [&](int column) { return std::string(row.text(column)); };
  ReceiverRow one;
  one.notice = text(0);
  one.to = {text(1),
            text(2),
            channel_of(row.text(3)).value_or(Channel::print),
            form_of(row.text(4)).value_or(Form::none),
            form_of(row.text(5)).value_or(Form::reference),
            text(6),
            text(7)};
  one.informed = instant_of(row.integer(8));
  one.chases = static_cast<int>(row.integer(9));
  one.last_chase = instant_at(row, 10);
  one.acknowledged = instant_at(row, 11);
  one.replaced_by = text(12);
  return one;
}

ReceiptRow receipt_of(const store::Statement& row) {
  const auto text = [&](int column) { return std::string(row.text(column)); };
  return {
      text(0), text(1), text(2), text(3), instant_of(row.integer(4)), instant_of(row.integer(5)),
      text(6), text(7), text(8), text(9)};
}

bool flag(const Revision& revision, std::string_view name) {
  const auto* value = revision.field(name);
  return value != nullptr && value->is_bool() && value->as_bool();
}

Status apply_receivers(store::Database& database, const Revision& revision) {
  const auto* list = revision.field("receivers");
  if (list == nullptr || !list->is_array()) return {};
  for (const auto& one : list->as_array()) {
    const auto text = [&](std::string_view name) { return formats::text_member(one, name); };
    if (auto done = store::run(
            database,
            "INSERT INTO notice_receiver VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, NULL,"
            " NULL, '')",
            revision.envelope.object, text("authority"), text("authority_revision"),
            text("channel"), text("form"), text("page_form"), text("language"), text("token_hash"),
            ms_of(revision.envelope.time));
        !done)
      return done;
  }
  return {};
}

Status apply_notice(store::Database& database, const Revision& revision) {
  const auto text = [&](std::string_view name) { return revision.text(name); };
  if (auto done = store::run(
          database,
          "INSERT INTO notice VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
          " ?14, ?15, ?16)",
          revision.envelope.object, text("warning"), text("decision"), text("message"),
          text("replaces"), flag(revision, "released"), flag(revision, "exercise"),
          text("cap_urgency"), text("cap_severity"), text("cap_certainty"),
          ms_of(revision.envelope.time), text("by"), revision.envelope.marking.tlp,
          revision.envelope.marking.pap, text("urgency"), stored_field(revision, "texts"));
      !done)
    return done;
  if (auto done = apply_receivers(database, revision); !done) return done;
  if (text("replaces").empty()) return {};
  return store::run(
      database,
      "UPDATE notice_receiver SET replaced_by = ?1 WHERE authority IN (SELECT authority FROM"
      " notice_receiver WHERE notice = ?1) AND notice IN (WITH RECURSIVE earlier (object) AS ("
      " SELECT replaces FROM notice WHERE object = ?1 UNION SELECT before.replaces FROM notice AS"
      " before JOIN earlier ON before.object = earlier.object) SELECT object FROM earlier)",
      revision.envelope.object);
}

Status apply_receipt(store::Database& database, const Revision& revision) {
  const auto text = [&](std::string_view name) { return revision.text(name); };
  auto at = base::parse_instant(text("at"));
  const auto recorded = ms_of(revision.envelope.time);
  const auto acknowledged = at ? ms_of(*at) : recorded;
  if (auto done = store::run(
          database, "INSERT INTO receipt VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
          revision.envelope.object, text("notice"), text("authority"), text("way"), acknowledged,
          recorded, text("by"), stored_field(revision, "name"), stored_field(revision, "function"),
          stored_field(revision, "note"));
      !done)
    return done;
  return store::run(database,
                    "UPDATE notice_receiver SET acknowledged_ms = coalesce(acknowledged_ms, ?3)"
                    " WHERE notice = ?1 AND authority = ?2",
                    text("notice"), text("authority"), acknowledged);
}

Status apply_chase(store::Database& database, const Revision& revision) {
  if (revision.text("kind") != chase_kind) return {};
  return store::run(database,
                    "UPDATE notice_receiver SET chases = ?3, last_chase_ms = ?4"
                    " WHERE notice = ?1 AND authority = ?2",
                    revision.text("about"), revision.text("authority"), revision.integer("number"),
                    ms_of(revision.envelope.time));
}

/// What authorities were told goes with its warning, and the names of those who answered.
Status apply_erasure(store::Database& database, const Revision& revision) {
  const auto erasure = people::erasure_of(revision);
  if (erasure.kind != people::erased_warning) return {};
  auto notices = notices_of(database, erasure.object);
  if (!notices) return std::unexpected(std::move(notices.error()));
  for (const auto& notice : *notices) {
    if (auto done = ledger::Vault::erase_data_key(database, receipt_key_of(notice.object)); !done)
      return done;
    for (const auto* sql : {"UPDATE notice SET texts = '' WHERE object = ?1",
                            "UPDATE receipt SET name = '', function = '', note = ''"
                            " WHERE notice = ?1"})
      if (auto done = store::run(database, sql, notice.object); !done) return done;
  }
  return {};
}

}  // namespace

std::span<const store::Migration> NoticeProjection::migrations() const {
  return steps;
}

std::span<const std::string_view> NoticeProjection::tables() const {
  static constexpr std::array<std::string_view, 3> names{"notice", "notice_receiver", "receipt"};
  return names;
}

std::span<const std::string_view> NoticeProjection::types() const {
  static constexpr std::array<std::string_view, 4> names{notice_type, receipt_type, reminder_type,
                                                         people::erasure_type};
  return names;
}

Status NoticeProjection::apply(store::Database& database, const Revision& revision) const {
  if (revision.envelope.type == receipt_type) return apply_receipt(database, revision);
  if (revision.envelope.type == reminder_type) return apply_chase(database, revision);
  if (revision.envelope.type == people::erasure_type) return apply_erasure(database, revision);
  return apply_notice(database, revision);
}

Result<std::optional<NoticeRow>> find_notice(store::Database& database, std::string_view object) {
  return store::first(database,
                      "SELECT " + std::string(notice_columns) + " FROM notice WHERE object = ?1",
                      notice_of, object);
}

Result<std::vector<NoticeRow>> notices_of(store::Database& database, std::string_view warning) {
  std::vector<NoticeRow> rows;
  auto done = store::each(
      database,
      "SELECT " + std::string(notice_columns) +
          " FROM notice WHERE warning = ?1 ORDER BY at_ms, object",
      [&](const store::Statement& row) { rows.push_back(notice_of(row)); }, warning);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

Result<std::vector<ReceiverRow>> receivers_of(store::Database& database, std::string_view notice) {
  std::vector<ReceiverRow> rows;
  auto done = store::each(
      database,
      "SELECT " + std::string(receiver_columns) +
          " FROM notice_receiver WHERE notice = ?1 ORDER BY authority",
      [&](const store::Statement& row) { rows.push_back(receiver_row(row)); }, notice);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

Result<std::optional<ReceiverRow>> receiver_of(store::Database& database, std::string_view notice,
                                               std::string_view authority) {
  return store::first(database,
                      "SELECT " + std::string(receiver_columns) +
                          " FROM notice_receiver WHERE notice = ?1 AND authority = ?2",
                      receiver_row, notice, authority);
}

Result<std::optional<ReceiverRow>> receiver_by_token(store::Database& database,
                                                     std::string_view hash) {
  return store::first(
      database,
      "SELECT " + std::string(receiver_columns) + " FROM notice_receiver WHERE token_hash = ?1",
      receiver_row, hash);
}

Result<std::vector<ReceiverRow>> replaced_by(store::Database& database, std::string_view notice) {
  std::vector<ReceiverRow> rows;
  auto done = store::each(
      database,
      "SELECT " + std::string(receiver_columns) + " FROM notice_receiver WHERE replaced_by = ?1",
      [&](const store::Statement& row) { rows.push_back(receiver_row(row)); }, notice);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

Result<std::vector<ReceiverRow>> unacknowledged(store::Database& database) {
  std::vector<ReceiverRow> rows;
  auto done =
      store::each(database,
                  "SELECT " + std::string(receiver_columns) +
                      " FROM notice_receiver WHERE acknowledged_ms IS NULL AND replaced_by = ''"
                      " AND authority NOT IN (SELECT object FROM authority WHERE closed = 1)"
                      " ORDER BY informed_ms, notice, authority",
                  [&](const store::Statement& row) { rows.push_back(receiver_row(row)); });
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

Result<std::vector<ReceiptRow>> receipts_of(store::Database& database, std::string_view notice) {
  std::vector<ReceiptRow> rows;
  auto done = store::each(
      database,
      "SELECT object, notice, authority, way, at_ms, recorded_ms, by_account, name, function, note"
      " FROM receipt WHERE notice = ?1 ORDER BY recorded_ms, object",
      [&](const store::Statement& row) { rows.push_back(receipt_of(row)); }, notice);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

}  // namespace tocsin::inform
