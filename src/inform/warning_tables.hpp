// SPDX-License-Identifier: Apache-2.0
// Warnings as pages and the scheduler read them: projected from `warning`, `decision` and
// `reminder` revisions. Texts stay as the revisions hold them; open_warning() opens them.
//
// Threads: those of the database. Errors: those of the store; unavailable while locked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assess/retention.hpp"
#include "inform/parts.hpp"
#include "inform/warning.hpp"

namespace tocsin::inform {

inline constexpr std::string_view warning_type = "warning";
inline constexpr std::string_view decision_type = "decision";
inline constexpr std::string_view reminder_type = "reminder";

/// What a reminder revision says it is.
inline constexpr std::string_view reminder_kind = "reminder";
inline constexpr std::string_view escalation_kind = "escalation";
inline constexpr std::string_view chase_kind = "chase";

class WarningProjection final : public ledger::Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "warnings"; }
  [[nodiscard]] std::span<const store::Migration> migrations() const override;
  [[nodiscard]] std::span<const std::string_view> tables() const override;
  [[nodiscard]] std::span<const std::string_view> types() const override;
  [[nodiscard]] base::Status apply(store::Database& database,
                                   const ledger::Revision& revision) const override;
};

struct WarningRow {
  std::string object;
  WarningClock clock;
  base::Digest head{};        ///< newest act that changed it: what a form must have seen
  std::string text_revision;  ///< hexadecimal id of the revision that holds the texts
  int version = 0;            ///< of the texts, from 1
  base::Instant created;
  base::Instant text_at;
  std::optional<base::Instant> decided;
  std::string choice;           ///< of the decision: act, not_act, or empty
  std::string decision;         ///< object of the newest decision
  std::string decided_by_role;  ///< principal, deputy
  std::string assessment;       ///< revision, hexadecimal
  std::string assessment_object;
  std::string assessment_title;  ///< as stored
  std::string situation;
  std::string unit;
  ledger::Marking marking;
  std::vector<std::string> authors;
  std::string second_reader;  ///< account
  WarningText plain;          ///< without its sealed texts
  std::string title;          ///< as stored, like the next three; empty once it was erased
  std::string what_changed;
  std::string concerns;
  std::string who_else_knows;

  /// Its texts came to their term: that it was, and how it was decided, stays.
  [[nodiscard]] bool erased() const { return title.empty(); }
  [[nodiscard]] people::Matter matter() const {
    return {name_of(clock.state), marking.tlp, unit, authors};
  }
};

/// What the retention job has to know beside its own rules: warnings that are finished, and which
/// situations they still need. A warning is held while its situation is open or an authority that
/// got it has not acknowledged; a situation as long as the texts of a warning about it are kept.
[[nodiscard]] std::vector<assess::KeptRule> kept_rules();
/// The data key of the names of those who acknowledged a notice.
[[nodiscard]] std::string receipt_key_of(std::string_view notice);

struct WarningStepRow {
  std::string step;
  base::Instant at;
  std::string by;       ///< account, or empty for the node
  std::string role;     ///< of a decision
  std::string object;   ///< whose field "reasons" it is
  std::string reasons;  ///< as stored
  std::string rule;     ///< of an escalation or reminder
  std::int64_t number = 0;
  std::vector<std::string> options;  ///< chosen with "act"
};

[[nodiscard]] base::Result<std::optional<WarningRow>> find_warning(store::Database& database,
                                                                   std::string_view object);
/// Those that wait first, by urgency of their clock; then the newest.
[[nodiscard]] base::Result<std::vector<WarningRow>> list_warnings(store::Database& database,
                                                                  std::size_t rows_max);
/// In the states in which a clock runs.
[[nodiscard]] base::Result<std::vector<WarningRow>> waiting_warnings(store::Database& database);
[[nodiscard]] base::Result<std::vector<WarningStepRow>> steps_of(store::Database& database,
                                                                 std::string_view object);
/// The texts opened.
[[nodiscard]] base::Result<WarningText> open_warning(const ledger::Vault& vault,
                                                     store::Database& database,
                                                     const WarningRow& row);

/// What a warning rests on and whose it is, beside its texts.
struct WarningBasis {
  std::string assessment;
  std::string assessment_object;
  std::string assessment_title;
  std::string situation;
  std::string unit;
  std::vector<std::string> authors;
};
/// A `warning` revision with its texts.
[[nodiscard]] ledger::Draft warning_revision(std::string_view object, const WarningBasis& basis,
                                             const WarningText& text, WarningState state,
                                             std::string_view by);
/// A `warning` revision that is a step and no new text.
[[nodiscard]] ledger::Draft step_revision(std::string_view object, WarningStep step,
                                          WarningState state, std::string_view by,
                                          std::string_view reasons);

}  // namespace tocsin::inform
