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

/// Columns of "place p" in the order in which read_place takes them.
inline constexpr std::string_view place_columns =
    "p.id, p.name, p.country, p.admin1, p.latitude, p.longitude, p.geoname_id, p.level, p.area_id";
inline constexpr int place_column_count = 9;
[[nodiscard]] StoredPlace read_place(const store::Statement& row, int first);

/// Any text that holds `text`, for LIKE … ESCAPE '\\'.
[[nodiscard]] std::string like_pattern(std::string_view text);

}  // namespace tocsin::monitor
