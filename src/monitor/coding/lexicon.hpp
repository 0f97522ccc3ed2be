// SPDX-License-Identifier: Apache-2.0
// The dictionary of one language: what each word and phrase may mean to the coder.
//
// Filled once at start from data/coding/LANGUAGE and the actor dictionaries, then sealed and only
// read. Keys are folded words (tokens.hpp). Ownership: a Lexicon owns its meanings; pointers to
// them stay valid for its lifetime. Threads: read-only after seal().
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "monitor/coding/tokens.hpp"

namespace tocsin::monitor::coding {

/// Classes of words that the syntax itself knows; data files give their members.
enum Pos : std::uint32_t {
  pos_determiner = 1U << 0,
  pos_pronoun = 1U << 1,
  pos_preposition = 1U << 2,
  pos_conjunction = 1U << 3,  ///< and, or, but
  pos_be = 1U << 4,
  pos_have = 1U << 5,
  pos_do = 1U << 6,
  pos_future = 1U << 7,    ///< will, would, shall
  pos_possible = 1U << 8,  ///< may, might, could
  pos_duty = 1U << 9,      ///< must, should
  pos_negation = 1U << 10,
  pos_relative = 1U << 11,      ///< who, which
  pos_subordinator = 1U << 12,  ///< that, because, after
  pos_adverb = 1U << 13,
  pos_time = 1U << 14,  ///< Monday, yesterday, March
  pos_adjective = 1U << 15,
  pos_noun = 1U << 16,
  pos_verb = 1U << 17,
  pos_number = 1U << 18,
  pos_to = 1U << 19,  ///< marks an infinitive
  pos_by = 1U << 20,  ///< introduces who did it in the passive
  pos_of = 1U << 21,
  pos_quantifier = 1U << 22,  ///< "at least", "more than"
  pos_partitive = 1U << 23,   ///< "group" in "group of gunmen"
  pos_human = 1U << 24,       ///< words for people
  pos_report = 1U << 25,      ///< say, announce: what follows is told
  pos_light = 1U << 26,       ///< launch, carry out: the noun tells what was done
  pos_result = 1U << 27,      ///< kill, leave: an event noun may be its subject
  pos_occur = 1U << 28,       ///< erupt, take place
  pos_background = 1U << 29,  ///< after, following: an event noun behind it is not the news
  pos_get = 1U << 30,         ///< get, gets, got: passive helper
  pos_range = 1U << 31,       ///< "between" in "between 2 and 6 people"
};

/// Forms in which a verb may stand.
enum Form : std::uint16_t {
  form_base = 1U << 0,
  form_third = 1U << 1,
  form_past = 1U << 2,
  form_participle = 1U << 3,
  form_gerund = 1U << 4,
  form_infinitive = 1U << 5,   ///< marked by its ending (French, Spanish, Portuguese)
  form_future = 1U << 6,       ///< "tuera", "atacará"
  form_conditional = 1U << 7,  ///< "tuerait", "atacaría"
  form_finite = form_third | form_past,
};

/// What a word or phrase may mean. All readings of one surface form together.
struct Meaning {
  std::uint32_t pos = 0;
  std::uint16_t forms = 0;
  std::uint16_t words = 1;     ///< length in tokens
  std::uint16_t capitals = 0;  ///< how it must be written: 0 any, 1 capitalised, 2 capitals
  std::int32_t lemma = -1;
  std::int32_t verb = -1;  ///< rules of the verb, index into Rules
  std::int32_t noun = -1;  ///< rules of the event noun
  std::int64_t number = -1;
  std::vector<std::uint16_t> classes;  ///< sorted
  std::vector<std::uint32_t> actors;   ///< indexes into knowledge::Actors

  [[nodiscard]] bool in_class(std::uint16_t id) const {
    for (const std::uint16_t held : classes) {
      if (held == id) return true;
    }
    return false;
  }
};

/// Names of classes and lemmas, shared by all languages, so that rules refer to numbers.
class Names {
 public:
  [[nodiscard]] std::uint16_t id(std::string_view name);
  /// The id, or 0xFFFF if no file has named it.
  [[nodiscard]] std::uint16_t find(std::string_view name) const;
  [[nodiscard]] std::string_view name(std::uint16_t id) const { return names_[id]; }

 private:
  std::unordered_map<std::string, std::uint16_t> ids_;
  std::vector<std::string> names_;
};

class Lexicon {
 public:
  explicit Lexicon(std::string language) : language_(std::move(language)) {}
  [[nodiscard]] const std::string& language() const { return language_; }

  /// The meaning of a surface form, made if new. `capitals`: 0 any, 1 capitalised, 2 all capitals.
  /// The reference is valid until the next call. Empty forms give a meaning nobody finds.
  Meaning& at(std::string_view surface, int capitals, const Tokenizer& tokenizer);
  /// The meaning of a single word given by its hash, however it is written.
  Meaning& at_hash(std::uint64_t hash);
  /// Ends filling; only then may be looked up.
  void seal();

  /// All forms that start with this token: calls visit(meaning) for single words, then phrases,
  /// longest first. `rest` are the tokens from this one on.
  template <class Visit>
  void find(std::span<const Token> rest, Visit visit) const;

 private:
  struct Phrase {
    std::vector<std::uint64_t> more;  ///< hashes of the words after the first
    std::int32_t meaning = -1;
    int capitals = 0;
  };
  struct Slot {
    std::uint64_t hash = 0;
    std::int32_t meanings[3] = {-1, -1, -1};  ///< by capitals
    std::int32_t phrases = -1;                ///< index into phrases_
  };
  [[nodiscard]] const Slot* slot(std::uint64_t hash) const;
  Slot& slot_for(std::uint64_t hash);
  [[nodiscard]] static bool capitals_fit(const Token& token, int capitals) {
    return capitals == 0 ||
           (capitals == 1 ? token.has(token_capitalised) : token.has(token_all_caps));
  }

  std::string language_;
  std::vector<Meaning> meanings_;
  std::vector<std::vector<Phrase>> phrases_;
  std::unordered_map<std::uint64_t, Slot> building_;
  std::vector<Slot> table_;
  std::size_t mask_ = 0;
  TokenizedText scratch_;
};

template <class Visit>
void Lexicon::find(std::span<const Token> rest, Visit visit) const {
  const Slot* found = slot(rest[0].hash);
  if (found == nullptr) return;
  if (found->phrases >= 0) {
    for (const Phrase& phrase : phrases_[static_cast<std::size_t>(found->phrases)]) {
      if (phrase.more.size() + 1 > rest.size()) continue;
      bool same = capitals_fit(rest[0], phrase.capitals);
      for (std::size_t i = 0; same && i < phrase.more.size(); ++i)
        same = rest[i + 1].hash == phrase.more[i];
      if (same) visit(meanings_[static_cast<std::size_t>(phrase.meaning)]);
    }
  }
  for (int capitals = 0; capitals < 3; ++capitals) {
    const std::int32_t meaning = found->meanings[capitals];
    if (meaning >= 0 && capitals_fit(rest[0], capitals))
      visit(meanings_[static_cast<std::size_t>(meaning)]);
  }
}

}  // namespace tocsin::monitor::coding
