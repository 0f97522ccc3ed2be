// SPDX-License-Identifier: Apache-2.0
// Daily counts per place and measure, packed in blocks of 64 days.
//
// A block holds only the days on which something was counted, so a quiet place costs a few bytes
// and a year of a busy one is six rows. The byte form is docs/formats/rollup.md.
//
// Ownership: values. Threads: a RollupBatch belongs to one thread; the codec is pure.
// Units: days since 1970-01-01; counts of clusters, observations and people killed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"

namespace tocsin::monitor {

inline constexpr std::int32_t rollup_block_days = 64;

/// Rollups that no one watches: everything, and what no measure and no indicator takes, which tells
/// how much is reported at all.
inline constexpr std::string_view rollup_of_all = "all";
inline constexpr std::string_view rollup_of_neutral = "neutral";

struct DayCounts {
  std::uint32_t clusters = 0;      ///< happenings first counted on that day
  std::uint32_t observations = 0;  ///< all statements about that day, repeats included
  std::uint32_t killed = 0;        ///< highest figure of each happening, added up

  bool operator==(const DayCounts&) const = default;
  DayCounts& operator+=(const DayCounts& other);
};

/// Which block a day falls into, and its place in it.
[[nodiscard]] constexpr std::int32_t block_of(std::int32_t day) {
  return day >= 0 ? day / rollup_block_days : (day - rollup_block_days + 1) / rollup_block_days;
}
[[nodiscard]] constexpr std::int32_t first_day_of_block(std::int32_t block) {
  return block * rollup_block_days;
}

/// One day of one block: `offset` in [0, 64).
struct BlockDay {
  std::uint8_t offset;
  DayCounts counts;
};

/// Packs days in rising order of offset.
[[nodiscard]] std::string encode_block(const std::vector<BlockDay>& days);
/// Errors: ErrorCode::corrupt for bytes that no encoder writes.
[[nodiscard]] base::Result<std::vector<BlockDay>> decode_block(std::string_view bytes);
/// Adds `added` (rising offsets) to an encoded block.
[[nodiscard]] base::Result<std::string> merge_block(std::string_view bytes,
                                                    const std::vector<BlockDay>& added);

/// Gathers what one transaction adds, so that each block is rewritten once.
class RollupBatch {
 public:
  void add(std::int32_t place, std::int32_t measure, std::int32_t day, const DayCounts& counts);
  void clear() { counts_.clear(); }
  [[nodiscard]] bool empty() const { return counts_.empty(); }

  struct Block {
    std::int32_t place;
    std::int32_t measure;
    std::int32_t block;
    std::vector<BlockDay> days;
  };
  /// Everything gathered, ordered by place, measure, block.
  [[nodiscard]] std::vector<Block> blocks() const;

 private:
  struct Key {
    std::int32_t place;
    std::int32_t measure;
    std::int32_t day;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  std::unordered_map<Key, DayCounts, KeyHash> counts_;
};

}  // namespace tocsin::monitor
