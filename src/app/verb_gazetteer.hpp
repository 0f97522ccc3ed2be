// SPDX-License-Identifier: Apache-2.0
// `tocsin gazetteer build|lookup`: what set-up and the curious call. Not in the list of verbs that
// `tocsin --help` prints, because scripts/fetch-gazetteer calls it.
//
// Errors: printed on the given stream; the exit code is 0, 1 or 2 as verbs.hpp says.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

namespace tocsin::app {

/// `arguments` are the words after "gazetteer".
[[nodiscard]] int run_gazetteer(std::span<const std::string> arguments, std::ostream& out,
                                std::ostream& errors);

}  // namespace tocsin::app
