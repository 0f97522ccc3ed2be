// SPDX-License-Identifier: Apache-2.0
#include "people/emergency.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "people/account.hpp"

namespace tocsin::people {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::array<std::string_view, 3> state_names{"open", "ended", "reviewed"};
constexpr std::array<std::string_view, 5> end_names{"none", "closed", "log_out", "hour", "session"};
constexpr std::array<std::string_view, 3> verdict_names{"none", "in_order", "objection"};

template <class Value, std::size_t N>
base::Result<Value> value_of(const std::array<std::string_view, N>& names, std::string_view name,
                             std::string_view what) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end())
    return fail(ErrorCode::invalid_input, "unknown word " + std::string(name), std::string(what));
  return static_cast<Value>(found - names.begin());
}

}  // namespace

std::string_view name_of(EmergencyState state) {
  return state_names[static_cast<std::size_t>(state)];
}
base::Result<EmergencyState> emergency_state_of(std::string_view name) {
  return value_of<EmergencyState>(state_names, name, "state");
}
std::string_view name_of(EmergencyEnd end) {
  return end_names[static_cast<std::size_t>(end)];
}
base::Result<EmergencyEnd> emergency_end_of(std::string_view name) {
  return value_of<EmergencyEnd>(end_names, name, "end");
}
std::string_view name_of(EmergencyVerdict verdict) {
  return verdict_names[static_cast<std::size_t>(verdict)];
}
base::Result<EmergencyVerdict> emergency_verdict_of(std::string_view name) {
  return value_of<EmergencyVerdict>(verdict_names, name, "verdict");
}

base::Status end_it(Emergency& emergency, EmergencyEnd how, base::Instant now) {
  if (emergency.state != EmergencyState::open || how == EmergencyEnd::none)
    return fail(ErrorCode::conflict, "this emergency access is not open", "emergency_not_open");
  emergency.state = EmergencyState::ended;
  emergency.end = how;
  // However late it is noticed: it was not in force past its hour, nor before it began.
  emergency.ended = std::clamp(now, emergency.opened, std::max(emergency.opened, emergency.until));
  return {};
}

base::Status review_it(Emergency& emergency, EmergencyVerdict verdict) {
  if (emergency.state != EmergencyState::ended)
    return fail(ErrorCode::conflict, "only what has ended is reviewed, and once",
                "emergency_not_ended");
  if (verdict == EmergencyVerdict::none)
    return fail(ErrorCode::invalid_input, "say what you found", "verdict_none");
  emergency.state = EmergencyState::reviewed;
  emergency.verdict = verdict;
  return {};
}

base::Status check_emergency_text(std::string_view text) {
  if (base::trim(text).empty()) return fail(ErrorCode::invalid_input, "say why", "reason_empty");
  if (text.size() > reason_bytes_max || !base::is_utf8(text))
    return fail(ErrorCode::invalid_input, "the reason is too long", "reason_long");
  return {};
}

base::Instant review_due(const Emergency& emergency, const EmergencyLimits& limits) {
  const auto from = emergency.state == EmergencyState::open ? emergency.until : emergency.ended;
  return from + limits.reviewed_within;
}

bool is_overdue(const Emergency& emergency, const EmergencyLimits& limits, base::Instant now) {
  return emergency.state != EmergencyState::reviewed && now > review_due(emergency, limits);
}

}  // namespace tocsin::people
