// SPDX-License-Identifier: Apache-2.0
// What every verb says in the same way: its exit code and its errors.
//
// Whatever came from outside (names of files, titles, errors that quote them) goes to a terminal
// only through base::printable. Threads: any. Errors: none.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace tocsin::app {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_wrong_usage = 2;

/// "tocsin VERB: ERROR" on standard error, on one line; returns `code`.
int complain(std::string_view verb, const base::Error& error, int code = exit_failed);

}  // namespace tocsin::app
