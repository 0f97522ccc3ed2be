// SPDX-License-Identifier: Apache-2.0
#include "monitor/reader_pool.hpp"

#include "monitor/observation_schema.hpp"

namespace tocsin::monitor {

ReaderPool::Lease::~Lease() {
  pool_->give_back(std::move(database_));
}

base::Result<std::unique_ptr<ReaderPool::Lease>> ReaderPool::borrow() {
  std::unique_ptr<store::Database> database;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      database = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (database == nullptr) {
    auto opened = open_observations_to_read(home_);
    if (!opened) return std::unexpected(std::move(opened.error()));
    database = std::move(*opened);
  }
  return std::make_unique<Lease>(*this, std::move(database));
}

void ReaderPool::give_back(std::unique_ptr<store::Database> database) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < idle_max) idle_.push_back(std::move(database));
}

}  // namespace tocsin::monitor
