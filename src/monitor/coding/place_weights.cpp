// SPDX-License-Identifier: Apache-2.0
// The numbers below are what bench/places_fit printed; see docs/places.md for how to repeat that.
#include "monitor/coding/place_weights.hpp"

namespace tocsin::monitor::coding {

PlaceWeights::PlaceWeights() {
  first[rank_people] = 10.146;
  first[rank_country] = -0.641;
  first[rank_province] = -1.385;
  first[rank_district] = -1.301;
  first[rank_area] = -0.982;
  first[rank_capital] = -0.777;
  first[rank_province_seat] = -0.309;
  first[rank_primary_name] = -0.012;
  first[rank_shortened_name] = -1.072;
  first[rank_alternate_only] = -2.677;
  first[rank_most_people] = 0.007;
  first[rank_unit_matches] = 1.035;
  first[rank_town_matches] = 0.779;
  first[rank_inside_container] = 4.746;
  second[rank_people] = 9.112;
  second[rank_country] = 2.268;
  second[rank_province] = -0.67;
  second[rank_district] = -0.805;
  second[rank_area] = 2.235;
  second[rank_capital] = 1.124;
  second[rank_province_seat] = -0.12;
  second[rank_primary_name] = 1.131;
  second[rank_shortened_name] = -1.153;
  second[rank_alternate_only] = -0.726;
  second[rank_most_people] = -0.324;
  second[rank_unit_matches] = 1.124;
  second[rank_town_matches] = -0.552;
  second[rank_inside_container] = 2.294;
  second[rank_country_share] = 5.087;
  second[rank_province_share] = 4.008;
  second[rank_country_named] = 0.796;
  second[rank_province_named] = 1.336;
  second[rank_nearness_mean] = 3.558;
  second[rank_nearness_best] = 1.498;
  second[rank_contains_others] = 1.862;
  second[rank_neighbour_share] = 0.319;
  trust[trust_bias] = -5.505;
  trust[trust_people] = 4.041;
  trust[trust_country] = 2.34;
  trust[trust_unit] = 0.681;
  trust[trust_area] = -0.237;
  trust[trust_several_words] = 0.797;
  trust[trust_preposition] = 0.802;
  trust[trust_unit_word] = -0.22;
  trust[trust_container] = 1.377;
  trust[trust_contained] = -1.4;
  trust[trust_listed] = 0.749;
  trust[trust_common_word] = -3.052;
  trust[trust_given_name] = -0.515;
  trust[trust_capital_after] = -0.868;
  trust[trust_capital_before] = -1.203;
  trust[trust_sentence_start] = 0.037;
  trust[trust_speech] = -1.64;
  trust[trust_organisation] = -0.776;
  trust[trust_street] = -2.091;
  trust[trust_person] = -2.626;
  trust[trust_abbreviation] = 0.01;
  trust[trust_possessive] = -0.329;
  trust[trust_direction] = -0.285;
  trust[trust_title_after] = 0.148;
  trust[trust_article] = 0.209;
  trust[trust_primary_name] = 1.778;
  trust[trust_country_share] = 0.805;
  trust[trust_nearness] = 1.965;
  trust[trust_repeated] = 0.816;
}

}  // namespace tocsin::monitor::coding
