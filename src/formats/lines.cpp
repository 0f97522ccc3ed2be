// SPDX-License-Identifier: Apache-2.0
#include "formats/lines.hpp"

#include <algorithm>
#include <cstring>

namespace tocsin::formats {

using base::Result;

namespace {
std::string_view without_return(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}
}  // namespace

bool has_return_lines(std::string_view head) {
  return head.find('\r') != std::string_view::npos && head.find('\n') == std::string_view::npos;
}

Result<std::size_t> ReturnLineSource::read(std::span<char> room) {
  const auto count = below_.read(room);
  if (count) std::ranges::replace(room.first(*count), '\r', '\n');
  return count;
}

Result<bool> LineReader::fill() {
  if (source_ended_) return false;
  const auto more = read_more(source_, buffer_, begin_, end_);
  if (more) source_ended_ = !*more;
  return more;
}

Result<Line> LineReader::next() {
  std::size_t searched = begin_;
  for (;;) {
    const char* start = buffer_.data() + searched;
    const auto* found = searched < end_
                            ? static_cast<const char*>(std::memchr(start, '\n', end_ - searched))
                            : nullptr;
    if (found != nullptr) {
      const auto stop = static_cast<std::size_t>(found - buffer_.data());
      const std::string_view line(buffer_.data() + begin_, stop - begin_);
      begin_ = stop + 1;
      ++number_;
      if (line.size() > line_bytes_max_) return Line{{}, number_, true};
      return Line{without_return(line), number_, false};
    }
    if (end_ - begin_ > line_bytes_max_) return skip_long_line();
    const std::size_t pending = end_ - begin_;
    auto more = fill();
    if (!more) return std::unexpected(std::move(more).error());
    searched = begin_ + pending;
    if (*more) continue;
    if (pending == 0) return Line{};
    const std::string_view line(buffer_.data() + begin_, pending);
    begin_ = end_;
    return Line{without_return(line), ++number_, false};
  }
}

Result<Line> LineReader::skip_long_line() {
  ++number_;
  begin_ = end_;
  for (;;) {
    auto more = fill();
    if (!more) return std::unexpected(std::move(more).error());
    if (!*more) return Line{{}, number_, true};
    const auto* found = static_cast<const char*>(std::memchr(buffer_.data(), '\n', end_));
    if (found == nullptr) {
      begin_ = end_;
      continue;
    }
    begin_ = static_cast<std::size_t>(found - buffer_.data()) + 1;
    return Line{{}, number_, true};
  }
}

std::string too_long_reason(std::size_t line_bytes_max) {
  return "the line is longer than " + std::to_string(line_bytes_max) + " bytes";
}

}  // namespace tocsin::formats
