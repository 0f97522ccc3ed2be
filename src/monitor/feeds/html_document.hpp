// SPDX-License-Identifier: Apache-2.0
// A page saved as HTML: an institutional document with title, symbol, date, link and body; or a
// list of documents, in the layouts of data/feeds/html_listings.tsv.
//
// Errors: see reader.hpp. A list's lines are the numbers of its entries.
#pragma once

#include <memory>
#include <string_view>

#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

[[nodiscard]] Likeness sniff_html_document(std::string_view head);
[[nodiscard]] std::unique_ptr<FeedReader> make_html_document_reader(const Tables& tables);

}  // namespace tocsin::monitor::feeds
