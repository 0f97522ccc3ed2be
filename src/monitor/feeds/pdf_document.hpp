// SPDX-License-Identifier: Apache-2.0
// A PDF as one institutional document: its text by `pdftotext` in a process with limits on time,
// memory and system calls (base/process.hpp), then symbol, date and title as in document.hpp.
//
// Errors: see reader.hpp; ErrorCode::unavailable where pdftotext (poppler-utils) is not installed.
#pragma once

#include <memory>
#include <string_view>

#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

[[nodiscard]] Likeness sniff_pdf_document(std::string_view head);
[[nodiscard]] std::unique_ptr<FeedReader> make_pdf_document_reader(const Tables& tables);

}  // namespace tocsin::monitor::feeds
