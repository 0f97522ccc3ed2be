// SPDX-License-Identifier: Apache-2.0
#include "app/verify_tables.hpp"

#include <set>

#include "app/desk_node.hpp"
#include "formats/json.hpp"
#include "ledger/rebuild.hpp"
#include "ledger/records.hpp"
#include "store/query.hpp"

namespace tocsin::app {
namespace {

using base::Status;

/// Rows of a table that are named; the rest is counted.
constexpr std::size_t rows_named_max = 3;
const std::string kept_prefix = "as_it_was_";

void note(ledger::Verified& verified, std::string object, std::string what) {
  ++verified.faults_in_all;
  if (verified.faults.size() < ledger::faults_shown_max)
    verified.faults.push_back({{}, std::move(object), std::move(what)});
}

base::Result<std::set<std::string>> keys_named(store::Database& database) {
  std::set<std::string> named;
  auto done =
      ledger::for_each_stored(database, 0, [&](const ledger::StoredRevision& stored) -> Status {
        auto revision = ledger::read_revision(stored);
        // What cannot be read is a fault of the ledger, which its own check has named.
        if (!revision) return {};
        for (const auto& leaf : revision->body)
          if (formats::member(leaf.value, "sealed") != nullptr)
            named.emplace(formats::text_member(leaf.value, "key"));
        return {};
      });
  if (!done) return std::unexpected(std::move(done.error()));
  return named;
}

/// Puts an empty row where a named key is missing: making the tables again takes away what an act
/// erased, so what is still there then was taken by nobody's act.
base::Result<std::set<std::string>> mark_missing(store::Database& database) {
  auto named = keys_named(database);
  if (!named) return named;
  std::set<std::string> missing;
  for (const auto& key : *named) {
    auto there = store::first(
        database, "SELECT 1 FROM data_key WHERE id = ?1",
        [](const store::Statement&) { return true; }, key);
    if (!there) return std::unexpected(std::move(there.error()));
    if (*there) continue;
    missing.insert(key);
    if (auto done = store::run(database, "INSERT INTO data_key VALUES (?1, zeroblob(0))", key);
        !done)
      return std::unexpected(std::move(done.error()));
  }
  return missing;
}

/// The names of a table's key columns, joined into one text by SQL.
base::Result<std::string> key_of(store::Database& database, std::string_view table) {
  std::string joined;
  auto done = store::each(
      database, "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk",
      [&](const store::Statement& row) {
        joined += (joined.empty() ? "" : " || ' ' || ") + std::string(row.text(0));
      },
      table);
  if (!done) return std::unexpected(std::move(done.error()));
  return joined;
}

/// Which rows differ, by their keys.
base::Result<std::string> rows_that_differ(store::Database& database, const std::string& table) {
  auto key = key_of(database, table);
  if (!key) return key;
  const auto kept = kept_prefix + table;
  // Tables' names are constants of projections, never data.
  const auto sql = "SELECT DISTINCT " + *key + " FROM (SELECT * FROM (SELECT * FROM " + kept +
                   " EXCEPT SELECT * FROM " + table + ") UNION ALL SELECT * FROM (SELECT * FROM " +
                   table + " EXCEPT SELECT * FROM " + kept + ")) ORDER BY 1";
  std::string rows;
  std::size_t count = 0;
  auto done = store::each(database, sql, [&](const store::Statement& row) {
    if (++count > rows_named_max) return;
    rows += (rows.empty() ? "" : ", ") + std::string(row.text(0));
  });
  if (!done) return std::unexpected(std::move(done.error()));
  if (count > rows_named_max) rows += " and " + std::to_string(count - rows_named_max) + " more";
  return rows;
}

}  // namespace

Status check_tables(store::Database& copy, ledger::Verified& verified) {
  const Projections projections;
  for (const auto* projection : projections.all())
    for (const auto table : projection->tables())
      if (auto done = copy.execute("CREATE TABLE " + kept_prefix + std::string(table) +
                                   " AS SELECT * FROM " + std::string(table));
          !done)
        return done;
  auto missing = mark_missing(copy);
  if (!missing) return std::unexpected(std::move(missing.error()));
  auto rebuilt = ledger::rebuild(copy, projections.all());
  if (!rebuilt) return std::unexpected(std::move(rebuilt.error()));
  for (const auto& table : rebuilt->tables_that_differ) {
    auto rows = rows_that_differ(copy, table);
    if (!rows) return std::unexpected(std::move(rows.error()));
    note(verified, "table " + table,
         "it does not say what the ledger says, in: " + *rows +
             "; tocsin rebuild makes it again out of the ledger");
  }
  for (const auto& key : *missing) {
    auto left = store::first(
        copy, "SELECT 1 FROM data_key WHERE id = ?1", [](const store::Statement&) { return true; },
        key);
    if (!left) return std::unexpected(std::move(left.error()));
    if (*left)
      note(verified, "key " + key,
           "the key of sealed texts is gone, and no act erased it: what it sealed can be read no "
           "more; a backup holds it");
  }
  return {};
}

}  // namespace tocsin::app
