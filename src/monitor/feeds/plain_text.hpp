// SPDX-License-Identifier: Apache-2.0
// A plain text file as one report. Taken only where no other format fits and the bytes are text.
//
// Errors: see reader.hpp.
#pragma once

#include <memory>
#include <string_view>

#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

[[nodiscard]] Likeness sniff_plain_text(std::string_view head);
[[nodiscard]] std::unique_ptr<FeedReader> make_plain_text_reader(const Tables& tables);

}  // namespace tocsin::monitor::feeds
