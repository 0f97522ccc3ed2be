// SPDX-License-Identifier: Apache-2.0
// Makes the watch list out of the store's daily counts and keeps it until they change.
//
// A place is a first-level unit (or a country where no unit is known). A day counts as observed for
// all places of a country unless it lies in a run of more than `silence_days_max` days without any
// observation in that country: such a gap is a month that no feed covered, never a quiet month.
// How much is reported at all is the daily number of observations in the country that no measure
// takes (talks, visits, courts); where a feed holds violence alone it is not known.
//
// Cost sketch: 5,000 areas of 12 measures are some 300,000 rollup blocks, read in one scan (0.2 s),
// then what change_list.hpp says of judging them.
// Ownership: refers to pool and settings, which must outlive it. Threads: any; one computes.
#pragma once

#include <functional>
#include <map>

#include "monitor/change_list.hpp"
#include "monitor/reader_pool.hpp"
#include "monitor/watch_service.hpp"

namespace tocsin::monitor {

inline constexpr std::int32_t silence_days_max = 28;
inline constexpr double false_alarms_per_year_default = 2.0;
inline constexpr double false_alarms_per_year_min = 0.1;
inline constexpr double false_alarms_per_year_max = 52.0;

/// Where the user's budget is kept.
struct WatchSettings {
  std::function<double()> read_budget;
  std::function<base::Status(double)> write_budget;
};

class WatchKeeper final : public WatchService {
 public:
  WatchKeeper(ReaderPool& pool, WatchSettings settings)
      : pool_(pool), settings_(std::move(settings)) {}
  [[nodiscard]] base::Result<std::shared_ptr<const WatchList>> current() override;
  [[nodiscard]] base::Result<std::vector<UsualWeek>> weeks(std::int64_t place_id,
                                                           std::string_view measure,
                                                           int weeks) override;
  [[nodiscard]] base::Status set_false_alarms_per_year(double budget) override;
  /// The list as of another day, not kept.
  [[nodiscard]] base::Result<WatchList> list_of(base::Day day);

 private:
  /// A country's days, read once for each version of the store.
  [[nodiscard]] base::Result<std::shared_ptr<const PlaceDays>> days_of(ObservationReader& reader,
                                                                       const std::string& country,
                                                                       base::Day from,
                                                                       base::Day to);

  ReaderPool& pool_;
  WatchSettings settings_;
  std::mutex mutex_;
  std::shared_ptr<const WatchList> kept_;
  std::int64_t kept_version_ = -1;
  std::mutex days_mutex_;
  std::int64_t days_version_ = -1;
  std::map<std::string, std::shared_ptr<const PlaceDays>> days_;
};

}  // namespace tocsin::monitor
