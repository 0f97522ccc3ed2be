// SPDX-License-Identifier: Apache-2.0
// Whether the tables that pages read say what the ledger says, and whether the keys of its sealed
// texts are there.
//
// The tables are made again out of the revisions in a copy, so that the node may go on meanwhile.
// A key that is there but was garbled shows only with the node's key, which this does not ask for.
// Threads: one. Cost: a copy of the database and what tocsin rebuild takes.
#pragma once

#include <filesystem>

#include "ledger/verify.hpp"
#include "store/database.hpp"

namespace tocsin::app {

/// Adds a fault for each table of `copy` that differs, with the first rows by their keys, and for
/// each key that is gone though no act erased it. `copy` is changed. Errors: those of the store,
/// and a revision that cannot be read.
[[nodiscard]] base::Status check_tables(store::Database& copy, ledger::Verified& verified);

}  // namespace tocsin::app
