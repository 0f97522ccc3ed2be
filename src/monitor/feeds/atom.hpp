// SPDX-License-Identifier: Apache-2.0
// Atom feeds (RFC 4287), also those whose entries carry CAP alerts.
//
// Errors: see reader.hpp. Lines are the numbers of the entries.
#pragma once

#include <memory>
#include <string_view>

#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

[[nodiscard]] Likeness sniff_atom(std::string_view head);
[[nodiscard]] std::unique_ptr<FeedReader> make_atom_reader(const Tables& tables);

}  // namespace tocsin::monitor::feeds
