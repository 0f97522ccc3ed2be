// SPDX-License-Identifier: Apache-2.0
#include "base/display_names.hpp"

#include <unicode/dtptngen.h>
#include <unicode/localebuilder.h>
#include <unicode/locid.h>
#include <unicode/numberformatter.h>
#include <unicode/region.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace tocsin::base {
namespace {

/// Day before month and 24 hours in English; digits 0 to 9 everywhere.
icu::Locale locale_of(std::string_view language) {
  const std::string tag = language == "en" ? "en-GB" : std::string(language);
  UErrorCode code = U_ZERO_ERROR;
  auto locale = icu::Locale::forLanguageTag(tag + "-u-nu-latn", code);
  return U_FAILURE(code) != 0 ? icu::Locale::getEnglish() : locale;
}

std::string to_text(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

const icu::Region* region_of(std::string_view code) {
  UErrorCode error = U_ZERO_ERROR;
  const auto* region = icu::Region::getInstance(std::string(code).c_str(), error);
  return U_FAILURE(error) != 0 ? nullptr : region;
}

UDate to_date(Instant instant) {
  return static_cast<UDate>(instant.time_since_epoch().count());
}

}  // namespace

std::string country_number(std::string_view code) {
  const auto* region = region_of(code);
  if (region == nullptr || region->getNumericCode() < 0) return {};
  const auto digits = std::to_string(region->getNumericCode());
  constexpr std::size_t width = 3;
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

std::string language_in_itself(std::string_view code) {
  if (code.empty() || code == "und") return {};
  UErrorCode error = U_ZERO_ERROR;
  const auto locale = icu::Locale::forLanguageTag(std::string(code), error);
  if (U_FAILURE(error) != 0) return {};
  icu::UnicodeString name;
  locale.getDisplayLanguage(locale, name);
  const auto text = to_text(name);
  if (text.empty() || text == locale.getLanguage()) return {};
  // Alone in a list or on a line a name begins with a capital, where its script has any.
  return to_text(name.tempSubString(0, 1).toUpper(locale)) + to_text(name.tempSubString(1));
}

bool is_time_zone(std::string_view name) {
  constexpr std::size_t name_bytes_max = 64;
  if (name == "UTC") return true;
  // "EAT" and "GMT+3" are zones to ICU; the first is ambiguous, the second forgets summer.
  if (name.size() > name_bytes_max || !name.contains('/') || name.starts_with("Etc/")) return false;
  const auto text = icu::UnicodeString::fromUTF8(std::string(name));
  UErrorCode code = U_ZERO_ERROR;
  icu::UnicodeString canonical;
  UBool of_system = 0;
  icu::TimeZone::getCanonicalID(text, canonical, of_system, code);
  if (U_FAILURE(code) != 0 || of_system == 0) return false;
  // Names are found whatever their case; one way of writing them is kept.
  const std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(text));
  icu::UnicodeString id;
  return zone != nullptr && *zone != icu::TimeZone::getUnknown() && zone->getID(id) == text;
}

std::string own_time_zone() {
  const std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createDefault());
  icu::UnicodeString id;
  return to_text(zone->getID(id));
}

namespace {
constexpr int fraction_digits_kept = 7;
}  // namespace

struct DisplayNames::Formats {
  icu::Locale locale;
  std::unique_ptr<icu::SimpleDateFormat> day;
  std::unique_ptr<icu::SimpleDateFormat> month;
  std::unique_ptr<icu::SimpleDateFormat> time;
  std::unique_ptr<icu::SimpleDateFormat> clock;
  /// By the digits after the point that a figure has at most.
  std::array<icu::number::LocalizedNumberFormatter, fraction_digits_kept> decimals;
};

DisplayNames::DisplayNames(std::string_view language) : formats_(std::make_unique<Formats>()) {
  formats_->locale = locale_of(language);
  UErrorCode code = U_ZERO_ERROR;
  const std::unique_ptr<icu::DateTimePatternGenerator> patterns(
      icu::DateTimePatternGenerator::createInstance(formats_->locale, code));
  const auto make = [&](const char* skeleton) {
    if (U_FAILURE(code) != 0) throw std::runtime_error("ICU's data of dates are missing");
    const auto pattern = patterns->getBestPattern(icu::UnicodeString(skeleton), code);
    auto made = std::make_unique<icu::SimpleDateFormat>(pattern, formats_->locale, code);
    if (U_FAILURE(code) != 0) throw std::runtime_error("ICU's data of dates are missing");
    made->setTimeZone(*icu::TimeZone::getGMT());
    return made;
  };
  formats_->day = make("yMMMd");
  formats_->month = make("yMMM");
  formats_->time = make("yMMMdHHmm");
  formats_->clock = make("HHmm");
  for (int digits = 0; digits < fraction_digits_kept; ++digits)
    formats_->decimals.at(static_cast<std::size_t>(digits)) =
        icu::number::NumberFormatter::withLocale(formats_->locale)
            .precision(icu::number::Precision::maxFraction(digits));
}

DisplayNames::~DisplayNames() = default;
DisplayNames::DisplayNames(DisplayNames&&) noexcept = default;

std::string DisplayNames::country(std::string_view code) const {
  const auto* region = region_of(code);
  if (region == nullptr) return std::string(code);
  UErrorCode error = U_ZERO_ERROR;
  icu::LocaleBuilder builder;
  const auto locale = builder.setRegion(region->getRegionCode()).build(error);
  if (U_FAILURE(error) != 0) return std::string(code);
  icu::UnicodeString name;
  locale.getDisplayCountry(formats_->locale, name);
  return name.isEmpty() ? std::string(code) : to_text(name);
}

std::string DisplayNames::day(Day day) const {
  icu::UnicodeString text;
  return to_text(formats_->day->format(to_date(Instant{day}), text));
}

std::string DisplayNames::month(Day day) const {
  icu::UnicodeString text;
  return to_text(formats_->month->format(to_date(Instant{day}), text));
}

std::string DisplayNames::time(Instant instant) const {
  icu::UnicodeString text;
  return to_text(formats_->time->format(to_date(instant), text)) + " UTC";
}

std::string DisplayNames::clock(Instant instant, std::string_view zone) const {
  const std::unique_ptr<icu::SimpleDateFormat> own(formats_->clock->clone());
  own->adoptTimeZone(
      icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(std::string(zone))));
  icu::UnicodeString text;
  return to_text(own->format(to_date(instant), text));
}

std::string DisplayNames::decimal(double value, int fraction_digits_max) const {
  UErrorCode code = U_ZERO_ERROR;
  const auto digits = std::clamp(fraction_digits_max, 0, fraction_digits_kept - 1);
  const auto text = formats_->decimals.at(static_cast<std::size_t>(digits))
                        .formatDouble(value, code)
                        .toString(code);
  return U_FAILURE(code) != 0 ? std::to_string(value) : to_text(text);
}

}  // namespace tocsin::base
