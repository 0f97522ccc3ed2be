// SPDX-License-Identifier: Apache-2.0
// ES256 signatures as security keys make them: ECDSA over P-256 with SHA-256, checked by OpenSSL.
//
// Threads: pure functions. Errors: whatever does not fit is simply not a good signature.
#pragma once

#include <string_view>

namespace tocsin::base {

inline constexpr std::size_t p256_coordinate_size = 32;

/// Whether the DER signature is good for the message and the point (x, y), each 32 bytes. A point
/// that is not on the curve has no good signatures.
[[nodiscard]] bool verify_es256(std::string_view x, std::string_view y, std::string_view message,
                                std::string_view signature);

}  // namespace tocsin::base
