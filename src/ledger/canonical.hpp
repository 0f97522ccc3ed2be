// SPDX-License-Identifier: Apache-2.0
// Canonical JSON (RFC 8785) and what a signed value may hold.
//
// Threads: pure functions. Errors: ErrorCode::invalid_input names the member that may not be
// signed; limit_exceeded the limit that was passed.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::ledger {

/// Bytes of envelope and body of one revision together; larger things are attachments.
inline constexpr std::size_t revision_bytes_max = 256U << 10;
/// Nesting of objects and arrays inside a signed value.
inline constexpr std::size_t signed_depth_max = 32;

/// RFC 8785: members sorted by UTF-16 code units, numbers as ECMAScript writes them, no blanks.
[[nodiscard]] std::string canonical_json(const boost::json::value& value);

/// What a revision may hold: strings in Unicode NFC, booleans, integers within plus or minus
/// 2^53 - 1, arrays, objects; no fraction, no null, no deeper than signed_depth_max.
[[nodiscard]] base::Status check_signable(const boost::json::value& value);

/// Reads text that must be canonical: anything that another writer could have written otherwise
/// (blanks, order, a member given twice) is refused.
[[nodiscard]] base::Result<boost::json::value> parse_canonical(std::string_view text);

}  // namespace tocsin::ledger
