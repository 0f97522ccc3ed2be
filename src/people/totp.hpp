// SPDX-License-Identifier: Apache-2.0
// One-time codes that change every 30 seconds: RFC 6238 with HMAC-SHA-1 and six digits, which every
// authenticator application knows.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.hpp"

namespace tocsin::people {

inline constexpr std::size_t totp_secret_size = 20;  ///< bytes, as RFC 4226 section 4 advises
inline constexpr std::chrono::seconds totp_period{30};
inline constexpr unsigned totp_digits = 6;
/// Steps before and after the present one in which a code still counts: clocks differ.
inline constexpr std::int64_t totp_drift_steps = 1;

[[nodiscard]] std::int64_t totp_step(base::Instant now);
[[nodiscard]] std::string totp_code(std::string_view secret, std::int64_t step,
                                    unsigned digits = totp_digits);
/// The step whose code this is, if it lies after `last_used`: no code counts twice, nor one that is
/// older than a used one. Blanks in the code are overlooked.
[[nodiscard]] std::optional<std::int64_t> matching_step(std::string_view secret,
                                                        std::string_view code, base::Instant now,
                                                        std::int64_t last_used);
/// "otpauth://totp/ISSUER:LABEL?secret=…": what an authenticator application reads.
[[nodiscard]] std::string totp_address(std::string_view secret, std::string_view issuer,
                                       std::string_view label);

}  // namespace tocsin::people
