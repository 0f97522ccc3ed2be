// SPDX-License-Identifier: Apache-2.0
// CBOR as security keys speak it: whole numbers, bytes, text, lists, maps, truth, null.
//
// Source: RFC 8949, of which CTAP2 uses this part. Floating point, tags, indefinite lengths and
// double keys are refused. Meets hostile input: lengths are held against what is there before
// anything is reserved.
// Ownership: values; bytes are copied. Threads: pure functions.
// Errors: ErrorCode::invalid_input with the byte where reading stopped; limit_exceeded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace tocsin::formats {

inline constexpr std::size_t cbor_bytes_max = 64U << 10;
inline constexpr unsigned cbor_depth_max = 6;
inline constexpr std::size_t cbor_items_max = 1000;  ///< in all, of all depths

struct Cbor {
  enum class Kind : std::uint8_t { integer, bytes, text, list, map, boolean, null };
  Kind kind = Kind::null;
  std::int64_t integer = 0;
  bool boolean = false;
  std::string bytes;  ///< of bytes and text
  std::vector<Cbor> list;
  std::vector<std::pair<Cbor, Cbor>> map;

  /// The value of a key, or null where this is no map or has no such key.
  [[nodiscard]] const Cbor* find(std::string_view key) const;
  [[nodiscard]] const Cbor* find(std::int64_t key) const;
};

/// Reads one value from the begin of `rest`, which then begins after it.
[[nodiscard]] base::Result<Cbor> read_cbor(std::string_view& rest);
/// Reads one value and nothing after it.
[[nodiscard]] base::Result<Cbor> read_whole_cbor(std::string_view bytes);

}  // namespace tocsin::formats
