// SPDX-License-Identifier: Apache-2.0
// `tocsin code`: JSON Lines in, coded JSON Lines out (docs/formats/code-lines.md).
#pragma once

namespace CLI {
class App;
}

namespace tocsin::app {

/// Registers the verb. `exit_code` is set when it has run.
void add_code_verb(CLI::App& program, int& exit_code);

}  // namespace tocsin::app
