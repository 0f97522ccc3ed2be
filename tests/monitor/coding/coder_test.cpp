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
  CodedText code(std::string_view text, std::string_view date = {},
                 std::string_view language = "en") {
    text_ = text;
    TextToCode given;
    given.text = text_;
    given.language = language;
    if (!date.empty()) given.date = *base::parse_day(date);
    Coder coder(data_);
    return coder.code(given);
  }
  std::shared_ptr<const CoderData> data_;
  std::string text_;
};

TEST_F(CoderOn, ActiveSentence) {
  const CodedText coded =
      code("Gunmen killed twelve villagers near the river on Tuesday.", "2021-03-05");
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

TEST_F(CoderOn, AYearIsNoNumberOfTheDead) {
  for (const auto* text : {"In the spring of 2003 soldiers shot dead civilians in the town.",
                           "Back in the autumn of 1998, militiamen killed dozens of civilians."}) {
    const CodedText coded = code(text);
    ASSERT_FALSE(coded.events.empty()) << text;
    EXPECT_LT(coded.events[0].killed.value_or(0), 1900) << text;
  }
  EXPECT_EQ(code("Soldiers killed 2003 villagers.").events.at(0).killed, 2003);
}

TEST_F(CoderOn, AgesSharesAndDatesAreNoNumbersOfTheDead) {
  const auto killed = [&](std::string_view text) {
    const auto coded = code(text);
    return coded.events.empty() ? std::optional<std::int32_t>() : coded.events[0].killed;
  };
  EXPECT_EQ(killed("Gunmen killed a 45-year-old imam."), 1);
  EXPECT_EQ(killed("A 34-year-old activist was shot dead."), 1);
  EXPECT_EQ(killed("Soldiers killed 70 per cent of the villagers."), std::nullopt);
  EXPECT_EQ(killed("Three people were shot dead on 2/5/2024."), 3);
  EXPECT_EQ(killed("Kaduna: four people were killed by gunmen."), 4);
}

TEST_F(CoderOn, ATollThatRisesTellsTheNewNumber) {
  for (const std::string_view text : {"The death toll from the attack on a church has risen to 41.",
                                      "The toll of the attack rose from 12 to 41.",
                                      "The number of people killed in the raid has risen to 41."}) {
    const auto coded = code(text);
    ASSERT_EQ(coded.events.size(), 1U) << text;
    EXPECT_EQ(coded.events[0].killed, 41) << text;
    EXPECT_GE(coded.events[0].confidence, 0.5) << text;
  }
  EXPECT_TRUE(code("The death toll from the earthquake has risen to 410.").events.empty());
}

TEST_F(CoderOn, WhatNobodyDidIsNoKilling) {
  for (const auto& [language, text] :
       {std::pair<std::string_view, std::string_view>{"en", "Ebola has killed 45 people."},
        {"en", "Lightning killed 20 people in a field."},
        {"en", "A crocodile killed a boy."},
        {"fr", "Un incendie a tué dix personnes."},
        {"es", "El dengue mató a quince personas."},
        {"pt", "A chuva matou 150 pessoas."}})
    EXPECT_TRUE(code(text, {}, language).events.empty()) << text;
  EXPECT_FALSE(code("Israeli fire killed three Palestinians.").events.empty());
}

TEST_F(CoderOn, PeopleCalledVerminAreVilified) {
  for (const std::string_view text :
       {"The minister called Tutsis cockroaches.", "The minister called refugees vermin.",
        "The leader called the Tutsi \"cockroaches\" and urged listeners to get rid of them."}) {
    const auto coded = code(text);
    ASSERT_FALSE(coded.events.empty()) << text;
    EXPECT_EQ(coded.events[0].kind, "vilification") << text;
  }
  EXPECT_TRUE(code("The chief called on farmers to keep dogs indoors.").indicators.empty());
}

TEST_F(CoderOn, ACommunityIsNoArmedGroup) {
  const auto coded = code("Militias killed twelve Banyamulenge.");
  ASSERT_FALSE(coded.events.empty());
  ASSERT_TRUE(coded.events[0].target);
  EXPECT_EQ(coded.events[0].target->role, "CVL");
}

TEST_F(CoderOn, ForcesOfACountryAreItsArmy) {
  for (const auto& [language, text] : {std::pair<std::string_view, std::string_view>{
                                           "fr", "Les forces rwandaises ont tué douze civils."},
                                       {"es", "Las fuerzas rusas mataron a cinco civiles."}}) {
    const auto coded = code(text, {}, language);
    ASSERT_FALSE(coded.events.empty()) << text;
    ASSERT_TRUE(coded.events[0].source) << text;
    EXPECT_EQ(coded.events[0].source->role, "MIL") << text;
  }
}

TEST_F(CoderOn, NamesKeepTheirHyphens) {
  const auto coded = code("Al-Shabaab fighters killed three men.");
  ASSERT_FALSE(coded.events.empty());
  ASSERT_TRUE(coded.events[0].source);
  EXPECT_TRUE(coded.events[0].source->text.starts_with("Al-Shabaab"))
      << coded.events[0].source->text;
}

TEST_F(CoderOn, BothSidesAreAddedUp) {
  const CodedText coded = code("Three soldiers and seven rebels were killed.");
  ASSERT_FALSE(coded.events.empty());
  EXPECT_EQ(coded.events[0].killed, 10);
}

TEST_F(CoderOn, CountsOfALaterSentenceBelongToTheDeed) {
  const CodedText coded =
      code("Police fired live rounds to break up a march. Two protesters were killed.");
  ASSERT_FALSE(coded.events.empty());
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

TEST_F(CoderOn, PronounsLookBackASentence) {
  const CodedText coded = code("Gunmen attacked a village. They killed five villagers.");
  ASSERT_EQ(coded.events.size(), 2U);
  ASSERT_TRUE(coded.events[1].source);
  EXPECT_EQ(coded.events[1].source->role, "UAF");
  EXPECT_EQ(coded.events[1].source->text, "Gunmen");
  // Nobody acted before: the pronoun stands for nobody.
  const CodedText lone = code("The rain was long. They killed five villagers.");
  ASSERT_EQ(lone.events.size(), 1U);
  EXPECT_FALSE(lone.events[0].source);
}

TEST_F(CoderOn, PronounsInTheirOwnSentenceStayThere) {
  const CodedText coded = code("Rebels left the town. Soldiers said they killed two men.");
  ASSERT_FALSE(coded.events.empty());
  ASSERT_TRUE(coded.events.back().source);
  EXPECT_EQ(coded.events.back().source->role, "MIL");
}

TEST_F(CoderOn, DescriptionsDoNotHideTheSubject) {
  const CodedText dressed = code("Gunmen dressed in fatigues killed a farmer.");
  ASSERT_EQ(dressed.events.size(), 1U);
  ASSERT_TRUE(dressed.events[0].source);
  EXPECT_EQ(dressed.events[0].source->role, "UAF");
  const CodedText bracket = code("Militants killed a village development (CVD) councillor.");
  ASSERT_EQ(bracket.events.size(), 1U);
  EXPECT_EQ(bracket.events[0].kind, "killing");
  const CodedText hyphen = code("Turkey-backed militia kill a singer in the town.");
  ASSERT_EQ(hyphen.events.size(), 1U);
  EXPECT_EQ(hyphen.events[0].source->role, "PAR");
}

TEST_F(CoderOn, AboutANumberCountsIt) {
  for (const std::string_view text :
       {"Gunmen killed about 30 villagers.", "Gunmen killed over 30 villagers.",
        "Gunmen killed around 30 villagers.", "Gunmen killed close to 30 villagers."}) {
    const auto coded = code(text);
    ASSERT_FALSE(coded.events.empty()) << text;
    EXPECT_EQ(coded.events[0].killed, 30) << text;
    ASSERT_TRUE(coded.events[0].source && coded.events[0].target) << text;
    EXPECT_EQ(coded.events[0].source->role, "UAF") << text;
  }
  EXPECT_FALSE(code("Police arrested about 30 protesters.").events.empty());
}

TEST_F(CoderOn, ARangeCountsItsLowerNumber) {
  const CodedText coded = code("Soldiers killed between 2 and 6 people at the market.");
  ASSERT_EQ(coded.events.size(), 1U);
  EXPECT_EQ(coded.events[0].killed, 2);
  const CodedText french = code("Entre 10 et 15 civils ont été tués par des miliciens.", {}, "fr");
  ASSERT_EQ(french.events.size(), 1U);
  EXPECT_EQ(french.events[0].killed, 10);
}

TEST_F(CoderOn, ABombInAFactoryIsNoAccident) {
  const CodedText bombs = code("Three bombs exploded at a plywood factory.");
  ASSERT_EQ(bombs.events.size(), 1U);
  EXPECT_EQ(bombs.events[0].kind, "remote_explosive");
  EXPECT_TRUE(bombs.incidents.empty());
  const CodedText boiler = code("An explosion in a plywood factory killed three workers.");
  EXPECT_TRUE(boiler.events.empty());
  EXPECT_FALSE(boiler.incidents.empty());
}

TEST_F(CoderOn, DeedsFromFarAndNearAreTwo) {
  const CodedText coded = code("Air strikes hit the town and militants executed a man.");
  ASSERT_EQ(coded.events.size(), 2U);
  EXPECT_EQ(coded.events[0].kind, "air_strike");
  EXPECT_EQ(coded.events[1].kind, "execution");
}

TEST_F(CoderOn, WhatHappenedLongBeforeTheReportIsPast) {
  const CodedText old = code("Gunmen killed ten villagers on 3 May 2015.", "2021-03-05");
  ASSERT_EQ(old.events.size(), 1U);
  EXPECT_EQ(old.events[0].status, ActStatus::past);
  const CodedText fresh = code("Gunmen killed ten villagers on 3 March 2021.", "2021-03-05");
  ASSERT_EQ(fresh.events.size(), 1U);
  EXPECT_EQ(fresh.events[0].status, ActStatus::reported);
}

TEST_F(CoderOn, FutureAndConditionalFormsAreNoReports) {
  const CodedText future = code("Les rebelles tueront des civils.", {}, "fr");
  ASSERT_EQ(future.events.size(), 1U);
  EXPECT_EQ(future.events[0].status, ActStatus::threatened);
  const CodedText perhaps = code("El ejército mataría a los rebeldes.", {}, "es");
  ASSERT_EQ(perhaps.events.size(), 1U);
  EXPECT_EQ(perhaps.events[0].status, ActStatus::possible);
}

TEST_F(CoderOn, FrenchReflexivesAreNoPassives) {
  const CodedText coded = code("Les rebelles se sont emparés de la ville.", {}, "fr");
  ASSERT_EQ(coded.events.size(), 1U);
  EXPECT_EQ(coded.events[0].kind, "territory_taken");
  ASSERT_TRUE(coded.events[0].source);
  EXPECT_EQ(coded.events[0].source->role, "REB");
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

TEST_F(CoderOn, HeadlinesOfAFewWordsHaveALanguage) {
  EXPECT_EQ(code("Cinq civils tués à Goma", {}, {}).language, "fr");
  EXPECT_EQ(code("Attaque à Djibo: 12 morts", {}, {}).language, "fr");
  EXPECT_EQ(code("Asesinan a un alcalde en Durán", {}, {}).language, "es");
  EXPECT_EQ(code("Rebels seize Goma", {}, {}).language, "en");
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
