// SPDX-License-Identifier: Apache-2.0
// Which mention of a text lies in which beside it: "Paris, Texas", "Goma in North Kivu".
#include <algorithm>

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
    if (any_contains(gazetteer, inner, outer)) {
      inner.container = static_cast<std::int32_t>(i + 1);
      inner.clues |= clue_container;
      outer.clues |= clue_contained;
    }
  }
}

}  // namespace tocsin::monitor::coding
