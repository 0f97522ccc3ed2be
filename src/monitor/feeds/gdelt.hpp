// SPDX-License-Identifier: Apache-2.0
// GDELT event exports: 2.0 (61 columns), 1.0 (58, before April 2013 57), tab separated without
// header or quotes; and the same columns as comma separated tables with a header.
//
// Source: "GDELT Event Database Data Format Codebook" V1.03 and V2.0 (The GDELT Project).
// Errors: see reader.hpp. A row with another number of columns than the file's first is rejected.
#pragma once

#include <memory>
#include <string_view>

#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

[[nodiscard]] Likeness sniff_gdelt(std::string_view head);
[[nodiscard]] std::unique_ptr<FeedReader> make_gdelt_reader(const Tables& tables);

}  // namespace tocsin::monitor::feeds
