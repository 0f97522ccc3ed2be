// SPDX-License-Identifier: Apache-2.0
// The store's daily counts as the watch list needs them: by area and by what is watched.
//
// A place is a first-level unit (or a country where no unit is known). A day counts as observed for
// all places of a country unless it lies in a run of more than `silence_days_max` days without any
// observation in that country: such a gap is a month that no feed covered, never a quiet month.
// How much is reported at all is the daily number of observations in the country that no measure
// takes (talks, visits, courts); where a feed holds violence alone it is not known.
//
// Cost sketch: 5,000 areas of 12 measures are some 300,000 rollup blocks, read in one scan (0.2 s).
// Ownership: values. Threads: pure but for the reader. Errors: those of the store.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "monitor/change_list.hpp"
#include "monitor/observation_reader.hpp"
#include "monitor/watch_measures.hpp"

namespace tocsin::monitor {

inline constexpr std::int32_t silence_days_max = 28;

/// What is watched at one area.
struct WatchSeries {
  std::string measure;
  CountedUnit unit = CountedUnit::clusters;
  std::vector<DayCount> counts;  ///< rising days, zeros left out
};

/// Everything counted, in memory: areas with their series, countries with their days.
struct WatchCounts {
  std::unordered_map<std::int64_t, StoredPlace> areas;
  /// In rising order of areas, so that the same store always gives the same list.
  std::map<std::int64_t, std::vector<WatchSeries>> series;
  std::map<std::string, PlaceDays> days;  ///< by country
  std::int32_t first_day = 0;
  std::int32_t last_day = 0;
};

[[nodiscard]] base::Result<WatchCounts> read_watch_counts(ObservationReader& reader,
                                                          const WatchMeasures& measures,
                                                          base::Day from, base::Day to);

/// The days of a country from its daily observations, all and neutral ones.
[[nodiscard]] PlaceDays make_watch_days(const std::vector<float>& all,
                                        const std::vector<float>& neutral, std::int32_t first_day,
                                        std::int32_t last_day);

/// Days of `daily` on which clusters or people killed were counted.
[[nodiscard]] std::vector<DayCount> counted_days(const DailyCounts& daily, CountedUnit unit);

[[nodiscard]] inline bool is_indicator(std::string_view measure) {
  return measure.find("RF") == 1;
}

}  // namespace tocsin::monitor
