// SPDX-License-Identifier: Apache-2.0
// Units of a desk: whose a report, a situation, an account is.
//
// Threads: pure.
#pragma once

#include <string_view>

namespace tocsin::people {

/// A young desk is one unit; more are made on its administration page.
inline constexpr std::string_view first_unit = "desk";

/// An account that names no unit belongs to the first.
[[nodiscard]] inline std::string_view unit_of(std::string_view account_unit) {
  return account_unit.empty() ? first_unit : account_unit;
}

/// What names no unit belongs to the whole node: reports and situations from before units did.
[[nodiscard]] inline bool is_of_unit(std::string_view account_unit, std::string_view thing_unit) {
  return thing_unit.empty() || unit_of(account_unit) == thing_unit;
}

}  // namespace tocsin::people
