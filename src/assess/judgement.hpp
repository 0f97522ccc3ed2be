// SPDX-License-Identifier: Apache-2.0
// A person's view of one indicator in one situation and period; and an assessment, a dated set of
// judgements with scenarios, options and what is not known. Pure: no store, no clock.
//
// "No information" is not "absent". Nothing computes a value: people judge, the program records.
// Ownership: values. Threads: pure functions. Errors: ErrorCode::invalid_input names the field.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::assess {

inline constexpr std::array<std::string_view, 6> judgement_values{
    "not_assessed", "no_information", "absent", "emerging", "present", "strong"};
inline constexpr std::array<std::string_view, 4> trends{"unknown", "falling", "steady", "rising"};
inline constexpr std::array<std::string_view, 3> confidences{"low", "moderate", "high"};

struct JudgementDraft {
  std::string situation;
  std::string indicator;
  std::string value;
  std::string trend;
  std::string confidence;
  std::string period;  ///< "2026-11": the month that it speaks of
  std::string reasons;
  std::string gaps;  ///< what is not known
};
[[nodiscard]] base::Status check_judgement(const JudgementDraft& draft);

struct Option {
  std::string measure;  ///< of the toolbox (data/measures.json)
  std::string why;      ///< why it, and why gentler ones do not do
};

inline constexpr std::size_t options_max = 20;

struct AssessmentDraft {
  std::string situation;
  std::vector<std::string> crimes;  ///< considered
  std::string summary;
  std::string scenarios;
  std::string mitigating;
  std::string not_known;
  std::vector<Option> options;  ///< from gentle to strong
};
[[nodiscard]] base::Status check_assessment(const AssessmentDraft& draft);
/// What more a version needs before it is fixed.
[[nodiscard]] base::Status check_finish(const AssessmentDraft& draft, std::size_t judgements);

}  // namespace tocsin::assess
