// SPDX-License-Identifier: Apache-2.0
// Recommendations of the Universal Periodic Review, in the columns of the UPR Info database.
//
// Errors: see reader.hpp. The id is a hash of the row: the export has none.
#pragma once

#include <memory>
#include <string_view>

#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

[[nodiscard]] Likeness sniff_upr(std::string_view head);
[[nodiscard]] std::unique_ptr<FeedReader> make_upr_reader(const Tables& tables);

}  // namespace tocsin::monitor::feeds
