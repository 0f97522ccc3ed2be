// SPDX-License-Identifier: Apache-2.0
#include "monitor/row_preparer.hpp"

#include <algorithm>

namespace tocsin::monitor {
namespace {

/// PLOVER's root for violence.
constexpr std::string_view attack_type = "ASSAULT";
/// What the coder calls a language that it could not tell.
constexpr std::string_view unknown_language = "und";

/// The day an event row is about, or the day of its report.
base::Day day_of_record(const feeds::FeedRecord& record, base::Day received) {
  if (record.date) return *record.date;
  if (record.published) return base::day_of(*record.published);
  return received;
}

bool overlaps(coding::Span a, coding::Span b) {
  return a.begin < b.end && b.begin < a.end;
}

/// A title without its "EXERCISE: " or "EXERCISE (…): ", which is a mark and not news.
std::string_view without_mark(std::string_view title) {
  constexpr std::string_view mark = "EXERCISE";
  if (!title.starts_with(mark)) return title;
  const auto colon = title.find(": ", mark.size());
  const bool mark_only =
      colon == mark.size() || (title.size() > mark.size() && title[mark.size()] == ' ');
  return colon != std::string_view::npos && mark_only ? title.substr(colon + 2) : title;
}

feeds::FeedActor to_actor(const std::optional<coding::CodedActor>& actor) {
  if (!actor) return {};
  return {actor->role, actor->country, actor->group};
}

/// A deed of violence told for its own sake.
bool is_told_attack(const coding::CodedEvent& event) {
  return event.type == attack_type && event.confidence >= counted_confidence_min;
}

void move_spans(coding::CodedText& coded, std::size_t by) {
  const auto bytes = static_cast<std::uint32_t>(by);
  const auto move = [bytes](coding::Span& span) {
    span.begin += bytes;
    span.end += bytes;
  };
  for (auto& event : coded.events) move(event.span);
  for (auto& link : coded.indicators) move(link.span);
}

NewReport take_report(feeds::FeedRecord& record) {
  NewReport report;
  report.title = std::move(record.title);
  report.text = std::move(record.text);
  report.language = record.language;
  report.publisher = record.publisher;
  report.symbol = std::move(record.symbol);
  report.published = record.published;
  if (!report.published && record.date) report.published = base::Instant{*record.date};
  return report;
}

}  // namespace

std::optional<std::string> dated_ahead(const feeds::FeedRecord& record, base::Day received) {
  const auto latest = received + dated_ahead_max;
  const auto problem = [&](std::string_view field, base::Day day) {
    return std::string(field) + " " + base::format_day(day) + " lies after the day it came in, " +
           base::format_day(received);
  };
  if (record.date && *record.date > latest) return problem("date", *record.date);
  if (record.published && base::day_of(*record.published) > latest)
    return problem("published", base::day_of(*record.published));
  // In an archive too, nobody can tell what is still to happen.
  if (record.date && record.published &&
      *record.date > base::day_of(*record.published) + dated_ahead_max)
    return "date " + base::format_day(*record.date) + " lies after the day it was published, " +
           base::format_day(base::day_of(*record.published));
  return std::nullopt;
}

void RowPreparer::finish(NewObservation& observation, bool link_indicators) const {
  const auto* measure = measures_.find(observation.type, observation.kind, observation.source.role,
                                       observation.target.role);
  if (measure == nullptr) return;
  observation.measure = measure->id;
  if (!link_indicators) return;
  for (const auto& id : measure->indicators)
    observation.indicators.push_back({id, {}, measure->because});
}

void RowPreparer::add_coded_event(const feeds::FeedRecord& record, base::Day day,
                                  NewRow& row) const {
  NewObservation observation;
  observation.day = day;
  observation.place = places_.link(record.place);
  observation.type = record.event->plover;
  observation.cameo = record.event->cameo;
  observation.kind = record.event->kind;
  observation.source = record.event->source;
  observation.target = record.event->target;
  observation.killed = record.event->killed;
  observation.injured = record.event->injured;
  observation.mentions = record.mentions;
  finish(observation, record.text.empty());
  row.observations.push_back(std::move(observation));
}

void RowPreparer::tell_follow_ups(std::string_view title, std::string_view text,
                                  std::string_view language, base::Day day,
                                  std::vector<NewObservation>& observations) const {
  std::vector<NewObservation*> attacks;
  for (auto& observation : observations) {
    if (observation.status != coding::ActStatus::reported) continue;
    if (observation.day + coding::news_reach < day) {
      observation.status = coding::ActStatus::past;
      continue;
    }
    if (observation.type == attack_type) attacks.push_back(&observation);
  }
  std::ranges::stable_sort(attacks, {}, [](const auto* seen) { return seen->span.begin; });
  std::optional<bool> again;
  if (follow_ups_.is_digest(language, title)) again = true;
  const bool hedged = follow_ups_.is_hedged(language, title);
  for (auto* seen : attacks) {
    const auto telling =
        follow_ups_.telling(language, text, seen->span, seen->confidence.value_or(1));
    if (hedged || telling == AttackTelling::rumour) {
      seen->status = coding::ActStatus::possible;
      continue;
    }
    // The first attack that a text tells of says what the text is about.
    if (!again) again = telling == AttackTelling::again;
    if (*again) seen->telling = seen->day < day ? Telling::dated_again : Telling::again;
  }
}

coding::TextToCode RowPreparer::input_of(const feeds::FeedRecord& record, base::Day day) const {
  coding::TextToCode input;
  input.title = record.exercise ? without_mark(record.title) : std::string_view(record.title);
  // Where there is no text the title is the text.
  input.text = record.text.empty() ? input.title : std::string_view(record.text);
  input.language = record.language;
  input.date = day;
  input.country = record.place.country;
  if (record.exercise) {
    // An invented report must not be counted for a real place whose name it happens to hold.
    if (input.country.empty()) input.country = exercise_country_;
    input.country_only = !input.country.empty();
  }
  return input;
}

ObservedPlace RowPreparer::place_of(const feeds::FeedRecord& record, const coding::CodedText& coded,
                                    std::optional<std::uint32_t> index) const {
  if (index && *index < coded.places.size()) return places_.link(coded.places[*index]);
  const auto said = places_.link(record.place);
  if (said.level != 0 || coded.places.empty()) return said;
  return places_.link(coded.places.front());
}

NewObservation RowPreparer::observe(const feeds::FeedRecord& record, const coding::CodedText& coded,
                                    const coding::CodedEvent& event, base::Day day) const {
  NewObservation observation;
  // What is told of a day to come is told today.
  observation.day = std::min(event.date.value_or(day), day);
  observation.place = place_of(record, coded, event.place);
  observation.type = event.type;
  observation.cameo = event.cameo;
  observation.kind = event.kind;
  observation.status = event.status;
  observation.source = to_actor(event.source);
  observation.target = to_actor(event.target);
  observation.killed = event.killed;
  observation.injured = event.injured;
  observation.span = event.span;
  observation.confidence = event.confidence;
  finish(observation, false);
  return observation;
}

void RowPreparer::add_coded_text(const feeds::FeedRecord& record, base::Day day,
                                 NewRow& row) const {
  const auto input = input_of(record, day);
  auto coded = code_(input);
  if (record.text.empty()) move_spans(coded, record.title.size() - input.title.size());
  row.report->language = coded.language;
  // A row that its source coded is one happening; its text adds indicators to it, not events.
  const bool coded_by_source = !row.observations.empty();
  if (!coded_by_source) {
    for (const auto& event : coded.events)
      row.observations.push_back(observe(record, coded, event, day));
    tell_follow_ups(record.title, record.text.empty() ? record.title : record.text, coded.language,
                    day, row.observations);
  }
  for (const auto& link : coded.indicators) {
    auto host = std::ranges::find_if(row.observations, [&](const NewObservation& observation) {
      // A phrase is no less sure because a deed is named in passing beside it.
      const bool counted = observation.confidence.value_or(1) >= counted_confidence_min;
      return coded_by_source || (counted && overlaps(observation.span, link.span));
    });
    if (host == row.observations.end()) {
      // A phrase that bears on an indicator without being an event is a statement of its own.
      NewObservation statement;
      statement.day = day;
      statement.place = place_of(record, coded, std::nullopt);
      statement.span = link.span;
      row.observations.push_back(std::move(statement));
      host = row.observations.end() - 1;
    }
    const bool known = std::ranges::any_of(
        host->indicators, [&](const ObservedIndicator& have) { return have.id == link.id; });
    if (!known) host->indicators.push_back({link.id, link.span, link.because});
  }
  if (!coded_by_source) add_headline(record, input, coded, day, row);
}

void RowPreparer::add_headline(const feeds::FeedRecord& record, coding::TextToCode input,
                               const coding::CodedText& coded, base::Day day, NewRow& row) const {
  // The title of a document says what it is about, and that of a recommendation who made it.
  const bool news =
      record.kind == feeds::RecordKind::report || record.kind == feeds::RecordKind::alert;
  if (!news || record.text.empty() || input.title.empty()) return;
  // A deed that the text tells itself stands there with its place, its day and its figures.
  if (std::ranges::any_of(coded.events, is_told_attack)) return;
  input.text = input.title;
  // The longer of the two tells the language better.
  if (input.language.empty() && coded.language != unknown_language &&
      record.text.size() > record.title.size())
    input.language = coded.language;
  auto title = code_(input);
  if (row.report->language == unknown_language) row.report->language = title.language;
  if (title.places.empty()) title.places = coded.places;
  std::vector<NewObservation> deeds;
  for (const auto& event : title.events)
    if (is_told_attack(event)) deeds.push_back(observe(record, title, event, day));
  tell_follow_ups(record.title, input.title, title.language, day, deeds);
  for (auto& deed : deeds) {
    for (const auto& link : title.indicators)
      if (overlaps(deed.span, link.span)) deed.indicators.push_back({link.id, {}, link.because});
    deed.span = {};  // spans are of the text, and the text does not tell it
    row.observations.push_back(std::move(deed));
  }
}

NewRow RowPreparer::prepare(feeds::FeedRecord& record, base::Day received) const {
  NewRow row;
  row.id = std::move(record.id);
  // Coded data sets number their rows themselves; texts are numbered by whoever publishes them.
  if (!record.event) row.scope = record.publisher;
  row.url = std::move(record.url);
  row.line = record.line;
  row.exercise = record.exercise;
  const auto day = day_of_record(record, received);
  if (record.event) add_coded_event(record, day, row);
  if (record.text.empty() && record.title.empty()) return row;
  row.report.emplace();
  add_coded_text(record, day, row);
  const auto language = std::move(row.report->language);
  row.report = take_report(record);
  if (row.report->language.empty()) row.report->language = language;
  return row;
}

}  // namespace tocsin::monitor
