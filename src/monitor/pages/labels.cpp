// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/labels.hpp"

namespace tocsin::monitor::pages {
namespace {

constexpr std::uint8_t level_country = 1;
constexpr std::uint8_t level_unit = 2;

}  // namespace

Labels::Labels(const pagekit::WebFiles& web, std::string_view language,
               const knowledge::Framework& framework, const ExerciseCountry& exercise)
    : Words(web, language), framework_(framework), exercise_(exercise) {}

std::string Labels::kind(std::string_view kind, std::string_view type) const {
  if (auto text = looked_up("kind", kind); !text.empty()) return text;
  if (auto text = looked_up("type", type); !text.empty()) return text;
  if (kind.empty() && type.empty()) return message("type.none");
  return std::string(kind.empty() ? type : kind);
}

std::string Labels::measure(std::string_view id) const {
  if (id == measure_of_all) return message("measure.any");
  if (auto text = looked_up("measure", id); !text.empty()) return text;
  if (const auto* found = framework_.find(id)) return found->un_number + " " + said(found->label);
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
    const auto found = exercise_.names.find(language());
    return found == exercise_.names.end() ? std::string(code) : found->second;
  }
  return names().country(code);
}

std::string Labels::format(std::string_view id) const {
  auto text = looked_up("format", id);
  return text.empty() ? std::string(id) : text;
}

boost::json::object Labels::indicator(std::string_view id) const {
  const auto* found = framework_.find(id);
  boost::json::object out;
  out["number"] = found == nullptr ? std::string(id) : found->un_number;
  out["label"] = found == nullptr ? std::string{} : said(found->label);
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
