// SPDX-License-Identifier: Apache-2.0
// Today: what moved, what failed, what came in.
#include "monitor/pages/pages.hpp"
#include "monitor/pages/rows.hpp"
#include "monitor/pages/watch_parts.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

constexpr std::size_t moved_max = 12;
constexpr std::size_t reasons_max = 4;
constexpr std::size_t evidence_max = 5;
constexpr int imports_looked_at_max = 2'000;
constexpr std::size_t failures_max = 12;
constexpr std::chrono::hours since_hours{24};

/// The newest reports behind a reason: at most evidence_max, or false.
base::Result<json::value> evidence_of(const Page& page, const WatchPlace& moved, base::Day day) {
  const auto& reason = moved.reasons.front();
  HappeningFilter filter;
  filter.place_id = moved.place.id;
  filter.from = day - std::chrono::days{reason.window_days - 1};
  filter.to = day;
  filter.rows_max = static_cast<int>(evidence_max);
  if (page.parts.framework.find(reason.measure) != nullptr) {
    filter.indicators = {reason.measure};
    filter.indicator_measures = page.parts.measures.linked_to(filter.indicators);
  } else if (reason.measure != measure_of_all) {
    const auto killed_in = page.parts.measures.measure_of_killed(reason.measure);
    filter.killed = !killed_in.empty();
    filter.kind = filter.killed ? std::string(killed_in) : reason.measure;
  }
  auto found = page.reader.happenings(filter);
  if (!found) return passed(found);
  json::array rows;
  for (const auto& happening : found->rows) {
    const auto& seen = happening.shown;
    auto excerpt = excerpt_of(seen.title.empty() ? seen.text : seen.title, excerpt_signs_max);
    rows.push_back(json::object{{"href", "/observations/" + std::to_string(seen.id)},
                                {"when", page.labels.day(seen.day)},
                                {"kind_label", page.labels.kind(seen.kind, seen.type)},
                                {"status", page.labels.status(seen.status)},
                                {"language", seen.language.empty() ? "und" : seen.language},
                                {"excerpt", std::move(excerpt)},
                                {"source_name", source_name(page.labels, seen)}});
  }
  if (rows.empty()) return json::value(false);
  const auto count = static_cast<std::int64_t>(rows.size());
  return json::value(json::object{{"summary", page.labels.plural("moved.evidence_latest", count)},
                                  {"rows", std::move(rows)}});
}

base::Result<json::value> moved_of(const Page& page) {
  auto list = page.parts.watch.current();
  if (!list) return passed(list);
  json::array rows;
  for (const auto& moved : (*list)->places) {
    if (rows.size() == moved_max) break;
    json::array reasons;
    for (const auto& reason : moved.reasons)
      if (reasons.size() < reasons_max)
        reasons.push_back(reason_of(page.labels, reason, moved.place.id, (*list)->day));
    auto chart = sparkline_of(page, moved.place, moved.reasons.front().measure);
    if (!chart) return passed(chart);
    auto evidence = evidence_of(page, moved, (*list)->day);
    if (!evidence) return passed(evidence);
    json::object row = {{"exercise", moved.exercise},
                        {"reasons", std::move(reasons)},
                        {"chart", std::move(*chart)},
                        {"evidence", std::move(*evidence)}};
    add_place(page.labels, moved.place, row);
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return json::value(false);
  return json::value(json::object{{"rows", std::move(rows)}});
}

/// How many places cannot be judged, in words: silence about them must not be read as calm.
base::Result<json::value> not_judged(const Page& page) {
  auto list = page.parts.watch.current();
  if (!list) return passed(list);
  const auto places = (*list)->places_not_judged;
  if (places == 0) return json::value(false);
  return json::value(page.labels.plural("today.not_judged", places));
}

/// True if nothing moved because no place has past enough: then "nothing moved" would say too much.
base::Result<bool> all_too_short(const Page& page) {
  auto list = page.parts.watch.current();
  if (!list) return passed(list);
  if (!(*list)->places.empty()) return false;
  auto areas = page.reader.areas();
  if (!areas) return passed(areas);
  // Places of one node mostly share their past: a few stand for all.
  constexpr std::size_t areas_asked_max = 12;
  for (std::size_t i = 0; i < std::min(areas->size(), areas_asked_max); ++i) {
    auto is_short = has_short_past(page, (*areas)[i].id);
    if (!is_short) return passed(is_short);
    if (!*is_short) return false;
  }
  return !areas->empty();
}

/// Imports that broke off, and those that rejected rows, newest first.
json::value failed_of(const Labels& labels, const std::vector<StoredImport>& imports) {
  json::array rows;
  for (const auto& import : imports) {
    const bool broken = !import.problem.empty() || import.state == "failed";
    if ((!broken && import.counts.rejected == 0) || rows.size() == failures_max) continue;
    Problem problem = problem_of(import.problem);
    std::string language = "en";
    if (!broken) {
      language = labels.language();
      problem.what =
          labels.plural("today.rejected", static_cast<std::int64_t>(import.counts.rejected),
                        {{"read", labels.number(import.counts.rows())}});
      problem.remedy = labels.message("today.rejected_remedy");
    }
    rows.push_back(
        json::object{{"source_name", source_of(labels, import.format, import.locator).name},
                     {"import_href", "/imports/" + std::to_string(import.id)},
                     {"when", labels.time(import.fetched)},
                     {"words_language", std::move(language)},
                     {"what", std::move(problem.what)},
                     {"remedy", std::move(problem.remedy)}});
  }
  if (rows.empty()) return false;
  return json::object{{"rows", std::move(rows)}};
}

json::value came_in_of(const Labels& labels, const std::vector<StoredImport>& imports) {
  const auto sources = by_source(labels, imports);
  if (sources.empty()) return false;
  std::uint64_t kept = 0;
  std::int64_t gave = 0;  // an import that failed brought nothing, and neither did a known file
  for (const auto& source : sources) {
    kept += source.counts.kept;
    gave += source.counts.kept > 0 ? 1 : 0;
  }
  auto out = import_counts(labels, sources, labels.message("today.came_in_caption"), "/sources");
  out["summary"] = labels.plural("today.came_in_summary", static_cast<std::int64_t>(kept),
                                 {{"sources", labels.plural("today.count_sources", gave)}});
  return out;
}

}  // namespace

base::Result<Sheet> today_page(const Page& page) {
  const auto title = page.labels.message("today.title");
  const Head head{title, title, "today", false, true};
  json::object content;
  const auto since = page.parts.clock.now() - since_hours;
  auto imports = page.reader.imports(imports_looked_at_max);
  if (!imports) return passed(imports);
  std::erase_if(*imports, [&](const StoredImport& import) { return import.fetched < since; });
  auto moved = moved_of(page);
  if (!moved) return passed(moved);
  auto short_past = all_too_short(page);
  if (!short_past) return passed(short_past);
  auto unjudged = not_judged(page);
  if (!unjudged) return passed(unjudged);
  content["today"] = json::object{{"short_past", *short_past},
                                  {"not_judged", std::move(*unjudged)},
                                  {"since", page.labels.time(since)},
                                  {"moved", std::move(*moved)},
                                  {"failed", failed_of(page.labels, *imports)},
                                  {"came_in", came_in_of(page.labels, *imports)}};
  return Sheet{head, std::move(content)};
}

}  // namespace tocsin::monitor::pages
