// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <gtest/gtest.h>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/printable.hpp"
#include "base/random.hpp"

namespace tocsin::base {
namespace {

TEST(Text, folds_what_people_write_differently) {
  EXPECT_EQ(fold("S\u00e9gou"), "segou");
  EXPECT_EQ(fold("SE\u0301GOU"), "segou");
  EXPECT_EQ(fold("Stra\u00dfe"), "strasse");
  EXPECT_EQ(fold("\u0623\u062d\u0645\u062f"), fold("\u0627\u062d\u0645\u062f"));
  EXPECT_EQ(fold("\u0645\u062f\u0640\u064a\u0646\u0629"), fold("\u0645\u062f\u064a\u0646\u0647"));
}

TEST(Text, tells_utf8_from_other_bytes) {
  EXPECT_TRUE(is_utf8("caf\u00e9 \U0001F514"));
  EXPECT_FALSE(is_utf8("caf\xe9"));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));  // a surrogate
  EXPECT_FALSE(is_utf8("\xc0\xaf"));      // an overlong slash
  EXPECT_FALSE(is_utf8("\xe2\x82"));      // cut in the middle
  EXPECT_EQ(repair_utf8("a\xffz"), "a\uFFFDz");
}

TEST(Text, reads_latin1_and_utf16) {
  EXPECT_EQ(to_utf8("caf\xe9"), "caf\u00e9");
  EXPECT_EQ(to_utf8("\xEF\xBB\xBFgood"), "good");
  EXPECT_EQ(to_utf8(std::string_view("\xFF\xFEh\0i\0", 6)), "hi");
  EXPECT_FALSE(from_encoding("x", "no-such-encoding"));
}

TEST(Text, cuts_between_code_points) {
  EXPECT_EQ(cut("caf\u00e9", 4), "caf");
  EXPECT_EQ(cut("cafe", 10), "cafe");
  EXPECT_EQ(trim(" \t\u00a0x y\n"), "x y");
}

TEST(Hash, equals_the_published_vector) {
  // FIPS 180-4, example "abc".
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 pieces;
  pieces.add("a");
  pieces.add("bc");
  EXPECT_EQ(pieces.finish(), sha256("abc"));
}

TEST(Text, printable_lets_nothing_move_the_terminal) {
  EXPECT_EQ(printable("Ségou, غاو"), "Ségou, غاو");
  EXPECT_EQ(printable("a\x1B[2J\nb\tc\r\x7F"), "a\\x1B[2J\\nb\\tc\\x0D\\x7F");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "\\u{009B}31m");
  EXPECT_EQ(printable("a\xE2\x80\xAEgpj.exe"), "a\\u{202E}gpj.exe");
  EXPECT_EQ(printable("\xE2\x80\xA8"), "\\u{2028}");
  EXPECT_EQ(printable("\xFF\xC3"), "\\xFF\\xC3");
  EXPECT_EQ(printable("\xEF\xBF\xBD"), "\xEF\xBF\xBD") << "the sign itself is no damage";
}

TEST(Random, same_seed_same_numbers_and_no_bias_past_the_bound) {
  SeededRandom one(7);
  SeededRandom two(7);
  for (int i = 0; i < 1000; ++i) {
    const auto draw = one.below(10);
    EXPECT_EQ(draw, two.below(10));
    EXPECT_LT(draw, 10U);
  }
}

TEST(Files, a_write_replaces_the_whole_file_and_a_limit_holds) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("tocsin-files-test-" + std::to_string(SystemRandom().next()));
  ASSERT_TRUE(write_file(path, "first, longer"));
  ASSERT_TRUE(write_file(path, "second"));
  EXPECT_EQ(*read_file(path, 100), "second");
  EXPECT_EQ(read_file(path, 3).error().code, ErrorCode::limit_exceeded);
  const auto mapped = MappedFile::open(path);
  ASSERT_TRUE(mapped);
  EXPECT_EQ(mapped->bytes(), "second");
  std::filesystem::remove(path);
  EXPECT_EQ(read_file(path, 3).error().code, ErrorCode::io);
}

}  // namespace
}  // namespace tocsin::base
