// SPDX-License-Identifier: Apache-2.0
// Our own JSON Lines: one report a line, described in docs/formats/jsonl-reports.md.
//
// Errors: see reader.hpp. Unknown members are passed over, so that files may carry more.
#pragma once

#include <memory>
#include <string_view>

#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

[[nodiscard]] Likeness sniff_jsonl_reports(std::string_view head);
[[nodiscard]] std::unique_ptr<FeedReader> make_jsonl_reports_reader(const Tables& tables);

}  // namespace tocsin::monitor::feeds
