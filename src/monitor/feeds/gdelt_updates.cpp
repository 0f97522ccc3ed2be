// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/gdelt_updates.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "monitor/feeds/fields.hpp"

namespace tocsin::monitor::feeds {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::chrono::minutes quarter_length{15};
constexpr std::size_t stamp_digits = 14;
constexpr std::string_view export_ending = ".export.CSV.zip";

/// Where the 14 digits of the time stand in an address; npos where they do not.
std::size_t stamp_place(std::string_view url) {
  if (!url.ends_with(export_ending)) return std::string_view::npos;
  const auto end = url.size() - export_ending.size();
  return end >= stamp_digits ? end - stamp_digits : std::string_view::npos;
}

std::string stamp_of(base::Instant instant) {
  const std::string text = base::format_instant(instant);  // 2024-03-05T10:15:00Z
  std::string digits;
  for (const char c : text)
    if (c >= '0' && c <= '9') digits += c;
  return digits;
}

}  // namespace

base::Result<GdeltFile> read_last_update(std::string_view text) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto words = split_list(line, ' ');
    if (words.size() != 3 || stamp_place(words[2]) == std::string_view::npos) continue;
    GdeltFile file;
    file.md5 = base::lower(words[1]);
    file.url = words[2];
    const auto quarter = read_stamp(std::string_view(file.url).substr(stamp_place(file.url), 14));
    const bool hex = file.md5.size() == 32 &&
                     file.md5.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!read_number(std::string_view(words[0]), file.bytes) || !hex || !quarter ||
        !is_web_address(file.url))
      return fail(ErrorCode::invalid_input, "the line of the event export cannot be read",
                  "lastupdate.txt");
    file.quarter = *quarter;
    return file;
  }
  return fail(ErrorCode::invalid_input, "the list names no event export", "lastupdate.txt",
              "check the address: it should end in lastupdate.txt");
}

std::vector<GdeltFile> files_to_fetch(std::optional<base::Instant> done, const GdeltFile& newest,
                                      std::size_t& missed) {
  missed = 0;
  if (!done) return {newest};
  if (*done >= newest.quarter) return {};
  const auto quarters = static_cast<std::size_t>((newest.quarter - *done) / quarter_length);
  const std::size_t count = std::clamp<std::size_t>(quarters, 1, catch_up_files_max);
  missed = std::max(quarters, count) - count;
  std::vector<GdeltFile> files;
  const auto place = stamp_place(newest.url);
  for (std::size_t back = count - 1; back > 0; --back) {
    GdeltFile file;
    file.quarter = newest.quarter - quarter_length * static_cast<int>(back);
    file.url = newest.url;
    file.url.replace(place, stamp_digits, stamp_of(file.quarter));
    files.push_back(std::move(file));
  }
  files.push_back(newest);
  return files;
}

std::string md5_hex(std::string_view bytes) {
  std::array<unsigned char, 16> digest{};
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_md5(), nullptr);
  return base::to_hex(digest);
}

}  // namespace tocsin::monitor::feeds
