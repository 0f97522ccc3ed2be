// SPDX-License-Identifier: Apache-2.0
// GDELT's list of the newest files (lastupdate.txt) and the files of the quarters of an hour
// between.
//
// The list has three lines "bytes md5 address": export, mentions, GKG. It is rewritten every 15
// minutes, so a node that was off has missed lists: their addresses follow from the time.
// Threads: pure functions. Errors: ErrorCode::invalid_input for a list that is not one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/result.hpp"

namespace tocsin::monitor::feeds {

/// Files that are fetched to catch up: one week. What lies further back is named as a gap.
inline constexpr std::size_t catch_up_files_max = 7 * 24 * 4;

struct GdeltFile {
  std::uint64_t bytes = 0;  ///< 0 where only the address is known
  std::string md5;          ///< hex, in lower case; empty where only the address is known
  std::string url;
  base::Instant quarter;  ///< the time in its name
};

/// The line of the event export.
[[nodiscard]] base::Result<GdeltFile> read_last_update(std::string_view text);
/// The files after the one of `done` up to `newest`, oldest first; only `newest` if nothing was
/// done yet. `missed` is set to how many were left out because they lie too far back.
[[nodiscard]] std::vector<GdeltFile> files_to_fetch(std::optional<base::Instant> done,
                                                    const GdeltFile& newest, std::size_t& missed);
/// MD5 as GDELT states it; it guards against a cut transfer, not against people.
[[nodiscard]] std::string md5_hex(std::string_view bytes);

}  // namespace tocsin::monitor::feeds
