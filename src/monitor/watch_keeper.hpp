// SPDX-License-Identifier: Apache-2.0
// Makes the watch list out of the store's daily counts and keeps it until they change.
//
// What is counted and observed: watch_counts.hpp. How the user's budget becomes limits: first it is
// shared by theory, half of a place's budget to its measures (happenings and people killed) and
// half to its indicators, each half among the series of an average place; then both limits are
// raised together until the list's own past would have spent the budget (alarm_limits.hpp).
//
// Cost sketch: reading as watch_counts.hpp says, limits and judging as alarm_limits.hpp and
// change_list.hpp say.
// Ownership: refers to pool and settings, which must outlive it. Threads: any; one computes.
#pragma once

#include <functional>
#include <map>

#include "monitor/alarm_limits.hpp"
#include "monitor/change_list.hpp"
#include "monitor/reader_pool.hpp"
#include "monitor/watch_counts.hpp"
#include "monitor/watch_service.hpp"

namespace tocsin::monitor {

inline constexpr double false_alarms_per_year_default = 0.5;
inline constexpr double false_alarms_per_year_min = 0.1;
inline constexpr double false_alarms_per_year_max = 52.0;

/// Where the user's budget is kept, and what the installation's data say.
struct WatchSettings {
  std::function<double()> read_budget;
  std::function<base::Status(double)> write_budget;
  WatchMeasures measures;
  std::string exercise_country;  ///< places of this country are of the exercise; empty: none
  std::function<base::Day()> latest_day;  ///< nothing later is looked at: today
};

/// The list as of `day`, the last of the counts or an earlier one. `budget`: false alarms a place
/// and year. Pure.
[[nodiscard]] WatchList make_watch_list(const WatchCounts& counted, double budget,
                                        std::int32_t day);
/// The limits in force on `day`.
[[nodiscard]] WatchLimits find_watch_limits(const WatchCounts& counted, double budget,
                                            std::int32_t day);

class WatchKeeper final : public WatchService {
 public:
  WatchKeeper(ReaderPool& pool, WatchSettings settings)
      : pool_(pool), settings_(std::move(settings)) {}
  [[nodiscard]] base::Result<std::shared_ptr<const WatchList>> current() override;
  /// Makes the list anew where the store has changed. Once this was called the caller goes on
  /// calling it, and current() gives what was made last, without waiting for a newer one.
  [[nodiscard]] base::Status keep_fresh();
  [[nodiscard]] base::Result<std::vector<UsualWeek>> weeks(std::int64_t place_id,
                                                           std::string_view measure,
                                                           int weeks) override;
  [[nodiscard]] base::Status set_false_alarms_per_year(double budget) override;
  /// The list as of another day, not kept.
  [[nodiscard]] base::Result<WatchList> list_of(base::Day day);

 private:
  using DaysByCountry = std::map<std::string, std::shared_ptr<const PlaceDays>>;
  struct Made {
    WatchList list;
    DaysByCountry days;
  };
  [[nodiscard]] base::Result<Made> make_of(base::Day day);
  /// A country's days: those that the list was made of where they reach back to `from`, else read
  /// once for each version of the store.
  [[nodiscard]] base::Result<std::shared_ptr<const PlaceDays>> days_of(ObservationReader& reader,
                                                                       const std::string& country,
                                                                       base::Day from,
                                                                       base::Day to);

  /// The list of the store as it is now: one computes, the others wait for it.
  [[nodiscard]] base::Result<std::shared_ptr<const WatchList>> made_anew();

  ReaderPool& pool_;
  WatchSettings settings_;
  std::mutex making_;  ///< held while a list is made; before mutex_
  std::mutex mutex_;   ///< of those up to days_mutex_
  std::shared_ptr<const WatchList> kept_;
  std::int64_t kept_version_ = -1;
  bool kept_fresh_ = false;
  std::optional<base::Day> kept_day_;
  DaysByCountry kept_days_;  ///< of the kept list
  std::mutex days_mutex_;
  std::int64_t days_version_ = -1;
  DaysByCountry days_;
};

}  // namespace tocsin::monitor
