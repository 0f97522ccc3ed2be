// SPDX-License-Identifier: Apache-2.0
// How strictly a warning is marked at this moment: a marking that became stricter below it, on its
// situation or on a report that it may have been written from, holds for it from then on.
//
// Threads: those of the database. Errors: those of the store.
#pragma once

#include <map>
#include <string>

#include "inform/notice_tables.hpp"
#include "inform/warning_tables.hpp"

namespace tocsin::inform {

/// The strictest of its own marking, its situation's and that of every report cited there, as they
/// are marked now; TLP and PAP apart. What was taken away again counts too: its words may have
/// been used.
[[nodiscard]] base::Result<ledger::Marking> marking_now(store::Database& database,
                                                        const WarningRow& warning);

/// As marking_now() for a list: each situation is looked at once. Threads: one.
class MarkingsNow {
 public:
  explicit MarkingsNow(store::Database& database) : database_(database) {}
  [[nodiscard]] base::Result<ledger::Marking> of(const WarningRow& warning);

 private:
  store::Database& database_;
  std::map<std::string, ledger::Marking, std::less<>> of_situation_;
};

/// The stricter of what the notice was ordered with and of its warning now; of a cancel what it was
/// ordered with, since who was told before may always be told that it holds no more.
[[nodiscard]] base::Result<ledger::Marking> marking_now(store::Database& database,
                                                        const NoticeRow& notice);

}  // namespace tocsin::inform
