// SPDX-License-Identifier: Apache-2.0
#include "inform/marking_now.hpp"

#include "assess/cited.hpp"

namespace tocsin::inform {

base::Result<ledger::Marking> marking_now(store::Database& database, const WarningRow& warning) {
  auto strictest = warning.marking;
  auto situation = assess::SituationReader(database).find(warning.situation);
  if (situation)
    strictest = ledger::stricter(strictest, situation->marking);
  else if (situation.error().code != base::ErrorCode::not_found)
    return std::unexpected(std::move(situation.error()));
  auto evidence = assess::cited_in(database, warning.situation);
  if (!evidence) return std::unexpected(std::move(evidence.error()));
  for (const auto& one : *evidence) strictest = ledger::stricter(strictest, one.marking);
  return strictest;
}

base::Result<ledger::Marking> marking_now(store::Database& database, const NoticeRow& notice) {
  auto warning = find_warning(database, notice.warning);
  if (!warning) return std::unexpected(std::move(warning.error()));
  if (!*warning) return notice.marking;
  auto now = marking_now(database, **warning);
  if (!now) return now;
  return ledger::stricter(notice.marking, *now);
}

}  // namespace tocsin::inform
