// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/matcher.hpp"

#include <algorithm>

namespace tocsin::monitor::coding {
namespace {

/// Backtracking over gaps ends after so many steps; real patterns need a few dozen.
constexpr int steps_max = 4000;
/// How far behind "agreed to" the deed may stand.
constexpr std::size_t deed_distance_max = 9;

std::size_t pass_over(const Sentence& sentence, std::size_t position) {
  while (position < sentence.size() &&
         (sentence.words[position].tag == Tag::skip || sentence.words[position].tag == Tag::adverb))
    ++position;
  return position;
}

}  // namespace

bool Matcher::possible(const Sentence& sentence, std::span<const Element> pattern) {
  const auto may_be = [&sentence](const Element& element) {
    switch (element.kind) {
      case ElementKind::word:
        return sentence.may_hold(element.hash) ||
               (element.id != 0 && sentence.may_hold_class(element.id));
      case ElementKind::word_class:
      case ElementKind::lemma:
        return sentence.may_hold_class(element.id);
      default:
        return true;
    }
  };
  for (const Element& element : pattern) {
    if (element.optional || element.negated) continue;
    if (element.kind == ElementKind::one_of) {
      if (std::none_of(element.choices.begin(), element.choices.end(), may_be)) return false;
    } else if (!may_be(element)) {
      return false;
    }
  }
  return true;
}

bool Matcher::match(Clauses& clauses, std::span<const Element> pattern, std::size_t position,
                    Captures& captures) const {
  return possible(clauses.sentence(), pattern) &&
         match_possible(clauses, pattern, position, captures);
}

bool Matcher::match_possible(Clauses& clauses, std::span<const Element> pattern,
                             std::size_t position, Captures& captures) const {
  Work work{clauses};
  captures.begin = position;
  return run(work, pattern, position, captures);
}

bool Matcher::match_anywhere(Clauses& clauses, std::span<const Element> pattern) const {
  if (!possible(clauses.sentence(), pattern)) return false;
  for (std::size_t i = 0; i < clauses.sentence().size(); ++i) {
    Captures captures;
    if (match_possible(clauses, pattern, i, captures)) return true;
  }
  return false;
}

bool Matcher::run(Work& work, std::span<const Element> pattern, std::size_t position,
                  Captures& captures) const {
  if (pattern.empty()) {
    captures.end = position;
    return true;
  }
  if (++work.steps > steps_max) return false;
  const Element& element = pattern.front();
  const auto rest = pattern.subspan(1);
  const Sentence& sentence = work.clauses.sentence();
  if (element.kind == ElementKind::gap) {
    for (std::size_t k = 0; k <= element.count && position + k <= sentence.size(); ++k) {
      if (k > 0 && sentence.words[position + k - 1].tag == Tag::mark) break;
      const Captures before = captures;
      if (run(work, rest, position + k, captures)) return true;
      captures = before;
    }
    return false;
  }
  if (element.negated) {
    Captures ignored = captures;
    Element positive = element;
    positive.negated = false;
    return !one(work, positive, {}, position, ignored) && run(work, rest, position, captures);
  }
  const Captures before = captures;
  if (one(work, element, rest, position, captures)) return true;
  captures = before;
  return element.optional && run(work, rest, position, captures);
}

bool Matcher::one(Work& work, const Element& element, std::span<const Element> rest,
                  std::size_t position, Captures& captures) const {
  const Sentence& sentence = work.clauses.sentence();
  // A word of the pattern may itself be an adverb or a time word: look before passing over.
  if (element.kind == ElementKind::word || element.kind == ElementKind::word_class ||
      element.kind == ElementKind::lemma || element.kind == ElementKind::one_of) {
    for (std::size_t at = position;; ++at) {
      if (at >= sentence.size()) return false;
      if (element.kind == ElementKind::word) {
        bool same = sentence.tokens[at].hash == element.hash;
        if (!same && element.id != 0 && sentence.tokens[at].has(token_arabic)) {
          for (const Hit& hit : sentence.hits_at(at))
            same = same || hit.meaning->in_class(element.id);
        }
        if (same && run(work, rest, at + 1, captures)) return true;
      } else if (element.kind == ElementKind::one_of) {
        const Token& token = sentence.tokens[at];
        if (std::binary_search(element.words.begin(), element.words.end(), token.hash) &&
            run(work, rest, at + 1, captures))
          return true;
        for (const Element& choice : element.choices) {
          if (choice.kind == ElementKind::word && !token.has(token_arabic)) continue;
          const Captures before = captures;
          if (one(work, choice, rest, at, captures)) return true;
          captures = before;
        }
      } else {
        for (const Hit& hit : sentence.hits_at(at)) {
          if (hit.meaning->in_class(element.id) && run(work, rest, at + hit.length, captures))
            return true;
        }
      }
      const Tag tag = sentence.words[at].tag;
      if (tag != Tag::skip && tag != Tag::adverb) return false;
    }
  }
  const std::size_t at = pass_over(sentence, position);
  switch (element.kind) {
    case ElementKind::end:
      return at >= sentence.size() || sentence.words[at].tag == Tag::mark;
    case ElementKind::deed:
      return deed_follows(work, at, element.count) && run(work, rest, position, captures);
    case ElementKind::number: {
      std::size_t from = at;
      while (from < sentence.size() && ((sentence.words[from].pos & pos_quantifier) != 0 ||
                                        sentence.words[from].tag == Tag::determiner))
        ++from;
      std::size_t end = from;
      const std::int64_t value = work.clauses.number_at(from, end);
      if (value < 0 || work.clauses.is_year_at(from, end) ||
          work.clauses.counts_no_people(from, end))
        return false;
      captures.number = value;
      return run(work, rest, end, captures);
    }
    case ElementKind::slot:
    case ElementKind::role:
    case ElementKind::human:
      return noun_group(work, element, rest, at, captures);
    default:
      return false;
  }
}

bool Matcher::noun_group(Work& work, const Element& element, std::span<const Element> rest,
                         std::size_t position, Captures& captures) const {
  const Sentence& sentence = work.clauses.sentence();
  if (position >= sentence.size()) return false;
  const int group = sentence.words[position].group;
  if (work.clauses.kind(group) != GroupKind::noun) return false;
  const Party& party = work.clauses.party(group);
  if (element.kind == ElementKind::role && (party.roles & element.roles) == 0) return false;
  if (element.kind == ElementKind::human && !party.human) return false;
  if (element.kind == ElementKind::slot) {
    if (element.slot == 'T')
      captures.target = group;
    else if (element.slot == 'S')
      captures.source = group;
    else
      captures.place = group;
  }
  const Captures kept = captures;
  if (run(work, rest, sentence.groups[static_cast<std::size_t>(group)].end, captures)) return true;
  const int end = work.clauses.chain_end(group);
  if (end == group) return false;
  captures = kept;
  return run(work, rest, sentence.groups[static_cast<std::size_t>(end)].end, captures);
}

bool Matcher::deed_follows(Work& work, std::size_t position, int leaning) const {
  const Sentence& sentence = work.clauses.sentence();
  for (std::size_t i = position; i < sentence.size() && i < position + deed_distance_max; ++i) {
    const Word& word = sentence.words[i];
    if (word.tag == Tag::mark) break;
    const Entry* entry = nullptr;
    if (word.tag == Tag::verb && word.verb >= 0)
      entry = &rules_.verbs[static_cast<std::size_t>(word.verb)];
    else if (word.tag == Tag::noun && word.noun >= 0 && !word.covered)
      entry = &rules_.nouns[static_cast<std::size_t>(word.noun)];
    if (entry == nullptr) continue;
    for (const Frame& frame : entry->frames) {
      if (frame.kind < 0) continue;
      const knowledge::Leaning has = kinds_.at(frame.kind).leaning;
      if (leaning == 0) return true;
      if (leaning == 1 && has == knowledge::Leaning::cooperative) return true;
      if (leaning == 2 && has == knowledge::Leaning::hostile) return true;
    }
    if (leaning != 0 && word.tag == Tag::verb) return false;
  }
  return false;
}

}  // namespace tocsin::monitor::coding
