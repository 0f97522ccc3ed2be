// SPDX-License-Identifier: Apache-2.0
// How long a whole watch list takes: 5,000 places x 20 measures x 3 years by default, one series in
// five active (a cluster in 10 days on average), one in fifty busy (three a day), one in
// 200 with a burst in the last week, seeded.
//
//   tocsin_bench_change_list_speed [PLACES [MEASURES]]
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/random.hpp"
#include "monitor/change_list.hpp"

using namespace tocsin::monitor;

int main(int count, char** arguments) {
  const std::size_t places_count = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 5000;
  const std::size_t measures = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 20;
  constexpr std::int32_t last_day = 3 * 365 + 60;
  tocsin::base::SeededRandom random(1);
  const DayRange all{0, last_day};
  const std::vector<float> reporting(last_day + 1, 300.0F);
  std::vector<std::vector<DayCount>> counts(places_count * measures);
  std::size_t cells = 0;
  for (auto& series : counts) {
    const auto kind = random.below(50);
    const std::uint64_t gap = kind == 0 ? 1 : kind <= 10 ? 20 : 700;
    for (std::int32_t day = 0; day <= last_day;
         day += 1 + static_cast<std::int32_t>(random.below(gap)))
      series.push_back({day, 1 + static_cast<std::int32_t>(random.below(kind == 0 ? 6 : 2))});
    if (kind > 0 && random.below(200) == 0)  // a burst in the last week
      for (std::int32_t day = last_day - 6; day <= last_day; ++day)
        if (series.empty() || series.back().day < day) series.push_back({day, 4});
    cells += series.size();
  }
  const auto start = std::chrono::steady_clock::now();
  std::vector<PlaceDays> days;
  days.reserve(places_count);
  std::vector<PlaceSeries> places(places_count);
  for (std::size_t p = 0; p < places_count; ++p) {
    days.emplace_back(0, last_day, std::span(&all, 1), reporting);
    places[p].place = static_cast<std::int64_t>(p);
    places[p].days = &days[p];
    for (std::size_t m = 0; m < measures; ++m)
      places[p].measures.push_back(
          {static_cast<std::int32_t>(m), CountedUnit::clusters, counts[p * measures + m]});
  }
  const auto ready = std::chrono::steady_clock::now();
  ChangeListSettings settings;
  settings.day = last_day;
  settings.budget = {0.2, measures};
  const auto list = make_change_list(places, settings);
  const auto end = std::chrono::steady_clock::now();
  const auto seconds = [](auto from, auto to) {
    return std::chrono::duration<double>(to - from).count();
  };
  std::printf(
      "%zu places x %zu measures, %zu counted days: days %.3f s, list %.3f s on %u threads, "
      "%zu rows\n",
      places_count, measures, cells, seconds(start, ready), seconds(ready, end), settings.threads,
      list.rows.size());
  return 0;
}
