// SPDX-License-Identifier: Apache-2.0
// Use cases of warnings: draft, second reader, the principal's choice, what was asked for.
//
// Ownership: refers to the parts. Threads: any. Errors: forbidden, conflict (the state does not
// allow it, or someone changed it meanwhile), invalid_input with the field, not_found.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "inform/warning_tables.hpp"

namespace tocsin::inform {

/// A warning with everything opened, for one who may read it.
struct WarningView {
  WarningRow row;
  WarningText text;
  std::string assessment_title;
  struct Step {
    WarningStepRow row;
    std::string reasons;
  };
  std::vector<Step> steps;
};

/// A choice of the principal or deputy.
struct Choice {
  WarningStep step = WarningStep::act;
  std::string reasons;
  std::vector<std::string> options;  ///< with `act`: at least one of the warning's
};

class WarningDesk {
 public:
  explicit WarningDesk(const InformParts& parts) : parts_(parts) {}

  [[nodiscard]] base::Result<std::string> draft(const people::Session& session,
                                                const AssessmentRef& assessment,
                                                const WarningText& text) const;
  [[nodiscard]] base::Status save(const people::Session& session, std::string_view object,
                                  const base::Digest& seen, const WarningText& text) const;
  /// submit, pass, send_back, supply, withdraw.
  [[nodiscard]] base::Status take(const people::Session& session, std::string_view object,
                                  const base::Digest& seen, WarningStep step,
                                  std::string_view reasons) const;
  /// The principal's choice, or after an escalation whoever of principal and deputy is first; the
  /// decision's object id.
  [[nodiscard]] base::Result<std::string> decide(const people::Session& session,
                                                 std::string_view object, const base::Digest& seen,
                                                 const Choice& choice) const;
  /// By the node, when the rules say so: one reminder or escalation, if it is still due, with its
  /// mails in the outbox.
  /// The object id of what was recorded, or empty.
  [[nodiscard]] base::Result<std::string> remind(std::string_view object) const;

  [[nodiscard]] base::Result<WarningView> read(const people::Person& person,
                                               store::Database& database,
                                               std::string_view object) const;
  /// What speaks against this person taking that step now.
  [[nodiscard]] base::Status may_take(const people::Person& person, WarningStep step,
                                      const WarningRow& row) const;
  /// By the marking that the row bears: it has to be the one in force.
  [[nodiscard]] bool may_read(const people::Person& person, const WarningRow& row) const;
  /// What this person may read of the newest `rows_max`, in the order of list_warnings(), each
  /// marked as strictly as what it rests on is now.
  [[nodiscard]] base::Result<std::vector<WarningRow>> readable(const people::Person& person,
                                                               store::Database& database,
                                                               std::size_t rows_max) const;

 private:
  [[nodiscard]] base::Result<WarningRow> current(store::Database& database, std::string_view object,
                                                 const base::Digest& seen) const;
  [[nodiscard]] base::Status check(const WarningText& text) const;
  const InformParts& parts_;
};

}  // namespace tocsin::inform
