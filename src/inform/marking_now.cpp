// SPDX-License-Identifier: Apache-2.0
#include "inform/marking_now.hpp"

#include "store/query.hpp"

namespace tocsin::inform {

namespace {

/// The strictest of a situation and of the reports cited in it, linked still or not.
base::Result<ledger::Marking> below(store::Database& database, std::string_view situation) {
  ledger::Marking strictest{"CLEAR", "CLEAR"};
  auto done = store::each(
      database,
      "SELECT tlp, pap FROM situation WHERE object = ?1 UNION SELECT r.tlp, r.pap"
      " FROM evidence AS e JOIN report AS r ON r.object = e.origin WHERE e.situation = ?1",
      [&](const store::Statement& row) {
        strictest =
            ledger::stricter(strictest, {std::string(row.text(0)), std::string(row.text(1))});
      },
      situation);
  if (!done) return std::unexpected(std::move(done.error()));
  return strictest;
}

}  // namespace

base::Result<ledger::Marking> MarkingsNow::of(const WarningRow& warning) {
  auto known = of_situation_.find(warning.situation);
  if (known == of_situation_.end()) {
    auto marking = below(database_, warning.situation);
    if (!marking) return marking;
    known = of_situation_.emplace(warning.situation, std::move(*marking)).first;
  }
  return ledger::stricter(warning.marking, known->second);
}

base::Result<ledger::Marking> marking_now(store::Database& database, const WarningRow& warning) {
  return MarkingsNow(database).of(warning);
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
