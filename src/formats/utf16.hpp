// SPDX-License-Identifier: Apache-2.0
// Turns a stream of UTF-16 (told by its byte order mark) into UTF-8; spreadsheets write it as
// "Unicode text".
//
// Ownership: refers to the source below. Threads: one thread. Errors: those of the source below;
// a surrogate without its partner becomes U+FFFD.
#pragma once

#include <string>
#include <string_view>

#include "formats/byte_source.hpp"

namespace tocsin::formats {

[[nodiscard]] bool looks_like_utf16(std::string_view head);

class Utf16Source final : public ByteSource {
 public:
  explicit Utf16Source(ByteSource& below) : below_(below) {}
  [[nodiscard]] base::Result<std::size_t> read(std::span<char> room) override;

 private:
  [[nodiscard]] base::Result<bool> refill();
  void take_unit(char32_t unit);

  ByteSource& below_;
  std::string ready_;  ///< UTF-8 not given out yet
  std::size_t taken_ = 0;
  char32_t high_ = 0;  ///< a high surrogate that waits for its partner
  int odd_byte_ = -1;  ///< a first half of a unit, left over from the last piece
  bool mark_seen_ = false;
  bool big_endian_ = false;
};

}  // namespace tocsin::formats
