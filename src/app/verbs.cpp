// SPDX-License-Identifier: Apache-2.0
#include "app/verbs.hpp"

#include <CLI/CLI.hpp>

#include "app/verb_code.hpp"

namespace tocsin::app {

int run(int argument_count, char** arguments) {
  CLI::App program("Tocsin: watch, assess, inform, so that atrocities are prevented.");
  program.set_version_flag("--version", TOCSIN_VERSION);
  program.require_subcommand(1);
  int exit_code = 0;
  add_code_verb(program, exit_code);
  try {
    program.parse(argument_count, arguments);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : 2;
  }
  return exit_code;
}

}  // namespace tocsin::app
