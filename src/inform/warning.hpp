// SPDX-License-Identifier: Apache-2.0
// A warning: its states, which step leads where, what a principal may choose, and what its clock
// makes due. Pure: no store, no clock of its own.
//
// Ownership: values. Threads: pure functions. Errors: ErrorCode::conflict for a step that the state
// does not allow, invalid_input for a step without reasons or a text that is missing or too long.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/result.hpp"
#include "ledger/revision.hpp"

namespace tocsin::inform {

inline constexpr std::size_t title_bytes_max = 240;
inline constexpr std::size_t text_bytes_max = 6000;  ///< one text of a warning: it fits on a page
inline constexpr std::size_t reasons_bytes_max = 4000;
inline constexpr std::size_t warning_options_max = 12;

enum class WarningState : std::uint8_t {
  draft,
  with_reader,     ///< a second reader looks, never an author
  returned,        ///< the second reader sent it back
  with_principal,  ///< the principal must choose
  more_asked,      ///< the principal asked for more
  consulting,      ///< the principal consults others first
  escalated,       ///< the principal's time ran out: the deputy decides too
  decided,         ///< to act, or not to act
  withdrawn,       ///< taken back before it reached the principal
};
inline constexpr std::size_t warning_state_count = 9;
[[nodiscard]] std::string_view name_of(WarningState state);
[[nodiscard]] std::optional<WarningState> warning_state_of(std::string_view name);

enum class WarningStep : std::uint8_t {
  save,       ///< the text changes, the state does not
  submit,     ///< to the second reader
  pass,       ///< the second reader lets it through
  send_back,  ///< the second reader sends it back
  act,
  ask_more,
  consult,
  not_act,
  supply,    ///< what the principal asked for
  escalate,  ///< by the node, when time has run out
  withdraw,
};
inline constexpr std::size_t warning_step_count = 11;
[[nodiscard]] std::string_view name_of(WarningStep step);
[[nodiscard]] std::optional<WarningStep> warning_step_of(std::string_view name);
/// act, ask_more, consult, not_act: what the principal or deputy chooses.
[[nodiscard]] bool is_choice(WarningStep step);
/// All but save, submit and the node's own step.
[[nodiscard]] bool needs_reasons(WarningStep step);
/// The act of data/permissions.tsv that a step asks for in that state; a choice after an escalation
/// is the principal's ("warning.decide") as well.
[[nodiscard]] std::string_view permission_of(WarningStep step, WarningState state);

/// The state after a step, or why it cannot be taken.
[[nodiscard]] base::Result<WarningState> after(WarningState state, WarningStep step,
                                               std::string_view reasons);

/// How sure the assessment is, in words that people agreed on.
inline constexpr std::array<std::string_view, 3> confidences{"low", "moderate", "high"};

/// How far the harm that is feared would reach.
inline constexpr std::array<std::string_view, 3> scales{"isolated", "spreading", "widespread"};

/// What an author writes. Texts are plain; line ends are kept.
struct WarningText {
  std::string title;
  std::string what_changed;
  std::string concerns;  ///< whom it concerns and what they may suffer
  std::string who_else_knows;
  std::string language = "en";       ///< BCP 47
  std::vector<std::string> options;  ///< ids of the toolbox, gentle first
  std::string urgency;               ///< id of a rule in data/escalation.json
  std::string confidence;
  std::string scale;
  std::optional<base::Instant> wanted_by;
  bool exercise = false;
};

/// Hours that were fixed before, for one urgency (data/escalation.json).
struct UrgencyRule {
  std::string id;
  std::chrono::hours first_reminder{};
  std::chrono::hours next_reminder{};
  int reminders_max = 0;
  std::chrono::hours escalate{};       ///< without a move of the principal
  std::chrono::hours undecided_max{};  ///< in all, whatever is asked meanwhile
  std::chrono::hours first_chase{};    ///< of an authority that has not acknowledged
  std::chrono::hours next_chase{};
  int chases_max = 0;
};

/// Where a warning's clock stands.
struct WarningClock {
  WarningState state = WarningState::draft;
  base::Instant since;                         ///< entered this state
  std::optional<base::Instant> reached;        ///< first with the principal
  std::optional<base::Instant> escalated;      ///< last time
  std::optional<base::Instant> last_reminder;  ///< in this state
  int reminders = 0;                           ///< in this state
};

struct DueStep {
  enum class Kind : std::uint8_t { reminder, escalation };
  Kind kind = Kind::reminder;
  int number = 1;         ///< of the reminder in this state
  std::string_view rule;  ///< member of data/escalation.json that made it due
  friend bool operator==(const DueStep&, const DueStep&) = default;
};

/// What is due now: at most one step, however far the clock jumped; nothing while it stands before
/// what was recorded. Without anybody to escalate to, reminders go on.
[[nodiscard]] std::optional<DueStep> due(base::Instant now, const WarningClock& clock,
                                         const UrgencyRule& rule, bool can_escalate = true);
/// When the deputy may decide too; nothing in states that do not wait for that.
[[nodiscard]] std::optional<base::Instant> escalates_at(const WarningClock& clock,
                                                        const UrgencyRule& rule);
/// True where the node's clock stands before what was recorded: waiting times cannot be told.
[[nodiscard]] bool clock_is_behind(base::Instant now, const WarningClock& clock);

/// The chase of an authority that has not acknowledged: its number, or 0 where none is due.
[[nodiscard]] int due_chase(base::Instant now, base::Instant informed,
                            std::optional<base::Instant> last_chase, int chases,
                            const UrgencyRule& rule);

/// Every text there and within its limit; `known_urgency` and the options are the caller's check.
[[nodiscard]] base::Status check_text(const WarningText& text);
/// A text of a form: not empty where `needed`, at most `bytes_max`, well-formed and without control
/// characters other than line ends.
[[nodiscard]] base::Status check_field(std::string_view name, std::string_view value,
                                       std::size_t bytes_max, bool needed);

}  // namespace tocsin::inform
