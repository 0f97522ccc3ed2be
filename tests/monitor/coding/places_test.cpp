// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/places.hpp"

#include <algorithm>

#include "../../knowledge/places_fixture.hpp"

namespace tocsin::monitor::coding {
namespace {

class Places : public ::testing::Test {
 protected:
  Places() : gazetteer_(knowledge::make_test_gazetteer(folder_)), finder_(gazetteer_) {}

  std::vector<CodedPlace> find(std::string_view text, const PlaceContext& context = {}) {
    tokenizer_.split(text, tokens_);
    return finder_.find(text, tokens_.tokens(), context);
  }
  std::optional<CodedPlace> resolve(std::string_view text, std::string_view name,
                                    const PlaceContext& context = {}) {
    tokenizer_.split(text, tokens_);
    const auto at = static_cast<std::uint32_t>(text.find(name));
    const std::vector<Span> spans = {{at, at + static_cast<std::uint32_t>(name.size())}};
    return finder_.resolve(text, tokens_.tokens(), spans, context).at(0);
  }
  /// The found names as written, divided by bars.
  std::string names(std::string_view text, const PlaceContext& context = {}) {
    std::string out;
    for (const auto& place : find(text, context)) {
      if (!out.empty()) out += '|';
      out += text.substr(place.span.begin, place.span.end - place.span.begin);
    }
    return out;
  }

  knowledge::Folder folder_;
  knowledge::Gazetteer gazetteer_;
  PlaceFinder finder_;
  Tokenizer tokenizer_;
  TokenizedText tokens_;
};

TEST_F(Places, GivesSpanNameUnitAndCountry) {
  const std::string_view text = "Gunmen attacked a market near Ségouna on Friday.";
  const auto found = find(text);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(text.substr(found[0].span.begin, found[0].span.end - found[0].span.begin), "Ségouna");
  EXPECT_EQ(found[0].geoname_id, 12);
  EXPECT_EQ(found[0].country, "XA");
  EXPECT_EQ(found[0].admin1, "Northern Belt Province");
  EXPECT_NEAR(found[0].latitude, 11.1, 0.001);
  EXPECT_GT(found[0].confidence, 0.3);
  EXPECT_LE(found[0].confidence, 1);
}

TEST_F(Places, OrdinaryWordsPersonsAndStreetsAreNoPlaces) {
  EXPECT_EQ(names("The farmers will meet. Will anyone come?"), "");
  EXPECT_EQ(names("General Dolo said nothing."), "");
  EXPECT_EQ(names("Anna Dolo left. Later Dolo said she was tired."), "");
  EXPECT_EQ(names("Two shops burned on Jordis Street, police said."), "");
  EXPECT_EQ(names("Xandan soldiers left the Xandans behind."), "");
  EXPECT_EQ(names(""), "");
}

TEST_F(Places, AdjectivesComeWhenAskedFor) {
  const auto found = find("Xandan soldiers left.", {.keep_adjectives = true});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].country, "XA");
}

TEST_F(Places, TheCountryNamedBesideDecidesBetweenNamesakes) {
  EXPECT_EQ(resolve("Clashes in Marra, Xanda, killed two.", "Marra")->geoname_id, 10);
  EXPECT_EQ(resolve("Clashes in Marra, Yoland, killed two.", "Marra")->geoname_id, 11);
  EXPECT_EQ(resolve("Clashes in Marra in Northern Belt Province killed two.", "Marra")->geoname_id,
            10);
}

TEST_F(Places, ACountryThatHasNoSuchPlaceIsAllThatIsKnown) {
  for (const auto* const text :
       {"Gunmen killed two villagers in Jordis, Xanda.", "Gunmen killed two in Jordis (Xanda).",
        "Gunmen killed two in Jordis in northern Xanda.",
        "Gunmen killed two in Jordis, Xanda. People fled from Jordis."}) {
    SCOPED_TRACE(text);
    const auto found = find(text);
    ASSERT_GE(found.size(), 2U);
    for (const auto& place : found) {
      EXPECT_EQ(place.country, "XA");
      EXPECT_EQ(place.name, "Xanda");
      EXPECT_EQ(place.level, 1);
    }
  }
  // A list says nothing of where its parts lie, and a way from one to another neither.
  EXPECT_EQ(resolve("Clashes in Jordis, Xanda and Yoland killed two.", "Jordis")->geoname_id, 16);
  EXPECT_EQ(resolve("They fled from Jordis to Xanda.", "Jordis")->geoname_id, 16);
}

TEST_F(Places, ATextOfOneCountryNamesNoPlaceElsewhere) {
  const PlaceContext only = {.country = "XA", .country_only = true};
  EXPECT_EQ(resolve("Clashes in Marra killed two.", "Marra", only)->geoname_id, 10);
  EXPECT_EQ(names("Clashes in Jordis killed two.", only), "");
  EXPECT_EQ(names("Clashes in Jordis and Dolo killed two.", only), "Dolo");
}

TEST_F(Places, AnEverydayWordOfTheLanguageNeedsMoreThanACapital) {
  EXPECT_EQ(names("Un bal rue du Dolo aura lieu samedi.", {.language = "fr"}), "");
  EXPECT_EQ(names("Un bal rue du Dolo aura lieu samedi.", {.language = "es"}), "Dolo");
  EXPECT_EQ(names("قال المصدر إن دولو صحيح", {.language = "ar"}), "");
  EXPECT_EQ(names("هجوم في مدينة دولو", {.language = "ar"}), "دولو");
}

TEST_F(Places, LevelsSayHowExactAPlaceIs) {
  const auto found = find("Clashes in Dolo in South Reach Province in Xanda killed two.");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].level, 3);
  EXPECT_EQ(found[1].level, 2);
  EXPECT_EQ(found[2].level, 1);
}

TEST_F(Places, TownsNearbyDecideBetweenNamesakes) {
  EXPECT_EQ(resolve("They fled from Ségouna and Dolo to Marra.", "Marra")->geoname_id, 10);
  EXPECT_EQ(resolve("They fled from Jordis and Saint Orin to Marra.", "Marra")->geoname_id, 11);
}

TEST_F(Places, TheCarriersCountryDecidesWhereTheTextDoesNot) {
  EXPECT_EQ(resolve("Clashes in Marra killed two.", "Marra")->geoname_id, 11);
  EXPECT_EQ(resolve("Clashes in Marra killed two.", "Marra", {.country = "XA"})->geoname_id, 10);
}

TEST_F(Places, AnUnknownNameGetsTheUnitAroundWithLowConfidence) {
  const auto answer =
      resolve("Fighters moved from Ségouna and Marra, Northern Belt, into Qirqa.", "Qirqa");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->country, "XA");
  EXPECT_EQ(answer->name, "Northern Belt Province");
  EXPECT_LE(answer->confidence, 0.3);
  EXPECT_FALSE(resolve("Fighters moved into Qirqa.", "Qirqa"));
}

TEST_F(Places, ReadsApostrophesArticlesAndSaints) {
  EXPECT_EQ(names("Shelling in Ma\u2019zub killed four."), "Ma\u2019zub");
  EXPECT_EQ(names("Shelling in Hadda killed four."), "Hadda");
  EXPECT_EQ(names("Shelling in St. Orin killed four."), "St. Orin");
  EXPECT_EQ(names("Boats sank in the Gulf of Xanda."), "Gulf of Xanda");
}

TEST_F(Places, AbbreviationsCountOnlyAsWrittenSo) {
  EXPECT_EQ(names("Talks about XND went on."), "XND");
  EXPECT_EQ(names("Talks about xnd went on."), "");
  EXPECT_EQ(names("He lives in Jordis, Hs., with his wife."), "Jordis|Hs.");
}

TEST_F(Places, ReadsArabicWithItsClitics) {
  const std::string_view text = "وقعت اشتباكات بسيغونا مساء الجمعة";
  const auto found = find(text, {.language = "ar"});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].geoname_id, 12);
  EXPECT_EQ(text.substr(found[0].span.begin, found[0].span.end - found[0].span.begin), "سيغونا");
}

TEST_F(Places, ReadsTextInSmallLettersAndInCapitals) {
  EXPECT_EQ(names("gunmen attacked a market near dolo on friday and left"), "dolo");
  EXPECT_EQ(names("GUNMEN ATTACK MARKET NEAR DOLO"), "DOLO");
  EXPECT_EQ(names("the will of the people is clear to all of us"), "");
}

TEST_F(Places, SpansThatFitNoTokenGiveNoAnswer) {
  const std::string_view text = "Clashes in Marra.";
  tokenizer_.split(text, tokens_);
  const std::vector<Span> spans = {{500, 600}, {7, 7}, {9, 3}};
  EXPECT_EQ(finder_.resolve(text, tokens_.tokens(), spans, {}).size(), 3U);
  EXPECT_TRUE(finder_.find("x", tokens_.tokens(), {}).empty()) << "tokens of another text";
}

TEST(PlacesReal, TellsNamesakesApart) {
  if (!std::filesystem::exists(knowledge::real_gazetteer_path()))
    GTEST_SKIP() << "no gazetteer is built; run scripts/fetch-gazetteer";
  const auto gazetteer = knowledge::Gazetteer::open(knowledge::real_gazetteer_path());
  ASSERT_TRUE(gazetteer) << gazetteer.error().text();
  const PlaceFinder finder(*gazetteer);
  const Tokenizer tokenizer;
  TokenizedText tokens;
  const auto places = [&](std::string_view text, const PlaceContext& context = {}) {
    tokenizer.split(text, tokens);
    std::string out;
    for (const auto& place : finder.find(text, tokens.tokens(), context))
      out += (out.empty() ? "" : " ") + place.name + "/" + place.country;
    return out;
  };
  EXPECT_EQ(places("Fighting was reported in Tripoli, Lebanon."), "Tripoli/LB Lebanon/LB");
  EXPECT_EQ(places("Militias clashed in Tripoli and Misrata, Libya."),
            "Tripoli/LY Mişrātah/LY Libya/LY");
  EXPECT_EQ(
      places("Des hommes armés ont attaqué Djibo, au nord du Burkina Faso.", {.language = "fr"}),
      "Djibo/BF Burkina Faso/BF");
}

}  // namespace
}  // namespace tocsin::monitor::coding
