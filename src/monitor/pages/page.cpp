// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/page.hpp"

#include <array>
#include <charconv>

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 6> sections = {"today",      "observations", "places",
                                                      "indicators", "sources",      "method"};

/// "Africa/Addis_Ababa" is shown as "Addis Ababa".
std::string zone_label(std::string_view zone) {
  std::string label(zone.substr(zone.rfind('/') + 1));
  std::ranges::replace(label, '_', ' ');
  return label;
}

json::array clocks_of(const MonitorParts& parts, const Labels& labels) {
  const auto now = parts.clock.now();
  const auto iso = base::format_instant(now);
  const auto clock = [&](std::string_view zone) {
    return json::object{{"zone", zone},
                        {"zone_label", zone_label(zone)},
                        {"iso", iso},
                        {"text", labels.names().clock(now, zone)}};
  };
  json::array list = {clock("UTC")};
  const bool own_is_utc = parts.time_zone.empty() || parts.time_zone == "UTC" ||
                          parts.time_zone == "Etc/UTC" || parts.time_zone == "Etc/UCT" ||
                          parts.time_zone == "Etc/Unknown" || parts.time_zone == "GMT";
  if (!own_is_utc) list.push_back(clock(parts.time_zone));
  return list;
}

std::string here_of(const pagekit::Call& call, std::string_view query) {
  auto path = call.request.path;
  if (!query.empty()) path += "?" + std::string(query);
  return path;
}

json::array languages_of(const pagekit::Call& call) {
  struct Language {
    std::string_view code;
    std::string_view direction;
  };
  constexpr std::array<Language, 3> offered = {{{"en", "ltr"}, {"fr", "ltr"}, {"ar", "rtl"}}};
  json::array list;
  for (const auto& [code, direction] : offered)
    list.push_back(json::object{{"code", code},
                                {"name", base::language_in_itself(code)},
                                {"direction", direction},
                                {"href", here_of(call, call.query.with("lang", code))},
                                {"current", code == call.language}});
  return list;
}

json::object assets_of(const pagekit::WebFiles& web) {
  const auto href = [&web](std::string_view name) { return "/assets/" + web.asset_name(name); };
  return {{"style", href("site.css")},
          {"script", href("site.js")},
          {"map", href("map.js")},
          {"world", href("world.json")},
          {"icon", href("bell.svg")}};
}

}  // namespace

json::object bare_frame(const MonitorParts& parts, const Labels& labels, const pagekit::Call& call,
                        const Head& head) {
  json::object nav;
  for (const auto section : sections) nav[section] = section == head.section;
  json::object page = {{"lang", labels.language()},
                       {"dir", labels.language() == "ar" ? "rtl" : "ltr"},
                       {"title", head.title},
                       {"heading", head.heading},
                       {"here", here_of(call, call.query.with("lang", std::nullopt))},
                       {"changes_href", "/api/v1/changes"},
                       {"has_map", head.has_map}};
  return {{"page", std::move(page)},
          {"nav", std::move(nav)},
          {"node", {{"name", parts.node_name}, {"version", parts.version}}},
          {"notices", {{"exercise", false}, {"loopback", head.loopback}}},
          {"clocks", clocks_of(parts, labels)},
          {"languages", languages_of(call)},
          {"assets", assets_of(parts.web)}};
}

base::Result<json::object> page_frame(const Page& page, const Head& head) {
  auto context = bare_frame(page.parts, page.labels, page.call, head);
  auto exercise = page.reader.holds_exercise();
  if (!exercise) return passed(exercise);
  auto change = page.reader.change_number();
  if (!change) return passed(change);
  context["notices"].as_object()["exercise"] = *exercise;
  context["page"].as_object()["changes_href"] = "/api/v1/changes?after=" + std::to_string(*change);
  return context;
}

base::Result<base::Day> last_day(const Page& page) {
  auto day = page.reader.last_day();
  if (!day) return passed(day);
  return day->value_or(base::day_of(page.parts.clock.now()));
}

base::Result<std::int64_t> path_id(const pagekit::Call& call) {
  const auto text = call.path_part("id");
  std::int64_t id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || id <= 0)
    return base::fail(base::ErrorCode::not_found, "there is nothing at this address",
                      call.request.path, "check the address, or begin at the first page");
  return id;
}

}  // namespace tocsin::monitor::pages
