// SPDX-License-Identifier: Apache-2.0
// What the pages of situations share.
//
// Threads: pure over their parts.
#pragma once

#include <string>
#include <string_view>

#include "assess/assess_pages.hpp"

namespace tocsin::assess {

[[nodiscard]] std::string situation_href(std::string_view object);
/// The situation that the address names, for one who may read it.
[[nodiscard]] base::Result<SituationRow> find_situation(const DeskCall& desk);
/// As find_situation; the reading is written down.
[[nodiscard]] base::Result<SituationRow> read_situation(const DeskCall& desk);

/// Handlers of one file each.
void add_indicator_routes(pagekit::Router& router, const AssessParts& parts);

}  // namespace tocsin::assess
