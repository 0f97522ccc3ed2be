// SPDX-License-Identifier: Apache-2.0
// What a terminal may be sent.
//
// Threads: pure. Errors: none; any bytes are taken.
#pragma once

#include <string>
#include <string_view>

namespace tocsin::base {

/// One line that a terminal may be sent, whatever the text holds: control characters, line breaks
/// and signs that turn the direction of writing become \n, \t, \xNN or \u{NNNN}, bytes that are no
/// UTF-8 become \xNN. So neither a name of a file nor a title of a feed can move the cursor or
/// pretend to be another line.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace tocsin::base
