// SPDX-License-Identifier: Apache-2.0
// The verbs of the command line and the one place that reads its words (CLI11 lives in verbs.cpp).
//
// Exit codes: 0 done, 1 the work failed or found a problem, 2 wrong usage.
#pragma once

namespace tocsin::app {

/// Reads the words, runs one verb, prints errors on stderr. Never throws.
[[nodiscard]] int run(int argument_count, char** arguments);

}  // namespace tocsin::app
