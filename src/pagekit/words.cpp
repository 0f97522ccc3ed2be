// SPDX-License-Identifier: Apache-2.0
#include "pagekit/words.hpp"

#include <array>
#include <cmath>

#include "base/plural.hpp"
#include "base/text.hpp"

namespace tocsin::pagekit {
namespace {

constexpr std::string_view isolate_open = "\xE2\x81\xA8";
constexpr std::string_view isolate_close = "\xE2\x81\xA9";

/// Letters of any script; general punctuation and the minus sign are none.
bool is_letter(char32_t sign) {
  if (sign < 0x80) return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z');
  return sign >= 0xC0 && !(sign >= 0x2000 && sign <= 0x2BFF);
}

void isolate_all(Words::Values& values) {
  for (auto& [name, value] : values) value = isolated(value);
}

}  // namespace

std::string isolated(std::string_view value) {
  for (std::size_t at = 0; at < value.size();) {
    const auto sign = base::decode(value, at);
    if (is_letter(sign.value))
      return std::string(isolate_open) + std::string(value) + std::string(isolate_close);
    at += sign.length;
  }
  return std::string(value);
}

std::string Words::message(std::string_view key, Values values) const {
  isolate_all(values);
  return web_.message(language_, key, values);
}

std::string Words::plural(std::string_view key, std::int64_t count, Values values) const {
  isolate_all(values);
  return web_.plural(language_, key, count, std::move(values));
}

bool Words::has(std::string_view key) const {
  return web_.message(language_, key) != key;
}

std::string Words::number(std::int64_t count) const {
  return base::format_count(language_, count);
}

std::string Words::decimal(double value, int fraction_digits_max) const {
  return names_.decimal(value, fraction_digits_max);
}

std::string Words::about(double value) const {
  constexpr double whole_from = 10;
  return names_.decimal(value, std::abs(value) < whole_from ? 1 : 0);
}

std::string Words::bytes(std::uint64_t count) const {
  constexpr std::array<std::string_view, 4> units = {"B", "kB", "MB", "GB"};
  constexpr double step = 1000;
  auto value = static_cast<double>(count);
  std::size_t unit = 0;
  while (value >= step && unit + 1 < units.size()) {
    value /= step;
    ++unit;
  }
  return names_.decimal(value, unit == 0 ? 0 : 1) + " " + std::string(units.at(unit));
}

boost::json::object Words::day(base::Day day) const {
  return {{"iso", base::format_day(day)}, {"text", names_.day(day)}};
}

boost::json::object Words::time(base::Instant instant) const {
  return {{"iso", base::format_instant(instant)}, {"text", names_.time(instant)}};
}

std::string Words::looked_up(std::string_view section, std::string_view id) const {
  // An id is a feed's word: with a dot in it, it would name another part of the catalogue.
  if (id.empty() || id.find('.') != std::string_view::npos) return {};
  const auto key = std::string(section) + "." + std::string(id);
  auto text = web_.message(language_, key);
  return text == key ? std::string{} : text;
}

}  // namespace tocsin::pagekit
