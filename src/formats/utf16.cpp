// SPDX-License-Identifier: Apache-2.0
#include "formats/utf16.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text.hpp"

namespace tocsin::formats {

namespace {
constexpr char32_t replacement = 0xFFFD;
constexpr std::size_t piece_bytes = 64U << 10;
}  // namespace

bool looks_like_utf16(std::string_view head) {
  return head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
}

void Utf16Source::take_unit(char32_t unit) {
  const bool low = unit >= 0xDC00 && unit <= 0xDFFF;
  if (high_ != 0) {
    const char32_t high = std::exchange(high_, 0);
    if (low) {
      base::append_utf8(ready_, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
      return;
    }
    base::append_utf8(ready_, replacement);
  }
  if (unit >= 0xD800 && unit <= 0xDBFF)
    high_ = unit;
  else
    base::append_utf8(ready_, low ? replacement : unit);
}

base::Result<bool> Utf16Source::refill() {
  ready_.clear();
  taken_ = 0;
  std::string piece(piece_bytes, '\0');
  auto count = below_.read(piece);
  if (!count) return std::unexpected(std::move(count).error());
  if (*count == 0) {
    if (odd_byte_ >= 0 || high_ != 0) base::append_utf8(ready_, replacement);
    odd_byte_ = -1;
    high_ = 0;
    return !ready_.empty();
  }
  for (std::size_t i = 0; i < *count; ++i) {
    const int byte = static_cast<unsigned char>(piece[i]);
    if (odd_byte_ < 0) {
      odd_byte_ = byte;
      continue;
    }
    const int first = std::exchange(odd_byte_, -1);
    if (!mark_seen_) {
      mark_seen_ = true;
      big_endian_ = first == 0xFE;
      continue;
    }
    take_unit(static_cast<char32_t>(big_endian_ ? first * 256 + byte : byte * 256 + first));
  }
  return true;
}

base::Result<std::size_t> Utf16Source::read(std::span<char> room) {
  while (taken_ == ready_.size()) {
    auto more = refill();
    if (!more) return std::unexpected(std::move(more).error());
    if (!*more) return std::size_t{0};
  }
  const std::size_t count = std::min(room.size(), ready_.size() - taken_);
  std::memcpy(room.data(), ready_.data() + taken_, count);
  taken_ += count;
  return count;
}

}  // namespace tocsin::formats
