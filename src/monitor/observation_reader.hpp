// SPDX-License-Identifier: Apache-2.0
// What pages, the API and the terminal read out of the observation store.
//
// Ownership: refers to a Database opened for reading. Threads: one reader, one thread.
// Errors: those of the Database; ErrorCode::not_found for an id that is not there.
// Units: days since 1970-01-01 inside, base::Day outside; instants in milliseconds.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/calendar.hpp"
#include "base/result.hpp"
#include "monitor/observation.hpp"
#include "monitor/rollup.hpp"
#include "store/database.hpp"

namespace tocsin::monitor {

/// Happenings on one page of a list.
inline constexpr int happenings_per_page = 25;
/// Tellings of one happening that are listed.
inline constexpr int tellings_max = 200;
/// Reports that are looked through for what the filter form offers.
inline constexpr int reports_looked_at_max = 5'000;
/// Line numbers given of each reason for which rows were left out.
inline constexpr int lines_per_group_max = 8;

struct StoredPlace {
  std::int64_t id = 0;
  std::string name;
  std::string country;  ///< ISO 3166-1 alpha-2
  std::string admin1;
  std::optional<double> latitude;
  std::optional<double> longitude;
  std::int64_t geoname_id = 0;
  std::uint8_t level = 0;
  std::int64_t area_id = 0;
  bool exercise = false;  ///< something of an exercise was observed there
};

struct StoredIndicator {
  std::string id;
  coding::Span span;
  std::string because;
};

struct StoredActor {
  std::string role;
  std::string country;
  std::string group;
};

/// One telling of a happening.
struct StoredObservation {
  std::int64_t id = 0;
  std::int64_t happening = 0;
  std::uint8_t relation = 0;  ///< 0 first, 1 repeat, 2 update (another figure)
  base::Day day{};
  StoredPlace place;
  std::string type;
  std::string cameo;
  std::string kind;
  coding::ActStatus status = coding::ActStatus::reported;
  StoredActor source;
  StoredActor target;
  std::optional<std::int32_t> killed;
  std::optional<std::int32_t> injured;
  std::int32_t mentions = 1;
  coding::Span span;
  std::optional<double> confidence;  ///< of the node's reading; none where the source coded it
  bool exercise = false;
  std::int64_t import_id = 0;
  std::uint64_t line = 0;
  std::string url;
  std::string format;   ///< of the import
  std::string locator;  ///< of the import
  std::int64_t report_id = 0;
  std::string title;
  std::string text;
  std::string language;
  std::string publisher;
  std::string symbol;
  std::optional<base::Instant> published;
  std::vector<StoredIndicator> indicators;
};

/// A happening with its newest telling and its figures over all tellings.
struct StoredHappening {
  std::int64_t id = 0;
  std::string measure;
  std::int64_t observations = 0;
  std::int64_t updates = 0;
  std::optional<std::int32_t> killed_min;
  std::optional<std::int32_t> killed_max;
  StoredObservation shown;
};

/// What a list is narrowed to. Empty members narrow nothing.
struct HappeningFilter {
  std::optional<std::int64_t> place_id;  ///< a place, or an area with all that lies in it
  std::string place_name;                ///< any part of a place's, unit's or country's name
  std::optional<base::Day> from;
  std::optional<base::Day> to;
  std::vector<std::string> indicators;          ///< any of these
  std::vector<std::string> indicator_measures;  ///< measures that stand for those indicators
  std::string kind;                             ///< our kind, PLOVER type or watch measure
  bool killed = false;                          ///< only those in which people were killed
  std::string source;                           ///< a format's name or a publisher
  std::string language;
  std::string text;                       ///< words, all of them
  std::optional<std::int64_t> import_id;  ///< told by a row of this import
  std::string after;                      ///< cursor of the page before, as given back
  int rows_max = happenings_per_page;
};

struct HappeningPage {
  std::vector<StoredHappening> rows;
  std::string next;  ///< cursor of the next page; empty at the end
};

struct StoredImport {
  std::int64_t id = 0;
  std::string locator;
  std::string format;
  std::string sha256;
  std::uint64_t bytes = 0;
  std::string licence_note;
  base::Instant fetched{};
  std::optional<base::Instant> finished;
  std::string state;  ///< running, done, failed, interrupted
  std::string problem;
  ImportCounts counts;
  bool exercise = false;
};

/// All imports together.
struct ImportSums {
  std::uint64_t imports = 0;
  ImportCounts counts;
};

struct StoredNote {
  std::uint64_t line = 0;
  std::string bucket;
  std::string reason;
};

/// Rows of an import that were left out for the same reason.
struct NoteGroup {
  std::string bucket;
  std::string reason;
  std::int64_t count = 0;
  std::vector<std::uint64_t> lines;  ///< the first lines_per_group_max
};

struct Position {
  double latitude = 0;
  double longitude = 0;
};

/// A place with the happenings counted there.
struct PlaceCount {
  StoredPlace place;
  std::int64_t count = 0;
};

/// A place among the others of its country.
struct PlacesAround {
  std::int64_t own = 0;  ///< happenings at the place; at a unit with all that lies in it
  /// Those with a position and something counted: of the same unit first, then by count.
  std::vector<PlaceCount> others;
};

/// Daily counts of one place and measure, from the first day with anything to the last.
struct DailyCounts {
  std::int32_t first_day = 0;
  std::vector<DayCounts> days;
};

class ObservationReader {
 public:
  explicit ObservationReader(store::Database& database) : database_(database) {}

  [[nodiscard]] base::Result<HappeningPage> happenings(const HappeningFilter& filter);
  /// How many there are, counted to at most `count_max`.
  [[nodiscard]] base::Result<std::int64_t> count_happenings(const HappeningFilter& filter,
                                                            std::int64_t count_max);
  [[nodiscard]] base::Result<StoredObservation> observation(std::int64_t id);
  /// All tellings of a happening, first to last, at most tellings_max.
  [[nodiscard]] base::Result<std::vector<StoredObservation>> tellings(std::int64_t happening);

  [[nodiscard]] base::Result<StoredPlace> place(std::int64_t id);
  /// Places whose name holds `text`, areas first, at most `count_max`.
  [[nodiscard]] base::Result<std::vector<StoredPlace>> find_places(std::string_view text,
                                                                   int count_max);
  /// What was counted in [from, to] at a place and at the country's others.
  [[nodiscard]] base::Result<PlacesAround> places_around(const StoredPlace& centre, base::Day from,
                                                         base::Day to, int count_max);
  /// The mean position of an area's places, where any is known: for an area without its own.
  [[nodiscard]] base::Result<std::optional<Position>> middle_of_area(std::int64_t area_id);
  /// All areas (countries' first-level units, and countries where no unit is known).
  [[nodiscard]] base::Result<std::vector<StoredPlace>> areas();

  /// Newest first; only those before the import `before` where it is not 0.
  [[nodiscard]] base::Result<std::vector<StoredImport>> imports(int count_max,
                                                                std::int64_t before = 0);
  [[nodiscard]] base::Result<ImportSums> import_sums();
  [[nodiscard]] base::Result<StoredImport> import(std::int64_t id);
  [[nodiscard]] base::Result<std::vector<StoredNote>> notes(std::int64_t import_id, int count_max);
  /// The same by reason, rejected first.
  [[nodiscard]] base::Result<std::vector<NoteGroup>> note_groups(std::int64_t import_id,
                                                                 int count_max);

  /// One place's counts by measure within [from, to].
  [[nodiscard]] base::Result<std::map<std::string, DailyCounts>> timeline(std::int64_t place_id,
                                                                          base::Day from,
                                                                          base::Day to);
  /// Every area's counts, given area by area: `take(area, measure, counts)`.
  using TakeSeries =
      std::function<void(std::int64_t area, std::string_view measure, const DailyCounts& counts)>;
  [[nodiscard]] base::Status area_series(base::Day from, base::Day to, const TakeSeries& take);

  /// Observations of a measure a day in a whole country, one value a day from `from` to `to`.
  [[nodiscard]] base::Result<std::vector<float>> country_reporting(std::string_view country,
                                                                   std::string_view measure,
                                                                   base::Day from, base::Day to);
  /// Rises whenever observations were added.
  [[nodiscard]] base::Result<std::int64_t> version();

  /// The latest day up to `limit` that anything was observed on. The limit is the clock's: a row
  /// that an older version kept under a day to come must not be taken for today.
  [[nodiscard]] base::Result<std::optional<base::Day>> last_day(base::Day limit);
  /// Observations linked to each indicator on or after a day.
  [[nodiscard]] base::Result<std::map<std::string, std::int64_t>> indicator_counts(base::Day from);
  [[nodiscard]] base::Result<bool> holds_exercise();
  /// Grows whenever something comes in.
  [[nodiscard]] base::Result<std::int64_t> change_number();
  /// What the filter form offers: "measure" and "source" (formats) of all, "kind", "publisher" and
  /// "language" of the newest reports.
  [[nodiscard]] base::Result<std::vector<std::string>> values_of(std::string_view what);

  [[nodiscard]] base::Result<std::optional<std::string>> setting(std::string_view name);
  [[nodiscard]] base::Result<std::optional<std::string>> checkpoint(std::string_view name);
  /// The states of all checkpoints whose names begin so, by name.
  [[nodiscard]] base::Result<std::vector<std::string>> checkpoints(std::string_view begin);

 private:
  [[nodiscard]] base::Result<std::int64_t> word_id(std::string_view text);
  [[nodiscard]] base::Result<std::string> word(std::int64_t id);
  [[nodiscard]] base::Result<StoredObservation> read_observation(store::Statement& row);
  class Conditions;
  [[nodiscard]] base::Status narrow(const HappeningFilter& filter, Conditions& where);
  [[nodiscard]] base::Result<std::int64_t> first_observation_of(std::int64_t import_id);
  [[nodiscard]] base::Status add_indicators(StoredObservation& observation);

  store::Database& database_;
  std::unordered_map<std::int64_t, std::string> words_;
};

}  // namespace tocsin::monitor
