// SPDX-License-Identifier: Apache-2.0
// `tocsin init`: makes the folder of a node; with people named, founds its desk.
#pragma once

#include <string>
#include <vector>

#include "app/node_key.hpp"

namespace tocsin::app {

struct InitOptions {
  std::string home;
  bool json = false;
  bool quiet = false;
  // --- the desk; without people the node only watches
  std::vector<std::string> people;  ///< "Name:log-in:role,role", three at least
  std::string member;
  std::string shares_folder;
  unsigned shares = 3;
  unsigned shares_needed = 2;
  NodeKeySource key;
};

[[nodiscard]] int run_init(const InitOptions& options);

}  // namespace tocsin::app
