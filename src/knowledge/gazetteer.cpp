// SPDX-License-Identifier: Apache-2.0
#include "knowledge/gazetteer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <numbers>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "knowledge/gazetteer_format.hpp"

namespace tocsin::knowledge {
namespace format = gazetteer_format;
namespace {

constexpr std::size_t letters = 26;
constexpr const char* rebuild = "build it again with `tocsin gazetteer build`";
constexpr std::array<std::string_view, 9> kind_names = {
    "city", "district", "province", "country", "former", "region", "continent", "water", "terrain"};

/// Index of a two-letter code, or nothing where it is not two capital letters.
std::optional<std::size_t> code_index(std::string_view code) {
  if (code.size() != 2) return std::nullopt;
  for (const char letter : code)
    if (letter < 'A' || letter > 'Z') return std::nullopt;
  return static_cast<std::size_t>(code[0] - 'A') * letters +
         static_cast<std::size_t>(code[1] - 'A');
}

/// A section must lie whole inside the file and start on 8 bytes.
bool fits(std::uint64_t offset, std::uint64_t count, std::uint64_t size, std::uint64_t file_bytes) {
  return offset % 8 == 0 && offset >= sizeof(format::Header) && offset <= file_bytes &&
         count <= (file_bytes - offset) / size;
}

base::Status check_header(const format::Header& header, std::string_view bytes,
                          const std::string& path) {
  using base::ErrorCode;
  if (header.magic != format::magic)
    return base::fail(ErrorCode::corrupt, "this is not a gazetteer file", path, rebuild);
  if (header.version != format::version)
    return base::fail(ErrorCode::unsupported,
                      "gazetteer format " + std::to_string(header.version) +
                          " was written by another version of this program; this one reads " +
                          std::to_string(format::version),
                      path, rebuild);
  if (base::hash64(bytes.substr(0, offsetof(format::Header, header_checksum))) !=
      header.header_checksum)
    return base::fail(ErrorCode::corrupt, "the head of the gazetteer file is damaged", path,
                      rebuild);
  const bool whole =
      header.file_bytes == bytes.size() &&
      fits(header.places_offset, header.place_count, sizeof(format::PlaceRecord), bytes.size()) &&
      fits(header.slots_offset, header.slot_count, sizeof(format::NameSlot), bytes.size()) &&
      fits(header.candidates_offset, header.candidate_count, sizeof(std::uint32_t), bytes.size()) &&
      fits(header.strings_offset, header.strings_bytes, 1, bytes.size()) &&
      fits(header.neighbours_offset, header.neighbour_count, sizeof(std::uint32_t), bytes.size()) &&
      fits(header.class_sets_offset, header.class_set_count, sizeof(std::uint32_t), bytes.size()) &&
      header.slot_count > 0 && (header.slot_count & (header.slot_count - 1)) == 0;
  if (!whole)
    return base::fail(ErrorCode::corrupt, "the gazetteer file is cut short or damaged", path,
                      rebuild);
  if (base::hash64(bytes.substr(sizeof(format::Header))) != header.checksum)
    return base::fail(ErrorCode::corrupt, "the gazetteer file fails its checksum", path, rebuild);
  return {};
}

}  // namespace

std::string_view name_of(PlaceKind kind) {
  return kind_names.at(static_cast<std::size_t>(kind));
}

std::optional<PlaceKind> place_kind_of(std::string_view name) {
  const auto found = std::ranges::find(kind_names, name);
  if (found == kind_names.end()) return std::nullopt;
  return static_cast<PlaceKind>(found - kind_names.begin());
}

std::uint64_t extend_name_key(std::uint64_t key, std::uint64_t word_hash) {
  // Turning the key before each word makes it depend on their order; the odd multiplier (2^64
  // over the golden ratio) spreads the bits.
  constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15;
  const auto mixed = (std::rotl(key, 29) ^ word_hash) * multiplier;
  const auto extended = mixed ^ (mixed >> 32U);
  return extended == 0 ? 1 : extended;
}

std::uint64_t extend_name_key(std::uint64_t key, std::string_view folded_word) {
  return extend_name_key(key, base::hash64(folded_word));
}

void split_name(std::string_view folded, std::vector<std::string_view>& words) {
  words.clear();
  constexpr auto no_word = std::string_view::npos;
  std::size_t start = no_word;
  for (std::size_t at = 0; at < folded.size();) {
    const auto point = base::decode(folded, at);
    const auto value = point.value;
    const bool ascii_word = (value >= 'a' && value <= 'z') || (value >= '0' && value <= '9') ||
                            (value >= 'A' && value <= 'Z');
    // General punctuation, Latin-1 signs, Arabic comma and question mark, ideographic space and
    // stop.
    const bool mark = (value >= 0x80 && value < 0xC0) || (value >= 0x2000 && value <= 0x206F) ||
                      (value >= 0x3000 && value <= 0x3003) || value == 0x060C || value == 0x061B ||
                      value == 0x061F || value == 0x02BB || value == 0x02BC || value == 0x02BF ||
                      value == 0x02BE || value == 0xFFFD;
    if (ascii_word || (value >= 0x80 && !mark)) {
      if (start == no_word) start = at;
    } else if (start != no_word) {
      words.push_back(folded.substr(start, at - start));
      start = no_word;
    }
    at += point.length;
  }
  if (start != no_word) words.push_back(folded.substr(start));
}

base::Result<Gazetteer> Gazetteer::open(const std::filesystem::path& path) {
  auto file = base::MappedFile::open(path);
  if (!file) {
    auto error = file.error();
    error.remedy = "run scripts/fetch-gazetteer, which makes it";
    return std::unexpected(std::move(error));
  }
  const auto bytes = file->bytes();
  format::Header header{};
  if (bytes.size() < sizeof header)
    return base::fail(base::ErrorCode::corrupt, "the gazetteer file is cut short", path.string(),
                      rebuild);
  std::memcpy(&header, bytes.data(), sizeof header);
  if (auto checked = check_header(header, bytes, path.string()); !checked)
    return std::unexpected(checked.error());

  Gazetteer out;
  out.places_ = bytes.data() + header.places_offset;
  out.slots_ = bytes.data() + header.slots_offset;
  out.candidates_ = reinterpret_cast<const std::uint32_t*>(bytes.data() + header.candidates_offset);
  out.strings_ = bytes.data() + header.strings_offset;
  out.neighbours_ = reinterpret_cast<const std::uint32_t*>(bytes.data() + header.neighbours_offset);
  out.class_sets_ = reinterpret_cast<const std::uint32_t*>(bytes.data() + header.class_sets_offset);
  out.class_set_count_ = header.class_set_count;
  out.slot_count_ = header.slot_count;
  out.candidate_count_ = header.candidate_count;
  out.strings_bytes_ = header.strings_bytes;
  out.neighbour_count_ = header.neighbour_count;
  out.place_count_ = header.place_count;
  out.file_ = std::move(*file);
  out.country_by_code_.assign(letters * letters, format::none);
  for (std::uint32_t index = 0; index < out.place_count_; ++index) {
    const auto place = out.place(index);
    // Countries stand first in the file, so the scan touches only their pages.
    if (place.kind != PlaceKind::country) break;
    if (const auto slot = code_index(place.country)) out.country_by_code_[*slot] = index;
  }
  return out;
}

std::optional<NameEntry> Gazetteer::find(std::uint64_t key) const {
  const auto mask = slot_count_ - 1;
  for (std::uint64_t probe = 0; probe < slot_count_; ++probe) {
    format::NameSlot slot{};
    std::memcpy(&slot, slots_ + ((key + probe) & mask) * sizeof slot, sizeof slot);
    if (slot.key == 0) return std::nullopt;
    if (slot.key != key) continue;
    NameEntry entry;
    // The checksum vouches for the writer's bytes; the bounds guard against a writer's bug.
    const auto count = slot.more & format::slot_count_mask;
    if (std::uint64_t{slot.first} + count <= candidate_count_)
      entry.packed = {candidates_ + slot.first, count};
    const auto class_set = slot.more >> format::slot_class_shift;
    if (class_set < class_set_count_) entry.classes = class_sets_[class_set];
    entry.has_longer = (slot.more & format::slot_has_longer) != 0;
    return entry;
  }
  return std::nullopt;
}

std::optional<NameEntry> Gazetteer::find_name(std::string_view name) const {
  const auto folded = base::fold(name);
  std::vector<std::string_view> words;
  split_name(folded, words);
  if (words.empty()) return std::nullopt;
  std::uint64_t key = 0;
  for (const auto word : words) key = extend_name_key(key, word);
  return find(key);
}

NameCandidate Gazetteer::candidate(std::uint32_t packed) {
  return {packed & format::candidate_index_mask,
          static_cast<std::uint8_t>(packed >> format::candidate_index_bits)};
}

Place Gazetteer::place(std::uint32_t index) const {
  Place out;
  if (index >= place_count_) return out;
  const char* bytes = places_ + std::size_t{index} * sizeof(format::PlaceRecord);
  format::PlaceRecord record{};
  std::memcpy(&record, bytes, sizeof record);
  const auto known = [this](std::uint32_t other) -> std::optional<std::uint32_t> {
    return other < place_count_ ? std::optional(other) : std::nullopt;
  };
  out.id = record.id;
  if (std::uint64_t{record.name_offset} + record.name_bytes <= strings_bytes_)
    out.name = {strings_ + record.name_offset, record.name_bytes};
  if (record.country[0] != '\0') out.country = {bytes + offsetof(format::PlaceRecord, country), 2};
  out.latitude = static_cast<double>(record.latitude);
  out.longitude = static_cast<double>(record.longitude);
  out.population = record.population;
  out.kind = static_cast<PlaceKind>(record.kind);
  out.seat = static_cast<Seat>(record.seat);
  out.admin1 = known(record.admin1);
  out.admin2 = known(record.admin2);
  out.country_place = known(record.country_place);
  return out;
}

std::optional<std::uint32_t> Gazetteer::country(std::string_view code) const {
  const auto slot = code_index(code);
  if (!slot || country_by_code_[*slot] == format::none) return std::nullopt;
  return country_by_code_[*slot];
}

bool Gazetteer::are_neighbours(std::string_view code, std::string_view other) const {
  const auto first = code_index(code);
  const auto second = code_index(other);
  if (!first || !second) return false;
  const auto pair = static_cast<std::uint32_t>((*first << 16U) | *second);
  return std::binary_search(neighbours_, neighbours_ + neighbour_count_, pair);
}

double distance_km(double latitude, double longitude, double other_latitude,
                   double other_longitude) {
  constexpr double earth_radius_km = 6371.0;
  constexpr double radian = std::numbers::pi / 180.0;
  const double half_latitude = std::sin((other_latitude - latitude) * radian / 2);
  const double half_longitude = std::sin((other_longitude - longitude) * radian / 2);
  const double chord = half_latitude * half_latitude + std::cos(latitude * radian) *
                                                           std::cos(other_latitude * radian) *
                                                           half_longitude * half_longitude;
  return 2 * earth_radius_km * std::asin(std::sqrt(std::min(1.0, chord)));
}

}  // namespace tocsin::knowledge
