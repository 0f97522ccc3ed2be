// SPDX-License-Identifier: Apache-2.0
// Stories across restarts and rollbacks: the same reports are told the same story wherever the
// process ended in between.
#include "monitor/stories.hpp"

#include <algorithm>

#include "store_fixture.hpp"

namespace tocsin::monitor {
namespace {

/// Reports of a few stories, repeated with small edits and other figures, in arbitrary order.
std::vector<std::string> reports(base::SeededRandom& random, int count) {
  const std::vector<std::string> places = {"Kaya", "Dori", "Djibo", "Barsalogho", "Solhan"};
  const std::vector<std::string> acts = {
      "Gunmen on motorbikes raided the weekly market near {}, killing {} villagers and burning "
      "shops, the mayor said.",
      "Soldiers opened fire on a funeral procession outside {}; {} mourners died, witnesses told "
      "the radio.",
      "An armed group took {1} students from a boarding school in {0} before dawn on Monday."};
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i) {
    auto text = acts[random.below(acts.size())];
    const auto fill = [&](std::string_view mark, const std::string& value) {
      if (const auto at = text.find(mark); at != std::string::npos)
        text.replace(at, mark.size(), value);
    };
    const auto place = places[random.below(places.size())];
    fill("{0}", place);
    fill("{1}", std::to_string(10 + random.below(3)));
    fill("{}", place);
    fill("{}", std::to_string(10 + random.below(3)));
    if (random.below(3) == 0) text = "Update: " + text;
    out.push_back(text);
  }
  return out;
}

/// Story and relation of each report; the store is closed and opened after those in `restarts`.
std::vector<StoryPlace> tell_all(const std::vector<std::string>& texts,
                                 const std::vector<bool>& restarts) {
  StoreHome home;
  auto stories = Stories::open(*home.database).value();
  std::vector<StoryPlace> out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto day = day_at("2024-03-01") + std::chrono::days{i / 20};
    out.push_back(stories->tell(static_cast<std::int64_t>(i) + 1, day, "", texts[i], 0).value());
    if (!restarts[i]) continue;
    stories.reset();
    home.close();
    home.open();
    stories = Stories::open(*home.database).value();
  }
  return out;
}

bool same(const std::vector<StoryPlace>& a, const std::vector<StoryPlace>& b) {
  return std::ranges::equal(a, b, [](const StoryPlace& one, const StoryPlace& two) {
    return one.story == two.story && one.relation == two.relation;
  });
}

TEST(StoriesOf, RestartsChangeNothing) {
  base::SeededRandom random(11);
  for (int round = 0; round < 4; ++round) {
    const auto texts = reports(random, 120);
    const std::vector<bool> never(texts.size(), false);
    std::vector<bool> sometimes;
    for (std::size_t i = 0; i < texts.size(); ++i) sometimes.push_back(random.below(15) == 0);
    const auto whole = tell_all(texts, never);
    EXPECT_TRUE(same(whole, tell_all(texts, sometimes))) << "round " << round;
    // The test would prove nothing without stories, repeats and updates among them.
    for (const int relation : {0, 1, 2})
      EXPECT_TRUE(std::ranges::any_of(whole, [&](const StoryPlace& place) {
        return place.relation == relation;
      })) << relation;
  }
}

TEST(StoriesOf, WhatWasTakenBackIsForgotten) {
  const StoreHome home;
  auto stories = Stories::open(*home.database).value();
  home.writer->set_story_teller(stories.get());
  const std::string text = "Gunmen on motorbikes raided the market near Kaya, killing 12 people.";
  home.begin();
  home.begin_import();
  ASSERT_TRUE(home.writer->add("jsonl", told("1", "", text, {})).value());
  home.writer->abandon();
  EXPECT_EQ(home.bring_in({told("2", "", text, {})}), 1U);
  EXPECT_EQ(home.number("SELECT relation FROM report"), 0) << "it repeats a report that is gone";
  EXPECT_EQ(home.bring_in({told("3", "", text, {})}), 1U);
  EXPECT_EQ(home.number("SELECT relation FROM report WHERE source_row = '3'"), 1);
  home.writer->set_story_teller(nullptr);
}

TEST(StoriesOf, OnlyTheLastWeeksAreComparedWith) {
  const StoreHome home;
  RepeatSettings settings;
  settings.window_days = 10;
  const std::string text = "Gunmen on motorbikes raided the market near Kaya, killing 12 people.";
  auto stories = Stories::open(*home.database, settings).value();
  EXPECT_EQ(stories->tell(1, day_at("2024-03-01"), "", text, 0)->relation, 0);
  EXPECT_EQ(stories->tell(2, day_at("2024-03-08"), "", text, 0)->story, 1);
  EXPECT_EQ(stories->tell(3, day_at("2024-06-01"), "", text, 0)->relation, 0);
  stories = Stories::open(*home.database, settings).value();
  EXPECT_EQ(stories->tell(4, day_at("2024-06-02"), "", text, 0)->story, 3);
}

TEST(StoriesOf, AHeadlineAloneIsComparedWithTheFirstSentence) {
  const StoreHome home;
  auto stories = Stories::open(*home.database).value();
  const std::string headline =
      "Gunmen on motorbikes raid market near Kaya killing twelve villagers at dawn";
  EXPECT_EQ(stories->tell(1, day_at("2024-03-01"), headline, "", 0)->relation, 0);
  EXPECT_EQ(stories->tell(2, day_at("2024-03-01"), "", headline + ".", 0)->story, 1);
}

TEST(StoriesOf, AKnownContinuationIsAnUpdateOfThatStoryWhateverItsWords) {
  const StoreHome home;
  auto stories = Stories::open(*home.database).value();
  EXPECT_EQ(stories->tell(1, day_at("2024-03-01"), "Attack near Kaya", "", 0)->story, 1);
  const std::string text =
      "Wholly different words tell of the students whom soldiers beat outside the stadium gates.";
  const auto continued = stories->tell(2, day_at("2024-03-02"), "", text, 1).value();
  EXPECT_EQ(continued.story, 1);
  EXPECT_EQ(continued.relation, 2);
  EXPECT_EQ(stories->tell(3, day_at("2024-03-02"), "", text, 0)->story, 1);
  stories = Stories::open(*home.database).value();
  EXPECT_EQ(stories->tell(4, day_at("2024-03-02"), "", text, 0)->story, 1);
}

TEST(StoriesOf, ADamagedSignatureIsTold) {
  const StoreHome home;
  ASSERT_TRUE(home.database->execute("INSERT INTO story_member VALUES (1, 1, 1, 20000, x'FF00')"));
  const auto opened = Stories::open(*home.database);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, base::ErrorCode::corrupt);
}

}  // namespace
}  // namespace tocsin::monitor
