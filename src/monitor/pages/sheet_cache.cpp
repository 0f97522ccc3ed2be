// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/sheet_cache.hpp"

#include <algorithm>

namespace tocsin::monitor::pages {

std::shared_ptr<const ReadySheet> SheetCache::find(std::string_view key, std::int64_t change,
                                                   base::Instant now) {
  const std::lock_guard guard(mutex_);
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

void SheetCache::keep(std::string_view key, std::int64_t change, base::Instant now,
                      std::shared_ptr<const ReadySheet> sheet) {
  const std::lock_guard guard(mutex_);
  if (kept_.size() >= sheets_max && !kept_.contains(key))
    kept_.erase(
        std::ranges::min_element(kept_, {}, [](const auto& entry) { return entry.second.asked; }));
  kept_.insert_or_assign(std::string(key), Kept{std::move(sheet), change, now, ++asks_});
}

void SheetCache::clear() {
  const std::lock_guard guard(mutex_);
  kept_.clear();
}

}  // namespace tocsin::monitor::pages
