// SPDX-License-Identifier: Apache-2.0
// Who does what in one sentence: the parties named by noun groups, subjects, objects, agents.
//
// Ownership: a Clauses views a Sentence and the actor dictionary; it is reused and holds nothing
// across sentences but its memory. Threads: one thread per object.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "knowledge/actors.hpp"
#include "monitor/coding/coded.hpp"
#include "monitor/coding/pattern.hpp"
#include "monitor/coding/sentence.hpp"

namespace tocsin::monitor::coding {

/// What a noun group says about who is meant.
struct Party {
  bool known = false;        ///< computed already
  RoleMask roles = 0;        ///< all roles named in the group
  std::string_view role;     ///< the one that counts
  std::string_view country;  ///< ISO alpha-3
  std::string_view group;    ///< id of a named group
  std::string_view label;    ///< shown instead of the text (office holders)
  bool human = false;
  bool pronoun = false;
  bool earlier = false;     ///< a pronoun that stands for the Antecedent
  bool place_only = false;  ///< a capital or a country and nothing else
  bool named = false;       ///< words that no dictionary knows, capitalised
  bool only_there = false;  ///< a thing that is in a country, no actor of it ("a fire in Chad")
  bool place = false;       ///< the name of a place, by the gazetteer, and nothing else
  std::int64_t count = -1;  ///< people, where a number is given
  std::int16_t event_noun = -1;  ///< position of an event noun in the group
  std::uint16_t begin = 0;       ///< first and last actor word, for the shown text
  std::uint16_t end = 0;

  [[nodiscard]] bool is_actor() const {
    return !role.empty() || !country.empty() || !group.empty();
  }
};

/// Who acted in an earlier sentence, for a pronoun that finds nobody in its own.
struct Antecedent {
  bool known = false;
  Party party;
  CodedActor actor;
};

class Clauses {
 public:
  Clauses(const knowledge::Actors& actors, const Names& names);
  /// Starts on a sentence. `day` selects dated entries; `earlier` may be null and must outlive the
  /// work on this sentence.
  void start(const Sentence& sentence, std::optional<base::Day> day,
             const Antecedent* earlier = nullptr);
  /// The subject that a pronoun in the next sentence may stand for.
  [[nodiscard]] Antecedent antecedent(std::string_view fallback_country);

  [[nodiscard]] const Sentence& sentence() const { return *sentence_; }
  /// The party of a noun group, with what hangs on it by "of", "from", "in".
  [[nodiscard]] const Party& party(int group);
  /// Noun group that is the grammatical subject, or -1. Looks through relative clauses, commas and
  /// coordinated verbs.
  [[nodiscard]] int subject(int verb);
  /// Noun group right behind the verb, or -1.
  [[nodiscard]] int object(int verb) const;
  /// The noun group behind "by" of a passive, or -1.
  [[nodiscard]] int agent(int verb) const;
  /// A second noun group joined to this one by "and" or a comma, or -1.
  [[nodiscard]] int joined_after(int group) const;
  [[nodiscard]] int joined_before(int group) const;
  /// The next item of a list of people that ends with "and", or -1.
  [[nodiscard]] int listed_after(int group);
  /// The last group of the chain "NP of NP in NP" that starts at this group.
  [[nodiscard]] int chain_end(int group) const;
  /// The verb that leads in this group by a preposition of class blame: "convicted … of" a deed;
  /// or -1.
  [[nodiscard]] int blaming_verb(int group) const;
  /// The next noun group behind `group` that the preposition class leads in, before a verb.
  [[nodiscard]] int behind_preposition(int group, std::uint32_t pos_mask) const;
  /// People counted in the group and the groups joined to it; -1 without a number.
  [[nodiscard]] std::int64_t people(int group);
  /// The actor as it is given out; `fallback_country` fills an empty one.
  [[nodiscard]] CodedActor coded(int group, std::string_view fallback_country);
  /// Index of the verb group that a group index holds, or -1.
  [[nodiscard]] int verb_at(int group) const;
  [[nodiscard]] GroupKind kind(int group) const;
  /// The number that starts at a position: value and end, or -1.
  [[nodiscard]] std::int64_t number_at(std::size_t position, std::size_t& end) const;
  /// Whether the number that stands from `position` to `end` is rather a year: four bare digits
  /// behind a preposition ("the spring of 2003"), or with nothing behind them that could be
  /// counted.
  [[nodiscard]] bool is_year_at(std::size_t position, std::size_t end) const;
  /// Whether a number tells an age, a share, a date or a time of day.
  [[nodiscard]] bool counts_no_people(std::size_t position, std::size_t end) const;

 private:
  void read_party(int group, Party& party) const;
  void read_attached(int group, Party& party) const;
  [[nodiscard]] std::int64_t count_in(const Group& group, bool unit) const;
  [[nodiscard]] bool stands_for(int group) const;
  [[nodiscard]] bool names_nobody(int group) const;  ///< "nobody", "no one"
  [[nodiscard]] bool stands_behind_deed(int group) const;
  /// Whether the verb before only tells who speaks, in a clause that ends before the pronoun.
  [[nodiscard]] bool only_speaks(int verb, int pronoun) const;
  void take_over(int group);
  /// Whether a number stands behind a word of age ("aged 45").
  [[nodiscard]] bool follows_age(std::size_t position) const;
  [[nodiscard]] int past_description(int verb, int found);
  void read_actor_hits(const Group& group, Party& party) const;
  [[nodiscard]] int climb(int group) const;
  [[nodiscard]] int subject_behind_comma(int verb, int comma);
  [[nodiscard]] int previous_subject(int verb);
  [[nodiscard]] int blamed_subject(int verb);

  const knowledge::Actors& actors_;
  std::uint16_t unit_class_;
  std::uint16_t anaphor_class_;
  std::uint16_t blame_class_;
  std::uint16_t share_class_;
  std::uint16_t purpose_class_;
  std::uint16_t nothing_class_;
  std::uint16_t within_class_;
  std::uint16_t age_class_;
  std::uint16_t vague_class_;
  const Antecedent* earlier_ = nullptr;
  const Sentence* sentence_ = nullptr;
  std::optional<base::Day> day_;
  std::vector<Party> parties_;
  std::vector<int> subjects_;  ///< by verb: -2 not computed
};

}  // namespace tocsin::monitor::coding
