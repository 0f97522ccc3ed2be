// SPDX-License-Identifier: Apache-2.0
// The numbers below are what bench/places_fit printed; see docs/places.md for how to repeat that.
#include "monitor/coding/place_weights.hpp"

namespace tocsin::monitor::coding {

PlaceWeights::PlaceWeights() {
  first[rank_people] = 10.129;
  first[rank_country] = -0.651;
  first[rank_province] = -1.334;
  first[rank_district] = -1.291;
  first[rank_area] = -0.316;
  first[rank_capital] = -0.794;
  first[rank_province_seat] = -0.256;
  first[rank_primary_name] = -0.146;
  first[rank_shortened_name] = -1.236;
  first[rank_alternate_only] = -2.598;
  first[rank_most_people] = -0.001;
  first[rank_unit_matches] = 0.889;
  first[rank_town_matches] = 0.705;
  first[rank_inside_container] = 4.934;
  second[rank_people] = 9.769;
  second[rank_country] = 1.178;
  second[rank_province] = -0.927;
  second[rank_district] = -0.969;
  second[rank_area] = 2.126;
  second[rank_capital] = 0.37;
  second[rank_province_seat] = -0.203;
  second[rank_primary_name] = 0.829;
  second[rank_shortened_name] = -1.178;
  second[rank_alternate_only] = -1.186;
  second[rank_most_people] = -0.288;
  second[rank_unit_matches] = 0.949;
  second[rank_town_matches] = -0.359;
  second[rank_inside_container] = 1.878;
  second[rank_country_share] = 4.152;
  second[rank_province_share] = 3.552;
  second[rank_country_named] = 0.639;
  second[rank_province_named] = 1.448;
  second[rank_nearness_mean] = 2.46;
  second[rank_nearness_best] = 2.335;
  second[rank_contains_others] = 2.11;
  second[rank_neighbour_share] = -0.421;
  trust[trust_bias] = -5.377;
  trust[trust_people] = 4.519;
  trust[trust_country] = 1.993;
  trust[trust_unit] = 0.716;
  trust[trust_area] = -0.397;
  trust[trust_several_words] = 0.705;
  trust[trust_preposition] = 0.935;
  trust[trust_unit_word] = -0.115;
  trust[trust_container] = 1.299;
  trust[trust_contained] = 0.349;
  trust[trust_listed] = 0.799;
  trust[trust_common_word] = -3.539;
  trust[trust_given_name] = -0.778;
  trust[trust_capital_after] = -0.808;
  trust[trust_capital_before] = -1.036;
  trust[trust_sentence_start] = -0.037;
  trust[trust_speech] = -1.646;
  trust[trust_organisation] = -0.821;
  trust[trust_street] = -2.184;
  trust[trust_person] = -2.72;
  trust[trust_abbreviation] = 0.173;
  trust[trust_possessive] = -0.3;
  trust[trust_direction] = -0.417;
  trust[trust_title_after] = 0.044;
  trust[trust_article] = 0.125;
  trust[trust_primary_name] = 1.684;
  trust[trust_country_share] = 0.661;
  trust[trust_nearness] = 2.106;
  trust[trust_repeated] = 0.594;
  trust[trust_alone] = 0.432;
  // No annotated Arabic was at hand. Without capitals, names that pass the reader's own bounds
  // (population, words around) are taken: the weight lifts them over the fitted bias.
  trust[trust_arabic] = 3.5;
}

}  // namespace tocsin::monitor::coding
