// SPDX-License-Identifier: Apache-2.0
#include "monitor/place_linker.hpp"

#include <cmath>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace tocsin::monitor {
namespace {

constexpr std::uint8_t level_country = 1;
constexpr std::uint8_t level_unit = 2;
constexpr std::uint8_t level_place = 3;
constexpr std::int32_t cells_per_row = 1024;

std::int32_t cell_at(double latitude, double longitude, double degrees) {
  const auto row = static_cast<std::int32_t>(std::floor((latitude + 90.0) / degrees));
  const auto column = static_cast<std::int32_t>(std::floor((longitude + 180.0) / degrees));
  return row * cells_per_row + column;
}

std::uint64_t key_of(const feeds::FeedPlace& place) {
  auto key = base::hash64(place.name, base::hash64(place.country));
  key = base::hash64(place.admin1, key ^ place.precision);
  const double coordinates[2] = {place.latitude.value_or(999), place.longitude.value_or(999)};
  return base::hash64({reinterpret_cast<const char*>(coordinates), sizeof coordinates}, key);
}

std::uint8_t level_said(const feeds::FeedPlace& place) {
  constexpr std::uint8_t precision_unit = 4;
  if (place.precision >= precision_unit)
    return place.precision == precision_unit ? level_unit : level_country;
  if (!place.name.empty()) return level_place;
  if (!place.admin1.empty()) return level_unit;
  return place.country.empty() ? 0 : level_country;
}

}  // namespace

PlaceLinker::PlaceLinker(const knowledge::Gazetteer* gazetteer) : gazetteer_(gazetteer) {
  if (gazetteer_ == nullptr) return;
  for (std::uint32_t index = 0; index < gazetteer_->size(); ++index) {
    const auto place = gazetteer_->place(index);
    if (place.kind != knowledge::PlaceKind::city) continue;
    cells_[cell_at(place.latitude, place.longitude, cell_degrees)].push_back(index);
  }
}

std::optional<std::uint32_t> PlaceLinker::nearest(double latitude, double longitude,
                                                  std::string_view country) const {
  std::optional<std::uint32_t> best;
  double best_km = nearest_km_max;
  for (int north = -1; north <= 1; ++north) {
    for (int east = -1; east <= 1; ++east) {
      const auto found = cells_.find(
          cell_at(latitude + north * cell_degrees, longitude + east * cell_degrees, cell_degrees));
      if (found == cells_.end()) continue;
      for (const auto index : found->second) {
        const auto place = gazetteer_->place(index);
        if (!country.empty() && place.country != country) continue;
        const double km =
            knowledge::distance_km(latitude, longitude, place.latitude, place.longitude);
        if (km < best_km) {
          best_km = km;
          best = index;
        }
      }
    }
  }
  return best;
}

std::optional<std::string> PlaceLinker::unit_named(std::string_view name,
                                                   std::string_view country) const {
  if (name.empty()) return std::nullopt;
  const auto entry = gazetteer_->find_name(name);
  if (!entry) return std::nullopt;
  for (const auto packed : entry->packed) {
    const auto place = gazetteer_->place(knowledge::Gazetteer::candidate(packed).place);
    if (place.kind == knowledge::PlaceKind::province && place.country == country)
      return std::string(place.name);
  }
  return std::nullopt;
}

std::optional<ObservedPlace> PlaceLinker::place_named(const feeds::FeedPlace& said) const {
  if (said.name.empty() || said.country.empty()) return std::nullopt;
  const auto entry = gazetteer_->find_name(said.name);
  if (!entry) return std::nullopt;
  // Candidates come most populous first; a town is meant before the unit that bears its name only
  // where there is one.
  std::optional<knowledge::Place> best;
  for (const auto packed : entry->packed) {
    const auto place = gazetteer_->place(knowledge::Gazetteer::candidate(packed).place);
    const bool usable = place.kind == knowledge::PlaceKind::city ||
                        place.kind == knowledge::PlaceKind::province ||
                        place.kind == knowledge::PlaceKind::country;
    if (!usable || place.country != said.country) continue;
    if (!best || (best->kind != knowledge::PlaceKind::city &&
                  place.kind == knowledge::PlaceKind::city && said.admin1.empty()))
      best = place;
  }
  if (!best) return std::nullopt;
  ObservedPlace out;
  out.name = best->name;
  out.country = best->country;
  out.latitude = best->latitude;
  out.longitude = best->longitude;
  switch (best->kind) {
    case knowledge::PlaceKind::country:
      out.level = level_country;
      break;
    case knowledge::PlaceKind::province:
      out.level = level_unit;
      out.admin1 = best->name;
      break;
    default:
      out.level = level_place;
      out.geoname_id = best->id;
      if (best->admin1) out.admin1 = gazetteer_->place(*best->admin1).name;
  }
  return out;
}

ObservedPlace PlaceLinker::look_up(const feeds::FeedPlace& place) const {
  ObservedPlace out;
  out.name = place.name;
  out.country = place.country;
  out.admin1 = place.admin1;
  out.latitude = place.latitude;
  out.longitude = place.longitude;
  out.level = level_said(place);
  if (gazetteer_ == nullptr || out.level < level_unit) return out;
  // The unit that the source names counts before the nearest town's, which may lie over a border.
  const auto named = unit_named(place.admin1, place.country);
  if (named) out.admin1 = *named;
  const bool located = place.latitude.has_value() && place.longitude.has_value();
  if (!located && out.level == level_place)
    if (auto known = place_named(place)) return *known;
  const auto found =
      located ? nearest(*place.latitude, *place.longitude, place.country) : std::nullopt;
  if (!found) {
    if (out.level == level_unit && named) out.name = out.admin1;
    return out;
  }
  const auto near = gazetteer_->place(*found);
  if (out.country.empty()) out.country = near.country;
  if (!named && near.admin1) out.admin1 = gazetteer_->place(*near.admin1).name;
  if (out.level == level_unit) {
    out.name = out.admin1;
    return out;
  }
  const bool close = knowledge::distance_km(*place.latitude, *place.longitude, near.latitude,
                                            near.longitude) <= same_place_km_max;
  if (close) {
    out.geoname_id = near.id;
    out.name = near.name;
    out.latitude = near.latitude;
    out.longitude = near.longitude;
  }
  return out;
}

ObservedPlace PlaceLinker::link(const feeds::FeedPlace& place) const {
  const auto key = key_of(place);
  if (const auto found = cache_.find(key); found != cache_.end()) return found->second;
  if (cache_.size() >= cache_entries_max) cache_.clear();
  return cache_.emplace(key, look_up(place)).first->second;
}

ObservedPlace PlaceLinker::link(const coding::CodedPlace& place) const {
  ObservedPlace out;
  out.geoname_id = place.geoname_id;
  out.name = place.name;
  out.country = place.country;
  out.admin1 = place.admin1;
  out.latitude = place.latitude;
  out.longitude = place.longitude;
  out.level = place.level;
  return out;
}

}  // namespace tocsin::monitor
