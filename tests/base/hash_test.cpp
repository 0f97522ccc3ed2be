// SPDX-License-Identifier: Apache-2.0
#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/random.hpp"

namespace tocsin::base {
namespace {

std::string random_bytes(SeededRandom& random, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.below(256));
  return bytes;
}

TEST(Sha256Of, EqualsPublishedVectors) {
  // FIPS 180-4 and NIST's examples: nothing, two blocks, a million times "a".
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Of, IsTheSameHoweverTheBytesAreCut) {
  SeededRandom random(1);
  for (int round = 0; round < 200; ++round) {
    const auto bytes = random_bytes(random, random.below(300));
    Sha256 pieces;
    for (std::string_view rest = bytes; !rest.empty();) {
      const auto count = std::min<std::size_t>(rest.size(), random.below(80));
      pieces.add(rest.substr(0, count));
      rest.remove_prefix(count);
    }
    EXPECT_EQ(pieces.finish(), sha256(bytes));
  }
}

TEST(Sha256Of, AMovedComputationGoesOn) {
  Sha256 first;
  first.add("a");
  Sha256 second = std::move(first);
  second.add("bc");
  EXPECT_EQ(second.finish(), sha256("abc"));
}

TEST(Hex, WritesTwoLowerCaseDigitsAByte) {
  const std::array<unsigned char, 4> bytes{0x00, 0x0F, 0xA0, 0xFF};
  EXPECT_EQ(to_hex(bytes), "000fa0ff");
  EXPECT_EQ(to_hex({}), "");
}

TEST(Hash64, DependsOnEveryByteAndOnTheSeed) {
  SeededRandom random(2);
  for (int round = 0; round < 200; ++round) {
    const auto bytes = random_bytes(random, 1 + random.below(300));
    auto changed = bytes;
    changed[random.below(changed.size())] ^= static_cast<char>(1U << random.below(8));
    EXPECT_EQ(hash64(bytes, 7), hash64(bytes, 7));
    EXPECT_NE(hash64(bytes), hash64(changed));
    EXPECT_NE(hash64(bytes, 7), hash64(bytes, 8));
  }
}

TEST(Hash64, SpreadsCountersWithoutCollisions) {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 100'000; ++i) seen.insert(hash64(std::to_string(i)));
  EXPECT_EQ(seen.size(), 100'000U);
}

}  // namespace
}  // namespace tocsin::base
