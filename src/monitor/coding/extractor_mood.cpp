// SPDX-License-Identifier: Apache-2.0
// What is told of a deed besides the deed: that it did not happen, that it may, that it is doubted,
// that it is a story. Verbs carry their own mood (extractor.cpp); here are nouns ("without an
// attack") and whatever is said of an account ("reports of an attack were false").
#include <algorithm>

#include "monitor/coding/extractor.hpp"

namespace tocsin::monitor::coding {
namespace {

/// A predicate stands so many words behind its verb: "were all quickly proven false".
constexpr std::size_t predicate_reach = 4;
/// From a noun to the verb that it is the subject of.
constexpr int groups_to_verb_max = 9;

}  // namespace

void set_status(RawEvent& event, ActStatus status) {
  if (event.status == ActStatus::reported || event.status == ActStatus::past) event.status = status;
}

Extractor::MoodClasses::MoodClasses(const Names& names)
    : absence(names.find("@absence")),
      unreal(names.find("@unreal")),
      real(names.find("@real")),
      unsure(names.find("@unsure")),
      account(names.find("@account")),
      prospect(names.find("@prospect")),
      refute(names.find("@refute")),
      verify(names.find("@verify")),
      fiction(names.find("@fiction")),
      depict(names.find("@depict")),
      sport(names.find("@sport")),
      hinder(names.find("@hinder")),
      origin(names.find("@origin")),
      unreached(names.find("@unreached")),
      condition(names.find("@condition")),
      contrast(names.find("@contrast")),
      sentence(names.find("@sentence")),
      suspicion(names.find("@suspicion")) {}

bool Extractor::class_within(const Sentence& sentence, std::size_t from, std::size_t to,
                             std::uint16_t id) {
  if (!sentence.may_hold_class(id)) return false;
  for (std::size_t i = from; i < std::min(to, sentence.size()); ++i)
    for (const Hit& hit : sentence.hits_at(i))
      if (hit.meaning->in_class(id)) return true;
  return false;
}

std::optional<ActStatus> Extractor::verdict(const Sentence& sentence, const VerbGroup& verb) const {
  const std::size_t from = verb.head + std::size_t{1};
  std::size_t to = std::min(from + predicate_reach, sentence.size());
  for (std::size_t i = from; i < to; ++i)
    if (sentence.words[i].tag == Tag::comma || sentence.words[i].tag == Tag::mark) to = i;
  const bool refuting = class_within(sentence, verb.head, from, mood_.refute);
  if (refuting && verb.passive && !verb.negated) return ActStatus::denied;
  const bool verifying = class_within(sentence, verb.head, from, mood_.verify);
  if (verifying && verb.passive && verb.negated) return ActStatus::possible;
  // "was false", "proved false", "turned out to be untrue"; "is not true".
  const std::size_t predicate = verb.be ? verb.head : from;
  if (class_within(sentence, predicate, to, mood_.unreal))
    return verb.negated ? std::nullopt : std::optional(ActStatus::denied);
  if (!verb.be) return std::nullopt;
  if (class_within(sentence, from, to, mood_.real) && verb.negated) return ActStatus::denied;
  if (class_within(sentence, from, to, mood_.unsure) && !verb.negated) return ActStatus::possible;
  return std::nullopt;
}

void Extractor::noun_mood(Work& work, int group, std::size_t position, RawEvent& event) const {
  Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  const Group& held = sentence.groups[static_cast<std::size_t>(group)];
  const GroupKind before = clauses.kind(group - 1);
  if (before == GroupKind::preposition) {
    const Group& preposition = sentence.groups[static_cast<std::size_t>(group) - 1];
    if (class_within(sentence, preposition.begin, preposition.end, mood_.absence)) {
      event.kind = -1;  // "without an attack"
      return;
    }
  }
  if (class_within(sentence, held.begin, position, mood_.unsure))
    set_status(event, ActStatus::possible);
  settle_blame(work, group, event);
  if (before == GroupKind::verb || before == GroupKind::preposition) return;
  for (int next = group + 1; next <= group + groups_to_verb_max; ++next) {
    const int found = clauses.verb_at(next);
    if (found < 0) {
      const GroupKind kind = clauses.kind(next);
      if (kind != GroupKind::preposition && kind != GroupKind::noun &&
          kind != GroupKind::conjunction)
        return;
      continue;
    }
    const VerbGroup& verb = sentence.verbs[static_cast<std::size_t>(found)];
    if (!verb.finite) continue;
    const bool happens =
        (verb.pos & pos_occur) != 0 || verb.be || (verb.passive && (verb.pos & pos_light) != 0);
    const bool unreached =
        verb.passive && class_within(sentence, verb.head, verb.head + 1U, mood_.unreached);
    if (const auto told = verdict(sentence, verb)) {
      set_status(event, *told);
    } else if (unreached) {
      set_status(event, ActStatus::possible);  // "an attack was planned", "… was prevented"
    } else if (happens && verb.negated) {
      event.kind = -1;  // "no attack", "the attack did not take place"
    } else if (happens && (verb.possible || verb.future)) {
      set_status(event, ActStatus::possible);
    }
    return;
  }
}

void Extractor::settle(Work& work, std::size_t from, std::size_t to, ActStatus status) {
  for (RawEvent& event : work.findings.events)
    if (event.position >= from && event.position < to) set_status(event, status);
}

/// What an account is said to be by the words in it and around it, its verb aside.
std::optional<ActStatus> Extractor::account_status(Work& work, int group) const {
  const Sentence& sentence = work.clauses.sentence();
  const Group& held = sentence.groups[static_cast<std::size_t>(group)];
  if (class_within(sentence, held.begin, held.end, mood_.unreal)) return ActStatus::denied;
  if (class_within(sentence, held.begin, held.end, mood_.unsure)) return ActStatus::possible;
  const int verb_before = work.clauses.verb_at(group - 1);
  if (verb_before >= 0) {
    const VerbGroup& verb = sentence.verbs[static_cast<std::size_t>(verb_before)];
    const std::size_t head = verb.head;
    if (!verb.passive && !verb.negated && class_within(sentence, head, head + 1, mood_.refute))
      return ActStatus::denied;
    if (verb.negated && class_within(sentence, head, head + 1, mood_.verify))
      return ActStatus::possible;
  }
  if (class_within(sentence, held.begin, held.end, mood_.prospect)) return ActStatus::possible;
  return std::nullopt;
}

void Extractor::settle_accounts(Work& work) const {
  Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  // "Unconfirmed: a second attack."
  if (sentence.size() > 1 && sentence.tokens[1].word == ":" &&
      class_within(sentence, 0, 1, mood_.unsure))
    settle(work, 0, sentence.size(), ActStatus::possible);
  for (int g = 0; g < static_cast<int>(sentence.groups.size()); ++g) {
    const Group& held = sentence.groups[static_cast<std::size_t>(g)];
    if (held.kind != GroupKind::noun) continue;
    if (!class_within(sentence, held.begin, held.end, mood_.account) &&
        !class_within(sentence, held.begin, held.end, mood_.prospect))
      continue;
    const GroupKind next = clauses.kind(g + 1);
    const bool clause = next == GroupKind::subordinator || next == GroupKind::relative;
    if (!clause && next != GroupKind::preposition && next != GroupKind::verb) continue;
    // What is said of it stands behind what it tells.
    std::optional<ActStatus> status;
    std::size_t end = sentence.size();
    for (const VerbGroup& verb : sentence.verbs) {
      if (verb.group <= static_cast<std::uint16_t>(g)) continue;
      const auto told = verdict(sentence, verb);
      if (!told) continue;
      status = told;
      end = sentence.groups[verb.group].begin;
      break;
    }
    if (!status && next == GroupKind::verb) {
      // "Unconfirmed reports said that …", but "the threats drove them away".
      if (class_within(sentence, held.begin, held.end, mood_.unsure)) status = ActStatus::possible;
      if (class_within(sentence, held.begin, held.end, mood_.unreal)) status = ActStatus::denied;
    } else if (!status) {
      status = account_status(work, g);
      // "Fears of an attack made them leave": the leaving is no fear.
      for (std::size_t k = static_cast<std::size_t>(g) + 1; !clause && k < sentence.groups.size();
           ++k) {
        if (sentence.groups[k].kind != GroupKind::verb) continue;
        end = sentence.groups[k].begin;
        break;
      }
    }
    if (status) settle(work, held.end, std::min(end, content_end(work, held.end)), *status);
  }
  // "It is untrue that soldiers fired."
  for (const VerbGroup& verb : sentence.verbs) {
    const auto told = verdict(sentence, verb);
    if (!told) continue;
    constexpr std::size_t groups_to_clause = 3;
    for (std::size_t k = verb.group + std::size_t{1};
         k < sentence.groups.size() && k <= verb.group + groups_to_clause; ++k) {
      if (sentence.groups[k].kind != GroupKind::subordinator) continue;
      settle(work, sentence.groups[k].end, sentence.size(), *told);
      break;
    }
  }
}

void Extractor::settle_conditions(Work& work) const {
  const Sentence& sentence = work.clauses.sentence();
  if (!sentence.may_hold_class(mood_.condition)) return;
  for (std::size_t g = 0; g < sentence.groups.size(); ++g) {
    const Group& opener = sentence.groups[g];
    // "Should rebels attack the town, …" opens with the helper.
    const bool inverted = g == 0 && opener.kind == GroupKind::verb;
    if ((opener.kind != GroupKind::subordinator && !inverted) ||
        !class_within(sentence, opener.begin, opener.end, mood_.condition))
      continue;
    std::size_t end = g + 1;
    while (end < sentence.groups.size() && sentence.groups[end].kind != GroupKind::comma &&
           sentence.groups[end].kind != GroupKind::mark)
      ++end;
    const std::size_t to =
        end < sentence.groups.size() ? sentence.groups[end].begin : sentence.size();
    settle(work, opener.begin, to, ActStatus::possible);
  }
}

void Extractor::settle_blame(Work& work, int group, RawEvent& event) const {
  const int blaming = work.clauses.blaming_verb(group);
  if (blaming < 0) return;
  const Sentence& sentence = work.clauses.sentence();
  const std::size_t head = sentence.verbs[static_cast<std::size_t>(blaming)].head;
  if (class_within(sentence, head, head + 1, mood_.sentence)) set_status(event, ActStatus::past);
  // "arrested two men for killing a priest": the killing was told before.
  bool told_before = class_within(sentence, head, head + 1, mood_.suspicion);
  for (const RawEvent& other : work.findings.events)
    told_before = told_before || (other.verb == blaming && other.kind >= 0 &&
                                  kinds_.at(other.kind).type == "COERCE");
  if (told_before) event.confidence = std::min(event.confidence, in_background);
}

void Extractor::settle_hindered(Work& work, int group, RawEvent& event) const {
  // "prevented gunmen from killing villagers"
  const Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  if (clauses.kind(group - 1) != GroupKind::preposition) return;
  const Group& before = sentence.groups[static_cast<std::size_t>(group) - 1];
  if (!class_within(sentence, before.begin, before.end, mood_.origin)) return;
  constexpr int groups_back_max = 4;
  for (int back = 2; back <= groups_back_max; ++back) {
    const int verb = clauses.verb_at(group - back);
    if (verb < 0) continue;
    const std::size_t head = sentence.verbs[static_cast<std::size_t>(verb)].head;
    if (class_within(sentence, head, head + 1, mood_.hinder))
      set_status(event, ActStatus::possible);
    return;
  }
}

std::size_t Extractor::content_end(Work& work, std::size_t begin) const {
  const Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  const auto happens = [&](int verb) {
    if (verb < 0) return false;
    const VerbGroup& group = sentence.verbs[static_cast<std::size_t>(verb)];
    if (!group.finite || group.future || group.possible || group.duty) return false;
    // "to burn the village and kill": a bare form goes with the infinitive before it.
    const std::uint16_t forms = sentence.words[group.head].forms;
    const bool helped = sentence.groups[group.group].begin != group.head;
    return helped || (forms & form_base) == 0;
  };
  const auto clause_verb = [&](int from) {
    for (int g = from; clauses.kind(g) != GroupKind::mark && clauses.kind(g) != GroupKind::comma;
         ++g)
      if (clauses.verb_at(g) >= 0) return clauses.verb_at(g);
    return -1;
  };
  // ", who denied killing civilians, shot three people"
  bool in_relative = false;
  for (const VerbGroup& verb : sentence.verbs)
    in_relative = in_relative || (verb.head + std::size_t{1} == begin &&
                                  clauses.kind(verb.group - 1) == GroupKind::relative &&
                                  clauses.kind(verb.group - 2) == GroupKind::comma);
  // Behind an infinitive, or before any verb, a finite one goes on with the clause outside.
  bool outside_next = true;
  for (int g = 0; g < static_cast<int>(sentence.groups.size()); ++g) {
    const Group& group = sentence.groups[static_cast<std::size_t>(g)];
    if (group.begin < begin) continue;
    if (group.kind == GroupKind::verb || group.kind == GroupKind::subordinator)
      outside_next = group.kind == GroupKind::verb && outside_next &&
                     sentence.verbs[static_cast<std::size_t>(group.verb_group)].infinitive;
    if (in_relative && group.kind == GroupKind::comma && clauses.kind(g + 1) == GroupKind::verb)
      return group.begin;
    if (group.kind == GroupKind::mark && sentence.tokens[group.begin].word == ";")
      return group.begin;
    const bool joins =
        group.kind == GroupKind::conjunction || group.kind == GroupKind::subordinator;
    if (!joins) continue;
    const bool behind_comma = clauses.kind(g - 1) == GroupKind::comma;
    const bool contrasts = class_within(sentence, group.begin, group.end, mood_.contrast);
    const bool own_clause =
        group.kind == GroupKind::conjunction && clauses.kind(g + 1) == GroupKind::noun;
    if ((contrasts || (behind_comma && own_clause)) && happens(clause_verb(g + 1)))
      return group.begin;
    if (outside_next && group.kind == GroupKind::conjunction && happens(clauses.verb_at(g + 1)))
      return group.begin;
  }
  return sentence.size();
}

void Extractor::drop_fiction(Work& work) const {
  Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  if (!sentence.may_hold_class(mood_.fiction)) return;
  for (int g = 0; g < static_cast<int>(sentence.groups.size()); ++g) {
    const Group& held = sentence.groups[static_cast<std::size_t>(g)];
    if (held.kind != GroupKind::noun ||
        !class_within(sentence, held.end - std::size_t{1}, held.end, mood_.fiction))
      continue;
    // "In the film, …", "a drill in which …", "the novel tells how …".
    const bool setting = clauses.kind(g - 1) == GroupKind::preposition && g <= 2 &&
                         !sentence.words[held.begin].covered;
    const bool content = clauses.kind(g + 1) == GroupKind::relative ||
                         (clauses.kind(g + 1) == GroupKind::preposition &&
                          clauses.kind(g + 2) == GroupKind::relative);
    const int verb = clauses.verb_at(g + 1);
    const bool depicts =
        verb >= 0 &&
        class_within(sentence, sentence.verbs[static_cast<std::size_t>(verb)].head,
                     sentence.verbs[static_cast<std::size_t>(verb)].head + std::size_t{1},
                     mood_.depict);
    if (!setting && !content && !depicts) continue;
    std::erase_if(work.findings.events,
                  [&](const RawEvent& event) { return event.position >= held.end; });
  }
}

void Extractor::drop_sport(Work& work) const {
  Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  if (!sentence.may_hold_class(mood_.sport)) return;
  // One such word proves nothing: matches are attacked too.
  constexpr int words_min = 2;
  int words = 0;
  for (std::size_t i = 0; i < sentence.size(); ++i)
    if (class_within(sentence, i, i + 1, mood_.sport)) ++words;
  if (words < words_min) return;
  const RoleMask armed = *role_mask("armed");
  std::erase_if(work.findings.events, [&](const RawEvent& event) {
    const bool violent = kinds_.at(event.kind).type == "ASSAULT";
    const bool people = event.killed > 0 || event.injured > 0;
    const RoleMask sides = clauses.party(event.source).roles | clauses.party(event.target).roles;
    return violent && !people && (sides & armed) == 0;
  });
}

}  // namespace tocsin::monitor::coding
