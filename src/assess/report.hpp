// SPDX-License-Identifier: Apache-2.0
// A report from a person: what it holds, the states of its intake, and which step leads where.
// Pure: no store, no clock.
//
// Ownership: values. Threads: pure functions. Errors: ErrorCode::invalid_input names the field,
// ErrorCode::conflict a step that the state does not allow.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/result.hpp"
#include "ledger/revision.hpp"

namespace tocsin::assess {

inline constexpr std::size_t report_text_bytes_max = 64U << 10;
inline constexpr std::size_t short_text_bytes_max = 2000;

enum class ReportState : std::uint8_t {
  fresh,
  asked,
  accepted,
  merged,
  set_aside,
  withdrawn,
  erased
};
[[nodiscard]] std::string_view name_of(ReportState state);
[[nodiscard]] std::optional<ReportState> report_state_of(std::string_view name);
/// Taken back, or erased: its words are nowhere any more.
[[nodiscard]] bool is_gone(ReportState state);

/// What the desk does with a report. The names are the acts of data/permissions.tsv.
enum class Step : std::uint8_t {
  accept,
  merge,
  ask,
  set_aside,
  grade,
  mark,
  freeze,  ///< someone may be in danger: nothing of it moves until a person has looked
  unfreeze,
  answer,  ///< a word to the one who reported
  move,    ///< to another unit of the desk
};
[[nodiscard]] std::string_view name_of(Step step);
[[nodiscard]] std::optional<Step> step_of(std::string_view name);

/// What the reporter wrote, as it came.
struct Told {
  std::string text;      ///< what happened
  std::string place;     ///< where, in their words
  std::string when;      ///< when, in their words
  std::string witness;   ///< own_eyes, heard, document, unsaid
  std::string language;  ///< BCP 47, or empty
  std::string channel;   ///< page, mail, file, message
  bool in_danger = false;
  bool may_share = false;  ///< consent: may be passed to the region without what identifies
  bool exercise = false;
  /// Chosen by the sender: the same report sent twice (an answer was lost) is taken once.
  std::string once;
};
[[nodiscard]] base::Status check_told(const Told& told);

/// Grades of the source and of what it says (the "Admiralty" scale).
struct Grade {
  char source = 'F';       ///< A completely reliable … E unreliable, F cannot be judged
  char credibility = '6';  ///< 1 confirmed … 5 improbable, 6 cannot be judged
};
[[nodiscard]] base::Result<Grade> parse_grade(std::string_view source,
                                              std::string_view credibility);

/// What the desk sees of a report's standing.
struct Standing {
  ReportState state = ReportState::fresh;
  bool frozen = false;
};
/// The standing after a step, or why it cannot be taken.
[[nodiscard]] base::Result<Standing> after(const Standing& standing, Step step);
/// The word under which data/permissions.tsv knows the standing.
[[nodiscard]] std::string_view permission_state(const Standing& standing);
/// The word that people read: a report that is gone stays so where it is frozen as well.
[[nodiscard]] std::string_view shown_state(const Standing& standing);

/// A receipt code: 16 digits in four groups, said once to the reporter, kept only as a hash.
inline constexpr std::size_t receipt_digits = 16;
[[nodiscard]] std::string normal_receipt(std::string_view typed);

}  // namespace tocsin::assess
