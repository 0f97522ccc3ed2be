// SPDX-License-Identifier: Apache-2.0
// Pictures without what they tell beside the picture: where, when and with what they were taken,
// small copies of what was cut away, comments, and whatever hangs on at the end.
//
// Nothing is decoded into pixels and coded again: the file is taken apart and put together from the
// parts that the picture itself needs. JPEG keeps frame, tables and scans; a JFIF or Adobe mark and
// the way up are written anew from the one value that matters. PNG keeps IHDR, PLTE, tRNS, gAMA,
// sRGB, cHRM and the image data, whose stream is inflated to see that it holds this picture and
// nothing after it. Every part that is kept has exactly the length that its content needs.
// What stays: what the picture shows, the noise of the sensor, the choice of tables.
//
// Ownership: values. Threads: pure functions. Errors: ErrorCode::corrupt for a file that is damaged
// or cut off, unsupported for a way of coding that is not taken, limit_exceeded for a picture that
// is too large to be shown safely.
// Source: ITU-T T.81, annex B; T.871; CIPA DC-008 (Exif), 4.6; W3C PNG, third edition.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::formats {

inline constexpr std::uint32_t image_side_max = 20'000;
inline constexpr std::uint64_t image_pixels_max = 60'000'000;
/// Scans of a progressive picture; thousands of them keep a reader busy for minutes.
inline constexpr unsigned jpeg_scans_max = 100;
inline constexpr unsigned image_parts_max = 100'000;

struct CleanImage {
  std::string bytes;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};
[[nodiscard]] base::Result<CleanImage> clean_jpeg(std::string_view bytes);
[[nodiscard]] base::Result<CleanImage> clean_png(std::string_view bytes);

}  // namespace tocsin::formats
