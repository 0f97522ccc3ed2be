// SPDX-License-Identifier: Apache-2.0
// The real files beside the checkout, each with the counts that its README or its own lines give.
#include "feed_test_support.hpp"

namespace tocsin::monitor::feeds {
namespace {

struct RealFile {
  const char* path;
  const char* format;  ///< empty: refused
  std::uint64_t kept;
  std::uint64_t out_of_scope;
};

constexpr RealFile real_files[] = {
    {"gdelt/20191024143000.export.CSV.gz", "gdelt", 2111, 0},
    {"gdelt/gdelt1_west_africa_conflict_1991.csv.gz", "gdelt", 3484, 0},
    {"gdelt/gdelt1_west_africa_conflict_1997.csv.gz", "gdelt", 12106, 0},
    {"gdelt/GDELT_2.0_Events_Column_Labels_Header_Row_Sep2016.csv", "", 0, 0},
    {"gdelt/LOOKUP-GKGTHEMES.txt.gz", "", 0, 0},
    {"gdelt/cameoCodes.json", "", 0, 0},
    {"gdelt/cameo_codes.json", "", 0, 0},
    {"gdelt/events1.csv", "", 0, 0},
    {"gdelt/events1.json", "", 0, 0},
    {"gdelt/events2.csv", "", 0, 0},
    {"gdelt/eventsv2.json", "", 0, 0},
    {"gdelt/gkg1.csv", "", 0, 0},
    {"gdelt/gkg2.csv", "", 0, 0},
    {"gdelt/mentions.csv", "", 0, 0},
    {"gdelt/mentionssamp.csv", "", 0, 0},
    {"acled_extracts/acled_burkina_faso_1997_2020.csv.gz", "acled", 2076, 0},
    {"acled_extracts/acled_myanmar_explosions_remote_violence_2021.csv.gz", "acled", 1919, 0},
    {"ucdp_ged_syria/ucdp_ged_syria_2016_2019.csv.gz", "ucdp", 12797, 0},
    {"upr_recommendations/upr_recommendations.csv.gz", "upr", 28764, 0},
    {"reliefweb_and_feeds/Hurricane_Melissa_hti_reports.json", "reliefweb", 31, 0},
    {"reliefweb_and_feeds/Hurricane_Melissa_hti_reports_full_text.json.gz", "reliefweb", 31, 0},
    {"reliefweb_and_feeds/Marburg_Disease_Outbreak_eth_reports.json", "reliefweb", 19, 0},
    {"reliefweb_and_feeds/Marburg_Disease_Outbreak_eth_reports_full_text.json", "reliefweb", 19, 0},
    {"reliefweb_and_feeds/relief_web_0.json", "reliefweb", 4, 0},
    {"reliefweb_and_feeds/relief_web_1.json", "reliefweb", 4, 0},
    {"reliefweb_and_feeds/atom_feed_0.xml", "atom", 5, 0},
    {"reliefweb_and_feeds/nws_atom_feed_example.xml", "atom", 0, 163},
    {"reliefweb_and_feeds/cap_amber_alert_example.xml", "cap", 1, 0},
    {"reliefweb_and_feeds/rss_feed_0.xml", "rss", 5, 0},
    {"reliefweb_and_feeds/emm_0.xml", "rss", 3, 0},
    {"reliefweb_and_feeds/unhcr_0.html", "html", 4, 0},
    {"reliefweb_and_feeds/unhcr_1.html", "html", 4, 0},
    {"reliefweb_and_feeds/humanitarian_response_0.html", "html", 6, 0},
    {"reliefweb_and_feeds/hxl_input-valid.csv", "hxl", 0, 4},
    {"reliefweb_and_feeds/hxl_input-valid-latin1.csv", "hxl", 0, 4},
    {"reliefweb_and_feeds/hxl_input-valid-objects.json", "hxl", 0, 4},
    {"reliefweb_and_feeds/hxl_wide-tagging-test.csv", "", 0, 0},
};

TEST(RealData, EveryFileIsReadWithCountsThatAddUp) {
  const auto root = shared_data();
  if (root.empty()) GTEST_SKIP() << "no real data beside the checkout (set TOCSIN_SHARED)";
  for (const auto& file : real_files) {
    SCOPED_TRACE(file.path);
    CollectingSink sink;
    sink.keep_lines = false;
    auto imported = take_in(root / file.path, file.path, "", test_tables(), sink);
    ASSERT_TRUE(imported) << imported.error().text();
    ASSERT_EQ(imported->size(), 1U);
    const auto& one = imported->front();
    EXPECT_EQ(one.format == nullptr ? "" : one.format->name, file.format);
    EXPECT_EQ(one.error.has_value(), file.format[0] == '\0')
        << (one.error ? one.error->text() : "");
    EXPECT_EQ(one.counts.kept, file.kept);
    EXPECT_EQ(one.counts.out_of_scope, file.out_of_scope);
    EXPECT_EQ(one.counts.rejected, 0U) << sink.text();
    EXPECT_EQ(one.counts.rows, file.kept + file.out_of_scope);
    EXPECT_EQ(one.sha256.size(), 64U);
    EXPECT_EQ(one.bytes, std::filesystem::file_size(root / file.path));
  }
}

TEST(RealData, EveryFileOfTheFoldersIsInTheList) {
  const auto root = shared_data();
  if (root.empty()) GTEST_SKIP() << "no real data beside the checkout (set TOCSIN_SHARED)";
  std::size_t found = 0;
  for (const char* folder : {"gdelt", "acled_extracts", "ucdp_ged_syria", "upr_recommendations",
                             "reliefweb_and_feeds"}) {
    auto files = list_feed_files(root / folder);
    ASSERT_TRUE(files) << files.error().text();
    found += files->files.size();
  }
  EXPECT_EQ(found, std::size(real_files));
}

}  // namespace
}  // namespace tocsin::monitor::feeds
