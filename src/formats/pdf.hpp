// SPDX-License-Identifier: Apache-2.0
// A printable sheet as PDF, in every script: the door to Pango and Cairo.
//
// Text is plain, never markup. Each paragraph runs in its own direction; the sheet's direction is
// that of its language. Fonts are those of the machine (fonts-noto-core, fonts-noto-cjk).
// The marking stands at head and foot of each page, what identifies the version at the foot. All is
// set smaller, down to `pdf_scale_min`, so that it fits on one page; what does not fit then goes
// on. Ownership: values. Threads: any, each with fonts of its own. Errors: ErrorCode::unavailable
// names the fonts to install where signs have none; limit_exceeded past pdf_pages_max.
#pragma once

#include <string>
#include <vector>

#include "base/calendar.hpp"
#include "base/result.hpp"

namespace tocsin::formats {

inline constexpr double pdf_scale_min = 0.72;
inline constexpr int pdf_pages_max = 20;

struct PdfPart {
  enum class Kind { title, heading, text, note };
  Kind kind = Kind::text;
  std::string text;
};

struct PdfSheet {
  std::string language = "en";  ///< BCP 47
  bool right_to_left = false;
  std::string title;    ///< of the document's properties: say nothing confidential in it
  std::string marking;  ///< "TLP:AMBER+STRICT  PAP:AMBER"
  std::string foot;     ///< hash and version
  base::Instant made;
  std::vector<PdfPart> parts;
};

struct Pdf {
  std::string bytes;
  int pages = 0;
};
[[nodiscard]] base::Result<Pdf> write_pdf(const PdfSheet& sheet);

}  // namespace tocsin::formats
