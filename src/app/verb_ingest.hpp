// SPDX-License-Identifier: Apache-2.0
// `tocsin ingest`: reads feeds into the store and prints what became of every row.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "monitor/feeds/follow.hpp"

namespace tocsin::app {

struct IngestOptions {
  std::string home;
  std::vector<std::string> paths;
  std::string format;
  std::vector<std::string> actor_files;  ///< a user's own actor dictionaries
  /// Between two polls of an address that is followed.
  std::int64_t interval_seconds = monitor::feeds::follow_interval_usual.count();
  bool json = false;
  bool quiet = false;
  bool follow = false;
};

[[nodiscard]] int run_ingest(const IngestOptions& options);

}  // namespace tocsin::app
