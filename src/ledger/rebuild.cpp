// SPDX-License-Identifier: Apache-2.0
#include "ledger/rebuild.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "ledger/records.hpp"

namespace tocsin::ledger {
namespace {

/// The columns of a table's primary key, and how many columns it has.
struct Shape {
  std::string order;
  int columns = 0;
};

base::Result<Shape> shape_of(store::Database& database, std::string_view table) {
  auto statement = database.prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY pk, cid");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, table);
  Shape shape;
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) break;
    ++shape.columns;
    if ((*statement)->integer(1) == 0) continue;
    if (!shape.order.empty()) shape.order += ", ";
    shape.order += std::string((*statement)->text(0));
  }
  if (shape.order.empty())
    return base::fail(base::ErrorCode::internal, "a projected table needs a primary key",
                      std::string(table));
  return shape;
}

base::Result<std::string> dump_table(store::Database& database, std::string_view table) {
  auto shape = shape_of(database, table);
  if (!shape) return std::unexpected(std::move(shape.error()));
  // The table's name is a constant of a projection, never data.
  auto statement =
      database.prepare("SELECT * FROM " + std::string(table) + " ORDER BY " + shape->order);
  if (!statement) return std::unexpected(std::move(statement.error()));
  base::Sha256 hash;
  hash.add(table);
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return base::to_hex(hash.finish());
    for (int column = 0; column < shape->columns; ++column) {
      if ((*statement)->is_null(column)) {
        hash.add("n;");
        continue;
      }
      const auto value = (*statement)->text(column);
      hash.add("v" + std::to_string(value.size()) + ":");
      hash.add(value);
    }
    hash.add("\n");
  }
}

base::Result<std::vector<std::pair<std::string, std::string>>> dump_all(
    store::Database& database, std::span<const Projection* const> projections) {
  std::vector<std::pair<std::string, std::string>> dumps;
  for (const auto* projection : projections)
    for (const auto table : projection->tables()) {
      auto dump = dump_table(database, table);
      if (!dump) return base::fail_at(table, std::move(dump.error()));
      dumps.emplace_back(table, std::move(*dump));
    }
  std::ranges::sort(dumps);
  return dumps;
}

std::string joined(const std::vector<std::pair<std::string, std::string>>& dumps) {
  base::Sha256 hash;
  for (const auto& [table, dump] : dumps) hash.add(table + " " + dump + "\n");
  return base::to_hex(hash.finish());
}

base::Status apply_all(store::Database& database, std::span<const Projection* const> projections,
                       std::uint64_t& revisions) {
  return for_each_stored(database, 0, [&](const StoredRevision& stored) -> base::Status {
    ++revisions;
    auto revision = read_revision(stored);
    if (!revision) return std::unexpected(std::move(revision.error()));
    for (const auto* projection : projections) {
      if (std::ranges::find(projection->types(), stored.type) == projection->types().end())
        continue;
      if (auto done = projection->apply(database, *revision); !done)
        return base::fail_at("position " + std::to_string(stored.position),
                             std::move(done.error()));
    }
    return {};
  });
}

}  // namespace

base::Result<std::string> canonical_dump(store::Database& database,
                                         std::span<const Projection* const> projections) {
  auto dumps = dump_all(database, projections);
  if (!dumps) return std::unexpected(std::move(dumps.error()));
  return joined(*dumps);
}

base::Result<Rebuilt> rebuild(store::Database& database,
                              std::span<const Projection* const> projections) {
  auto transaction = store::Transaction::begin(database);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  auto before = dump_all(database, projections);
  if (!before) return std::unexpected(std::move(before.error()));
  // Children before parents: tables are listed with the ones they refer to first.
  for (auto projection = projections.rbegin(); projection != projections.rend(); ++projection) {
    const auto tables = (*projection)->tables();
    for (auto table = tables.rbegin(); table != tables.rend(); ++table)
      if (auto done = database.execute("DELETE FROM " + std::string(*table)); !done)
        return std::unexpected(std::move(done.error()));
  }
  Rebuilt rebuilt;
  if (auto done = apply_all(database, projections, rebuilt.revisions); !done)
    return std::unexpected(std::move(done.error()));
  auto after = dump_all(database, projections);
  if (!after) return std::unexpected(std::move(after.error()));
  for (std::size_t i = 0; i < before->size(); ++i)
    if ((*before)[i].second != (*after)[i].second)
      rebuilt.tables_that_differ.push_back((*before)[i].first);
  rebuilt.before = joined(*before);
  rebuilt.after = joined(*after);
  if (auto done = transaction->commit(); !done) return std::unexpected(std::move(done.error()));
  return rebuilt;
}

}  // namespace tocsin::ledger
