// SPDX-License-Identifier: Apache-2.0
// The writer's second half: which happening a statement tells of, and what it adds to the counts.
#include <algorithm>

#include "monitor/observation_writer_parts.hpp"

namespace tocsin::monitor {
namespace {

/// Told for its own sake. A deed that is only named in passing ("after the attack") may have been
/// told before, elsewhere or long ago, or may be no deed at all.
bool is_news(const NewObservation& seen) {
  return !seen.confidence || *seen.confidence >= counted_confidence_min;
}

/// Only what is said to have happened moves the counts; threats have a measure of their own.
bool is_counted(const NewObservation& seen) {
  const bool told =
      seen.status == coding::ActStatus::reported || seen.status == coding::ActStatus::threatened;
  return told && is_news(seen);
}

bool counts_for_measure(const NewObservation& seen) {
  return is_counted(seen) && !seen.measure.empty();
}

std::int32_t higher(std::optional<std::int32_t> known, std::optional<std::int32_t> added) {
  return std::max(known.value_or(0), added.value_or(0));
}

}  // namespace

Result<std::optional<ObservationWriter::Known>> ObservationWriter::find_in_story(
    const NewObservation& seen, std::int32_t place, const StoryPlace& story) {
  if (story.relation == 0) return std::nullopt;
  auto type = words_->id(seen.type, *statements_->word);
  if (!type) return passed(type);
  auto& find = *statements_->find_story;
  find.bind(1, story.story);
  find.bind(2, *type);
  find.bind(3, static_cast<std::int64_t>(place));
  // A denial joins no counted happening, and the first sure report of a rumoured one opens it.
  find.bind(4, counts_for_measure(seen) ? 1 : 0);
  return read_known(find);
}

/// The latest counted happening of the measure in the unit, shortly before or on the day.
Result<std::optional<ObservationWriter::Known>> ObservationWriter::find_earlier(
    const NewObservation& seen, std::int32_t place, std::int32_t area) {
  constexpr std::int64_t reach_days = 14;
  auto measure = words_->id(seen.measure, *statements_->word);
  if (!measure) return passed(measure);
  const std::int64_t day = base::day_number(seen.day);
  auto& find = *statements_->find_earlier;
  find.bind(1, static_cast<std::int64_t>(area));
  find.bind(2, day - reach_days);
  find.bind(3, day);
  find.bind(4, *measure);
  find.bind(5, static_cast<std::int64_t>(place));
  return read_known(find);
}

Result<std::optional<ObservationWriter::Known>> ObservationWriter::read_known(
    store::Statement& find) {
  auto row = find.step();
  if (!row) return passed(row);
  std::optional<Known> known;
  if (*row) {
    known.emplace();
    known->happening = find.integer(0);
    known->day = static_cast<std::int32_t>(find.integer(1));
    if (!find.is_null(2)) known->killed_max = static_cast<std::int32_t>(find.integer(2));
    if (!find.is_null(3)) known->killed_min = static_cast<std::int32_t>(find.integer(3));
  }
  find.reset();
  return known;
}

/// The happening that was there before, or nothing where this made a new one.
Result<std::optional<ObservationWriter::Known>> ObservationWriter::find_or_open(
    const NewObservation& seen, std::int32_t place, std::int32_t area, bool counted,
    std::int64_t key) {
  auto measure = words_->id(seen.measure, *statements_->word);
  if (!measure) return passed(measure);
  const std::int64_t measure_or_none = counted && !seen.measure.empty() ? *measure : 0;
  const std::int64_t day = base::day_number(seen.day);
  auto& insert = *statements_->happening;
  insert.bind(1, day);
  insert.bind(2, key);
  insert.bind(3, static_cast<std::int64_t>(place));
  insert.bind(4, static_cast<std::int64_t>(area));
  insert.bind(5, measure_or_none);
  insert.bind(6, next_observation_);
  if (seen.killed) insert.bind(7, static_cast<std::int64_t>(*seen.killed));
  if (auto ran = insert.run(); !ran) return passed(ran);
  if (database_.changes() > 0) return std::nullopt;
  auto& find = *statements_->find;
  find.bind(1, day);
  find.bind(2, key);
  return read_known(find);
}

/// Counts one more telling of a known happening; keeps the lowest and the highest figure.
Result<bool> ObservationWriter::grow(const Known& known, const NewObservation& seen) {
  const bool other_figure = seen.killed &&
                            (!known.killed_max || *seen.killed != *known.killed_max) &&
                            (!known.killed_min || *seen.killed != *known.killed_min);
  auto& update = *statements_->grow;
  update.bind(1, known.happening);
  if (known.killed_min || seen.killed)
    update.bind(2, static_cast<std::int64_t>(std::min(known.killed_min.value_or(INT32_MAX),
                                                      seen.killed.value_or(INT32_MAX))));
  if (known.killed_max || seen.killed)
    update.bind(3, static_cast<std::int64_t>(higher(known.killed_max, seen.killed)));
  update.bind(4, other_figure ? 1 : 0);
  if (auto ran = update.run(); !ran) return passed(ran);
  return other_figure;
}

Status ObservationWriter::count(const NewObservation& seen, std::int32_t place, std::int32_t area,
                                std::int32_t day, const DayCounts& counts, bool counted) {
  const auto add = [&](std::string_view word) -> Status {
    auto id = words_->id(word, *statements_->word);
    if (!id) return passed(id);
    const auto number = static_cast<std::int32_t>(*id);
    area_counts_.add(area, number, day, counts);
    if (place != area) place_counts_.add(place, number, day, counts);
    return {};
  };
  if (auto done = add(rollup_of_all); !done) return done;
  if (seen.measure.empty() && seen.indicators.empty()) return add(rollup_of_neutral);
  if (!counted) return {};
  if (!seen.measure.empty())
    if (auto done = add(seen.measure); !done) return done;
  for (const auto& indicator : seen.indicators)
    if (auto done = add(indicator.id); !done) return done;
  return {};
}

namespace {

/// What makes two statements about one place and day the same happening.
std::int64_t happening_key(const NewObservation& seen, std::int32_t place, bool counted,
                           bool with_actors, std::uint64_t seed) {
  std::string key =
      std::to_string(place) + "|" + seen.type + "|" + std::to_string(static_cast<int>(seen.status));
  if (is_counted(seen) && !counted) key += "|again";
  if (!is_news(seen)) key += "|passing";
  if (seen.type.empty())
    for (const auto& indicator : seen.indicators) key += "|" + indicator.id;
  // Coded feeds name the same actors for the same happening; texts word them differently.
  if (with_actors)
    key +=
        "|" + seen.source.role + seen.source.country + "|" + seen.target.role + seen.target.country;
  else
    key += "|" + seen.measure;
  return static_cast<std::int64_t>(base::hash64(key, seed));
}

}  // namespace

Result<ObservationWriter::Joined> ObservationWriter::join(const NewObservation& seen,
                                                          std::int32_t place, std::int32_t area,
                                                          const StoryPlace& story) {
  auto known = find_in_story(seen, place, story);
  if (!known) return passed(known);
  bool counted = is_counted(seen);
  if (!*known && seen.telling != Telling::first && counts_for_measure(seen)) {
    known = find_earlier(seen, place, area);
    if (!known) return passed(known);
    // Told before, but not to us: without its day it cannot be counted.
    if (!*known) counted = seen.telling == Telling::dated_again;
  }
  if (!*known)
    known = find_or_open(seen, place, area, counted,
                         happening_key(seen, place, counted, story.story == 0, seed_));
  if (!known) return passed(known);
  auto day = base::day_number(seen.day);
  // Nobody has been killed by a threat.
  const bool happened = seen.status == coding::ActStatus::reported;
  DayCounts counts{1, 1, static_cast<std::uint32_t>(happened ? seen.killed.value_or(0) : 0)};
  Joined joined{database_.last_insert_id(), 0};
  if (*known) {
    auto other_figure = grow(**known, seen);
    if (!other_figure) return passed(other_figure);
    day = (*known)->day;
    joined = {(*known)->happening, static_cast<std::uint8_t>(*other_figure ? 2 : 1)};
    counts.clusters = 0;
    if (happened)
      counts.killed = static_cast<std::uint32_t>(higher((*known)->killed_max, seen.killed) -
                                                 (*known)->killed_max.value_or(0));
  }
  if (auto done = count(seen, place, area, day, counts, counted); !done) return passed(done);
  return joined;
}

}  // namespace tocsin::monitor
