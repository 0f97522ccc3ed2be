// SPDX-License-Identifier: Apache-2.0
// `tocsin evaluate code GOLD.jsonl`: how well the coder reads texts that people have labelled.
//
// A gold line is {"id","text"} and what `tocsin code` takes beside it, with one or more of
// "type" (a PLOVER event type or null: no event), "types" (a list), "kinds" (a list of our kinds),
// "indicators" (a list of ids), "killed" (a number or null), "status", "source_role",
// "target_role". For each label: precision, recall, F1 and counts; then the texts that went most
// wrong. Lists "type_also" and "also" hold labels that count as neither right nor wrong.
//
// Errors: printed on the given stream; the exit code is 0, 1 or 2 as verbs.hpp says.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace tocsin::app {

struct EvaluateOptions {
  std::string file;
  std::string data;
  std::vector<std::string> actor_files;
  int errors_max = 20;
  bool json = false;
  bool quiet = false;
};

[[nodiscard]] int run_evaluate(const EvaluateOptions& options, std::ostream& out,
                               std::ostream& errors);

}  // namespace tocsin::app
