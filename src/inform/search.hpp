// SPDX-License-Identifier: Apache-2.0
// Finding words in what the desk holds, as a reader types them: letters without their marks, any
// case, Arabic letter forms alike. Every word must stand in the text, in any order.
//
// Texts are sealed, and no index of them is kept that an erasure could forget: they are opened and
// looked through, the newest first. Pure. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::inform {

inline constexpr std::size_t search_bytes_max = 200;
inline constexpr std::size_t search_words_max = 8;
inline constexpr std::size_t search_excerpt_bytes_max = 280;

class SearchWords {
 public:
  /// What is left of the typed text when it is cut and folded; no words where nothing is.
  explicit SearchWords(std::string_view typed);
  [[nodiscard]] bool empty() const { return words_.empty(); }
  /// The piece of the text around the first word that is found; nothing where one is missing.
  [[nodiscard]] std::optional<std::string> found_in(std::string_view text) const;

 private:
  std::vector<std::string> words_;
};

}  // namespace tocsin::inform
