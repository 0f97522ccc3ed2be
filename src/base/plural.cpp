// SPDX-License-Identifier: Apache-2.0
#include "base/plural.hpp"

#include <unicode/numberformatter.h>
#include <unicode/plurrule.h>

namespace tocsin::base {

std::string plural_class(std::string_view language, std::int64_t count) {
  UErrorCode code = U_ZERO_ERROR;
  const std::unique_ptr<icu::PluralRules> rules(
      icu::PluralRules::forLocale(icu::Locale(std::string(language).c_str()), code));
  if (U_FAILURE(code) != 0 || rules == nullptr) return "other";
  std::string name;
  rules->select(static_cast<double>(count)).toUTF8String(name);
  return name;
}

std::string format_count(std::string_view language, std::int64_t count) {
  UErrorCode code = U_ZERO_ERROR;
  // Latin digits keep figures comparable between screens, prints and other systems.
  const auto locale = icu::Locale((std::string(language) + "-u-nu-latn").c_str());
  std::string text;
  icu::number::NumberFormatter::withLocale(locale)
      .formatInt(count, code)
      .toString(code)
      .toUTF8String(text);
  return U_FAILURE(code) != 0 ? std::to_string(count) : text;
}

}  // namespace tocsin::base
