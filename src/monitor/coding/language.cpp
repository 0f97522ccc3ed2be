// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/language.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>

#include <cld2/public/compact_lang_det.h>

namespace tocsin::monitor::coding {
namespace {

/// Looking at more words does not change the answer.
constexpr std::size_t tokens_looked_at_max = 120;
constexpr int cld_bytes_max = 4000;

}  // namespace

void LanguageGuess::add(std::string_view language, std::string_view word,
                        const Tokenizer& tokenizer) {
  auto at = std::find(languages_.begin(), languages_.end(), language);
  if (at == languages_.end()) {
    if (languages_.size() == languages_max) return;
    at = languages_.insert(languages_.end(), std::string(language));
  }
  TokenizedText tokens;
  tokenizer.split(word, tokens);
  if (tokens.tokens().size() != 1) return;
  words_[tokens.tokens()[0].hash] |=
      static_cast<std::uint8_t>(1U << static_cast<unsigned>(at - languages_.begin()));
}

std::string LanguageGuess::guess(std::string_view text, std::span<const Token> tokens) const {
  std::array<double, languages_max> scores{};
  std::size_t letters = 0;
  std::size_t arabic = 0;
  for (const Token& token : tokens.first(std::min(tokens.size(), tokens_looked_at_max))) {
    if (token.has(token_punctuation) || token.has(token_number)) continue;
    ++letters;
    if (token.has(token_arabic)) {
      ++arabic;
      continue;
    }
    const auto found = words_.find(token.hash);
    if (found == words_.end()) continue;
    // A word of several languages says less.
    const double weight = 1.0 / std::popcount(static_cast<unsigned>(found->second));
    for (std::size_t i = 0; i < languages_.size(); ++i) {
      if ((found->second >> i & 1U) != 0) scores[i] += weight;
    }
  }
  if (letters == 0) return "und";
  const bool mostly_arabic = arabic * 2 > letters;
  const auto best = std::max_element(scores.begin(), scores.end());
  double second = 0;
  for (auto at = scores.begin(); at != scores.end(); ++at) {
    if (at != best) second = std::max(second, *at);
  }
  constexpr double clear_words_min = 1.0;
  constexpr double clear_ratio = 2.0;
  if (!mostly_arabic && *best >= clear_words_min && *best >= clear_ratio * second)
    return languages_[static_cast<std::size_t>(best - scores.begin())];
  bool reliable = false;
  const auto size = static_cast<int>(std::min<std::size_t>(text.size(), cld_bytes_max));
  const CLD2::Language language = CLD2::DetectLanguage(text.data(), size, true, &reliable);
  if (reliable) {
    const std::string_view code = CLD2::LanguageCode(language);
    return std::string(code.substr(0, code.find('-')));
  }
  if (mostly_arabic) return "ar";
  if (*best > second) return languages_[static_cast<std::size_t>(best - scores.begin())];
  return "und";
}

}  // namespace tocsin::monitor::coding
