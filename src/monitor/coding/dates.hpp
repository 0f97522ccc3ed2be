// SPDX-License-Identifier: Apache-2.0
// When it happened: dates in words and digits, relative to the day of the report.
//
// Reads the classes "weekday", "month", "today" and "yesterday" (with their numbers) of the
// language. Threads: read-only. Errors: what is no date of the calendar is no date.
#pragma once

#include <optional>

#include "base/calendar.hpp"
#include "monitor/coding/sentence.hpp"

namespace tocsin::monitor::coding {

class DateReader {
 public:
  explicit DateReader(const Names& names);
  /// The first day that the sentence names, or nothing. Without a report day only full dates count.
  [[nodiscard]] std::optional<base::Day> find(const Sentence& sentence,
                                              std::optional<base::Day> report) const;

 private:
  [[nodiscard]] std::optional<base::Day> calendar_date(const Sentence& sentence, std::size_t at,
                                                       std::int64_t month,
                                                       std::optional<base::Day> report) const;
  std::uint16_t weekday_;
  std::uint16_t month_;
  std::uint16_t days_back_;
};

}  // namespace tocsin::monitor::coding
