// SPDX-License-Identifier: Apache-2.0
#include "inform/outbox.hpp"

#include "store/query.hpp"

namespace tocsin::inform {
namespace {

using base::Result;
using base::Status;

constexpr std::array<store::Migration, 1> steps{{
    {1, "the outbox",
     "CREATE TABLE outbox (message_id TEXT PRIMARY KEY, about TEXT NOT NULL, receiver TEXT NOT"
     " NULL, kind TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT"
     " NULL, next_ms INTEGER NOT NULL, last_ms INTEGER, code TEXT NOT NULL) WITHOUT ROWID;"
     "CREATE INDEX outbox_by_state ON outbox (state, next_ms);"
     "CREATE INDEX outbox_by_about ON outbox (about, receiver)"},
}};

constexpr std::string_view columns =
    "message_id, about, receiver, kind, number, state, attempts, next_ms, last_ms, code";

OutboxRow row_of(const store::Statement& row) {
  OutboxRow one;
  one.message_id = row.text(0);
  one.about = row.text(1);
  one.receiver = row.text(2);
  one.kind = row.text(3);
  one.number = row.integer(4);
  one.delivery.state = delivery_state_of(row.text(5)).value_or(DeliveryState::failed);
  one.delivery.attempts = static_cast<int>(row.integer(6));
  one.delivery.next = instant_of(row.integer(7));
  one.last = instant_at(row, 8);
  one.code = row.text(9);
  return one;
}

template <class... Values>
Result<std::vector<OutboxRow>> rows_of(store::Database& database, std::string_view rest,
                                       const Values&... values) {
  std::vector<OutboxRow> rows;
  auto done = store::each(
      database, "SELECT " + std::string(columns) + " FROM outbox " + std::string(rest),
      [&](const store::Statement& row) { rows.push_back(row_of(row)); }, values...);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

}  // namespace

std::span<const store::Migration> OutboxSchema::migrations() const {
  return steps;
}

Status add_delivery(store::Database& database, const OutboxRow& row) {
  return store::run(database,
                    "INSERT INTO outbox VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL, ?9)"
                    " ON CONFLICT (message_id) DO NOTHING",
                    row.message_id, row.about, row.receiver, row.kind, row.number,
                    name_of(row.delivery.state), row.delivery.attempts, ms_of(row.delivery.next),
                    row.code);
}

Status set_delivery(store::Database& database, std::string_view message_id,
                    const Delivery& delivery, std::string_view code, base::Instant at) {
  return store::run(database,
                    "UPDATE outbox SET state = ?2, attempts = ?3, next_ms = ?4, last_ms = ?5,"
                    " code = ?6 WHERE message_id = ?1",
                    message_id, name_of(delivery.state), delivery.attempts, ms_of(delivery.next),
                    ms_of(at), code);
}

Result<std::vector<OutboxRow>> due_deliveries(store::Database& database, base::Instant now) {
  return rows_of(database,
                 "WHERE state IN ('waiting', 'uncertain') AND (next_ms <= ?1 OR next_ms > ?4)"
                 " AND attempts < ?2 AND (state = 'waiting' OR code NOT IN (?5, ?6))"
                 " ORDER BY next_ms, message_id LIMIT ?3",
                 ms_of(now), attempts_max, deliveries_per_run_max, ms_of(now + back_off_max),
                 code_replaced, code_not_needed);
}

Result<std::vector<OutboxRow>> unfinished_deliveries(store::Database& database) {
  return rows_of(database, "WHERE state = 'sending' ORDER BY message_id");
}

Result<std::vector<OutboxRow>> deliveries_of(store::Database& database, std::string_view about) {
  return rows_of(database, "WHERE about = ?1 ORDER BY receiver, kind DESC, number", about);
}

Result<std::optional<OutboxRow>> find_delivery(store::Database& database,
                                               std::string_view message_id) {
  return store::first(database,
                      "SELECT " + std::string(columns) + " FROM outbox WHERE message_id = ?1",
                      row_of, message_id);
}

Status drop_replaced(store::Database& database, std::string_view about, std::string_view receiver,
                     base::Instant at) {
  return store::run(
      database,
      "UPDATE outbox SET last_ms = CASE state WHEN 'waiting' THEN ?3 ELSE last_ms END,"
      " state = CASE state WHEN 'waiting' THEN 'dropped' ELSE state END, code = ?4"
      " WHERE about = ?1 AND receiver = ?2 AND state IN ('waiting', 'uncertain')",
      about, receiver, ms_of(at), code_replaced);
}

Status drop_waiting(store::Database& database, std::string_view about, std::string_view receiver) {
  // What may be on its way keeps its row; a reminder that has not left is not needed any more.
  return store::run(database,
                    "DELETE FROM outbox WHERE about = ?1 AND receiver = ?2 AND kind = 'chase'"
                    " AND state = 'waiting' AND attempts = 0",
                    about, receiver);
}

}  // namespace tocsin::inform
