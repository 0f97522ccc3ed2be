// SPDX-License-Identifier: Apache-2.0
// How a Swahili verb is put together, so that its stem can be looked up.
//
// Threads: pure functions over folded words.
#pragma once

#include <cstddef>
#include <string_view>

namespace tocsin::monitor::coding {

/// A Swahili verb is subject + tense + (relative) + (object) + stem; these are the pieces.
inline constexpr std::string_view swahili_subjects[] = {"wa", "a", "i",  "li", "ya", "ki", "vi",
                                                        "zi", "u", "ku", "ni", "tu", "m",  ""};
inline constexpr std::string_view swahili_tenses[] = {"li", "na", "ta",  "me",
                                                      "ka", "ki", "nge", "mesha"};
inline constexpr std::string_view swahili_infixes[] = {
    "",   "wa", "m",  "ku", "i", "zi", "ya", "li",   "vi",  "ye",  "o",
    "yo", "zo", "ji", "mw", "u", "po", "wo", "kuwa", "vyo", "cho", "lo"};

template <class Visit>
bool swahili_stems(std::string_view word, Visit visit) {
  constexpr std::size_t stem_bytes_min = 3;
  for (const std::string_view subject : swahili_subjects) {
    if (!word.starts_with(subject)) continue;
    const std::string_view after_subject = word.substr(subject.size());
    for (const std::string_view tense : swahili_tenses) {
      if (!after_subject.starts_with(tense)) continue;
      const std::string_view rest = after_subject.substr(tense.size());
      for (const std::string_view infix : swahili_infixes) {
        if (!rest.starts_with(infix)) continue;
        std::string_view stem = rest.substr(infix.size());
        if (stem.size() < stem_bytes_min) continue;
        if (visit(stem)) return true;
        // A relative marker may stand before an object marker ("waliomuua").
        for (const std::string_view second : swahili_infixes) {
          if (second.empty() || infix.empty() || !stem.starts_with(second)) continue;
          if (stem.size() - second.size() >= stem_bytes_min && visit(stem.substr(second.size())))
            return true;
        }
      }
    }
  }
  return false;
}

/// Calls `visit(rest)` for what follows a subject mark, and tells whether a tense mark follows it.
template <class Visit>
void swahili_after_subject(std::string_view word, Visit visit) {
  for (const std::string_view subject : swahili_subjects) {
    if (subject.empty() || !word.starts_with(subject)) continue;
    const std::string_view rest = word.substr(subject.size());
    bool tense_follows = false;
    for (const std::string_view tense : swahili_tenses)
      tense_follows = tense_follows || (rest.size() > tense.size() && rest.starts_with(tense));
    visit(rest, tense_follows);
  }
}

}  // namespace tocsin::monitor::coding
