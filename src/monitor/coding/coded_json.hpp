// SPDX-License-Identifier: Apache-2.0
// A coded text as one line of JSON, the contract of `tocsin code`.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "monitor/coding/coded.hpp"

namespace tocsin::monitor::coding {

/// Appends the object, without a line end. `id_json` is the id as JSON (a string or a number).
void append_json(std::string& out, std::string_view id_json, const CodedText& coded);
/// Appends one place as an object.
void append_json(std::string& out, const CodedPlace& place);
/// Appends a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace tocsin::monitor::coding
