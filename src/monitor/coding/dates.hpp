// SPDX-License-Identifier: Apache-2.0
// When it happened: dates in words and digits, relative to the day of the report.
//
// Reads these classes of the language, with their numbers: weekday, month, days_back, weeks_back,
// months_back, years_back ("last year" = 1), day_unit, week_unit, month_unit, year_unit,
// decade_unit, one_unit and two_units (Arabic forms that count themselves), ago_before ("il y a"),
// ago_after ("ago"), in_year ("in" before a year or a month), since, ranking ("the worst since").
// Threads: read-only. Errors: what is no date of the calendar is none.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "base/calendar.hpp"
#include "monitor/coding/coded.hpp"
#include "monitor/coding/sentence.hpp"

namespace tocsin::monitor::coding {

/// A time that a sentence tells.
struct ToldDate {
  base::Day day;
  DatePrecision precision = DatePrecision::day;
  bool since = false;     ///< "since May": a sum over that time, no single deed
  std::size_t begin = 0;  ///< positions of its words
  std::size_t end = 0;
};

/// Whether a bare number of four digits is rather a year of this or the last century.
[[nodiscard]] constexpr bool is_year(std::int64_t number) {
  return number >= 1900 && number < 2100;
}

class DateReader {
 public:
  explicit DateReader(const Names& names);
  /// All times that the sentence tells. Without a report day only those with a year count.
  void read(const Sentence& sentence, std::optional<base::Day> report,
            std::vector<ToldDate>& into) const;
  /// The one that an event at `position` is told with: an exact day of the sentence, or a coarse
  /// time that stands by it or opens the sentence; null where there is none.
  [[nodiscard]] static const ToldDate* of_event(const Sentence& sentence,
                                                const std::vector<ToldDate>& told,
                                                std::size_t position);
  /// Whether what is told so lies too far back, or is too coarse, to be counted as news.
  [[nodiscard]] static bool is_past(const ToldDate& told, base::Day report);

 private:
  [[nodiscard]] std::optional<ToldDate> at_month(const Sentence& sentence, std::size_t at,
                                                 std::int64_t month,
                                                 std::optional<base::Day> report) const;
  [[nodiscard]] std::optional<ToldDate> at_unit(const Sentence& sentence, std::size_t at,
                                                base::Day report) const;
  [[nodiscard]] std::optional<ToldDate> at_year(const Sentence& sentence, std::size_t at) const;
  [[nodiscard]] std::optional<ToldDate> at_word(const Sentence& sentence, std::size_t at,
                                                std::optional<base::Day> report) const;
  /// Value of the class's word that starts here (0 where it has none), or -1.
  [[nodiscard]] static std::int64_t value_at(const Sentence& sentence, std::size_t at,
                                             std::uint16_t id);
  /// Whether a word of the class stands here, alone or as a phrase that ends right before `end`.
  [[nodiscard]] static bool stands_before(const Sentence& sentence, std::size_t end,
                                          std::uint16_t id, std::size_t& begin);
  void note_since(const Sentence& sentence, std::optional<base::Day> report, ToldDate& told) const;

  std::uint16_t weekday_;
  std::uint16_t month_;
  std::uint16_t days_back_;
  std::uint16_t weeks_back_;
  std::uint16_t months_back_;
  std::uint16_t years_back_;
  std::array<std::uint16_t, 5> units_;  ///< day, week, month, year, decade
  std::uint16_t one_unit_;
  std::uint16_t two_units_;
  std::uint16_t ago_before_;
  std::uint16_t ago_after_;
  std::uint16_t in_year_;
  std::uint16_t since_;
  std::uint16_t ranking_;
};

}  // namespace tocsin::monitor::coding
