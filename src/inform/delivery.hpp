// SPDX-License-Identifier: Apache-2.0
// The life of one delivery: at least once, each attempt recorded before it is made. Pure.
//
// Ownership: values. Threads: pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/calendar.hpp"
#include "net/outgoing.hpp"

namespace tocsin::inform {

inline constexpr std::chrono::minutes back_off_first{1};
inline constexpr std::chrono::hours back_off_max{6};
/// Before something that may have arrived is sent again, its receiver gets this time.
inline constexpr std::chrono::minutes uncertain_back_off_min{15};
inline constexpr int attempts_max = 24;

enum class DeliveryState : std::uint8_t {
  waiting,    ///< due at `next`
  sending,    ///< an attempt was recorded and its end was not
  sent,       ///< the other side took it
  uncertain,  ///< it may or may not have arrived; tried again under the same name
  failed,     ///< refused for good, or given up
  by_hand,    ///< a person hands it over
  dropped,    ///< need not go any more: replaced, or done otherwise
};
[[nodiscard]] std::string_view name_of(DeliveryState state);
[[nodiscard]] std::optional<DeliveryState> delivery_state_of(std::string_view name);

struct Delivery {
  DeliveryState state = DeliveryState::waiting;
  int attempts = 0;
  base::Instant next;  ///< of `waiting` and `uncertain`
};

/// 1, 2, 4 … minutes after the first, second, third attempt, at most back_off_max.
[[nodiscard]] std::chrono::milliseconds back_off(int attempts);
[[nodiscard]] bool is_due(const Delivery& delivery, base::Instant now);
/// To be recorded before the attempt is made.
[[nodiscard]] Delivery begun(Delivery delivery);
/// After the attempt.
[[nodiscard]] Delivery ended(Delivery delivery, net::SendOutcome outcome, base::Instant now);
/// An attempt that the program did not see end: it may have arrived.
[[nodiscard]] Delivery interrupted(Delivery delivery, base::Instant now);

}  // namespace tocsin::inform
