// SPDX-License-Identifier: Apache-2.0
// Observations outside of pages: as JSON objects of the API and as CSV rows.
//
// Threads: pure functions. Formula characters at the head of a CSV field are defused
// (formats/csv.hpp).
#pragma once

#include <boost/json.hpp>

#include <string>
#include <vector>

#include "monitor/observation_reader.hpp"
#include "monitor/watch_measures.hpp"

namespace tocsin::monitor::pages {

/// Rows of one CSV.
inline constexpr int export_rows_max = 10'000;

[[nodiscard]] boost::json::object place_json(const StoredPlace& place);
/// One telling, without its text.
[[nodiscard]] boost::json::object observation_json(const WatchMeasures& measures,
                                                   const StoredObservation& seen);
[[nodiscard]] boost::json::object happening_json(const WatchMeasures& measures,
                                                 const StoredHappening& happening);
/// Head and rows, with the byte order mark by which spreadsheets know UTF-8.
[[nodiscard]] std::string observations_csv(const WatchMeasures& measures,
                                           const std::vector<StoredHappening>& happenings);

}  // namespace tocsin::monitor::pages
