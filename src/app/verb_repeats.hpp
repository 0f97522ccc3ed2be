// SPDX-License-Identifier: Apache-2.0
// `tocsin repeats`: groups reports read as JSON Lines into stories; repeats and updates of each.
//
// In, one object a line: {"id","text"} and optionally "title" (set before the text) and "date".
// Out, one object a line, same order, same id:
//   {"id":"b","cluster":"a","relation":"update","version":"b","closest":"a","score":0.97,
//    "changes":[{"before":3,"after":5,"begin":10,"end":11}]}
// `cluster` is the id of the story's first report, `version` that of the first report with these
// figures; offsets are bytes of the text given. A line that cannot be read yields
// {"id":…,"error":"…"} and the run goes on.
//
// Errors: exit code 1 if a line could not be read or nothing could be written, else 0.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

namespace tocsin::app {

/// `arguments` are the words after "repeats".
[[nodiscard]] int run_repeats(std::span<const std::string> arguments, std::istream& in,
                              std::ostream& out, std::ostream& errors);

}  // namespace tocsin::app
