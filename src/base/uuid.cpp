// SPDX-License-Identifier: Apache-2.0
#include "base/uuid.hpp"

#include <array>
#include <span>

#include "base/hash.hpp"

namespace tocsin::base {
namespace {

constexpr std::size_t uuid_bytes = 16;
constexpr std::array<std::size_t, 4> hyphens{8, 13, 18, 23};
constexpr std::size_t uuid_signs = 36;

std::string finish(std::uint64_t high, std::uint64_t low, std::uint64_t version) {
  high = (high & ~0xf000ULL) | version << 12U;
  low = (low & 0x3fff'ffff'ffff'ffffULL) | 0x8000'0000'0000'0000ULL;
  std::array<unsigned char, uuid_bytes> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<unsigned char>(high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<unsigned char>(low >> (56 - 8 * i));
  }
  std::string text = to_hex(bytes);
  for (const auto at : hyphens) text.insert(at, 1, '-');
  return text;
}

}  // namespace

std::string uuid_v7(Instant now, Random& random) {
  const auto ms = static_cast<std::uint64_t>(now.time_since_epoch().count());
  return finish(ms << 16U | (random.next() & 0xffffU), random.next(), 7);
}

std::string uuid_v4(Random& random) {
  const auto high = random.next();
  return finish(high, random.next(), 4);
}

bool is_uuid(std::string_view text) {
  if (text.size() != uuid_signs) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == hyphens[0] || i == hyphens[1] || i == hyphens[2] || i == hyphens[3];
    const bool digit = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (hyphen ? text[i] != '-' : !digit) return false;
  }
  return true;
}

}  // namespace tocsin::base
