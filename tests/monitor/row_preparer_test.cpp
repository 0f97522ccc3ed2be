// SPDX-License-Identifier: Apache-2.0
// A feed's row becomes a row for the store: what its source coded, what the coder reads out of its
// text, where it lies.
#include "monitor/row_preparer.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "../knowledge/places_fixture.hpp"
#include "monitor/follow_store.hpp"
#include "store_fixture.hpp"

namespace tocsin::monitor {
namespace {

const WatchMeasures& measures() {
  static const auto loaded =
      WatchMeasures::load(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data").value();
  return loaded;
}

/// A coder that gives what the test says, and shows what it was given.
struct PreparedCoder {
  coding::CodedText answer;
  std::map<std::string, coding::CodedText, std::less<>> answers;  ///< to texts of their own
  std::string asked_text;
  std::string asked_title;
  std::string asked_country;
  std::string asked_language;
  std::optional<base::Day> asked_date;
  bool asked_country_only = false;
  int calls = 0;

  RowPreparer::CodeText function() {
    return [this](const coding::TextToCode& text) {
      ++calls;
      asked_text = text.text;
      asked_title = text.title;
      asked_country = text.country;
      asked_language = text.language;
      asked_date = text.date;
      asked_country_only = text.country_only;
      const auto own = answers.find(text.text);
      return own == answers.end() ? answer : own->second;
    };
  }
};

class Preparing : public testing::Test {
 protected:
  NewRow prepare(feeds::FeedRecord record) {
    const PlaceLinker places(nullptr);
    static const auto follow_ups =
        FollowUps::load(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data").value();
    const RowPreparer preparer(measures(), follow_ups, places, coder_.function(), "XA");
    return preparer.prepare(record, day_at("2024-05-01"));
  }
  static feeds::FeedRecord coded_record() {
    feeds::FeedRecord record;
    record.kind = feeds::RecordKind::event;
    record.id = "e1";
    record.line = 4;
    record.publisher = "Set";
    record.date = day_at("2024-03-05");
    record.place.name = "Kaya";
    record.place.country = "BF";
    record.place.admin1 = "Centre-Nord";
    record.place.precision = 1;
    record.mentions = 6;
    record.event.emplace();
    record.event->plover = "ASSAULT";
    record.event->cameo = "18";
    record.event->source.role = "UAF";
    record.event->target.role = "CVL";
    record.event->killed = 3;
    return record;
  }
  static feeds::FeedRecord text_record() {
    feeds::FeedRecord record;
    record.id = "t1";
    record.title = "A title";
    record.text = "Gunmen killed three villagers. They called them vermin.";
    record.publisher = "The Daily";
    record.url = "https://daily.example/1";
    record.published = instant_at("2024-03-06T08:00:00Z");
    record.place.country = "BF";
    record.place.precision = 5;
    return record;
  }
  static coding::CodedEvent assault(std::uint32_t begin, std::uint32_t end) {
    coding::CodedEvent event;
    event.span = {begin, end};
    event.type = "ASSAULT";
    event.cameo = "18";
    event.kind = "attack";
    event.target.emplace();
    event.target->role = "CVL";
    event.killed = 3;
    event.confidence = 0.8;
    return event;
  }
  PreparedCoder coder_;
};

TEST_F(Preparing, ARowThatItsSourceCodedIsOneObservationAndNeedsNoCoder) {
  const auto row = prepare(coded_record());
  EXPECT_EQ(coder_.calls, 0);
  EXPECT_FALSE(row.report);
  EXPECT_EQ(row.id, "e1");
  EXPECT_EQ(row.scope, "") << "a data set numbers its rows itself";
  EXPECT_EQ(row.line, 4U);
  ASSERT_EQ(row.observations.size(), 1U);
  const auto& seen = row.observations.front();
  EXPECT_EQ(seen.day, day_at("2024-03-05"));
  EXPECT_EQ(seen.place.name, "Kaya");
  EXPECT_EQ(seen.place.level, 3);
  EXPECT_EQ(seen.measure, "attacks_on_civilians");
  EXPECT_EQ(seen.killed, 3);
  EXPECT_EQ(seen.mentions, 6);
  ASSERT_FALSE(seen.indicators.empty()) << "its measure stands for indicators";
  EXPECT_EQ(seen.indicators.front().span.end, 0U);
  EXPECT_FALSE(seen.indicators.front().because.empty());
}

TEST_F(Preparing, TheTextOfACodedRowAddsIndicatorsAndNoEvents) {
  auto record = coded_record();
  record.text = "They called the villagers vermin.";
  coder_.answer.events = {assault(0, 10)};
  coder_.answer.indicators = {{"CRF7.14", {5, 20}, "a people called vermin"},
                              {"CRF7.14", {22, 30}, "again"}};
  const auto row = prepare(record);
  ASSERT_EQ(row.observations.size(), 1U);
  ASSERT_EQ(row.observations[0].indicators.size(), 1U) << "each indicator once";
  EXPECT_EQ(row.observations[0].indicators[0].id, "CRF7.14");
  EXPECT_EQ(row.observations[0].indicators[0].span.begin, 5U);
}

TEST_F(Preparing, ATextIsCodedWithWhatItsCarrierKnows) {
  coder_.answer.language = "en";
  coder_.answer.events = {assault(0, 29)};
  const auto row = prepare(text_record());
  EXPECT_EQ(coder_.calls, 1);
  EXPECT_EQ(coder_.asked_title, "A title");
  EXPECT_EQ(coder_.asked_country, "BF");
  EXPECT_EQ(coder_.asked_date, day_at("2024-03-06"));
  EXPECT_EQ(row.scope, "The Daily");
  ASSERT_TRUE(row.report);
  EXPECT_EQ(row.report->language, "en") << "identified where the source does not say";
  EXPECT_EQ(row.report->text, "Gunmen killed three villagers. They called them vermin.");
  EXPECT_EQ(row.report->published, instant_at("2024-03-06T08:00:00Z"));
  ASSERT_EQ(row.observations.size(), 1U);
  EXPECT_EQ(row.observations[0].day, day_at("2024-03-06"));
  EXPECT_EQ(row.observations[0].place.country, "BF");
  EXPECT_EQ(row.observations[0].place.level, 1);
  EXPECT_TRUE(row.observations[0].indicators.empty()) << "a text gets its indicators by phrases";
}

TEST_F(Preparing, AnEventsOwnDayAndPlaceComeBeforeThoseOfItsReport) {
  coder_.answer.places = {{{0, 4}, "Dori", 1, "Dori", "BF", "Sahel", 14.0, 0.0, 0.9, 3},
                          {{5, 9}, "Kaya", 2, "Kaya", "BF", "Centre-Nord", 13.0, -1.0, 0.9, 3}};
  auto event = assault(0, 29);
  event.place = 1;
  event.date = day_at("2024-03-01");
  auto lost = assault(31, 40);
  lost.place = 99;  // an index that is none
  coder_.answer.events = {event, lost};
  const auto row = prepare(text_record());
  ASSERT_EQ(row.observations.size(), 2U);
  EXPECT_EQ(row.observations[0].day, day_at("2024-03-01"));
  EXPECT_EQ(row.observations[0].place.name, "Kaya");
  EXPECT_EQ(row.observations[0].place.geoname_id, 2);
  EXPECT_EQ(row.observations[1].place.level, 1);
}

TEST_F(Preparing, AReportWithoutAPlaceLiesWhereItsTextSays) {
  auto record = text_record();
  record.place = {};
  coder_.answer.places = {{{0, 4}, "Dori", 1, "Dori", "BF", "Sahel", 14.0, 0.0, 0.9, 3}};
  coder_.answer.events = {assault(0, 29)};
  EXPECT_EQ(prepare(record).observations[0].place.name, "Dori");
}

TEST_F(Preparing, APhraseIsPartOfTheEventThatItOverlapsElseAStatementOfItsOwn) {
  coder_.answer.events = {assault(0, 29)};
  coder_.answer.indicators = {{"SRF11.1", {10, 20}, "in the event"},
                              {"CRF7.14", {31, 50}, "on its own"},
                              {"CRF7.15", {40, 54}, "with the last"},
                              {"CRF1.1", {29, 31}, "touching neither"}};
  const auto row = prepare(text_record());
  ASSERT_EQ(row.observations.size(), 3U);
  EXPECT_EQ(row.observations[0].indicators[0].id, "SRF11.1");
  EXPECT_EQ(row.observations[1].type, "");
  EXPECT_EQ(row.observations[1].measure, "");
  ASSERT_EQ(row.observations[1].indicators.size(), 2U);
  EXPECT_EQ(row.observations[1].indicators[1].id, "CRF7.15");
  EXPECT_EQ(row.observations[2].indicators[0].id, "CRF1.1");
}

TEST_F(Preparing, ADayIsTakenFromTheRowItsReportOrItsArrivalInThatOrder) {
  coder_.answer.events = {assault(0, 29)};
  auto record = text_record();
  record.date = day_at("2024-02-01");
  EXPECT_EQ(prepare(record).observations[0].day, day_at("2024-02-01"));
  record.date.reset();
  EXPECT_EQ(prepare(record).observations[0].day, day_at("2024-03-06"));
  record.published.reset();
  const auto row = prepare(record);
  EXPECT_EQ(row.observations[0].day, day_at("2024-05-01"));
  EXPECT_FALSE(row.report->published);
}

TEST_F(Preparing, ARowDatedAfterItCameInIsRefusedWithAReason) {
  const auto received = day_at("2024-05-01");
  auto record = text_record();
  record.date = received + dated_ahead_max;
  record.published = instant_at("2024-05-02T13:00:00Z");
  EXPECT_FALSE(dated_ahead(record, received)) << "tomorrow has begun further east";
  record.date = day_at("2035-01-01");
  EXPECT_EQ(dated_ahead(record, received).value(),
            "date 2035-01-01 lies after the day it came in, 2024-05-01");
  record.date.reset();
  record.published = instant_at("2024-05-03T00:00:00Z");
  EXPECT_EQ(dated_ahead(record, received).value(),
            "published 2024-05-03 lies after the day it came in, 2024-05-01");
  record.published = instant_at("2019-06-01T10:00:00Z");
  record.date = day_at("2019-06-02");
  EXPECT_FALSE(dated_ahead(record, received));
  record.date = day_at("2019-12-01");
  EXPECT_EQ(dated_ahead(record, received).value(),
            "date 2019-12-01 lies after the day it was published, 2019-06-01");
  record.published.reset();
  EXPECT_FALSE(dated_ahead(record, received));
}

TEST_F(Preparing, AnExerciseIsReadInsideItsCountryOnly) {
  auto record = text_record();
  static_cast<void>(prepare(record));
  EXPECT_FALSE(coder_.asked_country_only);
  record = text_record();
  record.exercise = true;
  static_cast<void>(prepare(record));
  EXPECT_TRUE(coder_.asked_country_only);
  EXPECT_EQ(coder_.asked_country, "BF");
  record = text_record();
  record.exercise = true;
  record.place = {};
  static_cast<void>(prepare(record));
  EXPECT_TRUE(coder_.asked_country_only);
  EXPECT_EQ(coder_.asked_country, "XA") << "the invented country where the row names none";
}

TEST_F(Preparing, WhatIsToldOfADayToComeIsToldToday) {
  auto event = assault(0, 29);
  event.date = day_at("2024-03-20");
  coder_.answer.events = {event};
  EXPECT_EQ(prepare(text_record()).observations[0].day, day_at("2024-03-06"));
}

TEST_F(Preparing, AHedgedTitleMakesItsAttacksPossible) {
  auto record = text_record();
  record.title = "Unconfirmed: callers speak of an attack";
  coder_.answer.language = "en";
  coder_.answer.events = {assault(0, 29)};
  EXPECT_EQ(prepare(record).observations[0].status, coding::ActStatus::possible);
}

TEST_F(Preparing, TheMarkOfAnExerciseIsNoNews) {
  auto record = text_record();
  record.exercise = true;
  for (const auto& [title, asked] :
       {std::pair{"EXERCISE: Attack", "Attack"}, std::pair{"EXERCISE (2031): Attack", "Attack"},
        std::pair{"EXERCISES: held", "EXERCISES: held"}, std::pair{"Attack", "Attack"}}) {
    record.title = title;
    const auto row = prepare(record);
    EXPECT_EQ(coder_.asked_title, asked);
    EXPECT_EQ(row.report->title, title) << "the mark stays where people read it";
    EXPECT_TRUE(row.exercise);
  }
  record.exercise = false;
  record.title = "EXERCISE: Attack";
  static_cast<void>(prepare(record));
  EXPECT_EQ(coder_.asked_title, "EXERCISE: Attack");
}

TEST_F(Preparing, WhereThereIsNoTextTheTitleIsTheText) {
  auto record = text_record();
  record.text.clear();
  record.title = "Gunmen kill 15 villagers in Djibo";
  coder_.answers[record.title].language = "en";
  coder_.answers[record.title].events = {assault(0, 24)};
  coder_.answers[record.title].indicators = {{"SRF11.1", {7, 24}, "civilians are killed"}};
  auto row = prepare(record);
  EXPECT_EQ(coder_.calls, 1);
  EXPECT_EQ(row.report->language, "en");
  EXPECT_EQ(row.report->text, "") << "the same words are not kept twice";
  ASSERT_EQ(row.observations.size(), 1U);
  EXPECT_EQ(row.observations[0].measure, "attacks_on_civilians");
  EXPECT_EQ(row.observations[0].span.end, 24U);
  ASSERT_EQ(row.observations[0].indicators.size(), 1U);
  EXPECT_EQ(row.observations[0].indicators[0].span.begin, 7U);

  // Spans count in the title as it is kept, with the mark of an exercise.
  record = text_record();
  record.text.clear();
  record.title = "EXERCISE: Gunmen kill 15 villagers in Djibo";
  record.exercise = true;
  row = prepare(record);
  ASSERT_EQ(row.observations.size(), 1U);
  EXPECT_EQ(row.observations[0].span.begin, 10U);
  EXPECT_EQ(row.observations[0].span.end, 34U);
  EXPECT_EQ(row.observations[0].indicators[0].span.begin, 17U);
}

TEST_F(Preparing, AHeadlineTellsTheDeedThatItsTextDoesNot) {
  const std::string title = "Gunmen kill 15 villagers in Djibo";
  auto killing = assault(0, 24);
  killing.killed = 15;
  auto minor = assault(25, 33);
  minor.confidence = 0.4;
  auto meeting = assault(0, 6);
  meeting.type = "CONSULT";
  auto& told = coder_.answers[title];
  told.language = "en";
  told.events = {killing, minor, meeting};
  told.indicators = {{"SRF11.1", {7, 24}, "civilians are killed"}, {"CRF1.1", {25, 33}, "beside"}};
  coder_.answer.language = "en";
  coder_.answer.places = {{{0, 4}, "Dori", 1, "Dori", "BF", "Sahel", 14.0, 0.0, 0.9, 3}};
  auto record = text_record();
  record.place = {};
  record.title = title;
  record.text = "The governor promised help. A curfew holds until Monday.";
  auto row = prepare(record);
  EXPECT_EQ(coder_.calls, 2);
  EXPECT_EQ(coder_.asked_text, title);
  EXPECT_EQ(coder_.asked_language, "en") << "the longer text tells the language";
  ASSERT_EQ(row.observations.size(), 1U) << "deeds of violence only, and none in passing";
  const auto& seen = row.observations[0];
  EXPECT_EQ(seen.killed, 15);
  EXPECT_EQ(seen.measure, "attacks_on_civilians");
  EXPECT_EQ(seen.place.name, "Dori") << "where the text says, if the title does not";
  EXPECT_EQ(seen.span.end, 0U) << "no span of a text that does not tell it";
  ASSERT_EQ(seen.indicators.size(), 1U);
  EXPECT_EQ(seen.indicators[0].id, "SRF11.1");
  EXPECT_EQ(seen.indicators[0].span.end, 0U);
}

TEST_F(Preparing, ADeedThatTitleAndTextTellIsOneObservation) {
  auto record = text_record();
  record.title = "Gunmen kill 15 villagers in Djibo";
  coder_.answers[record.title].events = {assault(0, 24)};
  coder_.answer.events = {assault(0, 29)};
  EXPECT_EQ(prepare(record).observations.size(), 1U);
  EXPECT_EQ(coder_.calls, 1);
  // Nor does the title of a document tell news.
  coder_.answer.events.clear();
  record = text_record();
  record.title = "Gunmen kill 15 villagers in Djibo";
  record.kind = feeds::RecordKind::document;
  EXPECT_TRUE(prepare(record).observations.empty());
}

TEST_F(Preparing, ATitleTellsTheLanguageWhereTheTextDoesNot) {
  auto record = text_record();
  record.title = "Des hommes armés tuent quinze villageois";
  record.text = "AFP";
  coder_.answer.language = "und";
  coder_.answers[record.title].language = "fr";
  EXPECT_EQ(prepare(record).report->language, "fr");
  EXPECT_EQ(coder_.asked_language, "");
}

class Linking : public testing::Test {
 protected:
  static feeds::FeedPlace said(std::string name, std::string country, std::string admin1 = "",
                               std::uint8_t precision = 0) {
    feeds::FeedPlace place;
    place.name = std::move(name);
    place.country = std::move(country);
    place.admin1 = std::move(admin1);
    place.precision = precision;
    return place;
  }
  static feeds::FeedPlace located(feeds::FeedPlace place, double latitude, double longitude) {
    place.latitude = latitude;
    place.longitude = longitude;
    return place;
  }
  knowledge::Folder folder_;
  knowledge::Gazetteer gazetteer_ = knowledge::make_test_gazetteer(folder_);
  PlaceLinker linker_{&gazetteer_};
};

TEST_F(Linking, APlaceInReachOfATownIsThatTown) {
  const auto at = linker_.link(located(said("Marrah town", "XA"), 11.21, 10.11));
  EXPECT_EQ(at.geoname_id, 10);
  EXPECT_EQ(at.name, "Marra");
  EXPECT_EQ(at.admin1, "Northern Belt Province");
  EXPECT_EQ(at.level, 3);
  EXPECT_NEAR(at.latitude.value(), 11.2, 1e-4);
}

TEST_F(Linking, APlaceFurtherOffKeepsItsNameAndGetsTheUnitOfTheNearestTown) {
  const auto at = linker_.link(located(said("A hamlet", "XA"), 9.0, 10.5));
  EXPECT_EQ(at.geoname_id, 0);
  EXPECT_EQ(at.name, "A hamlet");
  EXPECT_EQ(at.admin1, "South Reach Province");
  EXPECT_EQ(at.latitude, 9.0);
}

TEST_F(Linking, TheNearestTownOfAnotherCountryIsNotTaken) {
  const auto at = linker_.link(located(said("Somewhere", "XB"), 11.2, 10.1));
  EXPECT_EQ(at.geoname_id, 0);
  EXPECT_EQ(at.country, "XB");
  EXPECT_EQ(at.admin1, "");
  const auto unknown = linker_.link(located(said("Somewhere", ""), 11.2, 10.1));
  EXPECT_EQ(unknown.country, "XA") << "where no country is said the nearest town tells it";
}

TEST_F(Linking, APlaceOutOfReachOfAnyTownStaysAsItWasSaid) {
  const auto at = linker_.link(located(said("Nowhere", "XA", "Some unit"), -50, 100));
  EXPECT_EQ(at.name, "Nowhere");
  EXPECT_EQ(at.admin1, "Some unit");
  EXPECT_EQ(at.level, 3);
}

TEST_F(Linking, ANameWithoutAPointIsLookedUpInItsCountry) {
  EXPECT_EQ(linker_.link(said("Marra", "XA")).geoname_id, 10);
  EXPECT_EQ(linker_.link(said("Marra", "XB")).geoname_id, 11);
  EXPECT_EQ(linker_.link(said("Segouna", "XA")).name, "Ségouna");
  EXPECT_EQ(linker_.link(said("Unheard-of", "XA")).geoname_id, 0);
  EXPECT_EQ(linker_.link(said("Unheard-of", "XA")).name, "Unheard-of");
  EXPECT_EQ(linker_.link(said("Marra", "")).geoname_id, 0) << "two countries have one";
}

TEST_F(Linking, LevelsFollowTheSourcesPrecision) {
  EXPECT_EQ(linker_.link(said("", "XA", "", 5)).level, 1);
  EXPECT_EQ(linker_.link(said("Xanda", "XA", "", 5)).level, 1);
  EXPECT_EQ(linker_.link(said("", "XA", "South Reach Province", 4)).level, 2);
  EXPECT_EQ(linker_.link(said("", "", "", 0)).level, 0);
  EXPECT_EQ(linker_.link(said("", "XA")).level, 1);
}

TEST_F(Linking, WithoutAGazetteerTheSourcesNamesStay) {
  const PlaceLinker bare(nullptr);
  const auto at = bare.link(located(said("Marrah", "XA", "Belt", 1), 11.2, 10.1));
  EXPECT_EQ(at.name, "Marrah");
  EXPECT_EQ(at.admin1, "Belt");
  EXPECT_EQ(at.geoname_id, 0);
}

TEST_F(Linking, TheSameQuestionHasTheSameAnswerHoweverOftenAsked) {
  base::SeededRandom random(12);
  const PlaceLinker fresh(&gazetteer_);
  for (int i = 0; i < 300; ++i) {
    auto place = said(i % 3 == 0 ? "Marra" : "X" + std::to_string(i % 7), i % 2 == 0 ? "XA" : "XB");
    if (i % 4 != 0) place = located(place, 8 + random.unit() * 4, 9 + random.unit() * 2);
    const auto first = linker_.link(place);
    const auto again = linker_.link(place);
    const auto other = fresh.link(place);
    EXPECT_EQ(first.name, again.name);
    EXPECT_EQ(first.geoname_id, other.geoname_id);
    EXPECT_EQ(first.admin1, other.admin1);
    EXPECT_EQ(first.latitude, again.latitude);
  }
}

TEST_F(Linking, APlaceReadOutOfATextIsTakenAsItIs) {
  const auto at = linker_.link(coding::CodedPlace{
      {0, 5}, "Marra", 10, "Marra", "XA", "Northern Belt Province", 11.2, 10.1, 0.9, 3});
  EXPECT_EQ(at.geoname_id, 10);
  EXPECT_EQ(at.admin1, "Northern Belt Province");
  EXPECT_EQ(at.level, 3);
}

}  // namespace
}  // namespace tocsin::monitor
