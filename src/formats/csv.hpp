// SPDX-License-Identifier: Apache-2.0
// Separated values: a streaming RFC 4180 reader and a writer that is safe to open in a spreadsheet.
//
// Ownership: a row's fields are views that hold until the next call. Threads: one thread.
// Errors: those of the source; a row that breaks the rules or the limit is given as malformed with
// its line and reason, and reading goes on at the line after the one where it began.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "formats/byte_source.hpp"

namespace tocsin::formats {

/// Columns of one row; more are refused.
inline constexpr std::size_t columns_max = 4096;

struct CsvRow {
  std::uint64_t line = 0;  ///< the line where the row begins, from 1; 0 means there is no more
  std::span<const std::string_view> fields;
  std::string malformed;  ///< why the row cannot be read; empty for a good row
};

class CsvReader {
 public:
  explicit CsvReader(ByteSource& source, char delimiter = ',',
                     std::size_t row_bytes_max = base::line_bytes_max)
      : source_(source), delimiter_(delimiter), row_bytes_max_(row_bytes_max) {}
  /// The next row that is not empty. A byte order mark at the begin is passed over.
  [[nodiscard]] base::Result<CsvRow> next();

 private:
  enum class Scan { row, need_more, malformed, too_long };
  struct Range {
    std::size_t begin;
    std::size_t end;
    bool doubled_quotes;
  };
  [[nodiscard]] Scan scan();
  [[nodiscard]] Scan scan_quoted(std::size_t& at, Range& range);
  [[nodiscard]] Scan end_field(std::size_t& at, const Range& range, bool& row_done);
  [[nodiscard]] base::Result<bool> fill();
  [[nodiscard]] base::Result<CsvRow> pass_over_line(std::string reason);
  [[nodiscard]] CsvRow take_row();

  ByteSource& source_;
  char delimiter_;
  std::size_t row_bytes_max_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t row_end_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t row_lines_ = 0;
  std::string reason_;
  std::vector<Range> ranges_;
  std::vector<std::string_view> fields_;
  bool source_ended_ = false;
  bool started_ = false;
};

/// One field for export, quoted where needed. A field that a spreadsheet would run as a formula
/// (first character = + - @ tab or return, and not a plain number) gets an apostrophe in front, as
/// OWASP's "CSV Injection" advises.
[[nodiscard]] std::string csv_field(std::string_view value);
/// A row for export, ended by CR LF as RFC 4180 says.
[[nodiscard]] std::string csv_row(std::span<const std::string> values);

/// Splits at every delimiter without any quoting, as GDELT's tables are written. `fields` is
/// refilled; returns the number found, which may be one more than fits into `columns_max`.
std::size_t split(std::string_view line, char delimiter, std::vector<std::string_view>& fields);

}  // namespace tocsin::formats
