// SPDX-License-Identifier: Apache-2.0
#include "monitor/rollup.hpp"

#include <gtest/gtest.h>

#include <map>

#include "base/random.hpp"

namespace tocsin::monitor {
namespace {

TEST(Rollup, a_block_reads_back_as_written) {
  const std::vector<BlockDay> days = {
      {0, {1, 2, 3}}, {5, {300, 70'000, 0}}, {63, {UINT32_MAX, 1, 9}}};
  const auto read = decode_block(encode_block(days));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), days.size());
  for (std::size_t i = 0; i < days.size(); ++i) {
    EXPECT_EQ((*read)[i].offset, days[i].offset);
    EXPECT_EQ((*read)[i].counts, days[i].counts);
  }
}

TEST(Rollup, damaged_blocks_are_refused) {
  for (const std::string_view bytes :
       {std::string_view("\x40\x01\x01\x01", 4), std::string_view("\x01\x01\x01", 3),
        std::string_view("\x05\x01\x01\x00\x05\x01\x01\x00", 8),
        std::string_view("\x01\xff\xff\xff\xff\xff\x01\x01", 8)}) {
    const auto read = decode_block(bytes);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, base::ErrorCode::corrupt);
  }
}

TEST(Rollup, days_before_1970_fall_into_their_own_blocks) {
  EXPECT_EQ(block_of(0), 0);
  EXPECT_EQ(block_of(63), 0);
  EXPECT_EQ(block_of(64), 1);
  EXPECT_EQ(block_of(-1), -1);
  EXPECT_EQ(block_of(-64), -1);
  EXPECT_EQ(block_of(-65), -2);
}

// Law: whatever is split over batches and merged gives the same counts as adding them one by one.
TEST(Rollup, merging_batches_equals_adding_up) {
  base::SeededRandom random(42);
  std::map<std::tuple<int, int, int>, DayCounts> expected;
  std::map<std::tuple<int, int, int>, std::string> stored;
  for (int batch = 0; batch < 20; ++batch) {
    RollupBatch gathered;
    for (int i = 0; i < 500; ++i) {
      const auto place = static_cast<int>(random.below(3));
      const auto measure = static_cast<int>(random.below(3));
      const auto day = static_cast<int>(random.below(400)) - 100;
      const DayCounts counts{1, static_cast<std::uint32_t>(random.below(4)),
                             static_cast<std::uint32_t>(random.below(200))};
      gathered.add(place, measure, day, counts);
      expected[{place, measure, day}] += counts;
    }
    for (const auto& block : gathered.blocks()) {
      auto& bytes = stored[{block.place, block.measure, block.block}];
      const auto merged = merge_block(bytes, block.days);
      ASSERT_TRUE(merged);
      bytes = *merged;
    }
  }
  std::map<std::tuple<int, int, int>, DayCounts> found;
  for (const auto& [key, bytes] : stored) {
    const auto days = decode_block(bytes);
    ASSERT_TRUE(days);
    for (const auto& day : *days)
      found[{std::get<0>(key), std::get<1>(key),
             first_day_of_block(std::get<2>(key)) + day.offset}] = day.counts;
  }
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace tocsin::monitor
