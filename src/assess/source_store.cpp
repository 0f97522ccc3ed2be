// SPDX-License-Identifier: Apache-2.0
#include "assess/source_store.hpp"

#include <array>
#include <utility>
#include <vector>

#include "store/query.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::array<store::Migration, 1> steps{{
    {1, "identities, copies of the custodians' key, what was opened",
     "CREATE TABLE identity (hash TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;"
     "CREATE TABLE custody_copy (custody_key TEXT NOT NULL, key_object TEXT NOT NULL,"
     " sealed BLOB NOT NULL, PRIMARY KEY (custody_key, key_object)) WITHOUT ROWID;"
     "CREATE TABLE opened (request TEXT NOT NULL, key_object TEXT NOT NULL, sealed BLOB NOT NULL,"
     " PRIMARY KEY (request, key_object)) WITHOUT ROWID"},
}};

base::Status write_pair(store::Database& database, std::string_view sql, std::string_view one,
                        std::string_view other, std::string_view sealed) {
  auto statement = database.prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, one);
  (*statement)->bind(2, other);
  (*statement)->bind_blob(3, sealed);
  return (*statement)->run();
}

template <class... Keys>
base::Result<std::string> sealed_of(store::Database& database, std::string_view sql,
                                    const Keys&... keys) {
  auto found = store::first(
      database, sql, [](const store::Statement& row) { return std::string(row.text(0)); }, keys...);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return fail(ErrorCode::not_found, "this is not in sources.db, or was erased");
  return std::move(**found);
}

using Pair = std::pair<std::string, std::string>;

base::Result<std::vector<Pair>> pairs_of(store::Database& database, std::string_view sql) {
  std::vector<Pair> pairs;
  auto done = store::each(database, sql, [&](const store::Statement& row) {
    pairs.emplace_back(std::string(row.text(0)), std::string(row.text(1)));
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return pairs;
}

/// Deletes the rows of one table that are not wanted.
base::Result<std::size_t> sweep_table(
    store::Database& database, std::string_view select, std::string_view remove,
    const std::function<base::Result<bool>(const Pair&)>& wanted) {
  auto rows = pairs_of(database, select);
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::size_t removed = 0;
  for (const auto& row : *rows) {
    auto keep = wanted(row);
    if (!keep) return std::unexpected(std::move(keep.error()));
    if (*keep) continue;
    if (auto done = store::run(database, remove, row.first, row.second); !done)
      return std::unexpected(std::move(done.error()));
    ++removed;
  }
  return removed;
}

}  // namespace

base::Result<std::unique_ptr<SourceStore>> SourceStore::open(const std::filesystem::path& home) {
  store::SqliteOptions options;
  options.every_commit_synced = true;
  options.wipe_deleted = true;
  auto database = store::open_sqlite(home / source_file, options);
  if (!database) return std::unexpected(std::move(database.error()));
  if (auto done = store::migrate(**database, "sources", steps); !done)
    return std::unexpected(std::move(done.error()));
  return std::unique_ptr<SourceStore>(new SourceStore(std::move(*database)));
}

base::Status SourceStore::keep_identity(std::string_view hash, std::string_view sealed) {
  const std::lock_guard guard(mutex_);
  auto statement = database_->prepare("INSERT OR REPLACE INTO identity VALUES (?1, ?2)");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, hash);
  (*statement)->bind_blob(2, sealed);
  return (*statement)->run();
}

base::Result<std::string> SourceStore::find_identity(std::string_view hash) {
  const std::lock_guard guard(mutex_);
  return sealed_of(*database_, "SELECT sealed FROM identity WHERE hash = ?1", hash);
}

base::Status SourceStore::keep_copy(std::string_view custody_key, std::string_view key_object,
                                    std::string_view sealed) {
  const std::lock_guard guard(mutex_);
  return write_pair(*database_, "INSERT OR REPLACE INTO custody_copy VALUES (?1, ?2, ?3)",
                    custody_key, key_object, sealed);
}

base::Result<std::string> SourceStore::find_copy(std::string_view custody_key,
                                                 std::string_view key_object) {
  const std::lock_guard guard(mutex_);
  return sealed_of(*database_,
                   "SELECT sealed FROM custody_copy WHERE custody_key = ?1 AND key_object = ?2",
                   custody_key, key_object);
}

base::Status SourceStore::keep_opened(std::string_view request, std::string_view key_object,
                                      std::string_view sealed) {
  const std::lock_guard guard(mutex_);
  return write_pair(*database_, "INSERT OR REPLACE INTO opened VALUES (?1, ?2, ?3)", request,
                    key_object, sealed);
}

base::Result<std::string> SourceStore::find_opened(std::string_view request,
                                                   std::string_view key_object) {
  const std::lock_guard guard(mutex_);
  return sealed_of(*database_, "SELECT sealed FROM opened WHERE request = ?1 AND key_object = ?2",
                   request, key_object);
}

base::Result<std::size_t> SourceStore::sweep(const Wanted& wanted) {
  const std::lock_guard guard(mutex_);
  auto transaction = store::Transaction::begin(*database_);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  auto identities = sweep_table(*database_, "SELECT hash, '' FROM identity",
                                "DELETE FROM identity WHERE hash = ?1 AND ?2 = ''",
                                [&](const Pair& row) { return wanted.identity(row.first); });
  if (!identities) return identities;
  auto copies = sweep_table(*database_, "SELECT custody_key, key_object FROM custody_copy",
                            "DELETE FROM custody_copy WHERE custody_key = ?1 AND key_object = ?2",
                            [&](const Pair& row) { return wanted.copy(row.first, row.second); });
  if (!copies) return copies;
  auto opened = sweep_table(*database_, "SELECT request, key_object FROM opened",
                            "DELETE FROM opened WHERE request = ?1 AND key_object = ?2",
                            [&](const Pair& row) { return wanted.opened(row.first); });
  if (!opened) return opened;
  if (auto done = transaction->commit(); !done) return std::unexpected(std::move(done.error()));
  const auto removed = *identities + *copies + *opened;
  unpurged_ = unpurged_ || removed > 0;
  // Where somebody reads the old pages (a backup), the next sweep makes it good.
  if (unpurged_ && database_->purge()) unpurged_ = false;
  return removed;
}

}  // namespace tocsin::assess
