// SPDX-License-Identifier: Apache-2.0
#include "assess/judgement.hpp"

#include <algorithm>

#include "assess/situation.hpp"
#include "base/calendar.hpp"
#include "base/text.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using base::fail;

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

base::Status check_text(std::string_view text, std::string_view field) {
  if (!base::is_utf8(text)) return fail(ErrorCode::invalid_input, "not UTF-8", std::string(field));
  if (text.size() > long_text_bytes_max)
    return fail(ErrorCode::limit_exceeded, "longer than 48 kB", std::string(field));
  return {};
}

}  // namespace

base::Status check_judgement(const JudgementDraft& draft) {
  if (!is_in(judgement_values, draft.value))
    return fail(ErrorCode::invalid_input, "choose one of the values", "value");
  if (!is_in(trends, draft.trend))
    return fail(ErrorCode::invalid_input, "choose one of the trends", "trend");
  if (!is_in(confidences, draft.confidence))
    return fail(ErrorCode::invalid_input, "say how sure you are", "confidence");
  if (!base::parse_day(draft.period + "-01"))
    return fail(ErrorCode::invalid_input, "the month is written 2026-11", "period");
  const bool says_nothing = draft.value == "not_assessed";
  if (!says_nothing && base::trim(draft.reasons).empty())
    return fail(ErrorCode::invalid_input, "a judgement needs its reasons", "reasons",
                "for \"no information\", say where you looked");
  if (auto done = check_text(draft.reasons, "reasons"); !done) return done;
  return check_text(draft.gaps, "gaps");
}

base::Status check_assessment(const AssessmentDraft& draft) {
  for (const auto& [field, text] :
       {std::pair<std::string_view, const std::string*>{"summary", &draft.summary},
        {"scenarios", &draft.scenarios},
        {"mitigating", &draft.mitigating},
        {"not_known", &draft.not_known}})
    if (auto done = check_text(*text, field); !done) return done;
  if (!std::ranges::all_of(draft.crimes, is_crime))
    return fail(ErrorCode::invalid_input, "unknown crime", "crimes");
  if (draft.options.size() > options_max)
    return fail(ErrorCode::limit_exceeded, "more than 20 options", "options");
  return {};
}

base::Status check_finish(const AssessmentDraft& draft, std::size_t judgements) {
  if (draft.crimes.empty())
    return fail(ErrorCode::invalid_input, "name the crimes that were considered", "crimes");
  if (judgements == 0)
    return fail(ErrorCode::invalid_input, "no indicator has been judged yet", "judgements",
                "judge at least one indicator of the situation first");
  if (base::trim(draft.summary).empty())
    return fail(ErrorCode::invalid_input, "say in a few sentences what the assessment is",
                "summary");
  if (base::trim(draft.not_known).empty())
    return fail(ErrorCode::invalid_input, "say what is not known", "not_known",
                "an assessment without gaps would be the first");
  return {};
}

}  // namespace tocsin::assess
