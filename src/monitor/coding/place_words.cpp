// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/place_words.hpp"

#include <string>
#include <utility>

#include "base/hash.hpp"

namespace tocsin::monitor::coding {
namespace {

using knowledge::Gazetteer;
using knowledge::WordClass;

/// A text with fewer words than this says nothing about how it uses capitals.
constexpr std::uint32_t words_for_case_min = 4;
/// Share of capitalised words from which capitals in a sentence mean nothing (a headline).
constexpr double headline_share = 0.7;

void read_word(const Gazetteer& gazetteer, const Token& token, PlaceWord& word) {
  if (token.has(token_punctuation)) return;
  word.is_word = !token.has(token_number);
  word.hash = token.hash;
  if (token.has(token_abbreviation)) {
    std::string plain;
    for (const char letter : token.word)
      if (letter != '.') plain.push_back(letter);
    word.hash = base::hash64(plain);
  } else if (token.word.ends_with('\'')) {
    word.hash = base::hash64(token.word.substr(0, token.word.size() - 1));
  } else if (token.word.starts_with('\'')) {
    word.hash = base::hash64(token.word.substr(1));
  }
  if (const auto entry = gazetteer.find(knowledge::extend_name_key(0, word.hash))) {
    word.has_entry = true;
    word.entry = *entry;
    word.classes = entry->classes;
  }
  if (!token.has(token_arabic)) return;
  // "In a village": what the word under its clitics is, the token is.
  (void)arabic_stems(token.word, [&gazetteer, &word](std::string_view stem) {
    const auto found = gazetteer.find(knowledge::extend_name_key(0, base::hash64(stem)));
    if (found) word.classes |= found->classes;
    return word.classes != 0;
  });
}

/// Decides sentence by sentence whether capitals say anything; true if the text has none.
bool judge_capitals(std::span<const Token> tokens, std::vector<PlaceWord>& words) {
  std::uint32_t all = 0;
  std::uint32_t capitals = 0;
  for (std::size_t begin = 0; begin < tokens.size();) {
    std::size_t end = begin;
    std::uint32_t count = 0;
    std::uint32_t capital = 0;
    for (; end < tokens.size() && tokens[end].sentence == tokens[begin].sentence; ++end) {
      if (!words[end].is_word) continue;
      ++count;
      if (tokens[end].has(token_capitalised)) ++capital;
    }
    const bool headline = count >= words_for_case_min && capital > headline_share * count;
    for (std::size_t i = begin; i < end; ++i)
      words[i].means_capital = !headline && tokens[i].has(token_capitalised);
    all += count;
    capitals += capital;
    begin = end;
  }
  return all >= words_for_case_min && capitals == 0;
}

}  // namespace

bool PlaceWord::is_ordinary() const {
  return is(WordClass::common) || is(WordClass::unit_before) || is(WordClass::unit_after) ||
         is(WordClass::direction) || is(WordClass::preposition) || is(WordClass::month_or_day) ||
         is(WordClass::title) || is(WordClass::speech) || is(WordClass::organisation_of);
}

std::uint32_t ordinary_words_of(std::string_view language) {
  constexpr std::pair<std::string_view, WordClass> classes[] = {{"ar", WordClass::ordinary_ar},
                                                                {"es", WordClass::ordinary_es},
                                                                {"fr", WordClass::ordinary_fr},
                                                                {"pt", WordClass::ordinary_pt},
                                                                {"sw", WordClass::ordinary_sw}};
  for (const auto& [code, word_class] : classes)
    if (language.starts_with(code)) return static_cast<std::uint32_t>(word_class);
  return 0;
}

PlaceWords read_place_words(const Gazetteer& gazetteer, std::span<const Token> tokens) {
  PlaceWords out;
  out.words.resize(tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) read_word(gazetteer, tokens[i], out.words[i]);
  out.is_caseless = judge_capitals(tokens, out.words);
  return out;
}

}  // namespace tocsin::monitor::coding
