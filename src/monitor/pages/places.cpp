// SPDX-License-Identifier: Apache-2.0
// The list of places, each against its own past.
#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "monitor/pages/pages.hpp"
#include "monitor/pages/rows.hpp"
#include "monitor/pages/watch_parts.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

constexpr std::size_t rows_per_page = 25;
constexpr int found_max = 2'000;
constexpr std::size_t name_bytes_max = 200;
constexpr std::chrono::days week{7};

struct Listed {
  StoredPlace place;
  const WatchPlace* moved = nullptr;
};

/// Moved places in the watch list's order, then the others by name.
base::Result<std::vector<Listed>> list_places(const Page& page, const WatchList& watch,
                                              std::string_view name, bool only_moved) {
  std::vector<StoredPlace> found;
  if (!name.empty() || !only_moved) {
    auto read = name.empty() ? page.reader.areas() : page.reader.find_places(name, found_max);
    if (!read) return passed(read);
    found = std::move(*read);
  }
  std::vector<Listed> list;
  for (const auto& moved : watch.places) {
    const bool wanted = name.empty() || std::ranges::any_of(found, [&](const StoredPlace& place) {
                          return place.id == moved.place.id;
                        });
    if (wanted) list.push_back({moved.place, &moved});
  }
  if (only_moved) return list;
  std::ranges::sort(found, [](const StoredPlace& a, const StoredPlace& b) {
    return std::tie(a.name, a.id) < std::tie(b.name, b.id);
  });
  for (auto& place : found) {
    const bool known = std::ranges::any_of(
        watch.places, [&](const WatchPlace& moved) { return moved.place.id == place.id; });
    if (!known && is_known(place)) list.push_back({std::move(place), nullptr});
  }
  return list;
}

base::Result<std::int64_t> counted_this_week(const Page& page, const StoredPlace& place,
                                             std::string_view measure, base::Day day) {
  const auto killed_in = page.parts.measures.measure_of_killed(measure);
  auto series = page.reader.timeline(place.id, day - week + std::chrono::days{1}, day);
  if (!series) return passed(series);
  std::int64_t count = 0;
  if (const auto found = series->find(std::string(killed_in.empty() ? measure : killed_in));
      found != series->end())
    for (const auto& counts : found->second.days)
      count += killed_in.empty() ? counts.clusters : counts.killed;
  return count;
}

base::Result<json::object> row_of(const Page& page, const Listed& listed, base::Day day) {
  const auto* reason = listed.moved == nullptr ? nullptr : &listed.moved->reasons.front();
  const std::string measure = reason == nullptr ? std::string(measure_of_all) : reason->measure;
  auto weeks = page.parts.watch.weeks(listed.place.id, measure, sparkline_weeks);
  if (!weeks) return passed(weeks);
  auto count = counted_this_week(page, listed.place, measure, day);
  if (!count) return passed(count);
  json::object row = {
      {"exercise", listed.place.exercise || listed.place.country == page.parts.exercise.code},
      {"short_past", weeks->empty() || !(weeks->back().usual_high > 0)},
      {"reason", false},
      {"week", page.labels.number(*count)},
      {"usual", weeks->empty() ? std::string("–") : usual_range(page.labels, weeks->back())},
      {"chart", false}};
  add_place(page.labels, listed.place, row);
  if (reason != nullptr) {
    auto full = reason_of(page.labels, *reason, listed.place.id, day);
    full.erase("evidence_href");
    full.erase("evidence_label");
    row["reason"] = std::move(full);
  }
  if (!weeks->empty() && shows_anything(*weeks))
    row["chart"] = chart_of(page, measure, page.labels.place(listed.place), *weeks, small_chart);
  return row;
}

/// Where the page begins: after the place that the cursor names.
std::size_t first_row(const std::vector<Listed>& list, std::string_view after) {
  std::int64_t id = 0;
  const auto read = std::from_chars(after.data(), after.data() + after.size(), id);
  if (after.empty() || read.ec != std::errc{}) return 0;
  const auto found =
      std::ranges::find_if(list, [id](const Listed& entry) { return entry.place.id == id; });
  return found == list.end() ? 0 : static_cast<std::size_t>(found - list.begin()) + 1;
}

base::Result<json::value> list_of(const Page& page, const std::vector<Listed>& list,
                                  base::Day day) {
  if (list.empty()) return json::value(false);
  const auto first = first_row(list, page.call.query.get("after"));
  const auto end = std::min(list.size(), first + rows_per_page);
  json::array rows;
  for (auto i = first; i < end; ++i) {
    auto row = row_of(page, list[i], day);
    if (!row) return passed(row);
    rows.push_back(std::move(*row));
  }
  const pagekit::Fields query(page.call.query.with("lang", std::nullopt));
  const auto start = query.with("after", std::nullopt);
  json::object out = {{"first_href", false}, {"next_href", false}, {"rows", std::move(rows)}};
  if (first > 0) out["first_href"] = "/places" + (start.empty() ? "" : "?" + start);
  if (end < list.size())
    out["next_href"] = "/places?" + query.with("after", std::to_string(list[end - 1].place.id));
  return json::value(std::move(out));
}

}  // namespace

base::Result<Sheet> places_page(const Page& page) {
  const auto& labels = page.labels;
  const auto title = labels.message("places.title");
  const Head head{title, title, "places"};
  json::object content;
  const auto name =
      base::repair_utf8(base::cut(base::trim(page.call.query.get("name")), name_bytes_max));
  const bool only_moved = page.call.query.get("show") == "moved";
  auto watch = page.parts.watch.current();
  if (!watch) return passed(watch);
  auto day = last_day(page);
  if (!day) return passed(day);
  auto places = list_places(page, **watch, name, only_moved);
  if (!places) return passed(places);
  auto list = list_of(page, *places, *day);
  if (!list) return passed(list);
  const auto option = [&labels](std::string_view value, std::string_view key, bool selected) {
    return json::object{{"value", value}, {"text", labels.message(key)}, {"selected", selected}};
  };
  content["places"] = json::object{
      {"name", name},
      {"show_options", json::array{option("all", "places.show_all", !only_moved),
                                   option("moved", "places.show_moved", only_moved)}},
      {"summary", labels.plural("places.summary", static_cast<std::int64_t>(places->size()))},
      {"list", std::move(*list)}};
  return Sheet{head, std::move(content)};
}

}  // namespace tocsin::monitor::pages
