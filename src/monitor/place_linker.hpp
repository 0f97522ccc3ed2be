// SPDX-License-Identifier: Apache-2.0
// Links what a source says of a place (names, coordinates) to gazetteer entries and their units, so
// that feeds that spell a province differently count for one place.
//
// Ownership: refers to the gazetteer where there is one. Threads: link() may be called from one
// thread only (it keeps a cache of recent answers).
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "knowledge/gazetteer.hpp"
#include "monitor/observation.hpp"

namespace tocsin::monitor {

class PlaceLinker {
 public:
  /// Without a gazetteer every place keeps its source's names.
  explicit PlaceLinker(const knowledge::Gazetteer* gazetteer);

  /// Level and unit names for a source's place.
  [[nodiscard]] ObservedPlace link(const feeds::FeedPlace& place) const;
  [[nodiscard]] ObservedPlace link(const coding::CodedPlace& place) const;

 private:
  static constexpr double cell_degrees = 0.5;
  static constexpr double nearest_km_max = 60.0;
  static constexpr double same_place_km_max = 3.0;
  static constexpr std::size_t cache_entries_max = 200'000;

  [[nodiscard]] ObservedPlace look_up(const feeds::FeedPlace& place) const;
  /// Index of the nearest populated place in the country, or nothing within nearest_km_max.
  [[nodiscard]] std::optional<std::uint32_t> nearest(double latitude, double longitude,
                                                     std::string_view country) const;

  /// The gazetteer's entry for a place that a source names without saying where it lies.
  [[nodiscard]] std::optional<ObservedPlace> place_named(const feeds::FeedPlace& said) const;
  /// The gazetteer's own name of a first-level unit that a source names.
  [[nodiscard]] std::optional<std::string> unit_named(std::string_view name,
                                                      std::string_view country) const;

  const knowledge::Gazetteer* gazetteer_;
  std::unordered_map<std::int32_t, std::vector<std::uint32_t>> cells_;
  mutable std::unordered_map<std::uint64_t, ObservedPlace> cache_;
};

}  // namespace tocsin::monitor
