// SPDX-License-Identifier: Apache-2.0
#include "formats/csv.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace tocsin::formats {
namespace {

/// Gives out few bytes at a time, so that every seam between pieces is met.
class Dripping final : public ByteSource {
 public:
  Dripping(std::string_view bytes, std::size_t step) : below_(bytes), step_(step) {}
  base::Result<std::size_t> read(std::span<char> room) override {
    return below_.read(room.first(std::min(step_, room.size())));
  }

 private:
  MemorySource below_;
  std::size_t step_;
};

std::string rows_of(std::string_view text, std::size_t step = 1 << 20, std::size_t limit = 1000) {
  Dripping source(text, step);
  CsvReader reader(source, ',', limit);
  std::string out;
  for (;;) {
    auto row = reader.next();
    if (!row) return out + "error";
    if (row->line == 0) return out;
    out += std::to_string(row->line) + ":";
    for (const auto field : row->fields) out += "[" + std::string(field) + "]";
    out += row->malformed + "\n";
  }
}

TEST(CsvReader, ReadsWhatRfc4180Says) {
  EXPECT_EQ(rows_of("a,b\r\n\"c,\"\"d\"\"\",\"e\nf\"\n\n,\n"),
            "1:[a][b]\n2:[c,\"d\"][e\nf]\n5:[][]\n");
  EXPECT_EQ(rows_of("last,line"), "1:[last][line]\n");
  EXPECT_EQ(rows_of("\xEF\xBB\xBF"
                    "a\n"),
            "1:[a]\n");
  EXPECT_EQ(rows_of(""), "");
  EXPECT_EQ(rows_of("\"\""), "");  // one empty field is an empty line
  EXPECT_EQ(rows_of("a\"b,c\"\n"), "1:[a\"b][c\"]\n");
}

TEST(CsvReader, GivesUpOneLineAndGoesOn) {
  EXPECT_EQ(rows_of("a,\"b\"c\nd\n"), "1:text follows the closing quote of a field\n2:[d]\n");
  EXPECT_EQ(rows_of("a,\"b\nc,d\n"), "1:a quoted field is never closed\n2:[c][d]\n");
  EXPECT_EQ(rows_of(std::string(2000, 'x') + "\ny\n"),
            "1:the row is longer than 1000 bytes\n2:[y]\n");
}

TEST(CsvReader, SeamsBetweenPiecesChangeNothing) {
  constexpr std::string_view text =
      "\xEF\xBB\xBF"
      "a,\"b\"\"c\"\r\n\"d\r\n,e\",\"\"\r\nf\rg,h\n\"i\"x\nj,\"k\n";
  const std::string whole = rows_of(text);
  for (std::size_t step = 1; step < text.size(); ++step) EXPECT_EQ(rows_of(text, step), whole);
}

TEST(CsvWriter, WhatIsWrittenIsReadBack) {
  base::SeededRandom random(3);
  constexpr std::string_view alphabet = "ab,\"\n\r ;1.x";
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> values(1 + random.below(4));
    for (auto& value : values)
      for (auto left = random.below(6); left > 0; --left)
        value += alphabet[random.below(alphabet.size())];
    values.emplace_back("end");
    for (auto& value : values)  // what is guarded gets an apostrophe; that is tested below
      if (csv_field(value).starts_with("\"'")) value = "x" + value;
    const std::string row = csv_row(values);
    MemorySource source(row);
    CsvReader reader(source);
    auto read = reader.next();
    ASSERT_TRUE(read);
    ASSERT_EQ(std::vector<std::string>(read->fields.begin(), read->fields.end()), values) << row;
  }
}

TEST(CsvWriter, FormulasAreDisarmed) {
  EXPECT_EQ(csv_field("=HYPERLINK(\"http://x\")"), "\"'=HYPERLINK(\"\"http://x\"\")\"");
  EXPECT_EQ(csv_field("+cmd|' /C calc'!A0"), "\"'+cmd|' /C calc'!A0\"");
  EXPECT_EQ(csv_field("@SUM(A1)"), "\"'@SUM(A1)\"");
  EXPECT_EQ(csv_field("-2+3"), "\"'-2+3\"");
  EXPECT_EQ(csv_field("\t=1"), "\"'\t=1\"");
  EXPECT_EQ(csv_field("  =1"), "\"'  =1\"");
  EXPECT_EQ(csv_field("\xEF\xBC\x9D"
                      "1"),
            "\"'\xEF\xBC\x9D"
            "1\"");
  EXPECT_EQ(csv_field("-12.5"), "-12.5");  // a number stays a number
  EXPECT_EQ(csv_field("+33"), "+33");
  EXPECT_EQ(csv_field("plain"), "plain");
}

TEST(Split, AgreesWithTheObviousWay) {
  base::SeededRandom random(5);
  std::vector<std::string_view> fields;
  for (int round = 0; round < 5000; ++round) {
    std::string line(random.below(40), 'a');
    for (char& c : line) c = random.below(3) == 0 ? '\t' : static_cast<char>(random.next());
    std::vector<std::string> expected(1);
    for (const char c : line)
      if (c == '\t')
        expected.emplace_back();
      else
        expected.back() += c;
    split(line, '\t', fields);
    ASSERT_EQ(std::vector<std::string>(fields.begin(), fields.end()), expected);
  }
}

}  // namespace
}  // namespace tocsin::formats
