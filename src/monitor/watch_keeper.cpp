// SPDX-License-Identifier: Apache-2.0
#include "monitor/watch_keeper.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>

namespace tocsin::monitor {
namespace {

using base::Result;

constexpr std::int32_t looked_back_days = 4 * 365;
constexpr std::int32_t first_alarm_days_max = 60;
constexpr std::string_view measure_of_all = "all";
constexpr std::string_view measure_of_neutral = "neutral";
// Below one neutral observation in two days, their number says nothing about how much is reported.
constexpr double neutral_a_day_min = 0.5;
constexpr double band_deviations = 1.645;  // 90 % of a normal distribution lie within

template <class T>
std::unexpected<base::Error> passed(Result<T>& result) {
  return std::unexpected(std::move(result.error()));
}

struct Series {
  std::string measure;
  std::vector<DayCount> counts;
};

/// Everything counted, in memory: areas with their series, countries with their days.
struct Counted {
  std::unordered_map<std::int64_t, StoredPlace> areas;
  std::unordered_map<std::int64_t, std::vector<Series>> series;
  std::map<std::string, std::vector<float>> all;      ///< by country, from first_day on
  std::map<std::string, std::vector<float>> neutral;  ///< the same, of what no measure takes
  std::map<std::string, PlaceDays> days;
  std::int32_t first_day = 0;
  std::int32_t last_day = 0;
};

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

/// A feed of violence alone says nothing about how much is reported; then reporting is not known.
PlaceDays make_days(const std::vector<float>& all, const std::vector<float>& neutral,
                    std::int32_t first_day, std::int32_t last_day) {
  const auto ranges = observed_ranges(all, first_day);
  double observed = 0;
  for (const auto& range : ranges) observed += range.last - range.first + 1;
  const double sum = std::accumulate(neutral.begin(), neutral.end(), 0.0);
  const bool known = observed > 0 && sum / observed >= neutral_a_day_min;
  return {first_day, last_day, ranges,
          known ? std::span<const float>(neutral) : std::span<const float>{}};
}

Result<Counted> read_counts(ObservationReader& reader, base::Day from, base::Day to) {
  Counted counted;
  counted.first_day = base::day_number(from);
  counted.last_day = base::day_number(to);
  auto areas = reader.areas();
  if (!areas) return passed(areas);
  for (auto& area : *areas) counted.areas.emplace(area.id, std::move(area));
  const auto length = static_cast<std::size_t>(counted.last_day - counted.first_day + 1);
  auto done = reader.area_series(
      from, to, [&](std::int64_t area, std::string_view measure, const DailyCounts& daily) {
        const auto place = counted.areas.find(area);
        if (place == counted.areas.end()) return;
        if (measure == measure_of_all || measure == measure_of_neutral) {
          auto& reporting =
              (measure == measure_of_all ? counted.all : counted.neutral)[place->second.country];
          reporting.resize(length);
          for (std::size_t i = 0; i < daily.days.size(); ++i)
            reporting[static_cast<std::size_t>(daily.first_day - counted.first_day) + i] +=
                static_cast<float>(daily.days[i].observations);
          return;
        }
        Series series{std::string(measure), {}};
        for (std::size_t i = 0; i < daily.days.size(); ++i)
          if (daily.days[i].clusters > 0)
            series.counts.push_back({daily.first_day + static_cast<std::int32_t>(i),
                                     static_cast<std::int32_t>(daily.days[i].clusters)});
        if (!series.counts.empty()) counted.series[area].push_back(std::move(series));
      });
  if (!done) return std::unexpected(std::move(done.error()));
  for (const auto& [country, all] : counted.all)
    counted.days.emplace(
        country, make_days(all, counted.neutral[country], counted.first_day, counted.last_day));
  return counted;
}

std::int64_t count_within(const std::vector<DayCount>& counts, std::int32_t first,
                          std::int32_t last) {
  std::int64_t sum = 0;
  for (const auto& entry : counts)
    if (entry.day >= first && entry.day <= last) sum += entry.count;
  return sum;
}

/// The reason that a series gives, or nothing where it is within its budget.
std::optional<WatchReason> judge(const Series& series, const PlaceDays& days, std::int32_t day,
                                 double per_year_max) {
  const auto longest = std::ranges::max(windows_days);
  if (count_within(series.counts, day - longest + 1, day) == 0) return std::nullopt;
  const ChangeSettings settings;
  const auto change = judge_change(days, series.counts, day, settings);
  const auto* strongest = change.judged ? change.strongest() : nullptr;
  if (strongest == nullptr || strongest->per_year > per_year_max) return std::nullopt;
  WatchReason reason;
  reason.measure = series.measure;
  reason.now = std::llround(strongest->count);
  reason.usual = strongest->usual;
  reason.window_days = strongest->window_days;
  reason.unusual = -std::log10(std::max(strongest->tail, 1e-300));
  const auto recurrence =
      count_recurrence(days, series.counts, day, strongest->window_days, settings.baseline_days);
  reason.seen_this_high = static_cast<std::int32_t>(recurrence.times);
  reason.past_years = recurrence.years;
  std::int32_t since = day;
  for (; since > day - first_alarm_days_max; --since) {
    const auto before = judge_change(days, series.counts, since - 1, settings);
    const auto* earlier = before.judged ? before.strongest() : nullptr;
    if (earlier == nullptr || earlier->per_year > per_year_max) break;
  }
  reason.first_alarm = base::day_from_number(since);
  return reason;
}

bool is_indicator(std::string_view measure) {
  return measure.find("RF") == 1;
}

/// Half of a place's budget goes to its measures and half to its indicators, since most indicators
/// restate what a measure counts; within a half, all that ever occurred there share alike.
struct Limits {
  double measure = 0;
  double indicator = 0;
  [[nodiscard]] double of(std::string_view name) const {
    return is_indicator(name) ? indicator : measure;
  }
};

Limits limits_for(const std::vector<Series>& all, double budget) {
  const auto indicators = static_cast<std::size_t>(std::ranges::count_if(
      all, [](const Series& series) { return is_indicator(series.measure); }));
  const AlarmBudget measures{budget / 2, std::max<std::size_t>(1, all.size() - indicators)};
  const AlarmBudget links{budget / 2, std::max<std::size_t>(1, indicators)};
  return {measures.per_year_max(), links.per_year_max()};
}

WatchList make_list(const Counted& counted, std::int32_t day, double budget) {
  WatchList list;
  list.day = base::day_from_number(day);
  list.false_alarms_per_year = budget;
  for (const auto& [area, all] : counted.series) {
    const auto& place = counted.areas.at(area);
    const auto days = counted.days.find(place.country);
    if (days == counted.days.end()) continue;
    ++list.places_looked_at;
    WatchPlace row{place, false, {}};
    const auto limits = limits_for(all, budget);
    for (const auto& series : all)
      if (auto reason = judge(series, days->second, day, limits.of(series.measure)))
        row.reasons.push_back(std::move(*reason));
    if (row.reasons.empty()) continue;
    std::ranges::sort(row.reasons, std::greater{}, &WatchReason::unusual);
    list.places.push_back(std::move(row));
  }
  std::ranges::sort(list.places, [](const WatchPlace& a, const WatchPlace& b) {
    const double left = a.reasons.front().unusual;
    const double right = b.reasons.front().unusual;
    return left != right ? left > right : a.place.id < b.place.id;
  });
  return list;
}

/// Places of the exercise bear a country code that ISO leaves to users.
constexpr std::string_view exercise_country = "XA";

}  // namespace

Result<WatchList> WatchKeeper::list_of(base::Day day) {
  auto reader = pool_.borrow();
  if (!reader) return passed(reader);
  auto counted = read_counts(***reader, day - std::chrono::days(looked_back_days), day);
  if (!counted) return passed(counted);
  auto list = make_list(*counted, base::day_number(day), settings_.read_budget());
  for (auto& row : list.places) row.exercise = row.place.country == exercise_country;
  return list;
}

Result<std::shared_ptr<const WatchList>> WatchKeeper::current() {
  const std::lock_guard lock(mutex_);
  std::int64_t version = 0;
  std::optional<base::Day> day;
  {
    auto reader = pool_.borrow();
    if (!reader) return passed(reader);
    auto found = (**reader)->version();
    if (!found) return passed(found);
    version = *found;
    if (kept_ != nullptr && version == kept_version_) return kept_;
    auto last = (**reader)->last_day();
    if (!last) return passed(last);
    day = *last;
  }
  WatchList list;
  list.false_alarms_per_year = settings_.read_budget();
  if (day) {
    auto made = list_of(*day);
    if (!made) return passed(made);
    list = std::move(*made);
  }
  kept_ = std::make_shared<const WatchList>(std::move(list));
  kept_version_ = version;
  return kept_;
}

Result<std::vector<UsualWeek>> WatchKeeper::weeks(std::int64_t place_id, std::string_view measure,
                                                  int weeks) {
  auto reader = pool_.borrow();
  if (!reader) return passed(reader);
  auto last = (**reader)->last_day();
  if (!last) return passed(last);
  if (!*last) return std::vector<UsualWeek>{};
  const auto to = **last;
  const auto from = to - std::chrono::days(looked_back_days + 7 * weeks);
  auto place = (**reader)->place(place_id);
  if (!place) return passed(place);
  auto all = (**reader)->country_reporting(place->country, measure_of_all, from, to);
  if (!all) return passed(all);
  auto neutral = (**reader)->country_reporting(place->country, measure_of_neutral, from, to);
  if (!neutral) return passed(neutral);
  auto timeline = (**reader)->timeline(place_id, from, to);
  if (!timeline) return passed(timeline);
  const auto first_day = base::day_number(from);
  const auto last_day = base::day_number(to);
  const auto days = make_days(*all, *neutral, first_day, last_day);
  std::vector<DayCount> counts;
  if (const auto found = timeline->find(std::string(measure)); found != timeline->end())
    for (std::size_t i = 0; i < found->second.days.size(); ++i)
      if (found->second.days[i].clusters > 0)
        counts.push_back({found->second.first_day + static_cast<std::int32_t>(i),
                          static_cast<std::int32_t>(found->second.days[i].clusters)});
  std::vector<Series> all_series;
  for (const auto& [name, daily] : *timeline)
    if (name != measure_of_all && name != measure_of_neutral) all_series.push_back({name, {}});
  const double per_year_max = limits_for(all_series, settings_.read_budget()).of(measure);
  const ChangeSettings settings;
  std::vector<UsualWeek> out;
  for (int back = weeks - 1; back >= 0; --back) {
    const auto end = last_day - 7 * back;
    UsualWeek week;
    week.first = base::day_from_number(end - 6);
    week.count = count_within(counts, end - 6, end);
    week.observed = days.observed(end - 6, end) > 0;
    const auto change = judge_change(days, counts, end, settings);
    if (change.judged && !change.windows.empty()) {
      const auto& window = change.windows.front();
      const double spread = band_deviations * std::sqrt(std::max(0.0, window.variance));
      week.usual_low = std::max(0.0, window.usual - spread);
      week.usual_high = window.usual + spread;
      const auto* strongest = change.strongest();
      week.alarm = strongest != nullptr && strongest->per_year <= per_year_max;
    }
    out.push_back(week);
  }
  return out;
}

base::Status WatchKeeper::set_false_alarms_per_year(double budget) {
  if (!(budget >= false_alarms_per_year_min && budget <= false_alarms_per_year_max))
    return base::fail(base::ErrorCode::invalid_input,
                      "the number of false alarms must lie between 0.1 and 52 a year",
                      "false_alarms_per_year");
  if (auto written = settings_.write_budget(budget); !written) return written;
  const std::lock_guard lock(mutex_);
  kept_version_ = -1;
  return {};
}

}  // namespace tocsin::monitor
