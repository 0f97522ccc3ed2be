// SPDX-License-Identifier: Apache-2.0
// What is denied, doubted, feared, invented or absent is not told as done.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "monitor/coding/coder.hpp"

namespace tocsin::monitor::coding {
namespace {

struct Sentence {
  std::string_view language;
  std::string_view text;
};

/// Readings less sure than this move no counts (monitor/observation.hpp).
constexpr double counted_min = 0.5;

class MoodOf : public testing::Test {
 protected:
  void SetUp() override {
    static const auto loaded = CoderData::load(std::string(TOCSIN_SOURCE_DIR) + "/data");
    ASSERT_TRUE(loaded) << loaded.error().text();
    data_ = *loaded;
  }
  CodedText code(const Sentence& sentence) {
    TextToCode given;
    given.text = sentence.text;
    given.language = sentence.language;
    given.date = *base::parse_day("2020-06-15");
    return Coder(data_).code(given);
  }
  /// Acts of violence told as done, in so many words.
  std::vector<std::string> told(const Sentence& sentence) {
    std::vector<std::string> kinds;
    for (const CodedEvent& event : code(sentence).events)
      if (event.type == "ASSAULT" && event.status == ActStatus::reported &&
          event.confidence >= counted_min)
        kinds.push_back(event.kind);
    return kinds;
  }
  void none(const std::vector<Sentence>& sentences) {
    for (const Sentence& sentence : sentences) {
      const auto kinds = told(sentence);
      EXPECT_TRUE(kinds.empty()) << sentence.text << ": " << kinds.front();
    }
  }
  void some(const std::vector<Sentence>& sentences) {
    for (const Sentence& sentence : sentences)
      EXPECT_FALSE(told(sentence).empty()) << sentence.text;
  }
  ActStatus first_status(const Sentence& sentence) {
    const auto coded = code(sentence);
    EXPECT_FALSE(coded.events.empty()) << sentence.text;
    return coded.events.empty() ? ActStatus::reported : coded.events[0].status;
  }
  std::shared_ptr<const CoderData> data_;
};

TEST_F(MoodOf, WhatDidNotHappenIsNotTold) {
  none({{"en", "The day passed without an attack."},
        {"en", "No attack took place and nobody was killed."},
        {"en", "The attack did not take place."},
        {"fr", "La journée s'est écoulée sans attaque."},
        {"fr", "Aucune attaque n'a eu lieu dans le village."},
        {"es", "El plazo venció sin ningún ataque."},
        {"es", "Ningún ataque ocurrió en el pueblo."},
        {"ar", "لم يقع أي هجوم في القرية ولم يُقتل فيها أحد."},
        {"ar", "لا صحة للأنباء عن هجوم على القرية."},
        {"ar", "نفت الشرطة وقوع مجزرة في القرية."},
        {"en", "No one was killed in the village."},
        {"en", "The herders nearly killed a farmer."},
        {"en", "Neither police nor soldiers attacked the farmers."},
        {"en", "The soldiers refrained from shelling the village."}});
}

TEST_F(MoodOf, WhatIsCalledFalseIsDenied) {
  for (const Sentence& sentence : std::vector<Sentence>{
           {"en", "Reports of an attack on the town were false."},
           {"en", "The claim that soldiers killed 40 people in the village is untrue."},
           {"en", "It is untrue that soldiers killed 40 people."},
           {"fr", "Les informations sur une attaque contre le village sont fausses."},
           {"es", "Es falso que los soldados mataron a 40 personas."}}) {
    EXPECT_EQ(name_of(first_status(sentence)), "denied") << sentence.text;
    none({sentence});
  }
  // The denial is an act of its own; the deed is denied by it.
  const auto coded =
      code({"en", "The office dismissed reports that rebels had attacked the town."});
  ASSERT_EQ(coded.events.size(), 2U);
  EXPECT_EQ(coded.events[0].kind, "denial");
  EXPECT_EQ(coded.events[1].kind, "attack");
  EXPECT_EQ(name_of(coded.events[1].status), "denied");
  none({{"es", "Es falso que soldados mataran a 40 personas."},
        {"en",
         "This office holds the account of a clash with rebels to be incompatible with what it "
         "saw."},
        {"en", "The ministry rejects the account of a clash with rebels."},
        {"en", "Claims of a massacre were dismissed."}});
}

TEST_F(MoodOf, WhatMayHappenOrIsNotConfirmedIsPossible) {
  none({{"en", "An attack on the town may be imminent."},
        {"en", "An attack on the town or on the port may be imminent."},
        {"en", "An attack could take place at any time."},
        {"en", "Residents fear an imminent attack on the town."},
        {"en", "Rumours of a massacre spread in the town."},
        {"en", "Unconfirmed reports said that gunmen killed 40 people."},
        {"en", "Unconfirmed: gunmen killed forty people."},
        {"en", "Reports that gunmen had killed forty people could not be verified."},
        {"fr", "Une attaque contre le village serait imminente."},
        {"fr", "Des informations non confirmées font état d'une attaque."},
        {"es", "Un ataque contra el pueblo es inminente."},
        {"ar", "حذر السكان من هجوم وشيك على القرية."},
        {"en", "Herders near the lake fear a raid by bandits."},
        {"en", "Traders dreaded another attack on the market."},
        {"en", "If the rebels shell the camp, farmers could be killed."},
        {"fr", "Les éleveurs redoutent une embuscade."},
        {"es", "Los pastores temen una emboscada."},
        {"pt", "Os pastores temem uma emboscada."},
        {"ar", "يخشى المزارعون مجزرة في القرية."},
        {"sw", "Wafugaji wanahofia uvamizi."}});
  // What is feared next takes nothing from what was done.
  some({{"en", "Rebels killed ten people in the town, where traders fear more attacks."}});
  // Nobody killed is no denial of the attack.
  some({{"ar", "هاجم مسلحون القرية ولم يقتل أحد."},
        {"en", "Gunmen attacked a village; nobody was killed."}});
}

TEST_F(MoodOf, PlansAndConditionsAreNotDone) {
  none({{"en", "Rebels plan an attack on the camp, officials said."},
        {"en", "Rebels plan to attack the camp, officials said."},
        {"en", "The army is preparing an offensive against the rebels."},
        {"en", "The army prevented an attack on the mosque."},
        {"en", "If violence breaks out, villagers will be killed."},
        {"en", "Unless the army withdraws, rebels will kill the hostages."},
        {"en", "Should the militia attack the town, thousands would flee."},
        {"en", "The fighters told villagers to convert or be killed."},
        {"fr", "Les rebelles préparent une attaque contre la ville."},
        {"fr", "Si les rebelles attaquent la ville, des civils fuiront."},
        {"es", "Si los rebeldes atacan la ciudad, miles huirán."}});
}

TEST_F(MoodOf, ADenialEndsWhereAnotherClauseBegins) {
  some({{"en", "Police denied that officers had shot protesters, but three students were killed."},
        {"en", "The spokesman denied the report, and gunmen killed six people on Friday."},
        {"en",
         "The government rejected claims that soldiers fled, while rebels killed nine people."},
        {"en", "Soldiers, who denied killing civilians, shot dead three people on Monday."},
        {"en", "Militiamen threatened to burn the village and killed two men."},
        {"fr", "L'armée a nié avoir bombardé le village mais les rebelles ont tué dix soldats."},
        {"es", "El ejército negó haber matado a civiles, pero hombres armados mataron a seis."}});
  none({{"en", "The militia denied that its men had burned the village and killed civilians."},
        {"en", "The militia threatened to burn the village and kill the chief."}});
}

TEST_F(MoodOf, MemoryIsPastButNewsOfSurvivorsIsNot) {
  none({{"en", "The town marked the anniversary of the massacre of 200 people."},
        {"en", "Survivors recalled how soldiers killed their neighbours."}});
  some({{"en", "Survivors said gunmen killed 40 people on Tuesday."},
        {"en", "At a memorial service, a bomb killed seven people."},
        {"en", "Gunmen killed four people in the deadliest attack since the war."}});
}

TEST_F(MoodOf, WhoIsBlamedActed) {
  const auto trial = code({"en", "A court convicted three soldiers of murdering two journalists."});
  const auto deed = std::ranges::find(trial.events, "killing", &CodedEvent::kind);
  ASSERT_NE(deed, trial.events.end());
  ASSERT_TRUE(deed->source);
  EXPECT_EQ(deed->source->role, "MIL");
  EXPECT_EQ(deed->status, ActStatus::past);
  const auto arrest = code({"en", "Police arrested two men suspected of killing a priest."});
  const auto named = std::ranges::find(arrest.events, "killing", &CodedEvent::kind);
  ASSERT_NE(named, arrest.events.end());
  ASSERT_TRUE(named->source);
  EXPECT_EQ(named->source->role, "CVL");
  EXPECT_LT(named->confidence, counted_min);
  const auto passive = code({"sw", "Wanajeshi waliuawa na waasi huko Goma."});
  ASSERT_EQ(passive.events.size(), 1U);
  EXPECT_EQ(passive.events[0].target->role, "MIL");
}

TEST_F(MoodOf, StoriesDrillsAndMatchesAreNoViolence) {
  none({{"en", "The film tells how soldiers killed forty villagers."},
        {"en", "In the film, gunmen kill a mayor."},
        {"en", "Police held a drill in which gunmen attacked a school."},
        {"en", "During the drill, gunmen stormed a bank and shot two guards."},
        {"en", "Chelsea beat Arsenal 3-1."},
        {"en", "Chelsea beat Arsenal 3-1 on Saturday."}});
}

TEST_F(MoodOf, WhatIsToldPlainlyStaysTold) {
  some({{"en", "Gunmen launched an attack on the town."},
        {"en", "An attack on the town killed twelve people."},
        {"en", "A film director was shot dead by gunmen."},
        {"en", "Gunmen opened fire during a film festival and killed two people."},
        {"en", "The governor confirmed reports that gunmen had killed forty people."},
        {"en", "Soldiers killed three men who had spread false reports."},
        {"en", "Soldiers beat 31 villagers on Saturday."},
        {"en", "The claim was true: soldiers killed forty people."},
        {"fr", "Des hommes armés ont attaqué le village sans avertissement."},
        {"es", "Hombres armados mataron a cinco campesinos sin motivo."},
        {"ar", "قتل مسلحون خمسة مدنيين."}});
}

TEST_F(MoodOf, ADeedThatAnArrestIsAboutIsNamedInPassing) {
  none({{"en", "Police arrested four men in connection with the killings at the port."}});
}

TEST_F(MoodOf, FormsThatAreNoVerbs) {
  // A town's name is no strike, a feminine noun no arrest, an outage no act of censorship: it is
  // told as a state of things only.
  EXPECT_TRUE(code({"sw", "Hali mjini Goma ni shwari."}).events.empty());
  EXPECT_FALSE(code({"sw", "Walimu waligoma mjini Goma."}).events.empty());
  EXPECT_TRUE(code({"fr", "Un bal place du Marché aura lieu vendredi."}).events.empty());
  const auto page = code({"ar", "لم تتمكن الصفحة من التحقق من الخبر بسبب انقطاع الاتصالات."});
  EXPECT_TRUE(page.events.empty());
  ASSERT_EQ(page.indicators.size(), 1U);
  EXPECT_EQ(page.indicators[0].id, "CRF7.6");
}

TEST_F(MoodOf, TwoVerbsShareTheirHelper) {
  const auto coded =
      code({"fr", "Des hommes armés ont tué vingt villageois et blessé cinq enfants."});
  ASSERT_FALSE(coded.events.empty());
  EXPECT_EQ(coded.events[0].killed, 20);
  EXPECT_EQ(coded.events[0].injured, 5);
  ASSERT_TRUE(coded.events[0].source);
  EXPECT_EQ(coded.events[0].source->role, "UAF");
}

TEST_F(MoodOf, WhatIsInACountryDidNothing) {
  none({{"en", "A fire in Chad killed 20 people."},
        {"en", "A bus crash in Kenya killed 14 people."},
        {"en", "Officials said nobody had been killed in the fire."}});
  some({{"en", "Police in Kenya killed 14 people."},
        {"en", "An attack in Kenya killed 14 people."}});
  const auto coded = code({"en", "An attack in Kenya killed 14 people."});
  ASSERT_FALSE(coded.events.empty());
  EXPECT_FALSE(coded.events[0].source);
}

TEST_F(MoodOf, AgesAndVagueHundredsAreNoDead) {
  const auto killed = [&](const Sentence& sentence) {
    const auto coded = code(sentence);
    EXPECT_FALSE(coded.events.empty()) << sentence.text;
    return coded.events.empty() ? -1 : coded.events[0].killed.value_or(0);
  };
  EXPECT_EQ(killed({"en", "A man aged 45 was killed in the town."}), 1);
  EXPECT_EQ(killed({"en", "Gunmen killed a man aged 60."}), 1);
  EXPECT_EQ(killed({"en", "Three men, aged 20, 25 and 31, were shot dead."}), 0);
  EXPECT_EQ(killed({"sw", "Mwanamume mwenye umri wa miaka 45 aliuawa mjini."}), 0);
  EXPECT_EQ(killed({"en", "Several hundred villagers were killed."}), 0);
  EXPECT_EQ(killed({"en", "Half a dozen villagers were killed."}), 6);
  EXPECT_EQ(killed({"fr", "Une demi-douzaine de villageois ont été tués."}), 6);
  EXPECT_EQ(killed({"pt", "No bairro, 40 por cento dos aldeões foram mortos."}), 0);
  EXPECT_EQ(killed({"ar", "قتل 40 في المئة من السكان."}), 0);
  EXPECT_EQ(killed({"sw", "Asilimia 40 ya wanakijiji waliuawa."}), 0);
  EXPECT_EQ(killed({"es", "Media docena de campesinos fueron asesinados."}), 6);
}

TEST_F(MoodOf, OthersAreCountedByTheirOwnNumber) {
  for (const std::string_view text :
       {"Five civilians were killed and nine others wounded.",
        "Five civilians killed, nine others wounded.",
        "At least 5 people were killed and 9 others injured when a bomber struck the market."}) {
    const auto coded = code({"en", text});
    ASSERT_FALSE(coded.events.empty()) << text;
    EXPECT_EQ(coded.events[0].killed, 5) << text;
    EXPECT_EQ(coded.events[0].injured, 9) << text;
  }
}

TEST_F(MoodOf, WhatNothingShowsOrWasHinderedDidNotHappen) {
  none({{"en", "There is no evidence that soldiers killed civilians in the town."},
        {"en", "Investigators found no proof that police shot the protesters."},
        {"fr", "Rien n'indique que l'armée a tué des civils."},
        {"es", "No hay pruebas de que el ejército matara a civiles."},
        {"en", "The army prevented gunmen from killing 30 villagers."},
        {"en", "Soldiers stopped militants from massacring villagers."},
        {"ar", "هدد المتمردون بقتل المدنيين."},
        {"ar", "لقي 12 شخصا مصرعهم في حادث مرور"},
        {"fr", "Des rebelles ont menacé de massacrer les villageois."}});
  EXPECT_EQ(first_status({"ar", "هدد المتمردون بقتل المدنيين."}), ActStatus::threatened);
  EXPECT_EQ(first_status({"fr", "Des rebelles ont menacé de massacrer les villageois."}),
            ActStatus::threatened);
}

TEST_F(MoodOf, WhoSpeaksIsNotKilledBehindTheMark) {
  const auto coded =
      code({"en",
            "Soldiers did not kill the villagers, a spokesman said; they were killed by bandits."});
  ASSERT_FALSE(coded.events.empty());
  EXPECT_FALSE(coded.events[0].target);
  EXPECT_FALSE(coded.events[0].killed);
  ASSERT_TRUE(coded.events[0].source);
  EXPECT_EQ(coded.events[0].source->role, "UAF");
}

TEST_F(MoodOf, WhoIsDressedAsSoldiersIsNoSoldier) {
  for (const std::string_view text :
       {"Gunmen dressed as soldiers killed 30 farmers.",
        "Gunmen disguised as police officers killed 30 farmers 40 kilometres from the town."}) {
    const auto coded = code({"en", text});
    ASSERT_FALSE(coded.events.empty()) << text;
    ASSERT_TRUE(coded.events[0].source) << text;
    EXPECT_EQ(coded.events[0].source->role, "UAF") << text;
    EXPECT_EQ(coded.events[0].killed, 30) << text;
  }
}

TEST_F(MoodOf, AMatchIsNoAttack) {
  none({{"en", "The striker shot twice but the keeper saved."},
        {"en", "The visitors attacked after half-time and scored a late goal."}});
  some({{"en", "Gunmen attacked the stadium during the match."},
        {"en", "Police attacked supporters after a late goal decided the match."}});
}

TEST_F(MoodOf, TheInjuredAreNotTheDead) {
  for (const std::string_view text :
       {"Gunmen killed 9 people and injured dozens of others.",
        "Gunmen killed 9 people and injured others.", "Gunmen killed 9 people and injured many."}) {
    const auto coded = code({"en", text});
    ASSERT_FALSE(coded.events.empty()) << text;
    EXPECT_EQ(coded.events[0].killed, 9) << text;
    EXPECT_FALSE(coded.events[0].injured) << text;
  }
  const auto both = code({"en", "Militiamen hacked to death 15 villagers and injured 7."});
  ASSERT_FALSE(both.events.empty());
  EXPECT_EQ(both.events[0].killed, 15);
  EXPECT_EQ(both.events[0].injured, 7);
  ASSERT_TRUE(both.events[0].source);
  EXPECT_EQ(both.events[0].source->role, "PAR");
}

TEST_F(MoodOf, ArabicNumbersStandBeforeWhatTheyCount) {
  const auto coded = code({"ar", "قتل مسلحون عشرة مدنيين في الفاشر."});
  ASSERT_FALSE(coded.events.empty());
  const CodedEvent& event = coded.events[0];
  EXPECT_EQ(event.killed, 10);
  ASSERT_TRUE(event.source && event.target);
  EXPECT_EQ(event.source->role, "UAF");
  EXPECT_EQ(event.target->role, "CVL");
}

}  // namespace
}  // namespace tocsin::monitor::coding
