// SPDX-License-Identifier: Apache-2.0
#include "assess/matters.hpp"

namespace tocsin::assess {

people::Matter matter_of(const ReportRow& report) {
  return {permission_state(report.standing), report.marking.tlp, report.unit, {}};
}

people::Matter matter_of(const SituationRow& situation) {
  return {situation.state, situation.marking.tlp, situation.unit, {}};
}

people::Matter matter_of(const AssessmentRow& version) {
  return {version.state, version.marking.tlp, version.unit, {}};
}

people::Matter new_assessment_in(const SituationRow& situation) {
  return {"draft", situation.marking.tlp, situation.unit, {}};
}

people::Matter drafted_from(const AssessmentRow& version) {
  return {"draft", version.marking.tlp, version.unit, {}};
}

bool is_cleared(const people::Person& person, const ledger::Marking& marking) {
  const int needed = ledger::strictness_tlp(marking.tlp);
  return needed >= 0 && needed <= ledger::strictness_tlp(person.clearance);
}

}  // namespace tocsin::assess
