// SPDX-License-Identifier: Apache-2.0
// `tocsin take-in`: puts mails, messages and files into the drop folder of a node, from which the
// running node takes them in. It needs no key and opens no ledger.
//
// Errors: exit code 1 with the file and the reason; what was put before stays put.
#pragma once

#include <string>
#include <vector>

namespace tocsin::app {

struct TakeInOptions {
  std::string home;
  std::vector<std::string> paths;  ///< files, or folders whose files are taken
  bool json = false;
  bool quiet = false;
};
[[nodiscard]] int run_take_in(const TakeInOptions& options);

}  // namespace tocsin::app
