// SPDX-License-Identifier: Apache-2.0
// How strictly what people write in a situation is marked at this moment, whatever it was marked
// when it was written: a marking that became stricter on the situation, or on a report from which
// its words may be, holds for it from then on.
//
// Threads: those of the database. Errors: those of the store.
#pragma once

#include <string_view>
#include <vector>

#include "assess/situation_tables.hpp"
#include "people/permissions.hpp"

namespace tocsin::assess {

/// The strictest of a situation and of every report cited there, or cited for one indicator of it,
/// as they are marked now; TLP and PAP apart. What was taken away again counts too: its words may
/// have been used.
[[nodiscard]] base::Result<ledger::Marking> marking_below(store::Database& database,
                                                          std::string_view situation,
                                                          std::string_view indicator = {});

/// The versions of a situation's assessment that this person may read, newest first, each marked as
/// it is now.
[[nodiscard]] base::Result<std::vector<AssessmentRow>> readable_versions(
    store::Database& database, const people::Permissions& permissions, const people::Person& person,
    std::string_view situation);

}  // namespace tocsin::assess
