// SPDX-License-Identifier: Apache-2.0
// The one writer of the observation store: rows in, happenings and daily counts kept in step.
//
// A transaction holds rows, counts, rollups and the feed's checkpoint together, so a kill at any
// moment leaves all of them or none. Rows already seen are told from their source's own ids.
// Ownership: refers to the Database, which must outlive it. Threads: one.
// Errors: those of the Database; after an error the open transaction is rolled back by abandon()
// or the destructor, and nothing of it remains.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "monitor/observation.hpp"
#include "monitor/rollup.hpp"
#include "store/database.hpp"

namespace tocsin::monitor {

/// Rows of notes (rejected, out of scope) kept of one import; the counts go on beyond.
inline constexpr std::uint64_t notes_per_import_max = 2'000;

/// A report's place among the stories already told.
struct StoryPlace {
  std::int64_t story = 0;     ///< id of the story's first report; never 0
  std::uint8_t relation = 0;  ///< 0 new, 1 repeat, 2 update (another figure)
};

/// Tells which story a new report belongs to. Called inside the open transaction, in order of
/// arrival, once for each report that was not seen before. A report that is the full text of an
/// earlier headline `continues` that one's story; 0 where it is not known to continue any.
class StoryTeller {
 public:
  virtual ~StoryTeller() = default;
  [[nodiscard]] virtual base::Result<StoryPlace> tell(std::int64_t report, base::Day day,
                                                      std::string_view title, std::string_view text,
                                                      std::int64_t continues) = 0;
  /// Called after a transaction was given up: what it told must be forgotten.
  [[nodiscard]] virtual base::Status reload() = 0;
};

class ObservationWriter {
 public:
  ~ObservationWriter();
  /// Reads the dictionaries into memory; draws the store's hash seed on the first use.
  [[nodiscard]] static base::Result<std::unique_ptr<ObservationWriter>> open(
      store::Database& database, base::Random& random);

  /// Without one every report is a story of its own. Must outlive the writer.
  void set_story_teller(StoryTeller* teller) { stories_ = teller; }

  [[nodiscard]] base::Status begin();
  /// Writes what was gathered (rollups, counts) and commits.
  [[nodiscard]] base::Status commit();
  void abandon();

  /// Opens the record of an import; its counts follow with each commit, and where the next one
  /// begins before that.
  [[nodiscard]] base::Result<std::int64_t> begin_import(const ImportInfo& info);
  /// True: kept; false: a row with this id was there already in this scope and the row's own. A
  /// source that gives a headline first and its text later, under one id, gives an update: both
  /// are kept, in one story.
  [[nodiscard]] base::Result<bool> add(std::string_view scope, const NewRow& row);
  [[nodiscard]] base::Status note(std::string_view bucket, std::uint64_t line,
                                  std::string_view reason);
  /// Ends the record: hash and size known, or the problem that stopped it.
  [[nodiscard]] base::Status finish_import(const ImportInfo& info, base::Instant now,
                                           std::string_view problem);
  [[nodiscard]] const ImportCounts& counts() const { return counts_; }

  /// Imports that a killed process left open are marked so; call it once, holding the home's lock.
  [[nodiscard]] base::Status mark_interrupted();
  [[nodiscard]] base::Status set_checkpoint(std::string_view name, std::string_view state);

 private:
  class Words;
  class Places;
  struct Statements;
  struct Joined {
    std::int64_t happening;
    std::uint8_t relation;
  };
  explicit ObservationWriter(store::Database& database);
  [[nodiscard]] base::Status load();
  [[nodiscard]] base::Result<bool> first_sight(std::int64_t scope, std::string_view id);
  [[nodiscard]] base::Result<std::int64_t> headline_before(std::string_view format,
                                                           std::int64_t scope, const NewRow& row);
  [[nodiscard]] base::Result<StoryPlace> place_report(const NewRow& row, std::int64_t continues);
  [[nodiscard]] base::Result<std::int64_t> add_report(const NewRow& row, std::int64_t link,
                                                      const StoryPlace& place);
  [[nodiscard]] base::Result<std::int64_t> add_link(std::string_view url);
  [[nodiscard]] base::Status add_observation(const NewRow& row, const NewObservation& seen,
                                             std::int64_t report, const StoryPlace& story,
                                             std::int64_t link);
  /// A happening told before.
  struct Known {
    std::int64_t happening = 0;
    std::int32_t day = 0;
    std::optional<std::int32_t> killed_max;
    std::optional<std::int32_t> killed_min;
  };
  [[nodiscard]] base::Result<Joined> join(const NewObservation& seen, std::int32_t place,
                                          std::int32_t area, const StoryPlace& story);
  [[nodiscard]] base::Result<std::optional<Known>> find_in_story(const NewObservation& seen,
                                                                 std::int32_t place,
                                                                 const StoryPlace& story);
  [[nodiscard]] base::Result<std::optional<Known>> find_or_open(const NewObservation& seen,
                                                                std::int32_t place,
                                                                std::int32_t area, bool counted,
                                                                std::int64_t key);
  [[nodiscard]] base::Result<std::optional<Known>> find_earlier(const NewObservation& seen,
                                                                std::int32_t place,
                                                                std::int32_t area);
  [[nodiscard]] static base::Result<std::optional<Known>> read_known(store::Statement& find);
  [[nodiscard]] base::Result<bool> grow(const Known& known, const NewObservation& seen);
  [[nodiscard]] base::Status count(const NewObservation& seen, std::int32_t place,
                                   std::int32_t area, std::int32_t day, const DayCounts& counts,
                                   bool counted);
  [[nodiscard]] base::Status write_rollups(RollupBatch& batch, std::string_view table);
  /// Into the record of the import at hand, if there is one.
  [[nodiscard]] base::Status write_counts();

  store::Database& database_;
  std::unique_ptr<Statements> statements_;
  std::unique_ptr<Words> words_;
  std::unique_ptr<Places> places_;
  std::optional<store::Transaction> transaction_;
  RollupBatch place_counts_;
  RollupBatch area_counts_;
  ImportCounts counts_;
  std::int64_t import_id_ = 0;
  std::uint64_t notes_ = 0;
  std::uint64_t seed_ = 0;
  std::int64_t next_observation_ = 1;
  std::int64_t next_report_ = 1;
  StoryTeller* stories_ = nullptr;
  bool stale_ = false;
  std::string last_url_;
  std::int64_t last_link_ = 0;
};

}  // namespace tocsin::monitor
