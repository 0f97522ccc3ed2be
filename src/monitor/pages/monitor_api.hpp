// SPDX-License-Identifier: Apache-2.0
// The same data as JSON under /api/v1, described by /api/v1/openapi.json; health and metrics.
//
// Threads: handlers run on several threads. Errors: problems of RFC 9457, made by the router.
#pragma once

#include "monitor/pages/shelf.hpp"

namespace tocsin::monitor::pages {

void add_monitor_api(pagekit::Router& router, const Shelf& shelf);
/// The selection of /observations as a file for spreadsheets.
[[nodiscard]] pagekit::Answer csv_answer(const Page& page);

}  // namespace tocsin::monitor::pages
