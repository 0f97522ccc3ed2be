// SPDX-License-Identifier: Apache-2.0
#include "monitor/rollup.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

namespace tocsin::monitor {
namespace {

constexpr unsigned varint_bytes_max = 5;

void append_varint(std::string& out, std::uint32_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80U));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

std::optional<std::uint32_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < varint_bytes_max && i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << (7 * i);
    if (byte < 0x80) {
      bytes.remove_prefix(i + 1);
      if (value > UINT32_MAX) return std::nullopt;
      return static_cast<std::uint32_t>(value);
    }
  }
  return std::nullopt;
}

}  // namespace

DayCounts& DayCounts::operator+=(const DayCounts& other) {
  clusters += other.clusters;
  observations += other.observations;
  killed += other.killed;
  return *this;
}

std::string encode_block(const std::vector<BlockDay>& days) {
  std::string out;
  out.reserve(days.size() * 5);
  for (const auto& day : days) {
    out.push_back(static_cast<char>(day.offset));
    append_varint(out, day.counts.clusters);
    append_varint(out, day.counts.observations);
    append_varint(out, day.counts.killed);
  }
  return out;
}

base::Result<std::vector<BlockDay>> decode_block(std::string_view bytes) {
  std::vector<BlockDay> days;
  const auto damaged = [] {
    return base::fail(base::ErrorCode::corrupt, "a block of daily counts cannot be read", "rollup",
                      "restore the last backup, or read the feeds again into a new home");
  };
  while (!bytes.empty()) {
    const auto offset = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    const auto clusters = take_varint(bytes);
    const auto observations = clusters ? take_varint(bytes) : std::nullopt;
    const auto killed = observations ? take_varint(bytes) : std::nullopt;
    if (!killed || offset >= rollup_block_days || (!days.empty() && days.back().offset >= offset))
      return damaged();
    days.push_back({offset, {*clusters, *observations, *killed}});
  }
  return days;
}

base::Result<std::string> merge_block(std::string_view bytes, const std::vector<BlockDay>& added) {
  auto kept = decode_block(bytes);
  if (!kept) return std::unexpected(std::move(kept.error()));
  std::vector<BlockDay> merged;
  merged.reserve(kept->size() + added.size());
  auto left = kept->begin();
  auto right = added.begin();
  while (left != kept->end() || right != added.end()) {
    if (right == added.end() || (left != kept->end() && left->offset < right->offset)) {
      merged.push_back(*left++);
    } else if (left == kept->end() || right->offset < left->offset) {
      merged.push_back(*right++);
    } else {
      merged.push_back(*left++);
      merged.back().counts += right++->counts;
    }
  }
  return encode_block(merged);
}

std::size_t RollupBatch::KeyHash::operator()(const Key& key) const {
  auto mixed = static_cast<std::uint64_t>(static_cast<std::uint32_t>(key.place)) << 32 |
               static_cast<std::uint32_t>(key.day);
  mixed ^=
      static_cast<std::uint64_t>(static_cast<std::uint32_t>(key.measure)) * 0x9e3779b97f4a7c15ULL;
  mixed ^= mixed >> 32;
  mixed *= 0xd6e8feb86659fd93ULL;
  return mixed ^ (mixed >> 32);
}

void RollupBatch::add(std::int32_t place, std::int32_t measure, std::int32_t day,
                      const DayCounts& counts) {
  counts_[{place, measure, day}] += counts;
}

std::vector<RollupBatch::Block> RollupBatch::blocks() const {
  std::vector<std::pair<Key, DayCounts>> sorted(counts_.begin(), counts_.end());
  std::ranges::sort(sorted, [](const auto& a, const auto& b) {
    return std::tie(a.first.place, a.first.measure, a.first.day) <
           std::tie(b.first.place, b.first.measure, b.first.day);
  });
  std::vector<Block> blocks;
  for (const auto& [key, counts] : sorted) {
    const auto block = block_of(key.day);
    if (blocks.empty() || blocks.back().place != key.place ||
        blocks.back().measure != key.measure || blocks.back().block != block)
      blocks.push_back({key.place, key.measure, block, {}});
    const auto offset = static_cast<std::uint8_t>(key.day - first_day_of_block(block));
    blocks.back().days.push_back({offset, counts});
  }
  return blocks;
}

}  // namespace tocsin::monitor
