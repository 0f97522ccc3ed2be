// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/sheet_cache.hpp"

#include <algorithm>

namespace tocsin::monitor::pages {

std::shared_ptr<const ReadySheet> SheetCache::good(const std::string& key, std::int64_t change,
                                                   base::Instant now) {
  const auto found = kept_.find(key);
  if (found == kept_.end()) return nullptr;
  auto& kept = found->second;
  // A clock that was set back makes a sheet look young: then it is made anew too.
  if (kept.change != change || now < kept.made || now - kept.made > age_max) {
    kept_.erase(found);
    return nullptr;
  }
  kept.asked = ++asks_;
  return kept.sheet;
}

SheetCache::Found SheetCache::find(const std::string& key, std::int64_t change, base::Instant now) {
  std::unique_lock guard(mutex_);
  for (;;) {
    if (auto sheet = good(key, change, now); sheet != nullptr) return {std::move(sheet), nullptr};
    if (making_.insert(key).second) return {nullptr, std::make_unique<Turn>(*this, key, clears_)};
    // One that ends without a sheet, such as for an unknown place, gives the turn to the next.
    ended_.wait(guard, [&] { return !making_.contains(key); });
  }
}

std::unique_ptr<SheetCache::Turn> SheetCache::turn(const std::string& key) {
  std::unique_lock guard(mutex_);
  ended_.wait(guard, [&] { return !making_.contains(key); });
  making_.insert(key);
  return std::make_unique<Turn>(*this, key, clears_);
}

void SheetCache::end_turn(const std::string& key) {
  {
    const std::lock_guard guard(mutex_);
    making_.erase(key);
  }
  ended_.notify_all();
}

void SheetCache::keep(const Turn& turn, std::int64_t change, base::Instant now,
                      std::shared_ptr<const ReadySheet> sheet) {
  const std::lock_guard guard(mutex_);
  if (turn.clears_ != clears_) return;
  if (kept_.size() >= sheets_max && !kept_.contains(turn.key_))
    kept_.erase(
        std::ranges::min_element(kept_, {}, [](const auto& entry) { return entry.second.asked; }));
  kept_.insert_or_assign(turn.key_, Kept{std::move(sheet), change, now, ++asks_});
}

void SheetCache::clear() {
  const std::lock_guard guard(mutex_);
  kept_.clear();
  ++clears_;
}

}  // namespace tocsin::monitor::pages
