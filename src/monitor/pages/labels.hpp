// SPDX-License-Identifier: Apache-2.0
// What codes, numbers and days are called in one language: the words come from the message
// catalogues, names of countries and languages from CLDR, indicators from the framework.
//
// Ownership: a Labels belongs to what it was made from and must not outlive it.
// Threads: const members from any thread.
#pragma once

#include <boost/json.hpp>

#include <map>
#include <string>
#include <string_view>

#include "base/display_names.hpp"
#include "knowledge/framework.hpp"
#include "monitor/observation_reader.hpp"
#include "pagekit/templates.hpp"

namespace tocsin::monitor::pages {

/// The exercise country's code and its name by language (data/exercise/country.json).
struct ExerciseCountry {
  std::string code;
  std::string code_alpha3;
  std::map<std::string, std::string, std::less<>> names;
};

/// The measure that counts everything that is reported.
inline constexpr std::string_view measure_of_all = "all";

class Labels {
 public:
  Labels(const pagekit::WebFiles& web, std::string_view language,
         const knowledge::Framework& framework, const ExerciseCountry& exercise);

  [[nodiscard]] const std::string& language() const { return language_; }
  using Values = std::map<std::string, std::string>;
  /// A message; values with letters in them are isolated from the sentence's direction.
  [[nodiscard]] std::string message(std::string_view key, Values values = {}) const;
  [[nodiscard]] std::string plural(std::string_view key, std::int64_t count,
                                   Values values = {}) const;
  [[nodiscard]] bool has(std::string_view key) const;

  [[nodiscard]] std::string number(std::int64_t count) const;
  [[nodiscard]] std::string number(std::uint64_t count) const {
    return number(static_cast<std::int64_t>(count));
  }
  /// One digit after the mark below ten, whole numbers above.
  [[nodiscard]] std::string about(double value) const;
  [[nodiscard]] std::string decimal(double value, int fraction_digits_max) const;
  /// "31.4 MB"
  [[nodiscard]] std::string bytes(std::uint64_t count) const;
  [[nodiscard]] boost::json::object day(base::Day day) const;
  [[nodiscard]] boost::json::object time(base::Instant instant) const;
  [[nodiscard]] const base::DisplayNames& names() const { return names_; }

  /// Our kind, else the PLOVER type, else "Statement".
  [[nodiscard]] std::string kind(std::string_view kind, std::string_view type) const;
  /// A watch measure, or an indicator with its number.
  [[nodiscard]] std::string measure(std::string_view id) const;
  /// "army, Karevia"; empty where nothing is known. Never a private person's name.
  [[nodiscard]] std::string actor(const StoredActor& actor) const;
  /// {status_code, status_label}, or false for what is reported as done.
  [[nodiscard]] boost::json::value status(coding::ActStatus status) const;
  [[nodiscard]] std::string country(std::string_view code) const;
  /// A format's name in words.
  [[nodiscard]] std::string format(std::string_view id) const;
  /// number, label, indicator_href, provisional.
  [[nodiscard]] boost::json::object indicator(std::string_view id) const;
  /// Names of the units above a place ("Tavo, Karevia"); empty where there are none.
  [[nodiscard]] std::string within(const StoredPlace& place) const;
  /// The place's own name; a country's in the page's language.
  [[nodiscard]] std::string place(const StoredPlace& place) const;

 private:
  [[nodiscard]] std::string looked_up(std::string_view section, std::string_view id) const;
  const pagekit::WebFiles& web_;
  std::string language_;
  const knowledge::Framework& framework_;
  const ExerciseCountry& exercise_;
  base::DisplayNames names_;
};

/// Sets a value with letters in it between U+2068 and U+2069.
[[nodiscard]] std::string isolated(std::string_view value);

}  // namespace tocsin::monitor::pages
