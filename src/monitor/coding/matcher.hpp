// SPDX-License-Identifier: Apache-2.0
// Runs patterns over a sentence.
//
// Threads: a Matcher is read-only; the Clauses that it works on belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "knowledge/event_kinds.hpp"
#include "monitor/coding/clauses.hpp"
#include "monitor/coding/rules.hpp"

namespace tocsin::monitor::coding {

/// What a pattern kept while it matched.
struct Captures {
  int target = -1;  ///< noun groups
  int source = -1;
  int place = -1;
  std::int64_t number = -1;
  std::size_t begin = 0;  ///< positions of the match
  std::size_t end = 0;
};

class Matcher {
 public:
  Matcher(const Rules& rules, const knowledge::EventKinds& kinds) : rules_(rules), kinds_(kinds) {}
  /// True if the whole pattern fits from `position` on.
  [[nodiscard]] bool match(Clauses& clauses, std::span<const Element> pattern, std::size_t position,
                           Captures& captures) const;
  /// The same for a pattern that is known to be possible in this sentence.
  [[nodiscard]] bool match_possible(Clauses& clauses, std::span<const Element> pattern,
                                    std::size_t position, Captures& captures) const;
  /// False if a word that the pattern needs is not in the sentence at all. Cheap.
  [[nodiscard]] static bool possible(const Sentence& sentence, std::span<const Element> pattern);
  /// True if the pattern fits anywhere in the sentence.
  [[nodiscard]] bool match_anywhere(Clauses& clauses, std::span<const Element> pattern) const;

 private:
  struct Work {
    Clauses& clauses;
    int steps = 0;  ///< bounds the backtracking
  };
  bool run(Work& work, std::span<const Element> pattern, std::size_t position,
           Captures& captures) const;
  bool one(Work& work, const Element& element, std::span<const Element> rest, std::size_t position,
           Captures& captures) const;
  bool noun_group(Work& work, const Element& element, std::span<const Element> rest,
                  std::size_t position, Captures& captures) const;
  [[nodiscard]] bool deed_follows(Work& work, std::size_t position, int leaning) const;

  const Rules& rules_;
  const knowledge::EventKinds& kinds_;
};

}  // namespace tocsin::monitor::coding
