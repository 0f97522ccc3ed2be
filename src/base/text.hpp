// SPDX-License-Identifier: Apache-2.0
// Unicode text: the one door to ICU. All strings are UTF-8 unless the name says otherwise.
//
// Threads: pure functions. Errors: bytes that are not UTF-8 are reported, or repaired where the
// name says so, never passed on.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::base {

/// True if the bytes are well-formed UTF-8 (no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(std::string_view bytes);
/// Replaces each malformed sequence with U+FFFD.
[[nodiscard]] std::string repair_utf8(std::string_view bytes);
/// Converts from a named encoding ("windows-1252", "utf-16le"); ICU's names and aliases.
[[nodiscard]] Result<std::string> from_encoding(std::string_view bytes, std::string_view encoding);
/// UTF-8 kept as it is (without its byte order mark); UTF-16 by its mark; anything else is read
/// as Windows-1252, the superset of Latin-1 that feeds mean when they say nothing.
[[nodiscard]] std::string to_utf8(std::string_view bytes);
/// Unicode normal form C.
[[nodiscard]] std::string normalize_nfc(std::string_view text);
/// The form under which words are compared: NFKD, full case folding, marks removed, Arabic letter
/// variants united. "Ségou" and "SEGOU" give "segou". Slow; offsets are not kept.
[[nodiscard]] std::string fold(std::string_view text);
/// Lower case in no particular language.
[[nodiscard]] std::string lower(std::string_view text);
/// Without white space at both ends (ASCII white space and U+00A0).
[[nodiscard]] std::string_view trim(std::string_view text);
/// At most `bytes_max` bytes, cut at a code point.
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t bytes_max);

/// One code point of UTF-8 and its length in bytes; malformed input gives U+FFFD and length 1.
struct CodePoint {
  char32_t value;
  unsigned length;
};
[[nodiscard]] CodePoint decode(std::string_view text, std::size_t at);
/// Appends one code point as UTF-8.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace tocsin::base
