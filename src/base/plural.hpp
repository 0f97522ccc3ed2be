// SPDX-License-Identifier: Apache-2.0
// Plural classes and numbers of a language (CLDR rules, by ICU).
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tocsin::base {

/// "zero", "one", "two", "few", "many" or "other".
[[nodiscard]] std::string plural_class(std::string_view language, std::int64_t count);
/// An integer with the language's grouping ("12,345"; digits stay 0 to 9 in every language).
[[nodiscard]] std::string format_count(std::string_view language, std::int64_t count);

}  // namespace tocsin::base
