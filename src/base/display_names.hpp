// SPDX-License-Identifier: Apache-2.0
// Names of countries and languages, days and times as the readers of a language write them (CLDR
// data, by ICU). Digits stay 0 to 9 in every language, days stand before months.
//
// Ownership: a DisplayNames owns its formatters. Threads: const members from any thread.
// Errors: a code that is not known is given back as it stands; a zone that is not known is UTC.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/calendar.hpp"

namespace tocsin::base {

/// ISO 3166-1 numeric code, three digits, of an alpha-2 or alpha-3 code; empty where unknown.
[[nodiscard]] std::string country_number(std::string_view code);
/// The name of a language in itself ("Français"); empty for an unknown or undetermined one.
[[nodiscard]] std::string language_in_itself(std::string_view code);
/// Whether there is a time zone of this IANA name; abbreviations ("EST") and offsets are none.
[[nodiscard]] bool is_time_zone(std::string_view name);
/// The IANA name of the zone that this machine is set to.
[[nodiscard]] std::string own_time_zone();

class DisplayNames {
 public:
  explicit DisplayNames(std::string_view language);
  ~DisplayNames();
  DisplayNames(DisplayNames&&) noexcept;
  DisplayNames& operator=(DisplayNames&&) = delete;

  /// The country's name by its alpha-2 or alpha-3 code.
  [[nodiscard]] std::string country(std::string_view code) const;
  /// "13 Mar 2031"
  [[nodiscard]] std::string day(Day day) const;
  /// "Mar 2031"
  [[nodiscard]] std::string month(Day day) const;
  /// "14 Mar 2031, 07:42 UTC"
  [[nodiscard]] std::string time(Instant instant) const;
  /// "10:42" in a zone.
  [[nodiscard]] std::string clock(Instant instant, std::string_view zone) const;
  /// A number with at most so many digits after the mark.
  [[nodiscard]] std::string decimal(double value, int fraction_digits_max) const;

 private:
  struct Formats;
  std::unique_ptr<Formats> formats_;
};

}  // namespace tocsin::base
