// SPDX-License-Identifier: Apache-2.0
#include "base/printable.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace tocsin::base {
namespace {

constexpr char32_t replacement = 0xFFFD;

/// Cc, the two line separators, and what embeds or overrides the direction of writing.
bool moves_the_terminal(char32_t value) {
  return value < 0x20 || (value >= 0x7F && value <= 0x9F) || (value >= 0x2028 && value <= 0x202E) ||
         (value >= 0x2066 && value <= 0x2069);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto [value, length] = decode(text, at);
    const auto bytes = text.substr(at, length);
    at += length;
    // A malformed byte decodes as U+FFFD of length 1; the sign itself takes three bytes.
    const bool malformed = value == replacement && length == 1;
    if (value == '\n')
      out += "\\n";
    else if (value == '\t')
      out += "\\t";
    else if (malformed || (length == 1 && moves_the_terminal(value)))
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(bytes.front()));
    else if (moves_the_terminal(value))
      out += fmt::format("\\u{{{:04X}}}", static_cast<std::uint32_t>(value));
    else
      out += bytes;
  }
  return out;
}

}  // namespace tocsin::base
