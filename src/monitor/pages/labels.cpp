// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/labels.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/plural.hpp"
#include "base/text.hpp"

namespace tocsin::monitor::pages {
namespace {

constexpr std::string_view isolate_open = "\xE2\x81\xA8";
constexpr std::string_view isolate_close = "\xE2\x81\xA9";

/// Letters of any script; general punctuation and the minus sign are none.
bool is_letter(char32_t sign) {
  if (sign < 0x80) return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z');
  return sign >= 0xC0 && !(sign >= 0x2000 && sign <= 0x2BFF);
}

void isolate_all(Labels::Values& values) {
  for (auto& [name, value] : values) value = isolated(value);
}

constexpr std::uint8_t level_country = 1;
constexpr std::uint8_t level_unit = 2;

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

Labels::Labels(const pagekit::WebFiles& web, std::string_view language,
               const knowledge::Framework& framework, const ExerciseCountry& exercise)
    : web_(web),
      language_(language),
      framework_(framework),
      exercise_(exercise),
      names_(language) {}

std::string Labels::message(std::string_view key, Values values) const {
  isolate_all(values);
  return web_.message(language_, key, values);
}

std::string Labels::plural(std::string_view key, std::int64_t count, Values values) const {
  isolate_all(values);
  return web_.plural(language_, key, count, std::move(values));
}

bool Labels::has(std::string_view key) const {
  return web_.message(language_, key) != key;
}

std::string Labels::number(std::int64_t count) const {
  return base::format_count(language_, count);
}

std::string Labels::decimal(double value, int fraction_digits_max) const {
  return names_.decimal(value, fraction_digits_max);
}

std::string Labels::about(double value) const {
  constexpr double whole_from = 10;
  return names_.decimal(value, std::abs(value) < whole_from ? 1 : 0);
}

std::string Labels::bytes(std::uint64_t count) const {
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

boost::json::object Labels::day(base::Day day) const {
  return {{"iso", base::format_day(day)}, {"text", names_.day(day)}};
}

boost::json::object Labels::time(base::Instant instant) const {
  return {{"iso", base::format_instant(instant)}, {"text", names_.time(instant)}};
}

std::string Labels::looked_up(std::string_view section, std::string_view id) const {
  // An id is a feed's word: with a dot in it, it would name another part of the catalogue.
  if (id.empty() || id.find('.') != std::string_view::npos) return {};
  const auto key = std::string(section) + "." + std::string(id);
  auto text = web_.message(language_, key);
  return text == key ? std::string{} : text;
}

std::string Labels::kind(std::string_view kind, std::string_view type) const {
  if (auto text = looked_up("kind", kind); !text.empty()) return text;
  if (auto text = looked_up("type", type); !text.empty()) return text;
  if (kind.empty() && type.empty()) return message("type.none");
  return std::string(kind.empty() ? type : kind);
}

std::string Labels::measure(std::string_view id) const {
  if (id == measure_of_all) return message("measure.any");
  if (auto text = looked_up("measure", id); !text.empty()) return text;
  if (const auto* found = framework_.find(id)) return found->un_number + " " + found->label;
  return std::string(id);
}

std::string Labels::actor(const StoredActor& actor) const {
  auto role = looked_up("role", actor.role);
  if (role.empty()) role = actor.role;
  const auto place = actor.country.empty() ? std::string{} : country(actor.country);
  if (!actor.group.empty()) {
    if (role.empty()) return actor.group;
    return message("actor.with_group", {{"group", actor.group}, {"role", role}});
  }
  if (role.empty()) return place;
  return place.empty() ? role : message("actor.with_country", {{"role", role}, {"country", place}});
}

boost::json::value Labels::status(coding::ActStatus status) const {
  if (status == coding::ActStatus::reported) return false;
  const auto code = coding::name_of(status);
  return boost::json::object{{"status_code", code},
                             {"status_label", message("status." + std::string(code))}};
}

std::string Labels::country(std::string_view code) const {
  if (code.empty()) return {};
  if (code == exercise_.code || code == exercise_.code_alpha3) {
    const auto found = exercise_.names.find(language_);
    return found == exercise_.names.end() ? std::string(code) : found->second;
  }
  return names_.country(code);
}

std::string Labels::format(std::string_view id) const {
  auto text = looked_up("format", id);
  return text.empty() ? std::string(id) : text;
}

boost::json::object Labels::indicator(std::string_view id) const {
  const auto* found = framework_.find(id);
  boost::json::object out;
  out["number"] = found == nullptr ? std::string(id) : found->un_number;
  out["label"] = found == nullptr ? std::string{} : found->label;
  out["provisional"] = found != nullptr && found->provisional();
  out["indicator_href"] = "/observations?indicator=" + std::string(id);
  return out;
}

std::string Labels::within(const StoredPlace& place) const {
  if (place.level == level_country) return {};
  const auto above = country(place.country);
  if (place.level == level_unit || place.admin1.empty() || place.admin1 == place.name) return above;
  if (above.empty()) return place.admin1;
  return message("place.within", {{"unit", place.admin1}, {"country", above}});
}

std::string Labels::place(const StoredPlace& place) const {
  if (place.level == level_country && !place.country.empty()) return country(place.country);
  return place.name;
}

}  // namespace tocsin::monitor::pages
