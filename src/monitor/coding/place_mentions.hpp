// SPDX-License-Identifier: Apache-2.0
// Where a text may name a place, and what the words around say for and against it.
//
// Ownership: a PlaceMention views the gazetteer's entry. Threads: pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "knowledge/gazetteer.hpp"
#include "monitor/coding/coded.hpp"
#include "monitor/coding/tokens.hpp"

namespace tocsin::monitor::coding {

/// What speaks for or against a span of words being the name of a place. Bits.
enum PlaceClue : std::uint32_t {
  clue_preposition = 1U << 0,  ///< "in X"
  clue_unit_before = 1U << 1,  ///< "town of X"
  clue_unit_after = 1U << 2,   ///< "X province"
  clue_container = 1U << 3,    ///< "X, Y" where Y contains an X
  clue_contained = 1U << 4,    ///< the Y of it
  clue_several_words = 1U << 5,
  clue_common_word = 1U << 6,     ///< an ordinary word
  clue_given_name = 1U << 7,      ///< also a person's given name
  clue_capital_after = 1U << 8,   ///< an unknown capitalised word follows
  clue_capital_before = 1U << 9,  ///< an unknown capitalised word stands before
  clue_sentence_start = 1U << 10,
  clue_speech = 1U << 11,        ///< "X said"
  clue_organisation = 1U << 12,  ///< "University of X", "X Times"
  clue_street = 1U << 13,        ///< "X Street", "X Hospital"
  clue_person = 1U << 14,        ///< "Mr X", "Paris Hilton", or a name read earlier in the text
  clue_adjective = 1U << 15,     ///< "Malian"
  clue_lower_case = 1U << 16,    ///< not capitalised, in a text without capitals
  clue_arabic = 1U << 17,
  clue_abbreviation = 1U << 18,
  clue_possessive = 1U << 19,        ///< "X's"
  clue_direction_before = 1U << 20,  ///< "northern X"
  clue_title_after = 1U << 21,       ///< "Alexandria Mayor"
  clue_listed = 1U << 22,            ///< beside another candidate in a list: "X, Y and Z"
  clue_article = 1U << 23,           ///< "the X", "a X"
  clue_given = 1U << 24,             ///< the caller says that it is a place
  clue_state_code = 1U << 25,        ///< written so that "ME" can only be Maine
};

struct PlaceMention {
  std::uint32_t first = 0;  ///< token indices, `last` included
  std::uint32_t last = 0;
  Span span;
  std::uint64_t key = 0;  ///< of the name as written; equal keys are one sense in one text
  std::span<const std::uint32_t> candidates;
  std::uint32_t clues = 0;
  knowledge::PlaceKind unit_kind = knowledge::PlaceKind::city;  ///< what the unit word beside says
  std::int32_t container = -1;      ///< index of the mention that contains it, or -1
  std::string_view only_country{};  ///< places elsewhere are not meant; empty: any

  [[nodiscard]] bool has(PlaceClue clue) const { return (clues & clue) != 0; }
};

/// False where the candidate's name is an abbreviation and the mention is not written as one, and
/// where it lies in a country that is not meant.
[[nodiscard]] bool may_mean(const knowledge::Gazetteer& gazetteer, const PlaceMention& mention,
                            const knowledge::NameCandidate& candidate);

/// What is known of a text before it is read.
struct MentionContext {
  std::string_view language{};      ///< BCP 47, or empty
  std::string_view only_country{};  ///< ISO 3166-1 alpha-2: what lies elsewhere is not meant
};

/// All mentions in order; those without a candidate are left out.
[[nodiscard]] std::vector<PlaceMention> read_mentions(const knowledge::Gazetteer& gazetteer,
                                                      std::span<const Token> tokens,
                                                      const MentionContext& context);
/// The same with the given spans, each as one mention with clue_given whose `candidates` may be
/// empty; what overlaps a given span is left out. In order of appearance.
[[nodiscard]] std::vector<PlaceMention> read_mentions_around(const knowledge::Gazetteer& gazetteer,
                                                             std::span<const Token> tokens,
                                                             std::span<const Span> spans,
                                                             const MentionContext& context);

}  // namespace tocsin::monitor::coding
