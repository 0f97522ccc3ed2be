// SPDX-License-Identifier: Apache-2.0
// One search over what a person may read: reports, situations, warnings.
#include <boost/json.hpp>

#include "assess/assess_pages.hpp"
#include "assess/cited.hpp"
#include "assess/matters.hpp"
#include "base/text.hpp"
#include "inform/inform_pages.hpp"
#include "inform/search.hpp"
#include "inform/warning_tables.hpp"

namespace tocsin::inform {
namespace {

namespace json = boost::json;
using pagekit::Answer;

/// Texts are opened one by one: so many of a kind a search, the newest first.
constexpr std::size_t looked_through_max = 2'000;
constexpr std::size_t found_max = 50;

/// What was found of one kind.
struct Found {
  json::array rows;
  bool more = false;
  void add(std::string href, std::string name, std::string excerpt, base::Instant at,
           const pagekit::Words& words) {
    if (rows.size() >= found_max)
      more = true;
    else
      rows.push_back(json::object{{"href", std::move(href)},
                                  {"name", std::move(name)},
                                  {"excerpt", std::move(excerpt)},
                                  {"when", words.time(at)}});
  }
};

base::Result<Found> in_reports(const InformCall& page, const SearchWords& wanted) {
  Found found;
  if (!page.concerns("report.read")) return found;
  auto reports = assess::ReportReader(page.database).list(true, looked_through_max);
  if (!reports) return std::unexpected(std::move(reports.error()));
  auto endangered = assess::endangered_reports(page.database);
  if (!endangered) return std::unexpected(std::move(endangered.error()));
  found.more = reports->size() == looked_through_max;
  for (const auto& report : *reports) {
    // Someone may be in danger: its words are read where one looks at that, and nowhere else.
    if (endangered->contains(report.object)) continue;
    if (!page.may("report.read", assess::matter_of(report))) continue;
    if (auto piece = wanted.found_in(page.shown(report.object, "text", report.text)))
      found.add("/inbox/" + std::string(assess::uuid_of(report.object)),
                report.source.empty() ? page.words.message("search.report") : report.source,
                std::move(*piece), report.received, page.words);
  }
  return found;
}

base::Result<Found> in_situations(const InformCall& page, const SearchWords& wanted) {
  Found found;
  if (!page.concerns("situation.read")) return found;
  const assess::SituationReader reader(page.database);
  auto situations = reader.list(looked_through_max);
  if (!situations) return std::unexpected(std::move(situations.error()));
  found.more = situations->size() == looked_through_max;
  for (const auto& situation : *situations) {
    if (!page.may("situation.read", assess::matter_of(situation))) continue;
    const auto name = page.shown(situation.object, "name", situation.name);
    std::string text = name;
    for (std::size_t i = 0; i < situation.sections.size(); ++i)
      if (!situation.sections.at(i).empty())
        text += "\n" +
                page.shown(situation.object, assess::section_names.at(i), situation.sections.at(i));
    if (auto piece = wanted.found_in(text))
      found.add("/situations/" + std::string(assess::uuid_of(situation.object)), name,
                std::move(*piece), situation.changed, page.words);
  }
  return found;
}

base::Result<Found> in_warnings(const InformCall& page, const SearchWords& wanted) {
  Found found;
  auto warnings =
      WarningDesk(page.parts).readable(page.session.person, page.database, looked_through_max);
  if (!warnings) return std::unexpected(std::move(warnings.error()));
  for (const auto& warning : *warnings) {
    if (warning.erased()) continue;
    const auto name = page.shown(warning.object, "title", warning.title);
    const auto text = name + "\n" +
                      page.shown(warning.object, "what_changed", warning.what_changed) + "\n" +
                      page.shown(warning.object, "concerns", warning.concerns);
    if (auto piece = wanted.found_in(text))
      found.add("/warnings/" + std::string(assess::uuid_of(warning.object)), name,
                std::move(*piece), warning.text_at, page.words);
  }
  return found;
}

Answer search_page(const InformCall& page) {
  const auto typed = page.call.query.get("q");
  const SearchWords wanted(typed);
  const auto title = page.words.message("search.title");
  auto context = page.parts.pages.context(page.call, {title, title, "desk"});
  json::object search{{"typed", std::string(base::cut(typed, search_bytes_max))},
                      {"asked", !wanted.empty()},
                      {"groups", json::array{}}};
  if (!wanted.empty()) {
    // Sealed texts are opened, so the reading is recorded, and without the words.
    if (page.parts.note_read)
      if (auto noted = page.parts.note_read(page.session.person.account, "search.read", "desk");
          !noted)
        return std::unexpected(std::move(noted.error()));
    json::array groups;
    using Find = base::Result<Found> (*)(const InformCall&, const SearchWords&);
    for (const auto& [kind, find] : {std::pair<const char*, Find>{"reports", in_reports},
                                     {"situations", in_situations},
                                     {"warnings", in_warnings}}) {
      auto found = find(page, wanted);
      if (!found) return std::unexpected(std::move(found.error()));
      if (found->rows.empty() && !found->more) continue;
      const auto count = static_cast<std::int64_t>(found->rows.size());
      groups.push_back(json::object{{"id", kind},
                                    {"heading", page.words.message(std::string("search.") + kind)},
                                    {"summary", page.words.plural("search.found", count)},
                                    {"more", found->more},
                                    {"rows", std::move(found->rows)}});
    }
    search["groups"] = std::move(groups);
  }
  search["nothing"] = !wanted.empty() && search["groups"].get_array().empty();
  context["search"] = std::move(search);
  return page.parts.pages.render(page.call, "inform/search", context);
}

}  // namespace

void add_search_routes(pagekit::Router& router, const InformParts& parts) {
  add_page(router, parts, "GET", "/search", search_page);
}

}  // namespace tocsin::inform
