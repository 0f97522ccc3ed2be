// SPDX-License-Identifier: Apache-2.0
// ReliefWeb reports: answers of the API (versions 1 and 2: data[].fields) and the flat lists that
// scripts make of them (reports[], articles[]), read item by item.
//
// Errors: see reader.hpp. Lines are the numbers of the items.
#pragma once

#include <memory>
#include <string_view>

#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

[[nodiscard]] Likeness sniff_reliefweb(std::string_view head);
[[nodiscard]] std::unique_ptr<FeedReader> make_reliefweb_reader(const Tables& tables);

}  // namespace tocsin::monitor::feeds
