// SPDX-License-Identifier: Apache-2.0
// A notice as one printable sheet, for an authority to whom it is handed over on paper: what may go
// through no network goes this way.
//
// Threads: the sheet is pure over its parts; routes as inform_pages.hpp says. Errors: those of the
// PDF writer.
#pragma once

#include "formats/pdf.hpp"
#include "inform/notice_tables.hpp"
#include "pagekit/router.hpp"
#include "pagekit/words.hpp"

namespace tocsin::inform {

struct InformParts;

/// Who sends the notice and who receives it, as the sheet names them.
struct NoticeSides {
  std::string sender;
  std::string contact;
  std::string authority;
};

/// `words`: in the language of the text where there is a catalogue for it.
[[nodiscard]] formats::PdfSheet notice_sheet(const NoticeRow& notice, const NoticeText& text,
                                             const NoticeSides& sides, const pagekit::Words& words);

/// "/notices/{id}/receipts/{authority}/sheet.pdf"
void add_notice_sheet_route(pagekit::Router& router, const InformParts& parts);

}  // namespace tocsin::inform
