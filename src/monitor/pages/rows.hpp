// SPDX-License-Identifier: Apache-2.0
// The parts that several pages show: place names, rows of observations, clusters, indicator links,
// counts of imports (web/templates/monitor/README.md, "Parts").
//
// Threads: pure but for reading the store through the page's reader. Errors: those of the store.
#pragma once

#include <vector>

#include "monitor/pages/page.hpp"

namespace tocsin::monitor::pages {

/// Tellings listed under one row of a list; the observation's page lists them all.
inline constexpr std::size_t members_on_row_max = 10;
inline constexpr std::size_t indicators_on_row_max = 5;
inline constexpr std::size_t excerpt_signs_max = 300;

/// Sets place_name, place_within, place_href; all "no place" where none is known.
void add_place(const Labels& labels, const StoredPlace& place, boost::json::object& out);
[[nodiscard]] bool is_known(const StoredPlace& place);

/// The beginning of a text in one line, cut at a word, with an ellipsis where something follows.
[[nodiscard]] std::string excerpt_of(std::string_view text, std::size_t signs_max);

/// What spans count in: the text, or the title where there is no text.
[[nodiscard]] inline std::string_view text_read(const StoredObservation& seen) {
  return seen.text.empty() ? seen.title : seen.text;
}

/// Where a row comes from: the group of imports that the sources page lists.
struct SourceOfImport {
  std::string anchor;
  std::string name;
};
[[nodiscard]] SourceOfImport source_of(const Labels& labels, std::string_view format,
                                       std::string_view locator);
/// {who, whom} in words, each text or false; false where neither is known.
[[nodiscard]] boost::json::value actors_of(const Labels& labels, const StoredObservation& seen);
/// False instead of an empty text.
[[nodiscard]] boost::json::value text_or_false(std::string text);
/// An address without user and password; empty for the path of a file.
[[nodiscard]] std::string shown_address(std::string_view locator);
/// The name of a file without its folders; an address as shown_address gives it.
[[nodiscard]] std::string file_name_of(std::string_view locator);
/// The publisher, else the source's name.
[[nodiscard]] std::string source_name(const Labels& labels, const StoredObservation& seen);
[[nodiscard]] std::string source_href(const Labels& labels, const StoredObservation& seen);

/// The indicators read out of the text, or those of its measure where the source sent no text.
[[nodiscard]] std::vector<StoredIndicator> indicators_of(const WatchMeasures& measures,
                                                         const StoredObservation& seen);
/// {rows} or false.
[[nodiscard]] boost::json::value indicator_links(const Page& page, const StoredObservation& seen,
                                                 std::size_t count_max);
/// {summary, members} or false; the telling with the id `without` is counted but not listed.
[[nodiscard]] boost::json::value cluster_of(const Labels& labels,
                                            const std::vector<StoredObservation>& tellings,
                                            std::int64_t observations, std::size_t members_max,
                                            std::int64_t without = 0);
/// One row of a list of observations.
[[nodiscard]] base::Result<boost::json::object> observation_row(const Page& page,
                                                                const StoredHappening& happening);
[[nodiscard]] base::Result<boost::json::array> observation_rows(
    const Page& page, const std::vector<StoredHappening>& happenings);

/// Imports added up by source.
struct SourceCounts {
  SourceOfImport source;
  std::string format;
  std::string licence;
  std::string locator;  ///< of the newest import
  bool exercise = false;
  ImportCounts counts;
  base::Instant last{};
  std::int64_t rejected_import = 0;  ///< the newest import with rejected rows
  std::vector<StoredImport> newest;  ///< newest first, at most imports_per_source
};
inline constexpr std::size_t imports_per_source = 5;
/// Newest first in `imports`; sources in the order of their newest import.
[[nodiscard]] std::vector<SourceCounts> by_source(const Labels& labels,
                                                  const std::vector<StoredImport>& imports);
/// caption, rows, total of the table of counts. `page_of_source` goes before the anchor.
[[nodiscard]] boost::json::object import_counts(const Labels& labels,
                                                const std::vector<SourceCounts>& sources,
                                                std::string caption,
                                                std::string_view page_of_source);
/// "done", "in part", "failed", "running" in words.
[[nodiscard]] std::string import_state(const Labels& labels, const StoredImport& import);
/// A problem as the import's record holds it: what happened, and the remedy in brackets.
struct Problem {
  std::string what;
  std::string remedy;
};
[[nodiscard]] Problem problem_of(std::string_view text);

}  // namespace tocsin::monitor::pages
