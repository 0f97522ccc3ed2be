// SPDX-License-Identifier: Apache-2.0
// The tables of the observation store (observations.db) and how it is opened.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.hpp"
#include "store/database.hpp"

namespace tocsin::monitor {

inline constexpr std::string_view observation_file = "observations.db";

/// Opens the store for writing and brings its schema up to date.
[[nodiscard]] base::Result<std::unique_ptr<store::Database>> open_observations(
    const std::filesystem::path& home);
/// Opens the store for reading; it must exist.
[[nodiscard]] base::Result<std::unique_ptr<store::Database>> open_observations_to_read(
    const std::filesystem::path& home);

}  // namespace tocsin::monitor
