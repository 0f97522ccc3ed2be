// SPDX-License-Identifier: Apache-2.0
// Lines out of a stream of bytes, with their numbers; a line over the limit is skipped, not kept.
//
// Ownership: a line is a view that holds until the next call. Threads: one thread.
// Errors: those of the source. Lines end in LF or CR LF; the last needs no ending.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "formats/byte_source.hpp"

namespace tocsin::formats {

struct Line {
  std::string_view text;     ///< without its ending; empty where `too_long`
  std::uint64_t number = 0;  ///< from 1; 0 means there is no further line
  bool too_long = false;     ///< longer than the limit: its bytes were passed over
};

class LineReader {
 public:
  explicit LineReader(ByteSource& source, std::size_t line_bytes_max = base::line_bytes_max)
      : source_(source), line_bytes_max_(line_bytes_max) {}
  [[nodiscard]] base::Result<Line> next();

 private:
  [[nodiscard]] base::Result<bool> fill();
  [[nodiscard]] base::Result<Line> skip_long_line();

  ByteSource& source_;
  std::size_t line_bytes_max_;
  std::string buffer_;
  std::size_t begin_ = 0;  ///< first byte not given out yet
  std::size_t end_ = 0;    ///< one past the last byte read
  std::uint64_t number_ = 0;
  bool source_ended_ = false;
};

/// Whether a head of text ends its lines with a return alone, as old spreadsheets write.
[[nodiscard]] bool has_return_lines(std::string_view head);

/// Turns every return into a line feed; for streams whose lines end with a return alone.
class ReturnLineSource final : public ByteSource {
 public:
  explicit ReturnLineSource(ByteSource& below) : below_(below) {}
  [[nodiscard]] base::Result<std::size_t> read(std::span<char> room) override;

 private:
  ByteSource& below_;
};

/// The reason given for a line that the reader passed over.
[[nodiscard]] std::string too_long_reason(std::size_t line_bytes_max = base::line_bytes_max);

}  // namespace tocsin::formats
