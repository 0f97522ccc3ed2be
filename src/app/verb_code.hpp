// SPDX-License-Identifier: Apache-2.0
// `tocsin code`: JSON Lines in, coded JSON Lines out (docs/formats/code-lines.md).
#pragma once

#include <string>
#include <vector>

namespace tocsin::app {

struct CodeOptions {
  std::string data;                      ///< folder with the dictionaries; empty: found
  std::vector<std::string> actor_files;  ///< own actor dictionaries
  bool spans = false;                    ///< resolve the places of given spans instead
  bool timing = false;
};

[[nodiscard]] int run_code(const CodeOptions& options);

}  // namespace tocsin::app
