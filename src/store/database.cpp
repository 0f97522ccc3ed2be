// SPDX-License-Identifier: Apache-2.0
#include "store/database.hpp"

#include <utility>

namespace tocsin::store {

base::Status Statement::run() {
  for (;;) {
    auto more = step();
    if (!more) {
      reset();
      return std::unexpected(std::move(more.error()));
    }
    if (!*more) break;
  }
  reset();
  return {};
}

base::Result<Transaction> Transaction::begin(Database& database, bool immediate) {
  const bool sqlite = database.engine() == Engine::sqlite;
  auto begun = database.execute(sqlite && immediate ? "BEGIN IMMEDIATE" : "BEGIN");
  if (!begun) return std::unexpected(std::move(begun.error()));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // A failed rollback leaves nothing to do here: the engine rolls back when the connection ends.
  if (database_ != nullptr) static_cast<void>(database_->execute("ROLLBACK"));
}

base::Status Transaction::commit() {
  auto done = database_->execute("COMMIT");
  if (done) database_ = nullptr;
  return done;
}

}  // namespace tocsin::store
