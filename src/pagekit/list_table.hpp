// SPDX-License-Identifier: Apache-2.0
// Lists to take along (CSV, XLSX), headed in the reader's words.
//
// Threads: pure over the catalogue.
#pragma once

#include <initializer_list>
#include <string_view>

#include "formats/table.hpp"
#include "pagekit/router.hpp"
#include "pagekit/words.hpp"

namespace tocsin::pagekit {

/// A table without rows; `title` and `columns` are keys of the catalogue.
[[nodiscard]] formats::Table begin_table(const Words& words, std::string_view title,
                                         std::initializer_list<std::string_view> columns);

/// Both forms with their endings: "/inbox" is served as "/inbox.csv" and "/inbox.xlsx".
struct ListForm {
  std::string_view ending;
  TableForm form;
};
inline constexpr ListForm list_forms[] = {{".csv", TableForm::csv}, {".xlsx", TableForm::xlsx}};

}  // namespace tocsin::pagekit
