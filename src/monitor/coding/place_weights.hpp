// SPDX-License-Identifier: Apache-2.0
// The weights of the two linear scores by which places are told apart and told from other words.
//
// Fitted by bench/places_fit on annotated news (docs/places.md says which and how well they carry
// over to articles not fitted on). Ownership: values. Units: log odds for each unit of a feature.
#pragma once

#include <array>
#include <cstddef>

namespace tocsin::monitor::coding {

/// What speaks for one candidate over another; see place_ranking.cpp for how each is measured.
enum RankFeature : std::size_t {
  rank_people,
  rank_country,
  rank_province,
  rank_district,
  rank_area,
  rank_capital,
  rank_province_seat,
  rank_primary_name,
  rank_shortened_name,
  rank_alternate_only,
  rank_most_people,
  rank_unit_matches,
  rank_town_matches,
  rank_context_country,
  rank_inside_container,
  rank_country_share,
  rank_province_share,
  rank_country_named,
  rank_province_named,
  rank_nearness_mean,
  rank_nearness_best,
  rank_contains_others,
  rank_neighbour_share,
  rank_features
};

/// What speaks for a mention being a place at all; see place_ranking.cpp.
enum TrustFeature : std::size_t {
  trust_bias,
  trust_people,
  trust_country,
  trust_unit,
  trust_area,
  trust_several_words,
  trust_preposition,
  trust_unit_word,
  trust_container,
  trust_contained,
  trust_listed,
  trust_common_word,
  trust_given_name,
  trust_capital_after,
  trust_capital_before,
  trust_sentence_start,
  trust_speech,
  trust_organisation,
  trust_street,
  trust_person,
  trust_adjective,
  trust_abbreviation,
  trust_possessive,
  trust_direction,
  trust_title_after,
  trust_article,
  trust_primary_name,
  trust_country_share,
  trust_nearness,
  trust_repeated,
  trust_alone,
  trust_arabic,
  trust_features
};

struct PlaceWeights {
  /// First look: what a name alone says; context features are zero.
  std::array<double, rank_features> first{};
  /// Second look: with what the first look says about the rest of the text.
  std::array<double, rank_features> second{};
  std::array<double, trust_features> trust{};
  /// A mention is returned from this probability on.
  double trust_least = 0.45;
  /// The same where the text is not English: the fit knew English only, where capitals and the
  /// gazetteer's own names say more than in other languages.
  double trust_least_other_language = 0.25;

  PlaceWeights();
};

}  // namespace tocsin::monitor::coding
