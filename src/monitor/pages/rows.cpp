// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/rows.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

constexpr std::string_view ellipsis = "…";
/// Formats that name one publisher; a file or address says more about the others.
constexpr std::array<std::string_view, 5> named_formats = {"gdelt", "acled", "ucdp", "reliefweb",
                                                           "upr"};
constexpr std::uint8_t relation_update = 2;

/// Letters, digits and hyphens; with a hash where something else was left out.
std::string anchor_of(std::string_view name) {
  std::string anchor;
  bool whole = true;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool capital = c >= 'A' && c <= 'Z';
    if (plain || capital)
      anchor.push_back(capital ? static_cast<char>(c + 32) : c);
    else if (!anchor.empty() && anchor.back() != '-')
      anchor.push_back('-');
    whole = whole && static_cast<unsigned char>(c) < 0x80;
  }
  if (whole && !anchor.empty()) return "s-" + anchor;
  return "s-" + anchor + std::to_string(base::hash64(name) % 1'000'000);
}

/// The host of an address, or the name of a file without its folder and member.
std::string short_locator(std::string_view locator) {
  if (const auto address = shown_address(locator); !address.empty()) {
    const auto host = address.substr(address.find("://") + 3);
    return host.substr(0, host.find('/'));
  }
  const auto name = file_name_of(locator);
  return name.substr(0, name.find('!'));
}

json::value toll_of(const Labels& labels, const StoredObservation& seen) {
  if (!seen.killed && !seen.injured) return false;
  const auto figure = [&](const std::optional<std::int32_t>& count) -> json::value {
    if (!count) return false;
    return json::value(labels.number(static_cast<std::int64_t>(*count)));
  };
  return json::object{{"killed", figure(seen.killed)}, {"wounded", figure(seen.injured)}};
}

bool ends_sentence(std::string_view text, std::size_t at) {
  if (text[at] == '\n') return true;
  const bool mark =
      text[at] == '.' || text[at] == '!' || text[at] == '?' || text.substr(at).starts_with("؟");
  if (!mark) return false;
  const auto next = at + base::decode(text, at).length;
  return next >= text.size() || text[next] == ' ' || text[next] == '\n';
}

/// From the sentence end before the span to the one after it: what a reader needs to judge it.
std::string_view sentence_around(std::string_view text, coding::Span span) {
  std::size_t begin = span.begin;
  while (begin > 0 && !ends_sentence(text, begin - 1)) --begin;
  std::size_t end = span.end > 0 ? span.end - 1 : 0;
  while (end < text.size() && !ends_sentence(text, end)) ++end;
  if (end < text.size()) end += base::decode(text, end).length;
  return text.substr(begin, end - begin);
}

json::value excerpt_object(const StoredObservation& seen) {
  // The sentence that was read, where the text says which; else the title; else the beginning.
  std::string_view text = text_read(seen);
  if (seen.span.end > seen.span.begin && seen.span.end <= text.size())
    text = sentence_around(text, seen.span);
  else if (!seen.title.empty())
    text = seen.title;
  auto excerpt = excerpt_of(text, excerpt_signs_max);
  if (excerpt.empty()) return false;
  return json::object{{"language", seen.language.empty() ? "und" : seen.language},
                      {"text", std::move(excerpt)}};
}

/// "Killed: first 3, then 7" for a telling whose figures differ from the first's.
json::value figures_of(const Labels& labels, const StoredObservation& first,
                       const StoredObservation& seen) {
  const auto told = [&](std::string_view key, const std::optional<std::int32_t>& was,
                        const std::optional<std::int32_t>& now) -> json::value {
    return json::value(
        labels.message(key, {{"was", was ? labels.number(static_cast<std::int64_t>(*was))
                                         : labels.message("observation.not_said")},
                             {"now", labels.number(static_cast<std::int64_t>(*now))}}));
  };
  if (seen.relation != relation_update) return false;
  if (seen.killed && seen.killed != first.killed)
    return told("observation.figures_killed", first.killed, seen.killed);
  if (seen.injured && seen.injured != first.injured)
    return told("observation.figures_wounded", first.injured, seen.injured);
  return false;
}

json::object member_of(const Labels& labels, const StoredObservation& first,
                       const StoredObservation& seen) {
  constexpr std::array<std::string_view, 3> relations = {"cluster.first", "cluster.repeat",
                                                         "cluster.update"};
  return {
      {"when", labels.day(seen.published ? base::day_of(*seen.published) : seen.day)},
      {"href", "/observations/" + std::to_string(seen.id)},
      {"source_name", source_name(labels, seen)},
      {"relation_label",
       labels.message(relations.at(std::min<std::size_t>(seen.relation, relations.size() - 1)))},
      {"figures", figures_of(labels, first, seen)}};
}

}  // namespace

json::value text_or_false(std::string text) {
  if (text.empty()) return false;
  return json::value(std::move(text));
}

json::value actors_of(const Labels& labels, const StoredObservation& seen) {
  auto who = labels.actor(seen.source);
  auto whom = labels.actor(seen.target);
  if (who.empty() && whom.empty()) return false;
  return json::object{{"who", text_or_false(std::move(who))},
                      {"whom", text_or_false(std::move(whom))}};
}

std::string shown_address(std::string_view locator) {
  const auto scheme = locator.find("://");
  if (scheme == std::string_view::npos) return {};
  const auto rest = locator.substr(scheme + 3);
  const auto host_end = std::min(rest.find('/'), rest.size());
  const auto at = rest.substr(0, host_end).rfind('@');
  return std::string(locator.substr(0, scheme + 3)) +
         std::string(at == std::string_view::npos ? rest : rest.substr(at + 1));
}

std::string file_name_of(std::string_view locator) {
  if (auto address = shown_address(locator); !address.empty()) return address;
  // "folder/archive.zip!member.csv" keeps both names.
  const auto inside = locator.find('!');
  const auto folder = locator.substr(0, inside).rfind('/');
  return std::string(locator.substr(folder == std::string_view::npos ? 0 : folder + 1));
}

bool is_known(const StoredPlace& place) {
  return place.level != 0 && !place.name.empty();
}

void add_place(const Labels& labels, const StoredPlace& place, json::object& out) {
  if (!is_known(place)) {
    out["place_name"] = false;
    out["place_within"] = false;
    out["place_href"] = "";
    return;
  }
  out["place_name"] = labels.place(place);
  out["place_within"] = text_or_false(labels.within(place));
  out["place_href"] = "/places/" + std::to_string(place.id);
}

std::string excerpt_of(std::string_view text, std::size_t signs_max) {
  text = base::trim(text);
  std::string out;
  std::size_t signs = 0;
  std::size_t word_end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto sign = base::decode(text, at);
    const bool space = sign.value == ' ' || sign.value == '\n' || sign.value == '\r' ||
                       sign.value == '\t' || sign.value == 0xA0;
    if (space) {
      if (!out.empty() && out.back() != ' ') {
        word_end = out.size();
        out.push_back(' ');
        ++signs;
      }
    } else {
      out.append(text.substr(at, sign.length));
      ++signs;
    }
    at += sign.length;
    if (signs >= signs_max && at < text.size()) {
      // A text without spaces is cut where it is.
      out.resize(word_end > 0 ? word_end : out.size());
      return out + std::string(ellipsis);
    }
  }
  return out;
}

SourceOfImport source_of(const Labels& labels, std::string_view format, std::string_view locator) {
  if (std::ranges::find(named_formats, format) != named_formats.end())
    return {anchor_of(format), labels.format(format)};
  const auto name = short_locator(locator);
  return {anchor_of(name), name};
}

std::string source_name(const Labels& labels, const StoredObservation& seen) {
  if (!seen.publisher.empty()) return seen.publisher;
  return source_of(labels, seen.format, seen.locator).name;
}

std::string source_href(const Labels& labels, const StoredObservation& seen) {
  return "/sources#" + source_of(labels, seen.format, seen.locator).anchor;
}

std::vector<StoredIndicator> indicators_of(const WatchMeasures& measures,
                                           const StoredObservation& seen) {
  if (!seen.indicators.empty() || seen.report_id != 0) return seen.indicators;
  std::vector<StoredIndicator> list;
  const auto* measure = measures.find(seen.type, seen.kind, seen.source.role, seen.target.role);
  if (measure == nullptr) return list;
  for (const auto& id : measure->indicators) list.push_back({id, {}, measure->because});
  return list;
}

json::value indicator_links(const Page& page, const StoredObservation& seen,
                            std::size_t count_max) {
  json::array rows;
  for (const auto& link : indicators_of(page.parts.measures, seen)) {
    if (rows.size() == count_max) break;
    auto row = page.labels.indicator(link.id);
    row["because"] = page.labels.said(link.because);
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return false;
  return json::object{{"rows", std::move(rows)}};
}

json::value cluster_of(const Labels& labels, const std::vector<StoredObservation>& tellings,
                       std::int64_t observations, std::size_t members_max, std::int64_t without) {
  if (observations < 2 || tellings.size() < 2) return false;
  std::int64_t updates = 0;
  for (const auto& telling : tellings) updates += telling.relation == relation_update ? 1 : 0;
  const auto repeats = observations - 1 - updates;
  std::string summary;
  if (updates == 0)
    summary = labels.plural("cluster.summary", repeats);
  else if (repeats == 0)
    summary = labels.plural("cluster.summary_updates", updates);
  else
    summary = labels.message("cluster.both",
                             {{"repeats", labels.plural("cluster.summary", repeats)},
                              {"updates", labels.plural("cluster.summary_updates", updates)}});
  json::array members;
  for (const auto& telling : tellings) {
    if (members.size() == members_max) break;
    if (telling.id == without) continue;
    members.push_back(member_of(labels, tellings.front(), telling));
  }
  return json::object{{"summary", std::move(summary)}, {"members", std::move(members)}};
}

base::Result<json::object> observation_row(const Page& page, const StoredHappening& happening) {
  const auto& labels = page.labels;
  std::vector<StoredObservation> tellings;
  if (happening.observations > 1) {
    auto read = page.reader.tellings(happening.id);
    if (!read) return passed(read);
    tellings = std::move(*read);
  }
  // The newest update speaks for the cluster.
  StoredObservation shown = happening.shown;
  const auto newest = std::ranges::find_if(
      tellings.rbegin(), tellings.rend(),
      [](const StoredObservation& telling) { return telling.relation == relation_update; });
  if (newest != tellings.rend()) {
    auto read = page.reader.observation(newest->id);
    if (!read) return passed(read);
    shown = std::move(*read);
  }
  json::object row = {
      {"id", std::to_string(shown.id)},
      {"href", "/observations/" + std::to_string(shown.id)},
      {"exercise", shown.exercise},
      {"when", labels.day(shown.day)},
      {"kind_label", labels.kind(shown.kind, shown.type)},
      {"status", labels.status(shown.status)},
      {"actors", actors_of(labels, shown)},
      {"toll", toll_of(labels, shown)},
      {"excerpt", excerpt_object(shown)},
      {"indicators", indicator_links(page, shown, indicators_on_row_max)},
      {"cluster", cluster_of(labels, tellings, happening.observations, members_on_row_max)},
      {"source_name", source_name(labels, shown)},
      {"source_href", source_href(labels, shown)},
      {"source_language", text_or_false(base::language_in_itself(shown.language))}};
  add_place(labels, shown.place, row);
  return row;
}

base::Result<json::array> observation_rows(const Page& page,
                                           const std::vector<StoredHappening>& happenings) {
  json::array rows;
  for (const auto& happening : happenings) {
    auto row = observation_row(page, happening);
    if (!row) return passed(row);
    rows.push_back(std::move(*row));
  }
  return rows;
}

std::vector<SourceCounts> by_source(const Labels& labels,
                                    const std::vector<StoredImport>& imports) {
  std::vector<SourceCounts> list;
  for (const auto& import : imports) {
    auto source = source_of(labels, import.format, import.locator);
    auto found = std::ranges::find_if(
        list, [&](const SourceCounts& known) { return known.source.anchor == source.anchor; });
    if (found == list.end()) {
      list.push_back({std::move(source),
                      import.format,
                      import.licence_note,
                      import.locator,
                      false,
                      {},
                      import.fetched,
                      0,
                      {}});
      found = list.end() - 1;
    }
    found->exercise = found->exercise || import.exercise;
    found->counts.kept += import.counts.kept;
    found->counts.duplicate += import.counts.duplicate;
    found->counts.out_of_scope += import.counts.out_of_scope;
    found->counts.rejected += import.counts.rejected;
    if (found->rejected_import == 0 && import.counts.rejected > 0)
      found->rejected_import = import.id;
    if (found->newest.size() < imports_per_source) found->newest.push_back(import);
  }
  return list;
}

json::object import_counts(const Labels& labels, const std::vector<SourceCounts>& sources,
                           std::string caption, std::string_view page_of_source) {
  ImportCounts total;
  json::array rows;
  const auto counts = [&labels](const ImportCounts& counted, json::object& out) {
    out["read"] = labels.number(counted.rows());
    out["kept"] = labels.number(counted.kept);
    out["duplicate"] = labels.number(counted.duplicate);
    out["out_of_scope"] = labels.number(counted.out_of_scope);
    out["rejected"] = labels.number(counted.rejected);
  };
  for (const auto& source : sources) {
    json::object row = {
        {"source_name", source.source.name},
        {"source_href", std::string(page_of_source) + "#" + source.source.anchor},
        {"exercise", source.exercise},
        {"has_rejected", source.rejected_import != 0},
        {"rejected_href", source.rejected_import == 0
                              ? std::string{}
                              : "/imports/" + std::to_string(source.rejected_import) + "#rejected"},
        {"last", labels.time(source.last)}};
    counts(source.counts, row);
    rows.push_back(std::move(row));
    total.kept += source.counts.kept;
    total.duplicate += source.counts.duplicate;
    total.out_of_scope += source.counts.out_of_scope;
    total.rejected += source.counts.rejected;
  }
  json::object sums;
  counts(total, sums);
  return {{"caption", std::move(caption)}, {"rows", std::move(rows)}, {"total", std::move(sums)}};
}

std::string import_state(const Labels& labels, const StoredImport& import) {
  if (import.state == "failed") return labels.message("import.state_failed");
  if (import.state == "running") return labels.message("import.state_running");
  if (import.state == "interrupted" || !import.problem.empty())
    return labels.message("import.state_part");
  return labels.message("import.state_done");
}

Problem problem_of(std::string_view text) {
  // base::Error::text() writes "place: message (remedy)".
  const auto open = text.rfind(" (");
  if (open == std::string_view::npos || text.empty() || text.back() != ')')
    return {std::string(text), {}};
  return {std::string(text.substr(0, open)),
          std::string(text.substr(open + 2, text.size() - open - 3))};
}

}  // namespace tocsin::monitor::pages
