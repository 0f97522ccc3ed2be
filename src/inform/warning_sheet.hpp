// SPDX-License-Identifier: Apache-2.0
// A warning as one printable sheet.
//
// Threads: pure over its parts. Errors: those of the PDF writer.
#pragma once

#include "formats/pdf.hpp"
#include "inform/warning_desk.hpp"
#include "pagekit/words.hpp"

namespace tocsin::inform {

[[nodiscard]] formats::PdfSheet warning_sheet(const WarningView& view, const Rules& rules,
                                              const pagekit::Words& words,
                                              std::string_view node_name);

}  // namespace tocsin::inform
