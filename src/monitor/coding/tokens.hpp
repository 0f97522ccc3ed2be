// SPDX-License-Identifier: Apache-2.0
// Sentences and words of one text, with byte offsets and folded forms, in all six languages.
//
// Words are folded as base::fold does it ("Ségou" gives "segou", forms of Arabic alef become one).
// A hyphen inside a word ends a token without a token of its own ("anti-tank": "anti", "tank", the
// second marked joined). Elided articles and English endings are tokens ("l'" "armee", "army" "'s",
// "did" "n't"). Dotted abbreviations keep their dots ("u.s."). Arabic clitics stay on the word;
// who looks words up strips them (arabic_stems).
// Ownership: a TokenizedText owns the folded words that its tokens view; it is reused from text to
// text and then invalidates the views. The text itself must outlive the tokens.
// Threads: a Tokenizer may be shared, a TokenizedText belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::monitor::coding {

/// What is known of a token from its letters alone.
enum TokenFlag : std::uint16_t {
  token_capitalised = 1U << 0,     ///< first letter is upper case
  token_all_caps = 1U << 1,        ///< two letters or more, all upper case
  token_number = 1U << 2,          ///< digits, with separators ("1,200")
  token_punctuation = 1U << 3,     ///< one mark; `word` is the mark in ASCII where there is one
  token_sentence_start = 1U << 4,  ///< first word of its sentence
  token_joined = 1U << 5,          ///< follows the token before without white space
  token_abbreviation = 1U << 6,    ///< dotted ("u.s.", "gen.")
  token_arabic = 1U << 7,          ///< written in Arabic script
  token_hyphen_before = 1U << 8,   ///< a hyphen joins it to the token before
};

struct Token {
  std::uint32_t begin = 0;  ///< bytes of the text
  std::uint32_t end = 0;
  std::string_view word;       ///< folded
  std::uint64_t hash = 0;      ///< word_hash(word)
  std::uint32_t sentence = 0;  ///< counted from 0
  std::uint16_t flags = 0;     ///< TokenFlag
  std::int64_t number = -1;    ///< value of a whole number in digits, else -1

  [[nodiscard]] bool has(TokenFlag flag) const { return (flags & flag) != 0; }
};

/// The hash under which dictionaries keep a folded word.
[[nodiscard]] std::uint64_t word_hash(std::string_view folded_word);

/// Tokens of one text; sentences are runs of tokens with the same number.
class TokenizedText {
 public:
  [[nodiscard]] std::span<const Token> tokens() const { return tokens_; }
  [[nodiscard]] std::uint32_t sentences() const {
    return tokens_.empty() ? 0 : tokens_.back().sentence + 1;
  }
  /// The tokens of sentence `number`, or an empty span.
  [[nodiscard]] std::span<const Token> sentence(std::uint32_t number) const;

 private:
  friend class Tokenizer;
  std::vector<Token> tokens_;
  std::vector<std::uint32_t> starts_;  ///< first token of each sentence
  std::unique_ptr<char[]> arena_;
  std::size_t arena_size_ = 0;
};

/// Splits texts. Building it computes the folding tables (about two milliseconds).
class Tokenizer {
 public:
  Tokenizer();
  /// Replaces the content of `into`. Malformed bytes count as white space.
  void split(std::string_view text, TokenizedText& into) const;

 private:
  struct Folded {
    char bytes[12];
    std::uint8_t length;
    std::uint8_t kind;  ///< CharacterKind
    bool upper;
  };
  struct Cursor;
  void word(Cursor& cursor) const;
  void number(Cursor& cursor) const;
  void mark(Cursor& cursor) const;
  [[nodiscard]] const Folded& fold(char32_t value) const;
  static void sentences(std::string_view text, TokenizedText& into);

  static constexpr std::size_t table_size = 0x2100;
  std::vector<Folded> table_;
  Folded other_letter_{};
};

/// Calls `visit(stem)` for the word without the clitics wa-, fa-, bi-, li-, ka- and al- (longest
/// form first) until it returns true. For folded Arabic words only.
template <class Visit>
bool arabic_stems(std::string_view word, Visit visit) {
  // Two bytes a letter in UTF-8. A stem keeps at least two letters.
  constexpr std::size_t stem_bytes_min = 4;
  const auto starts = [&word](std::string_view prefix) {
    return word.starts_with(prefix) && word.size() - prefix.size() >= stem_bytes_min;
  };
  if (visit(word)) return true;
  for (const std::string_view conjunction : {"", "و", "ف"}) {
    if (!conjunction.empty() && !starts(conjunction)) continue;
    const std::string_view rest = word.substr(conjunction.size());
    if (!conjunction.empty() && visit(rest)) return true;
    for (const std::string_view prefix : {"لل", "بال", "كال", "ال", "ب", "ل", "ك", "س"}) {
      if (rest.starts_with(prefix) && rest.size() - prefix.size() >= stem_bytes_min &&
          visit(rest.substr(prefix.size())))
        return true;
    }
  }
  return false;
}

}  // namespace tocsin::monitor::coding
