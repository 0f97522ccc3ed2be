// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"

namespace tocsin::monitor::feeds {

namespace {

constexpr std::size_t shown_bytes_max = 40;

std::optional<base::Day> day_or_nothing(std::string_view text) {
  auto day = base::parse_day(text);
  return day ? std::optional(*day) : std::nullopt;
}

int month_of(std::string_view word) {
  constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                    "jul", "aug", "sep", "oct", "nov", "dec"};
  constexpr std::array<std::string_view, 12> rest{
      "uary", "ruary", "ch", "il", "", "e", "y", "ust", "tember", "ober", "ember", "ember"};
  const std::string small = base::lower(word);
  if (small.size() < 3) return 0;
  for (std::size_t i = 0; i < months.size(); ++i) {
    if (!small.starts_with(months[i])) continue;
    const auto tail = std::string_view(small).substr(3);
    const bool known = tail.empty() || tail == "." || tail == rest[i] || small == "sept";
    return known ? static_cast<int>(i) + 1 : 0;
  }
  return 0;
}

/// "05 March 2021", "5-Mar-2021": day, month in words, year of four digits.
std::optional<base::Day> read_worded_day(std::string_view cell) {
  std::array<std::string_view, 3> part{};
  std::size_t count = 0;
  while (!cell.empty()) {
    const auto end = std::min(cell.find_first_of(" -,"), cell.size());
    if (end > 0) {
      if (count == part.size()) return std::nullopt;
      part[count++] = cell.substr(0, end);
    }
    cell.remove_prefix(std::min(end + 1, cell.size()));
  }
  int day = 0;
  if (count != 3 || part[2].size() != 4) return std::nullopt;
  if (!read_number(part[0], day)) {
    std::swap(part[0], part[1]);  // "March 5, 2021"
    if (!read_number(part[0], day)) return std::nullopt;
  }
  const int month = month_of(part[1]);
  if (month == 0 || part[0].size() > 2) return std::nullopt;
  return day_or_nothing(fmt::format("{}{:02}{:02}", part[2], month, day));
}

bool is_control(unsigned char byte) {
  return byte < 0x20 && byte != '\t' && byte != '\n';
}

}  // namespace

std::optional<base::Day> read_day(std::string_view cell) {
  cell = base::trim(cell);
  if (cell.size() == 8 || cell.size() == 10) {
    if (auto day = day_or_nothing(cell)) return day;
    if (cell.size() == 10 && cell[4] == '/' && cell[7] == '/')
      return day_or_nothing(
          fmt::format("{}{}{}", cell.substr(0, 4), cell.substr(5, 2), cell.substr(8, 2)));
  }
  if (cell.size() > 10 && (cell[10] == 'T' || cell[10] == ' '))
    if (auto day = day_or_nothing(cell.substr(0, 10))) return day;
  return cell.size() > 32 ? std::nullopt : read_worded_day(cell);
}

std::optional<base::Instant> read_stamp(std::string_view cell) {
  if (cell.size() != 14 && cell.size() != 8) return std::nullopt;
  const auto day = day_or_nothing(cell.substr(0, 8));
  if (!day || cell.size() == 8) return day ? std::optional<base::Instant>(*day) : std::nullopt;
  int hour = 0;
  int minute = 0;
  int second = 0;
  const bool good = read_number(cell.substr(8, 2), hour) &&
                    read_number(cell.substr(10, 2), minute) &&
                    read_number(cell.substr(12, 2), second);
  if (!good || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return std::nullopt;
  return base::Instant{*day} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second};
}

std::optional<base::Instant> read_instant(std::string_view cell) {
  cell = base::trim(cell);
  if (auto instant = base::parse_instant(cell)) return *instant;
  if (auto instant = base::parse_mail_date(cell)) return *instant;
  if (auto day = read_day(cell)) return base::Instant{*day};
  return std::nullopt;
}

std::string read_coordinates(std::string_view latitude, std::string_view longitude,
                             FeedPlace& place) {
  place.latitude.reset();
  place.longitude.reset();
  if (latitude.empty() && longitude.empty()) return {};
  double north = 0;
  double east = 0;
  if (!read_number(latitude, north) || !std::isfinite(north) || std::abs(north) > 90)
    return bad_cell("latitude", latitude, "a number from -90 to 90");
  if (!read_number(longitude, east) || !std::isfinite(east) || std::abs(east) > 180)
    return bad_cell("longitude", longitude, "a number from -180 to 180");
  place.latitude = north;
  place.longitude = east;
  return {};
}

namespace {
/// More people than any one row can be about.
constexpr std::int32_t count_max = 1'000'000'000;
}  // namespace

std::string read_count(std::string_view cell, std::string_view field,
                       std::optional<std::int32_t>& out) {
  out.reset();
  if (cell.empty()) return {};
  std::int32_t count = 0;
  if (read_number(cell, count) && count >= 0 && count <= count_max) {
    out = count;
    return {};
  }
  // Exports from spreadsheets and statistics programs write whole numbers as "3.0".
  double real = 0;
  if (read_number(cell, real) && real >= 0 && real <= count_max && real == std::floor(real)) {
    out = static_cast<std::int32_t>(real);
    return {};
  }
  return bad_cell(field, cell, "a whole number from 0 to 1000000000");
}

std::string clean(std::string_view cell) {
  cell = base::trim(cell);
  std::string text =
      look_at_bytes(cell) == LineBytes::ascii ? std::string(cell) : base::to_utf8(cell);
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return is_control(static_cast<unsigned char>(c)); }))
    std::erase_if(text, [](char c) { return is_control(static_cast<unsigned char>(c)); });
  return text;
}

bool is_web_address(std::string_view url) {
  const auto begins = [&](std::string_view scheme) {
    if (url.size() <= scheme.size()) return false;
    for (std::size_t i = 0; i < scheme.size(); ++i) {
      const char c = url[i];
      if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != scheme[i]) return false;
    }
    return true;
  };
  return begins("http://") || begins("https://");
}

std::string_view host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  if (!url.starts_with('[')) url = url.substr(0, url.find(':'));
  if (url.starts_with("www.")) url.remove_prefix(4);
  return url;
}

std::vector<std::string> split_list(std::string_view cell, char separator) {
  std::vector<std::string> parts;
  while (!cell.empty()) {
    const auto end = std::min(cell.find(separator), cell.size());
    std::string part = clean(cell.substr(0, end));
    if (!part.empty()) parts.push_back(std::move(part));
    cell.remove_prefix(std::min(end + 1, cell.size()));
  }
  return parts;
}

std::string bad_cell(std::string_view field, std::string_view cell, std::string_view expected) {
  return fmt::format("{} \"{}\" is not {}", field, clean(base::cut(cell, shown_bytes_max)),
                     expected);
}

LineBytes look_at_bytes(std::string_view line) {
  // Blocks of a fixed length, and no early exit, let the compiler look at many bytes in one step.
  constexpr std::size_t block_bytes = 64;
  unsigned char high = 0;
  unsigned char control = 0;
  const auto look = [&](std::size_t begin, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto byte = static_cast<unsigned char>(line.data()[begin + i]);
      high = static_cast<unsigned char>(high | byte);
      control =
          static_cast<unsigned char>(control | ((byte < 0x20 ? 1 : 0) & (byte != '\t' ? 1 : 0)));
    }
  };
  std::size_t at = 0;
  for (; at + block_bytes <= line.size(); at += block_bytes) look(at, block_bytes);
  look(at, line.size() - at);
  if (control != 0) return LineBytes::has_control;
  return (high & 0x80) == 0 ? LineBytes::ascii : LineBytes::needs_check;
}

std::string find_symbol(std::string_view text) {
  constexpr std::array<std::string_view, 14> series{"A/",     "S/",    "E/",   "CAT/",  "CCPR/",
                                                    "CEDAW/", "CERD/", "CRC/", "CRPD/", "CED/",
                                                    "CMW/",   "PBC/",  "HRI/", "ST/"};
  constexpr std::string_view allowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/.-()";
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool word_begins =
        at == 0 || allowed.find(text[at - 1]) == std::string_view::npos || text[at - 1] == '(';
    if (!word_begins) continue;
    const auto rest = text.substr(at);
    const bool known = std::any_of(series.begin(), series.end(),
                                   [&](std::string_view s) { return rest.starts_with(s); });
    if (!known) continue;
    auto symbol = rest.substr(0, std::min(rest.find_first_not_of(allowed), rest.size()));
    while (!symbol.empty() &&
           (symbol.back() == '.' || symbol.back() == '-' || symbol.back() == '/' ||
            symbol.back() == ')' || symbol.back() == '('))
      symbol.remove_suffix(1);
    const bool has_digit = symbol.find_first_of("0123456789") != std::string_view::npos;
    if (has_digit && symbol.size() >= 5 && symbol.size() <= 40) return std::string(symbol);
  }
  return {};
}

}  // namespace tocsin::monitor::feeds
