// SPDX-License-Identifier: Apache-2.0
// `tocsin verify`, `rebuild`, `backup`, `restore`, `recover`: what an administrator does with a
// whole ledger.
#pragma once

#include <string>
#include <vector>

#include "app/node_key.hpp"

namespace tocsin::app {

struct LedgerOptions {
  std::string home;
  std::string head;       ///< verify: file with a head that was kept elsewhere
  std::string save_head;  ///< verify: where to write the newest head
  bool json = false;
  bool quiet = false;  ///< only errors, and what is asked for and cannot be had again
  std::string file;    ///< of a backup
  bool with_observations = false;
  std::vector<std::string> shares;
  std::string log_in;  ///< recover: whose account
  NodeKeySource key;
};

/// 0 where no fault was found, 1 otherwise.
[[nodiscard]] int run_verify(const LedgerOptions& options);
/// 0 where the tables were what the ledger makes of them; 1 where they differed and were mended.
[[nodiscard]] int run_rebuild(const LedgerOptions& options);
/// Asks for a passphrase of its own for the file.
[[nodiscard]] int run_backup(const LedgerOptions& options);
/// A new link for one account, by who sits at the machine while the node is stopped.
[[nodiscard]] int run_recover(const LedgerOptions& options);
[[nodiscard]] int run_restore(const LedgerOptions& options);

}  // namespace tocsin::app
