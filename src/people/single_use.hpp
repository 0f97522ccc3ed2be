// SPDX-License-Identifier: Apache-2.0
// What is kept for one answer: given out under a ticket, taken once, gone after its time.
//
// In memory, over a steady clock. Threads: any.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "base/crypto.hpp"

namespace tocsin::people {

template <class Value>
class SingleUse {
 public:
  SingleUse(const base::Clock& steady, std::chrono::milliseconds kept_for, std::size_t held_max)
      : steady_(steady), kept_for_(kept_for), held_max_(held_max) {}

  /// Keeps a value and gives its ticket. Where too many are held, the oldest goes.
  [[nodiscard]] std::string keep(Value value) {
    auto ticket = base::base64url(base::random_bytes(ticket_size));
    const std::lock_guard guard(mutex_);
    const auto now = steady_.now();
    std::erase_if(held_, [&](const auto& entry) { return is_over(entry.second, now); });
    if (held_.size() >= held_max_) held_.erase(oldest());
    held_.emplace(ticket, Held{std::move(value), now, ++number_});
    return ticket;
  }
  /// The value of a ticket, which is worth nothing afterwards.
  [[nodiscard]] std::optional<Value> take(std::string_view ticket) {
    const std::lock_guard guard(mutex_);
    const auto found = held_.find(ticket);
    if (found == held_.end()) return std::nullopt;
    auto held = std::move(found->second);
    held_.erase(found);
    if (is_over(held, steady_.now())) return std::nullopt;
    return std::optional<Value>(std::move(held.value));
  }

 private:
  static constexpr std::size_t ticket_size = 32;  ///< random bytes
  struct Held {
    Value value;
    base::Instant since;
    std::uint64_t number;
  };
  using Map = std::map<std::string, Held, std::less<>>;
  [[nodiscard]] bool is_over(const Held& held, base::Instant now) const {
    return now - held.since >= kept_for_;
  }
  [[nodiscard]] typename Map::iterator oldest() {
    auto first = held_.begin();
    for (auto entry = held_.begin(); entry != held_.end(); ++entry)
      if (entry->second.number < first->second.number) first = entry;
    return first;
  }

  const base::Clock& steady_;
  std::chrono::milliseconds kept_for_;
  std::size_t held_max_;
  std::mutex mutex_;
  Map held_;
  std::uint64_t number_ = 0;
};

}  // namespace tocsin::people
