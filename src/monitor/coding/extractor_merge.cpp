// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/extractor.hpp"

#include <algorithm>

namespace tocsin::monitor::coding {

void Extractor::drop_absorbed(Work& work) const {
  auto& events = work.findings.events;
  // "Demanding a ban, he said that …": what he said is no part of the demand.
  const Sentence& sentence = work.clauses.sentence();
  for (Absorbed& range : work.absorbed) {
    for (const VerbGroup& verb : sentence.verbs) {
      if (verb.head <= range.begin || verb.head >= range.end) continue;
      if ((verb.pos & pos_report) == 0 || !verb.finite) continue;
      const int subject = static_cast<int>(verb.group) - 1;
      if (work.clauses.kind(subject) == GroupKind::noun &&
          work.clauses.kind(subject - 1) == GroupKind::comma)
        range.end = sentence.groups[static_cast<std::size_t>(subject)].begin;
    }
  }
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
  auto& events = work.findings.events;
  const auto incident = [&](const RawEvent& event) {
    return kinds_.at(event.kind).family == "incident";
  };
  if (std::none_of(events.begin(), events.end(), incident)) return drop_empty_casualties(work);
  // Where a bomb is named, the blast in the factory was none of its own.
  const Sentence& sentence = work.clauses.sentence();
  bool bomb = false;
  for (std::size_t i = 0; i < sentence.size() && sentence.may_hold_class(bomb_class_); ++i) {
    for (const Hit& hit : sentence.hits_at(i))
      bomb = bomb || (!sentence.words[i].covered && hit.meaning->in_class(bomb_class_));
  }
  if (bomb) {
    std::erase_if(events, incident);
    return drop_empty_casualties(work);
  }
  // Where a sentence tells of an accident or a storm, its dead were not attacked. A disaster that
  // is only the background ("a checkpoint against COVID-19") tells nothing of that.
  const bool happened = std::any_of(events.begin(), events.end(), [&](const RawEvent& event) {
    return incident(event) &&
           (event.confidence >= in_side_clause || kinds_.at(event.kind).id != "natural_disaster");
  });
  std::erase_if(events, [&](const RawEvent& event) {
    const bool violent = kinds_.at(event.kind).family == "violence";
    const bool has_actor = event.source >= 0 && work.clauses.party(event.source).is_actor();
    return happened && violent && !has_actor;
  });
  drop_empty_casualties(work);
}

void Extractor::drop_empty_casualties(Work& work) {
  // "Casualties" without a count says nothing of its own.
  std::erase_if(work.findings.events, [](const RawEvent& event) {
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
      if (verb_after >= 0 &&
          (sentence.verbs[static_cast<std::size_t>(verb_after)].pos & pos_report) != 0 &&
          clauses.kind(g - 1) == GroupKind::comma)
        continue;
      event.target = g;
      break;
    }
  }
}

namespace {

/// Whether a semicolon stands between two deeds, and a time of its own on either side.
bool told_apart(const Sentence& sentence, std::size_t one, std::size_t other) {
  const auto [first, last] = std::minmax(one, other);
  std::size_t mark = first;
  while (mark < last && sentence.tokens[mark].word != ";") ++mark;
  if (mark >= last) return false;
  const auto timed = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i)
      if (sentence.words[i].tag == Tag::skip && (sentence.words[i].pos & pos_time) != 0)
        return true;
    return false;
  };
  return timed(0, mark) && timed(mark, sentence.size());
}

}  // namespace

bool Extractor::same_deed(Work& work, const RawEvent& one, const RawEvent& other) const {
  const knowledge::EventKind& kind = kinds_.at(one.kind);
  const knowledge::EventKind& held = kinds_.at(other.kind);
  if (held.family != kind.family) return false;
  const bool both_told = one.confidence >= in_side_clause && other.confidence >= in_side_clause;
  if (other.status != one.status && both_told) return false;
  // "On Tuesday gunmen attacked a post; on Wednesday they killed a judge."
  if (both_told && told_apart(work.clauses.sentence(), one.position, other.position)) return false;
  // "Air strikes hit the town and militants executed a man."
  const bool far_and_near = held.reach != knowledge::Reach::any &&
                            kind.reach != knowledge::Reach::any && held.reach != kind.reach;
  if (far_and_near && both_told) return false;
  if (one.source < 0 || other.source < 0 || one.source == other.source || !both_told) return true;
  const Party& mine = work.clauses.party(one.source);
  const Party& theirs = work.clauses.party(other.source);
  const bool differ = mine.role != theirs.role || mine.country != theirs.country;
  return !(mine.is_actor() && theirs.is_actor() && differ);
}

void Extractor::join(Work& work, const RawEvent& event, RawEvent& same) const {
  Clauses& clauses = work.clauses;
  const knowledge::EventKind& kind = kinds_.at(event.kind);
  const auto is_actor = [&clauses](int group) {
    return group >= 0 && clauses.party(group).is_actor();
  };
  const auto better = [&](int old_group, int new_group) {
    if (old_group < 0) return new_group;
    return !is_actor(old_group) && is_actor(new_group) ? new_group : old_group;
  };
  const int source_before = same.source;
  if (event.confidence > same.confidence + 0.1 && !event.casualties_only) {
    same.source = better(event.source, same.source);
    same.target = better(event.target, same.target);
    same.status = event.status;
    same.position = event.position;
  } else {
    same.source = better(same.source, event.source);
    same.target = better(same.target, event.target);
  }
  // Who was killed says more than what was attacked, unless armed men were.
  const RoleMask armed = *role_mask("armed");
  const bool people_hit = event.killed >= 0 || kind.id == "killing" || kind.id == "wounding";
  if (event.verb >= 0 && people_hit && is_actor(event.target) && event.target != same.source &&
      same.target >= 0 && (clauses.party(same.target).roles & armed) == 0)
    same.target = event.target;
  // Nobody attacks himself: "they attacked a convoy carrying soldiers, who were killed".
  if (same.source >= 0 && same.source == same.target && !same.mutual)
    same.source = source_before == same.target ? -1 : source_before;
  // A weapon named in passing does not tell what was done.
  const bool tells = event.confidence >= in_side_clause || same.confidence < in_side_clause;
  const knowledge::EventKind& held = kinds_.at(same.kind);
  if (tells && kind.rank > held.rank && kind.type == held.type) same.kind = event.kind;
  same.confidence = std::max(same.confidence, event.confidence);
  same.killed = std::max(same.killed, event.killed);
  same.injured = std::max(same.injured, event.injured);
  same.casualties_only = same.casualties_only && event.casualties_only;
  same.begin = std::min(same.begin, event.begin);
  same.end = std::max(same.end, event.end);
}

void Extractor::merge(Work& work) const {
  auto& events = work.findings.events;
  std::stable_sort(events.begin(), events.end(),
                   [](const RawEvent& a, const RawEvent& b) { return a.position < b.position; });
  std::vector<RawEvent> kept;
  for (const RawEvent& event : events) {
    const auto same = std::find_if(kept.begin(), kept.end(), [&](const RawEvent& other) {
      return same_deed(work, event, other);
    });
    if (same == kept.end())
      kept.push_back(event);
    else
      join(work, event, *same);
  }
  events = std::move(kept);
  // Counts that no verb carries belong to the first event of violence.
  for (RawEvent& event : events) {
    const bool violent =
        kinds_.at(event.kind).family == "violence" || kinds_.at(event.kind).type.empty();
    if (!violent && events.size() > 1) continue;
    if (event.killed < 0) event.killed = work.findings.killed;
    if (event.injured < 0) event.injured = work.findings.injured;
    work.findings.killed = -1;
    work.findings.injured = -1;
    break;
  }
}

}  // namespace tocsin::monitor::coding
