// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/place_ranking.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace tocsin::monitor::coding {
namespace {

using knowledge::Gazetteer;
using knowledge::NameKind;
using knowledge::Place;
using knowledge::PlaceKind;
using knowledge::Seat;

/// Candidates weighed for one name; the less populous rest is never meant in practice.
constexpr std::size_t candidates_max = 60;
/// Names weighed together; a longer text is judged by its first ones.
constexpr std::size_t names_max = 150;
/// Distance at which another place's pull has fallen to 1/e.
constexpr double pull_km = 120;
/// Beyond it a pull is under 1 % and not worth its exponential.
constexpr double pull_km_max = 5 * pull_km;
constexpr double pull_degrees_max = pull_km_max / 111.2;
constexpr int second_looks = 2;

/// A candidate's place with what ranking reads again and again.
struct Seen {
  Place place;
  std::uint32_t index = 0;
  double cos_latitude = 1;
};

/// Distance good enough to weigh nearness by (equirectangular; under 1 % off below 500 km).
double rough_km(const Seen& left, const Seen& right) {
  constexpr double km_per_degree = 111.2;
  double longitude = std::abs(left.place.longitude - right.place.longitude);
  if (longitude > 180) longitude = 360 - longitude;
  const double x = longitude * (left.cos_latitude + right.cos_latitude) / 2;
  const double y = left.place.latitude - right.place.latitude;
  return km_per_degree * std::sqrt(x * x + y * y);
}

bool is_area(PlaceKind kind) {
  return kind == PlaceKind::region || kind == PlaceKind::continent || kind == PlaceKind::water ||
         kind == PlaceKind::terrain || kind == PlaceKind::former;
}

/// People, or what a seat of its kind has at least where the gazetteer knows no number.
double people_of(const Place& place) {
  constexpr double province_seat_people = 20'000;
  constexpr double district_seat_people = 3'000;
  constexpr double town_people = 300;
  if (place.population > 0) return place.population;
  if (place.seat == Seat::province || place.seat == Seat::country) return province_seat_people;
  return place.seat == Seat::district ? district_seat_people : town_people;
}

bool is_inside(const Seen& inner, const Seen& outer) {
  if (inner.index == outer.index) return false;
  if (inner.place.admin1 == outer.index || inner.place.admin2 == outer.index ||
      inner.place.country_place == outer.index)
    return true;
  return outer.place.kind == PlaceKind::region && !outer.place.country.empty() &&
         outer.place.country == inner.place.country && inner.place.kind == PlaceKind::city;
}

/// Ranks one text; lives for one call.
class Ranking {
 public:
  Ranking(const Gazetteer& gazetteer, const PlaceWeights& weights,
          std::span<const PlaceMention> mentions, const RankContext& context)
      : gazetteer_(gazetteer),
        weights_(weights),
        mentions_(mentions),
        context_country_(context.country),
        other_names_usual_(context.other_names_usual) {}

  RankedText run() {
    gather();
    for (std::size_t i = 0; i < out_.names.size(); ++i) score(i, weights_.first);
    for (int look = 0; look < second_looks; ++look) {
      weigh_text();
      list_others();
      for (std::size_t i = 0; i < out_.names.size(); ++i) {
        context_features(i);
        score(i, weights_.second);
      }
    }
    weigh_text();
    find_focus();
    for (std::size_t i = 0; i < mentions_.size(); ++i) trust(i);
    return std::move(out_);
  }

 private:
  void gather() {
    std::unordered_map<std::uint64_t, std::size_t> by_key;
    out_.mentions.resize(mentions_.size());
    for (std::size_t i = 0; i < mentions_.size(); ++i) {
      const auto& mention = mentions_[i];
      // A name with its container spelled out may differ from the same name elsewhere in the text.
      const auto key = mention.has(clue_abbreviation) ? mention.key ^ 1U : mention.key;
      const auto [found, added] = by_key.try_emplace(key, out_.names.size());
      out_.mentions[i].name = found->second;
      if (added) {
        out_.names.emplace_back();
        out_.names.back().key = key;
        seen_.emplace_back();
        add_candidates(mention);
      }
      auto& name = out_.names[found->second];
      ++name.mentions;
      name.clues |= mention.clues;
    }
    for (std::size_t i = 0; i < mentions_.size(); ++i)
      mention_features(mentions_[i], out_.mentions[i].name);
  }

  void add_candidates(const PlaceMention& mention) {
    auto& name = out_.names.back();
    auto& seen = seen_.back();
    if (out_.names.size() > names_max) return;
    for (const auto packed : mention.candidates) {
      const auto candidate = Gazetteer::candidate(packed);
      if (name.candidates.size() == candidates_max) break;
      if (!may_mean(gazetteer_, mention, candidate)) continue;
      Seen one{gazetteer_.place(candidate.place), candidate.place, 1};
      one.cos_latitude = std::cos(one.place.latitude * 0.017453292519943295);
      RankedCandidate ranked;
      ranked.place = candidate.place;
      ranked.name_kinds = candidate.name_kinds;
      auto& f = ranked.features;
      const auto& place = one.place;
      f[rank_people] = static_cast<float>(std::log10(1.0 + people_of(place)) / 7);
      f[rank_country] = place.kind == PlaceKind::country ? 1 : 0;
      f[rank_province] = place.kind == PlaceKind::province ? 1 : 0;
      f[rank_district] = place.kind == PlaceKind::district ? 1 : 0;
      f[rank_area] = is_area(place.kind) ? 1 : 0;
      f[rank_capital] = place.seat == Seat::country ? 1 : 0;
      f[rank_province_seat] = place.seat == Seat::province ? 1 : 0;
      const bool full = candidate.is(NameKind::primary) || candidate.is(NameKind::alternate);
      const bool own = candidate.is(NameKind::primary) || (full && other_names_usual_);
      f[rank_primary_name] = own ? 1 : 0;
      f[rank_shortened_name] = !full && candidate.is(NameKind::shortened) ? 1 : 0;
      f[rank_alternate_only] = full && !own ? 1 : 0;
      f[rank_most_people] = name.candidates.empty() ? 1 : 0;
      f[rank_context_country] =
          !context_country_.empty() && place.country == context_country_ ? 1 : 0;
      name.candidates.push_back(ranked);
      seen.push_back(one);
    }
  }

  /// What the words beside one mention say about the candidates of its name.
  void mention_features(const PlaceMention& mention, std::size_t number) {
    auto& name = out_.names[number];
    auto& seen = seen_[number];
    const bool unit = mention.has(clue_unit_before) || mention.has(clue_unit_after);
    const auto* container =
        mention.container < 0 ? nullptr : &mentions_[static_cast<std::size_t>(mention.container)];
    for (std::size_t i = 0; i < name.candidates.size(); ++i) {
      auto& f = name.candidates[i].features;
      const auto kind = seen[i].place.kind;
      if (unit && mention.unit_kind != PlaceKind::city && kind == mention.unit_kind)
        f[rank_unit_matches] = 1;
      if (unit && mention.unit_kind != PlaceKind::city && f[rank_unit_matches] == 0 &&
          (kind == PlaceKind::province || kind == PlaceKind::district))
        f[rank_unit_matches] = 0.5F;
      if (unit && mention.unit_kind == PlaceKind::city && kind == PlaceKind::city)
        f[rank_town_matches] = 1;
      if (container == nullptr) continue;
      for (const auto packed : container->candidates) {
        const auto candidate = Gazetteer::candidate(packed);
        const Seen outer{gazetteer_.place(candidate.place), candidate.place, 1};
        if (outer.place.kind == PlaceKind::city || !is_inside(seen[i], outer)) continue;
        f[rank_inside_container] = 1;
        break;
      }
    }
  }

  void score(std::size_t number, const std::array<double, rank_features>& weights) {
    auto& name = out_.names[number];
    if (name.candidates.empty()) return;
    double most = -1e30;
    for (auto& candidate : name.candidates) {
      double sum = 0;
      for (std::size_t f = 0; f < rank_features; ++f)
        sum += weights[f] * static_cast<double>(candidate.features[f]);
      candidate.probability = sum;
      most = std::max(most, sum);
    }
    double total = 0;
    for (auto& candidate : name.candidates)
      total += candidate.probability = std::exp(candidate.probability - most);
    name.best = 0;
    for (std::size_t i = 0; i < name.candidates.size(); ++i) {
      name.candidates[i].probability /= total;
      if (name.candidates[i].probability > name.candidates[name.best].probability) name.best = i;
    }
  }

  /// How much one name counts as context: surer names and names that look like places count more.
  double weight_of(const RankedName& name) const {
    double weight = 1;
    if ((name.clues & clue_given) == 0) {
      if ((name.clues & (clue_common_word | clue_person | clue_given_name | clue_street |
                         clue_organisation)) != 0)
        weight = 0.1;
      else if ((name.clues & (clue_preposition | clue_contained | clue_container | clue_unit_after |
                              clue_unit_before)) == 0)
        weight = 0.5;
    }
    return weight;
  }

  void weigh_text() {
    countries_.clear();
    provinces_.clear();
    named_.clear();
    for (std::size_t i = 0; i < out_.names.size(); ++i) {
      const auto& name = out_.names[i];
      const double weight = weight_of(name);
      for (std::size_t c = 0; c < name.candidates.size(); ++c) {
        const double share = weight * name.candidates[c].probability;
        if (share < 0.01) continue;
        const auto& place = seen_[i][c].place;
        if (place.country_place || place.kind == PlaceKind::country)
          countries_[country_of(seen_[i][c])] += share;
        const auto province = province_of(seen_[i][c]);
        if (province) provinces_[*province] += share;
        if (place.kind == PlaceKind::country || place.kind == PlaceKind::province)
          named_[seen_[i][c].index] = std::max(named_[seen_[i][c].index], share);
      }
    }
  }

  static std::uint32_t country_of(const Seen& seen) {
    return seen.place.kind == PlaceKind::country ? seen.index
                                                 : seen.place.country_place.value_or(seen.index);
  }
  static std::optional<std::uint32_t> province_of(const Seen& seen) {
    return seen.place.kind == PlaceKind::province ? std::optional(seen.index) : seen.place.admin1;
  }

  static double at(const std::unordered_map<std::uint32_t, double>& sums, std::uint32_t key) {
    const auto found = sums.find(key);
    return found == sums.end() ? 0 : found->second;
  }

  void context_features(std::size_t number) {
    auto& name = out_.names[number];
    const double own_weight = weight_of(name);
    double others = 0;
    for (const auto& other : others_)
      if (other.name != number) others += weight_of(out_.names[other.name]);
    // The name's own votes must not count for itself.
    std::unordered_map<std::uint32_t, double> own_countries;
    std::unordered_map<std::uint32_t, double> own_provinces;
    for (std::size_t c = 0; c < name.candidates.size(); ++c) {
      const double share = own_weight * name.candidates[c].probability;
      if (share < 0.01) continue;
      own_countries[country_of(seen_[number][c])] += share;
      if (const auto province = province_of(seen_[number][c])) own_provinces[*province] += share;
    }
    for (std::size_t c = 0; c < name.candidates.size(); ++c) {
      const auto& seen = seen_[number][c];
      auto& f = name.candidates[c].features;
      const auto country = country_of(seen);
      const auto province = province_of(seen);
      const double scale = others + 0.5;
      f[rank_country_share] =
          static_cast<float>((at(countries_, country) - at(own_countries, country)) / scale);
      f[rank_province_share] =
          province ? static_cast<float>((at(provinces_, *province) - at(own_provinces, *province)) /
                                        scale)
                   : 0;
      f[rank_country_named] = country == seen.index ? 0 : static_cast<float>(at(named_, country));
      f[rank_province_named] =
          province && *province != seen.index ? static_cast<float>(at(named_, *province)) : 0;
      nearness(number, seen, scale, f);
    }
  }

  /// The best guess for each name, as context for the others.
  void list_others() {
    others_.clear();
    for (std::size_t i = 0; i < out_.names.size(); ++i) {
      const auto& name = out_.names[i];
      if (name.candidates.empty()) continue;
      const auto& there = seen_[i][name.best];
      const bool has_middle = there.place.kind == PlaceKind::country || is_area(there.place.kind);
      others_.push_back(
          {i, &there, weight_of(name) * name.candidates[name.best].probability, !has_middle});
    }
    beside_.clear();
  }

  /// Weight of the other names that lie in countries beside this one.
  double beside(std::string_view country) {
    if (country.size() != 2) return 0;
    const auto code =
        static_cast<std::uint32_t>(country[0]) * 256U + static_cast<std::uint32_t>(country[1]);
    const auto [found, added] = beside_.try_emplace(code, 0.0);
    if (added)
      for (const auto& other : others_)
        if (gazetteer_.are_neighbours(other.seen->place.country, country))
          found->second += other.weight;
    return found->second;
  }

  void nearness(std::size_t number, const Seen& seen, double scale, RankFeatures& f) {
    double sum = 0;
    double best = 0;
    double inside = 0;
    for (const auto& other : others_) {
      if (other.name == number) continue;
      if (is_inside(*other.seen, seen)) inside += other.weight;
      if (!other.is_point ||
          std::abs(other.seen->place.latitude - seen.place.latitude) > pull_degrees_max)
        continue;
      const double km = rough_km(seen, *other.seen);
      if (km > pull_km_max) continue;
      const double pull = other.weight * std::exp(-km / pull_km);
      sum += pull;
      best = std::max(best, pull);
    }
    f[rank_nearness_mean] = static_cast<float>(sum / scale);
    f[rank_nearness_best] = static_cast<float>(best);
    f[rank_contains_others] = static_cast<float>(inside / scale);
    f[rank_neighbour_share] = static_cast<float>(beside(seen.place.country) / scale);
  }

  /// The province with most of the text's places, else the country: and in it the town most named.
  void find_focus() {
    double total = 0;
    for (const auto& name : out_.names)
      if (!name.candidates.empty()) total += weight_of(name);
    const auto most = [](const std::unordered_map<std::uint32_t, double>& sums) {
      std::optional<Focus> best;
      for (const auto& [place, sum] : sums)
        if (!best || sum > best->share || (sum == best->share && place < best->place))
          best = Focus{place, sum};
      return best;
    };
    out_.focus = most(provinces_);
    if (!out_.focus) out_.focus = most(countries_);
    if (!out_.focus) {
      if (const auto country = gazetteer_.country(context_country_))
        out_.focus = Focus{*country, 0};
      return;
    }
    out_.focus->share /= std::max(total, 1.0);
  }

  void trust(std::size_t number) {
    const auto& mention = mentions_[number];
    auto& ranked = out_.mentions[number];
    const auto& name = out_.names[ranked.name];
    if (name.candidates.empty()) return;
    const auto& best = name.candidates[name.best];
    const auto& place = seen_[ranked.name][name.best].place;
    auto& f = ranked.features;
    const auto clue = [&mention](PlaceClue bit) { return mention.has(bit) ? 1.0F : 0.0F; };
    f[trust_bias] = 1;
    f[trust_people] = best.features[rank_people];
    f[trust_country] = best.features[rank_country];
    f[trust_unit] = best.features[rank_province] + best.features[rank_district];
    f[trust_area] = best.features[rank_area];
    f[trust_several_words] = clue(clue_several_words);
    f[trust_preposition] = clue(clue_preposition);
    f[trust_unit_word] = std::max(clue(clue_unit_before), clue(clue_unit_after));
    f[trust_container] = clue(clue_container);
    f[trust_contained] = clue(clue_contained);
    f[trust_listed] = clue(clue_listed);
    f[trust_common_word] = clue(clue_common_word);
    f[trust_given_name] = clue(clue_given_name);
    f[trust_capital_after] = clue(clue_capital_after);
    f[trust_capital_before] = clue(clue_capital_before);
    f[trust_sentence_start] = clue(clue_sentence_start);
    f[trust_speech] = clue(clue_speech);
    f[trust_organisation] = clue(clue_organisation);
    f[trust_street] = clue(clue_street);
    f[trust_person] = clue(clue_person);
    f[trust_adjective] = clue(clue_adjective);
    f[trust_abbreviation] = clue(clue_abbreviation);
    f[trust_possessive] = clue(clue_possessive);
    f[trust_direction] = clue(clue_direction_before);
    f[trust_title_after] = clue(clue_title_after);
    f[trust_article] = clue(clue_article);
    f[trust_primary_name] = best.features[rank_primary_name];
    f[trust_country_share] =
        place.kind == PlaceKind::country ? 0 : best.features[rank_country_share];
    f[trust_nearness] = best.features[rank_nearness_best];
    const auto sure = clue_preposition | clue_container | clue_unit_after | clue_unit_before;
    f[trust_repeated] = name.mentions > 1 && (name.clues & sure) != 0 ? 1 : 0;
    f[trust_alone] = out_.names.size() == 1 ? 1 : 0;
    f[trust_arabic] = clue(clue_arabic);
    double sum = 0;
    for (std::size_t i = 0; i < trust_features; ++i)
      sum += weights_.trust[i] * static_cast<double>(f[i]);
    ranked.trust = 1 / (1 + std::exp(-sum));
  }

  const Gazetteer& gazetteer_;
  const PlaceWeights& weights_;
  std::span<const PlaceMention> mentions_;
  std::string_view context_country_;
  bool other_names_usual_;
  RankedText out_;
  struct Other {
    std::size_t name;
    const Seen* seen;
    double weight;
    bool is_point;  ///< has a place of its own on the map, unlike a country
  };
  std::vector<std::vector<Seen>> seen_;  ///< beside out_.names[i].candidates
  std::vector<Other> others_;
  std::unordered_map<std::uint32_t, double> beside_;
  std::unordered_map<std::uint32_t, double> countries_;
  std::unordered_map<std::uint32_t, double> provinces_;
  std::unordered_map<std::uint32_t, double> named_;
};

}  // namespace

RankedText rank_places(const Gazetteer& gazetteer, const PlaceWeights& weights,
                       std::span<const PlaceMention> mentions, const RankContext& context) {
  return Ranking(gazetteer, weights, mentions, context).run();
}

}  // namespace tocsin::monitor::coding
