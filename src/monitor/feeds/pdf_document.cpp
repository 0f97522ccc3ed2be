// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/pdf_document.hpp"

#include <string>

#include "base/limits.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "monitor/feeds/document.hpp"
#include "monitor/feeds/fields.hpp"

namespace tocsin::monitor::feeds {

namespace {

class PdfDocumentReader final : public FeedReader {
 public:
  base::Status read(formats::ByteSource& source, RecordSink& sink) override {
    auto bytes = formats::read_all(source, document_bytes_max);
    if (!bytes) return std::unexpected(std::move(bytes).error());
    const std::string program = base::find_program("pdftotext");
    if (program.empty())
      return base::fail(base::ErrorCode::unavailable, "PDF needs the program pdftotext", {},
                        "install the package poppler-utils");
    base::ChildLimits limits;
    limits.output_bytes_max = base::report_bytes_max;
    auto text = base::run_limited(
        {program, "-q", "-enc", "UTF-8", "-eol", "unix", "-nopgbrk", "-", "-"}, *bytes, limits);
    FeedRecord record;
    record.kind = RecordKind::document;
    record.line = 1;
    if (!text) {
      sink.rejected(1, "the PDF cannot be read: " + text.error().text());
      return {};
    }
    if (text->exit_code != 0) {
      sink.rejected(1, "the PDF is damaged or locked (pdftotext says " +
                           std::to_string(text->exit_code) + ")");
      return {};
    }
    record.text = clean(text->output);
    if (record.text.empty()) {
      sink.rejected(1, "the PDF holds pictures only, no text");
      return {};
    }
    if (const auto reason = complete_document(record); !reason.empty()) {
      sink.rejected(1, reason);
      return {};
    }
    return sink.kept(record);
  }
};

}  // namespace

Likeness sniff_pdf_document(std::string_view head) {
  // The mark may follow a few bytes of rubbish, as readers of PDF accept.
  return head.substr(0, 1024).find("%PDF-") != std::string_view::npos && !head.starts_with('{') &&
                 !head.starts_with('<')
             ? Likeness::certain
             : Likeness::no;
}

std::unique_ptr<FeedReader> make_pdf_document_reader(const Tables&) {
  return std::make_unique<PdfDocumentReader>();
}

}  // namespace tocsin::monitor::feeds
