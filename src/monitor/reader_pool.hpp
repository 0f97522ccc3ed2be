// SPDX-License-Identifier: Apache-2.0
// Connections for reading the observation store, lent to one thread at a time.
//
// Ownership: the pool owns the connections; a Lease gives its own back when it ends and must not
// outlive the pool. Threads: borrow() from any thread; a lease belongs to the thread that took it.
// Errors: those of opening the database.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.hpp"
#include "monitor/observation_reader.hpp"

namespace tocsin::monitor {

class ReaderPool {
 public:
  explicit ReaderPool(std::filesystem::path home) : home_(std::move(home)) {}

  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<store::Database> database)
        : pool_(&pool), database_(std::move(database)), reader_(*database_) {}
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ObservationReader* operator->() { return &reader_; }
    ObservationReader& operator*() { return reader_; }

   private:
    ReaderPool* pool_;
    std::unique_ptr<store::Database> database_;
    ObservationReader reader_;
  };

  [[nodiscard]] base::Result<std::unique_ptr<Lease>> borrow();

 private:
  static constexpr std::size_t idle_max = 8;
  void give_back(std::unique_ptr<store::Database> database);
  std::filesystem::path home_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<store::Database>> idle_;
};

}  // namespace tocsin::monitor
