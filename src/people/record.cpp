// SPDX-License-Identifier: Apache-2.0
#include "people/record.hpp"

#include <limits>

#include "ledger/revision.hpp"
#include "people/account_tables.hpp"

namespace tocsin::people {
namespace {

/// A whole record, asked newest first; an account's own acts are found by the keys it ever had.
constexpr std::string_view of_all =
    "SELECT r.position, r.object, r.type, r.envelope FROM revision AS r"
    " WHERE r.position < ?1 ORDER BY r.position DESC LIMIT ?2";
constexpr std::string_view of_one =
    // In this order of tables, and with the + that takes the column's affinity away, a person's
    // keys lead to their acts by the index over authors.
    "SELECT r.position, r.object, r.type, r.envelope FROM person_key AS k CROSS JOIN revision AS r"
    " WHERE k.account = ?3 AND json_extract(r.envelope, '$.author') = +k.object"
    " AND r.position < ?1 ORDER BY r.position DESC LIMIT ?2";

}  // namespace

base::Result<std::vector<RecordedAct>> newest_acts(store::Database& database,
                                                   std::optional<std::int64_t> before,
                                                   const std::optional<std::string>& account) {
  auto statement = database.prepare(account ? of_one : of_all);
  if (!statement) return std::unexpected(std::move(statement.error()));
  auto& row = **statement;
  row.bind(1, before.value_or(std::numeric_limits<std::int64_t>::max()));
  row.bind(2, static_cast<std::int64_t>(acts_shown_max));
  if (account) row.bind(3, *account);
  std::vector<RecordedAct> acts;
  for (;;) {
    auto step = row.step();
    if (!step) return std::unexpected(std::move(step.error()));
    if (!*step) return acts;
    auto envelope = ledger::parse_envelope(row.text(3));
    if (!envelope) return std::unexpected(std::move(envelope.error()));
    auto who = holder_of(database, envelope->author);
    if (!who) return std::unexpected(std::move(who.error()));
    acts.push_back({row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                    std::move(*who), envelope->time});
  }
}

}  // namespace tocsin::people
