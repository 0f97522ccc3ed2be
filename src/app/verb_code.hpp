// SPDX-License-Identifier: Apache-2.0
// `tocsin code`: JSON Lines in, coded JSON Lines out (docs/formats/coding-data.md).
//
// Beside the contract's fields an answer carries "sentences" and "incidents" (what happened outside
// PLOVER). With `spans` each line also holds "spans":[[begin,end],…], bytes of the text, and the
// answer "resolved": one place or null for each, and "with_adjectives", the places found when the
// adjectives of countries count too. A line that cannot be read yields {"id":…,"error":"…"}.
//
// Errors: printed on the given stream; the exit code is 0, 1 or 2 as verbs.hpp says.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace tocsin::app {

struct CodeOptions {
  std::string data;                      ///< folder with the dictionaries; empty: found
  std::string gazetteer;                 ///< file; empty: found; "none": no places
  std::vector<std::string> actor_files;  ///< a user's own actor dictionaries
  bool spans = false;
  bool timing = false;
  bool quiet = false;  ///< no notice that places are left out
};

[[nodiscard]] int run_code(const CodeOptions& options, std::istream& in, std::ostream& out,
                           std::ostream& errors);

}  // namespace tocsin::app
