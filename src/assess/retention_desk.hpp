// SPDX-License-Identifier: Apache-2.0
// The job that erases what has come to its end, and what people may do about it: keep a thing
// longer, or erase a report before its time.
//
// Each erasure is one act; wiping files follows the acts and is made good at the next run, so a
// kill anywhere leaves nothing half done. Ownership: refers to parts. Threads: run_due() from one
// thread, the rest from any. Errors: places are words of source_problem.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assess/retention.hpp"
#include "assess/source_desk.hpp"

namespace tocsin::assess {

/// Things erased in one run, so that other acts are not kept waiting.
inline constexpr std::size_t erased_at_once_max = 100;
inline constexpr std::chrono::minutes retention_every{10};
/// A clock that went on by more than this beyond the time that passed is not believed at once: a
/// wrong clock would erase everything. Erasing waits for clock_waits_for of running time, or until
/// the clock was set back.
inline constexpr std::chrono::days clock_jump_max{45};
inline constexpr std::chrono::hours clock_waits_for{24};
/// How far from now a thing may be kept longer.
inline constexpr std::chrono::days prolonged_max{3653};

struct RetentionParts {
  const SourceParts& sources;
  const Retention& terms;
  const base::Clock& steady;
};

struct Prolonging {
  KeptKind kind = KeptKind::report;
  std::string object;
  base::Day until;
  std::string reason;
};

class RetentionDesk {
 public:
  explicit RetentionDesk(const RetentionParts& parts) : parts_(parts) {}
  [[nodiscard]] base::Status prolong(const people::Session& session,
                                     const Prolonging& prolonging) const;
  [[nodiscard]] base::Status erase_report(const people::Session& session, std::string_view report,
                                          ErasedBecause why) const;

 private:
  const RetentionParts& parts_;
};

class RetentionJob {
 public:
  explicit RetentionJob(const RetentionParts& parts) : parts_(parts) {}
  /// What is due now; looks every retention_every. The number erased.
  [[nodiscard]] base::Result<std::size_t> run_due();

 private:
  /// Looks anew at each call: a clock that was believed once may jump again.
  [[nodiscard]] bool believes_clock();
  [[nodiscard]] base::Result<bool> erase_one(const Kept& kept) const;
  [[nodiscard]] base::Status wipe() const;
  const RetentionParts& parts_;
  std::optional<base::Instant> looked_;  ///< steady
  /// A time that was right, and the running time at that moment.
  struct Right {
    base::Instant clock;
    base::Instant steady;
  };
  std::optional<Right> right_;
  std::optional<base::Instant> waiting_from_;  ///< steady: since when the clock is not believed
  bool wiped_ = false;                         ///< since the start: a kill may have left something
};

}  // namespace tocsin::assess
