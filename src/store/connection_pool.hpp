// SPDX-License-Identifier: Apache-2.0
// Read-only connections to one database, lent to one thread at a time.
//
// Ownership: the pool owns the connections; a Lease gives its own back when it ends and must not
// outlive the pool. Threads: borrow() from any thread; a lease belongs to the thread that took it.
// Errors: those of opening the database.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.hpp"
#include "store/database.hpp"

namespace tocsin::store {

class ConnectionPool {
 public:
  using Opener = std::function<base::Result<std::unique_ptr<Database>>()>;
  explicit ConnectionPool(Opener opener) : opener_(std::move(opener)) {}

  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Database> database)
        : pool_(&pool), database_(std::move(database)) {}
    ~Lease();
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    Database* operator->() const { return database_.get(); }
    Database& operator*() const { return *database_; }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<Database> database_;
  };

  [[nodiscard]] base::Result<Lease> borrow();

 private:
  static constexpr std::size_t idle_max = 8;
  Opener opener_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Database>> idle_;
};

}  // namespace tocsin::store
