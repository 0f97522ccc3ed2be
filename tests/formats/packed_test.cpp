// SPDX-License-Identifier: Apache-2.0
// gzip and zip: what was packed comes out whatever the seams; what was damaged is told.
#include <gtest/gtest.h>

#include "../monitor/feeds/packed.hpp"
#include "formats/gzip.hpp"
#include "formats/zip.hpp"
#include "pieces.hpp"

namespace tocsin::formats {
namespace {

using testing_packed::gzip;
using testing_packed::zip;
using testing_packed::ZipEntry;

constexpr std::size_t much = 64U << 20;

base::Result<std::string> unpack(std::string_view packed, std::uint64_t seed = 1,
                                 std::size_t piece_max = 1 << 20) {
  Pieces source(packed, seed, piece_max);
  InflateSource plain(source, DeflateFrame::gzip);
  return read_all(plain, much);
}

base::ErrorCode code_of(const base::Result<std::string>& result) {
  return result ? base::ErrorCode::internal : result.error().code;
}

TEST(Gzip, GivesBackWhatWasPackedWhateverTheSeams) {
  base::SeededRandom random(3);
  for (int round = 0; round < 60; ++round) {
    const auto text = random_text(random, random.below(3000), "ab\n");
    const auto packed = gzip(text);
    EXPECT_EQ(unpack(packed, random.next(), 1 + random.below(20)).value_or("damaged"), text);
  }
}

TEST(Gzip, JoinsMembers) {
  EXPECT_EQ(unpack(gzip("one ") + gzip("") + gzip("two")).value_or("damaged"), "one two");
}

TEST(Gzip, EveryCutIsTold) {
  const auto packed = gzip(std::string(500, 'a') + "the end");
  for (std::size_t size = 1; size < packed.size(); ++size)
    EXPECT_EQ(code_of(unpack(packed.substr(0, size), size, 7)), base::ErrorCode::corrupt) << size;
}

TEST(Gzip, AChangedByteNeverChangesTheTextUntold) {
  base::SeededRandom random(4);
  const auto text = random_text(random, 2000, "abcdefgh");
  const auto packed = gzip(text);
  constexpr std::size_t header_bytes = 10;
  std::size_t told = 0;
  for (std::size_t at = header_bytes; at < packed.size(); ++at) {
    auto damaged = packed;
    damaged[at] ^= 0x10;
    const auto out = unpack(damaged);
    // A changed byte may by chance say the same; it must not say anything else.
    EXPECT_EQ(out.value_or(text), text) << at;
    told += out ? 0 : 1;
  }
  EXPECT_GT(told, (packed.size() - header_bytes) * 9 / 10);
}

TEST(Gzip, IsToldByItsHead) {
  EXPECT_TRUE(looks_like_gzip(gzip("x")));
  for (const auto* head : {"", "\x1f", "\x1f\x8c", "PK\x03\x04", "text"})
    EXPECT_FALSE(looks_like_gzip(head)) << head;
}

TEST(Gzip, PassesOnTheErrorOfTheSourceBelow) {
  const auto packed = gzip("text").substr(0, 15);
  Pieces source(packed, 1, 100, true);
  InflateSource plain(source, DeflateFrame::gzip);
  EXPECT_EQ(code_of(read_all(plain, much)), base::ErrorCode::io);
}

/// Name and content of every member, or the first error.
std::string members_of(std::string_view archive) {
  MemoryRandom source(archive);
  auto opened = ZipArchive::open(source);
  if (!opened) return "refused: " + std::string(base::name_of(opened.error().code));
  std::string out;
  for (const auto& member : opened->members()) {
    out += member.name + "=";
    auto plain = opened->open(member);
    auto text =
        plain ? read_all(**plain, much) : base::Result<std::string>(std::unexpected(plain.error()));
    out += text ? *text : "error: " + std::string(base::name_of(text.error().code));
    out += ";";
  }
  return out;
}

TEST(Zip, GivesEachMemberStoredOrPacked) {
  EXPECT_EQ(members_of(zip({{"a.csv", "first"},
                            {"b/c.csv", std::string(5, 'x')},
                            {"d", "stored", false, false, true},
                            {"empty", ""}})),
            "a.csv=first;b/c.csv=xxxxx;d=stored;empty=;");
  EXPECT_EQ(members_of(zip({})), "");
}

TEST(Zip, TellsAMemberThatIsDamagedAndReadsTheOthers) {
  EXPECT_EQ(members_of(zip({{"bad", "first", true}, {"good", "second"}})),
            "bad=error: corrupt;good=second;");
  EXPECT_EQ(members_of(zip({{"secret", "first", false, true}, {"good", "second"}})),
            "refused: unsupported");
}

TEST(Zip, EveryCutIsTold) {
  const auto archive = zip({{"a", "first"}, {"b", "second"}});
  for (std::size_t size = 0; size < archive.size(); ++size)
    EXPECT_EQ(members_of(archive.substr(0, size)), "refused: corrupt") << size;
}

TEST(Zip, NoChangedByteIsTakenForTheTruth) {
  const std::string first = "the first member";
  const std::string second = "the second member";
  const auto archive = zip({{"a", first}, {"b", second}});
  const auto whole = members_of(archive);
  for (std::size_t at = 0; at < archive.size(); ++at) {
    auto damaged = archive;
    damaged[at] ^= 0x21;
    MemoryRandom source(damaged);
    auto opened = ZipArchive::open(source);
    if (!opened) continue;
    for (const auto& member : opened->members()) {
      auto plain = opened->open(member);
      if (!plain) continue;
      auto text = read_all(**plain, much);
      // Names and dates have no checksum; contents have one.
      if (text) {
        EXPECT_TRUE(*text == first || *text == second || text->empty()) << at << *text;
      }
    }
  }
}

TEST(Zip, RefusesMoreMembersThanTheLimit) {
  std::vector<ZipEntry> entries(zip_members_max + 1, ZipEntry{"x", ""});
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i].name = std::to_string(i);
  EXPECT_EQ(members_of(zip(entries)), "refused: limit_exceeded");
}

}  // namespace
}  // namespace tocsin::formats
