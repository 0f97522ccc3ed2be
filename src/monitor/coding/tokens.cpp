// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/tokens.hpp"

#include <algorithm>
#include <cstring>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace tocsin::monitor::coding {
namespace {

enum CharacterKind : std::uint8_t { space, letter, digit, punctuation, nothing, arabic_letter };

/// Folding may lengthen a character (one byte in, up to this many out).
constexpr std::size_t folded_growth_max = 3;
constexpr std::size_t number_digits_max = 15;

bool is_mark_of_arabic(char32_t value) {
  return (value >= 0x64B && value <= 0x65F) || value == 0x670 || value == 0x640;
}

CharacterKind kind_of(char32_t value, std::string_view folded) {
  if (value <= 0x20 || value == 0xA0 || (value >= 0x2000 && value <= 0x200A)) return space;
  if (value == 0xAD || (value >= 0x200B && value <= 0x200F) || (value >= 0x202A && value <= 0x202E))
    return nothing;
  if (is_mark_of_arabic(value) || (value >= 0x300 && value <= 0x36F)) return nothing;
  if (value < 0x80) {
    const char c = static_cast<char>(value);
    if (c >= '0' && c <= '9') return digit;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return letter;
    return punctuation;
  }
  if (folded.size() == 1 && folded[0] >= '0' && folded[0] <= '9') return digit;
  if (value < 0xC0 && value != 0xAA && value != 0xB5 && value != 0xBA) return punctuation;
  if (value == 0xD7 || value == 0xF7 || value == 0x60C || value == 0x61B || value == 0x61F ||
      value == 0x66A || value == 0x6D4 || (value >= 0x2010 && value <= 0x20CF))
    return punctuation;
  if (value >= 0x620 && value < 0x700) return arabic_letter;
  return letter;
}

/// The ASCII mark that stands for a mark of another script or of typesetting.
std::string_view plain_mark(char32_t value) {
  switch (value) {
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x02BC:
    case 0x60:
    case 0xB4:
      return "'";
    case 0x201C:
    case 0x201D:
    case 0xAB:
    case 0xBB:
    case 0x201E:
      return "\"";
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
      return "-";
    case 0x60C:
      return ",";
    case 0x61B:
      return ";";
    case 0x61F:
      return "?";
    case 0x6D4:
      return ".";
    case 0x2026:
      return ".";
    default:
      return {};
  }
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Words that a full stop shortens, so that it does not end a sentence.
bool is_shortened(std::string_view word) {
  return one_of(
      word,
      {"mr",  "mrs", "ms",  "dr",   "gen",  "lt",   "col", "maj",  "capt",   "sgt", "brig", "st",
       "sen", "rep", "gov", "prof", "rev",  "hon",  "no",  "vs",   "jan",    "feb", "mar",  "apr",
       "jun", "jul", "aug", "sep",  "sept", "oct",  "nov", "dec",  "approx", "est", "km",   "jr",
       "sr",  "cf",  "sra", "dra",  "mme",  "mlle", "art", "inc",  "ltd",    "co",  "corp", "ref",
       "rs",  "ft",  "mt",  "al",   "etc",  "dept", "adm", "cmdr", "ste"});
}

bool is_elided(std::string_view word) {
  return one_of(word, {"l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu",
                       "quelqu", "aujourd"});
}

}  // namespace

std::uint64_t word_hash(std::string_view folded_word) {
  return base::hash64(folded_word);
}

std::span<const Token> TokenizedText::sentence(std::uint32_t number) const {
  if (number >= starts_.size()) return {};
  const std::size_t first = starts_[number];
  const std::size_t last = number + 1 < starts_.size() ? starts_[number + 1] : tokens_.size();
  return std::span<const Token>(tokens_).subspan(first, last - first);
}

struct Tokenizer::Cursor {
  std::string_view text;
  TokenizedText& into;
  char* out;
  std::size_t at = 0;
  std::size_t last_end = 0;
  bool hyphen = false;

  /// Puts a token that spans [begin, at) and whose folded letters start at `word_begin`.
  void put(std::size_t begin, const char* word_begin, std::uint16_t flags) {
    Token token;
    token.begin = static_cast<std::uint32_t>(begin);
    token.end = static_cast<std::uint32_t>(at);
    token.word = {word_begin, static_cast<std::size_t>(out - word_begin)};
    token.hash = word_hash(token.word);
    token.flags = flags;
    if (begin == last_end && begin > 0) token.flags |= token_joined;
    if (hyphen) token.flags |= token_joined | token_hyphen_before;
    hyphen = false;
    last_end = at;
    into.tokens_.push_back(token);
  }
  void append(std::string_view bytes) {
    std::memcpy(out, bytes.data(), bytes.size());
    out += bytes.size();
  }
};

Tokenizer::Tokenizer() : table_(table_size) {
  for (std::size_t value = 0; value < table_size; ++value) {
    Folded& entry = table_[value];
    std::string original;
    base::append_utf8(original, static_cast<char32_t>(value));
    const bool plain = value < 0x80;
    std::string folded = base::fold(original);
    if (plain)
      folded.assign(1, static_cast<char>(value >= 'A' && value <= 'Z' ? value + 0x20 : value));
    if (folded.size() > sizeof entry.bytes) folded.assign(original);
    if (value >= 0x660 && value <= 0x669)
      folded.assign(1, static_cast<char>('0' + (value - 0x660)));
    if (value >= 0x6F0 && value <= 0x6F9)
      folded.assign(1, static_cast<char>('0' + (value - 0x6F0)));
    const std::string_view mark = plain_mark(static_cast<char32_t>(value));
    entry.kind = kind_of(static_cast<char32_t>(value), folded);
    if (!mark.empty()) entry.kind = punctuation;
    const std::string_view shown = mark.empty() ? std::string_view(folded) : mark;
    entry.length = static_cast<std::uint8_t>(shown.size());
    std::memcpy(entry.bytes, shown.data(), shown.size());
    entry.upper = plain ? (value >= 'A' && value <= 'Z')
                        : entry.kind == letter && base::lower(original) != original;
  }
  other_letter_.kind = letter;
}

const Tokenizer::Folded& Tokenizer::fold(char32_t value) const {
  constexpr char32_t replacement = 0xFFFD;  // what malformed bytes decode to
  constexpr char32_t wide_space = 0x3000;
  if (value == replacement || value == wide_space) return table_[' '];
  return value < table_size ? table_[value] : other_letter_;
}

void Tokenizer::word(Cursor& cursor) const {
  const std::string_view text = cursor.text;
  const std::size_t begin = cursor.at;
  const char* word_begin = cursor.out;
  std::size_t letters = 0;
  std::size_t upper = 0;
  bool first_upper = false;
  bool dotted = false;
  bool arabic = false;
  while (cursor.at < text.size()) {
    const base::CodePoint point = base::decode(text, cursor.at);
    const Folded& folded = fold(point.value);
    if (folded.kind == letter || folded.kind == arabic_letter) {
      if (letters == 0) first_upper = folded.upper;
      ++letters;
      if (folded.upper) ++upper;
      arabic = arabic || folded.kind == arabic_letter;
      if (&folded == &other_letter_)
        cursor.append(text.substr(cursor.at, point.length));
      else
        cursor.append({folded.bytes, folded.length});
    } else if (folded.kind == digit) {
      cursor.append({folded.bytes, folded.length});
    } else if (point.value == '.' && letters > 0 && cursor.at + 1 < text.size() &&
               (letters == 1 || dotted) && text[cursor.at - 1] != '.') {
      // "U.S." and "a.m.": single letters with stops between.
      const base::CodePoint next = base::decode(text, cursor.at + 1);
      const bool letter_next = fold(next.value).kind == letter;
      const bool single =
          cursor.at + 1 + next.length >= text.size() ||
          fold(base::decode(text, cursor.at + 1 + next.length).value).kind != letter;
      if (letter_next && single)
        dotted = true;
      else if (!dotted)
        break;
      cursor.append(".");
      if (!(letter_next && single)) {
        ++cursor.at;
        break;
      }
    } else if (folded.kind != nothing) {
      break;
    }
    cursor.at += point.length;
  }
  if (dotted && *(cursor.out - 1) != '.') {
    cursor.append(".");
    // "U.S." as a name of the dictionary, or at the very end of a text.
    if (cursor.at < text.size() && text[cursor.at] == '.') ++cursor.at;
  }
  std::uint16_t flags = 0;
  if (first_upper) flags |= token_capitalised;
  if (letters >= 2 && upper == letters) flags |= token_all_caps;
  if (dotted) flags |= token_abbreviation;
  if (arabic) flags |= token_arabic;
  const std::string_view folded_word{word_begin, static_cast<std::size_t>(cursor.out - word_begin)};
  // "didn't" and "l'armee": the ending or the elided word becomes a token of its own.
  if (cursor.at < text.size() && !arabic) {
    const base::CodePoint point = base::decode(text, cursor.at);
    const Folded& folded = fold(point.value);
    if (folded.kind == punctuation && folded.length == 1 && folded.bytes[0] == '\'') {
      const std::string_view after = text.substr(cursor.at + point.length);
      const bool letter_after = !after.empty() && fold(base::decode(after, 0).value).kind == letter;
      // A dictionary entry such as "d'" ends here and must become the same token.
      if ((letter_after || after.empty()) && is_elided(folded_word)) {
        cursor.at += point.length;
        cursor.append("'");
        cursor.put(begin, word_begin, flags);
        return;
      }
      if (letter_after && folded_word.size() > 2 && folded_word.ends_with('n') &&
          (after[0] == 't' || after[0] == 'T') &&
          (after.size() == 1 || fold(base::decode(after, 1).value).kind != letter)) {
        const std::size_t after_size = point.length + 1;
        --cursor.out;
        --cursor.at;
        cursor.put(begin, word_begin, flags);
        const std::size_t ending = cursor.at;
        const char* ending_word = cursor.out;
        cursor.append("n't");
        cursor.at += 1 + after_size;
        cursor.put(ending, ending_word, 0);
        return;
      }
    }
  }
  cursor.put(begin, word_begin, flags);
}

void Tokenizer::number(Cursor& cursor) const {
  const std::string_view text = cursor.text;
  const std::size_t begin = cursor.at;
  const char* word_begin = cursor.out;
  std::int64_t value = 0;
  std::size_t digits = 0;
  bool whole = true;
  bool letters = false;
  std::size_t group = 0;  // digits since the last separator
  bool separated = false;
  while (cursor.at < text.size()) {
    const base::CodePoint point = base::decode(text, cursor.at);
    const Folded& folded = fold(point.value);
    if (folded.kind == digit) {
      if (digits < number_digits_max) value = value * 10 + (folded.bytes[0] - '0');
      ++digits;
      ++group;
      cursor.append({folded.bytes, folded.length});
    } else if (folded.kind == letter && &folded != &other_letter_) {
      letters = true;
      cursor.append({folded.bytes, folded.length});
    } else if ((point.value == ',' || point.value == '.' || point.value == 0x66C) && !letters &&
               cursor.at + 1 < text.size() &&
               fold(base::decode(text, cursor.at + point.length).value).kind == digit) {
      // A separator before exactly three digits groups thousands, otherwise it is a decimal.
      std::size_t ahead = cursor.at + point.length;
      std::size_t count = 0;
      while (ahead < text.size() && count < 4) {
        const base::CodePoint next = base::decode(text, ahead);
        if (fold(next.value).kind != digit) break;
        ahead += next.length;
        ++count;
      }
      if (count != 3 || (!separated && group > 3)) whole = false;
      separated = true;
      group = 0;
      cursor.append(",");
    } else {
      break;
    }
    cursor.at += point.length;
  }
  cursor.put(begin, word_begin, token_number);
  if (whole && !letters && digits <= number_digits_max) cursor.into.tokens_.back().number = value;
}

void Tokenizer::mark(Cursor& cursor) const {
  const std::string_view text = cursor.text;
  const std::size_t begin = cursor.at;
  const base::CodePoint point = base::decode(text, cursor.at);
  const Folded& folded = fold(point.value);
  const char before = begin > 0 ? text[begin - 1] : ' ';
  const bool next_letter = begin + point.length < text.size() && [&] {
    const auto kind = fold(base::decode(text, begin + point.length).value).kind;
    return kind == letter || kind == digit || kind == arabic_letter;
  }();
  const bool glued = begin == cursor.last_end && begin > 0 && before != ' ' && next_letter;
  if (folded.length == 1 && folded.bytes[0] == '-' && glued && point.value != 0x2014) {
    cursor.at += point.length;
    cursor.last_end = cursor.at;
    cursor.hyphen = true;
    return;
  }
  const char* word_begin = cursor.out;
  if (folded.length == 1 && folded.bytes[0] == '\'' && begin == cursor.last_end && begin > 0) {
    // The English possessive.
    const std::string_view after = text.substr(begin + point.length);
    const bool s_after = !after.empty() && (after[0] == 's' || after[0] == 'S') &&
                         (after.size() == 1 || fold(base::decode(after, 1).value).kind != letter);
    if (s_after) {
      cursor.append("'s");
      cursor.at += point.length + 1;
      cursor.put(begin, word_begin, 0);
      return;
    }
  }
  cursor.append({folded.bytes, folded.length});
  cursor.at += point.length;
  cursor.put(begin, word_begin, token_punctuation);
}

void Tokenizer::split(std::string_view text, TokenizedText& into) const {
  into.tokens_.clear();
  into.starts_.clear();
  const std::size_t wanted = text.size() * folded_growth_max + 64;
  if (into.arena_size_ < wanted) {
    into.arena_ = std::make_unique<char[]>(wanted);
    into.arena_size_ = wanted;
  }
  Cursor cursor{text, into, into.arena_.get()};
  while (cursor.at < text.size()) {
    const base::CodePoint point = base::decode(text, cursor.at);
    switch (fold(point.value).kind) {
      case letter:
      case arabic_letter:
        word(cursor);
        break;
      case digit:
        number(cursor);
        break;
      case punctuation:
        mark(cursor);
        break;
      default:
        cursor.at += point.length;
        break;
    }
  }
  sentences(text, into);
}

void Tokenizer::sentences(std::string_view text, TokenizedText& into) {
  std::vector<Token>& tokens = into.tokens_;
  std::uint32_t number = 0;
  bool starts = true;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    Token& token = tokens[i];
    // A blank line ends a sentence whatever stands before it.
    if (i > 0 && !starts) {
      const std::string_view between =
          text.substr(tokens[i - 1].end, token.begin - tokens[i - 1].end);
      const std::size_t line = between.find('\n');
      if (line != std::string_view::npos &&
          between.find('\n', line + 1) != std::string_view::npos) {
        ++number;
        starts = true;
      }
    }
    token.sentence = number;
    if (starts) {
      into.starts_.push_back(static_cast<std::uint32_t>(i));
      token.flags |= token_sentence_start;
      starts = false;
    }
    if (!token.has(token_punctuation)) continue;
    const bool stop = token.word == "." || token.word == "!" || token.word == "?";
    const bool glued_semicolon = token.word == ";" && i + 1 < tokens.size() &&
                                 tokens[i + 1].has(token_joined) &&
                                 tokens[i + 1].has(token_capitalised);
    if (!stop && !glued_semicolon) continue;
    if (i + 1 >= tokens.size()) break;
    const Token& next = tokens[i + 1];
    if (stop && next.has(token_joined) && !next.has(token_punctuation)) continue;
    if (token.word == "." && i > 0 && token.has(token_joined)) {
      const Token& before = tokens[i - 1];
      // "Gen. Smith", and an initial as in "J. Smith", go on.
      if (is_shortened(before.word) && before.has(token_capitalised)) continue;
      if (before.word.size() == 1 && before.has(token_capitalised)) continue;
    }
    // Closing quotes and brackets belong to the sentence that they close.
    std::size_t last = i;
    while (last + 1 < tokens.size() && tokens[last + 1].has(token_punctuation) &&
           tokens[last + 1].has(token_joined)) {
      ++last;
      tokens[last].sentence = number;
    }
    i = last;
    ++number;
    starts = true;
  }
}

}  // namespace tocsin::monitor::coding
