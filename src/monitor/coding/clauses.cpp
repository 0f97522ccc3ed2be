// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/clauses.hpp"

#include <algorithm>

namespace tocsin::monitor::coding {
namespace {

constexpr int not_computed = -2;
/// Reading a chain "of … of …" or a list stops after so many steps.
constexpr int steps_max = 6;

using knowledge::Actor;
using knowledge::ActorSort;

}  // namespace

Clauses::Clauses(const knowledge::Actors& actors, const Names& names)
    : actors_(actors),
      unit_class_(names.find("@unit")),
      anaphor_class_(names.find("@anaphor")),
      blame_class_(names.find("@blame")),
      share_class_(names.find("@share")),
      purpose_class_(names.find("@purpose")),
      nothing_class_(names.find("@nothing")),
      within_class_(names.find("@within")),
      age_class_(names.find("@age")),
      vague_class_(names.find("@vague")) {}

void Clauses::start(const Sentence& sentence, std::optional<base::Day> day,
                    const Antecedent* earlier) {
  sentence_ = &sentence;
  day_ = day;
  earlier_ = earlier;
  parties_.assign(sentence.groups.size(), Party{});
  subjects_.assign(sentence.verbs.size(), not_computed);
}

GroupKind Clauses::kind(int group) const {
  if (group < 0 || group >= static_cast<int>(sentence_->groups.size())) return GroupKind::mark;
  return sentence_->groups[static_cast<std::size_t>(group)].kind;
}

int Clauses::verb_at(int group) const {
  if (kind(group) != GroupKind::verb) return -1;
  return sentence_->groups[static_cast<std::size_t>(group)].verb_group;
}

const Party& Clauses::party(int group) {
  static const Party nobody;
  if (kind(group) != GroupKind::noun) return nobody;
  Party& party = parties_[static_cast<std::size_t>(group)];
  if (!party.known) {
    party.known = true;
    read_party(group, party);
  }
  return party;
}

void Clauses::read_actor_hits(const Group& group, Party& party) const {
  RoleMask weak_roles = 0;
  std::string_view weak_role;
  std::size_t known_words = 0;
  bool people = false;
  for (std::size_t i = group.begin; i < group.end; ++i) {
    const Word& word = sentence_->words[i];
    if (word.covered || word.tag == Tag::skip) continue;
    for (const Hit& hit : sentence_->hits_at(i)) {
      if (hit.length != word.noun_length) continue;
      // "U.S." is the State's own name and its adjective; alone it is the State.
      const bool names_state = std::ranges::any_of(hit.meaning->actors, [&](std::uint32_t index) {
        const Actor& actor = actors_.actors()[index];
        return actor.sort == ActorSort::country && !actor.noun;
      });
      for (const std::uint32_t index : hit.meaning->actors) {
        const Actor& actor = actors_.actors()[index];
        if (day_ && (*day_ < actor.from || *day_ > actor.until)) continue;
        if (party.begin == party.end) party.begin = static_cast<std::uint16_t>(i);
        party.end = static_cast<std::uint16_t>(i + hit.length);
        known_words += hit.length;
        if (actor.sort == ActorSort::capital) {
          if (party.country.empty()) {
            party.country = actor.country;
            party.place_only = true;
          }
          continue;
        }
        if (!actor.country.empty() &&
            (party.country.empty() || party.place_only || actor.sort == ActorSort::country))
          party.country = actor.country;
        if (actor.sort == ActorSort::country) {
          // "Malians" are people, "Malian" qualifies, "Mali" acts as a State.
          people = actor.noun && !names_state && i + 1 >= group.end;
          if (!people && party.role.empty()) party.place_only = !actor.noun || names_state;
          continue;
        }
        party.place_only = false;
        if (!actor.group.empty()) party.group = actor.group;
        if (!actor.label.empty()) party.label = actor.label;
        if (actor.role.empty()) continue;
        if (actor.adjective) {
          weak_roles |= role_bit(actor.role);
          weak_role = actor.role;
        } else {
          // "a Taliban chief" is of the Taliban; else the last word tells the role.
          const bool of_group = !party.group.empty() && actor.sort == ActorSort::role;
          if (!of_group || party.role.empty()) party.role = actor.role;
          party.roles |= role_bit(actor.role);
        }
        party.human = true;
      }
    }
  }
  if (party.role.empty() && !weak_role.empty()) {
    party.role = weak_role;
    party.roles |= weak_roles;
  }
  if (party.role.empty() && people) {
    party.role = "CVL";
    party.roles |= role_bit("CVL");
    party.human = true;
  }
}

void Clauses::read_party(int index, Party& party) const {
  const Group& group = sentence_->groups[static_cast<std::size_t>(index)];
  read_actor_hits(group, party);
  bool unit = false;
  bool elsewise = false;
  for (std::size_t i = group.begin; i < group.end; ++i) {
    const Word& word = sentence_->words[i];
    if (word.tag == Tag::skip) continue;
    if (word.place) party.place = true;
    elsewise = elsewise || (!word.place && word.tag != Tag::determiner);
    if (word.tag == Tag::pronoun) party.pronoun = true;
    if ((word.pos & pos_human) != 0) party.human = true;
    if (word.noun >= 0 && !word.covered && word.tag == Tag::noun)
      party.event_noun = static_cast<std::int16_t>(i);
    if (word.tag == Tag::noun && word.hits == 0 && sentence_->tokens[i].has(token_capitalised) &&
        !sentence_->tokens[i].has(token_sentence_start))
      party.named = true;
    for (const Hit& hit : sentence_->hits_at(i)) unit = unit || hit.meaning->in_class(unit_class_);
  }
  party.place = party.place && !elsewise;
  party.count = count_in(group, unit);
  if (party.count < 0 && party.human && group.end > group.begin &&
      sentence_->words[group.begin].tag == Tag::determiner) {
    const std::string_view first = sentence_->tokens[group.begin].word;
    if (first == "a" || first == "an" || first == "un" || first == "une" || first == "una" ||
        first == "um" || first == "uma")
      party.count = 1;
    // "his wife", "su esposa", but "his wives".
    const std::string_view last = sentence_->tokens[group.end - std::size_t{1}].word;
    const bool plural = last.ends_with('s') || last.ends_with('x') || last.ends_with("men") ||
                        last == "children" || last == "people" || last == "family";
    if (!plural && (first == "his" || first == "her" || first == "sa" || first == "son" ||
                    first == "su" || first == "sua" || first == "seu"))
      party.count = 1;
  }
  read_attached(index, party);
}

void Clauses::read_attached(int index, Party& party) const {
  // What hangs on the group: "group of gunmen", "rebels in Mali", "president of Armenia".
  const auto& groups = sentence_->groups;
  const Group& group = groups[static_cast<std::size_t>(index)];
  int next = index + 1;
  for (int step = 0; step < steps_max; ++step, next += 2) {
    if (kind(next) != GroupKind::preposition || kind(next + 1) != GroupKind::noun) break;
    const Word& preposition = sentence_->words[groups[static_cast<std::size_t>(next)].begin];
    const Group& of_group = groups[static_cast<std::size_t>(next + 1)];
    Party inner;
    read_actor_hits(of_group, inner);
    const bool of = (preposition.pos & pos_of) != 0;
    if (party.country.empty() && !inner.country.empty() &&
        (preposition.pos & pos_background) == 0 && (preposition.pos & pos_by) == 0) {
      party.country = inner.country;
      // "Police in Kenya" are Kenya's; a fire in Kenya is only there.
      bool located = false;
      for (const Hit& hit : sentence_->hits_at(groups[static_cast<std::size_t>(next)].begin))
        located = located || hit.meaning->in_class(within_class_);
      party.only_there =
          located && !party.human && !party.named && party.role.empty() && party.group.empty();
    }
    bool partitive = party.role.empty();
    for (std::size_t i = group.begin; i < group.end; ++i)
      partitive = partitive || (sentence_->words[i].pos & pos_partitive) != 0;
    if (!of || !partitive || step != 0) continue;
    if (!inner.role.empty()) {
      party.role = inner.role;
      party.roles |= inner.roles;
    }
    if (!inner.group.empty()) party.group = inner.group;
    if (party.label.empty()) party.label = inner.label;
    party.human = party.human || inner.human;
    if (inner.begin != inner.end) {
      if (party.begin == party.end) party.begin = inner.begin;
      party.end = inner.end;
    }
    for (std::size_t i = of_group.begin; i < of_group.end; ++i)
      party.human = party.human || (sentence_->words[i].pos & pos_human) != 0;
  }
}

int Clauses::past_description(int verb, int found) {
  // "gunmen dressed in fatigues detained a man", "a car carrying officials was hit": of two verbs
  // with nothing between them the first only describes.
  const VerbGroup& group = sentence_->verbs[static_cast<std::size_t>(verb)];
  if (verb == 0 || !group.finite) return found;
  // "arrested two men suspected of killing": here the second describes.
  const int led_in = group.group + 2;
  if (verb_at(led_in) >= 0 && group.bare_participle && blaming_verb(led_in) == verb) return found;
  const VerbGroup& earlier = sentence_->verbs[static_cast<std::size_t>(verb) - 1];
  const int at = earlier.group;
  const bool next_to =
      found - 1 == at || (kind(found - 1) == GroupKind::preposition && found - 2 == at);
  const bool describes = earlier.gerund || earlier.reduced || earlier.bare_participle;
  if (!next_to || !describes || (earlier.pos & pos_report) != 0) return found;
  if (kind(at - 1) != GroupKind::noun) return found;
  const int outer = climb(at - 1);
  // "Soldiers fired, killing …": what is an object of an earlier verb has no verb of its own.
  return kind(outer - 1) == GroupKind::verb ? found : outer;
}

int Clauses::climb(int group) const {
  // "the leader of the rebels in Mali": the head is the first group. "At Kaya in the north police
  // fired": all before the last group is an adverbial.
  const int last = group;
  for (int step = 0; step < steps_max; ++step) {
    if (kind(group - 1) != GroupKind::preposition || kind(group - 2) != GroupKind::noun) break;
    const Group& outer = sentence_->groups[static_cast<std::size_t>(group - 2)];
    const Group& preposition = sentence_->groups[static_cast<std::size_t>(group - 1)];
    if (preposition.begin != outer.end && sentence_->words[outer.end].tag != Tag::skip) break;
    group -= 2;
  }
  const bool adverbial =
      kind(group - 1) == GroupKind::preposition &&
      (kind(group - 2) == GroupKind::mark || kind(group - 2) == GroupKind::comma);
  return adverbial ? last : group;
}

int Clauses::previous_subject(int verb) {
  return verb > 0 ? subject(verb - 1) : -1;
}

int Clauses::blaming_verb(int group) const {
  if (kind(group - 1) != GroupKind::preposition) return -1;
  const Group& preposition = sentence_->groups[static_cast<std::size_t>(group) - 1];
  bool blames = false;
  for (const Hit& hit : sentence_->hits_at(preposition.begin))
    blames = blames || hit.meaning->in_class(blame_class_);
  if (!blames) return -1;
  // "sentenced a colonel to twenty years for": sides may stand between.
  int before = group - 2;
  for (int step = 0; step < 2 * steps_max; ++step, --before)
    if (kind(before) != GroupKind::noun && kind(before) != GroupKind::preposition) break;
  return verb_at(before);
}

int Clauses::blamed_subject(int verb) {
  // "convicted two men of killing": who is convicted killed.
  const VerbGroup& deed = sentence_->verbs[static_cast<std::size_t>(verb)];
  // "pour demander" tells what for, "pour avoir tué" tells of what.
  if (deed.infinitive && sentence_->groups[deed.group].begin > 0)
    for (const Hit& hit : sentence_->hits_at(sentence_->groups[deed.group].begin - std::size_t{1}))
      if (hit.meaning->in_class(purpose_class_)) return -1;
  const int blaming = blaming_verb(deed.group);
  if (blaming < 0 || sentence_->verbs[static_cast<std::size_t>(blaming)].passive) return -1;
  const int blamed = object(blaming);
  if (blamed < 0) return -1;
  const Party& party = this->party(blamed);
  return party.human || party.is_actor() ? blamed : -1;
}

int Clauses::subject_behind_comma(int verb, int comma) {
  // ", … ," between the subject and its verb: an apposition or a relative clause.
  for (int group = comma - 1; group >= 0; --group) {
    if (kind(group) == GroupKind::mark) break;
    if (kind(group) != GroupKind::comma) continue;
    if (kind(group - 1) == GroupKind::noun) return climb(group - 1);
    break;
  }
  if (kind(comma - 1) == GroupKind::noun) return climb(comma - 1);
  return previous_subject(verb);
}

int Clauses::subject(int verb) {
  if (verb < 0) return -1;
  int& known = subjects_[static_cast<std::size_t>(verb)];
  if (known != not_computed) return known;
  known = -1;
  const VerbGroup& group = sentence_->verbs[static_cast<std::size_t>(verb)];
  const int before = static_cast<int>(group.group) - 1;
  int found = -1;
  switch (kind(before)) {
    case GroupKind::noun: {
      if (group.infinitive || (group.gerund && kind(before - 1) == GroupKind::comma &&
                               kind(before - 2) != GroupKind::mark)) {
        // "urged Iran to halt": the object acts; "agreed to halt": the subject does.
        found = group.infinitive && verb > 0 && object(verb - 1) == before ? before
                                                                           : previous_subject(verb);
        if (found < 0) found = before;
      } else {
        found = past_description(verb, climb(before));
        // "X and Y attacked": the party is the first of the list unless it belongs to a verb.
        for (int step = 0; step < steps_max; ++step) {
          const int other = joined_before(found);
          if (other < 0) break;
          found = other;
        }
      }
      break;
    }
    case GroupKind::relative:
      found = kind(before - 1) == GroupKind::comma ? before - 2 : before - 1;
      if (kind(found) == GroupKind::noun) {
        const int outer = climb(found);
        if (outer != found && !party(found).is_actor() && party(outer).is_actor()) found = outer;
      } else {
        found = -1;
      }
      break;
    case GroupKind::comma:
      found = group.finite || group.passive ? subject_behind_comma(verb, before)
                                            : previous_subject(verb);
      break;
    case GroupKind::mark:
      break;
    default:
      found = blamed_subject(verb);
      if (found < 0) found = previous_subject(verb);
      break;
  }
  if (found >= 0 && kind(found) == GroupKind::noun && party(found).pronoun &&
      !party(found).is_actor() && verb > 0 && !names_nobody(found) && party(found).count < 0) {
    const int antecedent = previous_subject(verb);
    if (antecedent >= 0 && !only_speaks(verb, found)) found = antecedent;
  }
  // "They": nobody in this sentence, so whoever acted in the one before.
  if (earlier_ != nullptr && earlier_->known && kind(found) == GroupKind::noun &&
      party(found).pronoun && !party(found).is_actor() && stands_for(found))
    take_over(found);
  if (kind(found) != GroupKind::noun) found = -1;
  subjects_[static_cast<std::size_t>(verb)] = found;
  return found;
}

int Clauses::object(int verb) const {
  const int next = static_cast<int>(sentence_->verbs[static_cast<std::size_t>(verb)].group) + 1;
  return kind(next) == GroupKind::noun ? next : -1;
}

int Clauses::agent(int verb) const {
  int group = static_cast<int>(sentence_->verbs[static_cast<std::size_t>(verb)].group) + 1;
  constexpr int groups_to_agent_max = 9;
  for (int step = 0; step < groups_to_agent_max; ++step, ++group) {
    const GroupKind now = kind(group);
    if (now == GroupKind::mark || now == GroupKind::relative || now == GroupKind::subordinator)
      break;
    if (now == GroupKind::verb) break;
    if (now != GroupKind::preposition) continue;
    const Group& preposition = sentence_->groups[static_cast<std::size_t>(group)];
    if ((sentence_->words[preposition.begin].pos & pos_by) != 0 &&
        kind(group + 1) == GroupKind::noun)
      return group + 1;
  }
  return -1;
}

int Clauses::joined_after(int group) const {
  const int end = chain_end(group);
  if (kind(end + 1) == GroupKind::conjunction && kind(end + 2) == GroupKind::noun) return end + 2;
  if (kind(end + 1) == GroupKind::comma && kind(end + 2) == GroupKind::conjunction &&
      kind(end + 3) == GroupKind::noun)
    return end + 3;
  return -1;
}

bool Clauses::stands_behind_deed(int group) const {
  // "killed two men", but "said two men and a boy died": what is told is no object.
  const int verb = verb_at(group - 1);
  return verb >= 0 && (sentence_->verbs[static_cast<std::size_t>(verb)].pos & pos_report) == 0;
}

int Clauses::joined_before(int group) const {
  if (kind(group - 1) == GroupKind::conjunction && kind(group - 2) == GroupKind::noun) {
    const int other = climb(group - 2);
    // An object of an earlier verb belongs to that verb's clause.
    return stands_behind_deed(other) ? -1 : other;
  }
  return -1;
}

int Clauses::chain_end(int group) const {
  for (int step = 0; step < steps_max; ++step) {
    if (kind(group + 1) != GroupKind::preposition || kind(group + 2) != GroupKind::noun) break;
    const Group& preposition = sentence_->groups[static_cast<std::size_t>(group + 1)];
    if ((sentence_->words[preposition.begin].pos & (pos_of | pos_by)) == 0 && step > 0) break;
    if ((sentence_->words[preposition.begin].pos & pos_by) != 0) break;
    group += 2;
  }
  return group;
}

int Clauses::behind_preposition(int group, std::uint32_t pos_mask) const {
  constexpr int groups_max = 8;
  for (int step = 1; step <= groups_max; ++step) {
    const GroupKind now = kind(group + step);
    if (now == GroupKind::verb || now == GroupKind::mark || now == GroupKind::relative ||
        now == GroupKind::subordinator || now == GroupKind::comma)
      break;
    if (now != GroupKind::preposition) continue;
    const Group& preposition = sentence_->groups[static_cast<std::size_t>(group + step)];
    if ((sentence_->words[preposition.begin].pos & pos_mask) != 0 &&
        kind(group + step + 1) == GroupKind::noun)
      return group + step + 1;
  }
  return -1;
}

CodedActor Clauses::coded(int group, std::string_view fallback_country) {
  const Party& who = party(group);
  if (who.earlier) return earlier_->actor;
  CodedActor actor;
  actor.role = who.role;
  actor.country = who.country.empty() ? fallback_country : who.country;
  actor.group = who.group;
  if (who.begin < who.end) {
    actor.span.begin = sentence_->tokens[who.begin].begin;
    actor.span.end = sentence_->tokens[static_cast<std::size_t>(who.end) - 1].end;
    actor.text = who.label;
    if (!actor.text.empty()) return actor;
    // Only words that a dictionary knows are given out, so no private name ever is.
    std::size_t taken = who.begin;
    for (std::size_t i = who.begin; i < who.end; ++i) {
      const Word& word = sentence_->words[i];
      const bool known = word.hits > 0 || word.covered || word.tag == Tag::possessive;
      if (!known || word.tag == Tag::skip || word.tag == Tag::number) continue;
      const Token& token = sentence_->tokens[i];
      // "al-Shabaab": what stands between two words of a name belongs to it.
      const bool follows = !actor.text.empty() && i == taken + 1;
      const std::uint32_t end = follows ? sentence_->tokens[taken].end : token.begin;
      if (follows && token.begin - end <= 1)
        actor.text += sentence_->text.substr(end, token.begin - end);
      else if (!actor.text.empty() && !token.has(token_joined))
        actor.text += ' ';
      taken = i;
      actor.text += sentence_->text.substr(token.begin, token.end - token.begin);
    }
  }
  return actor;
}

}  // namespace tocsin::monitor::coding
