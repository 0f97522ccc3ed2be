// SPDX-License-Identifier: Apache-2.0
#include "assess/source.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "formats/json.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::array<std::string_view, 4> state_names{"asked", "open", "refused", "closed"};
constexpr std::array<std::string_view, 4> step_names{"open", "refuse", "close", "lapse"};
constexpr std::array<std::string_view, 4> why_names{"taken_back", "term", "mistake", "danger"};

template <class Enum, std::size_t N>
std::optional<Enum> found_in(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view name_of(OpeningState state) {
  return state_names[static_cast<std::size_t>(state)];
}
std::optional<OpeningState> opening_state_of(std::string_view name) {
  return found_in<OpeningState>(state_names, name);
}
std::string_view name_of(OpeningStep step) {
  return step_names[static_cast<std::size_t>(step)];
}
std::optional<OpeningStep> opening_step_of(std::string_view name) {
  return found_in<OpeningStep>(step_names, name);
}
std::string_view name_of(ErasedBecause why) {
  return why_names[static_cast<std::size_t>(why)];
}
std::optional<ErasedBecause> erased_because_of(std::string_view name) {
  return found_in<ErasedBecause>(why_names, name);
}

base::Result<OpeningState> after(OpeningState state, OpeningStep step) {
  const bool asked = state == OpeningState::asked;
  if (asked && step == OpeningStep::open) return OpeningState::open;
  if (asked && step == OpeningStep::refuse) return OpeningState::refused;
  if (asked && step == OpeningStep::lapse) return OpeningState::closed;
  if (state == OpeningState::open && step != OpeningStep::open && step != OpeningStep::refuse)
    return OpeningState::closed;
  return fail(ErrorCode::conflict,
              "a request that is " + std::string(name_of(state)) + " cannot take the step " +
                  std::string(name_of(step)),
              "source_request", "look at its newest state; someone may have acted meanwhile");
}

OpeningState state_at(OpeningState state, base::Instant until, base::Instant now) {
  return state == OpeningState::open && now >= until ? OpeningState::closed : state;
}

base::Result<std::string> seal_reach(std::string_view reach, const base::PublicKey& custodians) {
  const auto trimmed = base::trim(reach);
  if (trimmed.empty()) return fail(ErrorCode::invalid_input, "nothing is written", "reach");
  if (trimmed.size() > reach_bytes_max)
    return fail(ErrorCode::limit_exceeded, "longer than 2,000 bytes", "reach");
  if (!base::is_utf8(trimmed)) return fail(ErrorCode::invalid_input, "not UTF-8", "reach");
  // As the reporter's page does it with script: JSON, filled up with blanks.
  auto plain = boost::json::serialize(boost::json::object{{"reach", base::normalize_nfc(trimmed)}});
  plain.resize((plain.size() / reach_block_bytes + 1) * reach_block_bytes, ' ');
  const base::Secret wiped(std::move(plain));
  return base::seal_to(custodians, wiped.bytes());
}

base::Status check_sealed_reach(std::string_view sealed) {
  if (sealed.size() > sealed_reach_bytes_max)
    return fail(ErrorCode::limit_exceeded, "longer than a sealed address may be", "reach");
  if (sealed.size() < reach_block_bytes)
    return fail(ErrorCode::invalid_input, "the sealed text cannot be read", "reach");
  return {};
}

base::Result<std::string> read_reach(std::string_view opened) {
  auto value = formats::parse_json(opened);
  if (!value || !value->is_object())
    return fail(ErrorCode::corrupt, "this is not how somebody can be reached");
  return std::string(formats::text_member(*value, "reach"));
}

}  // namespace tocsin::assess
