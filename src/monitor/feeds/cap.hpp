// SPDX-License-Identifier: Apache-2.0
// Common Alerting Protocol 1.1 and 1.2: one alert a file; and the same elements inside Atom feeds.
//
// Of an alert in several languages the blocks of one language are read. Alerts marked as exercise
// are kept with the mark; tests, drafts, system messages and cancellations are out of scope, and so
// are alerts whose categories (data/feeds/cap_categories.tsv) do not concern people's safety.
// Source: OASIS "Common Alerting Protocol Version 1.2". Errors: see reader.hpp.
#pragma once

#include <memory>
#include <string_view>

#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

[[nodiscard]] Likeness sniff_cap(std::string_view head);
[[nodiscard]] std::unique_ptr<FeedReader> make_cap_reader(const Tables& tables);

}  // namespace tocsin::monitor::feeds
