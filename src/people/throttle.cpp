// SPDX-License-Identifier: Apache-2.0
#include "people/throttle.hpp"

#include <algorithm>

namespace tocsin::people {
namespace {

std::unexpected<base::Error> later(std::chrono::milliseconds wait) {
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(wait).count();
  return base::fail(base::ErrorCode::limit_exceeded, "too many tries have failed", "try_later",
                    "try again in " + std::to_string(minutes) + " min");
}

}  // namespace

base::Instant Throttle::next_try(const Entry& entry) const {
  if (entry.failures < limits_.free_failures) return entry.last;
  auto wait = limits_.wait_first;
  for (auto i = limits_.free_failures; i < entry.failures && wait < limits_.wait_max; ++i)
    wait *= 2;
  return entry.last + std::min(wait, limits_.wait_max);
}

void Throttle::refill(base::Instant now) {
  if (now > refilled_) {
    const auto apart = std::chrono::duration<double>(limits_.all_failures_apart).count();
    tokens_ =
        std::min<double>(limits_.all_failures_at_once,
                         tokens_ + std::chrono::duration<double>(now - refilled_).count() / apart);
    refilled_ = now;
  }
}

void Throttle::make_room() {
  if (entries_.size() < limits_.names_max) return;
  const auto quietest =
      std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second.last; });
  entries_.erase(quietest);
}

base::Status Throttle::begin(const std::string& name, bool known_browser) {
  const std::lock_guard guard(mutex_);
  const auto now = steady_.now();
  refill(now);
  auto found = entries_.find(name);
  if (found != entries_.end() && now - found->second.last > limits_.forgotten_after) {
    entries_.erase(found);
    found = entries_.end();
  }
  if (found != entries_.end())
    if (const auto at = next_try(found->second); now < at) return later(at - now);
  if (!known_browser) {
    if (tokens_ < 1) return later(limits_.all_failures_apart);
    tokens_ -= 1;
  }
  if (found == entries_.end()) {
    make_room();
    found = entries_.try_emplace(name).first;
  }
  found->second.failures += 1;
  found->second.last = now;
  return {};
}

void Throttle::succeeded(const std::string& name, bool known_browser) {
  const std::lock_guard guard(mutex_);
  entries_.erase(name);
  if (!known_browser) tokens_ = std::min<double>(limits_.all_failures_at_once, tokens_ + 1);
}

}  // namespace tocsin::people
