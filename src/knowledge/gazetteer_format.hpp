// SPDX-License-Identifier: Apache-2.0
// The bytes of a gazetteer file, as docs/formats/gazetteer.md describes them. Included only by
// what writes and what reads the file; everyone else uses gazetteer.hpp.
//
// Shapes: little-endian, every section aligned to 8 bytes, offsets count bytes from the start.
#pragma once

#include <cstdint>
#include <type_traits>

namespace tocsin::knowledge::gazetteer_format {

inline constexpr std::uint64_t magic = 0x315A41474E435354;  // "TSCNGAZ1" read as little-endian
inline constexpr std::uint32_t version = 2;
inline constexpr std::uint32_t none = 0xFFFFFFFF;

struct Header {
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t place_count;
  std::uint64_t places_offset;
  std::uint64_t slots_offset;
  std::uint64_t slot_count;  // a power of two
  std::uint64_t candidates_offset;
  std::uint64_t candidate_count;
  std::uint64_t strings_offset;
  std::uint64_t strings_bytes;
  std::uint64_t neighbours_offset;  // pairs of country places that share a border, sorted
  std::uint64_t neighbour_count;
  std::uint64_t file_bytes;
  std::uint64_t checksum;           // XXH3 of everything after the header
  std::uint64_t class_sets_offset;  // 32-bit sets of word classes, the first empty
  std::uint64_t class_set_count;
  std::uint64_t header_checksum;  // XXH3 of the 120 bytes before it
};
static_assert(sizeof(Header) == 128);

struct PlaceRecord {
  std::int64_t id;
  float latitude;
  float longitude;
  std::uint32_t population;
  std::uint32_t name_offset;
  std::uint16_t name_bytes;
  char country[2];
  std::uint8_t kind;
  std::uint8_t seat;
  std::uint16_t flags;
  std::uint32_t admin1;
  std::uint32_t admin2;
  std::uint32_t country_place;
  std::uint32_t reserved;
};
static_assert(sizeof(PlaceRecord) == 48);

struct NameSlot {
  std::uint64_t key;    // 0 means empty
  std::uint32_t first;  // candidate
  std::uint32_t more;   // slot_count_bits of count, one bit has_longer, the rest class set
};
static_assert(sizeof(NameSlot) == 16);
inline constexpr unsigned slot_count_bits = 9;
inline constexpr std::uint32_t slot_count_mask = (1U << slot_count_bits) - 1;
inline constexpr std::uint32_t slot_has_longer = 1U << slot_count_bits;
inline constexpr unsigned slot_class_shift = slot_count_bits + 1;  // index into the class sets

/// A candidate is one 32-bit number: place index in the low 24 bits, how it is named above.
inline constexpr unsigned candidate_index_bits = 24;
inline constexpr std::uint32_t candidate_index_mask = (1U << candidate_index_bits) - 1;

static_assert(std::is_trivially_copyable_v<Header> && std::is_trivially_copyable_v<PlaceRecord>);

}  // namespace tocsin::knowledge::gazetteer_format
