// SPDX-License-Identifier: Apache-2.0
#include "base/hash.hpp"
#include "store/database.hpp"

namespace tocsin::store {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::string_view create_table =
    "CREATE TABLE IF NOT EXISTS applied_migration ("
    "component TEXT NOT NULL, number INTEGER NOT NULL, title TEXT NOT NULL, "
    "checksum TEXT NOT NULL, PRIMARY KEY (component, number))";

std::string checksum_of(const Migration& migration) {
  return base::to_hex(base::sha256(migration.sql));
}

/// How many steps are applied; an error where what is applied is not what we know.
base::Result<std::size_t> count_applied(Database& database, std::string_view component,
                                        std::span<const Migration> migrations) {
  auto select = database.prepare(
      "SELECT number, checksum FROM applied_migration WHERE component = ?1 ORDER BY number");
  if (!select) return std::unexpected(std::move(select.error()));
  (*select)->bind(1, component);
  std::size_t applied = 0;
  for (;;) {
    auto row = (*select)->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return applied;
    if (applied >= migrations.size())
      return fail(ErrorCode::unsupported, "this database was written by a newer tocsin",
                  std::string(component), "install the newer version, or restore an older backup");
    const auto& known = migrations[applied];
    if ((*select)->integer(0) != known.number || (*select)->text(1) != checksum_of(known))
      return fail(ErrorCode::corrupt,
                  "schema step " + std::to_string(known.number) + " differs from this program's",
                  std::string(component), "use the program that made this database");
    ++applied;
  }
}

}  // namespace

base::Status check_migrations(Database& database, std::string_view component,
                              std::span<const Migration> migrations) {
  auto applied = count_applied(database, component, migrations);
  if (!applied) return std::unexpected(std::move(applied.error()));
  return {};
}

base::Status migrate(Database& database, std::string_view component,
                     std::span<const Migration> migrations) {
  if (auto made = database.execute(create_table); !made) return made;
  auto applied = count_applied(database, component, migrations);
  if (!applied) return std::unexpected(std::move(applied.error()));
  for (const auto& migration : migrations.subspan(*applied)) {
    auto transaction = Transaction::begin(database);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    if (auto done = database.execute(migration.sql); !done)
      return base::fail_at("schema step " + std::to_string(migration.number),
                           std::move(done.error()));
    auto insert = database.prepare("INSERT INTO applied_migration VALUES (?1, ?2, ?3, ?4)");
    if (!insert) return std::unexpected(std::move(insert.error()));
    (*insert)->bind(1, component);
    (*insert)->bind(2, migration.number);
    (*insert)->bind(3, migration.title);
    (*insert)->bind(4, std::string_view(checksum_of(migration)));
    if (auto ran = (*insert)->run(); !ran) return ran;
    if (auto committed = transaction->commit(); !committed) return committed;
  }
  return {};
}

}  // namespace tocsin::store
