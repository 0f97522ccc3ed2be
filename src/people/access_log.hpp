// SPDX-License-Identifier: Apache-2.0
// The access log: who read which restricted thing when. No content; each entry holds the hash of
// the one before, and every anchored_each-th hash is signed into the ledger, that of an identity,
// an original or an exact place at once, so that neither a change nor a cut end goes unseen.
//
// Threads: any. Errors: those of the ledger and the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/ledger.hpp"
#include "people/desk.hpp"

namespace tocsin::people {

inline constexpr std::int64_t anchored_each = 20;
inline constexpr std::string_view access_anchor_type = "access_anchor";
inline constexpr std::size_t access_shown_max = 100;

/// Inside an act that does more.
[[nodiscard]] base::Status note_read(ledger::Pen& pen, std::string_view account,
                                     std::string_view act, std::string_view object);
/// An act of its own; returns once it is on the disk. Call it before what was read is shown.
[[nodiscard]] base::Status note_read(ledger::Ledger& ledger, const Session& session,
                                     std::string_view act, std::string_view object);

struct AccessEntry {
  std::int64_t sequence = 0;
  base::Instant time;
  std::string account;
  std::string act;
  std::string object;
};
/// The newest before a sequence (0: the newest of all), newest first.
[[nodiscard]] base::Result<std::vector<AccessEntry>> newest_reads(store::Database& database,
                                                                  std::int64_t before);

struct AccessLogChecked {
  std::int64_t entries = 0;
  std::int64_t anchors = 0;
  std::optional<std::int64_t> first_fault;  ///< sequence
  std::string what;
};
[[nodiscard]] base::Result<AccessLogChecked> verify_access_log(store::Database& database);

}  // namespace tocsin::people
