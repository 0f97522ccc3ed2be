// SPDX-License-Identifier: Apache-2.0
// Which language a text is in: by its function words and script, by CLD2 where they do not decide.
//
// Ownership: holds a table of function words. Threads: read-only once filled.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "monitor/coding/tokens.hpp"

namespace tocsin::monitor::coding {

class LanguageGuess {
 public:
  /// Tells that a word is a function word of a language ("en" …).
  void add(std::string_view language, std::string_view word, const Tokenizer& tokenizer);
  /// ISO 639-1, or "und".
  [[nodiscard]] std::string guess(std::string_view text, std::span<const Token> tokens) const;

 private:
  static constexpr std::size_t languages_max = 8;
  std::vector<std::string> languages_;
  std::unordered_map<std::uint64_t, std::uint8_t> words_;  ///< bit a language
};

}  // namespace tocsin::monitor::coding
