// SPDX-License-Identifier: Apache-2.0
// Cuts a text at the borders of the spans that were read out of it.
//
// Ownership: values. Threads: pure functions. Units: byte offsets of UTF-8; a border inside a code
// point is moved outwards, a span outside the text is cut to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/coding/coded.hpp"

namespace tocsin::monitor::pages {

struct Segment {
  std::string_view text;
  bool marked = false;
  /// Indexes of the spans that end with this segment.
  std::vector<std::size_t> ends;
};

/// Segments in order; together they are the text. Empty spans mark nothing.
[[nodiscard]] std::vector<Segment> cut_at_spans(std::string_view text,
                                                const std::vector<coding::Span>& spans);

}  // namespace tocsin::monitor::pages
