// SPDX-License-Identifier: Apache-2.0
// HXL: tables with a row of hashtags, as CSV or JSON (rows as lists, or as objects).
//
// A row that names an event, a description or people hurt becomes a report made of its cells; rows
// of services and figures are out of scope. Source: "HXL standard 1.1". Errors: see reader.hpp.
#pragma once

#include <memory>
#include <string_view>

#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

[[nodiscard]] Likeness sniff_hxl(std::string_view head);
[[nodiscard]] std::unique_ptr<FeedReader> make_hxl_reader(const Tables& tables);

}  // namespace tocsin::monitor::feeds
