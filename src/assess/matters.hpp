// SPDX-License-Identifier: Apache-2.0
// What permission needs to know of the objects of this room: state, marking and unit of each. Every
// question whether somebody may do something with one of them passes one of these.
//
// Threads: pure. The views live as long as the row.
#pragma once

#include "assess/report_tables.hpp"
#include "assess/situation_tables.hpp"
#include "people/permissions.hpp"

namespace tocsin::assess {

[[nodiscard]] people::Matter matter_of(const ReportRow& report);
[[nodiscard]] people::Matter matter_of(const SituationRow& situation);
[[nodiscard]] people::Matter matter_of(const AssessmentRow& version);
/// A version that is begun in this situation.
[[nodiscard]] people::Matter new_assessment_in(const SituationRow& situation);
/// A warning that is drafted from this version.
[[nodiscard]] people::Matter drafted_from(const AssessmentRow& version);

/// Whether a person's clearance reaches what is marked so.
[[nodiscard]] bool is_cleared(const people::Person& person, const ledger::Marking& marking);

}  // namespace tocsin::assess
