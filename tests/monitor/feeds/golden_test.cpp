// SPDX-License-Identifier: Apache-2.0
// Recorded input in, reviewed rows out: each file of golden/ beside its .expected. To accept a
// reviewed change: TOCSIN_ACCEPT=1 and run this test once.
#include <sstream>

#include "feed_test_support.hpp"

namespace tocsin::monitor::feeds {
namespace {

std::filesystem::path golden_folder() {
  return std::filesystem::path(TOCSIN_SOURCE_DIR) / "tests" / "monitor" / "feeds" / "golden";
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, ReadsAsReviewed) {
  const auto file = golden_folder() / GetParam();
  CollectingSink sink;
  auto imported = take_in(file, GetParam(), "", test_tables(), sink);
  ASSERT_TRUE(imported) << imported.error().text();
  ASSERT_EQ(imported->size(), 1U);
  const auto& one = imported->front();
  EXPECT_EQ(one.counts.rows, one.counts.kept + one.counts.out_of_scope + one.counts.rejected);
  std::string text = fmt::format("format {}\n", one.format == nullptr ? "-" : one.format->name);
  text += sink.text();
  if (one.error) text += "error " + one.error->text() + "\n";
  const auto expected_file = golden_folder() / (GetParam() + ".expected");
  if (std::getenv("TOCSIN_ACCEPT") != nullptr) std::ofstream(expected_file) << text;
  std::stringstream expected;
  expected << std::ifstream(expected_file).rdbuf();
  EXPECT_EQ(text, expected.str());
}

INSTANTIATE_TEST_SUITE_P(Files, Golden,
                         testing::Values("acled_2022.csv", "acled_2023.csv", "atom.xml",
                                         "atom_cap.xml", "cap_12.xml", "cap_cancelled.xml",
                                         "columns.csv", "document.html", "gdelt_1_header.csv",
                                         "gdelt_2.tsv", "hxl_latin1.csv", "hxl_rows.json",
                                         "listing.html", "reliefweb_v2.json", "reports.jsonl",
                                         "rss_emm.xml", "text.txt", "ucdp_41.csv",
                                         "ucdp_49_no_header.csv", "upr.csv"),
                         [](const testing::TestParamInfo<std::string>& file) {
                           std::string name = file.param;
                           for (char& c : name)
                             if (c == '.') c = '_';
                           return name;
                         });

}  // namespace
}  // namespace tocsin::monitor::feeds
