// SPDX-License-Identifier: Apache-2.0
// Emergency access: a person opens, for some hours, reading of what their role does not read; it is
// recorded, seen by everybody, and reviewed by an auditor. Values and pure rules.
//
// What it allows are the lines for "emergency" in data/permissions.tsv. Why:
// docs/decisions/0011-emergency-access.md.
// Threads: pure functions. Errors: ErrorCode::conflict where a step does not fit the state,
// invalid_input for what was typed; places are words of the catalogue's section account_problem.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "ledger/revision.hpp"

namespace tocsin::people {

inline constexpr std::string_view emergency_type = "emergency";
/// What the access log calls a read that only emergency access allowed.
inline constexpr std::string_view emergency_read_act = "emergency.read";

struct EmergencyLimits {
  std::chrono::hours open_for{4};
  std::chrono::days reviewed_within{7};  ///< of its end
};

enum class EmergencyState : std::uint8_t { open, ended, reviewed };
[[nodiscard]] std::string_view name_of(EmergencyState state);
[[nodiscard]] base::Result<EmergencyState> emergency_state_of(std::string_view name);

enum class EmergencyEnd : std::uint8_t {
  none,     ///< still open
  closed,   ///< by who opened it
  log_out,  ///< with the session in which it was opened
  hour,     ///< by itself
  session,  ///< that session is gone: too long idle, ended elsewhere, the node restarted
};
[[nodiscard]] std::string_view name_of(EmergencyEnd end);
[[nodiscard]] base::Result<EmergencyEnd> emergency_end_of(std::string_view name);

enum class EmergencyVerdict : std::uint8_t {
  none,
  in_order,   ///< the reason held, and what was read fits it
  objection,  ///< it did not
};
[[nodiscard]] std::string_view name_of(EmergencyVerdict verdict);
[[nodiscard]] base::Result<EmergencyVerdict> emergency_verdict_of(std::string_view name);

struct Emergency {
  std::string object;
  EmergencyState state = EmergencyState::open;
  std::string account;  ///< who opened it
  base::Instant opened;
  base::Instant until;        ///< its hour
  boost::json::value reason;  ///< sealed under a data key of the emergency
  EmergencyEnd end = EmergencyEnd::none;
  base::Instant ended;
  /// Entries of the access log made while it was open: (reads_from, reads_to].
  std::int64_t reads_from = 0;
  std::int64_t reads_to = 0;
  std::string reviewed_by;
  base::Instant reviewed;
  EmergencyVerdict verdict = EmergencyVerdict::none;
  boost::json::value finding;  ///< sealed as the reason is
};

/// The steps; each changes the value or refuses.
[[nodiscard]] base::Status end_it(Emergency& emergency, EmergencyEnd how, base::Instant now);
[[nodiscard]] base::Status review_it(Emergency& emergency, EmergencyVerdict verdict);
/// A reason or a finding as typed.
[[nodiscard]] base::Status check_emergency_text(std::string_view text);

/// Until when it has to be reviewed.
[[nodiscard]] base::Instant review_due(const Emergency& emergency, const EmergencyLimits& limits);
[[nodiscard]] bool is_overdue(const Emergency& emergency, const EmergencyLimits& limits,
                              base::Instant now);

/// How a revision says it, and how it is read: without account, opened, reviewed_by and reviewed,
/// which follow from who signed when (emergency_records.cpp).
[[nodiscard]] boost::json::object emergency_fields(const Emergency& emergency);
[[nodiscard]] base::Result<Emergency> read_emergency(const ledger::Revision& revision);

}  // namespace tocsin::people
