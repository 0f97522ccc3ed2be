// SPDX-License-Identifier: Apache-2.0
// A list to take along: as CSV for programs, as a workbook (XLSX: ECMA-376, part 1, section 18) for
// people.
//
// Every cell is text; in a workbook that is what it stays, so nothing in it is run as a formula.
// Made in memory only: libxlsxwriter 1.1 would put the sheets into temporary files first, where
// what was sealed would lie open. Ownership: values. Threads: any. Errors:
// ErrorCode::limit_exceeded past table_rows_max.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace tocsin::formats {

inline constexpr std::size_t table_rows_max = 10'000;
/// A spreadsheet's own limit of signs in a cell; what is longer is cut there, and says so.
inline constexpr std::size_t sheet_cell_signs_max = 32'767;

struct Table {
  std::string name;     ///< of the sheet; signs that a spreadsheet forbids become spaces
  std::string marking;  ///< "TLP:AMBER": a line of its own above the columns; empty for none
  bool right_to_left = false;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

[[nodiscard]] base::Result<std::string> write_csv(const Table& table);
[[nodiscard]] base::Result<std::string> write_xlsx(const Table& table);

}  // namespace tocsin::formats
