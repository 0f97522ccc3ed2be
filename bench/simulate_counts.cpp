// SPDX-License-Identifier: Apache-2.0
// Simulated places, by which the parameters of change detection were set before any real data were
// looked at (docs/decisions/0003-change-detection.md).
//
//   tocsin_bench_simulate_counts looks          alarms a year divided by the tail, quiet places
//   tocsin_bench_simulate_counts budget         false alarms a year at given budgets
//   tocsin_bench_simulate_counts onsets [SEED]  onsets caught by variants of the settings and
//   rivals
//
// Quiet places: events a day are Poisson with gamma-distributed weekly rates (dispersion given), a
// weekly rhythm of +-20 %.
// Worlds with onsets: 14 places, 8 years. A place's log rate is a random level (median one event in
// seven weeks, sd 1.2) plus an Ornstein-Uhlenbeck drift (sd 0.6, a year); each event brings 0.35
// more on average within weeks; crises come 0.15 times a place and year: the rate grows within 30
// to 120 days to 4 to 20 times, stays 60 to 300 days and fades. Deaths an event: none in 35 %, else
// Pareto with exponent 2.2 rounded down (after Clauset, Young and Gleditsch 2007 on the tail of
// attacks).
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "alarm_study.hpp"
#include "base/random.hpp"

namespace {

using namespace tocsin;
using namespace tocsin::bench;

double normal(base::Random& random) {
  const double u = std::max(1e-12, random.unit());
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * 3.14159265358979 * random.unit());
}

int poisson(base::Random& random, double mean) {
  int count = 0;
  for (; mean > 30; mean -= 30) count += poisson(random, 30);
  double product = random.unit();
  for (const double limit = std::exp(-mean); product > limit; product *= random.unit()) ++count;
  return count;
}

/// Gamma by Marsaglia and Tsang 2000.
double gamma(base::Random& random, double shape) {
  if (shape < 1)
    return gamma(random, shape + 1) * std::pow(std::max(1e-12, random.unit()), 1 / shape);
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal(random);
    const double v = std::pow(1 + c * x, 3);
    if (v > 0 &&
        std::log(std::max(1e-12, random.unit())) < 0.5 * x * x + d - d * v + d * std::log(v))
      return d * v;
  }
}

StudyPlace quiet_place(base::Random& random, double weekly, double dispersion, std::size_t days) {
  StudyPlace place;
  place.observed.assign(days, 1);
  Series series;
  double rate = weekly / 7;
  for (std::size_t day = 0; day < days; ++day) {
    if (day % 7 == 0 && dispersion > 1) {
      const double shape = weekly / (dispersion - 1);
      rate = gamma(random, shape) * (dispersion - 1) / 7;
    }
    const double rhythm =
        1 + 0.2 * std::sin(2 * 3.14159265358979 * static_cast<double>(day % 7) / 7);
    series.daily.push_back(poisson(random, rate * rhythm));
  }
  make_sparse(series, 0);
  place.series.push_back(series);
  return place;
}

/// The floor would hide how the tail behaves in sparse places.
monitor::ChangeSettings without_floor() {
  monitor::ChangeSettings settings;
  settings.count_floor = 1;
  return settings;
}

/// Alarms and exceeding days of one window alone at one tail.
void print_looks() {
  constexpr std::size_t years = 7;
  constexpr std::size_t places = 30;
  std::printf("window weekly dispersion   tail 0.01   0.003   0.001  (alarms a year / tail)\n");
  for (const int window : {7, 28})
    for (const double weekly : {0.1, 0.5, 2.0, 10.0})
      for (const double dispersion : {1.0, 2.0, 4.0}) {
        base::SeededRandom random(42);
        double alarms[3] = {};
        const double tails[3] = {0.01, 0.003, 0.001};
        for (std::size_t p = 0; p < places; ++p) {
          const auto place = quiet_place(random, weekly, dispersion, years * 365);
          const DayRange all{0, static_cast<std::int32_t>(place.days()) - 1};
          const monitor::PlaceDays days(0, all.last, std::span(&all, 1));
          monitor::AlarmTracker trackers[3];
          for (std::int32_t day = 3 * 365; day <= all.last; ++day) {
            const auto change =
                monitor::judge_change(days, place.series[0].sparse, day, without_floor());
            for (const auto& found : change.windows)
              for (std::size_t t = 0; t < 3 && found.window_days == window; ++t)
                alarms[t] +=
                    trackers[t].add(day, found.count > 0 && found.tail <= tails[t]) ? 1 : 0;
          }
        }
        std::printf("%6d %6.1f %10.0f", window, weekly, dispersion);
        for (std::size_t t = 0; t < 3; ++t)
          std::printf(" %8.1f", alarms[t] / (places * (years - 3)) / tails[t]);
        std::printf("\n");
      }
}

void print_budget() {
  constexpr std::size_t years = 7;
  constexpr std::size_t places = 60;
  std::printf("weekly dispersion  alarms a place and year at a budget of 0.1   0.5   2\n");
  for (const double weekly : {0.02, 0.1, 0.5, 2.0, 10.0})
    for (const double dispersion : {1.0, 2.0, 4.0}) {
      base::SeededRandom random(7);
      double alarms[3] = {};
      const double budgets[3] = {0.1, 0.5, 2};
      for (std::size_t p = 0; p < places; ++p) {
        const auto place = quiet_place(random, weekly, dispersion, years * 365);
        const DayRange all{0, static_cast<std::int32_t>(place.days()) - 1};
        const monitor::PlaceDays days(0, all.last, std::span(&all, 1));
        monitor::AlarmTracker trackers[3];
        for (std::int32_t day = 3 * 365; day <= all.last; ++day) {
          const auto change =
              monitor::judge_change(days, place.series[0].sparse, day, without_floor());
          const auto* strongest = change.strongest();
          for (std::size_t b = 0; b < 3; ++b) {
            const monitor::AlarmBudget budget{budgets[b], 1};
            const bool exceeds =
                strongest != nullptr && strongest->alarm_rate <= budget.per_year_max();
            alarms[b] += trackers[b].add(day, exceeds) ? 1 : 0;
          }
        }
      }
      std::printf("%6.2f %6.0f %26.3f %7.3f %7.3f\n", weekly, dispersion,
                  alarms[0] / (places * (years - 3)), alarms[1] / (places * (years - 3)),
                  alarms[2] / (places * (years - 3)));
    }
}

int deaths_of(base::Random& random) {
  if (random.unit() < 0.35) return 0;
  const double severity = std::pow(std::max(1e-9, random.unit()), -1 / 1.2);
  return static_cast<int>(std::min(300.0, severity));
}

StudyPlace world_place(base::Random& random, std::size_t days) {
  StudyPlace place;
  place.observed.assign(days, 1);
  std::vector<double> offspring(days + 200, 0);
  Series events;
  Series killed;
  const double base_level = std::log(1.0 / 49) + 1.2 * normal(random);
  double drift = 0.6 * normal(random);
  double crisis = 0;
  double crisis_peak = 0;
  double rise = 0;
  std::size_t stays_until = 0;
  for (std::size_t day = 0; day < days; ++day) {
    drift += -drift / 365 + 0.6 * std::sqrt(2.0 / 365) * normal(random);
    if (crisis_peak <= 0 && random.unit() < 0.15 / 365) {
      crisis_peak = std::log(4 + 16 * random.unit());
      const double ramp = 30 + 90 * random.unit();
      rise = crisis_peak / ramp;
      stays_until = day + static_cast<std::size_t>(ramp + 60 + 240 * random.unit());
    }
    if (crisis_peak > 0 && day < stays_until) crisis = std::min(crisis_peak, crisis + rise);
    if (crisis_peak > 0 && day >= stays_until) {
      crisis -= 0.02;
      if (crisis <= 0) crisis = crisis_peak = 0;
    }
    const int count = poisson(random, std::exp(base_level + drift + crisis) + offspring[day]);
    int dead = 0;
    for (int event = 0; event < count; ++event) {
      dead += deaths_of(random);
      for (int child = poisson(random, 0.35); child > 0; --child) {
        const double delay = -14 * std::log(std::max(1e-9, random.unit()));
        offspring[std::min(offspring.size() - 1, day + 1 + static_cast<std::size_t>(delay))] += 1;
      }
    }
    events.daily.push_back(count);
    killed.daily.push_back(dead);
  }
  make_sparse(events, 0);
  make_sparse(killed, 0);
  place.deaths = killed.daily;
  place.series = {events, killed};
  find_onsets(place);
  return place;
}

struct Method {
  std::string name;
  std::vector<Statistic> statistics;
};

void print_onsets(std::uint64_t seed) {
  base::SeededRandom random(seed);
  constexpr std::size_t worlds = 3;
  constexpr std::size_t places_a_world = 14;
  std::vector<StudyPlace> places;
  for (std::size_t i = 0; i < worlds * places_a_world; ++i)
    places.push_back(world_place(random, 8 * 365));
  std::vector<Method> methods;
  const auto add = [&](const std::string& name, auto make) {
    Method method{name, {}};
    for (const auto& place : places) method.statistics.push_back(make(place));
    methods.push_back(std::move(method));
  };
  const char* names[] = {"clusters", "killed"};
  for (std::size_t s = 0; s < 2; ++s) {
    const std::string label = names[s];
    for (const std::size_t window : {7U, 28U}) {
      add("fixed " + label + " " + std::to_string(window),
          [&](const auto& place) { return fixed_threshold(place, place.series[s], window); });
      add("z " + label + " " + std::to_string(window),
          [&](const auto& place) { return z_score(place, place.series[s], window); });
    }
    add("C2 " + label, [&](const auto& place) { return ears(place, place.series[s]); });
    const auto ours = [&](const std::string& name, auto change) {
      auto settings = s == 0 ? monitor::ChangeSettings{} : monitor::settings_for_killed();
      change(settings);
      add("ours " + label + " " + name,
          [&](const auto& place) { return change_statistic(place, place.series[s], settings); });
    };
    ours("as set", [](auto&) {});
    for (const double power : {1.0, 2.0, 3.0, 6.0, 12.0})
      ours("floor power " + std::to_string(static_cast<int>(power)),
           [=](auto& x) { x.floor_power = power; });
    ours("half-life 150", [](auto& x) { x.half_life_days = 150; });
    ours("guard 7", [](auto& x) { x.guard_days = 7; });
    ours("no trend", [](auto& x) { x.trend_per_year = 0.01; });
    ours("no down-weighting", [](auto& x) { x.outbreak_residual = 1000; });
    ours("dispersion /2", [](auto& x) { x.dispersion_prior /= 2; });
    ours("no drift", [](auto& x) { x.level_drift = 0; });
    for (const double least : {1.0, 3.0, 5.0, 8.0, 10.0})
      ours("floor " + std::to_string(static_cast<int>(least)),
           [=](auto& x) { x.count_floor = least; });
  }
  // Both measures at once: the smaller of the two, their sum, and a third window.
  const auto both_of = [&](const std::string& name, auto make, auto join) {
    add(name, [&](const auto& place) {
      return join(make(place, place.series[0], monitor::ChangeSettings{}),
                  make(place, place.series[1], monitor::settings_for_killed()));
    });
  };
  both_of("ours both", change_statistic, largest);
  both_of("ours both, summed", change_statistic, summed);
  both_of("ours both, 3 days too", with_short_window, largest);
  const double years = study_years(places);
  for (const double rate : {2.0, 6.0}) {
    std::printf("at %.0f false alarms a year in a list of %zu places\n", rate, places_a_world);
    for (const auto& method : methods) {
      const auto outcome = at_budget(places, method.statistics, rate * years * worlds, 90);
      std::printf("  %-34s false %3u  caught %3u of %3u  lead mean %5.1f median %5.1f\n",
                  method.name.c_str(), outcome.false_alarms, outcome.caught, outcome.onsets,
                  outcome.lead_mean(), outcome.lead_median());
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  const std::string mode = count > 1 ? arguments[1] : "";
  if (mode == "looks")
    print_looks();
  else if (mode == "budget")
    print_budget();
  else if (mode == "onsets")
    print_onsets(count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1);
  else {
    std::fprintf(stderr, "usage: %s looks | budget | onsets [SEED]\n", arguments[0]);
    return 2;
  }
  return 0;
}
