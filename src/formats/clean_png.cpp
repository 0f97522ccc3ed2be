// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "formats/clean_image.hpp"
#include "formats/gzip.hpp"

namespace tocsin::formats {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

constexpr std::string_view signature = "\x89PNG\r\n\x1A\n";
constexpr std::size_t header_bytes = 13;
constexpr std::size_t around_chunk = 12;  // length, type, checksum
constexpr unsigned palette_colour = 3;
constexpr std::size_t palette_bytes_max = 768;

std::unexpected<base::Error> damaged(std::string what) {
  return fail(ErrorCode::corrupt, "the PNG is damaged: " + std::move(what), "file",
              "send the picture again");
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::string number(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFFU);
  return out;
}

std::string chunk(std::string_view type, std::string_view content) {
  const auto body = std::string(type) + std::string(content);
  return number(static_cast<std::uint32_t>(content.size())) + body + number(crc32_of(body));
}

struct Header {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  unsigned depth = 0;
  unsigned colour = 0;
  bool interlaced = false;
};

/// Samples of one point; 0 for a colour type that does not exist or not at that depth.
unsigned samples_of(const Header& header) {
  const auto depth_is = [&](std::initializer_list<unsigned> list) {
    return std::ranges::find(list, header.depth) != list.end();
  };
  switch (header.colour) {
    case 0:
      return depth_is({1, 2, 4, 8, 16}) ? 1 : 0;
    case 2:
      return depth_is({8, 16}) ? 3 : 0;
    case 3:
      return depth_is({1, 2, 4, 8}) ? 1 : 0;
    case 4:
      return depth_is({8, 16}) ? 2 : 0;
    case 6:
      return depth_is({8, 16}) ? 4 : 0;
    default:
      return 0;
  }
}

std::uint64_t rows_bytes(std::uint64_t width, std::uint64_t height, unsigned bits) {
  return width == 0 || height == 0 ? 0 : height * (1 + (width * bits + 7) / 8);
}

/// Bytes of the picture once inflated: rows with a filter byte each, of one pass or of seven.
std::uint64_t inflated_bytes(const Header& header) {
  const auto bits = samples_of(header) * header.depth;
  if (!header.interlaced) return rows_bytes(header.width, header.height, bits);
  struct Pass {
    unsigned x, y, step_x, step_y;
  };
  constexpr std::array<Pass, 7> passes{{{0, 0, 8, 8},
                                        {4, 0, 8, 8},
                                        {0, 4, 4, 8},
                                        {2, 0, 4, 4},
                                        {0, 2, 2, 4},
                                        {1, 0, 2, 2},
                                        {0, 1, 1, 2}}};
  std::uint64_t sum = 0;
  for (const auto& pass : passes) {
    const auto across = (std::uint64_t{header.width} + pass.step_x - 1 - pass.x) / pass.step_x;
    const auto down = (std::uint64_t{header.height} + pass.step_y - 1 - pass.y) / pass.step_y;
    sum += rows_bytes(across, down, bits);
  }
  return sum;
}

class PngCleaner {
 public:
  explicit PngCleaner(std::string_view bytes) : bytes_(bytes) {}

  Result<CleanImage> clean() {
    if (!bytes_.starts_with(signature)) return damaged("it does not begin as one");
    bytes_.remove_prefix(signature.size());
    for (unsigned parts = 0; parts < image_parts_max; ++parts) {
      auto ended = next_chunk();
      if (!ended) return std::unexpected(std::move(ended.error()));
      if (*ended) return finished();
    }
    return fail(ErrorCode::limit_exceeded, "the PNG has too many parts", "file");
  }

 private:
  Result<bool> next_chunk() {
    if (bytes_.size() < around_chunk) return damaged("it is cut off");
    const std::size_t length = number_at(bytes_, 0);
    if (length > bytes_.size() - around_chunk) return damaged("a part is cut off");
    const auto type = bytes_.substr(4, 4);
    const auto content = bytes_.substr(8, length);
    if (number_at(bytes_, 8 + length) != crc32_of(bytes_.substr(4, 4 + length)))
      return damaged("a checksum is wrong");
    bytes_.remove_prefix(around_chunk + length);
    if (header_.width == 0 && type != "IHDR") return damaged("it does not begin with its header");
    if (type == "IEND") return true;
    if (auto done = take(type, content); !done) return std::unexpected(std::move(done.error()));
    return false;
  }

  Status take(std::string_view type, std::string_view content) {
    if (type == "IHDR") return take_header(content);
    if (type == "IDAT") {
      data_ += content;
      return {};
    }
    if (type == "PLTE") {
      if (!palette_.empty() || content.empty() || content.size() % 3 != 0 ||
          content.size() > palette_bytes_max)
        return damaged("the palette has a wrong length");
      // Where colours are told in full a palette is only a suggestion. No point reaches further
      // than its bits do.
      if (header_.colour == palette_colour)
        palette_ = content.substr(0, std::size_t{3} << header_.depth);
      return {};
    }
    if (type == "tRNS" && transparency_.empty() && is_transparency(content))
      transparency_ = content;
    else if (type == "gAMA" && gamma_.empty() && content.size() == 4)
      gamma_ = content;
    else if (type == "sRGB" && srgb_.empty() && content.size() == 1)
      srgb_ = content;
    else if (type == "cHRM" && colours_.empty() && content.size() == 32)
      colours_ = content;
    else if (type[0] >= 'A' && type[0] <= 'Z')
      return fail(ErrorCode::unsupported, "the PNG holds a part that is not known", "file");
    return {};
  }

  [[nodiscard]] bool is_transparency(std::string_view content) const {
    if (header_.colour == 0) return content.size() == 2;
    if (header_.colour == 2) return content.size() == 6;
    return header_.colour == palette_colour && !content.empty() &&
           content.size() <= palette_.size() / 3;
  }

  Status take_header(std::string_view content) {
    if (header_.width != 0 || content.size() != header_bytes)
      return damaged("it has a wrong header");
    header_content_ = content;
    header_ = {number_at(content, 0), number_at(content, 4), static_cast<unsigned char>(content[8]),
               static_cast<unsigned char>(content[9]), content[12] == 1};
    if (header_.width == 0 || header_.height == 0) return damaged("it has no size");
    if (samples_of(header_) == 0 || content[10] != 0 || content[11] != 0 ||
        static_cast<unsigned char>(content[12]) > 1)
      return damaged("it has a wrong header");
    if (header_.width > image_side_max || header_.height > image_side_max ||
        std::uint64_t{header_.width} * header_.height > image_pixels_max)
      return fail(ErrorCode::limit_exceeded, "the picture has too many points", "file",
                  "send it smaller");
    return {};
  }

  Result<CleanImage> finished() const {
    if (header_.colour == palette_colour && palette_.empty()) return damaged("it has no palette");
    const auto used = zlib_stream_bytes(data_, inflated_bytes(header_));
    if (!used) return damaged("its data are not those of its size");
    CleanImage image{std::string(signature), header_.width, header_.height};
    image.bytes += chunk("IHDR", header_content_);
    const auto add = [&](std::string_view type, std::string_view content) {
      if (!content.empty()) image.bytes += chunk(type, content);
    };
    add("cHRM", colours_);
    add("gAMA", gamma_);
    add("sRGB", srgb_);
    add("PLTE", palette_);
    add("tRNS", transparency_);
    add("IDAT", std::string_view(data_).substr(0, *used));
    image.bytes += chunk("IEND", {});
    return image;
  }

  std::string_view bytes_;
  Header header_;
  std::string_view header_content_, palette_, transparency_, gamma_, srgb_, colours_;
  std::string data_;
};

}  // namespace

Result<CleanImage> clean_png(std::string_view bytes) {
  return PngCleaner(bytes).clean();
}

}  // namespace tocsin::formats
