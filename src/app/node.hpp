// SPDX-License-Identifier: Apache-2.0
// Everything that reading feeds needs, opened in the order in which data flow.
//
// Ownership: owns its parts. Threads: one. Errors name the file that cannot be opened and the
// remedy.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

#include "app/installation.hpp"
#include "base/calendar.hpp"
#include "base/random.hpp"
#include "knowledge/gazetteer.hpp"
#include "monitor/coding/coder.hpp"
#include "monitor/coding/places.hpp"
#include "monitor/follow_store.hpp"
#include "monitor/follow_ups.hpp"
#include "monitor/ingest.hpp"
#include "monitor/observation_writer.hpp"
#include "monitor/place_linker.hpp"
#include "monitor/row_preparer.hpp"
#include "monitor/stories.hpp"
#include "monitor/watch_measures.hpp"

namespace tocsin::app {

/// True once SIGINT or SIGTERM came; install_stop_signals() must have been called.
[[nodiscard]] const std::atomic<bool>& stop_requested();
/// Call it once, before threads are started.
void install_stop_signals();
/// Waits until one of those signals comes, at most `longest`; any thread may wait.
void wait_for_stop(std::chrono::milliseconds longest);

/// Reports that a new one is compared with: those of the last 30 days, the newest of them where
/// there are more. They take 50 to 75 MB, so that reading stays under 300 MB in all.
inline constexpr std::size_t reports_compared_max = 60'000;

/// The writing side of a node's home.
class IntakeNode {
 public:
  /// `actor_files` are the user's own actor dictionaries.
  [[nodiscard]] static base::Result<std::unique_ptr<IntakeNode>> open(
      const std::filesystem::path& home, const Installation& installation, const base::Clock& clock,
      const std::vector<std::string>& actor_files = {});

  /// Reads one file, or the members of an archive; an error only where the store fails or a stop
  /// was asked for. The file goes under another name where `shown` is one (an address), with more
  /// to write before the last commit.
  [[nodiscard]] base::Result<std::vector<monitor::IngestResult>> ingest_file(
      const std::filesystem::path& file, std::string_view shown, std::string_view format,
      const monitor::Ingest::Progress& progress,
      const monitor::Ingest::BeforeLastCommit& before_last_commit);

  /// Polls addresses until stop_requested(), or each once; `report` is told of every poll that did
  /// something.
  using PollReport =
      std::function<void(const monitor::feeds::Followed&, const monitor::feeds::Poll&,
                         const std::vector<monitor::ImportCounts>&)>;
  [[nodiscard]] base::Status follow(const std::vector<monitor::feeds::Followed>& feeds,
                                    bool keep_polling, const PollReport& report);

  [[nodiscard]] const monitor::feeds::Tables& tables() const { return *tables_; }
  [[nodiscard]] store::Database& database() { return *database_; }

 private:
  IntakeNode(std::filesystem::path home, WriterLock lock, const base::Clock& clock)
      : home_(std::move(home)), lock_(std::move(lock)), clock_(clock) {}
  std::filesystem::path home_;
  WriterLock lock_;
  const base::Clock& clock_;
  std::unique_ptr<store::Database> database_;
  std::optional<knowledge::Gazetteer> gazetteer_;
  std::optional<monitor::coding::PlaceFinder> finder_;
  std::unique_ptr<monitor::coding::Coder> coder_;
  std::optional<monitor::feeds::Tables> tables_;
  std::optional<monitor::WatchMeasures> measures_;
  std::optional<monitor::FollowUps> follow_ups_;
  std::unique_ptr<monitor::PlaceLinker> places_;
  std::unique_ptr<monitor::RowPreparer> preparer_;
  std::unique_ptr<monitor::Stories> stories_;
  std::unique_ptr<monitor::ObservationWriter> writer_;
};

}  // namespace tocsin::app
