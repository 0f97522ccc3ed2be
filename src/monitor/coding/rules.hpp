// SPDX-License-Identifier: Apache-2.0
// The rules of one language, read from data/coding/LANGUAGE: word classes, verbs and event nouns
// with their frames, phrases, counts and indicator phrases.
//
// Ownership: Rules own everything read. Threads: read-only after load. Errors name file and line.
// Format document: docs/formats/coding-data.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "knowledge/actors.hpp"
#include "knowledge/data_file.hpp"
#include "knowledge/event_kinds.hpp"
#include "monitor/coding/coded.hpp"
#include "monitor/coding/lexicon.hpp"
#include "monitor/coding/pattern.hpp"

namespace tocsin::monitor::coding {

/// What a frame asks of the sides and of the verb, and what it says about the event.
struct Conditions {
  RoleMask subject_roles = 0;  ///< 0: any
  RoleMask object_roles = 0;
  RoleMask not_subject_roles = 0;
  RoleMask not_object_roles = 0;
  std::vector<std::uint16_t> object_classes;  ///< one of them in the object group
  std::vector<std::uint16_t> not_object_classes;
  std::vector<std::uint16_t> subject_classes;
  std::vector<std::uint16_t> not_subject_classes;
  bool object_human = false;
  bool object_place = false;   ///< the name of a place alone ("captured Kaya")
  bool subject_actor = false;  ///< the subject must be an actor
  bool not_subject_actor = false;
  bool passive = false;
  bool active = false;
  bool bare_subject = false;  ///< intransitive: the subject suffers it ("three died")
  bool swap = false;          ///< the grammatical object acts
  bool mutual = false;
  bool weak = false;       ///< background, not news
  bool denies = false;     ///< what the rest of the sentence tells is denied
  bool absorb = false;     ///< what the rest of the sentence tells is content, not fact
  bool within = false;     ///< the status holds for what the phrase spans alone
  bool no_object = false;  ///< only where no object follows
  bool killed = false;     ///< the people of the target are dead
  bool injured = false;
  std::optional<ActStatus> status;
};

struct Frame {
  int kind = -1;    ///< index into EventKinds; -1: blocks without an event
  Pattern pattern;  ///< what follows the verb or the noun
  Conditions conditions;
};

enum class OfSide : std::uint8_t { target, source, none };

/// A verb entry, an event noun entry or a block of phrases.
struct Entry {
  std::string name;
  std::string place;  ///< file and line
  std::vector<Frame> frames;
  OfSide of_side = OfSide::target;  ///< nouns: who stands behind "of"
  /// Phrases: what they may tell: kinds, "killed", "injured", "status", "none".
  std::vector<std::string> effects;
  std::vector<std::string> must_match;
  std::vector<std::string> must_not_match;
};

/// A pattern that may start anywhere: an event phrase, a count, an indicator.
struct PhraseRule {
  enum class Use : std::uint8_t { event, killed, injured, indicator, status } use = Use::event;
  int kind = -1;
  std::uint16_t indicator = 0xFFFF;  ///< index into Indicators of the coder
  Pattern pattern;
  std::vector<Pattern> unless;  ///< none of these anywhere in the sentence
  Conditions conditions;
};

/// An indicator entry with its reason and its conditions on events.
struct EventCondition {
  std::vector<int> kinds;
  RoleMask source_roles = 0;
  RoleMask target_roles = 0;
  RoleMask not_source_roles = 0;
  RoleMask not_target_roles = 0;
  std::vector<ActStatus> statuses;
  std::int32_t killed_min = 0;
};

struct IndicatorEntry {
  std::string id;
  std::string because;
  std::string place;
  int weight = 0;  ///< higher first where several fit
  std::vector<EventCondition> events;
  std::vector<std::string> must_match;
  std::vector<std::string> must_not_match;
};

struct Rules {
  explicit Rules(std::string language) : lexicon(std::move(language)) {}
  Lexicon lexicon;
  std::vector<Entry> verbs;
  std::vector<Entry> nouns;
  std::int32_t any_verb = -1;  ///< entry "verb *": verbs that no other entry explains
  std::vector<Entry> phrases;  ///< kept for their examples
  std::vector<PhraseRule> phrase_rules;
  /// Phrase rules by the class (or lemma, or "=word") that they start with.
  std::vector<std::vector<std::uint32_t>> by_class;
  /// Phrase rules that start with a noun group of some role, and those that may start anywhere.
  std::vector<std::uint32_t> by_role;
  std::vector<std::uint32_t> anywhere;
  std::vector<std::string> versions;
};

/// Reads the rules of all languages into one set that shares names and indicators.
class RuleReader {
 public:
  RuleReader(const knowledge::EventKinds& kinds, const knowledge::Actors& actors,
             const Tokenizer& tokenizer, Names& names, std::vector<IndicatorEntry>& indicators)
      : kinds_(kinds),
        actors_(actors),
        tokenizer_(tokenizer),
        names_(names),
        indicators_(indicators) {}

  /// Reads words, events and indicator phrases of one language from its folder.
  [[nodiscard]] base::Status read_language(const std::filesystem::path& folder, Rules& rules);
  /// Reads the indicator entries that look at events, which hold for every language.
  [[nodiscard]] base::Status read_indicators(const std::filesystem::path& path);
  /// Function words of the language read last: they tell languages apart.
  [[nodiscard]] const std::vector<std::string>& function_words() const { return function_words_; }

 private:
  base::Status read_file(const std::filesystem::path& path, Rules& rules);
  base::Status read_block(const knowledge::DataFile& file, const knowledge::DataBlock& block,
                          Rules& rules);
  base::Status read_class(const knowledge::DataFile& file, const knowledge::DataBlock& block,
                          Rules& rules);
  base::Status read_verbs(const knowledge::DataFile& file, const knowledge::DataBlock& block,
                          Rules& rules);
  base::Status read_nouns(const knowledge::DataFile& file, const knowledge::DataBlock& block,
                          Rules& rules);
  base::Status read_phrases(const knowledge::DataFile& file, const knowledge::DataBlock& block,
                            Rules& rules);
  base::Result<Entry> read_entry(const knowledge::DataFile& file,
                                 const knowledge::DataBlock& block);
  base::Result<std::vector<Frame>> read_frames(const knowledge::DataFile& file,
                                               const knowledge::DataBlock& block);
  base::Result<Conditions> read_conditions(std::string_view text);
  base::Status read_indicator(const knowledge::DataFile& file, const knowledge::DataBlock& block,
                              Rules* rules);
  base::Result<EventCondition> read_event_condition(std::string_view text);
  void add_actors(Rules& rules);
  void index(Rules& rules);

  const knowledge::EventKinds& kinds_;
  const knowledge::Actors& actors_;
  const Tokenizer& tokenizer_;
  Names& names_;
  std::vector<IndicatorEntry>& indicators_;
  std::vector<std::string> function_words_;
};

/// The status of that name, or nothing.
[[nodiscard]] std::optional<ActStatus> status_of(std::string_view name);

}  // namespace tocsin::monitor::coding
