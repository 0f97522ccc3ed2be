// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "formats/clean_image.hpp"

namespace tocsin::formats {
namespace {

using base::ErrorCode;
using base::fail;
using base::Status;

// Markers of ITU-T T.81, table B.1.
constexpr unsigned start_of_image = 0xD8;
constexpr unsigned end_of_image = 0xD9;
constexpr unsigned start_of_scan = 0xDA;
constexpr unsigned quantization_tables = 0xDB;
constexpr unsigned restart_interval = 0xDD;
constexpr unsigned huffman_tables = 0xC4;
constexpr unsigned app_0 = 0xE0;
constexpr unsigned app_1 = 0xE1;
constexpr unsigned app_14 = 0xEE;
constexpr unsigned app_15 = 0xEF;
constexpr unsigned comment = 0xFE;
constexpr unsigned marker_begin = 0xFF;
constexpr unsigned orientation_tag = 0x0112;
constexpr unsigned orientations = 8;

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

std::unexpected<base::Error> damaged(std::string what) {
  return fail(ErrorCode::corrupt, "the JPEG is damaged: " + std::move(what), "file",
              "send the picture again");
}

bool is_restart(unsigned marker) {
  return marker >= 0xD0 && marker <= 0xD7;
}
bool is_dropped(unsigned marker) {
  return (marker >= app_0 && marker <= app_15) || marker == comment;
}
bool is_frame(unsigned marker) {
  return marker >= 0xC0 && marker <= 0xC2;
}

/// Numbers of a TIFF file in its own byte order, as far as it reaches.
class TiffNumbers {
 public:
  explicit TiffNumbers(std::string_view tiff) : bytes_(tiff), little_(tiff.starts_with("II")) {}
  [[nodiscard]] std::optional<std::uint32_t> read(std::size_t at, unsigned size) const {
    if (at > bytes_.size() || bytes_.size() - at < size) return std::nullopt;
    std::uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i)
      value |= byte_at(bytes_, at + i) << (8 * (little_ ? i : size - 1 - i));
    return value;
  }

 private:
  std::string_view bytes_;
  bool little_;
};

/// Which way up the picture is, 1 to 8; 1 where the Exif part does not say.
unsigned orientation_of(std::string_view tiff) {
  constexpr unsigned entry_bytes = 12;
  constexpr unsigned tiff_mark = 42;
  const TiffNumbers numbers(tiff);
  if (!tiff.starts_with("II") && !tiff.starts_with("MM")) return 1;
  const auto directory = numbers.read(4, 4);
  if (numbers.read(2, 2) != tiff_mark || !directory) return 1;
  const auto entries = numbers.read(*directory, 2).value_or(0);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = std::size_t{*directory} + 2 + i * entry_bytes;
    const auto tag = numbers.read(at, 2);
    if (!tag) return 1;
    if (*tag != orientation_tag) continue;
    const auto value = numbers.read(at + 8, 2).value_or(1);
    return value >= 1 && value <= orientations ? value : 1;
  }
  return 1;
}

/// An Exif part of our own that says the way up and nothing else.
std::string exif_of(unsigned orientation) {
  using namespace std::string_literals;
  std::string part =
      "\xFF\xE1\x00\x22"
      "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"s;
  part += static_cast<char>(orientation);
  return part + "\0\0\0\0\0\0"s;
}

class JpegCleaner {
 public:
  explicit JpegCleaner(std::string_view bytes) : bytes_(bytes) {}

  base::Result<CleanImage> clean() {
    if (!bytes_.starts_with("\xFF\xD8")) return damaged("it does not begin as one");
    at_ = 2;
    for (unsigned parts = 0; parts < image_parts_max; ++parts) {
      auto ended = next_part();
      if (!ended) return std::unexpected(std::move(ended.error()));
      if (*ended) return finished();
    }
    return fail(ErrorCode::limit_exceeded, "the JPEG has too many parts", "file");
  }

 private:
  base::Result<bool> next_part() {
    if (at_ + 1 >= bytes_.size()) return damaged("it is cut off");
    if (byte_at(bytes_, at_) != marker_begin) return damaged("a part does not begin as one");
    while (at_ < bytes_.size() && byte_at(bytes_, at_) == marker_begin) ++at_;
    if (at_ >= bytes_.size()) return damaged("it is cut off");
    const auto marker = byte_at(bytes_, at_++);
    if (marker == end_of_image) return true;
    if (marker <= 1 || marker == start_of_image || is_restart(marker))
      return damaged("a part stands where none may");
    if (bytes_.size() - at_ < 2) return damaged("it is cut off");
    const std::size_t length = byte_at(bytes_, at_) << 8 | byte_at(bytes_, at_ + 1);
    if (length < 2 || bytes_.size() - at_ < length) return damaged("a part is cut off");
    const auto content = bytes_.substr(at_ + 2, length - 2);
    at_ += length;
    if (is_dropped(marker)) {
      look_at(marker, content);
      return false;
    }
    if (auto good = check(marker, content); !good) return std::unexpected(std::move(good.error()));
    kept_ += static_cast<char>(marker_begin);
    kept_ += static_cast<char>(marker);
    kept_ += bytes_.substr(at_ - length, length);
    if (marker == start_of_scan)
      if (auto done = take_scan(); !done) return std::unexpected(std::move(done.error()));
    return false;
  }

  /// What a dropped part says that is needed to show the picture rightly.
  void look_at(unsigned marker, std::string_view content) {
    constexpr std::size_t adobe_bytes = 12;
    using namespace std::string_view_literals;
    if (marker == app_0 && content.starts_with("JFIF\0"sv)) jfif_ = true;
    if (marker == app_1 && content.starts_with("Exif\0\0"sv) && orientation_ == 1)
      orientation_ = orientation_of(content.substr(6));
    if (marker == app_14 && content.starts_with("Adobe") && content.size() >= adobe_bytes)
      transform_ = byte_at(content, adobe_bytes - 1);
  }

  Status check(unsigned marker, std::string_view content) {
    if (is_frame(marker)) return take_frame(content);
    switch (marker) {
      case quantization_tables:
        return check_quantization(content);
      case huffman_tables:
        return check_huffman(content);
      case restart_interval:
        if (content.size() != 2) return damaged("a restart interval has a wrong length");
        return {};
      case start_of_scan:
        return check_scan(content);
      default:
        return fail(ErrorCode::unsupported, "the JPEG is coded in a way that is not taken", "file",
                    "send a picture as cameras and telephones make it");
    }
  }

  Status take_frame(std::string_view content) {
    constexpr std::size_t fixed = 6;
    if (width_ != 0) return damaged("it has two frames");
    if (content.size() < fixed || content.size() != fixed + 3 * byte_at(content, 5))
      return damaged("the frame has a wrong length");
    const auto components = byte_at(content, 5);
    if (byte_at(content, 0) != 8 || (components != 1 && components != 3 && components != 4))
      return fail(ErrorCode::unsupported, "the JPEG's colours are not taken", "file");
    height_ = byte_at(content, 1) << 8 | byte_at(content, 2);
    width_ = byte_at(content, 3) << 8 | byte_at(content, 4);
    if (height_ == 0 || width_ == 0) return damaged("it has no size");
    if (height_ > image_side_max || width_ > image_side_max ||
        std::uint64_t{height_} * width_ > image_pixels_max)
      return fail(ErrorCode::limit_exceeded, "the picture has too many points", "file",
                  "send it smaller");
    return {};
  }

  static Status check_quantization(std::string_view content) {
    while (!content.empty()) {
      const std::size_t table = 1 + (byte_at(content, 0) >> 4 == 0 ? 64U : 128U);
      if (byte_at(content, 0) >> 4 > 1 || content.size() < table)
        return damaged("a table has a wrong length");
      content.remove_prefix(table);
    }
    return {};
  }

  static Status check_huffman(std::string_view content) {
    constexpr std::size_t counts = 16;
    constexpr std::size_t values_max = 256;
    while (!content.empty()) {
      if (content.size() < 1 + counts) return damaged("a table has a wrong length");
      std::size_t values = 0;
      for (std::size_t i = 1; i <= counts; ++i) values += byte_at(content, i);
      if (values > values_max || content.size() < 1 + counts + values)
        return damaged("a table has a wrong length");
      content.remove_prefix(1 + counts + values);
    }
    return {};
  }

  Status check_scan(std::string_view content) {
    if (width_ == 0) return damaged("a scan stands before the frame");
    if (content.empty() || content.size() != 4 + 2 * byte_at(content, 0))
      return damaged("a scan has a wrong length");
    if (++scans_ > jpeg_scans_max)
      return fail(ErrorCode::limit_exceeded, "the JPEG has too many scans", "file");
    return {};
  }

  /// Coded data up to the next marker that is neither a restart nor a stuffed byte.
  Status take_scan() {
    const auto begin = at_;
    for (;;) {
      at_ = bytes_.find('\xFF', at_);
      if (at_ == std::string_view::npos || at_ + 1 >= bytes_.size())
        return damaged("it is cut off");
      const auto next = byte_at(bytes_, at_ + 1);
      if (next != 0 && !is_restart(next)) break;
      at_ += 2;
    }
    kept_ += bytes_.substr(begin, at_ - begin);
    return {};
  }

  base::Result<CleanImage> finished() {
    using namespace std::string_literals;
    if (scans_ == 0) return damaged("it holds no picture");
    CleanImage image{"\xFF\xD8", width_, height_};
    if (jfif_) image.bytes += "\xFF\xE0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"s;
    if (orientation_ != 1) image.bytes += exif_of(orientation_);
    if (transform_) {
      image.bytes +=
          "\xFF\xEE\x00\x0E"
          "Adobe\0\x64\0\0\0\0"s;
      image.bytes += static_cast<char>(*transform_ <= 2 ? *transform_ : 0);
    }
    image.bytes += kept_ + "\xFF\xD9";
    return image;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::string kept_;
  bool jfif_ = false;
  std::optional<unsigned> transform_;
  unsigned orientation_ = 1;
  unsigned scans_ = 0;
  std::uint32_t width_ = 0;
  std::uint32_t height_ = 0;
};

}  // namespace

base::Result<CleanImage> clean_jpeg(std::string_view bytes) {
  return JpegCleaner(bytes).clean();
}

}  // namespace tocsin::formats
