// SPDX-License-Identifier: Apache-2.0
// The numbers below are what bench/places_fit printed; see docs/places.md for how to repeat that.
#include "monitor/coding/place_weights.hpp"

namespace tocsin::monitor::coding {

PlaceWeights::PlaceWeights() {
  first[rank_people] = 10.471;
  first[rank_country] = -0.726;
  first[rank_province] = -1.425;
  first[rank_district] = -1.433;
  first[rank_area] = -0.417;
  first[rank_capital] = -0.862;
  first[rank_province_seat] = -0.315;
  first[rank_primary_name] = -0.212;
  first[rank_shortened_name] = -1.216;
  first[rank_alternate_only] = -2.656;
  first[rank_most_people] = -0.026;
  first[rank_unit_matches] = 0.88;
  first[rank_town_matches] = 0.697;
  first[rank_inside_container] = 4.976;
  second[rank_people] = 10.274;
  second[rank_country] = 0.978;
  second[rank_province] = -1.13;
  second[rank_district] = -1.472;
  second[rank_area] = 1.921;
  second[rank_capital] = 0.241;
  second[rank_province_seat] = -0.308;
  second[rank_primary_name] = 0.771;
  second[rank_shortened_name] = -0.87;
  second[rank_alternate_only] = -1.241;
  second[rank_most_people] = -0.28;
  second[rank_unit_matches] = 0.98;
  second[rank_town_matches] = -0.442;
  second[rank_inside_container] = 1.944;
  second[rank_country_share] = 4.192;
  second[rank_province_share] = 3.787;
  second[rank_country_named] = 0.568;
  second[rank_province_named] = 1.413;
  second[rank_nearness_mean] = 2.344;
  second[rank_nearness_best] = 2.218;
  second[rank_contains_others] = 2.147;
  second[rank_neighbour_share] = -0.374;
  trust[trust_bias] = -5.203;
  trust[trust_people] = 4.435;
  trust[trust_country] = 1.785;
  trust[trust_unit] = 0.454;
  trust[trust_area] = -0.544;
  trust[trust_several_words] = 0.716;
  trust[trust_preposition] = 0.964;
  trust[trust_unit_word] = -0.601;
  trust[trust_container] = 1.319;
  trust[trust_contained] = 0.424;
  trust[trust_listed] = 0.855;
  trust[trust_common_word] = -3.541;
  trust[trust_given_name] = -0.774;
  trust[trust_capital_after] = -0.77;
  trust[trust_capital_before] = -1.087;
  trust[trust_sentence_start] = -0.147;
  trust[trust_speech] = -1.663;
  trust[trust_organisation] = -0.782;
  trust[trust_street] = -2.132;
  trust[trust_person] = -2.728;
  trust[trust_abbreviation] = 0.912;
  trust[trust_possessive] = -0.253;
  trust[trust_direction] = -0.372;
  trust[trust_title_after] = 0.06;
  trust[trust_article] = 0.049;
  trust[trust_primary_name] = 1.631;
  trust[trust_country_share] = 0.573;
  trust[trust_nearness] = 1.99;
  trust[trust_repeated] = 0.634;
  trust[trust_alone] = 0.448;
  // No annotated Arabic was at hand. Without capitals, names that pass the reader's own bounds
  // (population, words around) are taken: the weight lifts them over the fitted bias.
  trust[trust_arabic] = 3.5;
}

}  // namespace tocsin::monitor::coding
