// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/dates.hpp"

namespace tocsin::monitor::coding {
namespace {

constexpr std::int64_t year_min = 1900;
constexpr std::int64_t year_max = 2100;

bool is_year(std::int64_t number) {
  return number >= year_min && number < year_max;
}

}  // namespace

DateReader::DateReader(const Names& names)
    : weekday_(names.find("@weekday")),
      month_(names.find("@month")),
      days_back_(names.find("@days_back")) {}

std::optional<base::Day> DateReader::calendar_date(const Sentence& sentence, std::size_t at,
                                                   std::int64_t month,
                                                   std::optional<base::Day> report) const {
  const auto number = [&](std::size_t position) {
    return position < sentence.size() ? sentence.tokens[position].number : -1;
  };
  std::int64_t day = -1;
  std::size_t after = at + 1;
  if (at > 0 && number(at - 1) >= 1 && number(at - 1) <= 31) {
    day = number(at - 1);
  } else if (at > 1 && number(at - 2) >= 1 && number(at - 2) <= 31) {
    day = number(at - 2);  // "5 de marzo"
  } else if (number(at + 1) >= 1 && number(at + 1) <= 31) {
    day = number(at + 1);
    after = at + 2;
  }
  if (day < 1) return std::nullopt;
  std::int64_t year = -1;
  for (std::size_t k = after; k < after + 2 && year < 0; ++k) {
    if (is_year(number(k))) year = number(k);
  }
  const auto make = [&](std::int64_t in_year) -> std::optional<base::Day> {
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(in_year)),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    return base::Day(date);
  };
  if (year > 0) return make(year);
  if (!report) return std::nullopt;
  // Without a year: the last such day before the report, or a few days after it.
  constexpr std::chrono::days ahead_max{31};
  const std::int64_t report_year = static_cast<int>(std::chrono::year_month_day(*report).year());
  const auto same_year = make(report_year);
  if (same_year && *same_year <= *report + ahead_max) return same_year;
  return make(report_year - 1);
}

std::optional<base::Day> DateReader::find(const Sentence& sentence,
                                          std::optional<base::Day> report) const {
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    if ((sentence.words[i].pos & pos_time) == 0) continue;
    for (const Hit& hit : sentence.hits_at(i)) {
      const std::int64_t value = hit.meaning->number;
      if (value < 0) continue;
      if (hit.meaning->in_class(month_)) {
        if (const auto day = calendar_date(sentence, i, value, report)) return day;
      }
      if (!report) continue;
      if (hit.meaning->in_class(days_back_)) return *report - std::chrono::days(value);
      if (hit.meaning->in_class(weekday_)) {
        // Weekdays count from Monday = 1; the report's own day counts as "on Tuesday" too.
        const unsigned today = std::chrono::weekday(*report).iso_encoding();
        const unsigned back = (today + 7U - static_cast<unsigned>(value)) % 7U;
        return *report - std::chrono::days(back);
      }
    }
  }
  return std::nullopt;
}

}  // namespace tocsin::monitor::coding
