// SPDX-License-Identifier: Apache-2.0
// Pronouns: whom they may stand for, in their sentence and from the one before.
#include "monitor/coding/clauses.hpp"

namespace tocsin::monitor::coding {

bool Clauses::stands_for(int group) const {
  const Group& held = sentence_->groups[static_cast<std::size_t>(group)];
  for (const Hit& hit : sentence_->hits_at(held.begin)) {
    if (hit.meaning->in_class(anaphor_class_)) return true;
  }
  return false;
}

bool Clauses::names_nobody(int group) const {
  const Group& held = sentence_->groups[static_cast<std::size_t>(group)];
  for (const Hit& hit : sentence_->hits_at(held.begin)) {
    if (hit.meaning->in_class(nothing_class_)) return true;
  }
  return false;
}

bool Clauses::only_speaks(int verb, int pronoun) const {
  // "…, a spokesman said; they were killed": who speaks is not who is meant behind the mark.
  const VerbGroup& before = sentence_->verbs[static_cast<std::size_t>(verb) - 1];
  if ((before.pos & pos_report) == 0) return false;
  for (int g = before.group; g < pronoun; ++g)
    if (kind(g) == GroupKind::mark) return true;
  return false;
}

void Clauses::take_over(int group) {
  Party& party = parties_[static_cast<std::size_t>(group)];
  const Party& before = earlier_->party;
  party.role = before.role;
  party.roles = before.roles;
  party.country = before.country;
  party.group = before.group;
  party.human = true;
  party.earlier = true;
}

Antecedent Clauses::antecedent(std::string_view fallback_country) {
  Antecedent out;
  const auto& verbs = sentence_->verbs;
  for (int v = 0; v < static_cast<int>(verbs.size()); ++v) {
    const VerbGroup& verb = verbs[static_cast<std::size_t>(v)];
    if (!verb.finite) continue;
    const int group = subject(v);
    if (group < 0 || !party(group).is_actor() || party(group).role.empty()) continue;
    out.party = party(group);
    out.actor = coded(group, fallback_country);
    out.known = true;
    // "Police said that gunmen attacked": who acts goes before who tells.
    if ((verb.pos & pos_report) == 0) break;
  }
  return out;
}

}  // namespace tocsin::monitor::coding
