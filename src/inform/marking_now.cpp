// SPDX-License-Identifier: Apache-2.0
#include "inform/marking_now.hpp"

#include "assess/marking_below.hpp"

namespace tocsin::inform {

base::Result<ledger::Marking> MarkingsNow::of(const WarningRow& warning) {
  auto known = of_situation_.find(warning.situation);
  if (known == of_situation_.end()) {
    auto marking = assess::marking_below(database_, warning.situation);
    if (!marking) return marking;
    known = of_situation_.emplace(warning.situation, std::move(*marking)).first;
  }
  return ledger::stricter(warning.marking, known->second);
}

base::Result<ledger::Marking> marking_now(store::Database& database, const WarningRow& warning) {
  return MarkingsNow(database).of(warning);
}

base::Result<ledger::Marking> marking_now(store::Database& database, const NoticeRow& notice) {
  if (notice.message == NoticeMessage::cancel) return notice.marking;
  auto warning = find_warning(database, notice.warning);
  if (!warning) return std::unexpected(std::move(warning.error()));
  if (!*warning) return notice.marking;
  auto now = marking_now(database, **warning);
  if (!now) return now;
  return ledger::stricter(notice.marking, *now);
}

}  // namespace tocsin::inform
