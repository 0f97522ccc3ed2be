// SPDX-License-Identifier: Apache-2.0
// Which mention of a text lies in which beside it: "Paris, Texas", "Goma in North Kivu".
#include <algorithm>
#include <iterator>

#include "monitor/coding/place_words.hpp"

namespace tocsin::monitor::coding {
namespace {

using knowledge::Gazetteer;
using knowledge::PlaceKind;
using knowledge::WordClass;

/// True if the second place lies around the first.
bool contains(const knowledge::Place& inner, std::uint32_t outer_index,
              const knowledge::Place& outer) {
  if (inner.admin1 == outer_index || inner.admin2 == outer_index ||
      inner.country_place == outer_index)
    return true;
  return outer.kind == PlaceKind::region && !outer.country.empty() &&
         outer.country == inner.country && inner.kind != PlaceKind::country &&
         inner.kind != PlaceKind::region;
}

bool any_contains(const Gazetteer& gazetteer, const PlaceMention& inner,
                  const PlaceMention& outer) {
  constexpr std::size_t outer_candidates_max = 6;
  const auto count = std::min(outer.candidates.size(), outer_candidates_max);
  for (const auto packed_outer : outer.candidates.first(count)) {
    const auto outer_candidate = Gazetteer::candidate(packed_outer);
    const auto outer_place = gazetteer.place(outer_candidate.place);
    if (outer_place.kind == PlaceKind::city) continue;
    for (const auto packed : inner.candidates) {
      const auto candidate = Gazetteer::candidate(packed);
      if (candidate.place != outer_candidate.place &&
          contains(gazetteer.place(candidate.place), outer_candidate.place, outer_place))
        return true;
    }
  }
  return false;
}

}  // namespace

/// The candidate of a mention that is a country under a full name; empty where there is none.
std::span<const std::uint32_t> country_named(const Gazetteer& gazetteer,
                                             const PlaceMention& mention) {
  for (std::size_t i = 0; i < mention.candidates.size(); ++i) {
    const auto candidate = Gazetteer::candidate(mention.candidates[i]);
    const bool full =
        candidate.is(knowledge::NameKind::primary) || candidate.is(knowledge::NameKind::alternate);
    if (full && gazetteer.place(candidate.place).kind == PlaceKind::country)
      return mention.candidates.subspan(i, 1);
  }
  return {};
}

/// Names that are known everywhere keep their own country beside another one.
bool is_well_known(const Gazetteer& gazetteer, const PlaceMention& mention) {
  constexpr std::uint32_t well_known_people = 1'000'000;
  return std::ranges::any_of(mention.candidates, [&](std::uint32_t packed) {
    const auto place = gazetteer.place(Gazetteer::candidate(packed).place);
    return place.kind != PlaceKind::city && place.kind != PlaceKind::district
               ? place.kind == PlaceKind::country || place.kind == PlaceKind::continent
               : place.population >= well_known_people;
  });
}

/// Words that put a place into a country: "Solhan in Burkina Faso".
bool is_inside_word(std::string_view word) {
  constexpr std::string_view words[] = {"in", "en",  "au",  "aux",    "em", "no",
                                        "na", "nos", "nas", "nchini", "في"};
  return std::ranges::find(words, word) != std::end(words);
}

/// Whether the text says that `inner` lies in the country `outer`, which has no such place:
/// "X, COUNTRY", "X (COUNTRY)", "X in northern COUNTRY". A list ("X, COUNTRY and Y") says nothing.
bool is_put_into(std::span<const Token> tokens, std::span<const PlaceWord> words,
                 const PlaceMention& inner, const PlaceMention& outer) {
  bool inside = false;
  bool comma = false;
  for (auto at = inner.last + 1; at < outer.first; ++at) {
    const auto word = tokens[at].word;
    const bool direction = words[at].is(WordClass::direction) || word == "the" || word == "le" ||
                           word == "l'" || word == "el" || word == "o";
    if (word == "(" || is_inside_word(word))
      inside = true;
    else if (word == "," || (word == "-" && !tokens[at].has(token_joined)))
      comma = true;
    else if (!direction && !words[at].is(WordClass::particle))
      return false;
  }
  const auto next = outer.last + 1;
  const bool ends = next >= tokens.size() || tokens[next].sentence != tokens[outer.last].sentence ||
                    tokens[next].has(token_punctuation);
  return inside || (comma && ends);
}

void link_mentions(const Gazetteer& gazetteer, std::span<const Token> tokens,
                   std::span<const PlaceWord> words, std::vector<PlaceMention>& mentions) {
  constexpr std::uint32_t gap_tokens_max = 4;
  for (std::size_t i = 0; i + 1 < mentions.size(); ++i) {
    auto& inner = mentions[i];
    auto& outer = mentions[i + 1];
    if (outer.first <= inner.last || outer.first - inner.last > gap_tokens_max + 1) continue;
    bool comma = false;
    bool near = true;
    bool listed = false;
    for (auto at = inner.last + 1; at < outer.first && near; ++at) {
      const auto mark = tokens[at].word;
      if (mark == "," || mark == "(" || mark == "/" || mark == "-")
        comma = true;
      else if (mark == "and" || mark == "et" || mark == "y" || mark == "e" || mark == "or")
        listed = true;
      else if (mark == ".")
        near = tokens[at].has(token_joined) && comma;
      else
        near = words[at].is(WordClass::preposition) || words[at].is(WordClass::direction) ||
               words[at].is(WordClass::particle) || words[at].is(WordClass::unit_before) ||
               words[at].is(WordClass::unit_after);
    }
    if (!near) continue;
    if ((comma || listed) && outer.first - inner.last <= 2) {
      inner.clues |= clue_listed;
      outer.clues |= clue_listed;
    }
    if (listed) continue;
    const auto country = country_named(gazetteer, outer);
    const bool in_list = i + 2 < mentions.size() && mentions[i + 2].first <= outer.last + 3 &&
                         !country_named(gazetteer, mentions[i + 2]).empty();
    if (!country.empty() && !in_list && !any_contains(gazetteer, inner, outer) &&
        !is_well_known(gazetteer, inner) && !inner.has(clue_abbreviation) &&
        is_put_into(tokens, words, inner, outer)) {
      // No such place is known there, so the country is all that is known, here and wherever the
      // text says the name again.
      const auto key = inner.key;
      for (auto& mention : mentions)
        if (mention.key == key) mention.candidates = country;
      continue;
    }
    if (any_contains(gazetteer, inner, outer)) {
      inner.container = static_cast<std::int32_t>(i + 1);
      inner.clues |= clue_container;
      outer.clues |= clue_contained;
    }
  }
}

}  // namespace tocsin::monitor::coding
