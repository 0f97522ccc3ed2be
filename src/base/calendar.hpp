// SPDX-License-Identifier: Apache-2.0
// Days and instants: parsing, writing and the Clock seam. All times are UTC.
//
// Ownership: values. Threads: pure functions; a Clock is safe to share unless it says otherwise.
// Errors: a date that is not in the calendar (0000-00-00, 31 February) is an error, never a guess.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::base {

/// A calendar day, counted from 1970-01-01 (UTC).
using Day = std::chrono::sys_days;
/// An instant in milliseconds since 1970-01-01T00:00Z.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// Reads "YYYY-MM-DD" or "YYYYMMDD", years 1000 to 9999.
[[nodiscard]] Result<Day> parse_day(std::string_view text);
/// Writes "YYYY-MM-DD".
[[nodiscard]] std::string format_day(Day day);
/// Reads RFC 3339 ("2021-03-05T10:00:00Z", offsets, fractions; a bare day means its midnight).
[[nodiscard]] Result<Instant> parse_instant(std::string_view text);
/// Reads the mail and RSS form of RFC 5322 ("Tue, 05 Mar 2021 10:00:00 +0100").
[[nodiscard]] Result<Instant> parse_mail_date(std::string_view text);
/// Writes RFC 3339 in UTC with whole seconds ("2021-03-05T10:00:00Z").
[[nodiscard]] std::string format_instant(Instant instant);
/// The day an instant falls on, UTC.
[[nodiscard]] Day day_of(Instant instant);
/// Days since 1970-01-01, the integer form in the stores.
[[nodiscard]] constexpr std::int32_t day_number(Day day) {
  return static_cast<std::int32_t>(day.time_since_epoch().count());
}
[[nodiscard]] constexpr Day day_from_number(std::int32_t number) {
  return Day{std::chrono::days{number}};
}

/// Where the time comes from. Passed in, never global, so that tests own time.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

/// The time since the machine started, sleep included: never goes back, whoever sets the clock. For
/// spans only; as a date it means nothing.
class SteadyClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

/// A clock that stands still until moved. Not safe to move from two threads.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start) : now_(start) {}
  [[nodiscard]] Instant now() const override { return now_; }
  void advance(std::chrono::milliseconds by) { now_ += by; }
  void set(Instant instant) { now_ = instant; }

 private:
  Instant now_;
};

}  // namespace tocsin::base
