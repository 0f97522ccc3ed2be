// SPDX-License-Identifier: Apache-2.0
// What the parts of the reader share: columns of a place, patterns, errors passed on. Not for other
// files to include.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "monitor/observation_reader.hpp"

namespace tocsin::monitor {

template <class T>
std::unexpected<base::Error> passed(base::Result<T>& result) {
  return std::unexpected(std::move(result.error()));
}

/// Columns of "place p" in the order in which read_place takes them. The last starts from the
/// exercise's own observations, so that it costs nothing where there are none.
inline constexpr std::string_view place_columns =
    "p.id, p.name, p.country, p.admin1, p.latitude, p.longitude, p.geoname_id, p.level, p.area_id, "
    "EXISTS (SELECT 1 FROM observation e JOIN place q ON q.id = e.place_id WHERE e.exercise = 1 "
    "AND (q.id = p.id OR q.area_id = p.id))";
inline constexpr int place_column_count = 10;
[[nodiscard]] StoredPlace read_place(const store::Statement& row, int first);

/// Any text that holds `text`, for LIKE … ESCAPE '\\'.
[[nodiscard]] std::string like_pattern(std::string_view text);

}  // namespace tocsin::monitor
