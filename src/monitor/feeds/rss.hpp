// SPDX-License-Identifier: Apache-2.0
// RSS 2.0 with the extensions that news feeds use: content:encoded, Dublin Core, GeoRSS and those
// of the Europe Media Monitor (language, source country).
//
// Source: "RSS 2.0 Specification" (RSS Advisory Board). Errors: see reader.hpp. Lines are item
// numbers.
#pragma once

#include <memory>
#include <string_view>

#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

[[nodiscard]] Likeness sniff_rss(std::string_view head);
[[nodiscard]] std::unique_ptr<FeedReader> make_rss_reader(const Tables& tables);

}  // namespace tocsin::monitor::feeds
