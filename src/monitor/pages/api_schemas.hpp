// SPDX-License-Identifier: Apache-2.0
// JSON Schemas of the API's answers, as OpenAPI shows them. tests/monitor/pages holds the real
// answers against them.
//
// Threads: pure functions.
#pragma once

#include <boost/json.hpp>

namespace tocsin::monitor::pages {

[[nodiscard]] boost::json::object schema_of_place();
[[nodiscard]] boost::json::object schema_of_places();
[[nodiscard]] boost::json::object schema_of_clusters();
[[nodiscard]] boost::json::object schema_of_observation_in_full();
[[nodiscard]] boost::json::object schema_of_timeline();
[[nodiscard]] boost::json::object schema_of_watch();
[[nodiscard]] boost::json::object schema_of_feeds();
[[nodiscard]] boost::json::object schema_of_imports();
[[nodiscard]] boost::json::object schema_of_import_in_full();
[[nodiscard]] boost::json::object schema_of_indicators();

}  // namespace tocsin::monitor::pages
