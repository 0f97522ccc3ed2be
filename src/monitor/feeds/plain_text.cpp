// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/plain_text.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "monitor/feeds/document.hpp"
#include "monitor/feeds/fields.hpp"

namespace tocsin::monitor::feeds {

namespace {

class PlainTextReader final : public FeedReader {
 public:
  base::Status read(formats::ByteSource& source, RecordSink& sink) override {
    auto bytes = formats::read_all(source, document_bytes_max);
    if (!bytes) return std::unexpected(std::move(bytes).error());
    FeedRecord record;
    record.line = 1;
    record.text = clean(base::to_utf8(*bytes));
    if (const auto reason = complete_document(record); !reason.empty()) {
      sink.rejected(1, reason);
      return {};
    }
    if (!record.symbol.empty()) record.kind = RecordKind::document;
    return sink.kept(record);
  }
};

/// Lines that all have the same number of tabs, or commas, are a table and no prose.
bool looks_like_table(std::string_view head) {
  for (const char separator : {'\t', ',', ';', '|'}) {
    std::size_t lines = 0;
    std::size_t alike = 0;
    long first = 0;
    for (std::string_view rest = head; lines < 20 && !rest.empty(); ++lines) {
      const auto line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      const auto count = std::count(line.begin(), line.end(), separator);
      if (lines == 0) first = count;
      alike += count == first && count > 0 ? 1U : 0U;
    }
    if (lines >= 2 && alike == lines) return true;
  }
  return false;
}

}  // namespace

Likeness sniff_plain_text(std::string_view head) {
  head = base::trim(head);
  if (head.empty() || head.starts_with('<') || head.starts_with('{') || head.starts_with('[') ||
      head.starts_with("%PDF"))
    return Likeness::no;
  const auto controls = std::count_if(head.begin(), head.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f';
  });
  if (controls > 0 || looks_like_table(head)) return Likeness::no;
  return Likeness::fallback;
}

std::unique_ptr<FeedReader> make_plain_text_reader(const Tables&) {
  return std::make_unique<PlainTextReader>();
}

}  // namespace tocsin::monitor::feeds
