// SPDX-License-Identifier: Apache-2.0
// What data/exercise/country.json says of the invented country.
//
// Ownership: values. Threads: pure. Errors: none; a scenario that is not installed gives an empty
// country, to which nothing belongs.
#pragma once

#include <filesystem>

#include "monitor/pages/labels.hpp"

namespace tocsin::app {

/// `data`: the installation's data folder.
[[nodiscard]] monitor::pages::ExerciseCountry read_exercise_country(
    const std::filesystem::path& data);

}  // namespace tocsin::app
