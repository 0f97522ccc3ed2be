// SPDX-License-Identifier: Apache-2.0
#include "monitor/watch_counts.hpp"

#include <numeric>

namespace tocsin::monitor {
namespace {

// Below one neutral observation in two days, their number says nothing about how much is reported.
constexpr double neutral_a_day_min = 0.5;

std::vector<DayRange> observed_ranges(const std::vector<float>& reporting, std::int32_t first_day) {
  std::vector<DayRange> ranges;
  for (std::size_t i = 0; i < reporting.size(); ++i) {
    if (reporting[i] <= 0) continue;
    const auto day = first_day + static_cast<std::int32_t>(i);
    if (!ranges.empty() && day - ranges.back().last <= silence_days_max)
      ranges.back().last = day;
    else
      ranges.push_back({day, day});
  }
  return ranges;
}

void add_reporting(std::vector<float>& reporting, std::size_t length, const DailyCounts& daily,
                   std::int32_t first_day) {
  reporting.resize(length);
  for (std::size_t i = 0; i < daily.days.size(); ++i)
    reporting[static_cast<std::size_t>(daily.first_day - first_day) + i] +=
        static_cast<float>(daily.days[i].observations);
}

}  // namespace

PlaceDays make_watch_days(const std::vector<float>& all, const std::vector<float>& neutral,
                          std::int32_t first_day, std::int32_t last_day) {
  const auto ranges = observed_ranges(all, first_day);
  double observed = 0;
  for (const auto& range : ranges) observed += range.last - range.first + 1;
  const double sum = std::accumulate(neutral.begin(), neutral.end(), 0.0);
  const bool known = observed > 0 && sum / observed >= neutral_a_day_min;
  return {first_day, last_day, ranges,
          known ? std::span<const float>(neutral) : std::span<const float>{}};
}

std::vector<DayCount> counted_days(const DailyCounts& daily, CountedUnit unit) {
  std::vector<DayCount> counts;
  for (std::size_t i = 0; i < daily.days.size(); ++i) {
    const auto& day = daily.days[i];
    const auto count = unit == CountedUnit::killed ? day.killed : day.clusters;
    if (count > 0)
      counts.push_back(
          {daily.first_day + static_cast<std::int32_t>(i), static_cast<std::int32_t>(count)});
  }
  return counts;
}

base::Result<WatchCounts> read_watch_counts(ObservationReader& reader,
                                            const WatchMeasures& measures, base::Day from,
                                            base::Day to) {
  WatchCounts counted;
  counted.first_day = base::day_number(from);
  counted.last_day = base::day_number(to);
  auto areas = reader.areas();
  if (!areas) return std::unexpected(std::move(areas.error()));
  for (auto& area : *areas) counted.areas.emplace(area.id, std::move(area));
  const auto length = static_cast<std::size_t>(counted.last_day - counted.first_day + 1);
  std::map<std::string, std::vector<float>> all;
  std::map<std::string, std::vector<float>> neutral;
  auto done = reader.area_series(
      from, to, [&](std::int64_t area, std::string_view measure, const DailyCounts& daily) {
        const auto place = counted.areas.find(area);
        if (place == counted.areas.end()) return;
        if (measure == rollup_of_all || measure == rollup_of_neutral) {
          auto& reporting = (measure == rollup_of_all ? all : neutral)[place->second.country];
          add_reporting(reporting, length, daily, counted.first_day);
          return;
        }
        const auto add = [&](std::string_view id, CountedUnit unit) {
          auto counts = counted_days(daily, unit);
          if (!counts.empty())
            counted.series[area].push_back({std::string(id), unit, std::move(counts)});
        };
        add(measure, CountedUnit::clusters);
        if (const auto killed = measures.killed_in(measure); !killed.empty())
          add(killed, CountedUnit::killed);
      });
  if (!done) return std::unexpected(std::move(done.error()));
  for (const auto& [country, reporting] : all)
    counted.days.emplace(
        country, make_watch_days(reporting, neutral[country], counted.first_day, counted.last_day));
  return counted;
}

}  // namespace tocsin::monitor
