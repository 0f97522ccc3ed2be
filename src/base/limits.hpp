// SPDX-License-Identifier: Apache-2.0
// Every limit that more than one folder must agree on, by name. A folder's own limits stand in
// its own headers.
#pragma once

#include <cstddef>

namespace tocsin::base {

/// One report's text in bytes; longer ones are rejected with a reason, not cut.
inline constexpr std::size_t report_bytes_max = 4U << 20;
/// One line of any line-based feed in bytes.
inline constexpr std::size_t line_bytes_max = 8U << 20;
/// Events that the coder returns for one text.
inline constexpr std::size_t events_per_text_max = 200;
/// Places that the coder returns for one text.
inline constexpr std::size_t places_per_text_max = 500;
/// Indicator links that the coder returns for one text.
inline constexpr std::size_t indicators_per_text_max = 100;
/// Rows on one page of a list, in HTML and JSON alike.
inline constexpr std::size_t page_rows_max = 100;

}  // namespace tocsin::base
