// SPDX-License-Identifier: Apache-2.0
#include "ledger/shares.hpp"

#include <gtest/gtest.h>

namespace tocsin::ledger {
namespace {

TEST(Shares, EveryThreeOfFiveGiveTheSecretBack) {
  const auto secret = base::Secret::random(32);
  auto shares = split_secret(secret, 3, 5);
  ASSERT_TRUE(shares);
  for (std::size_t a = 0; a < 5; ++a)
    for (std::size_t b = 0; b < 5; ++b)
      for (std::size_t c = 0; c < 5; ++c) {
        const std::vector<Share> chosen{(*shares)[a], (*shares)[b], (*shares)[c]};
        const auto joined = join_shares(chosen);
        const bool different = a != b && b != c && a != c;
        EXPECT_EQ(joined.has_value(), different);
        if (different) {
          EXPECT_EQ(joined->bytes(), secret.bytes());
        }
      }
}

TEST(Shares, FewerSayNothing) {
  // With one share of two every secret byte is equally likely: over many splittings of one secret
  // the first share takes every value.
  std::array<int, 256> seen{};
  const base::Secret secret(std::string(1, 'A'));
  constexpr int tries = 20'000;
  for (int i = 0; i < tries; ++i)
    ++seen[static_cast<unsigned char>((*split_secret(secret, 2, 2))[0].bytes[0])];
  for (const int count : seen) EXPECT_GT(count, 30);  // 78 expected
  auto shares = split_secret(base::Secret::random(32), 3, 5);
  shares->resize(2);
  EXPECT_FALSE(join_shares(*shares));
}

TEST(Shares, AreWrittenAndReadAgain) {
  auto shares = split_secret(base::Secret::random(32), 2, 3);
  const auto text = share_text((*shares)[1]);
  auto read = parse_share("  " + text + "\n");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->bytes, (*shares)[1].bytes);
  EXPECT_EQ(read->index, 2U);
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto mistyped = text;
    mistyped[i] = mistyped[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(parse_share(mistyped)) << i;
  }
  EXPECT_FALSE(parse_share(text.substr(0, text.size() - 1)));
  EXPECT_FALSE(parse_share(""));
}

TEST(Shares, OfTwoKeysDoNotMix) {
  auto one = split_secret(base::Secret::random(32), 2, 3);
  auto other = split_secret(base::Secret::random(32), 2, 3);
  EXPECT_FALSE(join_shares(std::vector<Share>{(*one)[0], (*other)[1]}));
  EXPECT_FALSE(split_secret(base::Secret::random(32), 1, 3));
  EXPECT_FALSE(split_secret(base::Secret::random(32), 4, 3));
  EXPECT_FALSE(split_secret(base::Secret::random(32), 2, 17));
}

}  // namespace
}  // namespace tocsin::ledger
