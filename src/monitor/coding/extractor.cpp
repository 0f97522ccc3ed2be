// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/extractor.hpp"

#include <algorithm>

namespace tocsin::monitor::coding {
namespace {

using knowledge::Leaning;

}  // namespace

GrammarKinds::GrammarKinds(const knowledge::EventKinds& kinds)
    : intent(kinds.find("intent")),
      threat(kinds.find("threat")),
      refusal(kinds.find("refusal")),
      demand(kinds.find("demand")) {}

Extractor::Extractor(const Rules& rules, const knowledge::EventKinds& kinds, const Names& names)
    : rules_(rules),
      kinds_(kinds),
      matcher_(rules, kinds),
      grammar_(kinds),
      toward_class_(names.find("@toward")),
      between_class_(names.find("@between")),
      realised_class_(names.find("@realised")),
      nothing_class_(names.find("@nothing")),
      means_class_(names.find("@means")),
      bomb_class_(names.find("@planted_bomb")),
      mood_(names) {}

void Extractor::run(Clauses& clauses, SentenceFindings& into) const {
  into.events.clear();
  into.indicators.clear();
  into.killed = -1;
  into.injured = -1;
  into.chances.assign(rules_.phrase_rules.size(), SentenceFindings::Chance::unknown);
  Work work{clauses, into, {}, {}};
  const Sentence& sentence = clauses.sentence();
  for (std::size_t v = 0; v < sentence.verbs.size(); ++v) {
    const VerbGroup& verb = sentence.verbs[v];
    bool explained = false;
    if (verb.verb >= 0)
      verb_event(work, static_cast<int>(v), rules_.verbs[static_cast<std::size_t>(verb.verb)],
                 explained);
    const bool tells = (verb.pos & pos_report) != 0 || verb.be;
    if (!explained && !tells && rules_.any_verb >= 0)
      verb_event(work, static_cast<int>(v), rules_.verbs[static_cast<std::size_t>(rules_.any_verb)],
                 explained);
  }
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    const Word& word = sentence.words[i];
    if (word.noun >= 0 && !word.covered && word.group >= 0 &&
        clauses.kind(word.group) == GroupKind::noun)
      noun_event(work, word.group, i);
  }
  phrases(work);
  if (into.events.empty()) return;
  settle_accounts(work);
  settle_conditions(work);
  drop_fiction(work);
  drop_sport(work);
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
  if (clauses.kind(group + 1) == GroupKind::preposition &&
      clauses.kind(group + 2) == GroupKind::noun) {
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
                        const std::vector<std::uint16_t>& not_classes, bool human, bool place) {
    const bool asked = roles != 0 || !classes.empty() || human || place;
    if (!asked && not_roles == 0 && not_classes.empty()) return true;
    const Party& party = clauses.party(group);
    if ((party.roles & not_roles) != 0) return false;
    if (!not_classes.empty() && group_in_classes(clauses, group, not_classes)) return false;
    if (!asked) return true;
    if ((party.roles & roles) != 0 || (place && party.place)) return true;
    if (human &&
        (party.human || party.named || party.pronoun || party.count >= 0 || party.is_actor()))
      return true;
    return !classes.empty() && group_in_classes(clauses, group, classes);
  };
  const Party& who = clauses.party(source);
  if (conditions.not_subject_actor && who.is_actor() && !who.only_there) return false;
  return side(source, conditions.subject_roles, conditions.not_subject_roles,
              conditions.subject_classes, conditions.not_subject_classes, conditions.subject_actor,
              false) &&
         side(target, conditions.object_roles, conditions.not_object_roles,
              conditions.object_classes, conditions.not_object_classes, conditions.object_human,
              conditions.object_place);
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
  if (!passive && conditions.passive && clauses.object(verb) < 0 && !group.infinitive &&
      !group.gerund && (sentence.words[group.head].forms & form_participle) != 0) {
    // "three men arrested in the capital": who could have done it himself did not suffer it.
    const Party& party = clauses.party(clauses.subject(verb));
    passive = party.human && (party.roles & *role_mask("armed|GOV")) == 0;
  }
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
  // "shot at police, killing two" without its comma: who shot killed.
  if (counts && group.gerund && verb > 0 && source >= 0 && source == clauses.subject(verb) &&
      source == static_cast<int>(group.group) - 1 &&
      (sentence.verbs[static_cast<std::size_t>(verb) - 1].pos & pos_report) == 0 &&
      clauses.subject(verb - 1) >= 0)
    source = clauses.subject(verb - 1);
  if (conditions.swap) std::swap(source, target);
  if (!allowed(clauses, conditions, source, target)) return false;
  event.kind = frame.kind;
  // "A landslide in Nepal killed thirty": nobody did, and Nepal least of all.
  const bool violent = frame.kind >= 0 && kinds_.at(frame.kind).family == "violence";
  if (violent && source >= 0 && clauses.party(source).only_there) source = -1;
  event.source = source;
  event.target = target;
  event.end = std::max<std::size_t>(captures.end, group.head + 1U);
  event.mutual = conditions.mutual;
  if (conditions.status) event.status = *conditions.status;
  event.confidence = conditions.weak ? in_background : verb_confidence(clauses, verb);
  if (conditions.killed) event.killed = clauses.people(target);
  if (conditions.injured) event.injured = clauses.people(target);
  event.casualties_only = source < 0 && (conditions.killed || conditions.injured);
  if (conditions.absorb)
    work.absorbed.push_back({group.head + 1U, content_end(work, group.head + 1U)});
  if (conditions.denies)
    work.denied.push_back({group.head + 1U, content_end(work, group.head + 1U)});
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
    if ((sentence.verbs[static_cast<std::size_t>(v)].pos & pos_report) != 0)
      return clauses.subject(v);
  }
  return -1;
}

void Extractor::apply_mood(Work& work, int verb, RawEvent& event) const {
  Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  const VerbGroup& group = sentence.verbs[static_cast<std::size_t>(verb)];
  if (event.kind < 0) return;
  const Leaning leaning = kinds_.at(event.kind).leaning;
  // "India beat Pakistan": States lay no hands on each other.
  const auto is_state = [&](int side) {
    const Party& party = clauses.party(side);
    return party.role.empty() && party.group.empty() && !party.country.empty();
  };
  if (kinds_.at(event.kind).id == "assault" && is_state(event.source) && is_state(event.target)) {
    event.kind = -1;
    return;
  }
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
      work.absorbed.push_back({group.head + 1U, content_end(work, group.head + 1U)});
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
    work.absorbed.push_back({group.head + 1U, content_end(work, group.head + 1U)});
  } else if (group.possible && event.status == ActStatus::reported) {
    event.status = ActStatus::possible;
  }
  settle_blame(work, group.group, event);
  settle_hindered(work, group.group, event);
  // "rebels to attack the town"
  if (group.infinitive && verb == 0 && event.status == ActStatus::reported)
    event.status = ActStatus::possible;
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
    if (clauses.kind(next) != GroupKind::preposition || clauses.kind(next + 1) != GroupKind::noun)
      break;
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
    if (toward && (event.target < 0 || !clauses.party(event.target).is_actor()))
      event.target = next + 1;
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
    if (class_within(sentence, verb.head, verb.head + 1U, mood_.unreached))
      set_status(event, ActStatus::possible);
    if ((verb.pos & (pos_light | pos_occur)) != 0 || verb.be) {
      const bool coded = verb.negated || verb.duty;
      event.confidence =
          coded ? in_background
                : std::min(in_noun_of_light_verb, verb_confidence(clauses, verb_before));
      if ((verb.pos & pos_light) != 0 && event.source < 0 && !verb.passive)
        event.source = clauses.subject(verb_before);
      else if ((verb.pos & pos_light) != 0 && !verb.passive && clauses.subject(verb_before) >= 0 &&
               clauses.party(clauses.subject(verb_before)).is_actor())
        event.source = clauses.subject(verb_before);
      event.verb = verb_before;
      if (verb.negated) event.kind = -1;
      // "may launch an attack", "planned to stage a protest": not done yet.
      if (event.kind >= 0 && (verb.future || verb.possible || verb.infinitive))
        apply_mood(work, verb_before, event);
      return;
    }
  }
  // "killed by a mine", "died in the shooting": the noun says how.
  if (clauses.kind(before) == GroupKind::preposition) {
    const Group& preposition = sentence.groups[static_cast<std::size_t>(before)];
    bool means = (sentence.words[preposition.begin].pos & pos_by) != 0;
    // "in connection with" is not "in".
    for (const Hit& hit : sentence.hits_at(preposition.begin))
      means = means || (hit.length == sentence.words[preposition.begin].noun_length &&
                        hit.meaning->in_class(means_class_));
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
    if (clauses.kind(next) != GroupKind::preposition && clauses.kind(next) != GroupKind::noun)
      return;
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
    found.kind = frame.kind;
    found.position = position;
    // The verb around the noun may tell who acted, so it is looked at before the conditions.
    if (found.kind >= 0) noun_setting(work, group, found);
    if (found.kind >= 0) noun_mood(work, group, position, found);
    if (found.kind >= 0) settle_hindered(work, group, found);
    if (!allowed(clauses, frame.conditions, found.source, found.target)) continue;
    if (frame.kind < 0) return;
    found.begin = sentence.groups[static_cast<std::size_t>(group)].begin;
    found.end = std::max(captures.end, position + word.noun_length);
    found.mutual = found.mutual || frame.conditions.mutual;
    if (frame.conditions.status) found.status = *frame.conditions.status;
    if (frame.conditions.killed) found.killed = clauses.people(found.target);
    if (frame.conditions.injured) found.injured = clauses.people(found.target);
    if (frame.conditions.absorb) work.absorbed.push_back({found.end, content_end(work, found.end)});
    found.casualties_only =
        found.source < 0 && found.kind >= 0 && kinds_.at(found.kind).id == "casualties";
    if (frame.conditions.weak) found.confidence = std::min(found.confidence, in_background);
    if (found.kind >= 0) work.findings.events.push_back(found);
    return;
  }
}

}  // namespace tocsin::monitor::coding
