// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/sentence.hpp"

#include <algorithm>
#include <optional>

#include "monitor/coding/swahili.hpp"

namespace tocsin::monitor::coding {
namespace {

bool is_mark(const Token& token, char mark) {
  return token.has(token_punctuation) && token.word.size() == 1 && token.word[0] == mark;
}

/// "se sont emparés": who does it to himself suffers nothing.
bool reflexive_before(const Sentence& sentence, std::size_t at) {
  if (at == 0) return false;
  const std::string_view before = sentence.tokens[at - 1].word;
  return before == "se" || before == "s'";
}

bool in_noun_group(Tag tag) {
  return tag == Tag::noun || tag == Tag::adjective || tag == Tag::determiner ||
         tag == Tag::number || tag == Tag::possessive || tag == Tag::pronoun;
}

bool in_verb_group(Tag tag) {
  return tag == Tag::verb || tag == Tag::auxiliary || tag == Tag::to || tag == Tag::negation;
}

/// The group that a word of a closed class makes by itself; none for adverbs and skipped words.
std::optional<GroupKind> own_group(Tag tag) {
  switch (tag) {
    case Tag::preposition:
      return GroupKind::preposition;
    case Tag::comma:
      return GroupKind::comma;
    case Tag::conjunction:
      return GroupKind::conjunction;
    case Tag::subordinator:
      return GroupKind::subordinator;
    case Tag::relative:
      return GroupKind::relative;
    case Tag::mark:
      return GroupKind::mark;
    default:
      return std::nullopt;
  }
}

}  // namespace

Annotator::Annotator(const Lexicon& lexicon, const Names& names)
    : lexicon_(lexicon),
      time_units_{names.find("@day_unit"), names.find("@week_unit"), names.find("@month_unit"),
                  names.find("@year_unit"), names.find("@decade_unit")},
      ago_before_(names.find("@ago_before")),
      rising_(names.find("@rising")),
      english_(lexicon.language() == "en"),
      french_(lexicon.language() == "fr"),
      swahili_(lexicon.language() == "sw"),
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
  into.present.fill(0);
  for (const Token& token : tokens) into.note(token.hash);
  for (const Hit& hit : into.hits) {
    for (const std::uint16_t id : hit.meaning->classes) into.note_class(id);
  }
  find_times(into);
  tag(into);
  group(into);
  verb_groups(into);
}

void Annotator::look_up(Sentence& sentence) const {
  for (std::size_t i = 0; i < sentence.tokens.size(); ++i) look_up_word(sentence, i);
  cover_phrases(sentence);
}

bool Annotator::has_swahili_marks(const Token& token) const {
  if (token.word.starts_with("ku") || token.word.starts_with("hu")) return true;
  bool marked = false;
  swahili_after_subject(token.word, [&](std::string_view rest, bool tense_follows) {
    marked = marked || tense_follows;
    // Headlines leave the tense away: "wanajeshi waua".
    Token stem = token;
    stem.hash = word_hash(rest);
    lexicon_.find(std::span<const Token>(&stem, 1),
                  [&marked](const Meaning& meaning) { marked = marked || meaning.verb >= 0; });
  });
  return marked;
}

void Annotator::look_up_word(Sentence& sentence, std::size_t i) const {
  const auto tokens = sentence.tokens;
  Word& word = sentence.words[i];
  word.first_hit = static_cast<std::uint16_t>(sentence.hits.size());
  word.cover_end = static_cast<std::uint16_t>(i + 1);
  const auto add = [&sentence, i](const Meaning& meaning) {
    sentence.hits.push_back({&meaning, static_cast<std::uint16_t>(i), meaning.words});
  };
  if (tokens[i].has(token_punctuation)) return;
  lexicon_.find(tokens.subspan(i), add);
  // "Goma" is a town; who strikes "anagoma" or "waligoma".
  word.bare_stem =
      swahili_ && sentence.hits.size() > word.first_hit && !has_swahili_marks(tokens[i]);
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
      arabic_stems(tokens[i].word,
                   [&](std::string_view stem) { return stem != tokens[i].word && try_stem(stem); });
    } else if (swahili_) {
      swahili_stems(tokens[i].word, try_stem);
    }
  }
  // "IS" and "US" in capitals are not "is" and "us", unless everything is in capitals.
  const auto first = sentence.hits.begin() + word.first_hit;
  const bool capitals =
      !sentence.all_capitals && std::any_of(first, sentence.hits.end(), [](const Hit& hit) {
        return hit.meaning->capitals == 2 && hit.length == 1;
      });
  if (capitals) {
    sentence.hits.erase(std::remove_if(first, sentence.hits.end(),
                                       [](const Hit& hit) {
                                         return hit.meaning->capitals == 0 && hit.length == 1;
                                       }),
                        sentence.hits.end());
  }
  word.hits = static_cast<std::uint16_t>(sentence.hits.size() - word.first_hit);
}

void Annotator::cover_phrases(Sentence& sentence) const {
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
    if (word.bare_stem && length == 1) {
      word.verb = -1;
      word.forms = 0;
    }
    if (length == 1) continue;
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
      lexicon_.find(sentence.tokens.subspan(k), [&sentence, k](const Meaning& meaning) {
        if (meaning.words == 1)
          sentence.hits.push_back({&meaning, static_cast<std::uint16_t>(k), 1});
      });
      inner.hits = static_cast<std::uint16_t>(sentence.hits.size() - before);
    }
    i += length - 1;
  }
}

void Annotator::skip_time_ago(Sentence& sentence, std::size_t unit) const {
  // "three days ago", "il y a trois jours": the number counts no people.
  auto& words = sentence.words;
  const auto hits = sentence.hits_at(unit);
  const bool is_unit = std::any_of(hits.begin(), hits.end(), [this](const Hit& hit) {
    return std::ranges::any_of(time_units_,
                               [&hit](std::uint16_t id) { return hit.meaning->in_class(id); });
  });
  if (!is_unit || unit == 0) return;
  const bool ago_after = words[unit].noun_length > 1 ||
                         (unit + 1 < words.size() && (words[unit + 1].pos & pos_time) != 0);
  std::size_t first = unit;
  constexpr std::size_t before_max = 3;
  while (first > 0 && unit - first < before_max &&
         (sentence.tokens[first - 1].has(token_number) || words[first - 1].number >= 0 ||
          (words[first - 1].pos & (pos_quantifier | pos_determiner)) != 0))
    --first;
  if (first == unit) return;
  std::size_t opens = first;
  for (std::size_t length = 1; length <= 3 && length <= first; ++length)
    for (const Hit& hit : sentence.hits_at(first - length))
      if (hit.length == length && hit.meaning->in_class(ago_before_)) opens = first - length;
  if (opens == first && !ago_after) return;
  for (std::size_t k = opens; k < unit; ++k) words[k].tag = Tag::skip;
}

void Annotator::find_times(Sentence& sentence) const {
  // "last Tuesday", "on 12 March 2020", "three days ago": no part of the syntax around them.
  auto& words = sentence.words;
  const auto tokens = sentence.tokens;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if ((words[i].pos & pos_time) == 0) continue;
    // "a 45-year-old imam": the age stays in his noun group.
    if (i > 0 && tokens[i].has(token_hyphen_before) && tokens[i - 1].has(token_number)) continue;
    words[i].tag = Tag::skip;
    skip_time_ago(sentence, i);
    for (std::size_t back = i; back > 0;) {
      --back;
      const Word& before = words[back];
      const bool number =
          tokens[back].has(token_number) && tokens[back].number > 0 && tokens[back].number < 32;
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
      const bool year =
          tokens[next].has(token_number) && tokens[next].number > 0 &&
          (tokens[next].number < 32 || (tokens[next].number >= 1900 && tokens[next].number < 2100));
      const bool comma_then_year = is_mark(tokens[next], ',') && next + 1 < words.size() &&
                                   tokens[next + 1].number >= 1900 &&
                                   tokens[next + 1].number < 2100;
      if (!year && !comma_then_year && (words[next].pos & pos_time) == 0) break;
      words[next].tag = Tag::skip;
    }
  }
  skip_ranges(sentence);
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

void Annotator::skip_ranges(Sentence& sentence) const {
  // "between 2 and 6 people": the lower number is kept, so that no count is told too high.
  auto& words = sentence.words;
  const auto number = [&sentence](std::size_t at) {
    return sentence.tokens[at].number >= 0 || sentence.words[at].number >= 0;
  };
  for (std::size_t i = 0; i + 3 < words.size(); ++i) {
    if ((words[i].pos & pos_range) == 0 || !number(i + 1) || !number(i + 3)) continue;
    if ((words[i + 2].pos & (pos_conjunction | pos_to)) == 0) continue;
    // "rose from 12 to 19" tells a new number.
    const bool rising = i > 0 && std::ranges::any_of(sentence.hits_at(i - 1), [&](const Hit& hit) {
                          return hit.meaning->in_class(rising_);
                        });
    for (const std::size_t at : {i, i + (rising ? 1 : 3), i + 2}) words[at].tag = Tag::skip;
  }
}

std::size_t Annotator::passed_in_noun_group(const Sentence& sentence, std::size_t at) {
  const auto& words = sentence.words;
  const auto tokens = sentence.tokens;
  // "a mentally disabled man": the adverb belongs to the adjective.
  if (words[at].tag == Tag::adverb) {
    const bool inside = words[at - 1].tag == Tag::determiner && at + 1 < words.size() &&
                        words[at + 1].tag == Tag::adjective;
    return inside ? 1 : 0;
  }
  if (words[at].tag != Tag::skip) return 0;
  std::size_t over = at;
  while (over < words.size() && words[over].tag == Tag::skip) ++over;
  if (over >= words.size()) return 0;
  if (words[over].tag == Tag::determiner || words[over].tag == Tag::pronoun) return 0;
  // One quotation mark, "the development (CVD) councillor", "2 to 6 people".
  const bool quote = over == at + 1 && tokens[at].has(token_punctuation);
  const bool short_name =
      over == at + 3 && is_mark(tokens[at], '(') && tokens[at + 1].has(token_all_caps);
  const bool range = words[at - 1].tag == Tag::number && over == at + 2 &&
                     (words[at].pos & (pos_conjunction | pos_to)) != 0;
  return quote || short_name || range ? over - at : 0;
}

std::size_t Annotator::noun_group_end(const Sentence& sentence, std::size_t begin) {
  const auto& words = sentence.words;
  const auto tokens = sentence.tokens;
  std::size_t end = begin + 1;
  bool counted_people = false;
  while (end < words.size()) {
    // "killed three people 40 kilometres away": two numbers, two groups.
    counted_people = counted_people ||
                     (words[end - 1].tag == Tag::noun && end >= begin + 2 &&
                      words[end - 2].tag == Tag::number && (words[end - 1].pos & pos_human) != 0);
    if (counted_people && words[end].tag == Tag::number) break;
    if (!in_noun_group(words[end].tag)) {
      const std::size_t passed = passed_in_noun_group(sentence, end);
      if (passed == 0 || !in_noun_group(words[end + passed].tag)) break;
      end += passed;
      continue;
    }
    // Arabic counts before the noun: "gunmen | ten civilians".
    if (tokens[end].has(token_arabic) && words[end].tag == Tag::number &&
        words[end - 1].tag == Tag::noun && end + 1 < words.size() &&
        words[end + 1].tag == Tag::noun)
      break;
    // A determiner or a pronoun starts a new group, but "nine others" are nine.
    const bool counted = words[end].tag == Tag::pronoun && words[end - 1].tag == Tag::number;
    const bool opens =
        words[end].tag == Tag::determiner || (words[end].tag == Tag::pronoun && !counted);
    if (opens && words[end - 1].tag != Tag::determiner) break;
    ++end;
  }
  return end;
}

std::size_t Annotator::verb_group_end(const Sentence& sentence, std::size_t begin) {
  const auto& words = sentence.words;
  std::size_t end = begin + 1;
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
  while (end > begin + 1 && (words[end - 1].tag == Tag::adverb || words[end - 1].tag == Tag::skip))
    --end;
  const bool lone_negation = !verb && words[begin].tag == Tag::negation && end == begin + 1;
  return lone_negation ? 0 : end;
}

void Annotator::group(Sentence& sentence) {
  auto& words = sentence.words;
  const auto put = [&sentence](GroupKind kind, std::size_t begin, std::size_t end) {
    const auto index = static_cast<std::int16_t>(sentence.groups.size());
    sentence.groups.push_back(
        {kind, static_cast<std::uint16_t>(begin), static_cast<std::uint16_t>(end), -1});
    for (std::size_t k = begin; k < end; ++k) sentence.words[k].group = index;
  };
  for (std::size_t i = 0; i < words.size();) {
    std::size_t end = i + 1;
    if (in_noun_group(words[i].tag)) {
      end = noun_group_end(sentence, i);
      put(GroupKind::noun, i, end);
    } else if (in_verb_group(words[i].tag)) {
      end = verb_group_end(sentence, i);
      if (end == 0) {
        words[i].tag = Tag::determiner;
        continue;
      }
      put(GroupKind::verb, i, end);
    } else if (const auto kind = own_group(words[i].tag)) {
      if (*kind != GroupKind::comma && *kind != GroupKind::mark) end = words[i].cover_end;
      put(*kind, i, end);
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

void Annotator::read_verb(const Sentence& sentence, const Group& group, VerbGroup& verb) const {
  bool be = false;
  bool have = false;
  for (std::size_t i = group.begin; i < group.end; ++i) {
    const Word& word = sentence.words[i];
    if (word.tag == Tag::negation) verb.negated = true;
    // "had to open fire" happened; "to open fire" need not have.
    if (word.tag == Tag::to) verb.infinitive = i == group.begin || !(have || be);
    if (word.tag != Tag::auxiliary) continue;
    // "told to convert or be killed": a bare form goes with an infinitive.
    if (i == group.begin && sentence.tokens[i].word == "be") verb.infinitive = true;
    be = be || (word.pos & (pos_be | pos_get)) != 0;
    have = have || (word.pos & pos_have) != 0;
    verb.future = verb.future || (word.pos & pos_future) != 0;
    verb.possible = verb.possible || (word.pos & pos_possible) != 0;
    verb.duty = verb.duty || (word.pos & pos_duty) != 0;
  }
  const Word& head = sentence.words[verb.head];
  verb.pos = head.pos;
  if (head.tag != Tag::verb) {
    verb.be = be;
    verb.finite = true;
    return;
  }
  verb.verb = head.verb;
  const std::string_view spelled = sentence.tokens[verb.head].word;
  const bool participle =
      (head.forms & form_participle) != 0 || (head.forms == 0 && spelled.ends_with("ed"));
  verb.passive = be && participle && !(french_ && reflexive_before(sentence, group.begin));
  verb.gerund = !be && (head.forms & form_gerund) != 0;
  if (head.forms == 0 && !be && spelled.ends_with("ing")) verb.gerund = true;
  verb.infinitive = verb.infinitive || (head.forms & form_infinitive) != 0;
  const bool told = (head.forms & (form_past | form_participle)) != 0;
  verb.future = verb.future || (!told && (head.forms & form_future) != 0);
  verb.possible = verb.possible || (!told && (head.forms & form_conditional) != 0);
  verb.finite = !verb.gerund && !verb.infinitive &&
                (be || have || verb.future || verb.possible || verb.duty ||
                 (head.forms & (form_finite | form_base)) != 0 || head.forms == 0);
  if (!participle || be || have) return;
  verb.bare_participle = true;
  // "villagers killed by gunmen": a participle right before "by" did not act itself.
  std::size_t next = group.end;
  while (next < sentence.size() &&
         (sentence.words[next].tag == Tag::skip || sentence.words[next].tag == Tag::adverb))
    ++next;
  const bool by_next = next < sentence.size() && sentence.words[next].tag == Tag::preposition &&
                       (sentence.words[next].pos & pos_by) != 0;
  if (by_next || (head.forms & form_past) == 0) {
    verb.reduced = true;
    verb.passive = true;
    verb.finite = false;
  }
}

void Annotator::share_helper(const Sentence& sentence, VerbGroup& verb) {
  // "ont tué vingt villageois et blessé cinq enfants": one helper for both.
  const auto& groups = sentence.groups;
  const std::size_t at = verb.group;
  const bool joined = at > 0 && groups[at - 1].kind == GroupKind::conjunction;
  const bool object = at + 1 < groups.size() && groups[at + 1].kind == GroupKind::noun;
  if (!joined || !object || sentence.verbs.empty()) return;
  const VerbGroup& before = sentence.verbs.back();
  const Group& helper = groups[before.group];
  bool have = false;
  for (std::size_t i = helper.begin; i < before.head; ++i)
    have = have || (sentence.words[i].pos & pos_have) != 0;
  if (!have || before.passive || before.negated) return;
  verb.reduced = false;
  verb.passive = false;
  verb.finite = true;
}

void Annotator::verb_groups(Sentence& sentence) const {
  for (std::size_t g = 0; g < sentence.groups.size(); ++g) {
    Group& group = sentence.groups[g];
    if (group.kind != GroupKind::verb) continue;
    VerbGroup verb;
    verb.group = static_cast<std::uint16_t>(g);
    verb.head = static_cast<std::uint16_t>(group.end - 1);
    read_verb(sentence, group, verb);
    if (verb.reduced && !english_) share_helper(sentence, verb);
    group.verb_group = static_cast<std::int16_t>(sentence.verbs.size());
    sentence.verbs.push_back(verb);
  }
}

}  // namespace tocsin::monitor::coding
