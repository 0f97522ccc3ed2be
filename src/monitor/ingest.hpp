// SPDX-License-Identifier: Apache-2.0
// Reads files into the store: rows, coding, buckets, transactions, the record of each import.
//
// Two threads: one reads, codes and prepares, the caller's writes. Between them stands a queue of
// `queued_batches_max` batches, limited in rows and in bytes, so memory does not grow with the
// file.
// Ownership: refers to everything in IngestParts, which must outlive it. Threads: one call at a
// time. Errors: a file that cannot be read is recorded as a failed import and the next one is read;
// only a failing store ends the call, and a request to stop with ErrorCode::cancelled. What was
// committed before stays, and reading the same file again goes on from there.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "monitor/feeds/intake.hpp"
#include "monitor/observation_writer.hpp"
#include "monitor/row_preparer.hpp"

namespace tocsin::monitor {

inline constexpr std::size_t rows_per_batch = 1'000;
/// Texts of one batch; a batch of long reports is sent before it has all its rows.
inline constexpr std::size_t text_bytes_per_batch = 1U << 20;
inline constexpr std::size_t queued_batches_max = 8;
/// Rows between two commits: what a kill makes the next run read again, never what it loses.
inline constexpr std::uint64_t rows_per_transaction = 60'000;
/// Texts are slower than coded rows: a transaction ends after this time in any case.
inline constexpr std::chrono::milliseconds transaction_time_max{1'000};

struct IngestParts {
  const feeds::Tables& tables;
  const RowPreparer& preparer;
  ObservationWriter& writer;
  const base::Clock& clock;
  /// Set by Ctrl-C or by the end of the server; null where nothing stops a run.
  const std::atomic<bool>* stop = nullptr;
};

struct IngestResult {
  std::int64_t import_id = 0;
  std::string locator;  ///< path, with the member's name after "!" for an archive
  std::string format;   ///< empty where none was found
  std::string sha256;
  std::uint64_t bytes = 0;
  ImportCounts counts;
  std::string problem;  ///< why it was refused or broke off; empty where it did not
};

/// The record of an import, as far as `file` is known.
[[nodiscard]] ImportInfo import_info(const feeds::ImportedFile& file, base::Instant fetched);

class Ingest {
 public:
  /// Called after each batch with the counts of the running file.
  using Progress = std::function<void(std::string_view locator, const ImportCounts&)>;
  /// Writes more into a transaction before it is committed (a feed's checkpoint).
  using BeforeLastCommit = std::function<base::Status(ObservationWriter&)>;

  explicit Ingest(IngestParts parts, Progress progress = {})
      : parts_(parts), progress_(std::move(progress)) {}

  /// `shown` is the name that the record keeps (an address, where the file was fetched from one);
  /// `format` is empty to find the format by content.
  [[nodiscard]] base::Result<std::vector<IngestResult>> run(
      const std::filesystem::path& file, std::string_view shown, std::string_view format,
      const BeforeLastCommit& before_last_commit = {});

 private:
  class Queue;
  class Sender;
  struct Message;
  [[nodiscard]] base::Status take(Message& message, std::vector<IngestResult>& results);
  [[nodiscard]] base::Status begin_file(const feeds::ImportedFile& file);
  [[nodiscard]] base::Status write_batch(Message& message);
  [[nodiscard]] base::Status end_file(const feeds::ImportedFile& file,
                                      std::vector<IngestResult>& results);
  [[nodiscard]] base::Status commit_and_begin();

  IngestParts parts_;
  Progress progress_;
  ImportInfo info_;
  std::int64_t import_id_ = 0;
  std::uint64_t uncommitted_ = 0;
  base::Instant committed_{};
};

}  // namespace tocsin::monitor
