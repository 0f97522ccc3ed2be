// SPDX-License-Identifier: Apache-2.0
// Who a report came from, as far as it may be said: how they can be reached, sealed to the
// custodians; and the states of a request to open it. Pure: no store, no clock.
//
// Ownership: values. Threads: pure functions. Errors: ErrorCode::invalid_input names the field,
// conflict a step that the state does not allow, corrupt a sealed text that is not one of these.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"

namespace tocsin::assess {

/// How to reach somebody: a telephone number, an address, a name, in their words.
inline constexpr std::size_t reach_bytes_max = 2000;
/// Sealed texts are filled up to a multiple of this, so that their length tells little.
inline constexpr std::size_t reach_block_bytes = 512;
inline constexpr std::size_t sealed_reach_bytes_max = 8192;

enum class OpeningState : std::uint8_t { asked, open, refused, closed };
[[nodiscard]] std::string_view name_of(OpeningState state);
[[nodiscard]] std::optional<OpeningState> opening_state_of(std::string_view name);

enum class OpeningStep : std::uint8_t {
  open,    ///< a custodian opens it for who asked
  refuse,  ///< a custodian refuses, with a reason
  close,   ///< who asked is done with it, or its time has run out
  lapse,   ///< nobody answered in time, or the identity is gone
};
[[nodiscard]] std::string_view name_of(OpeningStep step);
[[nodiscard]] std::optional<OpeningStep> opening_step_of(std::string_view name);
/// The state after a step, or why it cannot be taken.
[[nodiscard]] base::Result<OpeningState> after(OpeningState state, OpeningStep step);
/// An opening ends with its time, whether or not anybody has closed it yet.
[[nodiscard]] OpeningState state_at(OpeningState state, base::Instant until, base::Instant now);

/// Seals how somebody can be reached to the custodians' public key.
[[nodiscard]] base::Result<std::string> seal_reach(std::string_view reach,
                                                   const base::PublicKey& custodians);
/// Of what a browser sealed nothing can be checked but its length.
[[nodiscard]] base::Status check_sealed_reach(std::string_view sealed);
/// The words in an opened identity.
[[nodiscard]] base::Result<std::string> read_reach(std::string_view opened);

/// Why an identity or a report was erased: a word, since reasons would outlive what is erased.
enum class ErasedBecause : std::uint8_t { taken_back, term, mistake, danger };
[[nodiscard]] std::string_view name_of(ErasedBecause why);
[[nodiscard]] std::optional<ErasedBecause> erased_because_of(std::string_view name);

}  // namespace tocsin::assess
