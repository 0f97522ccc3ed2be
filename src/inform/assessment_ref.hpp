// SPDX-License-Identifier: Apache-2.0
// A finished assessment as a warning rests on it.
//
// Threads: those of the database. Errors: ErrorCode::not_found where no finished version has that
// revision id; those of the store.
#pragma once

#include <string_view>

#include "inform/parts.hpp"

namespace tocsin::inform {

/// Marked as strictly as the stricter of the version and of its situation as it is marked now: what
/// was tightened after the version was finished holds for what is drafted from it.
[[nodiscard]] base::Result<AssessmentRef> finished_assessment(const ledger::Vault& vault,
                                                              store::Database& database,
                                                              std::string_view revision);

}  // namespace tocsin::inform
