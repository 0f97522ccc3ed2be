// SPDX-License-Identifier: Apache-2.0
// A comma (or semicolon, or tab) separated table whose first row names the columns: what ACLED,
// UCDP, UPR and the exports of others have in common.
//
// Rows that are malformed, or have another number of cells than the header, go to the sink as
// rejected and are not given out. "NA" and "NULL" cells, as statistics programs write what is
// missing, read as empty. Ownership: rows are views until the next call. Threads: one thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "formats/csv.hpp"
#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

class HeadedTable {
 public:
  explicit HeadedTable(formats::ByteSource& source, char delimiter = ',')
      : csv_(source, delimiter) {}

  struct Row {
    std::uint64_t line = 0;  ///< 0 means there is no more
    const std::vector<std::string_view>& fields;
  };

  /// Reads the header; fails where one of `required` is missing, naming it.
  [[nodiscard]] base::Status open(std::initializer_list<std::string_view> required);
  /// For tables without a header: the first row is data.
  void open_without_header(std::initializer_list<std::string_view> names);
  /// Takes a header that the caller has read itself.
  void open_with(std::vector<std::string> names);
  [[nodiscard]] base::Result<Row> next(RecordSink& sink);
  /// The raw rows, for a caller that looks for its header.
  [[nodiscard]] formats::CsvReader& csv() { return csv_; }

  [[nodiscard]] std::size_t width() const { return names_.size(); }
  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
  /// The cell of the current row in the named column; empty where there is no such column.
  [[nodiscard]] std::string_view cell(std::string_view name) const;

 private:
  formats::CsvReader csv_;
  std::vector<std::string> names_;  ///< in lower case
  std::vector<std::string_view> fields_;
};

/// The cells of the head's first row, or nothing where it is not whole.
[[nodiscard]] std::vector<std::string> first_row(std::string_view head, char delimiter = ',');
/// True if the first row names all of these columns (without regard to case).
[[nodiscard]] bool header_has(std::string_view head, std::initializer_list<std::string_view> names,
                              char delimiter = ',');
/// The delimiter of comma, semicolon and tab that the first line holds most of.
[[nodiscard]] char likely_delimiter(std::string_view head);

}  // namespace tocsin::monitor::feeds
