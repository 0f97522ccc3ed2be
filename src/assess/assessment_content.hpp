// SPDX-License-Identifier: Apache-2.0
// What a version of an assessment holds, read for its pages: texts, options, judgements, and the
// versions beside it.
//
// Threads: those of the DeskCall. Errors: forbidden for one who may not read it.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assess/assess_pages.hpp"
#include "assess/situation_tables.hpp"
#include "ledger/records.hpp"

namespace tocsin::assess {

/// The texts of an assessment, in the order of its form.
inline constexpr std::array<std::string_view, 4> assessment_texts{"summary", "scenarios",
                                                                  "mitigating", "not_known"};

/// As it is stored; sealed.
[[nodiscard]] const std::string& stored_text(const AssessmentRow& row, std::string_view field);
[[nodiscard]] std::vector<Option> options_of(const DeskCall& desk, const AssessmentRow& row);
/// The measures to choose from, from gentle to strong, in the reader's language.
[[nodiscard]] std::vector<ToolboxEntry> toolbox(const DeskCall& desk);
/// The judgements fixed by a version: indicator to revision.
[[nodiscard]] std::map<std::string, ledger::Revision> judgements_of(const DeskCall& desk,
                                                                    const AssessmentRow& row);
/// A judgement in words, or "–".
[[nodiscard]] std::string judgement_in_words(const DeskCall& desk,
                                             const std::map<std::string, ledger::Revision>& of,
                                             const std::string& indicator);
/// The finished version before this one that this person may read, or nothing.
[[nodiscard]] std::optional<AssessmentRow> version_before(const DeskCall& desk,
                                                          const AssessmentRow& row);
[[nodiscard]] bool has_other_version(const DeskCall& desk, const AssessmentRow& row);
/// A version, marked as it is now, for one who may read it; the reading is written down.
[[nodiscard]] base::Result<AssessmentRow> read_assessment(const DeskCall& desk,
                                                          const std::string& object);
/// Two versions side by side, what differs marked: "?with=" names the other.
[[nodiscard]] pagekit::Answer compare_page(const DeskCall& desk);

}  // namespace tocsin::assess
