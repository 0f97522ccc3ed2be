// SPDX-License-Identifier: Apache-2.0
// The pages of the watching node, each in the file of its name; every one fills the context that
// web/templates/monitor/README.md describes and nothing else.
//
// Threads: a call belongs to one thread. Errors: those of the store, and not_found for a number in
// the address that stands for nothing.
#pragma once

#include "monitor/pages/page.hpp"

namespace tocsin::monitor::pages {

[[nodiscard]] base::Result<Sheet> today_page(const Page& page);
[[nodiscard]] base::Result<Sheet> observations_page(const Page& page);
[[nodiscard]] base::Result<Sheet> observation_page(const Page& page);
[[nodiscard]] base::Result<Sheet> places_page(const Page& page);
[[nodiscard]] base::Result<Sheet> place_page(const Page& page);
[[nodiscard]] base::Result<Sheet> sources_page(const Page& page);
[[nodiscard]] base::Result<Sheet> import_page(const Page& page);
[[nodiscard]] base::Result<Sheet> indicators_page(const Page& page);
[[nodiscard]] base::Result<Sheet> method_page(const Page& page);
/// The answer to the form of the method page: a redirect, or the page with a problem.
[[nodiscard]] base::Result<net::Response> take_budget(const Page& page, Sheet& refused);

}  // namespace tocsin::monitor::pages
