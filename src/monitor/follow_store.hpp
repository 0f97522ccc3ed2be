// SPDX-License-Identifier: Apache-2.0
// The observation store as the place where followed feeds and their checkpoints live together.
//
// One fetched file is one transaction: its rows, the record of its import and the checkpoint that
// says it was read are committed at once, so a kill at any moment loses nothing and doubles
// nothing. Ownership: refers to everything it is made with. Threads: one. Errors: those of the
// store.
#pragma once

#include "base/calendar.hpp"
#include "monitor/feeds/follow.hpp"
#include "monitor/observation_reader.hpp"
#include "monitor/observation_writer.hpp"
#include "monitor/row_preparer.hpp"

namespace tocsin::monitor {

class ObservationFollowStore final : public feeds::FollowStore {
 public:
  ObservationFollowStore(store::Database& database, ObservationWriter& writer,
                         const RowPreparer& preparer, const base::Clock& clock)
      : reader_(database), writer_(writer), sink_(writer, preparer, clock) {}

  [[nodiscard]] base::Result<std::optional<feeds::Checkpoint>> load(
      std::string_view address) override;
  [[nodiscard]] base::Status open() override { return writer_.begin(); }
  [[nodiscard]] feeds::IntakeSink& sink() override { return sink_; }
  [[nodiscard]] base::Status commit(const feeds::Checkpoint& checkpoint) override;
  void roll_back() override { writer_.abandon(); }

  /// What the last committed transaction counted, file by file.
  [[nodiscard]] std::vector<ImportCounts> take_counts() { return std::exchange(sink_.counts, {}); }

 private:
  /// Writes rows as they come, in the caller's thread and transaction.
  class Sink final : public feeds::IntakeSink {
   public:
    Sink(ObservationWriter& writer, const RowPreparer& preparer, const base::Clock& clock)
        : writer_(writer), preparer_(preparer), clock_(clock) {}
    [[nodiscard]] base::Status begin(const feeds::ImportedFile& file) override;
    [[nodiscard]] base::Status end(const feeds::ImportedFile& file) override;
    [[nodiscard]] base::Status kept(feeds::FeedRecord& record) override;
    void rejected(std::uint64_t line, std::string_view reason) override;
    void out_of_scope(std::uint64_t line, std::string_view reason) override;
    std::vector<ImportCounts> counts;

   private:
    ObservationWriter& writer_;
    const RowPreparer& preparer_;
    const base::Clock& clock_;
    ImportInfo info_;
    base::Status noted_;  ///< the first note that could not be written
  };

  ObservationReader reader_;
  ObservationWriter& writer_;
  Sink sink_;
};

/// What is known of every address that was ever followed, by address.
[[nodiscard]] base::Result<std::vector<feeds::Checkpoint>> followed_addresses(
    ObservationReader& reader);

/// A checkpoint as the store keeps it (JSON), and back. Errors: ErrorCode::corrupt.
[[nodiscard]] std::string encode_checkpoint(const feeds::Checkpoint& checkpoint);
[[nodiscard]] base::Result<feeds::Checkpoint> decode_checkpoint(std::string_view text);

}  // namespace tocsin::monitor
