// SPDX-License-Identifier: Apache-2.0
// Makes gzip and zip files for tests, sound ones and damaged ones.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::testing_packed {

inline std::string deflate(std::string_view bytes, int window_bits) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib");
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  std::string input(bytes);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ::deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline std::string gzip(std::string_view bytes) {
  return deflate(bytes, 15 + 16);
}

struct ZipEntry {
  std::string name;
  std::string plain;
  bool wrong_sum = false;
  bool encrypted = false;
  bool stored = false;
};

inline void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

inline std::string zip(const std::vector<ZipEntry>& entries) {
  std::string out;
  std::string directory;
  for (const auto& entry : entries) {
    const std::string packed = entry.stored ? entry.plain : deflate(entry.plain, -15);
    auto sum = crc32(0, reinterpret_cast<const Bytef*>(entry.plain.data()),
                     static_cast<uInt>(entry.plain.size()));
    if (entry.wrong_sum) sum ^= 1;
    const auto offset = out.size();
    std::string common;
    put(common, 20, 2);
    put(common, entry.encrypted ? 1 : 0, 2);
    put(common, entry.stored ? 0 : 8, 2);
    put(common, 0, 4);
    put(common, sum, 4);
    put(common, packed.size(), 4);
    put(common, entry.plain.size(), 4);
    put(common, entry.name.size(), 2);
    put(common, 0, 2);
    out += "PK\x03\x04" + common + entry.name + packed;
    directory += "PK\x01\x02";
    put(directory, 20, 2);
    directory += common;
    put(directory, 0, 2);
    put(directory, 0, 2);
    put(directory, 0, 2);
    put(directory, 0, 4);
    put(directory, offset, 4);
    directory += entry.name;
  }
  const auto offset = out.size();
  out += directory + "PK\x05\x06";
  put(out, 0, 4);
  put(out, entries.size(), 2);
  put(out, entries.size(), 2);
  put(out, directory.size(), 4);
  put(out, offset, 4);
  put(out, 0, 2);
  return out;
}

}  // namespace tocsin::testing_packed
