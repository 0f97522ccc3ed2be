// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/coder.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "monitor/coding/coded_json.hpp"

namespace tocsin::monitor::coding {
namespace {

class CoderOn : public testing::Test {
 protected:
  void SetUp() override {
    static const auto loaded = CoderData::load(std::string(TOCSIN_SOURCE_DIR) + "/data");
    ASSERT_TRUE(loaded) << loaded.error().text();
    data_ = *loaded;
  }
  CodedText code(std::string_view text, std::string_view date = {}) {
    text_ = text;
    TextToCode given;
    given.text = text_;
    given.language = "en";
    if (!date.empty()) given.date = *base::parse_day(date);
    Coder coder(data_);
    return coder.code(given);
  }
  std::shared_ptr<const CoderData> data_;
  std::string text_;
};

TEST_F(CoderOn, ActiveSentence) {
  const CodedText coded = code("Gunmen killed twelve villagers near the river on Tuesday.", "2021-03-05");
  ASSERT_EQ(coded.events.size(), 1U);
  const CodedEvent& event = coded.events[0];
  EXPECT_EQ(event.kind, "killing");
  EXPECT_EQ(event.type, "ASSAULT");
  EXPECT_EQ(event.cameo, "18");
  ASSERT_TRUE(event.source && event.target);
  EXPECT_EQ(event.source->role, "UAF");
  EXPECT_EQ(event.target->role, "CVL");
  EXPECT_EQ(event.killed, 12);
  EXPECT_EQ(base::format_day(*event.date), "2021-03-02");
}

TEST_F(CoderOn, PassiveSentenceTellsTheSame) {
  const CodedText coded = code("Twelve villagers were killed by gunmen.");
  ASSERT_EQ(coded.events.size(), 1U);
  EXPECT_EQ(coded.events[0].source->role, "UAF");
  EXPECT_EQ(coded.events[0].target->role, "CVL");
  EXPECT_EQ(coded.events[0].killed, 12);
}

TEST_F(CoderOn, NominalEventWithByAgent) {
  const CodedText coded = code("The killing of 12 villagers by gunmen happened on Monday.");
  ASSERT_FALSE(coded.events.empty());
  EXPECT_EQ(coded.events[0].kind, "killing");
  EXPECT_EQ(coded.events[0].source->role, "UAF");
  EXPECT_EQ(coded.events[0].target->role, "CVL");
}

TEST_F(CoderOn, BothSidesAreAddedUp) {
  const CodedText coded = code("Three soldiers and seven rebels were killed.");
  ASSERT_FALSE(coded.events.empty());
  EXPECT_EQ(coded.events[0].killed, 10);
}

TEST_F(CoderOn, CountsOfALaterSentenceBelongToTheDeed) {
  const CodedText coded =
      code("Police fired live rounds to break up a march. Two protesters were killed.");
  ASSERT_EQ(coded.events.size(), 1U);
  EXPECT_EQ(coded.events[0].killed, 2);
}

TEST_F(CoderOn, WhatIsDeniedIsMarkedDenied) {
  const CodedText coded = code("The army denied that its troops had killed 14 villagers.");
  bool denied = false;
  for (const CodedEvent& event : coded.events)
    denied = denied || (event.kind == "killing" && event.status == ActStatus::denied);
  EXPECT_TRUE(denied);
}

TEST_F(CoderOn, ThreatsAreNotDeeds) {
  const CodedText coded = code("The militia threatened to attack the villagers.");
  ASSERT_EQ(coded.events.size(), 1U);
  EXPECT_EQ(coded.events[0].type, "THREATEN");
  EXPECT_EQ(coded.events[0].status, ActStatus::threatened);
}

TEST_F(CoderOn, NegatedDeedsAreNoEvents) {
  EXPECT_TRUE(code("Rebels did not attack the town.").events.empty());
  EXPECT_TRUE(code("No arrests were made.").events.empty());
}

TEST_F(CoderOn, AccidentsAreIncidentsNotEvents) {
  const CodedText coded =
      code("Four passengers died and eleven were injured when a bus left the road in fog.");
  EXPECT_TRUE(coded.events.empty());
  ASSERT_FALSE(coded.incidents.empty());
  EXPECT_EQ(coded.incidents[0].kind, "accident");
}

TEST_F(CoderOn, CountriesOfBothSides) {
  const CodedText coded = code("Serbia rejected an Australian ultimatum on Thursday.");
  ASSERT_EQ(coded.events.size(), 1U);
  EXPECT_EQ(coded.events[0].type, "REJECT");
  EXPECT_EQ(coded.events[0].source->country, "SRB");
  EXPECT_EQ(coded.events[0].target->country, "AUS");
}

TEST_F(CoderOn, PrivateNamesAreNeverGivenOut) {
  const CodedText coded =
      code("Gunmen killed the teacher Jonathan Nobodyknows and police arrested Maria Nemo.");
  std::string json;
  append_json(json, "1", coded);
  EXPECT_EQ(json.find("Nobodyknows"), std::string::npos);
  EXPECT_EQ(json.find("Jonathan"), std::string::npos);
  EXPECT_EQ(json.find("Nemo"), std::string::npos);
}

TEST_F(CoderOn, IndicatorsSayWhy) {
  const CodedText coded = code("Soldiers raped two women near the camp.");
  ASSERT_FALSE(coded.indicators.empty());
  bool found = false;
  for (const IndicatorLink& link : coded.indicators) {
    if (link.id != "CRF7.9") continue;
    found = true;
    EXPECT_FALSE(link.because.empty());
    EXPECT_LT(link.span.begin, link.span.end);
  }
  EXPECT_TRUE(found);
}

TEST_F(CoderOn, HostileTextsAreReadToTheEnd) {
  EXPECT_TRUE(code("").events.empty());
  EXPECT_TRUE(code("\xff\xfe\xc3 ,,,, ;;; ((((").events.empty());
  std::string longest;
  for (int i = 0; i < 20000; ++i) longest += "attack by of the and killed ";
  const CodedText coded = code(longest);
  EXPECT_LE(coded.events.size(), 200U);
}

TEST_F(CoderOn, LanguagesAreTold) {
  const auto language = [this](std::string_view text) {
    TextToCode given;
    given.text = text;
    Coder coder(data_);
    return coder.code(given).language;
  };
  EXPECT_EQ(language("The soldiers left the village after the attack."), "en");
  EXPECT_EQ(language("Les soldats ont quitté le village après l'attaque."), "fr");
  EXPECT_EQ(language("Los soldados salieron de la aldea tras el ataque."), "es");
  EXPECT_EQ(language("قال مسؤول محلي إن مسلحين أطلقوا النار على سوق"), "ar");
}

}  // namespace
}  // namespace tocsin::monitor::coding
