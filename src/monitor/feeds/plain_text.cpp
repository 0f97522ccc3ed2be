// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/plain_text.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <string>

#include "base/text.hpp"
#include "formats/csv.hpp"
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

/// A header of many short names in one line, and nothing else: no sentence is written so.
bool looks_like_header(std::span<const std::string_view> cells) {
  constexpr std::size_t cells_min = 5;
  return cells.size() >= cells_min && std::ranges::all_of(cells, [](std::string_view cell) {
           return cell.find(' ') == std::string_view::npos;
         });
}

/// In prose a space follows a comma; in tables hardly ever.
bool reads_as_prose(std::span<const std::string_view> cells) {
  const auto spaced =
      std::ranges::count_if(cells.subspan(std::min<std::size_t>(1, cells.size())),
                            [](std::string_view cell) { return cell.starts_with(' '); });
  return 2 * static_cast<std::size_t>(spaced) > cells.size() - 1;
}

/// More separators in one line, no space behind them, than any sentence has.
bool is_wide_row(std::string_view line, char separator) {
  constexpr int cells_min = 200;
  int cells = 0;
  for (std::size_t i = 0; i + 1 < line.size(); ++i)
    if (line[i] == separator && line[i + 1] != ' ') ++cells;
  return cells >= cells_min;
}

/// Rows that nearly all have the same number of cells are a table and no prose.
bool looks_like_table(std::string_view head) {
  constexpr std::size_t rows_max = 20;
  constexpr double alike_share = 0.9;
  // The last line may be cut where the head ends.
  const auto last_line = head.rfind('\n');
  if (head.size() >= head_bytes && last_line != std::string_view::npos)
    head = head.substr(0, last_line);
  for (const char separator : {'\t', ',', ';', '|'}) {
    if (is_wide_row(head.substr(0, head.find('\n')), separator)) return true;
    formats::MemorySource source(head);
    formats::CsvReader reader(source, separator);
    std::map<std::size_t, std::size_t> rows_of_width;
    std::size_t rows = 0;
    bool header = false;
    for (; rows < rows_max; ++rows) {
      const auto row = reader.next();
      if (!row || row->line == 0) break;
      if (rows == 0) header = looks_like_header(row->fields);
      const bool cells = row->malformed.empty() && !reads_as_prose(row->fields);
      ++rows_of_width[cells ? row->fields.size() : 0];
    }
    if (rows == 1 && header) return true;
    for (const auto& [width, count] : rows_of_width)
      if (width >= 2 && count >= 2 &&
          static_cast<double>(count) >= alike_share * static_cast<double>(rows))
        return true;
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
