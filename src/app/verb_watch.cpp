// SPDX-License-Identifier: Apache-2.0
#include "app/verb_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "app/exercise_country.hpp"
#include "app/installation.hpp"
#include "app/node_settings.hpp"
#include "app/terminal.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "knowledge/framework.hpp"
#include "monitor/observation_schema.hpp"
#include "monitor/watch_keeper.hpp"

namespace tocsin::app {
namespace {

using monitor::WatchList;
using monitor::WatchPlace;
using monitor::WatchReason;

constexpr std::size_t evidence_max = 3;
constexpr std::size_t excerpt_bytes_max = 110;

std::string measure_label(std::string_view measure, const knowledge::Framework& framework) {
  if (const auto* indicator = framework.find(measure); indicator != nullptr)
    return fmt::format("indicator {} ({}{})", indicator->un_number, indicator->label,
                       indicator->provisional() ? ", provisional" : "");
  std::string label(measure);
  std::ranges::replace(label, '_', ' ');
  return label;
}

std::string killed_label(std::string_view measure, const monitor::WatchMeasures& measures) {
  std::string label(measures.measure_of_killed(measure));
  std::ranges::replace(label, '_', ' ');
  return "people reported killed in " + label;
}

/// "attacks on civilians: 14 clusters in 7 days, usual 3, seen this high 2 times in 3 years"
/// or "people reported killed in attacks on civilians: 41 in 7 days, usual 6, …".
std::string sentence(const WatchReason& reason, const knowledge::Framework& framework,
                     const monitor::WatchMeasures& measures) {
  const auto usual =
      reason.usual < 1 ? fmt::format("{:.1f}", reason.usual) : fmt::format("{:.0f}", reason.usual);
  const auto times = reason.seen_this_high == 0 ? std::string("never seen this high")
                     : reason.seen_this_high == 1
                         ? std::string("seen this high once")
                         : fmt::format("seen this high {} times", reason.seen_this_high);
  const bool killed = reason.unit == monitor::CountedUnit::killed;
  const char* unit = killed ? "" : reason.now == 1 ? " cluster" : " clusters";
  return fmt::format(
      "{}: {}{} in {} days, usual {}, {} in {:.1f} years (since {})",
      killed ? killed_label(reason.measure, measures) : measure_label(reason.measure, framework),
      reason.now, unit, reason.window_days, usual, times, reason.past_years,
      base::format_day(reason.first_alarm));
}

std::string place_label(const WatchPlace& row) {
  return fmt::format("{}{} ({})", row.exercise ? "EXERCISE " : "", row.place.name,
                     row.place.country);
}

boost::json::object to_json(const WatchPlace& row) {
  boost::json::array reasons;
  for (const auto& reason : row.reasons)
    reasons.push_back(boost::json::object{
        {"measure", reason.measure},
        {"unit", reason.unit == monitor::CountedUnit::killed ? "people_killed" : "clusters"},
        {"now", reason.now},
        {"usual", reason.usual},
        {"window_days", reason.window_days},
        {"seen_this_high", reason.seen_this_high},
        {"past_years", reason.past_years},
        {"unusual", reason.unusual},
        {"since", base::format_day(reason.first_alarm)}});
  return {{"place_id", row.place.id},
          {"place", row.place.name},
          {"country", row.place.country},
          {"exercise", row.exercise},
          {"reasons", reasons}};
}

/// The newest happenings behind the first reason.
base::Status print_evidence(monitor::ObservationReader& reader,
                            const monitor::WatchMeasures& measures, const WatchPlace& row,
                            base::Day day) {
  const auto& reason = row.reasons.front();
  monitor::HappeningFilter filter;
  filter.place_id = row.place.id;
  filter.from = day - std::chrono::days(reason.window_days - 1);
  filter.to = day;
  if (reason.measure.find("RF") == 1)
    filter.indicators = {reason.measure};
  else if (reason.unit == monitor::CountedUnit::killed)
    filter.kind = measures.measure_of_killed(reason.measure), filter.killed = true;
  else
    filter.kind = reason.measure;
  auto page = reader.happenings(filter);
  if (!page) return std::unexpected(std::move(page.error()));
  for (std::size_t i = 0; i < std::min(evidence_max, page->rows.size()); ++i) {
    const auto& shown = page->rows[i].shown;
    const auto text = !shown.title.empty() ? shown.title : shown.text;
    fmt::print("      {} {} {} [{}, observation {}]\n", base::format_day(shown.day),
               base::printable(shown.place.name),
               text.empty()
                   ? fmt::format("{} {} -> {}", shown.type, shown.source.role, shown.target.role)
                   : base::printable(base::cut(text, excerpt_bytes_max)),
               base::printable(shown.publisher.empty() ? shown.format : shown.publisher), shown.id);
  }
  return {};
}

void print_head(const WatchList& list) {
  fmt::print(
      "Watch list as of {}: {} of {} places moved against their own past (at most {} false alarms "
      "a year and place)\n",
      base::format_day(list.day), list.places.size(), list.places_looked_at,
      list.false_alarms_per_year);
  // Silence about these must not be read as calm.
  if (list.places_not_judged > 0)
    fmt::print("{} too short an observed past to be judged: not known to be calm\n",
               list.places_not_judged == 1 ? std::string("1 place has")
                                           : fmt::format("{} places have", list.places_not_judged));
}

base::Status watch(const WatchOptions& options) {
  const auto home = find_home(options.home);
  if (!home) return std::unexpected(home.error());
  if (auto checked = check_home(*home); !checked) return checked;
  const auto installation = find_installation();
  if (!installation) return std::unexpected(installation.error());
  const auto framework = knowledge::Framework::load(installation->data);
  if (!framework) return std::unexpected(framework.error());
  std::optional<base::Day> since;
  if (!options.since.empty()) {
    auto day = base::parse_day(options.since);
    if (!day) return base::fail_at("--since", std::move(day.error()));
    since = *day;
  }
  // A home of an older version gets its missing columns first.
  if (auto updated = monitor::open_observations(*home); !updated)
    return std::unexpected(std::move(updated.error()));
  monitor::ReaderPool pool(*home);
  const NodeSettings settings(*home);
  auto measures = monitor::WatchMeasures::load(installation->data);
  if (!measures) return std::unexpected(std::move(measures.error()));
  const base::SystemClock clock;
  monitor::WatchKeeper keeper(
      pool, settings.watch(*measures, read_exercise_country(installation->data).code, clock));
  WatchList list;
  if (!options.day.empty()) {
    auto day = base::parse_day(options.day);
    if (!day) return base::fail_at("--day", std::move(day.error()));
    auto made = keeper.list_of(*day);
    if (!made) return std::unexpected(std::move(made.error()));
    list = std::move(*made);
  } else {
    auto made = keeper.current();
    if (!made) return std::unexpected(std::move(made.error()));
    list = **made;
  }
  std::erase_if(list.places, [&](const WatchPlace& row) {
    const auto name = base::fold(row.place.name + " " + row.place.country);
    if (name.find(base::fold(options.place)) == std::string::npos) return true;
    return since && std::ranges::none_of(row.reasons, [&](const WatchReason& reason) {
             return reason.first_alarm >= *since;
           });
  });
  auto reader = pool.borrow();
  if (!reader) return std::unexpected(std::move(reader.error()));
  if (!options.json && !options.quiet) print_head(list);
  for (const auto& row : list.places) {
    if (options.json) {
      fmt::print("{}\n", boost::json::serialize(to_json(row)));
      continue;
    }
    fmt::print("\n  {}\n", base::printable(place_label(row)));
    for (const auto& reason : row.reasons)
      fmt::print("    {}\n", sentence(reason, *framework, *measures));
    if (options.quiet) continue;
    if (auto printed = print_evidence(***reader, *measures, row, list.day); !printed)
      return printed;
  }
  return {};
}

}  // namespace

int run_watch(const WatchOptions& options) {
  const auto done = watch(options);
  if (done) return 0;
  return complain("watch", done.error());
}

}  // namespace tocsin::app
