// SPDX-License-Identifier: Apache-2.0
// The correspondences between other people's codes and ours, read from data/feeds/*.tsv.
//
// Ownership: holds all strings; views it returns live as long as it does. Threads: read-only after
// load, so shared freely. Errors: a missing or malformed table is ErrorCode::corrupt with its line.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/calendar.hpp"
#include "base/result.hpp"

namespace tocsin::monitor::feeds {

struct Country {
  std::string alpha2;
  std::string alpha3;
  std::string name;
};

/// A PLOVER type, a CAMEO root and a kind of data/event-kinds.json; each may be empty.
struct ActType {
  std::string plover;
  std::string cameo;
  std::string kind;
};

struct ViolenceType {
  ActType act;
  std::string role_a;
  std::string role_b;
  std::string label;
};

/// A page that lists documents: the CSS classes that hold their parts.
struct HtmlListing {
  std::string title_class;
  std::string date_class;
  std::string publisher_class;
  std::string text_class;
  bool month_first = false;
  std::string base;
};

/// Lets maps keyed by std::string be searched with views, without a copy.
struct TextHash {
  using is_transparent = void;
  [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept {
    return std::hash<std::string_view>{}(text);
  }
};
template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

/// A code of one to four bytes as one number, so that hot lookups need no string hashing; 0 for
/// anything longer or empty.
[[nodiscard]] constexpr std::uint32_t pack_code(std::string_view code) {
  if (code.size() > 4) return 0;
  std::uint32_t packed = 0;
  for (const char letter : code) packed = packed * 256 + static_cast<unsigned char>(letter);
  return packed;
}
template <class Value>
using CodeMap = std::unordered_map<std::uint32_t, Value>;

class Tables {
 public:
  /// Reads every table of the folder `data/feeds`.
  [[nodiscard]] static base::Result<Tables> load(const std::filesystem::path& folder);

  /// Null where the code or name is unknown. Names are compared without case and accents.
  [[nodiscard]] const Country* country_of_alpha2(std::string_view code) const;
  [[nodiscard]] const Country* country_of_alpha3(std::string_view code) const;
  [[nodiscard]] const Country* country_of_name(std::string_view name) const;
  /// ISO alpha-2 for a FIPS 10-4 code; empty if unknown.
  [[nodiscard]] std::string_view alpha2_of_fips(std::string_view code) const;

  /// What a CAMEO code of two to four digits means (its `cameo` is the root); null where the code
  /// is none of CAMEO's.
  [[nodiscard]] const ActType* act_of_cameo(std::string_view code) const;
  [[nodiscard]] std::string_view role_of_gdelt(std::string_view code) const;

  /// Null where the event type is unknown.
  [[nodiscard]] const ActType* act_of_acled(std::string_view type, std::string_view sub_type) const;
  [[nodiscard]] std::string_view role_of_acled(std::string_view name, std::string_view inter) const;
  [[nodiscard]] const ViolenceType* violence_of_ucdp(std::string_view type) const;
  /// False for categories that are known and not watched (weather); true for unknown ones.
  [[nodiscard]] bool watches_cap_category(std::string_view category) const;
  [[nodiscard]] std::optional<base::Day> first_day_of_upr_session(int session) const;
  [[nodiscard]] const std::vector<HtmlListing>& html_listings() const { return html_listings_; }

 private:
  struct NamedRole {
    std::string begins;
    std::string role;
  };
  [[nodiscard]] base::Status load_countries(const std::filesystem::path& file);
  [[nodiscard]] base::Status load_cameo(const std::filesystem::path& file);
  [[nodiscard]] base::Status load_acled(const std::filesystem::path& folder);
  [[nodiscard]] base::Status load_ucdp(const std::filesystem::path& file);
  [[nodiscard]] base::Status load_small(const std::filesystem::path& folder);

  /// On the heap each, so that views and pointers stay true when Tables is moved.
  std::vector<std::unique_ptr<Country>> countries_;
  CodeMap<const Country*> by_alpha2_;
  CodeMap<const Country*> by_alpha3_;
  TextMap<const Country*> by_name_;
  std::array<const Country*, 26 * 26> by_fips_{};
  CodeMap<ActType> cameo_;
  CodeMap<std::string> gdelt_roles_;
  TextMap<ActType> acled_acts_;
  std::vector<NamedRole> acled_names_;
  TextMap<std::string> acled_inters_;
  TextMap<ViolenceType> ucdp_types_;
  TextMap<bool> cap_categories_;
  std::unordered_map<int, base::Day> upr_sessions_;
  std::vector<HtmlListing> html_listings_;
};

}  // namespace tocsin::monitor::feeds
