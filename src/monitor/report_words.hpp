// SPDX-License-Identifier: Apache-2.0
// Splits a text into folded, hashed words and knows the closed classes that repeats need: numbers,
// months, weekdays, news agencies, in six languages (en, fr, es, pt, sw, ar).
//
// Ownership: values. Threads: immutable after construction. Units: byte offsets of the text.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tocsin::monitor {

/// One word as it stands in the text, with what the tables know about it.
struct RawWord {
  std::uint64_t hash = 0;      ///< of the folded letters
  std::uint32_t skeleton = 0;  ///< of the consonants in any order: survives common misspellings
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t figure = 0;  ///< value if digits > 0 or spelled
  std::uint32_t scale = 0;   ///< 100, 1000 for "hundred", "mille"; else 0
  std::uint16_t letters = 0;
  std::uint8_t digits = 0;  ///< digits if the word is a number written in digits
  bool capital = false;     ///< first letter is upper case
  bool cased = false;       ///< first letter has upper and lower case
  bool sentence_start = false;
  bool spelled = false;  ///< a number word
  bool grouped = false;  ///< digits joined over a separator of thousands
  bool month = false;
  bool weekday = false;
  bool connector = false;  ///< "of", "et", "na": may stand inside a number or a date
  bool agency = false;
  bool label = false;  ///< "breaking", "urgent": marks a heading
  bool date = false;   ///< set by the reader
};

class WordTables {
 public:
  WordTables();
  /// Words in order. CJK and other scripts without spaces give one word a character.
  [[nodiscard]] std::vector<RawWord> split(std::string_view text) const;

 private:
  enum class Class : std::uint8_t { number, scale, month, weekday, connector, agency, label };
  struct Entry {
    Class kind;
    std::uint32_t value;
  };
  /// What one code point is: nothing (a separator), a mark that is dropped, a digit or a letter.
  struct Letter {
    std::uint32_t folded = 0;  ///< first folded code point; 0 separator
    std::uint32_t second = 0;  ///< second folded code point, for "ß" and ligatures; else 0
    bool mark = false;
    bool upper = false;
    bool cased = false;
    std::int8_t digit = -1;
    bool alone = false;  ///< a word of its own
  };
  static constexpr char32_t table_size = 0x2000;

  [[nodiscard]] Letter letter_of(char32_t point) const;
  [[nodiscard]] static Letter make_letter(char32_t point);
  void add_words(std::string_view words, Class kind, std::uint32_t value);
  void finish(RawWord& word) const;

  std::vector<Letter> letters_;
  std::unordered_map<std::uint64_t, Entry> entries_;
};

}  // namespace tocsin::monitor
