// SPDX-License-Identifier: Apache-2.0
// The words of a PDF, read by `pdftotext` in a process of its own behind a fence
// (base/process.hpp).
//
// Threads: may be called from several at once. Errors: ErrorCode::unavailable where pdftotext
// (poppler-utils) is not installed; corrupt for a PDF that is damaged or locked; limit_exceeded,
// io as run_limited says.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::formats {

[[nodiscard]] base::Result<std::string> pdf_to_text(std::string_view pdf,
                                                    std::size_t text_bytes_max);

}  // namespace tocsin::formats
