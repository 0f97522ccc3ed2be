// SPDX-License-Identifier: Apache-2.0
// The tokens of a text as the finding of places reads them: with their word classes, the places
// that bear them, and whether their capitals say anything.
//
// Ownership: a PlaceWord views the gazetteer. Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "knowledge/gazetteer.hpp"
#include "monitor/coding/place_mentions.hpp"
#include "monitor/coding/tokens.hpp"

namespace tocsin::monitor::coding {

struct PlaceWord {
  std::uint64_t hash = 0;     ///< as names are keyed: without stops and apostrophes
  std::uint32_t classes = 0;  ///< knowledge::WordClass bits
  bool has_entry = false;
  bool is_word = false;        ///< not a mark, not a number
  bool means_capital = false;  ///< capitalised where capitals say something
  knowledge::NameEntry entry;

  [[nodiscard]] bool is(knowledge::WordClass word_class) const {
    return (classes & static_cast<std::uint32_t>(word_class)) != 0;
  }
  /// One of the language's everyday words, whatever else it names.
  [[nodiscard]] bool is_ordinary() const;
};

struct PlaceWords {
  std::vector<PlaceWord> words;  ///< one for each token
  bool is_caseless = false;      ///< the text uses no capitals at all
};

/// Class bit of the everyday words of a language (BCP 47), or 0 where none are listed.
[[nodiscard]] std::uint32_t ordinary_words_of(std::string_view language);

[[nodiscard]] PlaceWords read_place_words(const knowledge::Gazetteer& gazetteer,
                                          std::span<const Token> tokens);

/// Marks mentions that stand in a list, and those that another one right after them contains.
void link_mentions(const knowledge::Gazetteer& gazetteer, std::span<const Token> tokens,
                   std::span<const PlaceWord> words, std::vector<PlaceMention>& mentions);

}  // namespace tocsin::monitor::coding
