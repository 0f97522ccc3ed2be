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
/// The longest timeline that pages ask for, three years.
constexpr std::int32_t weeks_max_days = 156 * 7;
constexpr double alarms_per_year_shown_min = 1e-30;
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

bool is_indicator(std::string_view measure) {
  return measure.find("RF") == 1;
}

/// Half of a place's budget goes to its measures and half to its indicators, since most indicators
/// restate what a measure counts; within a half, the series of an average place share alike.
struct Limits {
  double measure = 0;
  double indicator = 0;
  [[nodiscard]] double of(std::string_view name) const {
    return is_indicator(name) ? indicator : measure;
  }
};

Limits limits_for(double measures_a_place, double indicators_a_place, double budget) {
  const auto rounded = [](double value) {
    return static_cast<std::size_t>(std::max(1.0, std::ceil(value)));
  };
  return {AlarmBudget{budget / 2, rounded(measures_a_place)}.per_year_max(),
          AlarmBudget{budget / 2, rounded(indicators_a_place)}.per_year_max()};
}

Limits limits_of(const Counted& counted, double budget) {
  double measures = 0;
  double indicators = 0;
  for (const auto& [area, all] : counted.series)
    for (const auto& series : all) (is_indicator(series.measure) ? indicators : measures) += 1;
  const double places = std::max<double>(1, static_cast<double>(counted.series.size()));
  return limits_for(measures / places, indicators / places, budget);
}

WatchReason to_reason(const ChangeReason& from, const std::string& measure) {
  WatchReason reason;
  reason.measure = measure;
  reason.now = std::llround(from.count);
  reason.usual = from.usual;
  reason.window_days = from.window_days;
  reason.seen_this_high = static_cast<std::int32_t>(from.seen.times);
  reason.past_years = from.seen.years;
  reason.unusual = -std::log10(std::max(from.alarms_per_year, alarms_per_year_shown_min));
  reason.first_alarm = base::day_from_number(from.first_alarm_day);
  return reason;
}

/// What moved among either the measures or the indicators, added to the places' rows.
void add_moved(const Counted& counted, bool indicators, double rate_max, WatchList& list,
               std::map<std::int64_t, WatchPlace>& rows) {
  std::vector<PlaceSeries> places;
  for (const auto& [area, all] : counted.series) {
    const auto days = counted.days.find(counted.areas.at(area).country);
    if (days == counted.days.end()) continue;
    PlaceSeries place{area, &days->second, {}};
    for (std::size_t i = 0; i < all.size(); ++i)
      if (is_indicator(all[i].measure) == indicators)
        place.measures.push_back(
            {static_cast<std::int32_t>(i), CountedUnit::clusters, all[i].counts});
    places.push_back(std::move(place));
  }
  ChangeListSettings settings;
  settings.day = counted.last_day;
  settings.rate_max = rate_max;
  const auto changed = make_change_list(places, settings);
  list.places_looked_at = static_cast<std::int64_t>(places.size());
  list.places_not_judged = static_cast<std::int64_t>(changed.places_not_judged.size());
  for (const auto& row : changed.rows) {
    auto& place = rows[row.place];
    place.place = counted.areas.at(row.place);
    for (const auto& reason : row.reasons)
      place.reasons.push_back(to_reason(
          reason, counted.series.at(row.place)[static_cast<std::size_t>(reason.measure)].measure));
  }
}

WatchList make_list(const Counted& counted, double budget) {
  WatchList list;
  list.day = base::day_from_number(counted.last_day);
  list.false_alarms_per_year = budget;
  const auto limits = limits_of(counted, budget);
  std::map<std::int64_t, WatchPlace> rows;
  add_moved(counted, true, limits.indicator, list, rows);
  add_moved(counted, false, limits.measure, list, rows);
  for (auto& [area, row] : rows) {
    std::ranges::sort(row.reasons, std::greater{}, &WatchReason::unusual);
    list.places.push_back(std::move(row));
  }
  std::ranges::stable_sort(list.places, [](const WatchPlace& a, const WatchPlace& b) {
    return a.reasons.front().unusual > b.reasons.front().unusual;
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
  auto list = make_list(*counted, settings_.read_budget());
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

Result<std::shared_ptr<const PlaceDays>> WatchKeeper::days_of(ObservationReader& reader,
                                                              const std::string& country,
                                                              base::Day from, base::Day to) {
  auto version = reader.version();
  if (!version) return passed(version);
  const std::lock_guard lock(days_mutex_);
  if (*version != days_version_) {
    days_.clear();
    days_version_ = *version;
  }
  if (const auto found = days_.find(country); found != days_.end()) return found->second;
  auto all = reader.country_reporting(country, measure_of_all, from, to);
  if (!all) return passed(all);
  auto neutral = reader.country_reporting(country, measure_of_neutral, from, to);
  if (!neutral) return passed(neutral);
  auto made = std::make_shared<const PlaceDays>(
      make_days(*all, *neutral, base::day_number(from), base::day_number(to)));
  days_.emplace(country, made);
  return made;
}

Result<std::vector<UsualWeek>> WatchKeeper::weeks(std::int64_t place_id, std::string_view measure,
                                                  int weeks) {
  auto reader = pool_.borrow();
  if (!reader) return passed(reader);
  auto last = (**reader)->last_day();
  if (!last) return passed(last);
  if (!*last) return std::vector<UsualWeek>{};
  const auto to = **last;
  const auto from = to - std::chrono::days(looked_back_days + weeks_max_days);
  auto place = (**reader)->place(place_id);
  if (!place) return passed(place);
  auto known_days = days_of(***reader, place->country, from, to);
  if (!known_days) return passed(known_days);
  const PlaceDays& days = **known_days;
  auto timeline = (**reader)->timeline(place_id, from, to);
  if (!timeline) return passed(timeline);
  const auto last_day = base::day_number(to);
  std::vector<DayCount> counts;
  if (const auto found = timeline->find(std::string(measure)); found != timeline->end())
    for (std::size_t i = 0; i < found->second.days.size(); ++i)
      if (found->second.days[i].clusters > 0)
        counts.push_back({found->second.first_day + static_cast<std::int32_t>(i),
                          static_cast<std::int32_t>(found->second.days[i].clusters)});
  double measures = 0;
  double indicators = 0;
  for (const auto& [name, daily] : *timeline)
    if (name != measure_of_all && name != measure_of_neutral)
      (is_indicator(name) ? indicators : measures) += 1;
  const double rate_max = limits_for(measures, indicators, settings_.read_budget()).of(measure);
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
      week.alarm = strongest != nullptr && strongest->alarm_rate <= rate_max;
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
