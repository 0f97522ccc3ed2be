// SPDX-License-Identifier: Apache-2.0
// Which of the places that a text names is the place of a deed.
#include "monitor/coding/event_places.hpp"

#include "../../knowledge/places_fixture.hpp"
#include "monitor/coding/coder.hpp"

namespace tocsin::monitor::coding {
namespace {

class EventPlace : public ::testing::Test {
 protected:
  EventPlace() : gazetteer_(knowledge::make_test_gazetteer(folder_)), finder_(gazetteer_) {}
  void SetUp() override {
    static const auto loaded = CoderData::load(std::string(TOCSIN_SOURCE_DIR) + "/data");
    ASSERT_TRUE(loaded) << loaded.error().text();
    data_ = *loaded;
  }
  /// Where the last deed of a text happened, as the text writes it; empty: nowhere.
  std::string of(std::string_view text) {
    TextToCode given;
    given.text = text;
    given.language = "en";
    const auto coded = Coder(data_, &finder_).code(given);
    if (coded.events.empty() || !coded.events.back().place) return {};
    return coded.places[*coded.events.back().place].text;
  }

  knowledge::Folder folder_;
  knowledge::Gazetteer gazetteer_;
  PlaceFinder finder_;
  std::shared_ptr<const CoderData> data_;
};

TEST_F(EventPlace, WhereSomebodyComesFromIsNoScene) {
  EXPECT_EQ(of("Five migrants from Yoland were shot dead in Ségouna."), "Ségouna");
  EXPECT_EQ(of("Troops from Yoland killed three protesters in Dolo."), "Dolo");
  EXPECT_EQ(of("Five migrants from Yoland were shot dead."), "");
  EXPECT_EQ(of("The army withdrew its soldiers from Dolo."), "Dolo");
  EXPECT_EQ(of("The hospital in Marra received eleven bodies and twenty wounded from Dolo."),
            "Dolo");
}

TEST_F(EventPlace, WhoseSomebodyIsComesAfterTheScene) {
  EXPECT_EQ(of("Yoland's ambassador was attacked in Ségouna."), "Ségouna");
  EXPECT_EQ(of("The envoy to Yoland was attacked in Ségouna."), "Ségouna");
}

TEST_F(EventPlace, TheSmallerPlaceIsMeant) {
  EXPECT_EQ(of("Gunmen killed twelve people in Xanda, near Dolo."), "Dolo");
  EXPECT_EQ(of("Gunmen killed twelve people in Xanda."), "Xanda");
}

TEST_F(EventPlace, AnAdjectiveIsNoPlace) {
  EXPECT_EQ(of("Xandan soldiers shot dead two men."), "");
  EXPECT_EQ(of("Xandan soldiers shot dead two men in Dolo."), "Dolo");
}

TEST_F(EventPlace, AnotherDeedsSentenceTellsNothing) {
  EXPECT_EQ(of("Soldiers killed a trader in Dolo. Gunmen burned a house."), "Dolo");
  const std::string_view two =
      "Gunmen killed a chief and burned his house. In Dolo, police arrested a thief.";
  TextToCode given;
  given.text = two;
  given.language = "en";
  const auto coded = Coder(data_, &finder_).code(given);
  ASSERT_GE(coded.events.size(), 2U);
  EXPECT_FALSE(coded.events.front().place);
}

TEST_F(EventPlace, ADatelineTellsWhereItWasWritten) {
  EXPECT_EQ(of("SÉGOUNA (AP) - Shelling killed five civilians in Dolo on Tuesday."), "Dolo");
  EXPECT_EQ(of("SÉGOUNA — Shelling killed five civilians in Dolo on Tuesday."), "Dolo");
  EXPECT_EQ(of("DOLO, Xanda, June 3 (Reuters) - Gunmen killed twelve people."), "DOLO");
  EXPECT_EQ(of("Gunmen in Dolo - a market town - killed twelve people."), "Dolo");
}

TEST(Dateline, EndsAtADashThatStandsFree) {
  static const auto loaded = CoderData::load(std::string(TOCSIN_SOURCE_DIR) + "/data");
  ASSERT_TRUE(loaded) << loaded.error().text();
  const auto length = [](std::string_view text) {
    TokenizedText tokens;
    (*loaded)->tokenizer().split(text, tokens);
    return dateline_length(tokens.sentence(0));
  };
  EXPECT_EQ(length("DOLO - Gunmen fired."), 2U);
  EXPECT_EQ(length("BAMAKO, 3 juin (Xinhua) -- Des hommes"), 9U);
  EXPECT_EQ(length("Al-Nur fighters fired - twice."), 0U);
  EXPECT_EQ(length("Gunmen fired."), 0U);
  EXPECT_EQ(length("- Gunmen fired."), 0U);
  EXPECT_EQ(length("Gunmen -"), 0U);
}

TEST_F(EventPlace, WhoTakesATownByItsNameTakesTerritory) {
  const auto kind = [&](std::string_view text) {
    TextToCode given;
    given.text = text;
    given.language = "en";
    const auto coded = Coder(data_, &finder_).code(given);
    return coded.events.empty() ? std::string{} : coded.events.back().kind;
  };
  EXPECT_EQ(kind("Rebels captured Ségouna."), "territory_taken");
  EXPECT_EQ(kind("People left their homes in Ségouna. Ségouna was captured by rebels."),
            "territory_taken");
  EXPECT_EQ(kind("Rebels captured a truck."), "looting");
}

TEST_F(EventPlace, VictimsAreNotOfTheirAttackersCountry) {
  TextToCode given;
  given.text = "Xandan soldiers shot dead two men in Yoland.";
  given.language = "en";
  const auto coded = Coder(data_, &finder_).code(given);
  ASSERT_FALSE(coded.events.empty());
  ASSERT_TRUE(coded.events[0].place);
  EXPECT_EQ(coded.places[*coded.events[0].place].country, "XB");
}

}  // namespace
}  // namespace tocsin::monitor::coding
