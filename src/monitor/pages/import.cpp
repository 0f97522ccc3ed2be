// SPDX-License-Identifier: Apache-2.0
// One import: the buckets that add up, and why rows were left out.
#include <algorithm>

#include "monitor/pages/pages.hpp"
#include "monitor/pages/rows.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

constexpr int reasons_max = 60;

std::string lines_of(const Labels& labels, const std::vector<std::uint64_t>& lines) {
  std::string text;
  for (const auto line : lines) text += (text.empty() ? "" : " ") + labels.number(line);
  return text;
}

json::object reason_row(const Labels& labels, const NoteGroup& group) {
  auto words = problem_of(group.reason);
  json::value more = false;
  const auto listed = static_cast<std::int64_t>(group.lines.size());
  if (group.count > listed) more = labels.plural("import.lines_more", group.count - listed);
  return {{"reason_language", "en"},
          {"reason", std::move(words.what)},
          {"reason_remedy", text_or_false(std::move(words.remedy))},
          {"bucket_label", labels.message("counts." + group.bucket)},
          {"count", labels.number(group.count)},
          {"lines", lines_of(labels, group.lines)},
          {"more", std::move(more)}};
}

/// Rows that were counted in a bucket after the node stopped noting reasons.
void add_rest(const Labels& labels, const std::vector<NoteGroup>& groups, std::string_view bucket,
              std::uint64_t counted, json::array& rows) {
  std::int64_t noted = 0;
  for (const auto& group : groups) noted += group.bucket == bucket ? group.count : 0;
  const auto rest = static_cast<std::int64_t>(counted) - noted;
  if (rest <= 0) return;
  rows.push_back(json::object{{"reason_language", labels.language()},
                              {"reason", labels.message("import.reason_rest")},
                              {"reason_remedy", false},
                              {"bucket_label", labels.message("counts." + std::string(bucket))},
                              {"count", labels.number(rest)},
                              {"lines", ""},
                              {"more", false}});
}

base::Result<json::value> reasons_of(const Page& page, const StoredImport& import) {
  auto groups = page.reader.note_groups(import.id, reasons_max);
  if (!groups) return passed(groups);
  json::array rows;
  for (const auto& group : *groups) rows.push_back(reason_row(page.labels, group));
  add_rest(page.labels, *groups, "rejected", import.counts.rejected, rows);
  add_rest(page.labels, *groups, "out_of_scope", import.counts.out_of_scope, rows);
  if (rows.empty()) return json::value(false);
  return json::value(json::object{{"rows", std::move(rows)}});
}

json::value problem_object(const StoredImport& import) {
  if (import.problem.empty()) return false;
  auto problem = problem_of(import.problem);
  return json::object{{"words_language", "en"},
                      {"what", std::move(problem.what)},
                      {"remedy", std::move(problem.remedy)}};
}

}  // namespace

base::Result<Sheet> import_page(const Page& page) {
  const auto id = path_id(page.call);
  if (!id) return std::unexpected(id.error());
  auto import = page.reader.import(*id);
  if (!import) return passed(import);
  const auto& labels = page.labels;
  const auto title = labels.message("import.title", {{"id", std::to_string(*id)}});
  const Head head{title, title, "sources"};
  json::object content;
  auto reasons = reasons_of(page, *import);
  if (!reasons) return passed(reasons);
  const auto source = source_of(labels, import->format, import->locator);
  const Labels::Values counts = {{"read", labels.number(import->counts.rows())},
                                 {"kept", labels.number(import->counts.kept)},
                                 {"duplicate", labels.number(import->counts.duplicate)},
                                 {"out_of_scope", labels.number(import->counts.out_of_scope)},
                                 {"rejected", labels.number(import->counts.rejected)}};
  json::object shown = {{"source_name", source.name},
                        {"source_href", "/sources#" + source.anchor},
                        {"exercise", import->exercise},
                        {"problem", problem_object(*import)},
                        {"adds_up", labels.message("import.adds_up", counts)},
                        {"observations_href", "/observations?import=" + std::to_string(*id)},
                        {"reasons", std::move(*reasons)},
                        {"file_name", file_name_of(import->locator)},
                        {"format", labels.format(import->format)},
                        {"fetched", labels.time(import->fetched)},
                        {"size", labels.bytes(import->bytes)},
                        {"licence", import->licence_note},
                        {"hash", import->sha256}};
  for (const auto& [name, value] : counts) shown[name] = value;
  content["import"] = std::move(shown);
  return Sheet{head, std::move(content)};
}

}  // namespace tocsin::monitor::pages
