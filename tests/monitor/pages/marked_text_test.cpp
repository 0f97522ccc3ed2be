// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "base/text.hpp"
#include "monitor/pages/marked_text.hpp"
#include "monitor/pages/rows.hpp"

namespace tocsin::monitor::pages {
namespace {

std::string together(const std::vector<Segment>& segments) {
  std::string text;
  for (const auto& segment : segments) text += segment.text;
  return text;
}

TEST(MarkedText, CutsAtBordersOfOverlappingSpans) {
  const auto segments = cut_at_spans("gunmen killed seven", {{0, 13}, {7, 19}});
  ASSERT_EQ(segments.size(), 3U);
  EXPECT_EQ(segments[0].text, "gunmen ");
  EXPECT_TRUE(segments[0].marked);
  EXPECT_TRUE(segments[0].ends.empty());
  EXPECT_EQ(segments[1].text, "killed");
  EXPECT_EQ(segments[1].ends, std::vector<std::size_t>{0});
  EXPECT_EQ(segments[2].ends, std::vector<std::size_t>{1});
}

TEST(MarkedText, NeverCutsInsideACodePoint) {
  const std::string text = "قُتل سبعة أشخاص";
  for (std::uint32_t begin = 0; begin < text.size(); ++begin)
    for (std::uint32_t end = begin; end <= text.size() + 3; ++end) {
      const auto segments = cut_at_spans(text, {{begin, end}});
      EXPECT_EQ(together(segments), text);
      for (const auto& segment : segments) EXPECT_TRUE(base::is_utf8(segment.text));
    }
}

TEST(MarkedText, EachSpanEndsOnceWhateverTheSpans) {
  base::SeededRandom random(7);
  const std::string text = "Des tracts menacent les familles déplacées du quartier.";
  for (int round = 0; round < 300; ++round) {
    std::vector<coding::Span> spans;
    for (int i = 0; i < 6; ++i) {
      const auto begin = static_cast<std::uint32_t>(random.below(text.size()));
      spans.push_back({begin, begin + 1 + static_cast<std::uint32_t>(random.below(20))});
    }
    std::vector<int> ends(spans.size());
    const auto segments = cut_at_spans(text, spans);
    EXPECT_EQ(together(segments), text);
    for (const auto& segment : segments)
      for (const auto index : segment.ends) ++ends[index];
    for (const auto count : ends) EXPECT_EQ(count, 1);
  }
}

TEST(MarkedText, AnEmptyTextHasNoSegments) {
  EXPECT_TRUE(cut_at_spans("", {{0, 5}}).empty());
}

TEST(Excerpts, EndAtAWordAndSayThatMoreFollows) {
  EXPECT_EQ(excerpt_of("  one\n two  three ", 300), "one two three");
  EXPECT_EQ(excerpt_of("one two three", 9), "one two…");
  EXPECT_EQ(excerpt_of("اثنان ثلاثة", 7), "اثنان…");
  EXPECT_EQ(excerpt_of("", 10), "");
}

}  // namespace
}  // namespace tocsin::monitor::pages
