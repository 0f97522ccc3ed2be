// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/extractor.hpp"

#include <algorithm>

namespace tocsin::monitor::coding {
namespace {

using knowledge::Leaning;

/// How much is staked on an event by where it stands.
constexpr double in_main_clause = 0.8;
constexpr double in_relative_clause = 0.55;
constexpr double in_side_clause = 0.5;
constexpr double in_noun_of_light_verb = 0.75;
constexpr double in_headline = 0.65;
constexpr double in_background = 0.35;

}  // namespace

GrammarKinds::GrammarKinds(const knowledge::EventKinds& kinds)
    : intent(kinds.find("intent")), threat(kinds.find("threat")), refusal(kinds.find("refusal")),
      demand(kinds.find("demand")) {}

Extractor::Extractor(const Rules& rules, const knowledge::EventKinds& kinds, const Names& names)
    : rules_(rules), kinds_(kinds), matcher_(rules, kinds), grammar_(kinds),
      toward_class_(names.find("@toward")), between_class_(names.find("@between")),
      past_class_(names.find("@long_past")), realised_class_(names.find("@realised")),
      nothing_class_(names.find("@nothing")), means_class_(names.find("@means")) {}

void Extractor::run(Clauses& clauses, SentenceFindings& into) const {
  into.events.clear();
  into.indicators.clear();
  into.killed = -1;
  into.injured = -1;
  Work work{clauses, into, {}, {}};
  const Sentence& sentence = clauses.sentence();
  for (std::size_t v = 0; v < sentence.verbs.size(); ++v) {
    const VerbGroup& verb = sentence.verbs[v];
    bool explained = false;
    if (verb.verb >= 0)
      verb_event(work, static_cast<int>(v), rules_.verbs[static_cast<std::size_t>(verb.verb)], explained);
    const bool tells = (verb.pos & pos_report) != 0 || verb.be;
    if (!explained && !tells && rules_.any_verb >= 0)
      verb_event(work, static_cast<int>(v), rules_.verbs[static_cast<std::size_t>(rules_.any_verb)], explained);
  }
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    const Word& word = sentence.words[i];
    if (word.noun >= 0 && !word.covered && word.group >= 0 &&
        clauses.kind(word.group) == GroupKind::noun)
      noun_event(work, word.group, i);
  }
  phrases(work);
  if (into.events.empty()) return;
  drop_absorbed(work);
  drop_accidents(work);
  fill_sides(work);
  merge(work);
}

bool Extractor::group_in_classes(const Clauses& clauses, int group,
                                 const std::vector<std::uint16_t>& classes) const {
  if (clauses.kind(group) != GroupKind::noun) return false;
  const Sentence& sentence = clauses.sentence();
  const Group& held = sentence.groups[static_cast<std::size_t>(group)];
  std::size_t end = held.end;
  // "the village of Kaya", but not "a vehicle from a road firm".
  if (clauses.kind(group + 1) == GroupKind::preposition && clauses.kind(group + 2) == GroupKind::noun) {
    const Group& preposition = sentence.groups[static_cast<std::size_t>(group) + 1];
    if ((sentence.words[preposition.begin].pos & pos_of) != 0)
      end = sentence.groups[static_cast<std::size_t>(group) + 2].end;
  }
  for (std::size_t i = held.begin; i < end; ++i) {
    for (const Hit& hit : sentence.hits_at(i)) {
      for (const std::uint16_t id : classes) {
        if (hit.meaning->in_class(id)) return true;
      }
    }
  }
  return false;
}

bool Extractor::allowed(Clauses& clauses, const Conditions& conditions, int source,
                        int target) const {
  const auto side = [&](int group, RoleMask roles, RoleMask not_roles,
                        const std::vector<std::uint16_t>& classes,
                        const std::vector<std::uint16_t>& not_classes, bool human) {
    const bool asked = roles != 0 || !classes.empty() || human;
    if (!asked && not_roles == 0 && not_classes.empty()) return true;
    const Party& party = clauses.party(group);
    if ((party.roles & not_roles) != 0) return false;
    if (!not_classes.empty() && group_in_classes(clauses, group, not_classes)) return false;
    if (!asked) return true;
    if ((party.roles & roles) != 0) return true;
    if (human && (party.human || party.named || party.pronoun || party.count >= 0 || party.is_actor())) return true;
    return !classes.empty() && group_in_classes(clauses, group, classes);
  };
  return side(source, conditions.subject_roles, conditions.not_subject_roles,
              conditions.subject_classes, conditions.not_subject_classes, conditions.subject_actor) &&
         side(target, conditions.object_roles, conditions.not_object_roles,
              conditions.object_classes, conditions.not_object_classes, conditions.object_human);
}

bool Extractor::verb_frame(Work& work, int verb, const Frame& frame, RawEvent& event) const {
  Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  const VerbGroup& group = sentence.verbs[static_cast<std::size_t>(verb)];
  const Conditions& conditions = frame.conditions;
  const bool takes_target = !frame.pattern.empty() && frame.pattern[0].kind == ElementKind::slot &&
                            frame.pattern[0].slot == 'T';
  bool passive = group.passive;
  const bool counts = conditions.killed || conditions.injured;
  if (!passive && takes_target && clauses.object(verb) < 0 && !group.infinitive && !group.gerund &&
      (sentence.words[group.head].forms & form_participle) != 0 && counts)
    passive = true;  // "12 killed in attack"
  if ((conditions.passive && !passive) || (conditions.active && passive)) return false;
  if (conditions.no_object && !passive && clauses.object(verb) >= 0) return false;
  std::span<const Element> pattern = frame.pattern;
  if (passive && takes_target) pattern = pattern.subspan(1);
  Captures captures;
  std::size_t position = group.head + std::size_t{1};
  if (!passive && takes_target && clauses.object(verb) < 0) {
    // "bombed and destroyed a tower": the verbs share what follows the last.
    const int next_verb = clauses.verb_at(group.group + 2);
    if (clauses.kind(group.group + 1) == GroupKind::conjunction && next_verb >= 0)
      position = sentence.verbs[static_cast<std::size_t>(next_verb)].head + std::size_t{1};
  }
  if (!matcher_.match(clauses, pattern, position, captures)) return false;
  int source = passive ? clauses.agent(verb) : clauses.subject(verb);
  int target = captures.target;
  if (passive && target < 0) target = clauses.subject(verb);
  if (conditions.bare_subject) {
    target = clauses.subject(verb);
    source = -1;
  }
  if (captures.source >= 0) source = captures.source;
  if (conditions.swap) std::swap(source, target);
  if (!allowed(clauses, conditions, source, target)) return false;
  event.kind = frame.kind;
  event.source = source;
  event.target = target;
  event.end = std::max<std::size_t>(captures.end, group.head + 1U);
  event.mutual = conditions.mutual;
  if (conditions.status) event.status = *conditions.status;
  event.confidence = conditions.weak ? in_background : verb_confidence(clauses, verb);
  if (conditions.killed) event.killed = clauses.people(target);
  if (conditions.injured) event.injured = clauses.people(target);
  event.casualties_only = source < 0 && (conditions.killed || conditions.injured);
  if (conditions.absorb) work.absorbed.push_back({group.head + 1U, sentence.size()});
  if (conditions.denies) work.denied.push_back({group.head + 1U, sentence.size()});
  return true;
}

double Extractor::verb_confidence(Clauses& clauses, int verb) const {
  const Sentence& sentence = clauses.sentence();
  const VerbGroup& group = sentence.verbs[static_cast<std::size_t>(verb)];
  if (group.reduced && verb > 0) return in_relative_clause;
  // What opens the clause: the nearest relative word or subordinator before it.
  for (int g = static_cast<int>(group.group) - 1; g >= 0; --g) {
    const GroupKind kind = clauses.kind(g);
    if (kind == GroupKind::relative) return in_relative_clause;
    if (kind == GroupKind::subordinator) {
      const Group& opener = sentence.groups[static_cast<std::size_t>(g)];
      const std::uint32_t pos = sentence.words[opener.begin].pos;
      return (pos & (pos_preposition | pos_background)) != 0 ? in_side_clause : in_main_clause;
    }
    if (kind == GroupKind::verb || kind == GroupKind::mark) break;
  }
  return in_main_clause;
}

int Extractor::reporter(Clauses& clauses, int verb) const {
  const Sentence& sentence = clauses.sentence();
  for (int v = verb - 1; v >= 0; --v) {
    if ((sentence.verbs[static_cast<std::size_t>(v)].pos & pos_report) != 0) return clauses.subject(v);
  }
  return -1;
}

void Extractor::apply_mood(Work& work, int verb, RawEvent& event) const {
  Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  const VerbGroup& group = sentence.verbs[static_cast<std::size_t>(verb)];
  if (event.kind < 0) return;
  const Leaning leaning = kinds_.at(event.kind).leaning;
  if (group.negated) {
    const bool refuses = leaning == Leaning::cooperative && grammar_.refusal >= 0;
    event.kind = refuses ? grammar_.refusal : -1;
    return;
  }
  if (event.target >= 0 && group_in_classes(clauses, event.target, {nothing_class_})) {
    event.kind = -1;  // "nobody was arrested"
    return;
  }
  if (group.duty && group.passive) {
    event.status = ActStatus::recommended;
    event.confidence = in_background;
    return;
  }
  if (group.duty) {
    const int speaker = reporter(clauses, verb);
    if (grammar_.demand >= 0 && speaker >= 0) {
      event.kind = grammar_.demand;
      event.target = clauses.subject(verb);
      event.source = speaker;
      event.status = ActStatus::recommended;
      work.absorbed.push_back({group.head + 1U, sentence.size()});
    } else {
      event.kind = -1;
    }
    return;
  }
  if (group.future && event.status == ActStatus::reported) {
    if (leaning == Leaning::cooperative && grammar_.intent >= 0) event.kind = grammar_.intent;
    if (leaning == Leaning::hostile && grammar_.threat >= 0) {
      if (!group.passive) event.kind = grammar_.threat;
      event.status = group.passive ? ActStatus::possible : ActStatus::threatened;
    }
    work.absorbed.push_back({group.head + 1U, sentence.size()});
  } else if (group.possible && event.status == ActStatus::reported) {
    event.status = ActStatus::possible;
  }
  if (group.infinitive && verb > 0) {
    // A purpose behind a coded verb is not a deed of its own.
    for (const RawEvent& other : work.findings.events) {
      if (other.verb == verb - 1 && other.kind >= 0) event.confidence = in_background;
    }
    // "managed to arrest" happened, "instructions to arrest" did not yet.
    const VerbGroup& governing = sentence.verbs[static_cast<std::size_t>(verb) - 1];
    bool realised = false;
    for (const Hit& hit : sentence.hits_at(governing.head))
      realised = realised || hit.meaning->in_class(realised_class_);
    if (!realised && event.status == ActStatus::reported) event.status = ActStatus::possible;
  }
}

void Extractor::verb_event(Work& work, int verb, const Entry& entry, bool& explained) const {
  const Sentence& sentence = work.clauses.sentence();
  const VerbGroup& group = sentence.verbs[static_cast<std::size_t>(verb)];
  for (const Frame& frame : entry.frames) {
    RawEvent event;
    if (!verb_frame(work, verb, frame, event)) continue;
    if (frame.kind < 0) return;
    explained = true;
    event.verb = verb;
    event.position = group.head;
    event.begin = sentence.groups[group.group].begin;
    apply_mood(work, verb, event);
    if (event.kind >= 0) work.findings.events.push_back(event);
    return;
  }
}

void Extractor::noun_sides(Work& work, int group, std::size_t position, const Entry& entry,
                           RawEvent& event) const {
  Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  const Party& party = clauses.party(group);
  const bool owner = party.is_actor() && party.begin < party.end && party.begin < position;
  if (owner) event.source = group;
  int next = group + 1;
  constexpr int sides_max = 4;
  for (int step = 0; step < sides_max; ++step, next += 2) {
    if (clauses.kind(next) != GroupKind::preposition || clauses.kind(next + 1) != GroupKind::noun) break;
    const Group& preposition = sentence.groups[static_cast<std::size_t>(next)];
    const Word& word = sentence.words[preposition.begin];
    if ((word.pos & pos_of) != 0) {
      if (step > 0) continue;
      if (entry.of_side == OfSide::source) event.source = next + 1;
      if (entry.of_side == OfSide::target) event.target = next + 1;
      continue;
    }
    if ((word.pos & pos_by) != 0) {
      event.source = next + 1;
      continue;
    }
    bool toward = false;
    bool between = false;
    for (const Hit& hit : sentence.hits_at(preposition.begin)) {
      toward = toward || hit.meaning->in_class(toward_class_);
      between = between || hit.meaning->in_class(between_class_);
    }
    if (between) {
      event.source = next + 1;
      const int other = clauses.joined_after(next + 1);
      if (other >= 0) event.target = other;
      event.mutual = true;
      break;
    }
    if (toward && (event.target < 0 || !clauses.party(event.target).is_actor())) event.target = next + 1;
  }
}

void Extractor::noun_setting(Work& work, int group, RawEvent& event) const {
  Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  event.confidence = sentence.verbs.empty() ? in_headline : in_background;
  // Object of "launched", subject of "killed" or "erupted": then the noun is the news.
  const int before = group - 1;
  const int verb_before = clauses.verb_at(before);
  if (verb_before >= 0) {
    const VerbGroup& verb = sentence.verbs[static_cast<std::size_t>(verb_before)];
    if ((verb.pos & (pos_light | pos_occur)) != 0 || verb.be) {
      const bool coded = verb.negated || verb.duty;
      event.confidence = coded ? in_background : std::min(in_noun_of_light_verb, verb_confidence(clauses, verb_before));
      if ((verb.pos & pos_light) != 0 && event.source < 0 && !verb.passive)
        event.source = clauses.subject(verb_before);
      else if ((verb.pos & pos_light) != 0 && !verb.passive && clauses.subject(verb_before) >= 0 &&
               clauses.party(clauses.subject(verb_before)).is_actor())
        event.source = clauses.subject(verb_before);
      event.verb = verb_before;
      if (verb.negated) event.kind = -1;
      if (event.kind >= 0 && (verb.future || verb.infinitive)) {
        const VerbGroup& mood = verb;
        if (mood.future) apply_mood(work, verb_before, event);
      }
      return;
    }
  }
  // "killed by a mine", "died in the shooting": the noun says how.
  if (clauses.kind(before) == GroupKind::preposition) {
    const Group& preposition = sentence.groups[static_cast<std::size_t>(before)];
    bool means = (sentence.words[preposition.begin].pos & pos_by) != 0;
    for (const Hit& hit : sentence.hits_at(preposition.begin))
      means = means || hit.meaning->in_class(means_class_);
    if (means && before > 0) event.confidence = in_side_clause;
  }
  const int end = clauses.chain_end(group);
  for (int next = end + 1; next <= end + 3; ++next) {
    const int verb_after = clauses.verb_at(next);
    if (verb_after >= 0) {
      const VerbGroup& verb = sentence.verbs[static_cast<std::size_t>(verb_after)];
      const bool carried = verb.passive && (verb.pos & pos_light) != 0;
      if ((verb.pos & (pos_result | pos_occur)) != 0 || carried) {
        event.confidence = std::min(in_noun_of_light_verb, verb_confidence(clauses, verb_after));
        if (carried && clauses.agent(verb_after) >= 0) event.source = clauses.agent(verb_after);
      }
      return;
    }
    if (clauses.kind(next) != GroupKind::preposition && clauses.kind(next) != GroupKind::noun) return;
  }
}

void Extractor::noun_event(Work& work, int group, std::size_t position) const {
  Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  const Word& word = sentence.words[position];
  const Entry& entry = rules_.nouns[static_cast<std::size_t>(word.noun)];
  RawEvent event;
  const std::size_t first = sentence.groups[static_cast<std::size_t>(group)].begin;
  for (const Hit& hit : sentence.hits_at(first)) {
    if (hit.meaning->in_class(nothing_class_)) return;  // "no arrests"
  }
  noun_sides(work, group, position, entry, event);
  for (const Frame& frame : entry.frames) {
    Captures captures;
    if (!matcher_.match(clauses, frame.pattern, position + word.noun_length, captures)) continue;
    RawEvent found = event;
    if (captures.target >= 0) found.target = captures.target;
    if (captures.source >= 0) found.source = captures.source;
    if (frame.conditions.swap) std::swap(found.source, found.target);
    if (!allowed(clauses, frame.conditions, found.source, found.target)) continue;
    if (frame.kind < 0) return;
    found.kind = frame.kind;
    found.position = position;
    found.begin = sentence.groups[static_cast<std::size_t>(group)].begin;
    found.end = std::max(captures.end, position + word.noun_length);
    found.mutual = found.mutual || frame.conditions.mutual;
    if (frame.conditions.status) found.status = *frame.conditions.status;
    if (frame.conditions.killed) found.killed = clauses.people(found.target);
    if (frame.conditions.injured) found.injured = clauses.people(found.target);
    if (frame.conditions.absorb) work.absorbed.push_back({found.end, sentence.size()});
    found.casualties_only = found.source < 0 && kinds_.at(found.kind).id == "casualties";
    noun_setting(work, group, found);
    if (frame.conditions.weak) found.confidence = std::min(found.confidence, in_background);
    if (found.kind >= 0) work.findings.events.push_back(found);
    return;
  }
}

void Extractor::phrase(Work& work, const PhraseRule& rule, std::size_t position) const {
  Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  Captures captures;
  if (!matcher_.match(clauses, rule.pattern, position, captures)) return;
  for (const Pattern& unless : rule.unless) {
    if (matcher_.match_anywhere(clauses, unless)) return;
  }
  const std::int64_t count =
      captures.number >= 0 ? captures.number : captures.target >= 0 ? clauses.people(captures.target) : 0;
  switch (rule.use) {
    case PhraseRule::Use::killed:
      work.findings.killed = std::max(work.findings.killed, count);
      return;
    case PhraseRule::Use::injured:
      work.findings.injured = std::max(work.findings.injured, count);
      return;
    case PhraseRule::Use::indicator:
      work.findings.indicators.push_back({rule.indicator, position, captures.end});
      return;
    case PhraseRule::Use::status:
      for (RawEvent& event : work.findings.events) {
        if (rule.conditions.status) event.status = *rule.conditions.status;
      }
      return;
    case PhraseRule::Use::event: break;
  }
  RawEvent event;
  event.kind = rule.kind;
  event.source = captures.source;
  event.target = captures.target;
  event.position = position;
  event.begin = position;
  event.end = captures.end;
  if (rule.conditions.bare_subject == false && event.source < 0) {
    // The subject of the verb that the phrase belongs to.
    for (int v = static_cast<int>(sentence.verbs.size()) - 1; v >= 0; --v) {
      if (sentence.verbs[static_cast<std::size_t>(v)].head < captures.end) {
        event.source = clauses.subject(v);
        event.verb = v;
        break;
      }
    }
  }
  if (rule.conditions.swap) std::swap(event.source, event.target);
  if (!allowed(clauses, rule.conditions, event.source, event.target)) return;
  if (rule.conditions.absorb) work.absorbed.push_back({captures.end, sentence.size()});
  if (rule.kind < 0) {
    // "none" silences what it spans.
    work.absorbed.push_back({position, captures.end});
    return;
  }
  event.mutual = rule.conditions.mutual;
  if (rule.conditions.status) event.status = *rule.conditions.status;
  event.confidence = rule.conditions.weak ? in_background : in_noun_of_light_verb;
  work.findings.events.push_back(event);
}

void Extractor::phrases(Work& work) const {
  Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    for (const Hit& hit : sentence.hits_at(i)) {
      for (const std::uint16_t id : hit.meaning->classes) {
        if (id >= rules_.by_class.size()) continue;
        for (const std::uint32_t index : rules_.by_class[id])
          phrase(work, rules_.phrase_rules[index], i);
      }
    }
    for (const std::uint32_t index : rules_.anywhere) phrase(work, rules_.phrase_rules[index], i);
  }
  for (int g = 0; g < static_cast<int>(sentence.groups.size()); ++g) {
    const Group& group = sentence.groups[static_cast<std::size_t>(g)];
    if (group.kind != GroupKind::noun) continue;
    const Party& party = clauses.party(g);
    if (party.roles == 0 && !party.human) continue;
    for (const std::uint32_t index : rules_.by_role) {
      const PhraseRule& rule = rules_.phrase_rules[index];
      const Element& start = rule.pattern.front();
      if (start.kind == ElementKind::role && (start.roles & party.roles) == 0) continue;
      phrase(work, rule, group.begin);
    }
  }
}

void Extractor::drop_absorbed(Work& work) const {
  auto& events = work.findings.events;
  std::erase_if(events, [&](const RawEvent& event) {
    for (const Absorbed& range : work.absorbed) {
      if (event.position >= range.begin && event.position < range.end && event.begin >= range.begin)
        return true;
    }
    return false;
  });
  for (const Absorbed& range : work.denied) {
    bool any = false;
    for (RawEvent& event : events) {
      if (event.position < range.begin || event.position >= range.end) continue;
      event.status = ActStatus::denied;
      any = any || event.confidence >= in_side_clause;
    }
    // What is denied is the news; the denying itself stands behind it.
    for (RawEvent& event : events) {
      if (any && event.position + 1 == range.begin) event.confidence = in_side_clause;
    }
  }
}

void Extractor::drop_accidents(Work& work) const {
  // Where a sentence tells of an accident or a storm, its dead were not attacked.
  auto& events = work.findings.events;
  const bool accident = std::any_of(events.begin(), events.end(), [&](const RawEvent& event) {
    return kinds_.at(event.kind).family == "incident";
  });
  std::erase_if(events, [&](const RawEvent& event) {
    const bool violent = kinds_.at(event.kind).family == "violence";
    const bool has_actor = event.source >= 0 && work.clauses.party(event.source).is_actor();
    if (accident && violent && !has_actor) return true;
    // "Casualties" without a count says nothing of its own.
    return event.casualties_only && event.killed < 0 && event.injured < 0 &&
           event.confidence < in_side_clause;
  });
}

void Extractor::fill_sides(Work& work) const {
  Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  for (RawEvent& event : work.findings.events) {
    // An event noun is no actor; whoever stands in its group is.
    if (event.source >= 0 && !clauses.party(event.source).is_actor() &&
        clauses.party(event.source).event_noun >= 0)
      event.source = -1;
    const knowledge::EventKind& kind = kinds_.at(event.kind);
    if (event.target < 0 && (kind.mutual || event.mutual) && event.source >= 0) {
      const int other = clauses.joined_after(event.source);
      if (other >= 0 && clauses.party(other).is_actor()) event.target = other;
    }
    const bool has_target = event.target >= 0 && clauses.party(event.target).is_actor();
    if (has_target || kind.family == "violence") continue;
    // Words are aimed at someone: the first other actor behind the verb.
    const Party& source = clauses.party(event.source);
    for (int g = 0; g < static_cast<int>(sentence.groups.size()); ++g) {
      const Group& group = sentence.groups[static_cast<std::size_t>(g)];
      if (group.kind != GroupKind::noun || group.begin <= event.position) continue;
      const Party& party = clauses.party(g);
      if (!party.is_actor() || g == event.source) continue;
      if (party.country == source.country && party.role == source.role) continue;
      // Who is only quoted at the end ("…, officials said") is not aimed at.
      const int verb_after = clauses.verb_at(g + 1);
      if (verb_after >= 0 && (sentence.verbs[static_cast<std::size_t>(verb_after)].pos & pos_report) != 0 &&
          clauses.kind(g - 1) == GroupKind::comma)
        continue;
      event.target = g;
      break;
    }
  }
}

void Extractor::merge(Work& work) const {
  Clauses& clauses = work.clauses;
  auto& events = work.findings.events;
  std::stable_sort(events.begin(), events.end(), [](const RawEvent& a, const RawEvent& b) {
    return a.position < b.position;
  });
  std::vector<RawEvent> kept;
  for (const RawEvent& event : events) {
    const knowledge::EventKind& kind = kinds_.at(event.kind);
    RawEvent* same = nullptr;
    for (RawEvent& other : kept) {
      if (kinds_.at(other.kind).family != kind.family) continue;
      if (other.status != event.status && other.confidence >= in_side_clause && event.confidence >= in_side_clause) continue;
      const Party& mine = clauses.party(event.source);
      const Party& theirs = clauses.party(other.source);
      const bool clash = event.source >= 0 && other.source >= 0 && event.source != other.source &&
                         mine.is_actor() && theirs.is_actor() &&
                         (mine.role != theirs.role || mine.country != theirs.country);
      if (clash && event.confidence >= in_side_clause && other.confidence >= in_side_clause) continue;
      same = &other;
      break;
    }
    if (same == nullptr) {
      kept.push_back(event);
      continue;
    }
    const auto better = [&](int old_group, int new_group) {
      if (old_group < 0) return new_group;
      return !clauses.party(old_group).is_actor() && new_group >= 0 && clauses.party(new_group).is_actor()
                 ? new_group
                 : old_group;
    };
    const bool replaces = event.confidence > same->confidence + 0.1 && !event.casualties_only;
    if (replaces) {
      same->source = better(event.source, same->source);
      same->target = better(event.target, same->target);
      same->status = event.status;
      same->position = event.position;
    } else {
      same->source = better(same->source, event.source);
      same->target = better(same->target, event.target);
    }
    // A weapon named in passing does not tell what was done.
    const bool tells = event.confidence >= in_side_clause || same->confidence < in_side_clause;
    // Who was killed says more than what was attacked, unless armed men were.
    const RoleMask armed = *role_mask("armed");
    if (event.verb >= 0 && (event.killed >= 0 || kind.id == "killing" || kind.id == "wounding") &&
        event.target >= 0 && clauses.party(event.target).is_actor() && event.target != same->source &&
        same->target >= 0 && (clauses.party(same->target).roles & armed) == 0)
      same->target = event.target;
    if (tells && kind.rank > kinds_.at(same->kind).rank && (kind.type == kinds_.at(same->kind).type))
      same->kind = event.kind;
    same->confidence = std::max(same->confidence, event.confidence);
    same->killed = std::max(same->killed, event.killed);
    same->injured = std::max(same->injured, event.injured);
    same->casualties_only = same->casualties_only && event.casualties_only;
    same->begin = std::min(same->begin, event.begin);
    same->end = std::max(same->end, event.end);
  }
  events = std::move(kept);
  // Counts that no verb carries belong to the first event of violence.
  for (RawEvent& event : events) {
    const bool violent = kinds_.at(event.kind).family == "violence" || kinds_.at(event.kind).type.empty();
    if (!violent && events.size() > 1) continue;
    if (event.killed < 0) event.killed = work.findings.killed;
    if (event.injured < 0) event.injured = work.findings.injured;
    work.findings.killed = -1;
    work.findings.injured = -1;
    break;
  }
}

}  // namespace tocsin::monitor::coding
