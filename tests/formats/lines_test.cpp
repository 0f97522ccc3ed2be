// SPDX-License-Identifier: Apache-2.0
#include "formats/lines.hpp"

#include <gtest/gtest.h>

#include "formats/utf16.hpp"
#include "pieces.hpp"

namespace tocsin::formats {
namespace {

constexpr std::size_t limit = 20;

std::string lines_of(ByteSource& source) {
  LineReader reader(source, limit);
  std::string out;
  for (;;) {
    auto line = reader.next();
    if (!line) return out + "error: " + line.error().text();
    if (line->number == 0) return out;
    out +=
        std::to_string(line->number) + (line->too_long ? "!" : "[" + std::string(line->text) + "]");
  }
}

std::string lines_of(std::string_view text) {
  MemorySource source(text);
  return lines_of(source);
}

TEST(Lines, EndInLineFeedsWithOrWithoutReturn) {
  EXPECT_EQ(lines_of("a\nb\r\n\nlast"), "1[a]2[b]3[]4[last]");
  EXPECT_EQ(lines_of("a\n"), "1[a]");
  EXPECT_EQ(lines_of("\r\r\n"), "1[\r]");
  EXPECT_EQ(lines_of("\n"), "1[]");
  EXPECT_EQ(lines_of(""), "");
}

TEST(Lines, ALineOverTheLimitIsPassedOverAndCounted) {
  EXPECT_EQ(lines_of(std::string(limit, 'x') + "\nb"), "1[" + std::string(limit, 'x') + "]2[b]");
  EXPECT_EQ(lines_of(std::string(limit + 1, 'x') + "\nb"), "1!2[b]");
  EXPECT_EQ(lines_of("a\n" + std::string(1'000'000, 'x')), "1[a]2!");
  EXPECT_NE(too_long_reason(20).find("20 bytes"), std::string::npos);
}

TEST(Lines, SeamsChangeNothing) {
  base::SeededRandom random(5);
  for (int round = 0; round < 300; ++round) {
    const auto text = random_text(random, random.below(200), "aaaaaaaaaab\r\n");
    Pieces cut(text, random.next(), 1 + random.below(30));
    EXPECT_EQ(lines_of(cut), lines_of(text)) << text;
  }
}

TEST(Lines, TheSourcesErrorIsPassedOn) {
  Pieces source("a\nb", 1, 100, true);
  EXPECT_EQ(lines_of(source), "1[a]error: source: the disk is gone");
}

std::string utf16_of(const std::u16string& text, bool big_endian) {
  std::string out = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char16_t unit : text) {
    const char high = static_cast<char>(unit >> 8);
    const char low = static_cast<char>(unit & 0xFF);
    out += big_endian ? high : low;
    out += big_endian ? low : high;
  }
  return out;
}

std::string read_utf16(std::string_view bytes, std::uint64_t seed, std::size_t piece_max) {
  Pieces source(bytes, seed, piece_max);
  Utf16Source text(source);
  return read_all(text, 1 << 20).value_or("error");
}

TEST(Utf16, BecomesUtf8InBothByteOrdersWhateverTheSeams) {
  for (const bool big_endian : {false, true}) {
    const auto bytes = utf16_of(u"a\u00e9\u0645\u20ac\U0001F54A\n", big_endian);
    EXPECT_TRUE(looks_like_utf16(bytes));
    for (std::size_t piece = 1; piece < 8; ++piece)
      EXPECT_EQ(read_utf16(bytes, piece, piece), "a\u00e9\u0645\u20ac\U0001F54A\n");
  }
  EXPECT_FALSE(looks_like_utf16("\xEF\xBB\xBF"));
  EXPECT_FALSE(looks_like_utf16("\xFF"));
}

TEST(Utf16, HalfACharacterBecomesTheReplacement) {
  const std::string r = "\uFFFD";
  constexpr char16_t high = 0xD83D;
  constexpr char16_t low = 0xDD4A;
  for (std::size_t piece = 1; piece < 4; ++piece) {
    EXPECT_EQ(read_utf16(utf16_of({high, u'a'}, false), 1, piece), r + "a");
    EXPECT_EQ(read_utf16(utf16_of({low, u'a'}, false), 1, piece), r + "a");
    EXPECT_EQ(read_utf16(utf16_of({high, high, low}, true), 1, piece), r + "\U0001F54A");
    EXPECT_EQ(read_utf16(utf16_of({u'a', high}, true), 1, piece), "a" + r);
    EXPECT_EQ(read_utf16(utf16_of(u"a", true) + "x", 1, piece), "a" + r);
  }
}

}  // namespace
}  // namespace tocsin::formats
