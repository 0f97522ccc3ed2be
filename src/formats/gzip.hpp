// SPDX-License-Identifier: Apache-2.0
// Reads gzip (RFC 1952, several members) and raw deflate (RFC 1951) as streams; the door to zlib.
//
// Ownership: refers to the source below it. Threads: one thread.
// Errors: ErrorCode::corrupt for bytes that are not gzip, a wrong checksum or a cut end;
// ErrorCode::limit_exceeded for a stream that grows out of all proportion (a bomb).
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "formats/byte_source.hpp"

namespace tocsin::formats {

/// A stream may grow this many times, once it is over `unpack_free_bytes`. News tables grow 5 to
/// 30 times; deflate can at most 1,032 times.
inline constexpr std::uint64_t unpack_ratio_max = 200;
/// Below this size a stream may have any ratio: small files of repeats are harmless.
inline constexpr std::uint64_t unpack_free_bytes = 64U << 20;
/// No stream may give more than this: 64 GiB, ten years of GDELT in one file.
inline constexpr std::uint64_t unpack_bytes_max = std::uint64_t{64} << 30;

enum class DeflateFrame { gzip, raw };

class InflateSource final : public ByteSource {
 public:
  InflateSource(ByteSource& below, DeflateFrame frame);
  ~InflateSource() override;
  [[nodiscard]] base::Result<std::size_t> read(std::span<char> room) override;

 private:
  struct State;
  [[nodiscard]] base::Status check_growth() const;
  [[nodiscard]] base::Result<bool> next_member();
  [[nodiscard]] base::Result<bool> refill();

  ByteSource& below_;
  DeflateFrame frame_;
  std::unique_ptr<State> state_;
};

[[nodiscard]] bool looks_like_gzip(std::string_view head);

/// CRC-32 as gzip, zip and PNG use it.
[[nodiscard]] std::uint32_t crc32_of(std::string_view bytes);
/// Inflates a zlib stream (RFC 1950) without keeping what comes out: how many of the bytes belong
/// to it, if it gives exactly `wanted` bytes. ErrorCode::corrupt otherwise.
[[nodiscard]] base::Result<std::size_t> zlib_stream_bytes(std::string_view stream,
                                                          std::uint64_t wanted);

}  // namespace tocsin::formats
