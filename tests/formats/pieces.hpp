// SPDX-License-Identifier: Apache-2.0
// Sources that are awkward on purpose.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "formats/byte_source.hpp"

namespace tocsin::formats {

/// Gives out pieces of random length, so that seams fall everywhere; fails at the end if told to.
class Pieces final : public ByteSource {
 public:
  Pieces(std::string_view bytes, std::uint64_t seed, std::size_t piece_max, bool fails = false)
      : below_(bytes), random_(seed), piece_max_(piece_max), fails_(fails) {}
  base::Result<std::size_t> read(std::span<char> room) override {
    const auto step = 1 + static_cast<std::size_t>(random_.below(piece_max_));
    auto count = below_.read(room.first(std::min(step, room.size())));
    if (fails_ && count && *count == 0)
      return base::fail(base::ErrorCode::io, "the disk is gone", "source");
    return count;
  }

 private:
  MemorySource below_;
  base::SeededRandom random_;
  std::size_t piece_max_;
  bool fails_;
};

inline std::string random_text(base::SeededRandom& random, std::size_t size,
                               std::string_view alphabet) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += alphabet[random.below(alphabet.size())];
  return out;
}

}  // namespace tocsin::formats
