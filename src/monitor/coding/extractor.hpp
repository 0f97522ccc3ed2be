// SPDX-License-Identifier: Apache-2.0
// Finds the events of one sentence: verbs and event nouns by their frames, phrases, counts.
//
// Ownership: an Extractor views the rules; events refer to noun groups of the current sentence.
// Threads: read-only; Clauses belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "knowledge/event_kinds.hpp"
#include "monitor/coding/clauses.hpp"
#include "monitor/coding/matcher.hpp"
#include "monitor/coding/rules.hpp"

namespace tocsin::monitor::coding {

/// Kinds that the grammar itself makes, by index into EventKinds.
struct GrammarKinds {
  int intent = -1;   ///< will do something cooperative
  int threat = -1;   ///< will do something hostile
  int refusal = -1;  ///< will not do something cooperative
  int demand = -1;   ///< someone says that another must
  explicit GrammarKinds(const knowledge::EventKinds& kinds);
};

/// How much is staked on an event by where it stands.
inline constexpr double in_main_clause = 0.8;
inline constexpr double in_relative_clause = 0.55;
inline constexpr double in_side_clause = 0.5;
inline constexpr double in_noun_of_light_verb = 0.75;
inline constexpr double in_headline = 0.65;
inline constexpr double in_background = 0.35;

/// An event before its parties are written out.
struct RawEvent {
  int kind = -1;
  int verb = -1;    ///< verb group, or -1
  int source = -1;  ///< noun groups
  int target = -1;
  std::size_t position = 0;  ///< of the verb or noun that tells it
  std::size_t begin = 0;     ///< positions of all that tells it
  std::size_t end = 0;
  std::int64_t killed = -1;
  std::int64_t injured = -1;
  ActStatus status = ActStatus::reported;
  double confidence = 0;
  bool mutual = false;
  bool casualties_only = false;  ///< tells who died, not what was done
};

/// Gives a status where none but "past" is known: a denial or a threat stays what it is.
void set_status(RawEvent& event, ActStatus status);

struct IndicatorHit {
  std::uint16_t indicator = 0;  ///< index of the entry
  std::size_t begin = 0;        ///< positions
  std::size_t end = 0;
};

struct SentenceFindings {
  std::vector<RawEvent> events;
  std::vector<IndicatorHit> indicators;
  std::int64_t killed = -1;  ///< counts that belong to no verb ("12 dead")
  std::int64_t injured = -1;
  /// Scratch, by phrase rule: not looked at yet, impossible in this sentence, possible.
  enum class Chance : std::uint8_t { unknown, none, some };
  std::vector<Chance> chances;
};

class Extractor {
 public:
  Extractor(const Rules& rules, const knowledge::EventKinds& kinds, const Names& names);
  void run(Clauses& clauses, SentenceFindings& into) const;

 private:
  struct Absorbed {
    std::size_t begin;
    std::size_t end;
  };
  struct Work {
    Clauses& clauses;
    SentenceFindings& findings;
    std::vector<Absorbed> absorbed;
    std::vector<Absorbed> denied;
    struct Told {
      std::size_t begin;
      std::size_t end;
      ActStatus status;
    };
    std::vector<Told> statuses{};  ///< that phrases give
  };
  void verb_event(Work& work, int verb, const Entry& entry, bool& explained) const;
  bool verb_frame(Work& work, int verb, const Frame& frame, RawEvent& event) const;
  void apply_mood(Work& work, int verb, RawEvent& event) const;
  void noun_event(Work& work, int group, std::size_t position) const;
  void noun_sides(Work& work, int group, std::size_t position, const Entry& entry,
                  RawEvent& event) const;
  void noun_setting(Work& work, int group, RawEvent& event) const;
  /// Absence, doubt and possibility of an event noun: kind -1 where nothing happened.
  void noun_mood(Work& work, int group, std::size_t position, RawEvent& event) const;
  /// What a verb says of the account that is its subject: false, in doubt, or nothing.
  [[nodiscard]] std::optional<ActStatus> verdict(const Sentence& sentence,
                                                 const VerbGroup& verb) const;
  [[nodiscard]] std::optional<ActStatus> account_status(Work& work, int group) const;
  /// Gives what accounts, rumours and fears tell of the status that the sentence gives them.
  void settle_accounts(Work& work) const;
  /// What stands in a clause of condition ("if rebels attack") has not happened.
  void settle_conditions(Work& work) const;
  /// A deed named only since someone is held, tried or sentenced for it.
  void settle_blame(Work& work, int group, RawEvent& event) const;
  /// What someone is prevented from doing is not done.
  void settle_hindered(Work& work, int group, RawEvent& event) const;
  /// Where what a verb tells from `begin` on ends: at a semicolon, at "but", or where its own
  /// clause goes on ("threatened to burn the village and killed two men").
  [[nodiscard]] std::size_t content_end(Work& work, std::size_t begin) const;
  static void settle(Work& work, std::size_t from, std::size_t to, ActStatus status);
  /// Deeds of a film or a drill did not happen.
  void drop_fiction(Work& work) const;
  /// A striker who shoots and a club that is beaten hurt nobody.
  void drop_sport(Work& work) const;
  [[nodiscard]] static bool class_within(const Sentence& sentence, std::size_t from, std::size_t to,
                                         std::uint16_t id);
  void phrases(Work& work) const;
  [[nodiscard]] bool phrase_possible(Work& work, std::uint32_t index) const;
  static void phrase_status(Work& work, const Conditions& conditions, std::size_t begin,
                            std::size_t end);
  void phrase(Work& work, std::uint32_t index, std::size_t position) const;
  [[nodiscard]] bool allowed(Clauses& clauses, const Conditions& conditions, int source,
                             int target) const;
  [[nodiscard]] bool group_in_classes(const Clauses& clauses, int group,
                                      const std::vector<std::uint16_t>& classes) const;
  [[nodiscard]] int reporter(Clauses& clauses, int verb) const;
  [[nodiscard]] double verb_confidence(Clauses& clauses, int verb) const;
  void drop_absorbed(Work& work) const;
  void drop_accidents(Work& work) const;
  static void drop_empty_casualties(Work& work);
  /// Whether two findings of one sentence tell of one deed.
  [[nodiscard]] bool same_deed(Work& work, const RawEvent& one, const RawEvent& other) const;
  void join(Work& work, const RawEvent& event, RawEvent& same) const;
  void merge(Work& work) const;
  void fill_sides(Work& work) const;

  /// Words of mood, by class.
  struct MoodClasses {
    explicit MoodClasses(const Names& names);
    std::uint16_t absence;    ///< "without"
    std::uint16_t unreal;     ///< "false"
    std::uint16_t real;       ///< "true"
    std::uint16_t unsure;     ///< "unconfirmed", "imminent"
    std::uint16_t account;    ///< "report", "claim"
    std::uint16_t prospect;   ///< "fear", "risk", "rumour" of a deed
    std::uint16_t refute;     ///< "reject", "dismiss"
    std::uint16_t verify;     ///< "confirm"
    std::uint16_t fiction;    ///< "film", "drill"
    std::uint16_t depict;     ///< "tells", "shows"
    std::uint16_t sport;      ///< "goalkeeper", "match"
    std::uint16_t hinder;     ///< "stop", "prevent" … from
    std::uint16_t origin;     ///< "from"
    std::uint16_t unreached;  ///< "plan", "prevent": what is planned or prevented did not happen
    std::uint16_t condition;  ///< "if", "unless"
    std::uint16_t contrast;   ///< "but", "whereas"
    std::uint16_t sentence;   ///< "convict": the deed is old
    std::uint16_t suspicion;  ///< "suspect": the deed was told before
  };

  const Rules& rules_;
  const knowledge::EventKinds& kinds_;
  Matcher matcher_;
  GrammarKinds grammar_;
  std::uint16_t toward_class_;
  std::uint16_t between_class_;
  std::uint16_t realised_class_;
  std::uint16_t nothing_class_;
  std::uint16_t means_class_;
  std::uint16_t bomb_class_;
  MoodClasses mood_;
};

}  // namespace tocsin::monitor::coding
