// SPDX-License-Identifier: Apache-2.0
#include "inform/delivery.hpp"

#include <algorithm>
#include <array>

namespace tocsin::inform {
namespace {

constexpr std::array<std::string_view, 7> state_names{"waiting", "sending", "sent",   "uncertain",
                                                      "failed",  "by_hand", "dropped"};

}  // namespace

std::string_view name_of(DeliveryState state) {
  return state_names.at(static_cast<std::size_t>(state));
}

std::optional<DeliveryState> delivery_state_of(std::string_view name) {
  const auto found = std::ranges::find(state_names, name);
  if (found == state_names.end()) return std::nullopt;
  return static_cast<DeliveryState>(found - state_names.begin());
}

std::chrono::milliseconds back_off(int attempts) {
  constexpr int doublings_max = 9;  // 512 minutes are past back_off_max
  const int doublings = std::clamp(attempts - 1, 0, doublings_max);
  return std::min<std::chrono::milliseconds>(back_off_first * (1 << doublings), back_off_max);
}

bool is_due(const Delivery& delivery, base::Instant now) {
  const bool open =
      delivery.state == DeliveryState::waiting || delivery.state == DeliveryState::uncertain;
  // A date further away than any pause was written while the clock stood wrong.
  const bool reached = now >= delivery.next || delivery.next > now + back_off_max;
  return open && delivery.attempts < attempts_max && reached;
}

Delivery begun(Delivery delivery) {
  delivery.state = DeliveryState::sending;
  ++delivery.attempts;
  return delivery;
}

Delivery ended(Delivery delivery, net::SendOutcome outcome, base::Instant now) {
  switch (outcome) {
    case net::SendOutcome::accepted:
      delivery.state = DeliveryState::sent;
      return delivery;
    case net::SendOutcome::refused_for_good:
      delivery.state = DeliveryState::failed;
      return delivery;
    case net::SendOutcome::lost:
      return interrupted(delivery, now);
    case net::SendOutcome::refused_for_now:
      break;
  }
  delivery.state =
      delivery.attempts >= attempts_max ? DeliveryState::failed : DeliveryState::waiting;
  delivery.next = now + back_off(delivery.attempts);
  return delivery;
}

Delivery interrupted(Delivery delivery, base::Instant now) {
  delivery.state = DeliveryState::uncertain;
  delivery.next = now + std::max<std::chrono::milliseconds>(back_off(delivery.attempts),
                                                            uncertain_back_off_min);
  return delivery;
}

}  // namespace tocsin::inform
