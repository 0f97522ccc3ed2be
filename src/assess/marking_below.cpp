// SPDX-License-Identifier: Apache-2.0
#include "assess/marking_below.hpp"

#include "assess/matters.hpp"
#include "store/query.hpp"

namespace tocsin::assess {

base::Result<ledger::Marking> marking_below(store::Database& database, std::string_view situation,
                                            std::string_view indicator) {
  ledger::Marking strictest{"CLEAR", "CLEAR"};
  auto done = store::each(
      database,
      "SELECT tlp, pap FROM situation WHERE object = ?1 UNION SELECT r.tlp, r.pap"
      " FROM evidence AS e JOIN report AS r ON r.object = e.origin"
      " WHERE e.situation = ?1 AND (?2 = '' OR e.indicator = ?2)",
      [&](const store::Statement& row) {
        strictest =
            ledger::stricter(strictest, {std::string(row.text(0)), std::string(row.text(1))});
      },
      situation, indicator);
  if (!done) return std::unexpected(std::move(done.error()));
  return strictest;
}

base::Result<std::vector<AssessmentRow>> readable_versions(store::Database& database,
                                                           const people::Permissions& permissions,
                                                           const people::Person& person,
                                                           std::string_view situation) {
  auto versions = SituationReader(database).assessments(situation);
  if (!versions) return versions;
  auto below = marking_below(database, situation);
  if (!below) return std::unexpected(std::move(below.error()));
  for (auto& version : *versions) version.marking = ledger::stricter(version.marking, *below);
  std::erase_if(*versions, [&](const AssessmentRow& version) {
    return !permissions.allows(person, "assessment.read", matter_of(version));
  });
  return versions;
}

}  // namespace tocsin::assess
