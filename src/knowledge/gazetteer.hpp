// SPDX-License-Identifier: Apache-2.0
// The gazetteer: which places bear a name, and what is known of each of them.
//
// Ownership: a Gazetteer owns the memory map of one file; string views and spans that it returns
// live as long as it does. Threads: immutable after open, read from any number of threads; the
// pages are shared between processes. Units: degrees (WGS 84), people.
// Errors: open fails with `corrupt` for a damaged file and `unsupported` for another version.
// Format: docs/formats/gazetteer.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hpp"
#include "base/result.hpp"

namespace tocsin::knowledge {

/// What a place is.
enum class PlaceKind : std::uint8_t {
  city,      ///< a populated place of any size
  district,  ///< second-level unit
  province,  ///< first-level unit
  country,   ///< a country or territory with its own ISO 3166 code
  former,    ///< a country that is no more
  region,    ///< an area without being a unit: Sahel, Darfur, West Bank
  continent,
  water,    ///< sea, lake, river, gulf, strait
  terrain,  ///< mountains, desert, island, valley
};
[[nodiscard]] std::string_view name_of(PlaceKind kind);
[[nodiscard]] std::optional<PlaceKind> place_kind_of(std::string_view name);

/// Which unit a populated place is the seat of.
enum class Seat : std::uint8_t { none, country, province, district, lower };

/// How a candidate came by the name that was looked up. Bits.
enum class NameKind : std::uint8_t {
  primary = 1,       ///< the gazetteer's own name
  alternate = 2,     ///< another name or spelling
  shortened = 4,     ///< a unit's name without its "Province", "County", …
  abbreviation = 8,  ///< counts only in capitals: "DRC", "US", "Tex."
  adjective = 16,    ///< "Malian": names people and things of the place, not the place
};

/// What a word tells about the names beside it. Bits; data/places/words.tsv says which word is
/// what.
enum class WordClass : std::uint32_t {
  preposition = 1U << 0,         ///< "in", "near", "à", "cerca"
  unit_before = 1U << 1,         ///< "town (of)", "province (de)", "wilaya"
  unit_after = 1U << 2,          ///< "province", "district", "County"
  title = 1U << 3,               ///< "Mr", "General", "Sheikh": a person's name follows
  given_name = 1U << 4,          ///< "Paris", "Mohammed": a family name may follow
  organisation_of = 1U << 5,     ///< "University", "Bank" (of X)
  organisation_after = 1U << 6,  ///< X "Times", "United", "Inc": X is part of its name
  street_after = 1U << 7,        ///< X "Street", "Avenue"
  common = 1U << 8,              ///< an ordinary word; a place only where the text says so
  particle = 1U << 9,            ///< "de", "al", "of": lower case inside a name
  direction = 1U << 10,          ///< "northern", "sud"
  month_or_day = 1U << 11,       ///< "March", "domingo"
  speech = 1U << 12,             ///< "said": whoever stands before it speaks
  unit_province = 1U << 13,      ///< the unit is a first-level one
  unit_district = 1U << 14,      ///< the unit is a second-level one
  unit_town = 1U << 15,          ///< the unit is a populated place
  ordinary_ar = 1U << 16,        ///< an everyday word of Arabic (data/places/ordinary.tsv) …
  ordinary_es = 1U << 17,        ///< … of Spanish
  ordinary_fr = 1U << 18,
  ordinary_pt = 1U << 19,
  ordinary_sw = 1U << 20,
};

/// One place as the file holds it.
struct Place {
  std::int64_t id = 0;  ///< GeoNames id; negative: our own (docs/formats/gazetteer.md)
  std::string_view name;
  std::string_view country;  ///< ISO 3166-1 alpha-2, or empty for what lies in several
  double latitude = 0;
  double longitude = 0;
  std::uint32_t population = 0;
  PlaceKind kind = PlaceKind::city;
  Seat seat = Seat::none;
  std::optional<std::uint32_t> admin1;         ///< index of the first-level unit
  std::optional<std::uint32_t> admin2;         ///< index of the second-level unit
  std::optional<std::uint32_t> country_place;  ///< index of the country
};

/// One place that bears the looked-up name.
struct NameCandidate {
  std::uint32_t place = 0;
  std::uint8_t name_kinds = 0;  ///< NameKind bits
  [[nodiscard]] bool is(NameKind kind) const {
    return (name_kinds & static_cast<std::uint8_t>(kind)) != 0;
  }
};

/// What is known of a sequence of words.
struct NameEntry {
  std::span<const std::uint32_t> packed;  ///< candidates, most populous first; see `candidate`
  std::uint32_t classes = 0;              ///< WordClass bits
  bool has_longer = false;                ///< some longer name begins with these words
  [[nodiscard]] bool is(WordClass word_class) const {
    return (classes & static_cast<std::uint32_t>(word_class)) != 0;
  }
};

/// The key of a sequence of words: start with 0, extend by each folded word in turn.
[[nodiscard]] std::uint64_t extend_name_key(std::uint64_t key, std::string_view folded_word);
/// The same for a word whose base::hash64 is known.
[[nodiscard]] std::uint64_t extend_name_key(std::uint64_t key, std::uint64_t word_hash);
/// The words of a folded name: runs of letters, digits and marks of any script.
void split_name(std::string_view folded, std::vector<std::string_view>& words);

class Gazetteer {
 public:
  [[nodiscard]] static base::Result<Gazetteer> open(const std::filesystem::path& path);

  /// What is known of the words whose key this is; nullopt where no name begins with them.
  [[nodiscard]] std::optional<NameEntry> find(std::uint64_t key) const;
  /// Folds, splits and looks up a whole name. Slow (ICU); for tests, tools and forms.
  [[nodiscard]] std::optional<NameEntry> find_name(std::string_view name) const;
  [[nodiscard]] static NameCandidate candidate(std::uint32_t packed);

  [[nodiscard]] std::uint32_t size() const { return place_count_; }
  [[nodiscard]] Place place(std::uint32_t index) const;
  /// The country or territory with this ISO 3166-1 alpha-2 code.
  [[nodiscard]] std::optional<std::uint32_t> country(std::string_view code) const;
  /// True if two countries share a land border.
  [[nodiscard]] bool are_neighbours(std::string_view code, std::string_view other) const;

 private:
  base::MappedFile file_;
  const char* places_ = nullptr;
  const char* slots_ = nullptr;
  const std::uint32_t* candidates_ = nullptr;
  const char* strings_ = nullptr;
  const std::uint32_t* neighbours_ = nullptr;
  const std::uint32_t* class_sets_ = nullptr;
  std::uint64_t slot_count_ = 0;
  std::uint64_t class_set_count_ = 0;
  std::uint64_t candidate_count_ = 0;
  std::uint64_t strings_bytes_ = 0;
  std::uint64_t neighbour_count_ = 0;
  std::uint32_t place_count_ = 0;
  std::vector<std::uint32_t> country_by_code_;  // 26*26 letters, `none` where unused
};

/// Kilometres between two points on the sphere (haversine, mean radius 6,371.0 km).
[[nodiscard]] double distance_km(double latitude, double longitude, double other_latitude,
                                 double other_longitude);

}  // namespace tocsin::knowledge
