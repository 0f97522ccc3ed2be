// SPDX-License-Identifier: Apache-2.0
#include "monitor/watch_keeper.hpp"

#include <algorithm>
#include <cmath>

namespace tocsin::monitor {
namespace {

using base::Result;

/// Three years judged to find the limits, and three before the first of them to judge it by.
constexpr std::int32_t looked_back_days = 6 * 365 + 62;
/// What the oldest week of a timeline is judged by.
constexpr std::int32_t baseline_days = 4 * 365;
/// The longest timeline that can be asked for.
constexpr std::int32_t weeks_max_days = 520 * 7;
constexpr double alarms_per_year_shown_min = 1e-30;
constexpr double band_deviations = 1.645;  // 90 % of a normal distribution lie within

template <class T>
std::unexpected<base::Error> passed(Result<T>& result) {
  return std::unexpected(std::move(result.error()));
}

std::int64_t count_within(const std::vector<DayCount>& counts, std::int32_t first,
                          std::int32_t last) {
  std::int64_t sum = 0;
  for (const auto& entry : counts)
    if (entry.day >= first && entry.day <= last) sum += entry.count;
  return sum;
}

/// The budget shared by theory: equal parts for the series of an average place within each half.
WatchLimits share_budget(const WatchCounts& counted, double budget) {
  double measures = 0;
  double indicators = 0;
  for (const auto& [area, all] : counted.series)
    for (const auto& series : all) (is_indicator(series.measure) ? indicators : measures) += 1;
  const double places = std::max<double>(1, static_cast<double>(counted.series.size()));
  const auto part = [&](double series) {
    const auto shares = static_cast<std::size_t>(std::max(1.0, std::ceil(series / places)));
    return AlarmBudget{budget / 2, shares}.per_year_max();
  };
  return {part(measures), part(indicators), 0};
}

/// Views of the counts, each series with the limit that holds for it.
std::vector<PlaceSeries> view_of(const WatchCounts& counted, const WatchLimits& limits) {
  std::vector<PlaceSeries> places;
  for (const auto& [area, all] : counted.series) {
    const auto days = counted.days.find(counted.areas.at(area).country);
    if (days == counted.days.end()) continue;
    PlaceSeries place{area, &days->second, {}};
    for (std::size_t i = 0; i < all.size(); ++i)
      place.measures.push_back({static_cast<std::int32_t>(i), all[i].unit, all[i].counts,
                                is_indicator(all[i].measure) ? limits.indicator : limits.measure});
    places.push_back(std::move(place));
  }
  return places;
}

WatchReason to_reason(const ChangeReason& from, const std::string& measure) {
  WatchReason reason;
  reason.measure = measure;
  reason.unit = from.unit;
  reason.now = std::llround(from.count);
  reason.usual = from.usual;
  reason.window_days = from.window_days;
  reason.seen_this_high = static_cast<std::int32_t>(from.seen.times);
  reason.past_years = from.seen.years;
  reason.unusual = -std::log10(std::max(from.alarms_per_year, alarms_per_year_shown_min));
  reason.first_alarm = base::day_from_number(from.first_alarm_day);
  return reason;
}

}  // namespace

WatchLimits find_watch_limits(const WatchCounts& counted, double budget, std::int32_t day) {
  auto limits = share_budget(counted, budget);
  LimitSettings settings;
  settings.alarms_per_place_year = budget;
  const auto past = judge_past(view_of(counted, limits), last_day_of_past(day), settings);
  if (past.years() < settings.years_min) return limits;
  const double factor = limit_factor(past, settings);
  return {limits.measure * factor, limits.indicator * factor, past.place_years};
}

WatchList make_watch_list(const WatchCounts& counted, double budget, std::int32_t day) {
  WatchList list;
  list.day = base::day_from_number(day);
  list.false_alarms_per_year = budget;
  list.limits = find_watch_limits(counted, budget, day);
  const auto places = view_of(counted, list.limits);
  ChangeListSettings settings;
  settings.day = day;
  const auto changed = make_change_list(places, settings);
  list.places_looked_at = static_cast<std::int64_t>(places.size());
  list.places_not_judged = static_cast<std::int64_t>(changed.places_not_judged.size());
  for (const auto& row : changed.rows) {
    WatchPlace place;
    place.place = counted.areas.at(row.place);
    for (const auto& reason : row.reasons)
      place.reasons.push_back(to_reason(
          reason, counted.series.at(row.place)[static_cast<std::size_t>(reason.measure)].measure));
    std::ranges::stable_sort(place.reasons, std::greater{}, &WatchReason::unusual);
    list.places.push_back(std::move(place));
  }
  std::ranges::stable_sort(list.places, [](const WatchPlace& a, const WatchPlace& b) {
    return a.reasons.front().unusual > b.reasons.front().unusual;
  });
  return list;
}

Result<WatchList> WatchKeeper::list_of(base::Day day) {
  auto made = make_of(day);
  if (!made) return passed(made);
  return std::move(made->list);
}

Result<WatchKeeper::Made> WatchKeeper::make_of(base::Day day) {
  auto reader = pool_.borrow();
  if (!reader) return passed(reader);
  auto counted = read_watch_counts(***reader, settings_.measures,
                                   day - std::chrono::days(looked_back_days), day);
  if (!counted) return passed(counted);
  Made made;
  made.list = make_watch_list(*counted, settings_.read_budget(), base::day_number(day));
  for (auto& row : made.list.places)
    row.exercise = row.place.exercise ||
                   (!row.place.country.empty() && row.place.country == settings_.exercise_country);
  for (auto& [country, days] : counted->days)
    made.days.emplace(country, std::make_shared<const PlaceDays>(std::move(days)));
  return made;
}

Result<std::shared_ptr<const WatchList>> WatchKeeper::current() {
  {
    const std::lock_guard lock(mutex_);
    if (kept_ != nullptr && kept_fresh_) return kept_;
  }
  return made_anew();
}

base::Status WatchKeeper::keep_fresh() {
  auto made = made_anew();
  if (!made) return std::unexpected(std::move(made.error()));
  const std::lock_guard lock(mutex_);
  kept_fresh_ = true;
  return {};
}

Result<std::shared_ptr<const WatchList>> WatchKeeper::made_anew() {
  const std::lock_guard one_makes(making_);
  std::int64_t version = 0;
  std::optional<base::Day> day;
  {
    auto reader = pool_.borrow();
    if (!reader) return passed(reader);
    auto found = (**reader)->version();
    if (!found) return passed(found);
    version = *found;
    auto last = (**reader)->last_day(settings_.latest_day());
    if (!last) return passed(last);
    day = *last;
    const std::lock_guard lock(mutex_);
    if (kept_ != nullptr && version == kept_version_ && day == kept_day_) return kept_;
  }
  Made now;
  now.list.false_alarms_per_year = settings_.read_budget();
  if (day) {
    auto made = make_of(*day);
    if (!made) return passed(made);
    now = std::move(*made);
  }
  auto made = std::make_shared<const WatchList>(std::move(now.list));
  const std::lock_guard lock(mutex_);
  kept_ = made;
  kept_days_ = std::move(now.days);
  kept_version_ = version;
  kept_day_ = day;
  return made;
}

Result<std::shared_ptr<const PlaceDays>> WatchKeeper::days_of(ObservationReader& reader,
                                                              const std::string& country,
                                                              base::Day from, base::Day to) {
  auto version = reader.version();
  if (!version) return passed(version);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = kept_days_.find(country);
        kept_day_ == to && kept_version_ == *version && found != kept_days_.end() &&
        base::day_number(from) >= base::day_number(to) - looked_back_days)
      return found->second;
  }
  const std::lock_guard lock(days_mutex_);
  if (*version != days_version_) {
    days_.clear();
    days_version_ = *version;
  }
  if (const auto found = days_.find(country); found != days_.end()) return found->second;
  const auto first = to - std::chrono::days(baseline_days + weeks_max_days);
  auto all = reader.country_reporting(country, rollup_of_all, first, to);
  if (!all) return passed(all);
  auto neutral = reader.country_reporting(country, rollup_of_neutral, first, to);
  if (!neutral) return passed(neutral);
  auto made = std::make_shared<const PlaceDays>(
      make_watch_days(*all, *neutral, base::day_number(first), base::day_number(to)));
  days_.emplace(country, made);
  return made;
}

Result<std::vector<UsualWeek>> WatchKeeper::weeks(std::int64_t place_id, std::string_view measure,
                                                  int weeks) {
  // Limits are those of the whole list. Before a connection is borrowed, since the list needs one.
  auto list = current();
  if (!list) return passed(list);
  auto reader = pool_.borrow();
  if (!reader) return passed(reader);
  auto last = (**reader)->last_day(settings_.latest_day());
  if (!last) return passed(last);
  if (!*last) return std::vector<UsualWeek>{};
  const auto to = **last;
  const auto from = to - std::chrono::days(baseline_days + 7 * weeks);
  auto place = (**reader)->place(place_id);
  if (!place) return passed(place);
  auto known_days = days_of(***reader, place->country, from, to);
  if (!known_days) return passed(known_days);
  const PlaceDays& days = **known_days;
  const auto killed_in = settings_.measures.measure_of_killed(measure);
  const auto unit = killed_in.empty() ? CountedUnit::clusters : CountedUnit::killed;
  auto timeline = (**reader)->timeline(place_id, from, to);
  if (!timeline) return passed(timeline);
  const auto last_day = base::day_number(to);
  std::vector<DayCount> counts;
  if (const auto found = timeline->find(std::string(killed_in.empty() ? measure : killed_in));
      found != timeline->end())
    counts = counted_days(found->second, unit);
  const double rate_max =
      is_indicator(measure) ? (*list)->limits.indicator : (*list)->limits.measure;
  const auto settings = unit == CountedUnit::killed ? settings_for_killed() : ChangeSettings{};
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
  const std::lock_guard one_makes(making_);
  const std::lock_guard lock(mutex_);
  kept_ = nullptr;
  return {};
}

}  // namespace tocsin::monitor
