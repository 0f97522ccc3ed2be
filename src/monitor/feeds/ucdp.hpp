// SPDX-License-Identifier: Apache-2.0
// UCDP Georeferenced Event Dataset: 41 columns (until 22.1) and 49 columns (since 23.1 and
// Candidate releases), with a header or, as some Candidate releases came, without.
//
// Source: "UCDP GED Codebook" versions 19.1 and 23.1. Errors: see reader.hpp.
#pragma once

#include <memory>
#include <string_view>

#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

[[nodiscard]] Likeness sniff_ucdp(std::string_view head);
[[nodiscard]] std::unique_ptr<FeedReader> make_ucdp_reader(const Tables& tables);

}  // namespace tocsin::monitor::feeds
