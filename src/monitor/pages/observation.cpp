// SPDX-License-Identifier: Apache-2.0
// One observation: its text with what was read out of it, its cluster, where it comes from.
#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "monitor/pages/marked_text.hpp"
#include "monitor/pages/pages.hpp"
#include "monitor/pages/rows.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

/// A longer text is shown to here and says so; a page of megabytes helps nobody.
constexpr std::size_t text_bytes_shown_max = 60'000;
constexpr std::uint8_t relation_repeat = 1;

struct Mark {
  coding::Span span;
  std::string kind;
  std::string text;
  std::string language;
};

std::vector<Mark> marks_of(const Labels& labels, const StoredObservation& seen,
                           std::size_t text_bytes) {
  std::vector<Mark> marks;
  const auto lies_within = [text_bytes](coding::Span span) {
    return span.end > span.begin && span.end <= text_bytes;
  };
  if (!seen.type.empty() && lies_within(seen.span))
    marks.push_back({seen.span, labels.message("mark_kind.event"),
                     labels.kind(seen.kind, seen.type), labels.language()});
  for (const auto& link : seen.indicators) {
    if (!lies_within(link.span)) continue;
    const auto named = labels.indicator(link.id);
    marks.push_back({link.span,
                     labels.message("mark_kind.indicator",
                                    {{"number", std::string(named.at("number").as_string())}}),
                     labels.said(link.because), labels.language()});
  }
  std::ranges::stable_sort(marks, {}, [](const Mark& mark) { return mark.span.begin; });
  return marks;
}

json::array segments_of(std::string_view text, const std::vector<Mark>& marks) {
  std::vector<coding::Span> spans;
  for (const auto& mark : marks) spans.push_back(mark.span);
  json::array segments;
  for (const auto& segment : cut_at_spans(text, spans)) {
    json::value marked = false;
    if (segment.marked) {
      json::array refs;
      for (const auto index : segment.ends)
        refs.push_back(json::object{{"number", std::to_string(index + 1)}});
      marked = json::object{{"refs", std::move(refs)}};
    }
    segments.push_back(json::object{{"text", segment.text}, {"marks", std::move(marked)}});
  }
  return segments;
}

json::value text_of(const Labels& labels, const StoredObservation& seen) {
  if (seen.text.empty() && seen.title.empty()) return false;
  const auto whole = text_read(seen);
  const auto text = base::cut(whole, text_bytes_shown_max);
  const auto marks = marks_of(labels, seen, text.size());
  json::value note = false;
  if (text.size() < whole.size())
    note = labels.message("observation.text_begin", {{"shown", labels.bytes(text.size())},
                                                     {"whole", labels.bytes(whole.size())}});
  json::array rows;
  for (std::size_t i = 0; i < marks.size(); ++i)
    rows.push_back(json::object{{"number", std::to_string(i + 1)},
                                {"kind", marks[i].kind},
                                {"text", marks[i].text},
                                {"text_language", marks[i].language}});
  json::value list = false;
  if (!rows.empty()) list = json::object{{"rows", std::move(rows)}};
  return json::object{{"language", seen.language.empty() ? "und" : seen.language},
                      {"title", text_or_false(seen.text.empty() ? std::string() : seen.title)},
                      {"segments", segments_of(text, marks)},
                      {"note", std::move(note)},
                      {"marks_list", std::move(list)}};
}

/// What each report says, where they do not say the same; oldest first.
json::value updates_of(const Labels& labels, const std::vector<StoredObservation>& tellings,
                       std::int64_t self) {
  json::array rows;
  bool differ = false;
  const StoredObservation* first = tellings.empty() ? nullptr : &tellings.front();
  const auto figure = [&labels](const std::optional<std::int32_t>& count) {
    return count ? labels.number(static_cast<std::int64_t>(*count))
                 : labels.message("observation.not_said");
  };
  for (const auto& telling : tellings) {
    const bool other = telling.killed != first->killed || telling.injured != first->injured;
    if (telling.relation == relation_repeat && telling.id != self && !other) continue;
    differ = differ || other;
    rows.push_back(json::object{
        {"href", "/observations/" + std::to_string(telling.id)},
        {"when", labels.day(telling.published ? base::day_of(*telling.published) : telling.day)},
        {"source_name", source_name(labels, telling)},
        {"killed", figure(telling.killed)},
        {"wounded", figure(telling.injured)}});
  }
  if (!differ) return false;
  return json::object{{"caption", labels.message("observation.updates_caption")},
                      {"rows", std::move(rows)}};
}

std::string where_of(const Labels& labels, const StoredPlace& place) {
  auto text = labels.place(place);
  if (const auto within = labels.within(place); !within.empty()) text += ", " + within;
  constexpr int digits = 2;
  if (place.latitude && place.longitude)
    text += " (" + labels.decimal(*place.latitude, digits) + "; " +
            labels.decimal(*place.longitude, digits) + ")";
  return text;
}

json::array coded_of(const MonitorParts& parts, const Labels& labels,
                     const StoredObservation& seen) {
  json::array rows;
  const auto add = [&](std::string_view key, std::string value) {
    if (value.empty()) return;
    rows.push_back(json::object{{"label", labels.message("coded." + std::string(key))},
                                {"value", std::move(value)}});
  };
  add("kind", labels.kind(seen.kind, seen.type));
  if (!seen.type.empty())
    add("type", "PLOVER " + seen.type + (seen.cameo.empty() ? "" : ", CAMEO " + seen.cameo));
  const auto status = coding::name_of(seen.status);
  add("status",
      labels.message(seen.status == coding::ActStatus::reported ? "coded.status_reported"
                                                                : "status." + std::string(status)));
  add("who", labels.actor(seen.source));
  add("whom", labels.actor(seen.target));
  constexpr std::array<std::string_view, 4> precision = {"precision.unknown", "precision.country",
                                                         "precision.province", "precision.exact"};
  if (is_known(seen.place)) add("where", where_of(labels, seen.place));
  add("precision",
      labels.message(precision.at(std::min<std::size_t>(seen.place.level, precision.size() - 1))));
  add("when", labels.names().day(seen.day));
  if (seen.killed) add("killed", labels.number(static_cast<std::int64_t>(*seen.killed)));
  if (seen.injured) add("wounded", labels.number(static_cast<std::int64_t>(*seen.injured)));
  constexpr double hundred = 100;
  if (seen.confidence)
    add("confidence",
        labels.message("coded.confidence_value",
                       {{"percent", labels.number(static_cast<std::int64_t>(
                                        std::llround(*seen.confidence * hundred)))}}));
  // The node's own reader always says which part of the text it read.
  add("by", seen.span.end > seen.span.begin
                ? labels.message("coded.by_node", {{"version", parts.version}})
                : labels.message("coded.by_source"));
  return rows;
}

std::string host_of(std::string_view url) {
  const auto begin = url.find("://") + 3;
  const auto rest = url.substr(begin);
  auto host = rest.substr(0, rest.find_first_of("/?#"));
  const auto at = host.rfind('@');
  return std::string(at == std::string_view::npos ? host : host.substr(at + 1));
}

json::object provenance_of(const Labels& labels, const StoredObservation& seen,
                           const StoredImport& import) {
  // Only web addresses become links: a source may write anything, scripts included.
  const bool web = seen.url.starts_with("https://") || seen.url.starts_with("http://");
  const auto import_id = std::to_string(import.id);
  return {{"source_name", source_name(labels, seen)},
          {"source_href", source_href(labels, seen)},
          {"import_href", "/imports/" + import_id},
          {"import_label", import_id},
          {"line", labels.number(seen.line)},
          {"fetched", labels.time(import.fetched)},
          {"symbol", text_or_false(seen.symbol)},
          {"original_href", web ? json::value(seen.url) : json::value(false)},
          {"original_host", web ? host_of(seen.url) : std::string{}},
          {"licence", import.licence_note},
          {"hash", import.sha256}};
}

json::value place_of(const Labels& labels, const StoredPlace& place) {
  if (!is_known(place)) return false;
  json::object out;
  add_place(labels, place, out);
  return out;
}

}  // namespace

base::Result<Sheet> observation_page(const Page& page) {
  const auto id = path_id(page.call);
  if (!id) return std::unexpected(id.error());
  auto seen = page.reader.observation(*id);
  if (!seen) return passed(seen);
  auto import = page.reader.import(seen->import_id);
  if (!import) return passed(import);
  auto tellings = page.reader.tellings(seen->happening);
  if (!tellings) return passed(tellings);
  const auto& labels = page.labels;
  const auto kind = labels.kind(seen->kind, seen->type);
  const auto title = is_known(seen->place)
                         ? labels.message("observation.title",
                                          {{"kind", kind}, {"place", labels.place(seen->place)}})
                         : labels.message("observation.title_nowhere", {{"kind", kind}});
  const Head head{title, title, "observations"};
  json::object content;
  content["observation"] = json::object{
      {"id", std::to_string(seen->id)},
      {"exercise", seen->exercise},
      {"when", labels.day(seen->day)},
      {"status", labels.status(seen->status)},
      {"place", place_of(labels, seen->place)},
      {"text", text_of(labels, *seen)},
      {"indicators", indicator_links(page, *seen, base::indicators_per_text_max)},
      {"updates", updates_of(labels, *tellings, seen->id)},
      {"cluster", cluster_of(labels, *tellings, static_cast<std::int64_t>(tellings->size()),
                             tellings->size(), seen->id)},
      {"coded", coded_of(page.parts, labels, *seen)},
      {"provenance", provenance_of(labels, *seen, *import)}};
  return Sheet{head, std::move(content)};
}

}  // namespace tocsin::monitor::pages
