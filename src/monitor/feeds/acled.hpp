// SPDX-License-Identifier: Apache-2.0
// ACLED event tables: the layout until 2022 (31 columns, numeric interaction codes) and the one
// since 2023 (disorder_type, civilian_targeting, tags, interaction in words). Columns are found by
// name, so exports with columns added or left out are read too.
//
// Source: "ACLED Codebook" (2019, 2023). Errors: see reader.hpp.
#pragma once

#include <memory>
#include <string_view>

#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

[[nodiscard]] Likeness sniff_acled(std::string_view head);
[[nodiscard]] std::unique_ptr<FeedReader> make_acled_reader(const Tables& tables);

}  // namespace tocsin::monitor::feeds
