// SPDX-License-Identifier: Apache-2.0
// Backtest of change detection on Burkina Faso 1997 to 2020 (ACLED) and Syria 2016 to 2019 (UCDP
// GED) beside a fixed threshold, a z-score and EARS C2. Definitions stand in alarm_study.hpp.
//
//   tocsin_bench_backtest ACLED.csv UCDP.csv [LABEL]
//
// Place: the first-level unit (Burkina Faso: region, Syria: governorate). Smaller units have too
// few events a year for anyone's baseline, and desks are organised by region; the country as a
// whole would hide where an onset is. Measures watched, by all methods alike: events of violence
// against civilians (ACLED "Violence against civilians", UCDP one-sided violence) and deaths in
// them. Observed: every day from the first to the last year of the Burkina Faso file; in the Syria
// file, the months that have at least one row of any kind and place: the others are unobserved,
// never zero.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "alarm_study.hpp"
#include "base/calendar.hpp"
#include "monitor/watch_keeper.hpp"

namespace {

using namespace tocsin;
using namespace tocsin::bench;

/// Records of a CSV file with quoted fields that may hold commas, quotes and line breaks.
std::vector<std::vector<std::string>> read_csv(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::cerr << path << ": cannot be read; unpack the .gz file first\n";
    std::exit(1);
  }
  std::vector<std::vector<std::string>> rows(1);
  std::string field;
  bool quoted = false;
  for (char letter; in.get(letter);) {
    if (quoted) {
      if (letter != '"')
        field.push_back(letter);
      else if (in.peek() == '"')
        field.push_back(static_cast<char>(in.get()));
      else
        quoted = false;
    } else if (letter == '"') {
      quoted = true;
    } else if (letter == ',') {
      rows.back().push_back(std::move(field));
      field.clear();
    } else if (letter == '\n') {
      rows.back().push_back(std::move(field));
      field.clear();
      rows.emplace_back();
    } else if (letter != '\r') {
      field.push_back(letter);
    }
  }
  if (rows.back().empty()) rows.pop_back();
  return rows;
}

struct Event {
  std::int32_t day;
  std::string place;
  bool against_civilians;
  int deaths;
};

std::size_t column(const std::vector<std::string>& header, const std::string& name) {
  const auto found = std::ranges::find(header, name);
  if (found == header.end()) {
    std::cerr << "the column " << name << " is missing\n";
    std::exit(1);
  }
  return static_cast<std::size_t>(found - header.begin());
}

/// "02 December 2020" as ACLED's older layout has it.
std::int32_t acled_day(const std::string& text) {
  static const std::map<std::string, unsigned> months = {
      {"January", 1},   {"February", 2}, {"March", 3},     {"April", 4},
      {"May", 5},       {"June", 6},     {"July", 7},      {"August", 8},
      {"September", 9}, {"October", 10}, {"November", 11}, {"December", 12}};
  std::istringstream in(text);
  unsigned day = 0;
  std::string month;
  int year = 0;
  in >> day >> month >> year;
  return base::day_number(std::chrono::sys_days(std::chrono::year(year) / months.at(month) / day));
}

std::vector<Event> read_acled(const std::string& path) {
  const auto rows = read_csv(path);
  const auto date = column(rows[0], "event_date"), place = column(rows[0], "admin1"),
             type = column(rows[0], "event_type"), deaths = column(rows[0], "fatalities");
  std::vector<Event> events;
  for (std::size_t i = 1; i < rows.size(); ++i)
    events.push_back({acled_day(rows[i].at(date)), rows[i].at(place),
                      rows[i].at(type) == "Violence against civilians",
                      std::atoi(rows[i].at(deaths).c_str())});
  return events;
}

std::vector<Event> read_ucdp(const std::string& path) {
  const auto rows = read_csv(path);
  const auto date = column(rows[0], "date_start"), place = column(rows[0], "adm_1"),
             type = column(rows[0], "type_of_violence"), deaths = column(rows[0], "best");
  std::vector<Event> events;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto day = base::parse_day(std::string_view(rows[i].at(date)).substr(0, 10));
    if (!day) {
      std::cerr << path << ", row " << i + 1 << ": " << day.error().text() << '\n';
      std::exit(1);
    }
    if (rows[i].at(place).empty()) continue;  // no first-level unit known
    events.push_back({base::day_number(*day), rows[i].at(place), rows[i].at(type) == "3",
                      std::atoi(rows[i].at(deaths).c_str())});
  }
  return events;
}

std::int32_t month_of(std::int32_t day) {
  const std::chrono::year_month_day date(base::day_from_number(day));
  return static_cast<int>(date.year()) * 12 +
         static_cast<int>(static_cast<unsigned>(date.month())) - 1;
}

std::vector<StudyPlace> make_places(const std::vector<Event>& events, bool by_month) {
  std::int32_t first = std::numeric_limits<std::int32_t>::max(), last = 0;
  std::set<std::int32_t> months;
  for (const auto& event : events) {
    first = std::min(first, event.day), last = std::max(last, event.day);
    months.insert(month_of(event.day));
  }
  const auto days = static_cast<std::size_t>(last - first + 1);
  std::map<std::string, StudyPlace> places;
  for (const auto& event : events) {
    auto& place = places[event.place];
    if (place.series.empty()) {
      place.name = event.place;
      place.first_day = first;
      place.observed.assign(days, 1);
      for (std::size_t i = 0; by_month && i < days; ++i)
        place.observed[i] = months.contains(month_of(first + static_cast<std::int32_t>(i))) ? 1 : 0;
      place.series.resize(2);
      for (auto& series : place.series) series.daily.assign(days, 0);
    }
    if (!event.against_civilians) continue;
    const auto at = static_cast<std::size_t>(event.day - first);
    ++place.series[0].daily[at];
    place.series[1].daily[at] += event.deaths;
  }
  std::vector<StudyPlace> out;
  for (auto& [name, place] : places) {
    for (auto& series : place.series) make_sparse(series, first);
    place.deaths = place.series[1].daily;
    find_onsets(place);
    out.push_back(std::move(place));
  }
  return out;
}

struct Method {
  std::string name;
  std::vector<Statistic> statistics[3];  ///< events, deaths, both
};

std::vector<Method> make_methods(const std::vector<StudyPlace>& places) {
  std::vector<Method> methods;
  const auto add = [&](const std::string& name, auto make) {
    Method method{name, {}};
    for (std::size_t s = 0; s < 2; ++s)
      for (const auto& place : places) method.statistics[s].push_back(make(place, s));
    // Ours gives both measures on one scale, alarms a year; the rivals' have none in common.
    if (methods.empty())
      for (std::size_t p = 0; p < places.size(); ++p)
        method.statistics[2].push_back(largest(method.statistics[0][p], method.statistics[1][p]));
    else
      method.statistics[2] = both(method.statistics[0], method.statistics[1]);
    methods.push_back(std::move(method));
  };
  const auto settings_of = [](std::size_t s) {
    return s == 0 ? monitor::ChangeSettings{} : monitor::settings_for_killed();
  };
  add("ours", [](const auto& place, std::size_t s) {
    return change_statistic(place, place.series[s],
                            s == 0 ? monitor::ChangeSettings{} : monitor::settings_for_killed());
  });
  const auto ours = methods[0];
  methods.push_back(ours);
  methods.back().name = "ours, summed";
  for (std::size_t p = 0; p < places.size(); ++p)
    methods.back().statistics[2][p] = summed(ours.statistics[0][p], ours.statistics[1][p]);
  Method shorter{"ours, 3 days too", {}};
  for (std::size_t s = 0; s < 2; ++s)
    for (const auto& place : places)
      shorter.statistics[s].push_back(with_short_window(place, place.series[s], settings_of(s)));
  for (std::size_t p = 0; p < places.size(); ++p)
    shorter.statistics[2].push_back(largest(shorter.statistics[0][p], shorter.statistics[1][p]));
  methods.push_back(std::move(shorter));
  for (const std::size_t window : {7U, 28U}) {
    const auto text = " " + std::to_string(window) + " days";
    add("fixed threshold" + text, [=](const auto& place, std::size_t s) {
      return fixed_threshold(place, place.series[s], window);
    });
    add("z-score" + text,
        [=](const auto& place, std::size_t s) { return z_score(place, place.series[s], window); });
  }
  add("EARS C2", [](const auto& place, std::size_t s) { return ears(place, place.series[s]); });
  return methods;
}

/// The counts as the node's store gives them for such rows: clusters and people killed in attacks
/// on civilians, and the indicator that every such row bears on.
monitor::WatchCounts counts_of(const std::vector<StudyPlace>& places) {
  monitor::WatchCounts counted;
  counted.first_day = places[0].first_day;
  counted.last_day = counted.first_day + static_cast<std::int32_t>(places[0].days()) - 1;
  counted.days.emplace(
      "XX", monitor::PlaceDays(counted.first_day, counted.last_day, observed_ranges(places[0])));
  for (std::size_t p = 0; p < places.size(); ++p) {
    const auto id = static_cast<std::int64_t>(p);
    counted.areas[id].country = "XX";
    counted.series[id] = {
        {"attacks_on_civilians", monitor::CountedUnit::clusters, places[p].series[0].sparse},
        {"killed_in_attacks_on_civilians", monitor::CountedUnit::killed,
         places[p].series[1].sparse},
        {"SRF11.1", monitor::CountedUnit::clusters, places[p].series[0].sparse}};
  }
  return counted;
}

/// The node itself, day by day: no threshold fitted to the false alarms counted. Limits are those
/// that find_watch_limits gives on the first of each month from the past alone, by theory or, with
/// a year of it, by the budget spent on it; a place alarms when one of its series passes its limit.
void as_shipped(const std::vector<StudyPlace>& places, double years) {
  const auto counted = counts_of(places);
  for (const double alarms_a_year : {2.0, 6.0}) {
    const double budget = alarms_a_year / static_cast<double>(places.size());
    std::vector<Statistic> above(places.size(), Statistic(places[0].days(), nothing));
    monitor::WatchLimits limits;
    double calibrated_days = 0;
    for (std::size_t i = onset_window + onset_year; i < places[0].days(); ++i) {
      const auto day = counted.first_day + static_cast<std::int32_t>(i);
      if (i == onset_window + onset_year || month_of(day) != month_of(day - 1))
        limits = monitor::find_watch_limits(counted, budget, day);
      calibrated_days += limits.place_years > 0 ? 1 : 0;
      for (std::size_t p = 0; p < places.size(); ++p)
        for (const auto& series : counted.series.at(static_cast<std::int64_t>(p))) {
          if (places[p].series[0].daily[i] == 0 && places[p].series[1].daily[i] == 0) continue;
          const auto change = monitor::judge_change(counted.days.at("XX"), series.counts, day,
                                                    series.unit == monitor::CountedUnit::killed
                                                        ? monitor::settings_for_killed()
                                                        : monitor::ChangeSettings{});
          const auto* window = change.strongest();
          if (window == nullptr) continue;
          const double limit =
              monitor::is_indicator(series.measure) ? limits.indicator : limits.measure;
          above[p][i] =
              std::max(above[p][i], std::log10(limit / std::max(1e-300, window->alarm_rate)));
        }
    }
    for (const std::int32_t warning_days : {90, 28}) {
      const auto found = evaluate(places, above, 0, warning_days);
      std::printf(
          " the node itself, budget %.0f a year, warning within %d days: %.1f false a year, caught "
          "%u of %u, lead mean %.1f median %.1f (limits from the past on %.0f of %.0f days)\n",
          alarms_a_year, warning_days, found.false_alarms / years, found.caught, found.onsets,
          found.lead_mean(), found.lead_median(), calibrated_days,
          static_cast<double>(places[0].days() - onset_window - onset_year));
    }
  }
}

void run(const std::string& name, const std::vector<StudyPlace>& places) {
  const double years = study_years(places);
  std::size_t onsets = 0;
  for (const auto& place : places) onsets += place.onsets.size();
  std::printf("%s: %zu first-level units, %.1f observed years judged, %zu onsets\n", name.c_str(),
              places.size(), years, onsets);
  const auto methods = make_methods(places);
  const char* measures[] = {"events", "deaths", "both"};
  for (const std::int32_t warning_days : {90, 28})
    for (const double rate : {2.0, 6.0})
      for (std::size_t measure = 0; measure < 3; ++measure) {
        std::printf(" watching %s, at most %.0f false alarms a year, warning within %d days\n",
                    measures[measure], rate, warning_days);
        for (const auto& method : methods) {
          const auto found =
              at_budget(places, method.statistics[measure], rate * years, warning_days);
          std::printf(
              "  %-24s false %3u  caught %2u of %2u  lead mean %5.1f median %5.1f  "
              "warning an onset %5.1f days\n",
              method.name.c_str(), found.false_alarms, found.caught, found.onsets,
              found.lead_mean(), found.lead_median(), found.warning_mean());
        }
      }
  as_shipped(places, years);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "usage: %s ACLED.csv UCDP.csv\n", arguments[0]);
    return 2;
  }
  run("Burkina Faso", make_places(read_acled(arguments[1]), false));
  run("Syria", make_places(read_ucdp(arguments[2]), true));
  return 0;
}
