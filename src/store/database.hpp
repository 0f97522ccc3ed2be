// SPDX-License-Identifier: Apache-2.0
// One interface over the databases: SQLite now, PostgreSQL by the same contract test suite.
//
// A Database is one connection. Ownership: the opener owns it; Statements and Transactions must end
// before it. Threads: a Database belongs to one thread at a time; open one for each (SQLite: one
// writer, any number of readers beside it in write-ahead mode).
// Parameters are bound, always; SQL text is never put together from data. `?1`, `?2` number them.
// Errors: ErrorCode::conflict for a broken constraint, no_space for a full disk (said in the log as
// well; reading goes on), corrupt for a damaged file, unavailable for a lock held too long, io and
// internal for the rest. After no_space the whole transaction may be gone, not the statement alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::store {

enum class Engine { sqlite, postgresql };

/// A prepared statement with its bound values and, after step(), one row.
class Statement {
 public:
  virtual ~Statement() = default;

  /// Parameters count from 1. Text and blobs are copied.
  virtual void bind(int parameter, std::int64_t value) = 0;
  virtual void bind(int parameter, double value) = 0;
  virtual void bind(int parameter, std::string_view text) = 0;
  virtual void bind_blob(int parameter, std::string_view bytes) = 0;
  virtual void bind_null(int parameter) = 0;

  /// Moves to the next row: true with a row, false at the end.
  [[nodiscard]] virtual base::Result<bool> step() = 0;
  /// Makes the statement ready to run again; bound values are forgotten.
  virtual void reset() = 0;

  /// Columns count from 0. A view lives until the next step or reset.
  [[nodiscard]] virtual bool is_null(int column) const = 0;
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  [[nodiscard]] virtual double real(int column) const = 0;
  [[nodiscard]] virtual std::string_view text(int column) const = 0;

  /// Runs to the end and resets: for statements without rows.
  [[nodiscard]] base::Status run();

  void bind(int parameter, int value) { bind(parameter, static_cast<std::int64_t>(value)); }
  void bind(int parameter, const char* text) { bind(parameter, std::string_view(text)); }
  template <class T>
  void bind(int parameter, const std::optional<T>& value) {
    if (value)
      bind(parameter, *value);
    else
      bind_null(parameter);
  }
};

class Database {
 public:
  virtual ~Database() = default;

  [[nodiscard]] virtual Engine engine() const = 0;
  /// Runs statements without parameters and rows (schema); several may be parted by semicolons.
  [[nodiscard]] virtual base::Status execute(std::string_view sql) = 0;
  /// A prepared statement; prepared once for the same text and handed out again when returned.
  [[nodiscard]] virtual base::Result<std::unique_ptr<Statement>> prepare(std::string_view sql) = 0;
  /// The row id of the last insert on this connection.
  [[nodiscard]] virtual std::int64_t last_insert_id() const = 0;
  /// Rows changed by the last statement.
  [[nodiscard]] virtual std::int64_t changes() const = 0;
  /// Wipes what deletion left behind: free pages and the write-ahead log. Not inside a transaction.
  /// ErrorCode::unavailable while another connection still reads the old pages.
  [[nodiscard]] virtual base::Status purge() = 0;
  /// Asks a running statement of another thread to stop; the only call safe from another thread.
  virtual void interrupt() = 0;
};

/// Commits when told, otherwise rolls back at the end of its scope. No nesting.
class Transaction {
 public:
  /// `immediate` takes the write lock at once, so that a later write cannot fail for a lock.
  [[nodiscard]] static base::Result<Transaction> begin(Database& database, bool immediate = true);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  [[nodiscard]] base::Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

struct SqliteOptions {
  bool read_only = false;
  /// Every commit reaches the disk before it returns (synchronous=FULL); otherwise a power cut may
  /// lose the last commits but never damages the file (synchronous=NORMAL in write-ahead mode).
  bool every_commit_synced = false;
  /// What is deleted is overwritten with zeros, also in free pages.
  bool wipe_deleted = false;
  std::int64_t cache_bytes = 64LL << 20;
  std::int64_t map_bytes = 0;
  int lock_wait_ms_max = 5000;
  /// Name of the file system to use; empty for the machine's. Tests give one that forgets.
  std::string file_system;
};

/// Opens or creates a SQLite file in write-ahead mode. ":memory:" for tests.
[[nodiscard]] base::Result<std::unique_ptr<Database>> open_sqlite(
    const std::filesystem::path& path, const SqliteOptions& options = {});

/// One numbered step of a schema. Numbers rise by one from 1; a step once released never changes.
struct Migration {
  int number;
  std::string_view title;
  std::string_view sql;
};

/// Applies what is missing, each step in its own transaction, and records its checksum.
/// Refuses a database that is newer than `migrations`, or whose applied steps differ.
[[nodiscard]] base::Status migrate(Database& database, std::string_view component,
                                   std::span<const Migration> migrations);
/// The same refusals without writing anything: for those who only read. Fewer steps are no error.
[[nodiscard]] base::Status check_migrations(Database& database, std::string_view component,
                                            std::span<const Migration> migrations);

}  // namespace tocsin::store
