// SPDX-License-Identifier: Apache-2.0
// Every line of the word classes brings a text that shows what the class is for, and one that does
// not: data/coding/LANGUAGE/examples/words.txt.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "../../knowledge/places_fixture.hpp"
#include "base/text.hpp"
#include "monitor/coding/coder.hpp"
#include "shown.hpp"

namespace tocsin::monitor::coding {
namespace {

/// Forms of a verb or a noun share at least so much of their begin.
constexpr std::size_t stem_bytes_min = 3;

std::filesystem::path folder_of(const std::string& language) {
  return std::filesystem::path(TOCSIN_SOURCE_DIR) / "data/coding" / language;
}

/// "class weapon (noun): gun; rifle" is "weapon".
std::string class_name(std::string_view head) {
  if (!head.starts_with("class ")) return {};
  head = base::trim(head.substr(6));
  return std::string(head.substr(0, head.find_first_of(" :")));
}

/// The words of a class line as they may stand in a text; of verbs and nouns their begin.
std::vector<std::string> words_of(std::string_view head) {
  const std::size_t colon = head.find(':');
  const bool inflected = head.substr(0, colon).find('(') != std::string_view::npos;
  std::vector<std::string> words;
  for (std::string_view word : knowledge::cut_list(head.substr(colon + 1), ';')) {
    const auto add = [&](std::string_view form) {
      while (!form.empty() && std::string_view("^*>").contains(form.front())) form.remove_prefix(1);
      while (form.ends_with('+')) form.remove_suffix(1);
      std::string folded = base::fold(form);
      if (inflected && folded.size() >= stem_bytes_min + 2) folded.resize(folded.size() - 2);
      words.push_back(std::move(folded));
    };
    const std::size_t cut = std::min(word.find_first_of("=:"), word.size());
    add(word.substr(0, cut));
    if (cut == word.size() || word[cut] == '=') continue;
    for (const auto form : knowledge::cut_list(word.substr(cut + 1), '/')) add(form);
  }
  return words;
}

class WordsOf : public testing::TestWithParam<std::string> {
 protected:
  WordsOf() : gazetteer_(knowledge::make_test_gazetteer(folder_)), finder_(gazetteer_) {}
  void SetUp() override {
    static const auto loaded = CoderData::load(std::string(TOCSIN_SOURCE_DIR) + "/data");
    ASSERT_TRUE(loaded) << loaded.error().text();
    data_ = *loaded;
    auto file = knowledge::read_data_file(folder_of(GetParam()) / "examples/words.txt");
    ASSERT_TRUE(file) << file.error().text();
    examples_ = std::move(*file);
  }

  knowledge::Folder folder_;
  knowledge::Gazetteer gazetteer_;
  PlaceFinder finder_;
  std::shared_ptr<const CoderData> data_;
  knowledge::DataFile examples_;
};

TEST_P(WordsOf, EveryLineHasItsExamples) {
  std::map<std::string, std::string> texts;  // of each class, what must show it
  for (const knowledge::DataBlock& block : examples_.blocks) {
    EXPECT_FALSE(block.must_match.empty())
        << examples_.place(block.head) << ": a text that shows it";
    EXPECT_FALSE(block.must_not_match.empty())
        << examples_.place(block.head) << ": one that does not";
    for (const auto& line : block.must_match)
      texts[class_name(block.head.text)] += base::fold(line.text) + "\n";
  }
  const auto words = knowledge::read_data_file(folder_of(GetParam()) / "words.txt");
  ASSERT_TRUE(words) << words.error().text();
  for (const knowledge::DataBlock& block : words->blocks) {
    const std::string name = class_name(block.head.text);
    if (name.empty()) continue;
    const std::string& text = texts[name];
    EXPECT_TRUE(std::ranges::any_of(
        words_of(block.head.text),
        [&text](const std::string& word) { return text.find(word) != std::string::npos; }))
        << words->place(block.head) << ": class " << name
        << " needs an example with one of its words in examples/words.txt";
  }
}

TEST_P(WordsOf, ExamplesShowWhatTheClassIsFor) {
  Coder coder(data_, &finder_);
  const auto code = [&](const std::string& text) {
    TextToCode given;
    given.text = text;
    given.language = GetParam();
    given.date = *base::parse_day("2026-11-20");
    return coder.code(given);
  };
  for (const knowledge::DataBlock& block : examples_.blocks) {
    ASSERT_EQ(block.body.size(), 1U) << examples_.place(block.head) << ": one line \"shows …\"";
    ASSERT_TRUE(block.body[0].text.starts_with("shows ")) << examples_.place(block.body[0]);
    const Shown shown = parse_shown(std::string_view(block.body[0].text).substr(6));
    for (const auto& kind : shown.kinds)
      EXPECT_GE(data_->kinds().find(kind), 0) << examples_.place(block.body[0]) << ": " << kind;
    for (const auto& member : shown.members)
      EXPECT_NE(member_of({}, {}, member.first), "?") << examples_.place(block.body[0]);
    for (const auto& line : block.must_match) {
      const CodedText coded = code(line.text);
      EXPECT_TRUE(holds(shown, coded))
          << examples_.place(line) << ": " << line.text << told_by(coded);
    }
    for (const auto& line : block.must_not_match) {
      const CodedText coded = code(line.text);
      EXPECT_FALSE(holds(shown, coded))
          << examples_.place(line) << ": " << line.text << told_by(coded);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Languages, WordsOf, testing::Values("en", "fr", "es", "ar", "pt", "sw"),
                         [](const auto& given) { return given.param; });

}  // namespace
}  // namespace tocsin::monitor::coding
