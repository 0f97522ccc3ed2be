// SPDX-License-Identifier: Apache-2.0
#include "pagekit/frame.hpp"

#include <algorithm>
#include <array>

namespace tocsin::pagekit {
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

json::array clocks_of(const FrameParts& parts, const Words& words) {
  const auto now = parts.clock.now();
  const auto iso = base::format_instant(now);
  const auto clock = [&](std::string_view zone) {
    return json::object{{"zone", zone},
                        {"zone_label", zone_label(zone)},
                        {"iso", iso},
                        {"text", words.names().clock(now, zone)}};
  };
  json::array list = {clock("UTC")};
  const bool own_is_utc = parts.time_zone.empty() || parts.time_zone == "UTC" ||
                          parts.time_zone == "Etc/UTC" || parts.time_zone == "Etc/UCT" ||
                          parts.time_zone == "Etc/Unknown" || parts.time_zone == "GMT";
  if (!own_is_utc) list.push_back(clock(parts.time_zone));
  return list;
}

std::string here_of(const Call& call, std::string_view query) {
  auto path = call.request.path;
  if (!query.empty()) path += "?" + std::string(query);
  return path;
}

json::array languages_of(const Call& call) {
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

json::object assets_of(const WebFiles& web) {
  const auto href = [&web](std::string_view name) { return "/assets/" + web.asset_name(name); };
  return {{"style", href("site.css")},
          {"script", href("site.js")},
          {"map", href("map.js")},
          {"world", href("world.json")},
          {"icon", href("bell.svg")}};
}

/// Who is logged in, or false.
json::value visitor_of(const Words& words, const Call& call, const Head& head) {
  if (call.visitor == nullptr) return false;
  json::array sections_of_visitor;
  for (const auto& section : call.visitor->sections)
    sections_of_visitor.push_back(json::object{{"href", section.href},
                                               {"label", words.message("nav." + section.id)},
                                               {"current", section.id == head.section}});
  return json::object{{"name", call.visitor->shown_name},
                      {"form_token", call.visitor->form_token},
                      {"sections", std::move(sections_of_visitor)}};
}

/// What stands above the page, or false.
json::value alerts_of(const Words& words, const Call& call) {
  json::array list;
  if (call.visitor == nullptr) return false;
  for (const auto& alert : call.visitor->alerts(words))
    list.push_back(
        json::object{{"text", alert.text},
                     {"href", alert.href.empty() ? json::value(false) : json::value(alert.href)},
                     {"overdue", alert.overdue}});
  if (list.empty()) return false;
  return list;
}

}  // namespace

json::object page_frame(const FrameParts& parts, const Words& words, const Call& call,
                        const Head& head) {
  json::object nav;
  for (const auto section : sections) nav[section] = section == head.section;
  json::object page = {{"lang", words.language()},
                       {"dir", words.language() == "ar" ? "rtl" : "ltr"},
                       {"title", head.title},
                       {"heading", head.heading},
                       {"here", here_of(call, call.query.with("lang", std::nullopt))},
                       {"changes_href", "/api/v1/changes"},
                       {"has_map", head.has_map}};
  return {{"page", std::move(page)},
          {"nav", std::move(nav)},
          {"node", {{"name", parts.node_name}, {"version", parts.version}}},
          {"notices", {{"exercise", parts.exercise}, {"loopback", head.loopback}}},
          {"clocks", clocks_of(parts, words)},
          {"languages", languages_of(call)},
          {"visitor", visitor_of(words, call, head)},
          {"alerts", alerts_of(words, call)},
          {"assets", assets_of(parts.web)}};
}

std::string language_cookie(std::string_view language) {
  constexpr std::string_view one_year_s = "31536000";
  return "lang=" + std::string(language) + "; Path=/; Max-Age=" + std::string(one_year_s) +
         "; SameSite=Strict; HttpOnly";
}

PageSet::PageSet(FrameParts parts) : parts_(std::move(parts)) {
  for (const auto& language : parts_.web.languages())
    words_.try_emplace(language, parts_.web, language);
  if (words_.empty()) words_.try_emplace("en", parts_.web, "en");
}

const Words& PageSet::words(std::string_view language) const {
  const auto found = words_.find(language);
  return found == words_.end() ? words_.begin()->second : found->second;
}

json::object PageSet::context(const Call& call, const Head& head) const {
  return page_frame(parts_, words(call.language), call, head);
}

Answer PageSet::render(const Call& call, std::string_view name, const json::object& context,
                       int status) const {
  auto html = parts_.web.render(name, call.language, context);
  if (!html) return std::unexpected(std::move(html.error()));
  auto response = html_response(std::move(*html), call.request, status);
  if (call.query.get("lang") == call.language)
    response.headers.emplace_back("Set-Cookie", language_cookie(call.language));
  return response;
}

}  // namespace tocsin::pagekit
