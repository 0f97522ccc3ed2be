// SPDX-License-Identifier: Apache-2.0
// Every entry of the dictionaries brings a text that it must match and one that it must not.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include "knowledge/data_file.hpp"
#include "monitor/coding/coder.hpp"

namespace tocsin::monitor::coding {
namespace {

std::shared_ptr<const CoderData> data() {
  static const auto loaded = CoderData::load(std::string(TOCSIN_SOURCE_DIR) + "/data");
  if (!loaded) {
    ADD_FAILURE() << loaded.error().text();
    return nullptr;
  }
  return *loaded;
}

/// Kinds, also those outside PLOVER, that the coder finds in a text.
std::set<std::string> kinds_in(Coder& coder, const std::string& text, const std::string& language) {
  TextToCode given;
  given.text = text;
  given.language = language;
  const CodedText coded = coder.code(given);
  std::set<std::string> kinds;
  for (const CodedEvent& event : coded.events) kinds.insert(event.kind);
  for (const CodedIncident& incident : coded.incidents) kinds.insert(incident.kind);
  return kinds;
}

std::set<std::string> kinds_of(const CoderData& knows, const Entry& entry) {
  std::set<std::string> kinds;
  for (const Frame& frame : entry.frames) {
    if (frame.kind >= 0) kinds.insert(knows.kinds().at(frame.kind).id);
  }
  return kinds;
}

void check(const std::vector<Entry>& entries, const std::string& language) {
  const auto knows = data();
  ASSERT_NE(knows, nullptr);
  Coder coder(knows);
  for (const Entry& entry : entries) {
    EXPECT_FALSE(entry.must_match.empty()) << entry.place << ": an example that must match";
    EXPECT_FALSE(entry.must_not_match.empty()) << entry.place << ": one that must not";
    const std::set<std::string> own = kinds_of(*knows, entry);
    const auto tells = [&](const std::string& text) {
      const auto found = kinds_in(coder, text, language);
      return std::any_of(found.begin(), found.end(),
                         [&own](const std::string& kind) { return own.contains(kind); });
    };
    if (own.empty()) continue;
    for (const std::string& text : entry.must_match)
      EXPECT_TRUE(tells(text)) << entry.place << " must match: " << text;
    for (const std::string& text : entry.must_not_match)
      EXPECT_FALSE(tells(text)) << entry.place << " must not match: " << text;
  }
}

class DictionaryOf : public testing::TestWithParam<std::string> {};

TEST_P(DictionaryOf, VerbsMatchTheirExamples) {
  const auto knows = data();
  ASSERT_NE(knows, nullptr);
  check(knows->rules(GetParam())->verbs, GetParam());
}

TEST_P(DictionaryOf, NounsMatchTheirExamples) {
  const auto knows = data();
  ASSERT_NE(knows, nullptr);
  check(knows->rules(GetParam())->nouns, GetParam());
}

/// What a block of phrases may tell, as far as the text's coding shows it.
std::set<std::string> effects_in(Coder& coder, const std::string& text,
                                 const std::string& language) {
  TextToCode given;
  given.text = text;
  given.language = language;
  const CodedText coded = coder.code(given);
  std::set<std::string> effects;
  for (const CodedIncident& incident : coded.incidents) effects.insert(incident.kind);
  for (const CodedEvent& event : coded.events) {
    effects.insert(event.kind);
    if (event.killed) effects.insert("killed");
    if (event.injured) effects.insert("injured");
    if (event.status != ActStatus::reported) effects.insert("status");
  }
  return effects;
}

TEST_P(DictionaryOf, PhrasesMatchTheirExamples) {
  const auto knows = data();
  ASSERT_NE(knows, nullptr);
  Coder coder(knows);
  for (const Entry& entry : knows->rules(GetParam())->phrases) {
    EXPECT_FALSE(entry.must_match.empty()) << entry.place << ": an example that must match";
    EXPECT_FALSE(entry.must_not_match.empty()) << entry.place << ": one that must not";
    std::set<std::string> own(entry.effects.begin(), entry.effects.end());
    own.erase("none");
    // A block that only silences leaves nothing of what it matches.
    const bool silences = own.empty();
    const auto tells = [&](const std::string& text) {
      const auto found = effects_in(coder, text, GetParam());
      return silences ? found.empty()
                      : std::ranges::any_of(found, [&own](const std::string& effect) {
                          return own.contains(effect);
                        });
    };
    for (const std::string& text : entry.must_match)
      EXPECT_TRUE(tells(text)) << entry.place << " must match: " << text;
    for (const std::string& text : entry.must_not_match)
      EXPECT_FALSE(tells(text)) << entry.place << " must not match: " << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Languages, DictionaryOf,
                         testing::Values("en", "fr", "es", "ar", "pt", "sw"),
                         [](const auto& given) { return given.param; });

/// The language of the folder that an entry stands in; what holds for all is shown in English.
std::string_view language_of(std::string_view place) {
  for (const std::string_view language : coder_languages) {
    if (place.find("/coding/" + std::string(language) + "/") != std::string_view::npos)
      return language;
  }
  return "en";
}

TEST(Indicators, MatchTheirExamples) {
  const auto knows = data();
  ASSERT_NE(knows, nullptr);
  Coder coder(knows);
  const auto links = [&](const IndicatorEntry& entry, const std::string& text) {
    TextToCode given;
    given.text = text;
    given.language = language_of(entry.place);
    const CodedText coded = coder.code(given);
    return std::any_of(coded.indicators.begin(), coded.indicators.end(),
                       [&entry](const IndicatorLink& link) { return link.id == entry.id; });
  };
  for (const IndicatorEntry& entry : knows->indicators()) {
    EXPECT_FALSE(entry.because.empty()) << entry.place;
    EXPECT_FALSE(entry.must_match.empty()) << entry.place << ": an example that must match";
    EXPECT_FALSE(entry.must_not_match.empty()) << entry.place << ": one that must not";
    for (const std::string& text : entry.must_match)
      EXPECT_TRUE(links(entry, text)) << entry.place << " must match: " << text;
    for (const std::string& text : entry.must_not_match)
      EXPECT_FALSE(links(entry, text)) << entry.place << " must not match: " << text;
  }
}

TEST(DataFiles, AllCarryAVersion) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           std::string(TOCSIN_SOURCE_DIR) + "/data/coding")) {
    if (entry.path().extension() != ".txt") continue;
    const auto file = knowledge::read_data_file(entry.path());
    ASSERT_TRUE(file) << file.error().text();
    EXPECT_EQ(file->version.size(), 10U) << entry.path();
  }
}

}  // namespace
}  // namespace tocsin::monitor::coding
