// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/extractor.hpp"

#include <algorithm>

namespace tocsin::monitor::coding {

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
      if (verb_after >= 0 &&
          (sentence.verbs[static_cast<std::size_t>(verb_after)].pos & pos_report) != 0 &&
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
  std::stable_sort(events.begin(), events.end(),
                   [](const RawEvent& a, const RawEvent& b) { return a.position < b.position; });
  std::vector<RawEvent> kept;
  for (const RawEvent& event : events) {
    const knowledge::EventKind& kind = kinds_.at(event.kind);
    RawEvent* same = nullptr;
    for (RawEvent& other : kept) {
      if (kinds_.at(other.kind).family != kind.family) continue;
      if (other.status != event.status && other.confidence >= in_side_clause &&
          event.confidence >= in_side_clause)
        continue;
      const Party& mine = clauses.party(event.source);
      const Party& theirs = clauses.party(other.source);
      const bool clash = event.source >= 0 && other.source >= 0 && event.source != other.source &&
                         mine.is_actor() && theirs.is_actor() &&
                         (mine.role != theirs.role || mine.country != theirs.country);
      if (clash && event.confidence >= in_side_clause && other.confidence >= in_side_clause)
        continue;
      same = &other;
      break;
    }
    if (same == nullptr) {
      kept.push_back(event);
      continue;
    }
    const auto better = [&](int old_group, int new_group) {
      if (old_group < 0) return new_group;
      return !clauses.party(old_group).is_actor() && new_group >= 0 &&
                     clauses.party(new_group).is_actor()
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
        event.target >= 0 && clauses.party(event.target).is_actor() &&
        event.target != same->source && same->target >= 0 &&
        (clauses.party(same->target).roles & armed) == 0)
      same->target = event.target;
    if (tells && kind.rank > kinds_.at(same->kind).rank &&
        (kind.type == kinds_.at(same->kind).type))
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
