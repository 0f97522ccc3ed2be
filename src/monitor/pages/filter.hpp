// SPDX-License-Identifier: Apache-2.0
// What a reader narrows the observations to, read out of an address: one reading for the page, the
// JSON list and the CSV.
//
// Threads: pure but for naming a place through the page's reader.
// Errors: a value that cannot be used becomes `problem`, a sentence in the reader's language, and
// narrows nothing; failing reads of the store are errors.
#pragma once

#include <string>
#include <vector>

#include "monitor/pages/page.hpp"

namespace tocsin::monitor::pages {

struct ActiveFilter {
  std::string label;
  std::string remove_href;
};

struct ListFilter {
  HappeningFilter filter;
  std::vector<ActiveFilter> active;
  std::string problem;    ///< empty where every value could be used
  bool left_out = false;  ///< the value with the problem narrows nothing
};

/// The names of the query, for the form and for OpenAPI.
[[nodiscard]] std::vector<pagekit::Parameter> filter_parameters();
[[nodiscard]] base::Result<ListFilter> read_filter(const Page& page);
/// True if `id` is a kind of event, a PLOVER type, a watch measure or a watch on people killed.
[[nodiscard]] bool is_known_kind(const Page& page, std::string_view id);
/// The filter's query without its place in the list, "" or "?…"; what is no filter is left out.
[[nodiscard]] std::string filter_query(const pagekit::Call& call);
/// The form's lists of choices: factor, kind, source, language.
[[nodiscard]] base::Result<boost::json::array> filter_choices(const Page& page);

}  // namespace tocsin::monitor::pages
