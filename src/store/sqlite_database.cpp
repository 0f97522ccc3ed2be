// SPDX-License-Identifier: Apache-2.0
// SQLite behind store/database.hpp. The only file that includes sqlite3.h.
#include <sqlite3.h>

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/files.hpp"
#include "base/log.hpp"
#include "store/database.hpp"

namespace tocsin::store {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::size_t cached_statements_per_text_max = 4;
/// Of a statement, where an error names it.
constexpr std::size_t place_bytes_max = 120;

base::ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_CONSTRAINT:
      return ErrorCode::conflict;
    case SQLITE_FULL:
      return ErrorCode::no_space;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::unavailable;
    case SQLITE_INTERRUPT:
      return ErrorCode::cancelled;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return ErrorCode::io;
    default:
      return ErrorCode::internal;
  }
}

std::string remedy_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_FULL:
      return "free space on the disk; nothing was half-written";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "restore the last backup";
    case SQLITE_BUSY:
      return "another tocsin command is writing; try again when it has ended";
    case SQLITE_CANTOPEN:
      return "check that the folder exists and may be written";
    default:
      return {};
  }
}

/// A full disk shows itself in other ways too: the shared memory of the write-ahead log cannot
/// grow, or a sync fails.
bool disk_is_full(sqlite3* handle, int code) {
  const int kind = code & 0xff;
  if (kind == SQLITE_FULL) return true;
  if (kind != SQLITE_IOERR && kind != SQLITE_CANTOPEN) return false;
  return base::is_full_disk(sqlite3_system_errno(handle));
}

std::unexpected<base::Error> sqlite_error(sqlite3* handle, int code, std::string_view place) {
  const auto shown = place.substr(0, place_bytes_max);
  auto error = fail(code_of(code), std::string("database: ") + sqlite3_errmsg(handle),
                    std::string(shown), remedy_of(code));
  if (!disk_is_full(handle, code)) return error;
  error.error().code = ErrorCode::no_space;
  error.error().remedy = remedy_of(SQLITE_FULL);
  base::log_error("the disk is full and nothing more can be written: " + error.error().text());
  return error;
}

using StatementCache = std::unordered_map<std::string, std::vector<sqlite3_stmt*>>;

class SqliteStatement final : public Statement {
 public:
  SqliteStatement(sqlite3* handle, sqlite3_stmt* statement, std::string sql, StatementCache& cache)
      : handle_(handle), statement_(statement), sql_(std::move(sql)), cache_(cache) {}
  ~SqliteStatement() override {
    reset();
    auto& kept = cache_[sql_];
    if (kept.size() < cached_statements_per_text_max)
      kept.push_back(statement_);
    else
      sqlite3_finalize(statement_);
  }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  void bind(int parameter, std::int64_t value) override {
    note(sqlite3_bind_int64(statement_, parameter, value));
  }
  void bind(int parameter, double value) override {
    note(sqlite3_bind_double(statement_, parameter, value));
  }
  void bind(int parameter, std::string_view text) override {
    note(sqlite3_bind_text64(statement_, parameter, text.data() == nullptr ? "" : text.data(),
                             text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  }
  void bind_blob(int parameter, std::string_view bytes) override {
    note(sqlite3_bind_blob64(statement_, parameter, bytes.data() == nullptr ? "" : bytes.data(),
                             bytes.size(), SQLITE_TRANSIENT));
  }
  void bind_null(int parameter) override { note(sqlite3_bind_null(statement_, parameter)); }

  base::Result<bool> step() override {
    if (bind_code_ != SQLITE_OK) return sqlite_error(handle_, bind_code_, sql_);
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return sqlite_error(handle_, code, sql_);
  }
  void reset() override {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    bind_code_ = SQLITE_OK;
  }
  bool is_null(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  double real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view text(int column) const override {
    const void* data = sqlite3_column_blob(statement_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return data == nullptr ? std::string_view{}
                           : std::string_view(static_cast<const char*>(data), size);
  }

 private:
  void note(int code) {
    if (code != SQLITE_OK && bind_code_ == SQLITE_OK) bind_code_ = code;
  }
  sqlite3* handle_;
  sqlite3_stmt* statement_;
  std::string sql_;
  StatementCache& cache_;
  int bind_code_ = SQLITE_OK;
};

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(sqlite3* handle) : handle_(handle) {}
  ~SqliteDatabase() override {
    for (auto& [sql, statements] : cache_)
      for (auto* statement : statements) sqlite3_finalize(statement);
    sqlite3_close(handle_);
  }
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  Engine engine() const override { return Engine::sqlite; }

  base::Status execute(std::string_view sql) override {
    const std::string text(sql);
    const int code = sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return sqlite_error(handle_, code, sql);
    return {};
  }

  base::Result<std::unique_ptr<Statement>> prepare(std::string_view sql) override {
    std::string text(sql);
    auto& kept = cache_[text];
    if (!kept.empty()) {
      auto* statement = kept.back();
      kept.pop_back();
      return std::make_unique<SqliteStatement>(handle_, statement, std::move(text), cache_);
    }
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return sqlite_error(handle_, code, sql);
    return std::make_unique<SqliteStatement>(handle_, statement, std::move(text), cache_);
  }

  std::int64_t last_insert_id() const override { return sqlite3_last_insert_rowid(handle_); }
  std::int64_t changes() const override { return sqlite3_changes64(handle_); }
  base::Status purge() override {
    // The checkpoint answers "busy" in its first column rather than as an error.
    auto statement = prepare("PRAGMA wal_checkpoint(TRUNCATE)");
    if (!statement) return std::unexpected(std::move(statement.error()));
    auto row = (*statement)->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (*row && (*statement)->integer(0) != 0)
      return fail(ErrorCode::unavailable, "the write-ahead log is being read", {},
                  "it is emptied at the next try");
    return {};
  }
  void interrupt() override { sqlite3_interrupt(handle_); }

 private:
  sqlite3* handle_;
  StatementCache cache_;
};

}  // namespace

base::Result<std::unique_ptr<Database>> open_sqlite(const std::filesystem::path& path,
                                                    const SqliteOptions& options) {
  // Counting every allocation takes a lock shared by all connections; nothing here reads the count.
  static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(configured);
  sqlite3* handle = nullptr;
  const int flags =
      SQLITE_OPEN_NOMUTEX |
      (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, flags,
                      options.file_system.empty() ? nullptr : options.file_system.c_str());
  if (code != SQLITE_OK) {
    auto error = sqlite_error(handle, code, path.string());
    sqlite3_close(handle);
    return error;
  }
  auto database = std::make_unique<SqliteDatabase>(handle);
  sqlite3_busy_timeout(handle, options.lock_wait_ms_max);
  sqlite3_extended_result_codes(handle, 1);
  std::string settings = "PRAGMA foreign_keys=ON;";
  settings += "PRAGMA cache_size=-" + std::to_string(options.cache_bytes / 1024) + ";";
  settings += "PRAGMA mmap_size=" + std::to_string(options.map_bytes) + ";";
  settings +=
      options.every_commit_synced ? "PRAGMA synchronous=FULL;" : "PRAGMA synchronous=NORMAL;";
  if (!options.read_only) settings += "PRAGMA journal_mode=WAL;";
  if (options.wipe_deleted) settings += "PRAGMA secure_delete=ON;";
  if (auto set = database->execute(settings); !set)
    return base::fail_at(path.string(), std::move(set.error()));
  return database;
}

}  // namespace tocsin::store
