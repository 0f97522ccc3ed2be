// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/pdf_document.hpp"

#include <string>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "formats/pdf_text.hpp"
#include "monitor/feeds/document.hpp"
#include "monitor/feeds/fields.hpp"

namespace tocsin::monitor::feeds {

namespace {

class PdfDocumentReader final : public FeedReader {
 public:
  base::Status read(formats::ByteSource& source, RecordSink& sink) override {
    auto bytes = formats::read_all(source, document_bytes_max);
    if (!bytes) return std::unexpected(std::move(bytes).error());
    auto text = formats::pdf_to_text(*bytes, base::report_bytes_max);
    if (!text && text.error().code == base::ErrorCode::unavailable)
      return std::unexpected(std::move(text).error());
    FeedRecord record;
    record.kind = RecordKind::document;
    record.line = 1;
    if (!text) {
      const bool damaged = text.error().code == base::ErrorCode::corrupt;
      sink.rejected(
          1, damaged ? text.error().text() : "the PDF cannot be read: " + text.error().text());
      return {};
    }
    record.text = clean(*text);
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
