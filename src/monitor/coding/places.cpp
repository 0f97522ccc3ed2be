// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/places.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "monitor/coding/place_mentions.hpp"
#include "monitor/coding/place_ranking.hpp"

namespace tocsin::monitor::coding {
namespace {

using knowledge::PlaceKind;

/// What placing an unknown name by the rest of the text is worth at most.
constexpr double focus_confidence_max = 0.3;
constexpr std::uint8_t level_country = 1;
constexpr std::uint8_t level_unit = 2;

RankContext rank_context(const PlaceContext& context) {
  return {context.country, !context.language.empty() && !context.language.starts_with("en")};
}

MentionContext mention_context(const PlaceContext& context) {
  return {context.language, context.country_only ? context.country : std::string_view()};
}

/// Whether tokens can be those of this text; spans of another text would point anywhere.
bool is_of(std::span<const Token> tokens, std::string_view text) {
  return tokens.empty() || tokens.back().end <= text.size();
}

CodedPlace coded(const knowledge::Gazetteer& gazetteer, std::uint32_t index, std::string_view text,
                 const Span& span, double confidence) {
  const auto place = gazetteer.place(index);
  CodedPlace out;
  out.span = span;
  // Spans may be anybody's.
  if (span.begin <= span.end && span.end <= text.size())
    out.text = text.substr(span.begin, span.end - span.begin);
  out.geoname_id = place.id;
  out.name = place.name;
  out.country = place.country;
  if (place.kind == PlaceKind::country) out.level = level_country;
  if (place.kind == PlaceKind::province) out.level = level_unit;
  if (place.kind == PlaceKind::province)
    out.admin1 = place.name;
  else if (place.admin1)
    out.admin1 = gazetteer.place(*place.admin1).name;
  out.latitude = place.latitude;
  out.longitude = place.longitude;
  out.confidence = std::clamp(confidence, 0.0, 1.0);
  return out;
}

}  // namespace

PlaceFinder::PlaceFinder(const knowledge::Gazetteer& gazetteer, PlaceWeights weights)
    : gazetteer_(gazetteer), weights_(weights) {}

std::vector<CodedPlace> PlaceFinder::find(std::string_view text, std::span<const Token> tokens,
                                          const PlaceContext& context) const {
  if (!is_of(tokens, text)) return {};
  std::vector<CodedPlace> out;
  const auto mentions = read_mentions(gazetteer_, tokens, mention_context(context));
  if (mentions.empty()) return out;
  const auto ranking = rank_context(context);
  const auto ranked = rank_places(gazetteer_, weights_, mentions, ranking);
  const double least =
      ranking.other_names_usual ? weights_.trust_least_other_language : weights_.trust_least;
  for (std::size_t i = 0; i < mentions.size() && out.size() < base::places_per_text_max; ++i) {
    const auto& name = ranked.names[ranked.mentions[i].name];
    const double trust = ranked.mentions[i].trust;
    if (name.candidates.empty() || trust < least) continue;
    if (mentions[i].has(clue_adjective) && !context.keep_adjectives) continue;
    const auto& best = name.candidates[name.best];
    out.push_back(coded(gazetteer_, best.place, text, mentions[i].span, trust * best.probability));
  }
  return out;
}

std::vector<std::optional<CodedPlace>> PlaceFinder::resolve(std::string_view text,
                                                            std::span<const Token> tokens,
                                                            std::span<const Span> spans,
                                                            const PlaceContext& context) const {
  if (!is_of(tokens, text)) return std::vector<std::optional<CodedPlace>>(spans.size());
  const auto mentions = read_mentions_around(gazetteer_, tokens, spans, mention_context(context));
  const auto ranked = rank_places(gazetteer_, weights_, mentions, rank_context(context));
  std::vector<std::optional<CodedPlace>> out(spans.size());
  for (std::size_t i = 0; i < mentions.size(); ++i) {
    if (!mentions[i].has(clue_given)) continue;
    const auto& name = ranked.names[ranked.mentions[i].name];
    std::optional<CodedPlace> answer;
    if (!name.candidates.empty()) {
      const auto& best = name.candidates[name.best];
      answer = coded(gazetteer_, best.place, text, mentions[i].span, best.probability);
    } else if (ranked.focus) {
      answer = coded(gazetteer_, ranked.focus->place, text, mentions[i].span,
                     focus_confidence_max * ranked.focus->share);
    }
    for (std::size_t s = 0; s < spans.size(); ++s)
      if (spans[s].begin == mentions[i].span.begin && spans[s].end == mentions[i].span.end)
        out[s] = answer;
  }
  return out;
}

}  // namespace tocsin::monitor::coding
