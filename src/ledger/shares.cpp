// SPDX-License-Identifier: Apache-2.0
#include "ledger/shares.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace tocsin::ledger {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::string_view first_word = "tocsin-share";
constexpr std::size_t set_bytes = 4;
constexpr std::size_t check_signs = 8;

/// Multiplication in the field of AES, without branches on secret bytes.
unsigned char times(unsigned char a, unsigned char b) {
  unsigned product = 0;
  unsigned left = a;
  unsigned right = b;
  for (int bit = 0; bit < 8; ++bit) {
    product ^= left & (0U - (right & 1U));
    const unsigned carry = 0U - ((left >> 7U) & 1U);
    left = ((left << 1U) ^ (0x1bU & carry)) & 0xffU;
    right >>= 1U;
  }
  return static_cast<unsigned char>(product);
}

/// a^254, which is 1/a for a other than 0.
unsigned char inverse(unsigned char a) {
  unsigned char result = 1;
  unsigned char power = a;
  for (unsigned exponent = 254; exponent > 0; exponent >>= 1U) {
    if ((exponent & 1U) != 0) result = times(result, power);
    power = times(power, power);
  }
  return result;
}

std::string check_of(std::string_view body) {
  return base::to_hex(base::sha256(body)).substr(0, check_signs);
}

}  // namespace

base::Result<std::vector<Share>> split_secret(const base::Secret& secret, unsigned needed,
                                              unsigned count) {
  if (needed < 2 || needed > count || count > shares_max)
    return fail(ErrorCode::invalid_input,
                "shares are at least 2, at most 16, and no more needed "
                "than there are",
                "shares");
  const auto set = base::to_hex(std::span(
      reinterpret_cast<const unsigned char*>(base::random_bytes(set_bytes).data()), set_bytes));
  std::vector<Share> shares;
  for (unsigned index = 1; index <= count; ++index) shares.push_back({index, needed, set, {}});
  for (const char byte : secret.bytes()) {
    // A polynomial through the secret byte at 0; the other coefficients are chance.
    const auto others = base::Secret::random(needed - 1);
    for (auto& share : shares) {
      const auto x = static_cast<unsigned char>(share.index);
      unsigned char y = 0;
      for (std::size_t i = others.bytes().size(); i-- > 0;)
        y = static_cast<unsigned char>(times(y, x) ^ static_cast<unsigned char>(others.bytes()[i]));
      share.bytes += static_cast<char>(times(y, x) ^ static_cast<unsigned char>(byte));
    }
  }
  return shares;
}

base::Result<base::Secret> join_shares(std::span<const Share> shares) {
  if (shares.empty()) return fail(ErrorCode::invalid_input, "no share was given", "shares");
  std::set<unsigned> indices;
  for (const auto& share : shares) {
    if (share.set != shares.front().set || share.bytes.size() != shares.front().bytes.size())
      return fail(ErrorCode::invalid_input, "these shares are not of one key",
                  "share " + std::to_string(share.index));
    if (!indices.insert(share.index).second)
      return fail(ErrorCode::invalid_input, "this share was given twice",
                  "share " + std::to_string(share.index));
  }
  if (shares.size() < shares.front().needed)
    return fail(
        ErrorCode::invalid_input,
        fmt::format("{} shares are needed, {} were given", shares.front().needed, shares.size()),
        "shares");
  std::string secret;
  for (std::size_t at = 0; at < shares.front().bytes.size(); ++at) {
    unsigned char value = 0;
    for (const auto& share : shares) {
      // Lagrange's formula at 0; subtraction is exclusive or in this field.
      auto weight = static_cast<unsigned char>(share.bytes[at]);
      for (const auto& other : shares) {
        if (other.index == share.index) continue;
        const auto x = static_cast<unsigned char>(other.index);
        const auto difference = static_cast<unsigned char>(other.index ^ share.index);
        weight = times(weight, times(x, inverse(difference)));
      }
      value = static_cast<unsigned char>(value ^ weight);
    }
    secret += static_cast<char>(value);
  }
  return base::Secret(std::move(secret));
}

std::string share_text(const Share& share) {
  const auto body = fmt::format("{} {} {} {} {}", first_word, share.set, share.needed, share.index,
                                base::base64url(share.bytes));
  return body + " " + check_of(body);
}

base::Result<Share> parse_share(std::string_view text) {
  text = base::trim(text);
  const auto last = text.rfind(' ');
  if (last == std::string_view::npos || check_of(text.substr(0, last)) != text.substr(last + 1))
    return fail(ErrorCode::invalid_input, "this share was mistyped or cut off", "share",
                "copy the whole line");
  std::vector<std::string_view> parts;
  for (auto rest = text.substr(0, last); !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    parts.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  constexpr std::size_t parts_in_all = 5;
  if (parts.size() != parts_in_all || parts[0] != first_word)
    return fail(ErrorCode::invalid_input, "this is not a share of a key", "share");
  Share share;
  share.set = parts[1];
  const auto number = [](std::string_view digits, unsigned& value) {
    return std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc{};
  };
  auto bytes = base::from_base64url(parts[4]);
  if (!number(parts[2], share.needed) || !number(parts[3], share.index) || share.index == 0 ||
      share.index > shares_max || !bytes)
    return fail(ErrorCode::invalid_input, "this is not a share of a key", "share");
  share.bytes = std::move(*bytes);
  return share;
}

}  // namespace tocsin::ledger
