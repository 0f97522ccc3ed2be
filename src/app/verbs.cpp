// SPDX-License-Identifier: Apache-2.0
#include "app/verbs.hpp"

#include <CLI/CLI.hpp>

namespace tocsin::app {

int run(int argument_count, char** arguments) {
  CLI::App program("Tocsin: watch, assess, inform, so that atrocities are prevented.");
  program.set_version_flag("--version", TOCSIN_VERSION);
  program.require_subcommand(1);
  try {
    program.parse(argument_count, arguments);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : 2;
  }
  return 0;
}

}  // namespace tocsin::app
