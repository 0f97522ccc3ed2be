// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/place_weights.hpp"

namespace tocsin::monitor::coding {

PlaceWeights::PlaceWeights() {
  first[rank_people] = 8;
  first[rank_country] = 4;
  first[rank_province] = 1;
  first[rank_area] = 1;
  first[rank_capital] = 1;
  first[rank_primary_name] = 1;
  first[rank_shortened_name] = -1;
  first[rank_alternate_only] = -1;
  first[rank_most_people] = 1;
  first[rank_unit_matches] = 3;
  first[rank_context_country] = 3;
  first[rank_inside_container] = 6;
  second = first;
  second[rank_country_share] = 3;
  second[rank_province_share] = 3;
  second[rank_country_named] = 2;
  second[rank_province_named] = 2;
  second[rank_nearness_mean] = 2;
  second[rank_nearness_best] = 2;
  second[rank_contains_others] = 1;
  trust[trust_bias] = -1;
  trust[trust_people] = 2;
  trust[trust_country] = 2;
  trust[trust_unit] = 1;
  trust[trust_several_words] = 1;
  trust[trust_preposition] = 2;
  trust[trust_unit_word] = 1;
  trust[trust_container] = 3;
  trust[trust_contained] = 3;
  trust[trust_common_word] = -4;
  trust[trust_given_name] = -2;
  trust[trust_capital_after] = -1;
  trust[trust_capital_before] = -1;
  trust[trust_organisation] = -2;
  trust[trust_street] = -3;
  trust[trust_person] = -5;
  trust[trust_speech] = -1;
}

}  // namespace tocsin::monitor::coding
