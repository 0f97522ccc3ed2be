// SPDX-License-Identifier: Apache-2.0
// Reads one source of bytes into the store: format, rows, coding, buckets, transactions.
//
// Two threads: one reads, codes and prepares, the caller's writes. Between them stands a queue of
// `queued_batches_max` batches, so memory does not grow with the file.
// Ownership: refers to everything in IngestParts, which must outlive it. Threads: one call at a time.
// Errors: a file that cannot be read at all is recorded as a failed import and returned as an
// error; what was committed before stays, and reading the file again goes on from there.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "formats/byte_source.hpp"
#include "monitor/feeds/reader.hpp"
#include "monitor/observation_writer.hpp"
#include "monitor/row_preparer.hpp"

namespace tocsin::monitor {

inline constexpr std::size_t rows_per_batch = 1'000;
inline constexpr std::size_t queued_batches_max = 8;
/// Rows between two commits: what a kill makes the next run read again, never what it loses.
inline constexpr std::size_t rows_per_transaction = 60'000;

struct IngestParts {
  const feeds::Tables& tables;
  const RowPreparer& preparer;
  ObservationWriter& writer;
  const base::Clock& clock;
  /// Set by Ctrl-C: the run commits what it has and ends with ErrorCode::cancelled.
  const std::atomic<bool>* stop = nullptr;
};

struct IngestSource {
  std::string locator;      ///< what the user named: path or URL
  std::string format;       ///< a format's name, or empty: found by content
  std::string checkpoint_name;   ///< written with the last commit where not empty
  std::string checkpoint_state;
};

struct IngestResult {
  std::string format;
  std::string sha256;
  std::uint64_t bytes = 0;
  std::int64_t import_id = 0;
  ImportCounts counts;
  std::string problem;  ///< why reading stopped early; empty where it did not
};

class Ingest {
 public:
  using Progress = std::function<void(const ImportCounts&)>;
  explicit Ingest(IngestParts parts, Progress progress = {})
      : parts_(parts), progress_(std::move(progress)) {}
  /// `bytes` are the original bytes (compressed as they came).
  [[nodiscard]] base::Result<IngestResult> run(const IngestSource& source,
                                               formats::ByteSource& bytes);

 private:
  IngestParts parts_;
  Progress progress_;
};

}  // namespace tocsin::monitor
