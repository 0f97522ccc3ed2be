// SPDX-License-Identifier: Apache-2.0
// Repeats, kept in the store: which story each report tells, across restarts.
//
// What Repeats needs of a report is written in the transaction that writes the report, so after a
// kill both are there or neither. Opening reads the members of the last weeks back.
// Ownership: refers to the Database. Threads: one, the writer's. Errors: those of the Database;
// ErrorCode::corrupt where a stored signature cannot be read.
#pragma once

#include <memory>

#include "monitor/observation_writer.hpp"
#include "monitor/repeats.hpp"

namespace tocsin::monitor {

class Stories final : public StoryTeller {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<Stories>> open(store::Database& database,
                                                                   RepeatSettings settings = {});
  [[nodiscard]] base::Result<StoryPlace> tell(std::int64_t report, base::Day day,
                                              std::string_view title, std::string_view text,
                                              std::int64_t continues) override;
  [[nodiscard]] base::Status reload() override;

 private:
  Stories(store::Database& database, RepeatSettings settings)
      : database_(database), settings_(settings), repeats_(settings) {}
  store::Database& database_;
  RepeatSettings settings_;
  Repeats repeats_;
  ReportReader reader_;
};

}  // namespace tocsin::monitor
