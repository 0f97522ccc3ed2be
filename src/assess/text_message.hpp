// SPDX-License-Identifier: Apache-2.0
// Reports by short text message: a small grammar that forgives, and the rule that what does not
// follow it is taken as it stands. docs/formats/text-message.md is the contract.
//
// Ownership: a TextGrammar owns its words. Threads: const members from any thread.
// Errors: only of load(), with file and line. Any bytes are accepted as a message.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::assess {

inline constexpr unsigned message_parts_max = 9;
inline constexpr std::size_t message_bytes_max = 8U << 10;

enum class TextVerb : std::uint8_t { report, add, danger, withdraw };

struct TextMessage {
  TextVerb verb = TextVerb::report;
  std::string receipt;  ///< sixteen digits; never of a report
  std::string text;
  std::string place;
  std::string when;
  std::string witness = "unsaid";
  std::string language;  ///< of the word that was used; "ar" for Arabic letters; or empty
  bool in_danger = false;
  bool may_share = false;
  bool free = false;  ///< did not follow the grammar; `text` is all of it
};

/// "2/3" at the begin of one of several messages, and what follows it.
struct MessagePart {
  unsigned number = 1;
  unsigned of = 1;
  std::string text;
};
/// Nothing where the message is not numbered.
[[nodiscard]] std::optional<MessagePart> numbered_part(std::string_view message);

class TextGrammar {
 public:
  /// data/text-message.tsv
  [[nodiscard]] static base::Result<TextGrammar> load(const std::filesystem::path& data);
  [[nodiscard]] TextMessage read(std::string_view message) const;

 private:
  struct Meaning {
    std::string name;
    std::string language;
  };
  [[nodiscard]] const Meaning* meaning_of(std::string_view word) const;
  [[nodiscard]] bool take_verb(std::string_view& rest, TextMessage& message) const;
  void take_fields(std::string_view rest, TextMessage& message) const;
  std::map<std::string, Meaning, std::less<>> words_;  ///< by their folded form
};

}  // namespace tocsin::assess
