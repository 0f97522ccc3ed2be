// SPDX-License-Identifier: Apache-2.0
// What an authority was told before: so that a form sent twice, or a second cancel, informs nobody
// twice.
//
// Threads: those of the database. Errors: those of the store; unavailable while locked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "inform/notice_desk.hpp"

namespace tocsin::inform {

/// The earlier notice that stands against ordering another.
struct AlreadyTold {
  std::string_view why;   ///< already_same, already_replaced, already_cancelled: names its words
  NoticeRow notice;       ///< that earlier one
  std::string authority;  ///< object of one that has it
};

/// Nothing where the order may go out. For each authority by itself: the same words of the same
/// kind, still in force, are not sent again; what a later notice replaced for it is not replaced
/// anew; what was cancelled is neither updated nor cancelled.
[[nodiscard]] base::Result<std::optional<AlreadyTold>> already_told(const ledger::Vault& vault,
                                                                    store::Database& database,
                                                                    const NoticeOrder& order);

}  // namespace tocsin::inform
