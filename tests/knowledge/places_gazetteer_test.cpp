// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/files.hpp"
#include "places_fixture.hpp"

namespace tocsin::knowledge {
namespace {

std::vector<std::int64_t> ids_of(const Gazetteer& gazetteer, std::string_view name) {
  std::vector<std::int64_t> out;
  const auto entry = gazetteer.find_name(name);
  if (entry)
    for (const auto packed : entry->packed)
      out.push_back(gazetteer.place(Gazetteer::candidate(packed).place).id);
  return out;
}

TEST(PlacesGazetteer, FindsNamesWithoutCaseAccentsAndPunctuation) {
  const Folder folder;
  const auto gazetteer = make_test_gazetteer(folder);
  EXPECT_EQ(ids_of(gazetteer, "SEGOUNA"), std::vector<std::int64_t>{12});
  EXPECT_EQ(ids_of(gazetteer, "ségouna"), std::vector<std::int64_t>{12});
  EXPECT_EQ(ids_of(gazetteer, "سيغونا"), std::vector<std::int64_t>{12});
  EXPECT_EQ(ids_of(gazetteer, "Ma\u2019zub"), std::vector<std::int64_t>{14});
  EXPECT_EQ(ids_of(gazetteer, "St. Orin"), std::vector<std::int64_t>{15});
  EXPECT_EQ(ids_of(gazetteer, "Hadda"), std::vector<std::int64_t>{17});
  EXPECT_TRUE(ids_of(gazetteer, "Nowhere").empty());
  EXPECT_TRUE(ids_of(gazetteer, "").empty());
}

TEST(PlacesGazetteer, PutsThePopulousCandidateFirst) {
  const Folder folder;
  const auto gazetteer = make_test_gazetteer(folder);
  EXPECT_EQ(ids_of(gazetteer, "Marra"), (std::vector<std::int64_t>{11, 10}));
}

TEST(PlacesGazetteer, KnowsParentsAndCountries) {
  const Folder folder;
  const auto gazetteer = make_test_gazetteer(folder);
  const auto entry = gazetteer.find_name("Dolo");
  ASSERT_TRUE(entry);
  const auto place = gazetteer.place(Gazetteer::candidate(entry->packed[0]).place);
  EXPECT_EQ(place.country, "XA");
  EXPECT_EQ(place.seat, Seat::province);
  ASSERT_TRUE(place.admin1);
  EXPECT_EQ(gazetteer.place(*place.admin1).name, "South Reach Province");
  ASSERT_TRUE(place.country_place);
  EXPECT_EQ(gazetteer.place(*place.country_place).name, "Xanda");
  EXPECT_EQ(gazetteer.country("XA"), place.country_place);
  EXPECT_FALSE(gazetteer.country("ZZ"));
  EXPECT_FALSE(gazetteer.country("xa"));
}

TEST(PlacesGazetteer, ShortensUnitsAndSaysHowANameWasMeant) {
  const Folder folder;
  const auto gazetteer = make_test_gazetteer(folder);
  const auto shortened = gazetteer.find_name("South Reach");
  ASSERT_TRUE(shortened);
  ASSERT_EQ(shortened->packed.size(), 1U);
  EXPECT_TRUE(Gazetteer::candidate(shortened->packed[0]).is(NameKind::shortened));
  const auto adjective = gazetteer.find_name("Xandans");
  ASSERT_TRUE(adjective);
  EXPECT_TRUE(Gazetteer::candidate(adjective->packed[0]).is(NameKind::adjective));
  EXPECT_FALSE(Gazetteer::candidate(adjective->packed[0]).is(NameKind::primary));
  const auto prefix = gazetteer.find_name("gulf of");
  ASSERT_TRUE(prefix);
  EXPECT_TRUE(prefix->has_longer);
  EXPECT_TRUE(prefix->packed.empty());
}

TEST(PlacesGazetteer, EqualSourcesGiveEqualBytes) {
  const Folder first;
  const Folder second;
  (void)make_test_gazetteer(first);
  (void)make_test_gazetteer(second);
  constexpr std::size_t bytes_max = 1U << 20;
  EXPECT_EQ(*base::read_file(first / "gazetteer.bin", bytes_max),
            *base::read_file(second / "gazetteer.bin", bytes_max));
}

TEST(PlacesGazetteer, RefusesADamagedFileAtEveryByte) {
  const Folder folder;
  (void)make_test_gazetteer(folder);
  const auto bytes = *base::read_file(folder / "gazetteer.bin", 1U << 20);
  for (std::size_t at = 0; at < bytes.size(); at += at < 128 ? 1 : 97) {
    auto damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
    folder.write("damaged.bin", damaged);
    const auto opened = Gazetteer::open(folder / "damaged.bin");
    ASSERT_FALSE(opened) << "byte " << at;
    EXPECT_NE(opened.error().place.find("damaged.bin"), std::string::npos);
    EXPECT_FALSE(opened.error().remedy.empty());
  }
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{5}, std::size_t{127}, bytes.size() - 1}) {
    folder.write("short.bin", bytes.substr(0, size));
    EXPECT_FALSE(Gazetteer::open(folder / "short.bin")) << size;
  }
}

TEST(PlacesGazetteer, SaysWhatToDoWithoutAFile) {
  const Folder folder;
  const auto opened = Gazetteer::open(folder / "absent.bin");
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().remedy.find("fetch-gazetteer"), std::string::npos);
}

TEST(PlacesGazetteer, NamesTheLineOfABadRow) {
  const Folder folder;
  GazetteerSources sources;
  const auto build = [&](const std::string& text) {
    folder.write("bad.tsv", text);
    sources.additions = {folder / "bad.tsv"};
    return build_gazetteer(sources, folder / "out.bin");
  };
  const auto good = geonames_row("1", "A place", "", "1,1", "P\tPPL", "XA", "", "5");
  const auto shorter = build(good + "2\tB\n");
  ASSERT_FALSE(shorter);
  EXPECT_NE(shorter.error().text().find("bad.tsv:2"), std::string::npos) << shorter.error().text();
  const auto off_the_globe = build(geonames_row("1", "A", "", "91,0", "P\tPPL", "XA", "", "5"));
  ASSERT_FALSE(off_the_globe);
  EXPECT_NE(off_the_globe.error().text().find("latitude"), std::string::npos);
  EXPECT_FALSE(build(geonames_row("one", "A", "", "1,0", "P\tPPL", "XA", "", "5")));
  EXPECT_TRUE(build(good));
  EXPECT_FALSE(std::filesystem::exists(folder / "out.bin.new"));
}

TEST(PlacesGazetteer, MeasuresDistanceOnTheSphere) {
  EXPECT_NEAR(distance_km(0, 0, 0, 90), 10007.5, 1);
  EXPECT_NEAR(distance_km(0, 179.5, 0, -179.5), 111.2, 0.1);
  EXPECT_EQ(distance_km(12.5, 7, 12.5, 7), 0);
}

TEST(PlacesGazetteer, RealFileHoldsTheWorld) {
  if (!std::filesystem::exists(real_gazetteer_path()))
    GTEST_SKIP() << "no gazetteer is built; run scripts/fetch-gazetteer";
  const auto gazetteer = Gazetteer::open(real_gazetteer_path());
  ASSERT_TRUE(gazetteer) << gazetteer.error().text();
  EXPECT_GT(gazetteer->size(), 200'000U);
  const auto country_of = [&](std::string_view name) {
    const auto entry = gazetteer->find_name(name);
    return entry && !entry->packed.empty()
               ? std::string(gazetteer->place(Gazetteer::candidate(entry->packed[0]).place).country)
               : std::string();
  };
  EXPECT_EQ(country_of("Mali"), "ML");
  EXPECT_EQ(country_of("République démocratique du Congo"), "CD");
  EXPECT_EQ(country_of("Sudán del Sur"), "SS");
  EXPECT_EQ(country_of("Msumbiji"), "MZ");
  EXPECT_EQ(country_of("الصومال"), "SO");
  EXPECT_EQ(country_of("Gaza Strip"), "PS");
  EXPECT_TRUE(gazetteer->are_neighbours("ML", "BF"));
  EXPECT_FALSE(gazetteer->are_neighbours("ML", "JP"));
}

}  // namespace
}  // namespace tocsin::knowledge
