// SPDX-License-Identifier: Apache-2.0
#include "base/calendar.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>
#include <optional>
#include <stdexcept>

namespace tocsin::base {
namespace {

constexpr int year_min = 1000;
constexpr int year_max = 9999;

std::optional<int> digits(std::string_view text, std::size_t begin, std::size_t count) {
  if (begin + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = begin; i < begin + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::unexpected<Error> not_a_date(std::string_view text) {
  return fail(ErrorCode::invalid_input,
              "\"" + std::string(text.substr(0, 40)) + "\" is not a date in the calendar", {},
              "use YYYY-MM-DD");
}

Result<Day> make_day(int year, int month, int day, std::string_view text) {
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (year < year_min || year > year_max || !date.ok()) return not_a_date(text);
  return Day{date};
}

/// Minutes east of Greenwich from "Z", "+0100", "+01:00", "GMT", "UT"; RFC 5322 names of the USA.
std::optional<int> offset_minutes(std::string_view zone) {
  if (zone.empty() || zone == "Z" || zone == "z" || zone == "GMT" || zone == "UT" || zone == "UTC")
    return 0;
  struct Named {
    std::string_view name;
    int hours;
  };
  constexpr std::array<Named, 8> named{{{"EST", -5},
                                        {"EDT", -4},
                                        {"CST", -6},
                                        {"CDT", -5},
                                        {"MST", -7},
                                        {"MDT", -6},
                                        {"PST", -8},
                                        {"PDT", -7}}};
  for (const auto& entry : named)
    if (zone == entry.name) return entry.hours * 60;
  if (zone[0] != '+' && zone[0] != '-') return std::nullopt;
  const auto hours = digits(zone, 1, 2);
  const auto minutes = digits(zone, zone.size() > 3 && zone[3] == ':' ? 4 : 3, 2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  const int total = *hours * 60 + *minutes;
  return zone[0] == '-' ? -total : total;
}

Result<Instant> make_instant(Day day, int hour, int minute, int second, int millisecond,
                             std::string_view zone, std::string_view text) {
  const auto offset = offset_minutes(zone);
  // A leap second (60) is real in feeds; it counts as the last second of its minute.
  if (!offset || hour > 23 || minute > 59 || second > 60) return not_a_date(text);
  return Instant{day} + std::chrono::hours{hour} + std::chrono::minutes{minute - *offset} +
         std::chrono::seconds{std::min(second, 59)} + std::chrono::milliseconds{millisecond};
}

}  // namespace

Result<Day> parse_day(std::string_view text) {
  const bool dashed = text.size() == 10 && text[4] == '-' && text[7] == '-';
  if (!dashed && text.size() != 8) return not_a_date(text);
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, dashed ? 5 : 4, 2);
  const auto day = digits(text, dashed ? 8 : 6, 2);
  if (!year || !month || !day) return not_a_date(text);
  return make_day(*year, *month, *day, text);
}

std::string format_day(Day day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

Result<Instant> parse_instant(std::string_view text) {
  if (text.size() < 10) return not_a_date(text);
  const auto day = parse_day(text.substr(0, 10));
  if (!day) return not_a_date(text);
  if (text.size() == 10) return Instant{*day};
  if (text.size() < 16 || (text[10] != 'T' && text[10] != 't' && text[10] != ' ') ||
      text[13] != ':')
    return not_a_date(text);
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  if (!hour || !minute) return not_a_date(text);
  std::size_t at = 16;
  int second = 0;
  int millisecond = 0;
  if (at < text.size() && text[at] == ':') {
    const auto read = digits(text, at + 1, 2);
    if (!read) return not_a_date(text);
    second = *read;
    at += 3;
    if (at < text.size() && text[at] == '.') {
      int scale = 100;
      for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
        millisecond += (text[at] - '0') * scale;
        scale /= 10;
      }
    }
  }
  return make_instant(*day, *hour, *minute, second, millisecond, text.substr(at), text);
}

Result<Instant> parse_mail_date(std::string_view text) {
  const auto comma = text.find(',');
  std::string_view rest = comma == std::string_view::npos ? text : text.substr(comma + 1);
  std::array<std::string_view, 5> part{};
  std::size_t count = 0;
  while (!rest.empty() && count < part.size()) {
    const auto begin = rest.find_first_not_of(' ');
    if (begin == std::string_view::npos) break;
    rest.remove_prefix(begin);
    const auto end = std::min(rest.find(' '), rest.size());
    part[count++] = rest.substr(0, end);
    rest.remove_prefix(end);
  }
  if (count < 3) return not_a_date(text);
  // Some feeds give the day alone: "Fri, 10 May 2024".
  if (count == 3) part[3] = "00:00";
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto month =
      part[1].size() >= 3 ? months.find(part[1].substr(0, 3)) : std::string_view::npos;
  const auto day = digits(part[0], 0, part[0].size());
  auto year = digits(part[2], 0, part[2].size());
  if (month == std::string_view::npos || month % 3 != 0 || !day || !year || part[0].size() > 2)
    return not_a_date(text);
  if (part[2].size() == 2) *year += *year < 50 ? 2000 : 1900;  // RFC 5322 section 4.3
  const auto made = make_day(*year, static_cast<int>(month / 3) + 1, *day, text);
  const auto hour = digits(part[3], 0, 2);
  const auto minute = digits(part[3], 3, 2);
  if (!made || !hour || !minute) return not_a_date(text);
  const auto second = part[3].size() >= 8 ? digits(part[3], 6, 2) : std::optional<int>{0};
  if (!second) return not_a_date(text);
  return make_instant(*made, *hour, *minute, *second, 0, part[4], text);
}

std::string format_instant(Instant instant) {
  const Day day = day_of(instant);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant - Instant{day}).count();
  return fmt::format("{}T{:02}:{:02}:{:02}Z", format_day(day), seconds / 3600, seconds / 60 % 60,
                     seconds % 60);
}

Day day_of(Instant instant) {
  return std::chrono::floor<std::chrono::days>(instant);
}

Instant SystemClock::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Instant SteadyClock::now() const {
  timespec time{};
  if (clock_gettime(CLOCK_BOOTTIME, &time) != 0)
    throw std::runtime_error("this machine has no clock that counts since its start");
  return Instant{std::chrono::floor<std::chrono::milliseconds>(
      std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec})};
}

}  // namespace tocsin::base
