// SPDX-License-Identifier: Apache-2.0
// The record of acts, as the ledger holds it: who, what kind, when, on which object; no content.
//
// Threads: those of the database given. Errors: those of the store.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "store/database.hpp"

namespace tocsin::people {

inline constexpr std::size_t acts_shown_max = 100;

struct RecordedAct {
  std::int64_t position = 0;
  std::string object;
  std::string type;
  std::string account;  ///< empty where the node itself signed
  base::Instant time;
};

/// The newest acts before a position (nothing: the newest of all), newest first; of everybody, or
/// of one account.
[[nodiscard]] base::Result<std::vector<RecordedAct>> newest_acts(
    store::Database& database, std::optional<std::int64_t> before,
    const std::optional<std::string>& account);

}  // namespace tocsin::people
