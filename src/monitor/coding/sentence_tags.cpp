// SPDX-License-Identifier: Apache-2.0
// Which part of speech each word plays: rules over its classes and its neighbours.
#include <algorithm>

#include "monitor/coding/sentence.hpp"

namespace tocsin::monitor::coding {
namespace {

/// A verb in the past stands before `at` in the same clause.
bool past_in_clause(const Sentence& sentence, std::size_t at) {
  for (std::size_t i = at; i-- > 0;) {
    const Word& word = sentence.words[i];
    if (word.tag == Tag::mark || word.tag == Tag::comma || word.tag == Tag::subordinator) break;
    if (word.tag == Tag::verb)
      return (word.forms & form_past) != 0 && (word.forms & form_base) == 0;
  }
  return false;
}

/// "Turkey-backed", "rebel-held": no deed of its own.
bool hyphen_participle(const Sentence& sentence, std::size_t at) {
  return sentence.tokens[at].has(token_hyphen_before) &&
         (sentence.words[at].forms & form_participle) != 0;
}

bool noun_like(Tag tag) {
  return tag == Tag::noun || tag == Tag::number || tag == Tag::pronoun;
}

}  // namespace

Tag Annotator::closed_class(const Sentence& sentence, std::size_t at) const {
  const Word& word = sentence.words[at];
  const std::uint32_t pos = word.pos;
  if ((pos & pos_negation) != 0) return Tag::negation;
  if ((pos & pos_to) != 0) {
    if (!english_) return Tag::preposition;
    for (std::size_t next = at + 1; next < sentence.size() && next < at + 3; ++next) {
      const Word& after = sentence.words[next];
      if ((after.pos & pos_adverb) != 0) continue;
      const bool base =
          (after.forms & form_base) != 0 || (after.pos & (pos_be | pos_have | pos_do)) != 0;
      return base && after.tag != Tag::skip ? Tag::to : Tag::preposition;
    }
    return Tag::preposition;
  }
  if ((pos & pos_be) != 0 && (pos & pos_conjunction) != 0) {
    // Portuguese "é" (is) and "e" (and) are one word once folded; the accent tells them apart.
    const Token& token = sentence.tokens[at];
    return token.end - token.begin > token.word.size() ? Tag::auxiliary : Tag::conjunction;
  }
  if ((pos & (pos_be | pos_have | pos_do | pos_future | pos_possible | pos_duty | pos_get)) != 0 &&
      word.verb < 0)
    return Tag::auxiliary;
  if ((pos & pos_relative) != 0) {
    if ((pos & pos_subordinator) == 0) return Tag::relative;
    // "that": a relative only where a verb follows at once.
    if (at + 1 < sentence.size() && at > 0) {
      const Word& after = sentence.words[at + 1];
      const bool verb_after =
          (after.pos & (pos_be | pos_have | pos_do | pos_future | pos_possible | pos_duty)) != 0 ||
          (after.forms & form_finite) != 0;
      const bool noun_before = sentence.words[at - 1].tag == Tag::noun;
      if (verb_after && noun_before) return Tag::relative;
    }
    return Tag::subordinator;
  }
  if ((pos & pos_determiner) != 0) return Tag::determiner;
  if ((pos & pos_pronoun) != 0) return Tag::pronoun;
  // "killed about 30 villagers": before a number it counts.
  const std::size_t behind = at + std::max<std::size_t>(1, word.noun_length);
  if ((pos & pos_quantifier) != 0 && (pos & (pos_by | pos_of)) == 0 && behind < sentence.size() &&
      (sentence.tokens[behind].has(token_number) || sentence.words[behind].number >= 0))
    return Tag::adjective;
  if ((pos & (pos_preposition | pos_by | pos_of)) != 0) return Tag::preposition;
  if ((pos & pos_subordinator) != 0) return Tag::subordinator;
  if ((pos & pos_conjunction) != 0) return Tag::conjunction;
  if ((pos & pos_quantifier) != 0) return Tag::adjective;
  if (word.number >= 0) return Tag::number;
  if ((pos & pos_adverb) != 0) return Tag::adverb;
  return Tag::mark;  // no closed class
}

Tag Annotator::unknown_word(const Sentence& sentence, std::size_t at) const {
  const Token& token = sentence.tokens[at];
  const Word& word = sentence.words[at];
  if ((word.pos & pos_noun) != 0 || word.noun >= 0) return Tag::noun;
  if ((word.pos & pos_adjective) != 0) return Tag::adjective;
  // Words that only phrases name ("mourned") are read by their ending.
  const bool only_named = std::ranges::all_of(sentence.hits_at(at), [](const Hit& hit) {
    return hit.meaning->actors.empty() && hit.meaning->capitals == 0;
  });
  const bool past_form = english_ && word.pos == 0 && only_named && token.word.ends_with("ed");
  if (word.hits != 0 && !past_form) return Tag::noun;
  if (!english_ || token.has(token_capitalised) || token.has(token_hyphen_before)) return Tag::noun;
  if (token.word.ends_with("ly")) return Tag::adverb;
  const Tag before = at > 0 ? sentence.words[at - 1].tag : Tag::mark;
  const bool after_determiner = before == Tag::determiner || before == Tag::adjective ||
                                before == Tag::possessive || before == Tag::number ||
                                before == Tag::preposition;
  if (token.word.size() > 4 && token.word.ends_with("ed"))
    return after_determiner ? Tag::adjective : Tag::verb;
  if (token.word.size() > 5 && token.word.ends_with("ing"))
    return before == Tag::determiner || before == Tag::adjective ? Tag::noun
           : before == Tag::comma || before == Tag::auxiliary    ? Tag::verb
                                                                 : Tag::noun;
  return Tag::noun;
}

Tag Annotator::verb_or_noun(const Sentence& sentence, std::size_t at, bool finite_elsewhere) const {
  if (english_) return english_verb(sentence, at, finite_elsewhere);
  return other_verb(sentence, at);
}

/// What stands around a word that may be a verb.
struct Annotator::Near {
  std::size_t previous = 0;  ///< position of the word before, adverbs passed over
  Tag before = Tag::mark;
  bool noun_known = false;        ///< a dictionary knows the word as a noun too
  bool modified = false;          ///< behind a determiner, an adjective, a count
  bool after_closed = false;      ///< a preposition, a helper … follows
  bool opens_noun_group = false;  ///< what follows may be a noun group
  bool determined = false;        ///< … and starts with a determiner or a number
  bool past_after = false;        ///< a clear past form follows
  bool base_after = false;        ///< a base form that is no noun follows
  bool of_after = false;
  bool deed_after = false;  ///< "to" and a base form follow
};

Annotator::Near Annotator::near(const Sentence& sentence, std::size_t at) {
  Near out;
  const Word& word = sentence.words[at];
  out.previous = at;
  while (out.previous > 0) {
    out.before = sentence.words[--out.previous].tag;
    if (out.before != Tag::skip && out.before != Tag::adverb) break;
    out.before = Tag::mark;
  }
  std::size_t next = at + 1;
  while (next < sentence.size() &&
         (sentence.words[next].tag == Tag::skip || (sentence.words[next].pos & pos_adverb) != 0))
    ++next;
  const bool last = next >= sentence.size();
  static const Word none;
  const Word& after = last ? none : sentence.words[next];
  const bool after_mark = last || sentence.tokens[next].has(token_punctuation);
  out.after_closed =
      (after.pos & (pos_preposition | pos_by | pos_of | pos_conjunction | pos_subordinator |
                    pos_relative | pos_be | pos_have | pos_to)) != 0;
  out.opens_noun_group = !after_mark && !out.after_closed;
  out.determined =
      !after_mark && ((after.pos & (pos_determiner | pos_pronoun | pos_quantifier)) != 0 ||
                      sentence.tokens[next].has(token_number) || after.number >= 0);
  out.past_after = (after.forms & form_past) != 0 && (after.forms & form_base) == 0;
  out.base_after = (after.forms & form_base) != 0 && after.noun < 0 && (after.pos & pos_noun) == 0;
  out.of_after = (after.pos & pos_of) != 0;
  out.deed_after = (after.pos & pos_to) != 0 && next + 1 < sentence.size() &&
                   (sentence.words[next + 1].forms & form_base) != 0 &&
                   sentence.words[next + 1].verb >= 0;
  // "battalion 19 fired": the number belongs to a name, it counts nothing.
  const bool name_number = out.before == Tag::number && out.previous > 0 &&
                           sentence.tokens[out.previous].has(token_number) &&
                           sentence.words[out.previous - 1].tag == Tag::noun &&
                           sentence.tokens[out.previous - 1].has(token_capitalised);
  out.modified = out.before == Tag::determiner || out.before == Tag::adjective ||
                 out.before == Tag::possessive || (out.before == Tag::number && !name_number);
  out.noun_known = word.noun >= 0 || (word.pos & pos_noun) != 0;
  return out;
}

Tag Annotator::english_past(const Sentence& sentence, std::size_t at, const Near& near) {
  if (near.modified && near.opens_noun_group && !near.determined) return Tag::adjective;
  if (near.before == Tag::preposition && near.opens_noun_group && !near.determined &&
      (sentence.words[near.previous].pos & pos_background) == 0)
    return Tag::adjective;
  if (near.before == Tag::determiner) return Tag::noun;
  const bool opens_sentence = near.previous == 0 && near.before == Tag::mark;
  if (opens_sentence && near.opens_noun_group && !near.determined && at == 0) return Tag::adjective;
  return Tag::verb;
}

Tag Annotator::english_gerund(const Near& near) {
  if (near.before == Tag::determiner || near.before == Tag::possessive)
    return near.opens_noun_group && !near.noun_known ? Tag::adjective : Tag::noun;
  // "On Friday, fighting broke out", but ", fighting their way out".
  if (near.before == Tag::comma) return near.noun_known && near.past_after ? Tag::noun : Tag::verb;
  if (!near.noun_known)
    return near.modified && near.opens_noun_group ? Tag::adjective
           : near.modified                        ? Tag::noun
                                                  : Tag::verb;
  return near.determined ? Tag::verb : Tag::noun;
}

Tag Annotator::english_verb(const Sentence& sentence, std::size_t at, bool finite_elsewhere) const {
  const Word& word = sentence.words[at];
  const Near near = Annotator::near(sentence, at);
  const Tag before = near.before;
  if (hyphen_participle(sentence, at)) return Tag::adjective;
  if (before == Tag::to || before == Tag::auxiliary) {
    const bool helper_noun =
        before == Tag::auxiliary && (word.forms & (form_participle | form_gerund | form_base)) == 0;
    return helper_noun ? Tag::noun : Tag::verb;
  }
  if (before == Tag::negation && (word.forms & form_base) != 0) return Tag::verb;
  if ((word.forms & (form_past | form_participle)) != 0 && (word.forms & form_base) == 0)
    return english_past(sentence, at, near);
  if ((word.forms & form_gerund) != 0) return english_gerund(near);
  // "ransacked the hall and set fire to it": "set" goes with the past before it.
  if ((word.forms & form_past) != 0 && before == Tag::conjunction &&
      past_in_clause(sentence, near.previous))
    return Tag::verb;
  const bool subject_before = noun_like(before) || before == Tag::relative;
  if ((word.forms & form_past) != 0 && subject_before) return Tag::verb;  // "put"
  if (before == Tag::pronoun || before == Tag::relative) return Tag::verb;
  if (!subject_before) {
    if (before == Tag::conjunction && !near.noun_known && near.opens_noun_group &&
        near.previous > 0 && sentence.words[near.previous - 1].tag == Tag::verb)
      return Tag::verb;
    // "forms a cell and crucifies three civilians"
    if (before == Tag::conjunction && !near.noun_known && near.opens_noun_group &&
        (word.forms & form_third) != 0)
      return Tag::verb;
    return Tag::noun;
  }
  const bool plural_before = sentence.tokens[near.previous].word.ends_with('s') ||
                             sentence.tokens[near.previous].word.ends_with("men") ||
                             (sentence.words[near.previous].pos & pos_human) != 0;
  if (sentence.words[near.previous].tag == Tag::number) return Tag::noun;
  // "army forces kill", "peace talks fail": the verb is still to come.
  if (near.noun_known && near.base_after && (word.forms & form_third) != 0) return Tag::noun;
  if (!near.noun_known && (word.forms & form_third) != 0) return Tag::verb;
  // "Rebels plan an attack", "rebels plan to attack".
  if ((word.forms & form_base) != 0 && plural_before && (near.determined || near.deed_after))
    return Tag::verb;
  if (finite_elsewhere) return near.determined && !near.noun_known ? Tag::verb : Tag::noun;
  if (!near.noun_known && near.opens_noun_group)
    return Tag::verb;  // "the movement execute two men"
  const bool agrees =
      ((word.forms & form_base) != 0 && plural_before) || (word.forms & form_third) != 0;
  return agrees && (near.opens_noun_group || (near.after_closed && !near.of_after)) ? Tag::verb
                                                                                    : Tag::noun;
}

Tag Annotator::other_verb(const Sentence& sentence, std::size_t at) const {
  const Word& word = sentence.words[at];
  std::size_t previous = at;
  Tag before = Tag::mark;
  while (previous > 0) {
    before = sentence.words[--previous].tag;
    if (before != Tag::skip && before != Tag::adverb) break;
    before = Tag::mark;
  }
  const bool noun_known = word.noun >= 0 || (word.pos & pos_noun) != 0;
  const bool modified = before == Tag::determiner || before == Tag::adjective ||
                        before == Tag::number || before == Tag::possessive;
  if ((word.forms & form_infinitive) != 0) return Tag::verb;
  if (before == Tag::auxiliary) return Tag::verb;
  // Swahili puts numbers and adjectives behind the noun: "watu kumi waliuawa".
  if (swahili_ && !noun_known && before != Tag::determiner) return Tag::verb;
  if (modified)
    return noun_known || (word.forms & form_participle) == 0 ? Tag::noun : Tag::adjective;
  if (noun_known && (before == Tag::preposition || (word.forms & form_finite) == 0))
    return Tag::noun;
  if (before == Tag::preposition && (word.forms & form_gerund) == 0) return Tag::noun;
  return Tag::verb;
}

void Annotator::tag(Sentence& sentence) const {
  auto& words = sentence.words;
  const auto tokens = sentence.tokens;
  // A clear finite verb somewhere makes doubtful forms elsewhere nouns.
  std::size_t clear_finite = 0;
  for (std::size_t index = 0; index < words.size(); ++index) {
    const Word& word = words[index];
    if (word.covered || (english_ && hyphen_participle(sentence, index))) continue;
    const bool helper =
        (word.pos & (pos_be | pos_have | pos_future | pos_possible | pos_duty)) != 0;
    const bool past = (word.forms & form_past) != 0 && (word.forms & form_base) == 0;
    if (helper || past) ++clear_finite;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    Word& word = words[i];
    const Token& token = tokens[i];
    if (word.tag == Tag::skip) continue;
    if (token.has(token_punctuation)) {
      const char mark = token.word.empty() ? '?' : token.word[0];
      word.tag = mark == ','                   ? Tag::comma
                 : mark == '"' || mark == '\'' ? Tag::skip
                 : mark == '-'                 ? Tag::comma
                                               : Tag::mark;
      continue;
    }
    if (token.word == "'s") {
      word.tag = Tag::possessive;
      continue;
    }
    if (token.has(token_number)) {
      word.tag = Tag::number;
      word.number = token.number;
      continue;
    }
    if (word.covered) {
      word.tag = words[i - 1].tag;
      continue;
    }
    const Tag closed = closed_class(sentence, i);
    if (closed != Tag::mark)
      word.tag = closed;
    else if (word.forms != 0 && word.noun_length == 1)
      word.tag = verb_or_noun(sentence, i, clear_finite > 0);
    else
      word.tag = unknown_word(sentence, i);
  }
}

}  // namespace tocsin::monitor::coding
