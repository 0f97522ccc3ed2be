// SPDX-License-Identifier: Apache-2.0
// How single cells are read, the same in every format: numbers, days, coordinates, text, hosts.
//
// Threads: pure functions. Errors: a reason for people, naming the field; nothing is guessed.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "monitor/feeds/record.hpp"

namespace tocsin::monitor::feeds {

/// True if the whole cell is one number of the type and `out` holds it.
template <class Number>
[[nodiscard]] bool read_number(std::string_view cell, Number& out) {
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), out);
  return error == std::errc{} && end == cell.data() + cell.size() && !cell.empty();
}

/// A day as the sources write it: 2021-03-05 (a time may follow), 20210305, 5 March 2021,
/// 05-Mar-2021, 2021/03/05. Forms that two countries read differently (03/05/2021) are refused.
[[nodiscard]] std::optional<base::Day> read_day(std::string_view cell);
/// "YYYYMMDDhhmmss" or "YYYYMMDD", UTC.
[[nodiscard]] std::optional<base::Instant> read_stamp(std::string_view cell);
/// An instant in RFC 3339, in the mail form of RSS, or as a bare day.
[[nodiscard]] std::optional<base::Instant> read_instant(std::string_view cell);

/// Fills the coordinates; both cells empty is "unknown". Returns the reason of a refusal or "".
[[nodiscard]] std::string read_coordinates(std::string_view latitude, std::string_view longitude,
                                           FeedPlace& place);
/// A count of people: empty is unknown, negative or not a number is refused with a reason.
[[nodiscard]] std::string read_count(std::string_view cell, std::string_view field,
                                     std::optional<std::int32_t>& out);

/// UTF-8 without control characters (other than tab and line end), white space trimmed.
[[nodiscard]] std::string clean(std::string_view cell);
/// "https://www.example.org:8080/a" gives "example.org".
[[nodiscard]] std::string_view host_of(std::string_view url);
/// True for http:// and https:// only: nothing else may become a link.
[[nodiscard]] bool is_web_address(std::string_view url);
/// The parts between separators, trimmed, without empty ones.
[[nodiscard]] std::vector<std::string> split_list(std::string_view cell, char separator);
/// The reason "FIELD "CELL" is not …", with the cell cut to a readable length.
[[nodiscard]] std::string bad_cell(std::string_view field, std::string_view cell,
                                   std::string_view expected);

/// What a line is made of; found in one pass.
enum class LineBytes : std::uint8_t { ascii, needs_check, has_control };
[[nodiscard]] LineBytes look_at_bytes(std::string_view line);

/// A symbol of United Nations documents ("A/HRC/43/1", "S/2016/71", "CERD/C/SR.2") in the text, or
/// empty.
[[nodiscard]] std::string find_symbol(std::string_view text);

}  // namespace tocsin::monitor::feeds
