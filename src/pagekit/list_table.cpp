// SPDX-License-Identifier: Apache-2.0
#include "pagekit/list_table.hpp"

namespace tocsin::pagekit {

formats::Table begin_table(const Words& words, std::string_view title,
                           std::initializer_list<std::string_view> columns) {
  formats::Table table;
  table.name = words.message(title);
  table.right_to_left = words.language() == "ar";
  for (const auto column : columns) table.columns.push_back(words.message(column));
  return table;
}

}  // namespace tocsin::pagekit
