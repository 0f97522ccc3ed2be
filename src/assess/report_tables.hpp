// SPDX-License-Identifier: Apache-2.0
// Reports as the pages read them: projected from `report`, `intake` and `message` revisions.
//
// Texts stay as the revisions hold them (cipher text); ReportReader opens them.
// Ownership: refers to database and vault. Threads: those of the database.
// Errors: those of the store; a locked node is ErrorCode::unavailable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assess/report.hpp"
#include "ledger/ledger.hpp"
#include "ledger/vault.hpp"

namespace tocsin::assess {

inline constexpr std::string_view report_type = "report";
inline constexpr std::string_view intake_type = "intake";
inline constexpr std::string_view message_type = "message";
/// Steps of the reporter, beside those of the desk in `intake` revisions.
inline constexpr std::string_view step_withdraw = "withdraw";
inline constexpr std::string_view step_danger = "danger";
/// Erased by a custodian, and by the node because its time has run out.
inline constexpr std::string_view step_erase = "erase";
inline constexpr std::string_view step_expire = "expire";
/// Whether a step ends a report: its words are erased.
[[nodiscard]] bool ends_report(std::string_view step);

/// The data key under which the texts of an object, and of what is said about it, are sealed.
[[nodiscard]] std::string data_key_of(std::string_view object);

class ReportProjection final : public ledger::Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "reports"; }
  [[nodiscard]] std::span<const store::Migration> migrations() const override;
  [[nodiscard]] std::span<const std::string_view> tables() const override;
  [[nodiscard]] std::span<const std::string_view> types() const override;
  [[nodiscard]] base::Status apply(store::Database& database,
                                   const ledger::Revision& revision) const override;
};

/// One report without its texts.
struct ReportRow {
  std::string object;
  base::Instant received;
  base::Instant changed;
  Standing standing;
  std::string source;  ///< code of the source ("S-7K2M"), never an identity
  std::string channel;
  std::string language;
  std::string witness;
  bool in_danger = false;
  bool may_share = false;
  bool exercise = false;
  std::optional<Grade> grade;
  ledger::Marking marking;
  std::string merged_into;
  std::int64_t version = 0;  ///< acts on it so far: what a form must have seen
  std::string unit;          ///< whose it is; empty for the whole node
  // As the revisions hold them.
  std::string text;
  std::string place;
  std::string when;
};

struct ReportAct {
  std::string step;
  base::Instant at;
  std::string author;  ///< key object
  std::string object;  ///< the intake revision's own object
  std::string reason;  ///< as stored
};

struct Message {
  bool from_reporter = false;
  base::Instant at;
  std::string object;
  std::string text;  ///< as stored
};

class ReportReader {
 public:
  explicit ReportReader(store::Database& database) : database_(database) {}
  /// Open reports first by danger, then by age; with `all` also those that are closed, newest
  /// first.
  [[nodiscard]] base::Result<std::vector<ReportRow>> list(bool all, std::size_t rows_max,
                                                          std::int64_t passed_over = 0) const;
  /// Merged or set aside, not frozen, and since then the reporter wrote and nobody has answered;
  /// what waits longest first.
  [[nodiscard]] base::Result<std::vector<ReportRow>> closed_with_word(std::size_t rows_max) const;
  [[nodiscard]] base::Result<std::int64_t> count(bool all) const;
  [[nodiscard]] base::Result<ReportRow> find(std::string_view object) const;
  [[nodiscard]] base::Result<std::optional<ReportRow>> by_receipt(std::string_view hash) const;
  [[nodiscard]] base::Result<std::vector<ReportAct>> acts(std::string_view object) const;
  [[nodiscard]] base::Result<std::vector<Message>> messages(std::string_view object) const;

 private:
  store::Database& database_;
};

}  // namespace tocsin::assess
