// SPDX-License-Identifier: Apache-2.0
// `tocsin ingest`: reads feeds into the store and prints what became of every row.
#pragma once

#include <string>
#include <vector>

namespace tocsin::app {

struct IngestOptions {
  std::string home;
  std::vector<std::string> paths;
  std::string format;
  bool json = false;
  bool quiet = false;
  bool follow = false;
};

[[nodiscard]] int run_ingest(const IngestOptions& options);

}  // namespace tocsin::app
