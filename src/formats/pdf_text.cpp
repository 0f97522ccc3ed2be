// SPDX-License-Identifier: Apache-2.0
#include "formats/pdf_text.hpp"

#include "base/process.hpp"

namespace tocsin::formats {

base::Result<std::string> pdf_to_text(std::string_view pdf, std::size_t text_bytes_max) {
  const std::string program = base::find_program("pdftotext");
  if (program.empty())
    return base::fail(base::ErrorCode::unavailable, "PDF needs the program pdftotext", {},
                      "install the package poppler-utils");
  base::ChildLimits limits;
  limits.output_bytes_max = text_bytes_max;
  auto read = base::run_limited(
      {program, "-q", "-enc", "UTF-8", "-eol", "unix", "-nopgbrk", "-", "-"}, pdf, limits);
  if (!read) return std::unexpected(std::move(read.error()));
  if (read->exit_code != 0)
    return base::fail(base::ErrorCode::corrupt, "the PDF is damaged or locked (pdftotext says " +
                                                    std::to_string(read->exit_code) + ")");
  return std::move(read->output);
}

}  // namespace tocsin::formats
