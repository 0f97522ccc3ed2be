// SPDX-License-Identifier: Apache-2.0
#include "knowledge/gazetteer_build.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <map>
#include <numbers>
#include <numeric>
#include <set>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "knowledge/gazetteer_draft.hpp"
#include "knowledge/gazetteer_format.hpp"

namespace tocsin::knowledge {
namespace format = gazetteer_format;
namespace {

constexpr std::size_t name_words_max = 12;
constexpr std::size_t candidates_per_name_max = 400;
static_assert(candidates_per_name_max <= format::slot_count_mask);
constexpr double cells_per_degree = 4;
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> interchangeable = {
    {{"saint", "st"}, {"sainte", "ste"}, {"fort", "ft"}, {"mount", "mt"}}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> directions = {
    {{"northern", "north"},
     {"southern", "south"},
     {"eastern", "east"},
     {"western", "west"},
     {"nord", "north"},
     {"sud", "south"},
     {"est", "east"},
     {"ouest", "west"}}};
constexpr std::array<std::string_view, 10> arabic_articles = {"al",  "el", "ad", "ar", "as",
                                                              "ash", "at", "az", "an", "adh"};

/// How many people a place counts for when candidates are put in order: units and countries
/// before towns of the same size.
double prominence(const DraftPlace& place) {
  const auto people = static_cast<double>(place.population);
  switch (place.kind) {
    case PlaceKind::country:
    case PlaceKind::continent:
      return 1e10 + people;
    case PlaceKind::former:
    case PlaceKind::region:
    case PlaceKind::water:
    case PlaceKind::terrain:
      return 1e7 + people;
    case PlaceKind::province:
      return people;
    case PlaceKind::district:
      return people / 2;
    case PlaceKind::city:
      return people * (place.seat == Seat::country ? 3 : 1);
  }
  return people;
}

template <class T>
std::uint64_t append_section(std::string& out, const std::vector<T>& items) {
  out.resize((out.size() + 7) / 8 * 8, '\0');
  const auto offset = out.size();
  out.resize(offset + items.size() * sizeof(T));
  if (!items.empty()) std::memcpy(out.data() + offset, items.data(), items.size() * sizeof(T));
  return offset;
}

/// The middle of a set of places on the sphere, each occupied cell counted once.
class Middle {
 public:
  void add(double latitude, double longitude) {
    const auto cell = std::pair(static_cast<int>(std::floor(latitude * cells_per_degree)),
                                static_cast<int>(std::floor(longitude * cells_per_degree)));
    if (!cells_.insert(cell).second) return;
    const double phi = latitude * std::numbers::pi / 180;
    const double lambda = longitude * std::numbers::pi / 180;
    x_ += std::cos(phi) * std::cos(lambda);
    y_ += std::cos(phi) * std::sin(lambda);
    z_ += std::sin(phi);
  }
  [[nodiscard]] bool empty() const { return cells_.empty(); }
  [[nodiscard]] double latitude() const {
    return std::atan2(z_, std::hypot(x_, y_)) * 180 / std::numbers::pi;
  }
  [[nodiscard]] double longitude() const { return std::atan2(y_, x_) * 180 / std::numbers::pi; }

 private:
  std::set<std::pair<int, int>> cells_;
  double x_ = 0;
  double y_ = 0;
  double z_ = 0;
};

std::string admin1_key(const DraftPlace& place) {
  return "admin1:" + place.country + "." + place.admin1_code;
}
std::string admin2_key(const DraftPlace& place) {
  return "admin2:" + place.country + "." + place.admin1_code + "." + place.admin2_code;
}

/// The hash table as it lies in the file; open addressing, at most two thirds full.
std::vector<format::NameSlot> slot_table(
    const std::unordered_map<std::uint64_t, format::NameSlot>& slots) {
  constexpr std::uint64_t slots_min = 16;
  std::uint64_t count = slots_min;
  while (count < slots.size() * 3 / 2) count *= 2;
  std::vector<std::uint64_t> keys;
  keys.reserve(slots.size());
  for (const auto& [key, slot] : slots) keys.push_back(key);
  std::ranges::sort(keys);  // so that equal sources give equal bytes
  std::vector<format::NameSlot> table(count);
  for (const auto key : keys) {
    auto at = key & (count - 1);
    while (table[at].key != 0) at = (at + 1) & (count - 1);
    table[at] = slots.at(key);
    table[at].key = key;
  }
  return table;
}

}  // namespace

std::uint32_t GazetteerDraft::add_place(DraftPlace place) {
  const auto index = static_cast<std::uint32_t>(places_.size());
  const std::string name = place.name;
  places_.push_back(std::move(place));
  add_name(index, name, NameKind::primary);
  return index;
}

void GazetteerDraft::add_words(std::uint32_t place, const std::vector<std::string_view>& words,
                               NameKind kind) {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    key = extend_name_key(key, words[i]);
    if (i + 1 < words.size()) prefixes_.insert(key);
  }
  names_.push_back({key, place, static_cast<std::uint8_t>(kind)});
}

void GazetteerDraft::add_name(std::uint32_t place, std::string_view name, NameKind kind) {
  const auto folded = base::fold(name);
  std::vector<std::string_view> words;
  split_name(folded, words);
  if (words.empty() || words.size() > name_words_max || folded.size() < 2) return;
  add_words(place, words, kind);
  if (kind == NameKind::abbreviation && words.size() > 1) {
    // "D.C." is read as one word.
    std::string joined;
    for (const auto word : words) joined += word;
    add_words(place, {joined}, kind);
  }
  for (auto& word : words) {
    for (const auto& [full, brief] : interchangeable) {
      if (word != full && word != brief) continue;
      const auto kept = word;
      word = word == full ? brief : full;
      add_words(place, words, kind);
      word = kept;
      break;
    }
  }
  if (places_[place].kind != PlaceKind::city && words.size() > 1) {
    // "North Darfur" for "Northern Darfur", "North Ubangi" for "Nord-Ubangi".
    for (auto& word : words) {
      for (const auto& [other, plain] : directions) {
        if (word != other && word != plain) continue;
        const auto kept = word;
        word = word == other ? plain : other;
        add_words(place, words, kind);
        word = kept;
      }
    }
  }
  // "Hudaydah" for "Al Hudaydah"; short rests would be ordinary words.
  if (words.size() > 1 && std::ranges::find(arabic_articles, words[0]) != arabic_articles.end() &&
      words[1].size() > 3) {
    words.erase(words.begin());
    add_words(place, words, kind);
  }
}

std::uint32_t GazetteerDraft::classes_of(std::string_view folded_word) const {
  const auto found = classes_.find(extend_name_key(0, folded_word));
  return found == classes_.end() ? 0 : found->second;
}

void GazetteerDraft::add_shortened_name(std::uint32_t place, std::string_view name) {
  const auto folded = base::fold(name);
  std::vector<std::string_view> words;
  split_name(folded, words);
  const auto is = [this](std::string_view word, WordClass word_class) {
    return (classes_of(word) & static_cast<std::uint32_t>(word_class)) != 0;
  };
  const auto count = words.size();
  while (words.size() > 1 && is(words.back(), WordClass::unit_after)) words.pop_back();
  if (words.size() > 1 && is(words.front(), WordClass::unit_before)) {
    words.erase(words.begin());
    while (words.size() > 1 && is(words.front(), WordClass::particle)) words.erase(words.begin());
  }
  if (words.size() == count || words.empty() || words[0].size() < 3) return;
  if (words.size() == 1 && is(words[0], WordClass::direction)) return;
  add_words(place, words, NameKind::shortened);
}

void GazetteerDraft::add_word(std::string_view words_text, WordClass word_class) {
  const auto folded = base::fold(words_text);
  std::vector<std::string_view> words;
  split_name(folded, words);
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    key = extend_name_key(key, words[i]);
    if (i + 1 < words.size()) prefixes_.insert(key);
  }
  if (key != 0) classes_[key] |= static_cast<std::uint32_t>(word_class);
}

void GazetteerDraft::add_neighbours(std::string_view code, std::string_view other) {
  const auto index = [](std::string_view text) {
    return static_cast<std::uint32_t>(text[0] - 'A') * 26U +
           static_cast<std::uint32_t>(text[1] - 'A');
  };
  if (code.size() == 2 && other.size() == 2)
    neighbours_.push_back((index(code) << 16U) | index(other));
}

std::optional<std::uint32_t> GazetteerDraft::by_key(const std::string& key) const {
  const auto found = keys_.find(key);
  return found == keys_.end() ? std::nullopt : std::optional(found->second);
}

void GazetteerDraft::set_key(std::string key, std::uint32_t place) {
  keys_.insert_or_assign(std::move(key), place);
}

void GazetteerDraft::derive_units() {
  std::map<std::uint32_t, Middle> middles;
  std::map<std::uint32_t, std::uint64_t> people;
  for (const auto& place : places_) {
    if (place.kind != PlaceKind::city) continue;
    for (const auto& key : {"country:" + place.country, admin1_key(place), admin2_key(place)}) {
      const auto unit = by_key(key);
      if (!unit) continue;
      middles[*unit].add(place.latitude, place.longitude);
      if (!place.is_section) people[*unit] += place.population;
    }
  }
  for (const auto& [unit, middle] : middles) {
    auto& place = places_[unit];
    place.population = std::max(place.population, people[unit]);
    if (place.has_point || middle.empty()) continue;
    place.latitude = middle.latitude();
    place.longitude = middle.longitude();
    place.has_point = true;
  }
  // A unit without a known place inside stands where the unit around it stands.
  for (const auto kind : {PlaceKind::province, PlaceKind::district}) {
    for (auto& place : places_) {
      if (place.kind != kind || place.has_point) continue;
      const auto around =
          by_key(kind == PlaceKind::district ? admin1_key(place) : "country:" + place.country);
      if (!around || !places_[*around].has_point) continue;
      place.latitude = places_[*around].latitude;
      place.longitude = places_[*around].longitude;
      place.has_point = true;
    }
  }
}

std::vector<std::uint32_t> GazetteerDraft::final_order() const {
  std::vector<std::uint32_t> order;
  order.reserve(places_.size());
  // What has no point at all cannot be put on a map; it is left out.
  for (std::uint32_t i = 0; i < places_.size(); ++i)
    if (places_[i].has_point) order.push_back(i);
  std::ranges::stable_sort(order, [this](std::uint32_t left, std::uint32_t right) {
    const auto rank = [this](std::uint32_t i) {
      return places_[i].kind == PlaceKind::country ? 0 : places_[i].kind == PlaceKind::city ? 2 : 1;
    };
    return rank(left) < rank(right);
  });
  return order;
}

/// The sections of the file while they are filled.
struct GazetteerDraft::Sections {
  std::vector<std::uint32_t> final_index;  ///< by draft number; `none` where left out
  std::vector<format::PlaceRecord> records;
  std::vector<char> strings;
  std::unordered_map<std::uint64_t, format::NameSlot> slots;
  std::vector<std::uint32_t> candidates;
  std::vector<std::uint32_t> class_sets = {0};
  GazetteerCounts counts;
};

void GazetteerDraft::fill_places(const std::vector<std::uint32_t>& order,
                                 Sections& sections) const {
  constexpr std::size_t name_bytes_max = 200;
  sections.records.reserve(order.size());
  for (const auto index : order) {
    const auto& place = places_[index];
    format::PlaceRecord record{};
    const auto unit = [&](const std::string& key) {
      const auto found = by_key(key);
      return found && *found != index ? sections.final_index[*found] : format::none;
    };
    record.id = place.id;
    record.latitude = static_cast<float>(place.latitude);
    record.longitude = static_cast<float>(place.longitude);
    record.population =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(place.population, 0xFFFFFFFFU));
    record.name_offset = static_cast<std::uint32_t>(sections.strings.size());
    const auto name = base::cut(place.name, name_bytes_max);
    record.name_bytes = static_cast<std::uint16_t>(name.size());
    sections.strings.insert(sections.strings.end(), name.begin(), name.end());
    if (place.country.size() == 2) std::memcpy(record.country, place.country.data(), 2);
    record.kind = static_cast<std::uint8_t>(place.kind);
    record.seat = static_cast<std::uint8_t>(place.seat);
    record.admin1 = place.admin1_code.empty() ? format::none : unit(admin1_key(place));
    record.admin2 = place.admin2_code.empty() ? format::none : unit(admin2_key(place));
    record.country_place = unit("country:" + place.country);
    sections.records.push_back(record);
    switch (place.kind) {
      case PlaceKind::country:
        ++sections.counts.countries;
        break;
      case PlaceKind::province:
        ++sections.counts.provinces;
        break;
      case PlaceKind::district:
        ++sections.counts.districts;
        break;
      case PlaceKind::city:
        ++sections.counts.cities;
        break;
      default:
        ++sections.counts.areas;
    }
  }
  sections.counts.places = static_cast<std::uint32_t>(sections.records.size());
}

void GazetteerDraft::fill_names(Sections& sections) const {
  // Names in the order of their key, then of prominence; the same place twice becomes one.
  auto names = names_;
  std::erase_if(names, [&sections](const DraftName& name) {
    return sections.final_index[name.place] == format::none;
  });
  std::ranges::sort(names, [this](const DraftName& left, const DraftName& right) {
    if (left.key != right.key) return left.key < right.key;
    const auto left_rank = prominence(places_[left.place]);
    const auto right_rank = prominence(places_[right.place]);
    if (left_rank != right_rank) return left_rank > right_rank;
    return left.place < right.place;
  });
  auto& candidates = sections.candidates;
  for (std::size_t at = 0; at < names.size(); ++sections.counts.names) {
    const auto key = names[at].key;
    auto& slot = sections.slots[key];
    slot.first = static_cast<std::uint32_t>(candidates.size());
    while (at < names.size() && names[at].key == key) {
      const auto place = names[at].place;
      std::uint32_t kinds = 0;
      for (; at < names.size() && names[at].key == key && names[at].place == place; ++at)
        kinds |= names[at].kinds;
      if (candidates.size() - slot.first < candidates_per_name_max)
        candidates.push_back(sections.final_index[place] | (kinds << format::candidate_index_bits));
    }
    slot.more = static_cast<std::uint32_t>(candidates.size() - slot.first);
  }
  for (const auto& [key, classes] : std::map(classes_.begin(), classes_.end())) {
    auto found = std::ranges::find(sections.class_sets, classes);
    if (found == sections.class_sets.end()) found = sections.class_sets.insert(found, classes);
    sections.slots[key].more |= static_cast<std::uint32_t>(found - sections.class_sets.begin())
                                << format::slot_class_shift;
  }
  for (const auto key : prefixes_) sections.slots[key].more |= format::slot_has_longer;
}

base::Result<GazetteerCounts> GazetteerDraft::write(const std::filesystem::path& out) const {
  const auto order = final_order();
  if (order.size() > format::candidate_index_mask)
    return base::fail(base::ErrorCode::limit_exceeded, "more places than the format can number",
                      out.string(), "leave out some of the added files");
  Sections sections;
  sections.final_index.assign(places_.size(), format::none);
  for (std::uint32_t i = 0; i < order.size(); ++i) sections.final_index[order[i]] = i;
  fill_places(order, sections);
  fill_names(sections);
  const auto table = slot_table(sections.slots);
  auto neighbours = neighbours_;
  std::ranges::sort(neighbours);

  format::Header header{};
  std::string bytes(sizeof header, '\0');
  header.magic = format::magic;
  header.version = format::version;
  header.place_count = sections.counts.places;
  header.places_offset = append_section(bytes, sections.records);
  header.slots_offset = append_section(bytes, table);
  header.slot_count = table.size();
  header.candidates_offset = append_section(bytes, sections.candidates);
  header.candidate_count = sections.candidates.size();
  header.strings_offset = append_section(bytes, sections.strings);
  header.strings_bytes = sections.strings.size();
  header.neighbours_offset = append_section(bytes, neighbours);
  header.neighbour_count = neighbours.size();
  header.class_sets_offset = append_section(bytes, sections.class_sets);
  header.class_set_count = sections.class_sets.size();
  header.file_bytes = bytes.size();
  header.checksum = base::hash64(std::string_view(bytes).substr(sizeof header));
  std::memcpy(bytes.data(), &header, sizeof header);
  header.header_checksum =
      base::hash64(std::string_view(bytes).substr(0, offsetof(format::Header, header_checksum)));
  std::memcpy(bytes.data(), &header, sizeof header);
  sections.counts.bytes = bytes.size();
  if (auto written = base::write_file(out, bytes, base::ReadableBy::everyone); !written)
    return std::unexpected(written.error());
  return sections.counts;
}

base::Result<GazetteerCounts> build_gazetteer(const GazetteerSources& sources,
                                              const std::filesystem::path& out) {
  GazetteerDraft draft;
  if (auto read = read_gazetteer_sources(sources, draft); !read)
    return std::unexpected(read.error());
  draft.derive_units();
  return draft.write(out);
}

}  // namespace tocsin::knowledge
