// SPDX-License-Identifier: Apache-2.0
#include "app/blur.hpp"

#include "../knowledge/places_fixture.hpp"

namespace tocsin::app {
namespace {

using knowledge::Folder;

/// A Thursday.
const base::Day received = base::parse_day("2026-11-19").value();

std::shared_ptr<const monitor::coding::CoderData> coder_data() {
  static const auto data =
      monitor::coding::CoderData::load(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data").value();
  return data;
}

/// A row of GeoNames with a second-level unit.
std::string row_in_district(const std::string& id, const std::string& name, const char* feature,
                            const char* point) {
  return id + '\t' + name + '\t' + name + "\t\t" + point + '\t' + feature +
         "\tXA\t\t01\t0107\t\t\t50000\t\t\tUTC\t2026-01-01\n";
}

TEST(BlurredPlaces, AreDistrictsOrProvincesAndNeverTheTown) {
  const Folder folder;
  static_cast<void>(knowledge::make_test_gazetteer(folder));
  folder.write("places.tsv", knowledge::test_places() +
                                 row_in_district("20", "Orn District", "A\tADM2", "11.3\t10.2") +
                                 row_in_district("21", "Belune", "P\tPPL", "11.3\t10.25"));
  knowledge::GazetteerSources sources;
  sources.tables = folder.path();
  sources.additions = {folder / "places.tsv"};
  const auto built = knowledge::build_gazetteer(sources, folder / "districts.bin");
  ASSERT_TRUE(built) << built.error().text();
  auto blur = BlurByGazetteer::open(folder / "districts.bin", coder_data());
  ASSERT_TRUE(blur) << blur.error().text();
  const auto at = [&](std::string_view place) {
    return (*blur)->blur({place, "", "en", received});
  };
  const auto town = at("at the mill in Belune");
  EXPECT_EQ(town.area, "Orn District");
  EXPECT_TRUE(town.is_district);
  const auto without = at("in Dolo, behind the school");
  EXPECT_EQ(without.area, "South Reach Province");
  EXPECT_FALSE(without.is_district);
  for (const auto* unknown : {"", "by my aunt's well", "near the river", "Xanda"})
    EXPECT_EQ(at(unknown).area, "") << unknown;
}

TEST(BlurredPlaces, WithoutAGazetteerAreHiddenWhole) {
  auto blur = BlurByGazetteer::open("/nowhere/gazetteer.bin", coder_data());
  ASSERT_TRUE(blur);
  EXPECT_EQ((*blur)->blur({"Belune", "", "en", received}).area, "");
}

TEST(BlurredTimes, AreWeeks) {
  auto blur = BlurByGazetteer::open("/nowhere/gazetteer.bin", coder_data());
  ASSERT_TRUE(blur);
  const auto week = [&](std::string_view when, std::string_view language = "en") {
    const auto blurred = (*blur)->blur({"", when, language, received});
    return blurred.week ? base::format_day(*blurred.week) : std::string("-");
  };
  EXPECT_EQ(week("yesterday at six"), "2026-11-16");
  EXPECT_EQ(week("last night"), "2026-11-16");
  EXPECT_EQ(week("on Sunday after church"), "2026-11-09");
  EXPECT_EQ(week("2026-11-08"), "2026-11-02");
  EXPECT_EQ(week("3 November 2026"), "2026-11-02");
  EXPECT_EQ(week("hier soir", "fr"), "2026-11-16");
  EXPECT_EQ(week("أمس", "ar"), "2026-11-16");
  EXPECT_EQ(week("yesterday", "xx"), "2026-11-16");  // no rules of that language: English ones
  // What is not understood, or lies ahead, is no week.
  EXPECT_EQ(week(""), "-");
  EXPECT_EQ(week("when the rain began"), "-");
  EXPECT_EQ(week("2027-01-05"), "-");
  EXPECT_EQ(week("2026-99-99"), "-");
}

}  // namespace
}  // namespace tocsin::app
