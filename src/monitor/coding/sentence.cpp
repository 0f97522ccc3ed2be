// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/sentence.hpp"

#include <algorithm>

namespace tocsin::monitor::coding {
namespace {

/// A Swahili verb is subject + tense + (relative) + (object) + stem; these are the pieces.
constexpr std::string_view swahili_subjects[] = {"wa", "a", "i", "li", "ya", "ki", "vi", "zi", "u",
                                                 "ku", "ni", "tu", "m", ""};
constexpr std::string_view swahili_tenses[] = {"li", "na", "ta", "me", "ka", "ki", "nge", "mesha"};
constexpr std::string_view swahili_infixes[] = {"", "wa", "m", "ku", "i", "zi", "ya", "li", "vi",
                                                "ye", "o", "yo", "zo", "ji", "mw", "u", "po", "wo",
                                                "kuwa", "vyo", "cho", "lo"};

template <class Visit>
bool swahili_stems(std::string_view word, Visit visit) {
  constexpr std::size_t stem_bytes_min = 3;
  for (const std::string_view subject : swahili_subjects) {
    if (!word.starts_with(subject)) continue;
    const std::string_view after_subject = word.substr(subject.size());
    for (const std::string_view tense : swahili_tenses) {
      if (!after_subject.starts_with(tense)) continue;
      const std::string_view rest = after_subject.substr(tense.size());
      for (const std::string_view infix : swahili_infixes) {
        if (!rest.starts_with(infix)) continue;
        std::string_view stem = rest.substr(infix.size());
        if (stem.size() < stem_bytes_min) continue;
        if (visit(stem)) return true;
        // A relative marker may stand before an object marker ("waliomuua").
        for (const std::string_view second : swahili_infixes) {
          if (second.empty() || infix.empty() || !stem.starts_with(second)) continue;
          if (stem.size() - second.size() >= stem_bytes_min && visit(stem.substr(second.size())))
            return true;
        }
      }
    }
  }
  return false;
}

bool is_mark(const Token& token, char mark) {
  return token.has(token_punctuation) && token.word.size() == 1 && token.word[0] == mark;
}

bool noun_like(Tag tag) {
  return tag == Tag::noun || tag == Tag::number || tag == Tag::pronoun;
}

}  // namespace

Annotator::Annotator(const Lexicon& lexicon)
    : lexicon_(lexicon), english_(lexicon.language() == "en"), swahili_(lexicon.language() == "sw"),
      romance_(lexicon.language() == "fr" || lexicon.language() == "es" ||
               lexicon.language() == "pt") {}

void Annotator::annotate(std::string_view text, std::span<const Token> tokens,
                         Sentence& into) const {
  into.text = text;
  into.tokens = tokens;
  into.words.assign(tokens.size(), Word{});
  into.hits.clear();
  into.groups.clear();
  into.verbs.clear();
  std::size_t letters = 0;
  std::size_t capitals = 0;
  for (const Token& token : tokens) {
    if (token.has(token_punctuation) || token.has(token_number)) continue;
    ++letters;
    if (token.has(token_all_caps)) ++capitals;
  }
  into.all_capitals = letters >= 4 && capitals * 5 > letters * 4;
  look_up(into);
  find_times(into);
  tag(into);
  group(into);
  verb_groups(into);
}

void Annotator::look_up(Sentence& sentence) const {
  const auto tokens = sentence.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    Word& word = sentence.words[i];
    word.first_hit = static_cast<std::uint16_t>(sentence.hits.size());
    word.cover_end = static_cast<std::uint16_t>(i + 1);
    const auto add = [&sentence, i](const Meaning& meaning) {
      sentence.hits.push_back({&meaning, static_cast<std::uint16_t>(i), meaning.words});
    };
    if (tokens[i].has(token_punctuation)) continue;
    lexicon_.find(tokens.subspan(i), add);
    if (sentence.hits.size() == word.first_hit) {
      const auto try_stem = [&](std::string_view stem) {
        // A stem replaces the word itself but the words after it stay.
        Token changed[4];
        const std::size_t count = std::min<std::size_t>(4, tokens.size() - i);
        std::copy_n(tokens.begin() + static_cast<std::ptrdiff_t>(i), count, changed);
        changed[0].hash = word_hash(stem);
        lexicon_.find(std::span<const Token>(changed, count), add);
        return sentence.hits.size() > word.first_hit;
      };
      if (tokens[i].has(token_arabic)) {
        arabic_stems(tokens[i].word, [&](std::string_view stem) {
          return stem != tokens[i].word && try_stem(stem);
        });
      } else if (swahili_) {
        swahili_stems(tokens[i].word, try_stem);
      }
    }
    // "IS" and "US" in capitals are not "is" and "us", unless everything is in capitals.
    const auto first = sentence.hits.begin() + word.first_hit;
    const bool capitals = !sentence.all_capitals &&
                          std::any_of(first, sentence.hits.end(), [](const Hit& hit) {
                            return hit.meaning->capitals == 2 && hit.length == 1;
                          });
    if (capitals) {
      sentence.hits.erase(std::remove_if(first, sentence.hits.end(), [](const Hit& hit) {
                            return hit.meaning->capitals == 0 && hit.length == 1;
                          }), sentence.hits.end());
    }
    word.hits = static_cast<std::uint16_t>(sentence.hits.size() - word.first_hit);
  }
  // The longest phrase that means something of its own covers the words inside it.
  for (std::size_t i = 0; i < sentence.words.size(); ++i) {
    Word& word = sentence.words[i];
    const Hit* longest = nullptr;
    for (const Hit& hit : sentence.hits_at(i)) {
      const Meaning& meaning = *hit.meaning;
      const bool means = meaning.pos != 0 || meaning.noun >= 0 || !meaning.actors.empty();
      if (hit.length > 1 && means && (longest == nullptr || hit.length > longest->length))
        longest = &hit;
    }
    const std::size_t length = longest == nullptr ? 1 : longest->length;
    for (const Hit& hit : sentence.hits_at(i)) {
      if (hit.length != length) continue;
      word.pos |= hit.meaning->pos;
      word.forms |= hit.meaning->forms;
      if (hit.meaning->verb >= 0) word.verb = hit.meaning->verb;
      if (hit.meaning->noun >= 0) word.noun = hit.meaning->noun;
      if (hit.meaning->number >= 0) word.number = hit.meaning->number;
    }
    word.noun_length = static_cast<std::uint16_t>(length);
    if (length > 1) {
      word.cover_end = static_cast<std::uint16_t>(i + length);
      for (std::size_t k = i + 1; k < i + length; ++k) {
        sentence.words[k].covered = true;
        sentence.words[k].pos = word.pos;
        // Nothing inside a phrase may start another phrase.
        sentence.words[k].cover_end = static_cast<std::uint16_t>(k + 1);
      }
      // Meanings of the covered words are left in hits for rules that name them literally.
      for (std::size_t k = i + 1; k < i + length; ++k) {
        Word& inner = sentence.words[k];
        inner.first_hit = static_cast<std::uint16_t>(sentence.hits.size());
        const std::size_t before = sentence.hits.size();
        lexicon_.find(tokens.subspan(k), [&sentence, k](const Meaning& meaning) {
          if (meaning.words == 1)
            sentence.hits.push_back({&meaning, static_cast<std::uint16_t>(k), 1});
        });
        inner.hits = static_cast<std::uint16_t>(sentence.hits.size() - before);
      }
      i += length - 1;
    }
  }
}

void Annotator::find_times(Sentence& sentence) const {
  // "last Tuesday", "on 12 March 2020", "three days ago": no part of the syntax around them.
  auto& words = sentence.words;
  const auto tokens = sentence.tokens;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if ((words[i].pos & pos_time) == 0) continue;
    words[i].tag = Tag::skip;
    for (std::size_t back = i; back > 0;) {
      --back;
      const Word& before = words[back];
      const bool number = tokens[back].has(token_number) && tokens[back].number > 0 &&
                          tokens[back].number < 32;
      const bool part = (before.pos & (pos_preposition | pos_determiner | pos_adjective)) != 0 &&
                        (before.pos & (pos_verb | pos_by)) == 0 && before.verb < 0 &&
                        before.noun < 0;
      const bool of = (before.pos & pos_of) != 0 && !romance_;
      if ((!number && !part) || of) break;
      words[back].tag = Tag::skip;
      if ((before.pos & pos_preposition) != 0 && !romance_) break;
      if ((before.pos & pos_preposition) != 0 && back + 1 < i) break;
    }
    for (std::size_t next = i + 1; next < words.size() && next < i + 4; ++next) {
      const bool year = tokens[next].has(token_number) && tokens[next].number > 0 &&
                        (tokens[next].number < 32 ||
                         (tokens[next].number >= 1900 && tokens[next].number < 2100));
      const bool comma_then_year = is_mark(tokens[next], ',') && next + 1 < words.size() &&
                                   tokens[next + 1].number >= 1900 && tokens[next + 1].number < 2100;
      if (!year && !comma_then_year && (words[next].pos & pos_time) == 0) break;
      words[next].tag = Tag::skip;
    }
  }
  // What stands in brackets is no part of the syntax either.
  std::size_t open = words.size();
  constexpr std::size_t bracket_words_max = 20;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (is_mark(tokens[i], '(') || is_mark(tokens[i], '[')) open = i;
    if ((is_mark(tokens[i], ')') || is_mark(tokens[i], ']')) && open < i) {
      if (i - open <= bracket_words_max && open > 0)
        for (std::size_t k = open; k <= i; ++k) words[k].tag = Tag::skip;
      open = words.size();
    }
  }
}

Tag Annotator::closed_class(const Sentence& sentence, std::size_t at) const {
  const Word& word = sentence.words[at];
  const std::uint32_t pos = word.pos;
  if ((pos & pos_negation) != 0) return Tag::negation;
  if ((pos & pos_to) != 0) {
    if (!english_) return Tag::preposition;
    for (std::size_t next = at + 1; next < sentence.size() && next < at + 3; ++next) {
      const Word& after = sentence.words[next];
      if ((after.pos & pos_adverb) != 0) continue;
      const bool base = (after.forms & form_base) != 0 || (after.pos & (pos_be | pos_have | pos_do)) != 0;
      return base && after.tag != Tag::skip ? Tag::to : Tag::preposition;
    }
    return Tag::preposition;
  }
  if ((pos & (pos_be | pos_have | pos_do | pos_future | pos_possible | pos_duty | pos_get)) != 0 &&
      word.verb < 0)
    return Tag::auxiliary;
  if ((pos & pos_relative) != 0) {
    if ((pos & pos_subordinator) == 0) return Tag::relative;
    // "that": a relative only where a verb follows at once.
    if (at + 1 < sentence.size() && at > 0) {
      const Word& after = sentence.words[at + 1];
      const bool verb_after = (after.pos & (pos_be | pos_have | pos_do | pos_future | pos_possible | pos_duty)) != 0 ||
                              (after.forms & form_finite) != 0;
      const bool noun_before = sentence.words[at - 1].tag == Tag::noun;
      if (verb_after && noun_before) return Tag::relative;
    }
    return Tag::subordinator;
  }
  if ((pos & pos_determiner) != 0) return Tag::determiner;
  if ((pos & pos_pronoun) != 0) return Tag::pronoun;
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
  if (word.hits != 0) return Tag::noun;
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

Tag Annotator::english_verb(const Sentence& sentence, std::size_t at, bool finite_elsewhere) const {
  const Word& word = sentence.words[at];
  std::size_t previous = at;
  Tag before = Tag::mark;
  while (previous > 0) {
    before = sentence.words[--previous].tag;
    if (before != Tag::skip && before != Tag::adverb) break;
    before = Tag::mark;
  }
  std::size_t next = at + 1;
  while (next < sentence.size() && (sentence.words[next].tag == Tag::skip ||
                                    (sentence.words[next].pos & pos_adverb) != 0))
    ++next;
  const bool last = next >= sentence.size();
  static const Word none;
  const Word& after = last ? none : sentence.words[next];
  const bool after_mark = last || sentence.tokens[next].has(token_punctuation);
  const bool after_closed = (after.pos & (pos_preposition | pos_by | pos_of | pos_conjunction |
                                          pos_subordinator | pos_relative | pos_be | pos_have | pos_to)) != 0;
  const bool opens_noun_group = !after_mark && !after_closed;
  const bool determined = !after_mark && ((after.pos & (pos_determiner | pos_pronoun | pos_quantifier)) != 0 ||
                                          sentence.tokens[next].has(token_number) || after.number >= 0);
  const bool modified = before == Tag::determiner || before == Tag::adjective ||
                        before == Tag::possessive || before == Tag::number;
  const bool noun_known = word.noun >= 0 || (word.pos & pos_noun) != 0;
  if (before == Tag::to || before == Tag::auxiliary) {
    const bool helper_noun = before == Tag::auxiliary && (word.forms & (form_participle | form_gerund | form_base)) == 0;
    return helper_noun ? Tag::noun : Tag::verb;
  }
  if (before == Tag::negation && (word.forms & form_base) != 0) return Tag::verb;
  if ((word.forms & (form_past | form_participle)) != 0 && (word.forms & form_base) == 0) {
    if (modified && opens_noun_group && !determined) return Tag::adjective;
    if (before == Tag::preposition && opens_noun_group && !determined &&
        (sentence.words[previous].pos & pos_background) == 0)
      return Tag::adjective;
    if (before == Tag::determiner) return Tag::noun;
    const bool opens_sentence = previous == 0 && before == Tag::mark;
    if (opens_sentence && opens_noun_group && !determined && at == 0) return Tag::adjective;
    return Tag::verb;
  }
  if ((word.forms & form_gerund) != 0) {
    if (before == Tag::determiner || before == Tag::possessive) return opens_noun_group && !noun_known ? Tag::adjective : Tag::noun;
    if (before == Tag::comma) return Tag::verb;
    if (!noun_known) return modified && opens_noun_group ? Tag::adjective : modified ? Tag::noun : Tag::verb;
    if (determined) return Tag::verb;
    return Tag::noun;
  }
  const bool subject_before = noun_like(before) || before == Tag::relative;
  if ((word.forms & form_past) != 0 && subject_before) return Tag::verb;  // "put"
  if (before == Tag::pronoun || before == Tag::relative) return Tag::verb;
  if (!subject_before) {
    if (before == Tag::conjunction && !noun_known && opens_noun_group && previous > 0 &&
        sentence.words[previous - 1].tag == Tag::verb)
      return Tag::verb;
    return Tag::noun;
  }
  const bool plural_before = sentence.tokens[previous].word.ends_with('s') ||
                             sentence.tokens[previous].word.ends_with("men") ||
                             (sentence.words[previous].pos & pos_human) != 0;
  if (sentence.words[previous].tag == Tag::number) return Tag::noun;
  if (!noun_known && (word.forms & form_third) != 0) return Tag::verb;
  if (finite_elsewhere) {
    return determined && !noun_known ? Tag::verb : Tag::noun;
  }
  if (!noun_known && opens_noun_group) return Tag::verb;  // "the movement execute two men"
  const bool agrees = ((word.forms & form_base) != 0 && plural_before) ||
                      (word.forms & form_third) != 0;
  return agrees && (opens_noun_group || (after_closed && (after.pos & pos_of) == 0)) ? Tag::verb
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
  if (modified) return noun_known || (word.forms & form_participle) == 0 ? Tag::noun : Tag::adjective;
  if (noun_known && (before == Tag::preposition || (word.forms & form_finite) == 0)) return Tag::noun;
  if (before == Tag::preposition && (word.forms & form_gerund) == 0) return Tag::noun;
  return Tag::verb;
}

void Annotator::tag(Sentence& sentence) const {
  auto& words = sentence.words;
  const auto tokens = sentence.tokens;
  // A clear finite verb somewhere makes doubtful forms elsewhere nouns.
  std::size_t clear_finite = 0;
  for (const Word& word : words) {
    if (word.covered) continue;
    const bool helper = (word.pos & (pos_be | pos_have | pos_future | pos_possible | pos_duty)) != 0;
    const bool past = (word.forms & form_past) != 0 && (word.forms & form_base) == 0;
    if (helper || past) ++clear_finite;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    Word& word = words[i];
    const Token& token = tokens[i];
    if (word.tag == Tag::skip) continue;
    if (token.has(token_punctuation)) {
      const char mark = token.word.empty() ? '?' : token.word[0];
      word.tag = mark == ',' ? Tag::comma
                 : mark == '"' || mark == '\'' ? Tag::skip
                 : mark == '-' ? Tag::comma
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
    if (closed != Tag::mark) word.tag = closed;
    else if (word.forms != 0 && word.noun_length == 1) word.tag = verb_or_noun(sentence, i, clear_finite > 0);
    else word.tag = unknown_word(sentence, i);
  }
}

void Annotator::group(Sentence& sentence) const {
  auto& words = sentence.words;
  const auto in_noun_group = [](Tag tag) {
    return tag == Tag::noun || tag == Tag::adjective || tag == Tag::determiner ||
           tag == Tag::number || tag == Tag::possessive || tag == Tag::pronoun;
  };
  const auto in_verb_group = [](Tag tag) {
    return tag == Tag::verb || tag == Tag::auxiliary || tag == Tag::to || tag == Tag::negation;
  };
  const auto put = [&sentence](GroupKind kind, std::size_t begin, std::size_t end) {
    const auto index = static_cast<std::int16_t>(sentence.groups.size());
    sentence.groups.push_back(
        {kind, static_cast<std::uint16_t>(begin), static_cast<std::uint16_t>(end), -1});
    for (std::size_t k = begin; k < end; ++k) sentence.words[k].group = index;
  };
  for (std::size_t i = 0; i < words.size();) {
    const Tag tag = words[i].tag;
    std::size_t end = i + 1;
    if (in_noun_group(tag)) {
      while (end < words.size() && (in_noun_group(words[end].tag) || words[end].tag == Tag::skip)) {
        // A determiner or a pronoun starts a new group; so does a skipped run with one behind it.
        const bool opens = words[end].tag == Tag::determiner || words[end].tag == Tag::pronoun;
        const bool after_determiner = words[end - 1].tag == Tag::determiner;
        if (opens && !after_determiner) break;
        if (words[end].tag == Tag::skip) {
          std::size_t over = end;
          while (over < words.size() && words[over].tag == Tag::skip) ++over;
          const bool quote_only = over == end + 1 && sentence.tokens[end].has(token_punctuation);
          if (!quote_only || over >= words.size() || !in_noun_group(words[over].tag) ||
              words[over].tag == Tag::determiner)
            break;
        }
        ++end;
      }
      put(GroupKind::noun, i, end);
    } else if (in_verb_group(tag)) {
      // "never", "no" before a noun: not a verb group.
      bool verb = false;
      while (end <= words.size()) {
        const Tag last = words[end - 1].tag;
        if (last == Tag::verb) {
          verb = true;
          break;
        }
        if (end == words.size()) break;
        const Tag next = words[end].tag;
        if (!in_verb_group(next) && next != Tag::adverb && next != Tag::skip) break;
        if (next == Tag::to && last != Tag::auxiliary && last != Tag::negation) break;
        ++end;
      }
      while (end > i + 1 && (words[end - 1].tag == Tag::adverb || words[end - 1].tag == Tag::skip)) --end;
      if (!verb && words[i].tag == Tag::negation && end == i + 1) {
        words[i].tag = Tag::determiner;
        continue;
      }
      put(GroupKind::verb, i, end);
    } else {
      switch (tag) {
        case Tag::preposition: put(GroupKind::preposition, i, words[i].cover_end); end = words[i].cover_end; break;
        case Tag::comma: put(GroupKind::comma, i, end); break;
        case Tag::conjunction: put(GroupKind::conjunction, i, words[i].cover_end); end = words[i].cover_end; break;
        case Tag::subordinator: put(GroupKind::subordinator, i, words[i].cover_end); end = words[i].cover_end; break;
        case Tag::relative: put(GroupKind::relative, i, words[i].cover_end); end = words[i].cover_end; break;
        case Tag::mark: put(GroupKind::mark, i, end); break;
        default: break;  // adverbs and skipped words belong to no group
      }
    }
    i = end;
  }
  // "after rebels attacked": the preposition opens a clause.
  auto& groups = sentence.groups;
  for (std::size_t g = 0; g + 2 < groups.size(); ++g) {
    if (groups[g].kind == GroupKind::preposition &&
        (words[groups[g].begin].pos & pos_subordinator) != 0 &&
        groups[g + 1].kind == GroupKind::noun && groups[g + 2].kind == GroupKind::verb)
      groups[g].kind = GroupKind::subordinator;
  }
}

void Annotator::verb_groups(Sentence& sentence) const {
  for (std::size_t g = 0; g < sentence.groups.size(); ++g) {
    Group& group = sentence.groups[g];
    if (group.kind != GroupKind::verb) continue;
    VerbGroup verb;
    verb.group = static_cast<std::uint16_t>(g);
    verb.head = static_cast<std::uint16_t>(group.end - 1);
    bool be = false;
    bool have = false;
    for (std::size_t i = group.begin; i < group.end; ++i) {
      const Word& word = sentence.words[i];
      if (word.tag == Tag::negation) verb.negated = true;
      if (word.tag == Tag::to) verb.infinitive = true;
      if (word.tag != Tag::auxiliary) continue;
      be = be || (word.pos & (pos_be | pos_get)) != 0;
      have = have || (word.pos & pos_have) != 0;
      verb.future = verb.future || (word.pos & pos_future) != 0;
      verb.possible = verb.possible || (word.pos & pos_possible) != 0;
      verb.duty = verb.duty || (word.pos & pos_duty) != 0;
    }
    const Word& head = sentence.words[verb.head];
    verb.pos = head.pos;
    if (head.tag == Tag::verb) {
      verb.verb = head.verb;
      const bool participle = (head.forms & form_participle) != 0 ||
                              (head.forms == 0 && sentence.tokens[verb.head].word.ends_with("ed"));
      verb.passive = be && participle;
      verb.gerund = !be && (head.forms & form_gerund) != 0;
      if (head.forms == 0 && !be && sentence.tokens[verb.head].word.ends_with("ing")) verb.gerund = true;
      verb.infinitive = verb.infinitive || (head.forms & form_infinitive) != 0;
      verb.finite = !verb.gerund && !verb.infinitive &&
                    (be || have || verb.future || verb.possible || verb.duty ||
                     (head.forms & (form_finite | form_base)) != 0 || head.forms == 0);
      const bool only_participle = participle && !be && !have;
      // "villagers killed by gunmen": a participle right before "by" did not act itself.
      std::size_t next = group.end;
      while (next < sentence.size() && (sentence.words[next].tag == Tag::skip ||
                                        sentence.words[next].tag == Tag::adverb))
        ++next;
      const bool by_next = next < sentence.size() && sentence.words[next].tag == Tag::preposition &&
                           (sentence.words[next].pos & pos_by) != 0;
      if (only_participle && (by_next || (head.forms & form_past) == 0)) {
        verb.reduced = true;
        verb.passive = true;
        verb.finite = false;
      }
    } else {
      verb.be = be;
      verb.finite = true;
    }
    group.verb_group = static_cast<std::int16_t>(sentence.verbs.size());
    sentence.verbs.push_back(verb);
  }
}

}  // namespace tocsin::monitor::coding
