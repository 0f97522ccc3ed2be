// SPDX-License-Identifier: Apache-2.0
// Checking a whole ledger: every hash, signature, key, proof and head; and every fault by its
// place.
//
// Ownership: nothing is kept. Threads: reads on the caller's, checks signatures on `threads` more.
// Errors: those of the store; what is wrong with the ledger is a Fault, not an error.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/ledger.hpp"
#include "store/database.hpp"

namespace tocsin::ledger {

/// Faults listed one by one; further ones are counted only.
inline constexpr std::size_t faults_shown_max = 1000;

struct Fault {
  std::optional<std::uint64_t> position;  ///< in the log, from 0; empty for the log as a whole
  std::string object;
  std::string what;
};

struct Verified {
  std::uint64_t revisions = 0;
  std::uint64_t heads = 0;
  std::uint64_t faults_in_all = 0;
  std::vector<Fault> faults;  ///< by position
  Head head;
};

struct VerifyOptions {
  unsigned threads = 1;
  /// A head kept elsewhere (by the auditor): the log must still begin with it.
  std::optional<Head> known;
  std::function<void(std::uint64_t done)> progress;
};

[[nodiscard]] base::Result<Verified> verify_ledger(store::Database& database,
                                                   const VerifyOptions& options);

}  // namespace tocsin::ledger
