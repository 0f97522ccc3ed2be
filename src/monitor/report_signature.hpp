// SPDX-License-Identifier: Apache-2.0
// Reads one report into the compact signature by which repeats and updates are found.
//
// A signature holds (1) the report's words in order, each folded and hashed, with figures and dates
// told apart from words; (2) a bottom-k sketch of pairs of neighbouring content words (Broder 1997,
// "On the resemblance and containment of documents"): of all pair hashes the `sketch_pairs_max`
// smallest, so that both resemblance and containment of two reports can be estimated; (3) a hash of
// the whole folded text. Figures and dates are no part of a pair: the same report with another
// death toll has the same sketch.
//
// Unicode-safe: any bytes may come in; malformed UTF-8 counts as a separator. Words are folded as
// base::fold folds them. Numbers are read as digits (Western, Arabic-Indic, Persian) and as words
// in English, French, Spanish, Portuguese, Swahili and Arabic; dates by the month names of the same
// languages. Agency lines ("NAIROBI, 3 March (AFP) -") before the text are left out.
//
// Ownership: values. Threads: a ReportReader is immutable after construction and may be shared.
// Errors: decode_signature refuses bytes that encode_signature cannot have written.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::monitor {

/// Words of a report that are kept in order; what comes later counts in the sketch only.
inline constexpr std::size_t signature_words_max = 160;
/// Hashes kept in a sketch. A report with fewer pairs is kept whole.
inline constexpr std::size_t sketch_pairs_max = 64;
/// Bytes of one report that are read; a longer report is judged by its beginning.
inline constexpr std::size_t signature_bytes_max = 64U << 10;

enum class WordKind : std::uint8_t { word, name, figure, date };

/// One word in 32 bits: 29 bits of hash (or the value of a figure), one bit "content", 2 bits kind.
/// The lowest 8 bits of a word's hash are of its consonants only, in any order.
class SignatureWord {
 public:
  SignatureWord() = default;
  SignatureWord(WordKind kind, bool content, std::uint32_t value)
      : bits_((value << 3U) | (content ? 4U : 0U) | static_cast<std::uint32_t>(kind)) {}
  static SignatureWord from_bits(std::uint32_t bits) {
    SignatureWord word;
    word.bits_ = bits;
    return word;
  }
  [[nodiscard]] WordKind kind() const { return static_cast<WordKind>(bits_ & 3U); }
  /// Long enough to carry meaning (four letters or more, or a name).
  [[nodiscard]] bool content() const { return (bits_ & 4U) != 0; }
  [[nodiscard]] std::uint32_t value() const { return bits_ >> 3U; }
  [[nodiscard]] std::uint32_t bits() const { return bits_; }
  /// Another spelling or a misspelling of the same word, as far as 8 bits can tell.
  [[nodiscard]] bool resembles(SignatureWord other) const {
    return content() && other.content() && (value() & 0xFFU) == (other.value() & 0xFFU);
  }
  /// Equal for words that mean the same here: all figures are alike, a name equals its word.
  [[nodiscard]] std::uint32_t match_key() const {
    if (kind() == WordKind::figure) return 1;
    return (value() << 1U) | (kind() == WordKind::date ? 1U << 30U : 0U);
  }

 private:
  std::uint32_t bits_ = 0;
};

/// The largest figure that a signature tells apart from larger ones.
inline constexpr std::uint32_t figure_max = (1U << 29U) - 1;

/// Where a figure stands in the text; not part of what is stored.
struct FigureSpan {
  std::uint32_t word = 0;   ///< index into words
  std::uint32_t begin = 0;  ///< bytes of the text
  std::uint32_t end = 0;
};

struct ReportSignature {
  std::uint64_t text_hash = 0;           ///< of the folded text, figures and dates included
  std::uint32_t pairs = 0;               ///< different pairs in the whole text
  bool names_known = false;              ///< capital letters tell names (not in ALL CAPS, Arabic)
  std::vector<SignatureWord> words;      ///< at most signature_words_max
  std::vector<std::uint32_t> sketch;     ///< ascending, at most sketch_pairs_max
  std::vector<FigureSpan> figure_spans;  ///< figures among `words`; empty after decoding
};

class ReportReader {
 public:
  ReportReader();
  ~ReportReader();
  ReportReader(ReportReader&&) noexcept;
  ReportReader& operator=(ReportReader&&) noexcept;
  [[nodiscard]] ReportSignature read(std::string_view text) const;

 private:
  struct Tables;
  std::unique_ptr<const Tables> tables_;
};

/// The stored form, version 1 (little-endian): "S1", flags, text hash, pairs, words, sketch.
[[nodiscard]] std::string encode_signature(const ReportSignature& signature);
[[nodiscard]] base::Result<ReportSignature> decode_signature(std::string_view bytes);

}  // namespace tocsin::monitor
