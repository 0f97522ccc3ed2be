// SPDX-License-Identifier: Apache-2.0
// The addresses of the watching node: pages, assets, the JSON API, health.
//
// Ownership: the routes keep a reference to `parts`, which must outlive the router.
// Threads: the routes serve from several threads at once.
#pragma once

#include <chrono>
#include <functional>

#include "monitor/pages/page.hpp"

namespace tocsin::monitor::pages {

/// Makes the pages that most readers open first, in every language, so that nobody waits for them.
/// To be called when the store has changed, before readers are told, and at least every
/// `front_pages_every`. Costs as much as making each of them; any thread; logs what fails.
using MakeFrontPages = std::function<void()>;
inline constexpr std::chrono::minutes front_pages_every{4};  // less than SheetCache::age_max

/// Registers every route and the problem page.
MakeFrontPages add_monitor_routes(pagekit::Router& router, const MonitorParts& parts);

/// Serves a request if its Host names this machine ("localhost", 127.0.0.0/8, "[::1]"); any other
/// name would let a web site that resolves to this machine read the node (DNS rebinding) and is
/// answered with 421.
[[nodiscard]] net::Response serve_local(const pagekit::Router& router, const MonitorParts& parts,
                                        const net::Request& request);
/// As serve_local, for a node that other machines may reach under one more name; `answer` serves
/// what is named rightly.
[[nodiscard]] net::Response serve_named(const MonitorParts& parts, const net::Request& request,
                                        std::string_view own_name,
                                        const std::function<net::Response()>& answer);
[[nodiscard]] bool names_this_machine(std::string_view host_header);

}  // namespace tocsin::monitor::pages
