// SPDX-License-Identifier: Apache-2.0
// Pictures put together by hand, part by part, so that tests can put in what must not come out.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace tocsin::formats {

inline std::string part(unsigned char marker, std::string_view content) {
  const auto length = content.size() + 2;
  std::string out{'\xFF', static_cast<char>(marker), static_cast<char>(length >> 8),
                  static_cast<char>(length & 0xFF)};
  return out + std::string(content);
}

/// A grey picture of 16 by 8 points, baseline; `before` stands after its begin.
inline std::string made_jpeg(std::string_view before = {}, std::string_view after = {},
                             unsigned char frame = 0xC0) {
  using namespace std::string_literals;
  std::string out = "\xFF\xD8" + std::string(before);
  out += part(0xDB, "\0"s + std::string(64, '\x10'));
  out += part(frame, "\x08\0\x08\0\x10\x01\x01\x11\0"s);
  // One code of one bit each: category 0.
  out += part(0xC4, "\0\x01"s + std::string(15, '\0') + "\0"s);
  out += part(0xC4, "\x10\x01"s + std::string(15, '\0') + "\0"s);
  out += part(0xDA, "\x01\x01\0\0\x3F\0"s) + "\x0F\xFF\0\x12"s;
  return out + "\xFF\xD9" + std::string(after);
}

inline std::string big_endian(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
  return out;
}

inline std::string png_chunk(std::string_view type, std::string_view content) {
  const auto body = std::string(type) + std::string(content);
  return big_endian(static_cast<std::uint32_t>(content.size())) + body +
         big_endian(static_cast<std::uint32_t>(::crc32(
             0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()))));
}

inline std::string packed(std::string_view bytes) {
  auto size = ::compressBound(bytes.size());
  std::string out(size, '\0');
  ::compress2(reinterpret_cast<Bytef*>(out.data()), &size,
              reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), 9);
  out.resize(size);
  return out;
}

inline std::string png_header(std::uint32_t width, std::uint32_t height, char depth = 8,
                              char colour = 0, char interlaced = 0) {
  return png_chunk("IHDR", big_endian(width) + big_endian(height) +
                               std::string{depth, colour, 0, 0, interlaced});
}

inline const std::string png_begin = "\x89PNG\r\n\x1A\n";

/// A grey picture of 4 by 4 points; `before` stands before its data, `data_end` in them.
inline std::string made_png(std::string_view before = {}, std::string_view after = {},
                            std::string_view data_end = {}) {
  return png_begin + png_header(4, 4) + std::string(before) +
         png_chunk("IDAT", packed(std::string(20, '\0')) + std::string(data_end)) +
         png_chunk("IEND", "") + std::string(after);
}

}  // namespace tocsin::formats
