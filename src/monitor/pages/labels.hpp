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

#include "knowledge/framework.hpp"
#include "monitor/observation_reader.hpp"
#include "pagekit/words.hpp"

namespace tocsin::monitor::pages {

/// The exercise country's code and its name by language (data/exercise/country.json).
struct ExerciseCountry {
  std::string code;
  std::string code_alpha3;
  std::map<std::string, std::string, std::less<>> names;
};

/// The measure that counts everything that is reported.
inline constexpr std::string_view measure_of_all = "all";

class Labels : public pagekit::Words {
 public:
  Labels(const pagekit::WebFiles& web, std::string_view language,
         const knowledge::Framework& framework, const ExerciseCountry& exercise);

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
  /// A label or reason of our data in the page's language.
  [[nodiscard]] std::string said(std::string_view english) const {
    return std::string(framework_.said(english, language()));
  }
  /// Names of the units above a place ("Tavo, Karevia"); empty where there are none.
  [[nodiscard]] std::string within(const StoredPlace& place) const;
  /// The place's own name; a country's in the page's language.
  [[nodiscard]] std::string place(const StoredPlace& place) const;

 private:
  const knowledge::Framework& framework_;
  const ExerciseCountry& exercise_;
};

using pagekit::isolated;

}  // namespace tocsin::monitor::pages
