// SPDX-License-Identifier: Apache-2.0
// Tells whether a sentence reports an attack, speaks of one that was told before, or passes on a
// rumour (data/follow-ups.json).
//
// Ownership: values. Threads: immutable after loading. Errors: name the file and the entry.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "monitor/coding/coded.hpp"

namespace tocsin::monitor {

enum class AttackTelling : std::uint8_t { first, again, rumour };

/// An event that is only named in passing has a confidence below this.
inline constexpr double confidence_in_passing = 0.5;

class FollowUps {
 public:
  /// One step of a pattern: any of the words; none of them: up to `any_words_max` of any kind.
  struct Step {
    std::vector<std::string> words;
  };
  using Pattern = std::vector<Step>;
  struct Language {
    std::vector<std::string> definite;
    std::vector<Pattern> back;
    std::vector<Pattern> rumour;
    std::vector<Pattern> digest;
    std::vector<Pattern> hedged;
  };

  [[nodiscard]] static base::Result<FollowUps> load(const std::filesystem::path& data_folder);
  /// Languages without entries tell everything for the first time.
  [[nodiscard]] AttackTelling telling(std::string_view language, std::string_view text,
                                      coding::Span event, double confidence) const;
  /// True for titles of weekly notes and the like, which sum up what was told before.
  [[nodiscard]] bool is_digest(std::string_view language, std::string_view title) const;
  /// True for titles that say that what the text tells is not confirmed.
  [[nodiscard]] bool is_hedged(std::string_view language, std::string_view title) const;

 private:
  [[nodiscard]] const Language* find(std::string_view language) const;
  std::map<std::string, Language, std::less<>> languages_;
};

/// The sentence around a span, for patterns that look no further.
[[nodiscard]] std::string_view sentence_of_span(std::string_view text, coding::Span span);

}  // namespace tocsin::monitor
