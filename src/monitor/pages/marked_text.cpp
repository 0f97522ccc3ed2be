// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/marked_text.hpp"

#include <algorithm>

namespace tocsin::monitor::pages {
namespace {

bool inside_code_point(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

struct Range {
  std::size_t begin;
  std::size_t end;
};

Range whole_signs(std::string_view text, coding::Span span) {
  Range range{std::min<std::size_t>(span.begin, text.size()),
              std::min<std::size_t>(span.end, text.size())};
  if (range.begin >= range.end) return {0, 0};
  while (range.begin > 0 && inside_code_point(text, range.begin)) --range.begin;
  while (inside_code_point(text, range.end)) ++range.end;
  return range;
}

}  // namespace

std::vector<Segment> cut_at_spans(std::string_view text, const std::vector<coding::Span>& spans) {
  std::vector<Range> ranges;
  std::vector<std::size_t> borders = {0, text.size()};
  for (const auto span : spans) {
    ranges.push_back(whole_signs(text, span));
    borders.push_back(ranges.back().begin);
    borders.push_back(ranges.back().end);
  }
  std::ranges::sort(borders);
  const auto repeated = std::ranges::unique(borders);
  borders.erase(repeated.begin(), repeated.end());
  std::vector<Segment> segments;
  for (std::size_t i = 0; i + 1 < borders.size(); ++i) {
    const auto begin = borders[i];
    const auto end = borders[i + 1];
    Segment segment{text.substr(begin, end - begin), false, {}};
    for (std::size_t span = 0; span < ranges.size(); ++span) {
      if (ranges[span].begin > begin || ranges[span].end < end) continue;
      segment.marked = true;
      if (ranges[span].end == end) segment.ends.push_back(span);
    }
    segments.push_back(std::move(segment));
  }
  return segments;
}

}  // namespace tocsin::monitor::pages
