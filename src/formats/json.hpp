// SPDX-License-Identifier: Apache-2.0
// JSON values: Boost.JSON with our limits and with errors that people understand.
//
// Ownership: values. Threads: pure functions. Errors: ErrorCode::invalid_input with the byte where
// the text stops being JSON; ErrorCode::limit_exceeded for nesting over `json_depth_max`.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::formats {

/// Nesting of objects and arrays; deeper text is refused before it can exhaust the stack.
inline constexpr std::size_t json_depth_max = 64;

[[nodiscard]] base::Result<boost::json::value> parse_json(std::string_view text);

/// Members by key, null or empty where absent or of another type. Views live as long as `object`.
[[nodiscard]] const boost::json::value* member(const boost::json::value& object,
                                               std::string_view key);
[[nodiscard]] std::string_view text_member(const boost::json::value& object, std::string_view key);
/// A number, also where it is written as text ("12.5").
[[nodiscard]] std::optional<double> number_member(const boost::json::value& object,
                                                  std::string_view key);
/// Text or a whole number as text, for ids that some sources write either way.
[[nodiscard]] std::string id_member(const boost::json::value& object, std::string_view key);

}  // namespace tocsin::formats
