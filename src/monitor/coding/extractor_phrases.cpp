// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/extractor.hpp"

#include <algorithm>

namespace tocsin::monitor::coding {

namespace {

/// People told by a phrase: its number, or those of the group it caught. In "three soldiers and
/// seven rebels dead" the group before belongs to the sum.
std::int64_t people_told(Clauses& clauses, const Captures& captures, std::size_t position) {
  if (captures.number < 0 && captures.target < 0) return 0;
  const bool by_number = captures.number >= 0;
  const int group = by_number ? clauses.sentence().words[position].group : captures.target;
  const std::int64_t here = by_number ? captures.number : clauses.people(group);
  const int before = group >= 0 ? clauses.joined_before(group) : -1;
  const bool sum = before >= 0 && clauses.party(before).human && clauses.party(before).count >= 0;
  return sum ? std::max(here, clauses.people(before)) : here;
}

}  // namespace

bool Extractor::phrase_possible(Work& work, std::uint32_t index) const {
  // Whether its words occur at all does not change from word to word.
  using Chance = SentenceFindings::Chance;
  Chance& chance = work.findings.chances[index];
  if (chance == Chance::unknown)
    chance = Matcher::possible(work.clauses.sentence(), rules_.phrase_rules[index].pattern)
                 ? Chance::some
                 : Chance::none;
  return chance == Chance::some;
}

void Extractor::phrase_status(Work& work, const Conditions& conditions, std::size_t begin,
                              std::size_t end) {
  // Whole sentences, or ("no one was …") the phrase with what stands right behind it.
  constexpr std::size_t words_behind = 2;
  if (conditions.denies)
    work.statuses.push_back({begin, end + words_behind, ActStatus::denied});
  else if (conditions.status && conditions.within)
    work.statuses.push_back({begin, end, *conditions.status});
  else if (conditions.status)
    work.statuses.push_back({0, work.clauses.sentence().size(), *conditions.status});
}

void Extractor::phrase(Work& work, std::uint32_t index, std::size_t position) const {
  if (!phrase_possible(work, index)) return;
  const PhraseRule& rule = rules_.phrase_rules[index];
  Clauses& clauses = work.clauses;
  const Sentence& sentence = clauses.sentence();
  Captures captures;
  if (!matcher_.match_possible(clauses, rule.pattern, position, captures)) return;
  for (const Pattern& unless : rule.unless) {
    if (matcher_.match_anywhere(clauses, unless)) return;
  }
  const std::int64_t count = people_told(clauses, captures, position);
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
      phrase_status(work, rule.conditions, position, captures.end);
      return;
    case PhraseRule::Use::event:
      break;
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
        const VerbGroup& verb = sentence.verbs[static_cast<std::size_t>(v)];
        const bool ahead = verb.future || verb.possible ||
                           class_within(sentence, verb.head, verb.head + 1U, mood_.unreached);
        // "plans an offensive against the rebels"
        if (verb.head < position && ahead) set_status(event, ActStatus::possible);
        break;
      }
    }
  }
  if (rule.conditions.swap) std::swap(event.source, event.target);
  if (!allowed(clauses, rule.conditions, event.source, event.target)) return;
  if (rule.conditions.absorb)
    work.absorbed.push_back({captures.end, content_end(work, captures.end)});
  if (rule.kind < 0) {
    // "none" silences what it spans, from the begin of its noun group on.
    const int first = sentence.words[position].group;
    const bool in_noun = clauses.kind(first) == GroupKind::noun;
    const std::size_t begin =
        in_noun ? sentence.groups[static_cast<std::size_t>(first)].begin : position;
    work.absorbed.push_back({begin, captures.end});
    return;
  }
  event.mutual = rule.conditions.mutual;
  if (rule.conditions.status) event.status = *rule.conditions.status;
  if (rule.conditions.killed) event.killed = count;
  if (rule.conditions.injured) event.injured = count;
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
        for (const std::uint32_t index : rules_.by_class[id]) phrase(work, index, i);
      }
    }
    for (const std::uint32_t index : rules_.anywhere) phrase(work, index, i);
  }
  for (int g = 0; g < static_cast<int>(sentence.groups.size()); ++g) {
    const Group& group = sentence.groups[static_cast<std::size_t>(g)];
    if (group.kind != GroupKind::noun) continue;
    const Party& party = clauses.party(g);
    if (party.roles == 0 && !party.human) continue;
    for (const std::uint32_t index : rules_.by_role) {
      const Element& start = rules_.phrase_rules[index].pattern.front();
      if (start.kind == ElementKind::role && (start.roles & party.roles) == 0) continue;
      phrase(work, index, group.begin);
    }
  }
  // Last, since phrases behind them find deeds too.
  for (const Work::Told& told : work.statuses) {
    for (RawEvent& event : work.findings.events)
      if (event.position >= told.begin && event.position < told.end) set_status(event, told.status);
  }
}

}  // namespace tocsin::monitor::coding
