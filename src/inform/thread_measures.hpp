// SPDX-License-Identifier: Apache-2.0
// How long the thread takes and how much of it ends: report to grading, to warning, to decision, to
// informing; shares decided, acknowledged, answered. Pure over rows.
//
// Ownership: values. Threads: pure functions. Nothing here names a place, a country or a person.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/calendar.hpp"
#include "base/result.hpp"
#include "store/database.hpp"

namespace tocsin::inform {

struct ReportTimes {
  base::Instant received;
  std::optional<base::Instant> graded;
  std::optional<base::Instant> answered;
  bool gone = false;  ///< withdrawn or erased
};

struct WarningTimes {
  base::Instant created;
  std::optional<base::Instant>
      first_report;                      ///< of its situation's evidence, before it was written
  std::optional<base::Instant> reached;  ///< the principal
  std::optional<base::Instant> decided;
  std::optional<base::Instant> informed;  ///< first notice
  bool withdrawn = false;
};

struct ReceiverTimes {
  base::Instant informed;
  std::optional<base::Instant> acknowledged;
  bool replaced = false;  ///< a later notice went to the same authority
};

struct ThreadRows {
  std::vector<ReportTimes> reports;
  std::vector<WarningTimes> warnings;
  std::vector<ReceiverTimes> receivers;
};

/// Of the cases that have both ends; times that run backwards (a clock was wrong) are left out.
struct Durations {
  std::size_t cases = 0;
  std::chrono::milliseconds median{};  ///< the lower one of two in the middle
  std::chrono::milliseconds longest{};
};

struct Share {
  std::size_t done = 0;
  std::size_t of = 0;
};

struct ThreadMeasures {
  Durations to_grading;    ///< report received to graded
  Durations to_warning;    ///< first report to warning written
  Durations to_principal;  ///< written to the principal
  Durations to_decision;   ///< with the principal to decided
  Durations to_act;        ///< decided to first notice
  Durations to_acknowledgement;
  Share decided;  ///< of the warnings that reached a principal
  Share
      acknowledged;  ///< of the authorities that were told, less notices replaced before they were
  Share answered;    ///< of the reports, less those gone without an answer
};
[[nodiscard]] ThreadMeasures measure_thread(const ThreadRows& rows);

/// Everything that began between the two instants; exercises only where asked for.
[[nodiscard]] base::Result<ThreadRows> read_thread(store::Database& database, base::Instant from,
                                                   base::Instant to, bool exercises);

}  // namespace tocsin::inform
