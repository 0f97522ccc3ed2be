// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/event_places.hpp"

#include <algorithm>

namespace tocsin::monitor::coding {
namespace {

constexpr std::uint8_t level_country = 1;

bool overlaps(const Span& one, const Span& other) {
  return one.begin < other.end && other.begin < one.end;
}

}  // namespace

std::size_t dateline_length(std::span<const Token> sentence) {
  constexpr std::size_t tokens_max = 16;
  const std::size_t most = std::min(sentence.size(), tokens_max);
  const auto number_at = [&](std::size_t at) {
    return at < sentence.size() && sentence[at].has(token_number);
  };
  for (std::size_t i = 0; i + 1 < most; ++i) {
    const Token& token = sentence[i];
    if (token.word == "-" || token.word == "--") {
      const bool free = !token.has(token_joined);
      const std::size_t behind = sentence[i + 1].word == "-" ? i + 2 : i + 1;
      return free && i > 0 && behind < sentence.size() && !sentence[behind].has(token_joined)
                 ? behind
                 : 0;
    }
    if (token.has(token_punctuation) || token.has(token_number)) continue;
    // "3 juin": months are small in many languages.
    const bool by_number = number_at(i + 1) || (i > 0 && number_at(i - 1));
    if (!token.has(token_capitalised) && !by_number) return 0;
  }
  return 0;
}

template <typename Wanted>
std::optional<std::uint32_t> EventPlaces::nearest(const CodedEvent& event, Wanted wanted) const {
  std::optional<std::uint32_t> best;
  std::uint32_t best_distance = 0;
  for (std::uint32_t p = 0; p < places_.size(); ++p) {
    if (!wanted(p)) continue;
    const Span& place = places_[p].span;
    // What stands before a deed is rather what came before it.
    const std::uint32_t distance = place.begin >= event.span.begin
                                       ? place.begin - event.span.begin
                                       : 2 * (event.span.begin - place.begin);
    if (best && distance >= best_distance) continue;
    best = p;
    best_distance = distance;
  }
  return best;
}

bool EventPlaces::may_be_scene(std::uint32_t p, const CodedEvent& event) const {
  if (standings_[p].aside || standings_[p].origin) return false;
  const CodedPlace& place = places_[p];
  if (place.level > level_country) return true;
  // "Russia fired": a country that acts, or that suffers it; but "killed Yazidis in Iraq".
  const bool acts = event.source && overlaps(event.source->span, place.span);
  const bool suffers = event.target && overlaps(event.target->span, place.span);
  if (!standings_[p].within && (acts || suffers)) return false;
  // "Somalia's Gedo region", "in Kidal, Mali": the smaller one is meant.
  for (std::uint32_t other = 0; other < places_.size(); ++other) {
    if (standings_[other].sentence == standings_[p].sentence && !standings_[other].origin &&
        places_[other].level > level_country && places_[other].country == place.country)
      return false;
  }
  return true;
}

std::optional<std::uint32_t> EventPlaces::of(const CodedEvent& event, std::uint32_t sentence,
                                             std::optional<std::uint32_t> before) const {
  // "killed five migrants from Eritrea", but "withdrew its soldiers from Kidal".
  const bool leaves = event.type != "ASSAULT" || event.kind == "abduction";
  const auto here = [&](std::uint32_t p) {
    return standings_[p].sentence == sentence && (leaves || !standings_[p].origin);
  };
  if (const auto scene =
          nearest(event, [&](std::uint32_t p) { return here(p) && may_be_scene(p, event); }))
    return scene;
  // The story goes on where the deed before was; else who acts does so at home; and a country told
  // aside is better than nothing.
  if (before) return before;
  const auto home = nearest(event, [&](std::uint32_t p) {
    return here(p) && event.source && overlaps(event.source->span, places_[p].span);
  });
  if (home) return home;
  // "KABUL, Afghanistan (AP) -": the smaller one of a dateline.
  const auto dateline = nearest(event, [&](std::uint32_t p) {
    return here(p) && standings_[p].dateline && places_[p].level > level_country;
  });
  if (dateline) return dateline;
  if (const auto aside = nearest(event, here)) return aside;
  if (const auto earlier = nearest(event, [&](std::uint32_t p) {
        return standings_[p].sentence < sentence && !standings_[p].origin;
      }))
    return earlier;
  // A later sentence tells the place only where it tells no other deed.
  return nearest(event, [&](std::uint32_t p) {
    return !standings_[p].origin && std::ranges::find(told_, standings_[p].sentence) == told_.end();
  });
}

}  // namespace tocsin::monitor::coding
