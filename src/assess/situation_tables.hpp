// SPDX-License-Identifier: Apache-2.0
// Situations, evidence, judgements, dissent and assessments as the pages read them: projected from
// revisions of those types.
//
// Texts stay as the revisions hold them (cipher text); open them by ledger::open_text with the
// object and field named beside each. Ownership: refers to the database. Threads: those of the
// database. Errors: those of the store.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assess/judgement.hpp"
#include "assess/situation.hpp"
#include "ledger/ledger.hpp"

namespace tocsin::assess {

inline constexpr std::string_view situation_type = "situation";
inline constexpr std::string_view evidence_type = "evidence";
inline constexpr std::string_view judgement_type = "judgement";
inline constexpr std::string_view dissent_type = "dissent";
inline constexpr std::string_view assessment_type = "assessment";

class SituationProjection final : public ledger::Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "situations"; }
  [[nodiscard]] std::span<const store::Migration> migrations() const override;
  [[nodiscard]] std::span<const std::string_view> tables() const override;
  [[nodiscard]] std::span<const std::string_view> types() const override;
  [[nodiscard]] base::Status apply(store::Database& database,
                                   const ledger::Revision& revision) const override;
};

struct SituationRow {
  std::string object;
  std::string state;  ///< open, closed, erased
  base::Day review;
  std::vector<std::string> crimes;
  base::Instant opened;
  base::Instant changed;
  std::string author;     ///< key object of the newest version
  base::Digest revision;  ///< newest: what a form must have seen
  bool exercise = false;
  ledger::Marking marking;
  std::string unit;            ///< of who opened it; empty for the whole node
  std::string marking_reason;  ///< field "marking_reason"; empty where none was needed
  std::string name;            ///< field "name"
  std::string places;          ///< field "places": a sealed list
  std::array<std::string, section_names.size()>
      sections;  ///< fields by name; empty: no information
};

struct EvidenceRow {
  std::string object;
  std::string situation;
  std::string indicator;
  bool against = false;
  bool linked = true;
  base::Instant at;
  std::string author;
  std::string origin;
  std::string source;
  std::string excerpt;  ///< field "excerpt"
  std::string because;  ///< field "because"
};

struct JudgementRow {
  std::string object;  ///< one a situation and indicator
  std::string indicator;
  std::string value;
  std::string trend;
  std::string confidence;
  std::string period;
  base::Instant at;
  std::string author;
  base::Digest revision;
  std::string reasons;  ///< field "reasons"
  std::string gaps;     ///< field "gaps"
};

struct DissentRow {
  std::string object;
  std::string judgement;  ///< object of the judgement
  base::Instant at;
  std::string author;
  std::string text;  ///< field "text"
};

struct AssessmentRow {
  std::string object;
  std::string situation;
  int number = 0;     ///< of the versions of its situation, from 1
  std::string state;  ///< draft, finished
  base::Instant at;
  std::string author;
  base::Digest revision;
  std::vector<std::string> crimes;
  std::vector<std::string> judgements;  ///< ids of revisions, hexadecimal: fixed when finished
  ledger::Marking marking;
  std::string unit;     ///< of its situation
  std::string summary;  ///< fields of these names
  std::string scenarios;
  std::string mitigating;
  std::string not_known;
  std::string options;  ///< field "options": a sealed list of {measure, why}
};

class SituationReader {
 public:
  explicit SituationReader(store::Database& database) : database_(database) {}
  /// By review date, the closed ones after the open ones; what was erased is found by its object.
  [[nodiscard]] base::Result<std::vector<SituationRow>> list(std::size_t rows_max) const;
  [[nodiscard]] base::Result<SituationRow> find(std::string_view object) const;
  [[nodiscard]] base::Result<std::vector<EvidenceRow>> evidence(std::string_view situation) const;
  [[nodiscard]] base::Result<EvidenceRow> find_evidence(std::string_view object) const;
  /// The newest judgement of each indicator.
  [[nodiscard]] base::Result<std::vector<JudgementRow>> judgements(
      std::string_view situation) const;
  [[nodiscard]] base::Result<std::optional<JudgementRow>> judgement(
      std::string_view situation, std::string_view indicator) const;
  [[nodiscard]] base::Result<std::vector<DissentRow>> dissent(std::string_view situation) const;
  /// Newest first.
  [[nodiscard]] base::Result<std::vector<AssessmentRow>> assessments(
      std::string_view situation) const;
  [[nodiscard]] base::Result<AssessmentRow> find_assessment(std::string_view object) const;
  /// The finished version whose revision has that id (hexadecimal).
  [[nodiscard]] base::Result<AssessmentRow> finished_assessment(std::string_view revision) const;

 private:
  store::Database& database_;
};

}  // namespace tocsin::assess
