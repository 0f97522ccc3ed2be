// SPDX-License-Identifier: Apache-2.0
// The numbers below are what bench/places_fit printed; see docs/places.md for how to repeat that.
#include "monitor/coding/place_weights.hpp"

namespace tocsin::monitor::coding {

PlaceWeights::PlaceWeights() {
  first[rank_people] = 10.139;
  first[rank_country] = -0.514;
  first[rank_province] = -1.106;
  first[rank_district] = -1.356;
  first[rank_area] = -0.201;
  first[rank_capital] = -0.859;
  first[rank_province_seat] = -0.198;
  first[rank_primary_name] = 0.149;
  first[rank_shortened_name] = -0.986;
  first[rank_alternate_only] = -2.806;
  first[rank_most_people] = 0.038;
  first[rank_unit_matches] = 0.863;
  first[rank_town_matches] = 0.911;
  first[rank_inside_container] = 5.017;
  second[rank_people] = 9.784;
  second[rank_country] = 1.32;
  second[rank_province] = -0.711;
  second[rank_district] = -1.35;
  second[rank_area] = 2.221;
  second[rank_capital] = 0.291;
  second[rank_province_seat] = -0.123;
  second[rank_primary_name] = 0.942;
  second[rank_shortened_name] = -0.721;
  second[rank_alternate_only] = -1.358;
  second[rank_most_people] = -0.228;
  second[rank_unit_matches] = 1.026;
  second[rank_town_matches] = -0.12;
  second[rank_inside_container] = 2.067;
  second[rank_country_share] = 4.21;
  second[rank_province_share] = 4.145;
  second[rank_country_named] = 0.49;
  second[rank_province_named] = 1.164;
  second[rank_nearness_mean] = 2.504;
  second[rank_nearness_best] = 1.99;
  second[rank_contains_others] = 3.13;
  second[rank_neighbour_share] = -0.393;
  trust[trust_bias] = -5.296;
  trust[trust_people] = 4.51;
  trust[trust_country] = 1.768;
  trust[trust_unit] = 0.526;
  trust[trust_area] = -0.56;
  trust[trust_several_words] = 0.719;
  trust[trust_preposition] = 0.935;
  trust[trust_unit_word] = -0.223;
  trust[trust_container] = 1.316;
  trust[trust_contained] = 0.409;
  trust[trust_listed] = 0.814;
  trust[trust_common_word] = -3.557;
  trust[trust_given_name] = -0.779;
  trust[trust_capital_after] = -0.791;
  trust[trust_capital_before] = -1.095;
  trust[trust_sentence_start] = -0.133;
  trust[trust_speech] = -1.666;
  trust[trust_organisation] = -0.803;
  trust[trust_street] = -2.173;
  trust[trust_person] = -2.722;
  trust[trust_abbreviation] = 0.894;
  trust[trust_possessive] = -0.263;
  trust[trust_direction] = -0.415;
  trust[trust_title_after] = -0.01;
  trust[trust_article] = 0.056;
  trust[trust_primary_name] = 1.664;
  trust[trust_country_share] = 0.547;
  trust[trust_nearness] = 2.106;
  trust[trust_repeated] = 0.654;
  trust[trust_alone] = 0.441;
  // No annotated Arabic was at hand. Without capitals, names that pass the reader's own bounds
  // (population, words around) are taken: the weight lifts them over the fitted bias.
  trust[trust_arabic] = 3.5;
}

}  // namespace tocsin::monitor::coding
