// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/dates.hpp"

#include <algorithm>

namespace tocsin::monitor::coding {
namespace {

constexpr std::int64_t days_of_week = 7;
constexpr std::int64_t years_of_decade = 10;
/// Without a number ("years ago") at least this many are meant.
constexpr std::int64_t several = 2;
/// A date a few days after the report may be one that is announced.
constexpr std::chrono::days ahead_max{31};
/// A time so far from the begin of a sentence opens it ("Back in May 2015, …").
constexpr std::size_t opening_words = 3;

std::int64_t number_at(const Sentence& sentence, std::size_t position) {
  return position < sentence.size() ? sentence.tokens[position].number : -1;
}

/// A number in digits or in words.
std::int64_t count_at(const Sentence& sentence, std::size_t position) {
  if (position >= sentence.size()) return -1;
  const auto digits = sentence.tokens[position].number;
  return digits >= 0 ? digits : sentence.words[position].number;
}

std::optional<base::Day> day_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return base::Day(date);
}

base::Day first_of_month(base::Day day, std::int64_t months_back) {
  const std::chrono::year_month_day date(day);
  return base::Day((date.year() / date.month() / 1) -
                   std::chrono::months(static_cast<int>(months_back)));
}

base::Day first_of_year(base::Day day, std::int64_t years_back) {
  const std::chrono::year_month_day date(day);
  return base::Day((date.year() - std::chrono::years(static_cast<int>(years_back))) /
                   std::chrono::January / 1);
}

bool is_coarse(const ToldDate& told) {
  return told.since || told.precision == DatePrecision::month ||
         told.precision == DatePrecision::year;
}

/// Whether no other deed stands between a time and the event at `position`.
bool stands_by(const Sentence& sentence, const ToldDate& told, std::size_t position) {
  if (told.begin < opening_words && told.end <= position) return true;
  // "the 1994 genocide"
  if (sentence.words[told.begin].group >= 0 &&
      sentence.words[told.begin].group == sentence.words[position].group)
    return true;
  const std::size_t from = std::min(position + 1, told.end);
  const std::size_t to = std::max(position, told.begin);
  for (const VerbGroup& verb : sentence.verbs)
    if (verb.head >= from && verb.head < to) return false;
  for (std::size_t i = from; i < to; ++i)
    if (sentence.words[i].noun >= 0 && !sentence.words[i].covered) return false;
  return true;
}

}  // namespace

std::string_view name_of(DatePrecision precision) {
  switch (precision) {
    case DatePrecision::day:
      return "day";
    case DatePrecision::week:
      return "week";
    case DatePrecision::month:
      return "month";
    case DatePrecision::year:
      return "year";
  }
  return "day";
}

DateReader::DateReader(const Names& names)
    : weekday_(names.find("@weekday")),
      month_(names.find("@month")),
      days_back_(names.find("@days_back")),
      weeks_back_(names.find("@weeks_back")),
      months_back_(names.find("@months_back")),
      years_back_(names.find("@years_back")),
      units_{names.find("@day_unit"), names.find("@week_unit"), names.find("@month_unit"),
             names.find("@year_unit"), names.find("@decade_unit")},
      one_unit_(names.find("@one_unit")),
      two_units_(names.find("@two_units")),
      ago_before_(names.find("@ago_before")),
      ago_after_(names.find("@ago_after")),
      in_year_(names.find("@in_year")),
      since_(names.find("@since")),
      ranking_(names.find("@ranking")) {}

std::int64_t DateReader::value_at(const Sentence& sentence, std::size_t at, std::uint16_t id) {
  for (const Hit& hit : sentence.hits_at(at))
    if (hit.meaning->in_class(id)) return std::max<std::int64_t>(0, hit.meaning->number);
  return -1;
}

bool DateReader::stands_before(const Sentence& sentence, std::size_t end, std::uint16_t id,
                               std::size_t& begin) {
  constexpr std::size_t words_max = 3;
  for (std::size_t length = 1; length <= words_max && length <= end; ++length) {
    for (const Hit& hit : sentence.hits_at(end - length)) {
      if (hit.length != length || !hit.meaning->in_class(id)) continue;
      begin = end - length;
      return true;
    }
  }
  return false;
}

void DateReader::note_since(const Sentence& sentence, std::optional<base::Day> report,
                            ToldDate& told) const {
  std::size_t begin = told.begin;
  std::size_t before = told.begin;
  // "since early May", "since the year 1994"
  constexpr std::size_t between_max = 2;
  for (std::size_t over = 0; over <= between_max && over <= told.begin; ++over) {
    if (!stands_before(sentence, told.begin - over, since_, begin)) continue;
    before = begin;
    told.since = true;
    break;
  }
  if (!told.since) return;
  told.begin = before;
  // "since dawn", "since Friday" is news of these days.
  const bool recent = report && told.precision == DatePrecision::day &&
                      told.day + std::chrono::days(days_of_week) >= *report;
  if (recent) told.since = false;
  // "the worst attack since 2015" tells of one attack.
  constexpr std::size_t ranking_reach = 8;
  for (std::size_t i = before > ranking_reach ? before - ranking_reach : 0; i < before; ++i)
    if (value_at(sentence, i, ranking_) >= 0) told.since = false;
}

std::optional<ToldDate> DateReader::at_month(const Sentence& sentence, std::size_t at,
                                             std::int64_t month,
                                             std::optional<base::Day> report) const {
  const auto number = [&](std::size_t position) { return number_at(sentence, position); };
  std::int64_t day = -1;
  ToldDate told{{}, DatePrecision::day, false, at, at + 1};
  if (at > 0 && number(at - 1) >= 1 && number(at - 1) <= 31) {
    day = number(at - 1);
    told.begin = at - 1;
  } else if (at > 1 && number(at - 2) >= 1 && number(at - 2) <= 31 &&
             (sentence.words[at - 1].pos & pos_of) != 0) {
    day = number(at - 2);  // "5 de marzo"
    told.begin = at - 2;
  } else if (number(at + 1) >= 1 && number(at + 1) <= 31) {
    day = number(at + 1);
    told.end = at + 2;
  }
  std::int64_t year = -1;
  for (std::size_t k = told.end; k < told.end + 2 && year < 0; ++k) {
    if (!is_year(number(k))) continue;
    year = number(k);
    told.end = k + 1;
  }
  if (day < 1) {
    told.precision = DatePrecision::month;
    std::size_t begin = at;
    bool placed = year > 0;
    // "in May", "in early May"
    for (std::size_t over = 0; over < 2 && over <= at && !placed; ++over)
      placed = stands_before(sentence, at - over, in_year_, begin) ||
               stands_before(sentence, at - over, since_, begin);
    if (!placed) return std::nullopt;
    day = 1;
  }
  if (year > 0) {
    const auto found = day_of(year, month, day);
    if (!found) return std::nullopt;
    told.day = *found;
    return told;
  }
  if (!report) return std::nullopt;
  // Without a year: the last such day before the report, or a few days after it.
  const std::int64_t report_year = static_cast<int>(std::chrono::year_month_day(*report).year());
  const auto latest = told.precision == DatePrecision::day ? *report + ahead_max : *report;
  auto found = day_of(report_year, month, day);
  if (!found || *found > latest) found = day_of(report_year - 1, month, day);
  if (!found) return std::nullopt;
  told.day = *found;
  return told;
}

std::optional<ToldDate> DateReader::at_unit(const Sentence& sentence, std::size_t at,
                                            base::Day report) const {
  enum Unit : std::size_t { days, weeks, months, years, decades };
  const auto found = std::ranges::find_if(
      units_, [&](std::uint16_t id) { return value_at(sentence, at, id) >= 0; });
  if (found == units_.end()) return std::nullopt;
  const auto unit = static_cast<std::size_t>(found - units_.begin());
  std::int64_t count = value_at(sentence, at, two_units_) >= 0 ? 2 : -1;
  ToldDate told{report, DatePrecision::day, false, at, at + 1};
  const auto ago_at = [&](std::size_t next) {
    return next < sentence.size() && value_at(sentence, next, ago_after_) >= 0;
  };
  if (count_at(sentence, at + 1) >= 0 && ago_at(at + 2)) {
    count = count_at(sentence, at + 1);  // "siku tatu zilizopita"
    told.end = at + 3;
  } else {
    std::size_t begin = at;
    if (count < 0 && at > 0) {
      count = count_at(sentence, at - 1);
      if (count < 0 && (sentence.words[at - 1].pos & pos_determiner) != 0) count = 1;
      if (count >= 0) begin = at - 1;
    }
    told.begin = begin;
    // "il y a environ trois jours": a word or two may stand between.
    bool ago = false;
    for (std::size_t over = 0; over < 3 && over <= begin && !ago; ++over)
      ago = stands_before(sentence, begin - over, ago_before_, told.begin);
    if (!ago && !ago_at(at + 1)) return std::nullopt;
    if (!ago) told.end = at + 2;
  }
  if (count < 0) count = value_at(sentence, at, one_unit_) >= 0 ? 1 : several;
  constexpr std::int64_t count_max = 500;
  count = std::min(count, count_max);
  switch (unit) {
    case days:
      told.day = report - std::chrono::days(count);
      break;
    case weeks:
      told.day = report - std::chrono::days(count * days_of_week);
      told.precision = DatePrecision::week;
      break;
    case months:
      told.day = first_of_month(report, count);
      told.precision = DatePrecision::month;
      break;
    default:
      told.day = first_of_year(report, unit == years ? count : count * years_of_decade);
      told.precision = DatePrecision::year;
  }
  return told;
}

std::optional<ToldDate> DateReader::at_year(const Sentence& sentence, std::size_t at) const {
  const auto year = number_at(sentence, at);
  // "1,950" counts something.
  constexpr std::size_t year_digits = 4;
  const Token& token = sentence.tokens[at];
  if (!is_year(year) || token.end - token.begin != year_digits) return std::nullopt;
  std::size_t begin = at;
  bool placed = false;
  // "in 1994", "in late 1994", "in the year 1994"
  for (std::size_t over = 0; over < 3 && over <= at && !placed; ++over) {
    if (over > 0 && count_at(sentence, at - over) >= 0) break;
    placed = stands_before(sentence, at - over, in_year_, begin) ||
             stands_before(sentence, at - over, since_, begin);
  }
  // "the genocide of 1994", but "a group of 2000 people".
  const Tag after = at + 1 < sentence.size() ? sentence.words[at + 1].tag : Tag::mark;
  if (placed && (sentence.words[begin].pos & pos_of) != 0)
    placed = after != Tag::noun && after != Tag::adjective;
  // "the 1994 genocide"
  const Word& next = at + 1 < sentence.size() ? sentence.words[at + 1] : sentence.words[at];
  const bool of_noun = at + 1 < sentence.size() && next.noun >= 0;
  if (!placed && !of_noun) return std::nullopt;
  const auto day = day_of(year, 1, 1);
  if (!day) return std::nullopt;
  return ToldDate{*day, DatePrecision::year, false, placed ? begin : at, at + 1};
}

std::optional<ToldDate> DateReader::at_word(const Sentence& sentence, std::size_t at,
                                            std::optional<base::Day> report) const {
  if (number_at(sentence, at) >= 0) return at_year(sentence, at);
  if ((sentence.words[at].pos & pos_time) == 0) return std::nullopt;
  for (const Hit& hit : sentence.hits_at(at)) {
    const std::int64_t value = hit.meaning->number;
    if (value < 0) continue;
    const auto told = [&](base::Day day, DatePrecision precision) {
      return ToldDate{day, precision, false, at, at + hit.length};
    };
    if (hit.meaning->in_class(month_)) {
      if (const auto found = at_month(sentence, at, value, report)) return found;
    }
    if (!report) continue;
    if (hit.meaning->in_class(days_back_))
      return told(*report - std::chrono::days(value), DatePrecision::day);
    if (hit.meaning->in_class(weeks_back_))
      return told(*report - std::chrono::days(value * days_of_week), DatePrecision::week);
    if (hit.meaning->in_class(months_back_))
      return told(first_of_month(*report, value), DatePrecision::month);
    if (hit.meaning->in_class(years_back_))
      return told(first_of_year(*report, value), DatePrecision::year);
    if (hit.meaning->in_class(weekday_)) {
      // Weekdays count from Monday = 1; the report's own day counts as "on Tuesday" too.
      const unsigned today = std::chrono::weekday(*report).iso_encoding();
      const unsigned back = (today + 7U - static_cast<unsigned>(value)) % 7U;
      return told(*report - std::chrono::days(back), DatePrecision::day);
    }
  }
  return report ? at_unit(sentence, at, *report) : std::nullopt;
}

void DateReader::read(const Sentence& sentence, std::optional<base::Day> report,
                      std::vector<ToldDate>& into) const {
  into.clear();
  for (std::size_t i = 0; i < sentence.size();) {
    auto found = at_word(sentence, i, report);
    // A time still to come is not when something happened.
    if (found && report && found->day > *report + ahead_max) found.reset();
    if (!found) {
      ++i;
      continue;
    }
    i = std::max(i + 1, found->end);
    note_since(sentence, report, *found);
    into.push_back(*found);
  }
}

const ToldDate* DateReader::of_event(const Sentence& sentence, const std::vector<ToldDate>& told,
                                     std::size_t position) {
  const ToldDate* exact = nullptr;
  for (const ToldDate& date : told) {
    if (is_coarse(date)) continue;
    exact = &date;
    break;
  }
  if (exact != nullptr && stands_by(sentence, *exact, position)) return exact;
  for (const ToldDate& date : told)
    if (is_coarse(date) && stands_by(sentence, date, position)) return &date;
  return exact;
}

bool DateReader::is_past(const ToldDate& told, base::Day report) {
  if (told.since) return true;
  switch (told.precision) {
    case DatePrecision::day:
    case DatePrecision::week:
      return told.day + news_reach < report;
    case DatePrecision::month:
      return told.day < first_of_month(report, 0);
    case DatePrecision::year:
      return true;
  }
  return false;
}

}  // namespace tocsin::monitor::coding
