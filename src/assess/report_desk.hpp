// SPDX-License-Identifier: Apache-2.0
// What can be done with reports: by the one who reports, with a receipt code and no account; and by
// the desk, each step signed by a person.
//
// Ownership: refers to the desk's parts. Threads: any. Errors: ErrorCode::invalid_input names the
// field, conflict a step that came too late, forbidden what the person may not do, not_found a
// receipt code that fits nothing (said alike for every wrong code).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assess/attachment.hpp"
#include "assess/report.hpp"
#include "assess/report_tables.hpp"
#include "people/desk.hpp"

namespace tocsin::assess {

struct Filed {
  std::string object;
  std::string receipt;  ///< "1234 5678 9012 3456": said once, kept only as a hash
  bool again = false;   ///< its sender sent it before; nothing was taken this time
};

/// A step of the desk, as a form gives it.
struct IntakeStep {
  std::string report;
  Step step = Step::accept;
  std::int64_t seen_version = 0;  ///< of the report, when the form was made
  std::string reason;             ///< or the question, or the answer to the reporter
  std::string into;               ///< merge: the report that it tells again
  std::string to_unit;            ///< move: a unit in which somebody may read it
  Grade grade;
  ledger::Marking marking;
};

class ReportDesk {
 public:
  explicit ReportDesk(const people::Desk& desk) : desk_(desk) {}

  // --- the one who reports
  /// `files` were stored before; they are named by the same act, or not at all.
  [[nodiscard]] base::Result<Filed> file(const Told& told,
                                         const std::vector<KeptFile>& files = {}) const;
  /// The report of a code, or nothing: looked up by the code's hash, so that a wrong one tells
  /// nothing about how nearly it was right.
  [[nodiscard]] base::Result<std::optional<ReportRow>> find(std::string_view receipt) const;
  struct Followed {
    ReportRow report;
    std::vector<std::pair<Message, std::string>> messages;  ///< with their texts
    std::string text;
  };
  /// What the reporter may read again: the state and the messages, for a right code.
  [[nodiscard]] base::Result<Followed> follow(std::string_view receipt) const;
  [[nodiscard]] base::Status say(std::string_view receipt, std::string_view text) const;
  [[nodiscard]] base::Status withdraw(std::string_view receipt) const;
  [[nodiscard]] base::Status call_danger(std::string_view receipt) const;

  // --- the same inside an act that does more (what came by mail or text message is noted with it)
  [[nodiscard]] base::Result<Filed> file(ledger::Pen& pen, const Told& told,
                                         const std::vector<KeptFile>& files) const;
  /// The report it was said to; a wrong code is not_found.
  [[nodiscard]] base::Result<std::string> say(ledger::Pen& pen, std::string_view receipt,
                                              std::string_view text) const;
  [[nodiscard]] base::Result<std::string> withdraw(ledger::Pen& pen,
                                                   std::string_view receipt) const;
  [[nodiscard]] base::Result<std::string> call_danger(ledger::Pen& pen,
                                                      std::string_view receipt) const;

  // --- the desk
  [[nodiscard]] base::Status take(const people::Session& session, const IntakeStep& step) const;

  /// A hash under a secret of the node, of a code or of what a message is known by.
  [[nodiscard]] base::Result<std::string> receipt_hash(store::Database& database,
                                                       std::string_view digits) const;

 private:
  /// The code of a report that its sender numbered: the same for the same number.
  [[nodiscard]] base::Result<std::string> receipt_for(store::Database& database,
                                                      std::string_view once) const;
  [[nodiscard]] base::Result<ReportRow> by_receipt(store::Database& database,
                                                   std::string_view receipt) const;
  /// invalid_input at "to_unit" where nobody there could read the report.
  [[nodiscard]] base::Status check_move(store::Database& database, const ReportRow& report,
                                        std::string_view unit) const;
  [[nodiscard]] base::Status note_step(ledger::Pen& pen, const ReportRow& report,
                                       std::string_view step) const;
  people::Desk desk_;
};

/// Makes the secret under which receipt codes are hashed; once, at init.
[[nodiscard]] base::Status make_receipt_secret(const ledger::Vault& vault,
                                               store::Database& database);

}  // namespace tocsin::assess
