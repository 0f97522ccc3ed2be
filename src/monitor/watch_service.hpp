// SPDX-License-Identifier: Apache-2.0
// The current watch list for pages, API and terminal: made from the rollups when they change, kept
// in memory between.
//
// Ownership: owns its last result. Threads: current() may be called from any thread; one computes,
// the others wait for it. Errors: those of the store.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/calendar.hpp"
#include "base/result.hpp"
#include "monitor/change_list.hpp"
#include "monitor/observation_reader.hpp"

namespace tocsin::monitor {

/// One measure or indicator that moved at one place.
struct WatchReason {
  std::string measure;  ///< id of a watch measure, of its people killed, or of an indicator
  CountedUnit unit = CountedUnit::clusters;
  bool up = true;        ///< more than usual; false: fewer
  std::int64_t now = 0;  ///< in the window that ends on `day`
  double usual = 0;      ///< expected in such a window
  std::int32_t window_days = 7;
  std::int32_t seen_this_high = 0;  ///< times in the observed past
  double past_years = 0;            ///< length of the observed past
  double unusual = 0;               ///< -log10 of how often a year a steady place comes this high
  base::Day first_alarm{};          ///< since when it stands
};

/// A place that moved against its own past.
struct WatchPlace {
  StoredPlace place;
  bool exercise = false;
  std::vector<WatchReason> reasons;  ///< most unusual first, never empty
};

/// What is usual on each week of a timeline.
struct UsualWeek {
  base::Day first{};     ///< Monday
  bool observed = true;  ///< false: nothing was read at all, never drawn as zero
  std::int64_t count = 0;
  double usual_low = 0;  ///< 90 % band of the model
  double usual_high = 0;
  bool alarm = false;
  /// An alarm may be of the four weeks that end here: a quiet week at their end is nothing unusual.
  [[nodiscard]] bool unusual() const {
    return alarm && observed && static_cast<double>(count) > usual_high;
  }
};

/// Alarm rates at or below which series alarm.
struct WatchLimits {
  double measure = 0;    ///< of a measure, and of people killed
  double indicator = 0;  ///< of an indicator
  /// Years of the list's own past, over all places, that the limits were found on; 0: by theory,
  /// since the past is too short.
  double place_years = 0;
};

struct WatchList {
  base::Day day{};                   ///< the last day that the list is about
  double false_alarms_per_year = 2;  ///< budget for one place
  std::vector<WatchPlace> places;    ///< most unusual against the own past first
  std::int64_t places_looked_at = 0;
  WatchLimits limits;
  std::int64_t places_not_judged = 0;  ///< too little past, or nothing observed: not calm
};

class WatchService {
 public:
  virtual ~WatchService() = default;
  /// The list as of the store's last observed day.
  [[nodiscard]] virtual base::Result<std::shared_ptr<const WatchList>> current() = 0;
  /// Weekly counts with the usual band, oldest first, for one place and measure.
  [[nodiscard]] virtual base::Result<std::vector<UsualWeek>> weeks(std::int64_t place_id,
                                                                   std::string_view measure,
                                                                   int weeks) = 0;
  /// The user's budget of false alarms a year and place; errors outside [0.1, 52].
  [[nodiscard]] virtual base::Status set_false_alarms_per_year(double budget) = 0;
};

}  // namespace tocsin::monitor
