// SPDX-License-Identifier: Apache-2.0
// The one pattern language of the dictionaries: events, counts and indicator phrases use it.
//
//   word          that word, folded            ~kill     any form of a verb or noun entry
//   @class        a member of a word class     (a|b c|@d) one of these
//   x?            x or nothing                 ..4        up to four words, whatever they are
//   !x            not followed by x            {T} {S} {P} a noun group, kept as target, source, place
//   {N}           a number, kept               <MIL|COP>  a noun group with one of these roles
//   <human>       a noun group of people       $coop $hostile $any  a deed told in what follows
//   $end          the sentence ends here
// Adverbs, times and brackets between the pieces are passed over.
// Threads: patterns are read-only once compiled. Errors of compiling name the piece.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "monitor/coding/lexicon.hpp"

namespace tocsin::monitor::coding {

/// Roles as bits, in the order of role_names().
using RoleMask = std::uint32_t;
[[nodiscard]] RoleMask role_bit(std::string_view role);
/// "MIL|COP", or one of the groups "armed", "state", "civil"; empty result: unknown name.
[[nodiscard]] base::Result<RoleMask> role_mask(std::string_view names);

enum class ElementKind : std::uint8_t {
  word, lemma, word_class, one_of, gap, slot, number, role, human, deed, end
};

struct Element {
  ElementKind kind = ElementKind::word;
  bool optional = false;
  bool negated = false;
  char slot = 0;                   ///< T, S or P
  std::uint8_t count = 0;          ///< gap: words at most; deed: 0 any, 1 cooperative, 2 hostile
  std::uint16_t id = 0;            ///< class or lemma
  std::uint64_t hash = 0;          ///< word
  RoleMask roles = 0;
  std::vector<Element> choices;    ///< one_of: single elements
  std::vector<std::uint64_t> words; ///< one_of: hashes of the choices that are words, sorted
};

using Pattern = std::vector<Element>;

/// Compiles one line. A choice with several words makes several patterns, so a list is returned.
[[nodiscard]] base::Result<std::vector<Pattern>> compile_pattern(std::string_view text, Names& names,
                                                                const Tokenizer& tokenizer);

}  // namespace tocsin::monitor::coding
