// SPDX-License-Identifier: Apache-2.0
// Making the projections again from the ledger alone, and comparing.
//
// The canonical dump is SHA-256 over every projected table: its name, then its rows by primary key,
// each value with its kind; sealed fields stand in it as cipher text.
// Threads: the caller's; the database must be written by nobody else meanwhile (tocsin rebuild
// takes the writer's lock). Errors: those of the store and of a projection, with the position.
#pragma once

#include <span>
#include <string>

#include "ledger/ledger.hpp"
#include "store/database.hpp"

namespace tocsin::ledger {

struct Rebuilt {
  std::uint64_t revisions = 0;
  std::string before;  ///< hexadecimal dump of the tables as they were
  std::string after;   ///< and as the ledger makes them
  std::vector<std::string> tables_that_differ;
};

/// Empties the projected tables and fills them again in one transaction.
[[nodiscard]] base::Result<Rebuilt> rebuild(store::Database& database,
                                            std::span<const Projection* const> projections);

/// The dump of the tables of these projections.
[[nodiscard]] base::Result<std::string> canonical_dump(
    store::Database& database, std::span<const Projection* const> projections);

}  // namespace tocsin::ledger
