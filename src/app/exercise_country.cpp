// SPDX-License-Identifier: Apache-2.0
#include "app/exercise_country.hpp"

#include <boost/json.hpp>

#include "base/files.hpp"

namespace tocsin::app {

namespace json = boost::json;
using monitor::pages::ExerciseCountry;

ExerciseCountry read_exercise_country(const std::filesystem::path& data) {
  ExerciseCountry country;
  constexpr std::size_t bytes_max = 4U << 20;
  const auto text = base::read_file(data / "exercise" / "country.json", bytes_max);
  if (!text) return country;
  boost::system::error_code error;
  const auto parsed = json::parse(*text, error);
  if (error || !parsed.is_object()) return country;
  const auto& object = parsed.get_object();
  const auto text_of = [&object](std::string_view key) -> std::string {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
  };
  country.code = text_of("code");
  country.code_alpha3 = text_of("code_alpha3");
  if (const auto* names = object.if_contains("name"); names != nullptr && names->is_object())
    for (const auto& [language, name] : names->get_object())
      if (name.is_string()) country.names[std::string(language)] = name.get_string();
  return country;
}

}  // namespace tocsin::app
