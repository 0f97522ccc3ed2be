// SPDX-License-Identifier: Apache-2.0
// Forms of words: plurals of nouns and the forms of verbs that news uses, per language.
//
// Regular forms come from rules, irregular ones from the dictionary line. Everything is folded
// later, so accents do not matter. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::monitor::coding {

struct WordForm {
  std::string text;
  std::uint16_t forms = 0;  ///< Form bits of lexicon.hpp
};

/// All forms of a verb given as in a dictionary: "kill", "shoot:shot", "take:took/taken",
/// "commit+" (doubles its last letter), French "mourir:meurt/*mort" (* marks a participle).
[[nodiscard]] std::vector<WordForm> verb_forms(std::string_view language, std::string_view entry);

/// The plural, or empty where the language or the word has none by rule.
[[nodiscard]] std::string plural_of(std::string_view language, std::string_view noun);

}  // namespace tocsin::monitor::coding
