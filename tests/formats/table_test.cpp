// SPDX-License-Identifier: Apache-2.0
#include "formats/table.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>

#include "formats/zip.hpp"

namespace tocsin::formats {
namespace {

Table table() {
  return {
      "Warnings [2031]: a/b",
      "TLP:AMBER",
      false,
      {"Title", "State"},
      {{"=HYPERLINK(\"http://evil.example\")", "decided"}, {"<b>&\"تحذير\" \x01", "line\nbreak"}}};
}

/// The members of an archive, their checksums compared.
std::map<std::string, std::string> members_of(const std::string& bytes) {
  MemoryRandom random(bytes);
  auto archive = ZipArchive::open(random);
  EXPECT_TRUE(archive);
  std::map<std::string, std::string> members;
  for (const auto& member : archive->members()) {
    auto source = archive->open(member);
    EXPECT_TRUE(source);
    std::string text;
    std::array<char, 4096> room{};
    for (;;) {
      const auto count = (*source)->read(room);
      EXPECT_TRUE(count) << member.name;
      if (!count || *count == 0) break;
      text.append(room.data(), *count);
    }
    members[member.name] = text;
  }
  return members;
}

TEST(Table, CsvIsSafeInASpreadsheet) {
  const auto csv = write_csv(table());
  ASSERT_TRUE(csv);
  EXPECT_TRUE(csv->starts_with("\xEF\xBB\xBFTLP:AMBER\r\nTitle,State\r\n"));
  EXPECT_NE(csv->find("'=HYPERLINK"), std::string::npos);
  EXPECT_NE(csv->find("\"line\nbreak\""), std::string::npos);
}

TEST(Table, WorkbookHoldsTextOnly) {
  const auto xlsx = write_xlsx(table());
  ASSERT_TRUE(xlsx);
  const auto members = members_of(*xlsx);
  EXPECT_EQ(members.size(), 6U);
  const auto& sheet = members.at("xl/worksheets/sheet1.xml");
  EXPECT_NE(sheet.find("<c r=\"A3\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"
                       "=HYPERLINK(&quot;http://evil.example&quot;)</t></is></c>"),
            std::string::npos)
      << sheet;
  EXPECT_EQ(sheet.find("<f>"), std::string::npos);
  EXPECT_NE(sheet.find("&lt;b&gt;&amp;&quot;تحذير&quot; </t>"), std::string::npos);
  EXPECT_EQ(sheet.find('\x01'), std::string::npos);
  EXPECT_NE(members.at("xl/workbook.xml").find("name=\"Warnings  2031   a b\""), std::string::npos)
      << members.at("xl/workbook.xml");
}

TEST(Table, HostileLengthsAreCutOrRefused) {
  auto big = table();
  big.rows = {{std::string(100'000, 'a'), "x"}};
  const auto xlsx = write_xlsx(big);
  ASSERT_TRUE(xlsx);
  EXPECT_LT(xlsx->size(), 40'000U);
  big.rows.assign(table_rows_max + 1, {"a", "b"});
  EXPECT_EQ(write_xlsx(big).error().code, base::ErrorCode::limit_exceeded);
  EXPECT_EQ(write_csv(big).error().code, base::ErrorCode::limit_exceeded);
  big.rows = {{"a", "b"}};
  big.columns.assign(30, "x");
  EXPECT_NE(write_xlsx(big)->find("r=\"AD2\""), std::string::npos);
}

}  // namespace
}  // namespace tocsin::formats
