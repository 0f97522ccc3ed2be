// SPDX-License-Identifier: Apache-2.0
#include "store/connection_pool.hpp"

#include <utility>

namespace tocsin::store {

ConnectionPool::Lease::Lease(Lease&& other) noexcept
    : pool_(other.pool_), database_(std::move(other.database_)) {}

ConnectionPool::Lease::~Lease() {
  if (database_ == nullptr) return;
  const std::lock_guard guard(pool_->mutex_);
  if (pool_->idle_.size() < idle_max) pool_->idle_.push_back(std::move(database_));
}

base::Result<ConnectionPool::Lease> ConnectionPool::borrow() {
  {
    const std::lock_guard guard(mutex_);
    if (!idle_.empty()) {
      auto database = std::move(idle_.back());
      idle_.pop_back();
      return Lease(*this, std::move(database));
    }
  }
  auto opened = opener_();
  if (!opened) return std::unexpected(std::move(opened.error()));
  return Lease(*this, std::move(*opened));
}

}  // namespace tocsin::store
