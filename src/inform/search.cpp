// SPDX-License-Identifier: Apache-2.0
#include "inform/search.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tocsin::inform {

SearchWords::SearchWords(std::string_view typed) {
  const auto folded = base::fold(base::repair_utf8(base::cut(base::trim(typed), search_bytes_max)));
  std::string_view rest = folded;
  while (!rest.empty() && words_.size() < search_words_max) {
    const auto end = std::min(rest.find_first_of(" \t\r\n"), rest.size());
    if (end > 0) words_.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

std::optional<std::string> SearchWords::found_in(std::string_view text) const {
  const auto folded = base::fold(text);
  const bool all = !words_.empty() && std::ranges::all_of(words_, [&](const std::string& word) {
    return folded.find(word) != std::string::npos;
  });
  if (!all) return std::nullopt;
  // Folding changes lengths: the piece is looked for in the text itself, half a piece at a time.
  constexpr std::size_t step = search_excerpt_bytes_max / 2;
  for (std::size_t at = 0; at < text.size();) {
    const auto piece = base::cut(text.substr(at), search_excerpt_bytes_max);
    if (piece.empty()) break;
    if (base::fold(piece).find(words_.front()) != std::string::npos) {
      const bool begins = at == 0;
      const bool ends = at + piece.size() >= text.size();
      return (begins ? "" : "… ") + std::string(base::trim(piece)) + (ends ? "" : " …");
    }
    const auto passed = base::cut(text.substr(at), step).size();
    at += passed == 0 ? piece.size() : passed;
  }
  return std::string(base::cut(text, search_excerpt_bytes_max));
}

}  // namespace tocsin::inform
