// SPDX-License-Identifier: Apache-2.0
// A small gazetteer for tests: a handful of places in GeoNames layout with our own tables.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "knowledge/gazetteer.hpp"
#include "knowledge/gazetteer_build.hpp"

namespace tocsin::knowledge {

/// A folder of its own for one test, removed with it.
class Folder {
 public:
  Folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "tocsin-places-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::filesystem::path operator/(const char* name) const { return path_ / name; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  void write(const char* name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }

 private:
  std::filesystem::path path_;
};

/// One row in GeoNames' 19 columns.
inline std::string geonames_row(const std::string& id, const std::string& name,
                                const std::string& alternates, const std::string& point,
                                const std::string& feature, const std::string& country,
                                const std::string& admin1, const std::string& people) {
  const auto comma = point.find(',');
  return id + '\t' + name + '\t' + name + '\t' + alternates + '\t' + point.substr(0, comma) + '\t' +
         point.substr(comma + 1) + '\t' + feature + '\t' + country + "\t\t" + admin1 + "\t\t\t\t" +
         people + "\t\t\tUTC\t2026-01-01\n";
}

/// Two lands: Xanda (XA) with two provinces, Yoland (XB) with one. "Marra" is a city of both.
inline std::string test_places() {
  return geonames_row("1", "Xanda", "Xandie,كساندا", "10,10", "A\tPCLI", "XA", "00", "5000000") +
         geonames_row("2", "Yoland", "", "40,60", "A\tPCLI", "XB", "00", "9000000") +
         geonames_row("3", "Northern Belt Province", "", "11,10", "A\tADM1", "XA", "01", "0") +
         geonames_row("4", "South Reach Province", "", "9,10", "A\tADM1", "XA", "02", "0") +
         geonames_row("5", "Hill State", "", "40,61", "A\tADM1", "XB", "07", "0") +
         geonames_row("10", "Marra", "Marrah,مرة الكبرى", "11.2,10.1", "P\tPPLA", "XA", "01",
                      "90000") +
         geonames_row("11", "Marra", "", "40.2,61.1", "P\tPPL", "XB", "07", "400000") +
         geonames_row("12", "Ségouna", "Segouna,سيغونا", "11.1,10.0", "P\tPPL", "XA", "01",
                      "60000") +
         geonames_row("13", "Dolo", "دولو", "8.9,10.2", "P\tPPLA", "XA", "02", "70000") +
         geonames_row("14", "Ma'zub", "", "9.1,10.3", "P\tPPL", "XA", "02", "30000") +
         geonames_row("15", "Saint Orin", "", "40.1,60.9", "P\tPPL", "XB", "07", "25000") +
         geonames_row("16", "Jordis", "", "40.3,60.7", "P\tPPL", "XB", "07", "80000") +
         geonames_row("17", "Al Hadda", "", "9.3,10.1", "P\tPPL", "XA", "02", "20000") +
         geonames_row("18", "Will", "", "40.0,60.5", "P\tPPL", "XB", "07", "15000");
}

inline std::string test_words() {
  return "preposition\tin|near|from|at\t\n"
         "preposition\tà|près|في\t\n"
         "unit_before\ttown|province|مدينة\t\n"
         "unit_after\tprovince|state\t\n"
         "unit_province\tprovince|state\t\n"
         "title\tgeneral|mr\t\n"
         "given_name\tJordis|Anna\t\n"
         "particle\tof|the|de\t\n"
         "speech\tsaid\t\n"
         "street_after\tstreet\t\n"
         "direction\tnorthern|southern\t\n"
         "common\tthe|will|a|of|and\t\n";
}

/// Builds and opens the small gazetteer; the folder must outlive nothing but this call's file map.
inline Gazetteer make_test_gazetteer(const Folder& folder) {
  folder.write("places.tsv", test_places());
  folder.write("words.tsv", test_words());
  // "Dolo" is an everyday word of French and Arabic here.
  folder.write("ordinary.tsv", "ordinary_fr\tdolo\nordinary_ar\tدولو\n");
  folder.write("areas.tsv",
               "gulf\twater\t10\t12\t\t100000\t\tGulf of Xanda|Golfe de Xandie\ta sea\n");
  folder.write("names.tsv",
               "country:XA\tadjective\tXandan|Xandans\t\n"
               "country:XA\tabbreviation\tXND\t\n"
               "admin1:XB.07\tabbreviation\tHs.\t\n");
  GazetteerSources sources;
  sources.tables = folder.path();
  sources.additions = {folder / "places.tsv"};
  const auto built = build_gazetteer(sources, folder / "gazetteer.bin");
  EXPECT_TRUE(built) << built.error().text();
  auto opened = Gazetteer::open(folder / "gazetteer.bin");
  EXPECT_TRUE(opened) << opened.error().text();
  return std::move(*opened);
}

/// The gazetteer of this checkout, where it is built.
inline std::filesystem::path real_gazetteer_path() {
  if (const char* given = std::getenv("TOCSIN_GAZETTEER")) return given;
  return std::filesystem::path(TOCSIN_SOURCE_DIR) / "build" / "gazetteer.bin";
}

}  // namespace tocsin::knowledge
