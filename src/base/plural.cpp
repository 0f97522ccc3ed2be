// SPDX-License-Identifier: Apache-2.0
#include "base/plural.hpp"

#include <unicode/numberformatter.h>
#include <unicode/plurrule.h>

#include <map>
#include <memory>

namespace tocsin::base {

namespace {

/// What ICU needs a while to load, once a thread and language: a page asks hundreds of times.
struct Counting {
  std::unique_ptr<icu::PluralRules> rules;  ///< null where ICU has none
  icu::number::LocalizedNumberFormatter numbers;
};

const Counting& counting(std::string_view language) {
  constexpr std::size_t languages_max = 64;
  thread_local std::map<std::string, Counting, std::less<>> known;
  if (const auto found = known.find(language); found != known.end()) return found->second;
  if (known.size() >= languages_max) known.clear();
  UErrorCode code = U_ZERO_ERROR;
  const std::string name(language);
  Counting made;
  made.rules.reset(icu::PluralRules::forLocale(icu::Locale(name.c_str()), code));
  if (U_FAILURE(code) != 0) made.rules.reset();
  // Latin digits keep figures comparable between screens, prints and other systems.
  made.numbers =
      icu::number::NumberFormatter::withLocale(icu::Locale((name + "-u-nu-latn").c_str()));
  return known.emplace(name, std::move(made)).first->second;
}

}  // namespace

std::string plural_class(std::string_view language, std::int64_t count) {
  const auto& rules = counting(language).rules;
  if (rules == nullptr) return "other";
  std::string name;
  rules->select(static_cast<double>(count)).toUTF8String(name);
  return name;
}

std::string format_count(std::string_view language, std::int64_t count) {
  UErrorCode code = U_ZERO_ERROR;
  std::string text;
  counting(language).numbers.formatInt(count, code).toString(code).toUTF8String(text);
  return U_FAILURE(code) != 0 ? std::to_string(count) : text;
}

}  // namespace tocsin::base
