// SPDX-License-Identifier: Apache-2.0
// The gazetteer while it is being put together: places, names and word classes before they get
// their final order and bytes. Used only by gazetteer_build.cpp and gazetteer_sources.cpp.
//
// Ownership: values. Threads: one.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.hpp"
#include "knowledge/gazetteer.hpp"
#include "knowledge/gazetteer_build.hpp"

namespace tocsin::knowledge {

struct DraftPlace {
  std::int64_t id = 0;
  std::string name;
  std::string country;      ///< ISO 3166-1 alpha-2, or empty
  std::string admin1_code;  ///< GeoNames code inside the country
  std::string admin2_code;
  double latitude = 0;
  double longitude = 0;
  bool has_point = false;
  std::uint64_t population = 0;
  PlaceKind kind = PlaceKind::city;
  Seat seat = Seat::none;
  bool is_section = false;  ///< part of a city: not counted again in sums of people
};

class GazetteerDraft {
 public:
  /// Adds a place and its own name; returns its number in the draft.
  std::uint32_t add_place(DraftPlace place);
  /// Adds a name with its usual variants ("Saint" and "St", with and without the Arabic article).
  void add_name(std::uint32_t place, std::string_view name, NameKind kind);
  /// Adds a unit's name without the words for its kind: "Kayes" for "Kayes Region".
  void add_shortened_name(std::uint32_t place, std::string_view name);
  void add_word(std::string_view words, WordClass word_class);
  void add_neighbours(std::string_view code, std::string_view other);

  /// The number of a place by its key: "country:ML", "admin1:ML.07", "admin2:US.12.001",
  /// "area:sahel", "place:1106542".
  [[nodiscard]] std::optional<std::uint32_t> by_key(const std::string& key) const;
  void set_key(std::string key, std::uint32_t place);

  /// Gives units and countries their people and, where they have none, a point: the mean of the
  /// occupied quarter-degree cells, which lies nearer a unit's middle than a mean of its people.
  void derive_units();
  [[nodiscard]] base::Result<GazetteerCounts> write(const std::filesystem::path& out) const;

  std::vector<DraftPlace>& places() { return places_; }

 private:
  struct DraftName {
    std::uint64_t key;
    std::uint32_t place;
    std::uint8_t kinds;
  };
  void add_words(std::uint32_t place, const std::vector<std::string_view>& words, NameKind kind);
  [[nodiscard]] std::uint32_t classes_of(std::string_view folded_word) const;
  struct Sections;
  [[nodiscard]] std::vector<std::uint32_t> final_order() const;
  void fill_places(const std::vector<std::uint32_t>& order, Sections& sections) const;
  void fill_names(Sections& sections) const;

  std::vector<DraftPlace> places_;
  std::vector<DraftName> names_;
  std::unordered_set<std::uint64_t> prefixes_;
  std::unordered_map<std::uint64_t, std::uint32_t> classes_;
  std::unordered_map<std::string, std::uint32_t> keys_;
  std::vector<std::uint32_t> neighbours_;
};

/// Reads every source into the draft.
[[nodiscard]] base::Status read_gazetteer_sources(const GazetteerSources& sources,
                                                  GazetteerDraft& draft);

}  // namespace tocsin::knowledge
