// SPDX-License-Identifier: Apache-2.0
// The numbers below are what bench/places_fit printed; see docs/places.md for how to repeat that.
#include "monitor/coding/place_weights.hpp"

namespace tocsin::monitor::coding {

PlaceWeights::PlaceWeights() {
  first[rank_people] = 10.166;
  first[rank_country] = -0.503;
  first[rank_province] = -1.15;
  first[rank_district] = -1.384;
  first[rank_area] = -0.512;
  first[rank_capital] = -0.876;
  first[rank_province_seat] = -0.242;
  first[rank_primary_name] = 0.099;
  first[rank_shortened_name] = -1.025;
  first[rank_alternate_only] = -2.74;
  first[rank_most_people] = 0.049;
  first[rank_unit_matches] = 0.939;
  first[rank_town_matches] = 0.909;
  first[rank_inside_container] = 4.998;
  second[rank_people] = 9.777;
  second[rank_country] = 1.368;
  second[rank_province] = -0.724;
  second[rank_district] = -1.367;
  second[rank_area] = 1.899;
  second[rank_capital] = 0.285;
  second[rank_province_seat] = -0.147;
  second[rank_primary_name] = 0.92;
  second[rank_shortened_name] = -0.735;
  second[rank_alternate_only] = -1.279;
  second[rank_most_people] = -0.216;
  second[rank_unit_matches] = 1.048;
  second[rank_town_matches] = -0.12;
  second[rank_inside_container] = 2.072;
  second[rank_country_share] = 4.214;
  second[rank_province_share] = 4.153;
  second[rank_country_named] = 0.494;
  second[rank_province_named] = 1.167;
  second[rank_nearness_mean] = 2.457;
  second[rank_nearness_best] = 1.996;
  second[rank_contains_others] = 3.088;
  second[rank_neighbour_share] = -0.398;
  trust[trust_bias] = -5.288;
  trust[trust_people] = 4.503;
  trust[trust_country] = 1.707;
  trust[trust_unit] = 0.539;
  trust[trust_area] = -0.437;
  trust[trust_several_words] = 0.653;
  trust[trust_preposition] = 0.921;
  trust[trust_unit_word] = -0.218;
  trust[trust_container] = 1.327;
  trust[trust_contained] = 0.417;
  trust[trust_listed] = 0.813;
  trust[trust_common_word] = -3.555;
  trust[trust_given_name] = -0.774;
  trust[trust_capital_after] = -0.802;
  trust[trust_capital_before] = -1.095;
  trust[trust_sentence_start] = -0.131;
  trust[trust_speech] = -1.662;
  trust[trust_organisation] = -0.792;
  trust[trust_street] = -2.179;
  trust[trust_person] = -2.721;
  trust[trust_abbreviation] = 0.87;
  trust[trust_possessive] = -0.291;
  trust[trust_direction] = -0.427;
  trust[trust_title_after] = 0.01;
  trust[trust_article] = 0.061;
  trust[trust_primary_name] = 1.658;
  trust[trust_country_share] = 0.552;
  trust[trust_nearness] = 2.086;
  trust[trust_repeated] = 0.665;
  trust[trust_alone] = 0.448;
  // The annotated news came without the country of its carrier, so this one is set by hand: a
  // known country outweighs about a hundredfold difference in people, not a country spelled out.
  first[rank_context_country] = 5;
  second[rank_context_country] = 5;
  // No annotated Arabic was at hand. Without capitals, names that pass the reader's own bounds
  // (population, words around) are taken: the weight lifts them over the fitted bias.
  trust[trust_arabic] = 3.5;
}

}  // namespace tocsin::monitor::coding
