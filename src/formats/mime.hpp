// SPDX-License-Identifier: Apache-2.0
// The parts that mail and forms with files are made of: heads, their values, bodies of several
// parts, and the codings of text in them.
//
// Hostile input: nothing is trusted, every list has an end, and what cannot be read is left as it
// stands. Ownership: views point into the input. Threads: pure functions.
// Errors: ErrorCode::limit_exceeded for too many parts, invalid_input for a body without its
// boundary. Source: RFC 5322, RFC 2045, RFC 2046, RFC 2047, RFC 2231.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace tocsin::formats {

inline constexpr std::size_t mime_headers_max = 500;
inline constexpr std::size_t mime_head_bytes_max = 256U << 10;
inline constexpr std::size_t mime_boundary_bytes_max = 200;  // RFC 2046 allows 70

/// Head and body of a message or of a part.
struct MimeEntity {
  std::vector<std::pair<std::string, std::string>> headers;  ///< lower-case names, unfolded
  std::string_view body;
  /// The first of that name, or empty.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};
[[nodiscard]] MimeEntity split_entity(std::string_view bytes);

/// "text/plain; charset=utf-8": the value in lower case, and its parameters with lower-case names,
/// continued and encoded ones put together.
struct MimeValue {
  std::string value;
  std::map<std::string, std::string, std::less<>> parameters;
  /// The parameter, or empty.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
};
[[nodiscard]] MimeValue read_mime_value(std::string_view header);

/// The bodies between the lines of a boundary, without the line ends that belong to it. Text
/// before the first and after the last is dropped; a last part without its end is taken.
[[nodiscard]] base::Result<std::vector<std::string_view>> split_parts(std::string_view body,
                                                                      std::string_view boundary,
                                                                      std::size_t parts_max);

/// Signs that are none of the alphabet are passed over, as RFC 2045 asks.
[[nodiscard]] std::string decode_base64_body(std::string_view text);
[[nodiscard]] std::string decode_quoted_printable(std::string_view text);
/// By the name of a transfer encoding; identity for those that change nothing.
[[nodiscard]] std::string decode_transfer(std::string_view body, std::string_view encoding);
/// UTF-8 of a text in a named charset; by what it looks like where the name is empty or unknown.
[[nodiscard]] std::string decode_charset(std::string_view bytes, std::string_view charset);
/// A header's text: encoded words decoded, UTF-8, no control characters.
[[nodiscard]] std::string decode_words(std::string_view header);

/// The ids between angle brackets, at most `ids_max`; what cannot be an id is passed over.
[[nodiscard]] std::vector<std::string> message_ids_in(std::string_view header, std::size_t ids_max);
[[nodiscard]] bool is_message_id(std::string_view id);

}  // namespace tocsin::formats
