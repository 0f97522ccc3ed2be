// SPDX-License-Identifier: Apache-2.0
// Exact place and time of a report: shown as district and week, and as told only to who says why.
//
// Ownership: values. Threads: any. Errors: ErrorCode::forbidden of Permissions; invalid_input
// "reason"; those of the store.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "people/desk.hpp"

namespace tocsin::assess {

/// What is shown by default: found by rules from the words, so it may be wrong.
struct Blurred {
  std::string area;               ///< a district, or a province where no more is known; or empty
  bool is_district = false;       ///< a second-level unit
  std::optional<base::Day> week;  ///< its Monday
};
struct ToldWhere {
  std::string_view place;
  std::string_view when;
  std::string_view language;
  base::Day received;
};
using Blur = std::function<Blurred(const ToldWhere& told)>;

/// The Monday of a day's week.
[[nodiscard]] base::Day week_of(base::Day day);

struct ExactWhere {
  std::string place;
  std::string when;
};
/// Place and time as told. That somebody looks, and why, is on the record before it is returned.
[[nodiscard]] base::Result<ExactWhere> look_exactly(const people::Desk& desk,
                                                    const people::Session& session,
                                                    std::string_view report,
                                                    std::string_view reason);

}  // namespace tocsin::assess
