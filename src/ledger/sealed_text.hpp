// SPDX-License-Identifier: Apache-2.0
// Texts of people in projections: stored as the revision holds them (cipher text where sealed),
// opened when a page shows them.
//
// Threads: those of the database. Errors: ErrorCode::not_found for a text that was erased,
// unavailable while the node is locked.
#pragma once

#include <string>
#include <string_view>

#include "ledger/revision.hpp"
#include "ledger/vault.hpp"

namespace tocsin::ledger {

/// The field as JSON text for a projection's column; empty where the revision has no such field.
[[nodiscard]] std::string stored_field(const Revision& revision, std::string_view name);

/// The text behind a stored field; empty for an empty column.
[[nodiscard]] base::Result<std::string> open_text(const Vault& vault, store::Database& database,
                                                  std::string_view object, std::string_view name,
                                                  std::string_view stored);

/// As open_text, for lists: what cannot be shown is given as `otherwise` (a word of the page).
[[nodiscard]] std::string shown_text(const Vault& vault, store::Database& database,
                                     std::string_view object, std::string_view name,
                                     std::string_view stored, std::string_view otherwise);

}  // namespace tocsin::ledger
