// SPDX-License-Identifier: Apache-2.0
// Where everything on the node comes from, and what became of every row.
#include "monitor/follow_store.hpp"
#include "monitor/pages/pages.hpp"
#include "monitor/pages/rows.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

constexpr int imports_max = 20'000;

json::value imports_of(const Labels& labels, const std::vector<StoredImport>& imports) {
  json::array rows;
  for (const auto& import : imports)
    rows.push_back(json::object{{"href", "/imports/" + std::to_string(import.id)},
                                {"fetched", labels.time(import.fetched)},
                                {"read", labels.number(import.counts.rows())},
                                {"kept", labels.number(import.counts.kept)},
                                {"duplicate", labels.number(import.counts.duplicate)},
                                {"out_of_scope", labels.number(import.counts.out_of_scope)},
                                {"rejected", labels.number(import.counts.rejected)},
                                {"state_label", import_state(labels, import)}});
  if (rows.empty()) return false;
  return json::object{{"rows", std::move(rows)}};
}

json::array details_of(const Labels& labels, const std::vector<SourceCounts>& sources) {
  json::array details;
  for (const auto& source : sources) {
    const auto& newest = source.newest.front();
    const bool failing = newest.state == "failed" || !newest.problem.empty();
    details.push_back(json::object{
        {"anchor", source.source.anchor},
        {"name", source.source.name},
        {"of_exercise", source.exercise},
        {"format", labels.format(source.format)},
        {"failing", failing},
        {"state", failing ? import_state(labels, newest) : labels.message("sources.state_by_hand")},
        {"address", text_or_false(shown_address(source.locator))},
        {"licence", source.licence},
        {"imports", imports_of(labels, source.newest)}});
  }
  return details;
}

/// How following an address stands: it answers, it fails, or nobody asks it any more.
std::string feed_state(const Labels& labels, const feeds::Checkpoint& feed, base::Instant now) {
  constexpr std::chrono::minutes patience{10};
  const auto when = std::string(labels.time(feed.next_poll).at("text").as_string());
  if (feed.next_poll + patience < now)
    return labels.message("sources.state_stopped", {{"when", when}});
  if (feed.failures > 0)
    return labels.message("sources.state_failing",
                          {{"n", labels.number(std::int64_t{feed.failures})}, {"when", when}});
  return labels.message("sources.state_following", {{"when", when}});
}

base::Result<json::value> followed_of(const Page& page) {
  auto followed = followed_addresses(page.reader);
  if (!followed) return passed(followed);
  const auto& labels = page.labels;
  const auto now = page.parts.clock.now();
  json::array rows;
  for (const auto& feed : *followed)
    rows.push_back(
        json::object{{"address", shown_address(feed.address)},
                     {"failing", feed.failures > 0},
                     {"state", feed_state(labels, feed, now)},
                     {"answered", feed.last_success ? json::value(labels.time(*feed.last_success))
                                                    : json::value(false)},
                     {"problem", text_or_false(feed.last_error)}});
  if (rows.empty()) return json::value(false);
  return json::value(json::object{{"rows", std::move(rows)}});
}

}  // namespace

base::Result<Sheet> sources_page(const Page& page) {
  const auto& labels = page.labels;
  const auto title = labels.message("sources.title");
  const Head head{title, title, "sources"};
  json::object content;
  auto imports = page.reader.imports(imports_max);
  if (!imports) return passed(imports);
  json::value list = false;
  if (const auto sources = by_source(labels, *imports); !sources.empty()) {
    auto counts = import_counts(labels, sources, labels.message("sources.caption"), "");
    counts["details"] = details_of(labels, sources);
    list = std::move(counts);
  }
  auto followed = followed_of(page);
  if (!followed) return passed(followed);
  content["sources"] = json::object{{"list", std::move(list)}, {"followed", std::move(*followed)}};
  return Sheet{head, std::move(content)};
}

}  // namespace tocsin::monitor::pages
