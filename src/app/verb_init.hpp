// SPDX-License-Identifier: Apache-2.0
// `tocsin init`: makes the folder of a node.
#pragma once

#include <string>

namespace tocsin::app {

struct InitOptions {
  std::string home;
  bool quiet = false;
};

[[nodiscard]] int run_init(const InitOptions& options);

}  // namespace tocsin::app
