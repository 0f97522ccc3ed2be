// SPDX-License-Identifier: Apache-2.0
// What a list showed of restricted things: one entry of the access log for the whole page, which
// says how many of which marking, and not one for each row.
//
// Ownership: values. Threads: one. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "ledger/revision.hpp"

namespace tocsin::people {

class ListRead {
 public:
  /// A row that is shown. What is CLEAR needs no entry; a marking that nobody knows counts as RED.
  void add(const ledger::Marking& marking) {
    if (marking.tlp == "CLEAR") return;
    std::size_t at = names.size() - 1;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == marking.tlp) at = i;
    ++counts_[at];
  }
  /// The object of the entry: "situations: AMBER 3, RED 1"; empty where nothing is restricted.
  [[nodiscard]] std::string object(std::string_view list) const {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (counts_[i] == 0) continue;
      text += text.empty() ? std::string(list) + ": " : std::string(", ");
      text += std::string(names[i]) + " " + std::to_string(counts_[i]);
    }
    return text;
  }

 private:
  static constexpr std::array<std::string_view, 4> names{"GREEN", "AMBER", "AMBER+STRICT", "RED"};
  std::array<std::size_t, names.size()> counts_{};
};

}  // namespace tocsin::people
