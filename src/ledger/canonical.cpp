// SPDX-License-Identifier: Apache-2.0
#include "ledger/canonical.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <vector>

#include "base/text.hpp"
#include "formats/json.hpp"

namespace tocsin::ledger {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

constexpr std::int64_t integer_max = (1LL << 53) - 1;

/// Orders UTF-8 as UTF-16 code units: the same as by bytes, but that the surrogates of a code
/// point past U+FFFF (lead byte F0 to F4) come before U+E000 to U+FFFF (lead byte EE and EF).
bool less_utf16(std::string_view one, std::string_view other) {
  const auto [a, b] = std::ranges::mismatch(one, other);
  if (a == one.end() || b == other.end()) return a == one.end() && b != other.end();
  const auto x = static_cast<unsigned char>(*a);
  const auto y = static_cast<unsigned char>(*b);
  constexpr unsigned four_bytes_from = 0xf0;
  constexpr unsigned private_use_from = 0xee;
  if (x >= four_bytes_from && y >= private_use_from && y < four_bytes_from) return true;
  if (y >= four_bytes_from && x >= private_use_from && x < four_bytes_from) return false;
  return x < y;
}

void write_string(std::string_view text, std::string& out) {
  out += '"';
  for (const char sign : text) {
    switch (sign) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(sign) < 0x20) {
          constexpr std::string_view digits = "0123456789abcdef";
          out += "\\u00";
          out += digits[static_cast<unsigned char>(sign) >> 4U];
          out += digits[static_cast<unsigned char>(sign) & 15U];
        } else {
          out += sign;
        }
    }
  }
  out += '"';
}

/// ECMA-262 Number::toString: the shortest digits that read back the same, placed by exponent.
void write_number(double number, std::string& out) {
  if (number == 0) {  // also minus zero
    out += '0';
    return;
  }
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(number),
                                 std::chars_format::scientific)
                       .ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const auto mark = text.find('e');
  std::string digits(text.substr(0, mark));
  std::erase(digits, '.');
  int exponent = 0;
  const auto power = text.substr(text[mark + 1] == '+' ? mark + 2 : mark + 1);
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  const int point = exponent + 1;  // digits before the point
  const int count = static_cast<int>(digits.size());
  constexpr int plain_digits_max = 21;
  constexpr int leading_zeros_max = 6;
  if (number < 0) out += '-';
  if (count <= point && point <= plain_digits_max) {
    out += digits + std::string(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= plain_digits_max) {
    out += digits.substr(0, static_cast<std::size_t>(point)) + '.' +
           digits.substr(static_cast<std::size_t>(point));
  } else if (-leading_zeros_max < point && point <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  } else {
    out += digits.substr(0, 1);
    if (count > 1) out += '.' + digits.substr(1);
    out += exponent < 0 ? "e-" : "e+";
    out += std::to_string(std::abs(exponent));
  }
}

void write(const json::value& value, std::string& out);

void write_object(const json::object& object, std::string& out) {
  std::vector<const json::key_value_pair*> members;
  members.reserve(object.size());
  for (const auto& member : object) members.push_back(&member);
  std::ranges::sort(members,
                    [](const auto* a, const auto* b) { return less_utf16(a->key(), b->key()); });
  out += '{';
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out += ',';
    write_string(members[i]->key(), out);
    out += ':';
    write(members[i]->value(), out);
  }
  out += '}';
}

void write(const json::value& value, std::string& out) {
  switch (value.kind()) {
    case json::kind::null:
      out += "null";
      break;
    case json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case json::kind::int64:
      out += std::to_string(value.get_int64());
      break;
    case json::kind::uint64:
      out += std::to_string(value.get_uint64());
      break;
    case json::kind::double_:
      write_number(value.get_double(), out);
      break;
    case json::kind::string:
      write_string(value.get_string(), out);
      break;
    case json::kind::array: {
      out += '[';
      const auto& array = value.get_array();
      for (std::size_t i = 0; i < array.size(); ++i) {
        if (i > 0) out += ',';
        write(array[i], out);
      }
      out += ']';
      break;
    }
    case json::kind::object:
      write_object(value.get_object(), out);
      break;
  }
}

bool is_plain_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

base::Status check_text(std::string_view text, std::string_view place) {
  if (is_plain_ascii(text)) return {};
  if (!base::is_utf8(text))
    return fail(ErrorCode::invalid_input, "the text is not UTF-8", std::string(place));
  if (base::normalize_nfc(text) != text)
    return fail(ErrorCode::invalid_input, "the text is not in Unicode normal form C",
                std::string(place));
  return {};
}

base::Status check(const json::value& value, const std::string& place, std::size_t depth) {
  if (depth > signed_depth_max)
    return fail(ErrorCode::limit_exceeded,
                "nested deeper than " + std::to_string(signed_depth_max) + " levels", place);
  switch (value.kind()) {
    case json::kind::bool_:
      return {};
    case json::kind::null:
      return fail(ErrorCode::invalid_input, "null cannot be signed", place, "leave the member out");
    case json::kind::double_:
      return fail(ErrorCode::invalid_input, "a fraction cannot be signed", place,
                  "write it as text or as a whole number of a smaller unit");
    case json::kind::int64:
      if (std::abs(value.get_int64()) <= integer_max) return {};
      return fail(ErrorCode::invalid_input, "the number is past 2^53 - 1", place);
    case json::kind::uint64:
      if (value.get_uint64() <= static_cast<std::uint64_t>(integer_max)) return {};
      return fail(ErrorCode::invalid_input, "the number is past 2^53 - 1", place);
    case json::kind::string:
      return check_text(value.get_string(), place);
    case json::kind::array:
      for (const auto& item : value.get_array())
        if (auto done = check(item, place, depth + 1); !done) return done;
      return {};
    case json::kind::object:
      for (const auto& [key, item] : value.get_object()) {
        const auto inner = place.empty() ? std::string(key) : place + "." + std::string(key);
        if (auto done = check_text(key, inner); !done) return done;
        if (auto done = check(item, inner, depth + 1); !done) return done;
      }
      return {};
  }
  return {};
}

}  // namespace

std::string canonical_json(const json::value& value) {
  std::string out;
  write(value, out);
  return out;
}

base::Status check_signable(const json::value& value) {
  return check(value, {}, 0);
}

base::Result<json::value> parse_canonical(std::string_view text) {
  auto value = formats::parse_json(text);
  if (!value) return value;
  if (canonical_json(*value) != text)
    return fail(ErrorCode::corrupt, "the JSON is not in its canonical form (RFC 8785)");
  return value;
}

}  // namespace tocsin::ledger
