// SPDX-License-Identifier: Apache-2.0
// One sentence as the rules see it: words with their meanings, word groups, verb groups.
//
// This is shallow syntax: noun groups and verb groups by rules over word classes, no tree.
// Ownership: a Sentence views tokens and meanings owned by others and is reused from sentence to
// sentence. Positions are indexes of the sentence's tokens. Threads: one thread per object.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "monitor/coding/lexicon.hpp"
#include "monitor/coding/tokens.hpp"

namespace tocsin::monitor::coding {

enum class Tag : std::uint8_t {
  noun,
  adjective,
  determiner,
  number,
  possessive,
  pronoun,
  preposition,
  comma,
  conjunction,
  subordinator,
  relative,
  verb,
  auxiliary,
  negation,
  adverb,
  to,
  mark,
  skip
};

/// A dictionary form found at a position.
struct Hit {
  const Meaning* meaning = nullptr;
  std::uint16_t begin = 0;
  std::uint16_t length = 1;
};

struct Word {
  Tag tag = Tag::noun;
  std::uint32_t pos = 0;  ///< Pos bits of the meanings that count here
  std::uint16_t forms = 0;
  std::int32_t verb = -1;
  std::int32_t noun = -1;
  std::int64_t number = -1;
  std::uint16_t noun_length = 1;
  std::uint16_t first_hit = 0;  ///< into Sentence::hits
  std::uint16_t hits = 0;
  std::uint16_t cover_end = 0;  ///< end of the phrase that starts here, or position + 1
  std::int16_t group = -1;      ///< index of its group
  bool covered = false;         ///< inside a longer phrase, not at its start
  bool place = false;           ///< of the name of a place: set by who knows them, see Coder
  bool bare_stem = false;       ///< Swahili: a stem without the marks that make it a verb
};

enum class GroupKind : std::uint8_t {
  noun,
  verb,
  preposition,
  comma,
  conjunction,
  subordinator,
  relative,
  mark
};

/// A run of words that belong together.
struct Group {
  GroupKind kind = GroupKind::noun;
  std::uint16_t begin = 0;
  std::uint16_t end = 0;
  std::int16_t verb_group = -1;  ///< index into Sentence::verbs for verb groups
};

struct VerbGroup {
  std::uint16_t group = 0;
  std::uint16_t head = 0;  ///< position of the main verb
  std::int32_t verb = -1;  ///< rules of the main verb
  bool passive = false;
  bool negated = false;
  bool future = false;
  bool possible = false;
  bool duty = false;
  bool infinitive = false;
  bool gerund = false;
  bool reduced = false;          ///< a participle without helper: "villagers killed by gunmen"
  bool bare_participle = false;  ///< "armed", "dressed": may be a participle, no helper before it
  bool finite = false;
  bool be = false;        ///< the main verb is "be"
  std::uint32_t pos = 0;  ///< Pos bits of the main verb
};

struct Sentence {
  std::string_view text;  ///< the whole text that token offsets count in
  std::span<const Token> tokens;
  std::vector<Word> words;
  std::vector<Hit> hits;
  std::vector<Group> groups;
  std::vector<VerbGroup> verbs;
  bool all_capitals = false;
  /// Which words and classes occur, as a filter: a clear bit says no, a set one perhaps.
  std::array<std::uint64_t, 32> present{};

  void note(std::uint64_t hash) { present[hash >> 6U & 31U] |= std::uint64_t{1} << (hash & 63U); }
  void note_class(std::uint16_t id) { note(id * std::uint64_t{0x9E3779B97F4A7C15} >> 20U); }
  [[nodiscard]] bool may_hold(std::uint64_t hash) const {
    return (present[hash >> 6U & 31U] >> (hash & 63U) & 1U) != 0;
  }
  [[nodiscard]] bool may_hold_class(std::uint16_t id) const {
    return may_hold(id * std::uint64_t{0x9E3779B97F4A7C15} >> 20U);
  }

  [[nodiscard]] std::span<const Hit> hits_at(std::size_t position) const {
    const Word& word = words[position];
    return std::span<const Hit>(hits).subspan(word.first_hit, word.hits);
  }
  [[nodiscard]] std::size_t size() const { return words.size(); }
};

/// Fills a Sentence from tokens.
class Annotator {
 public:
  /// Reads the class "ago_before" ("il y a"), which opens a time.
  Annotator(const Lexicon& lexicon, const Names& names);
  void annotate(std::string_view text, std::span<const Token> tokens, Sentence& into) const;

 private:
  void look_up(Sentence& sentence) const;
  void look_up_word(Sentence& sentence, std::size_t at) const;
  void cover_phrases(Sentence& sentence) const;
  void find_times(Sentence& sentence) const;
  void tag(Sentence& sentence) const;
  [[nodiscard]] Tag closed_class(const Sentence& sentence, std::size_t at) const;
  [[nodiscard]] Tag verb_or_noun(const Sentence& sentence, std::size_t at,
                                 bool finite_elsewhere) const;
  struct Near;
  [[nodiscard]] static Near near(const Sentence& sentence, std::size_t at);
  [[nodiscard]] static Tag english_past(const Sentence& sentence, std::size_t at, const Near& near);
  [[nodiscard]] static Tag english_gerund(const Near& near);
  [[nodiscard]] Tag english_verb(const Sentence& sentence, std::size_t at,
                                 bool finite_elsewhere) const;
  [[nodiscard]] Tag other_verb(const Sentence& sentence, std::size_t at) const;
  [[nodiscard]] Tag unknown_word(const Sentence& sentence, std::size_t at) const;
  void skip_ranges(Sentence& sentence) const;
  /// How many words that are no nouns the noun group goes on behind, or 0.
  [[nodiscard]] static std::size_t passed_in_noun_group(const Sentence& sentence, std::size_t at);
  [[nodiscard]] static std::size_t noun_group_end(const Sentence& sentence, std::size_t begin);
  /// End of the verb group; 0: no verb group ("never" before a noun).
  [[nodiscard]] static std::size_t verb_group_end(const Sentence& sentence, std::size_t begin);
  static void group(Sentence& sentence);
  void read_verb(const Sentence& sentence, const Group& group, VerbGroup& verb) const;
  static void share_helper(const Sentence& sentence, VerbGroup& verb);
  void verb_groups(Sentence& sentence) const;

  [[nodiscard]] bool has_swahili_marks(const Token& token) const;
  void skip_time_ago(Sentence& sentence, std::size_t unit) const;

  const Lexicon& lexicon_;
  std::array<std::uint16_t, 5> time_units_;  ///< day, week, month, year, decade
  std::uint16_t ago_before_;
  std::uint16_t rising_;
  bool english_ = false;
  bool french_ = false;
  bool swahili_ = false;
  bool romance_ = false;
};

}  // namespace tocsin::monitor::coding
