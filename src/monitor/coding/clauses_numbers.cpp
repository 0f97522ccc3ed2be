// SPDX-License-Identifier: Apache-2.0
// Numbers of a sentence: in words and digits, how many people a group tells of, what is a year.
#include <algorithm>

#include "monitor/coding/clauses.hpp"
#include "monitor/coding/dates.hpp"

namespace tocsin::monitor::coding {
namespace {

/// Reading a list stops after so many items.
constexpr int steps_max = 6;

}  // namespace

std::int64_t Clauses::number_at(std::size_t position, std::size_t& end) const {
  const auto& words = sentence_->words;
  std::int64_t total = 0;
  std::int64_t current = 0;
  bool any = false;
  std::size_t i = position;
  while (i < words.size()) {
    const Word& word = words[i];
    const bool digits = sentence_->tokens[i].has(token_number);
    if (digits ? sentence_->tokens[i].number < 0 : word.number < 0) {
      // "two hundred and fifty": the "and" inside a number in words.
      const bool inner = any && word.tag == Tag::conjunction && i + 1 < words.size() &&
                         !sentence_->tokens[i + 1].has(token_number) && words[i + 1].number >= 0 &&
                         !sentence_->tokens[i - 1].has(token_number) &&
                         (words[i - 1].number >= 100 || sentence_->tokens[i].word != "and");
      if (!inner) break;
      ++i;
      continue;
    }
    const std::int64_t value = digits ? sentence_->tokens[i].number : word.number;
    if (any && digits) {
      // "4 000": a group of three digits behind a number in digits.
      const bool grouped = sentence_->tokens[i].word.size() == 3 &&
                           sentence_->tokens[i - 1].has(token_number) && current < 1000;
      if (!grouped) break;
      current = current * 1000 + value;
    } else if (value == 100 && !digits) {
      current = std::max<std::int64_t>(current, 1) * 100;
    } else if (value >= 1000 && !digits) {
      total += std::max<std::int64_t>(current, 1) * value;
      current = 0;
    } else if (value == 12 && any && !digits && current > 0 &&
               sentence_->tokens[i].word == "dozen") {
      current *= 12;
    } else {
      current += value;
    }
    any = true;
    // "quatre-vingts": the number of a phrase stands on its first word.
    i += digits ? 1 : std::max<std::size_t>(1, word.noun_length);
  }
  if (!any) return -1;
  end = i;
  return total + current;
}

bool Clauses::is_year_at(std::size_t position, std::size_t end) const {
  const Token& token = sentence_->tokens[position];
  if (end != position + 1 || token.word.size() != 4 || !token.has(token_number) ||
      !is_year(token.number))
    return false;
  if (position > 0 && sentence_->words[position - 1].tag == Tag::preposition) return true;
  const auto& words = sentence_->words;
  return end >= words.size() || (words[end].tag != Tag::noun && words[end].tag != Tag::adjective);
}

bool Clauses::follows_age(std::size_t position) const {
  // "men aged 20, 25 and 31": back over the ages that stand before.
  const auto tokens = sentence_->tokens;
  std::size_t at = position;
  while (at > 0 && (tokens[at - 1].has(token_number) || tokens[at - 1].word == "," ||
                    sentence_->words[at - 1].tag == Tag::conjunction))
    --at;
  constexpr std::size_t words_max = 4;  // "mwenye umri wa miaka"
  for (std::size_t back = 1; back <= std::min(at, words_max); ++back)
    for (const Hit& hit : sentence_->hits_at(at - back))
      if (hit.length == back && hit.meaning->in_class(age_class_)) return true;
  return false;
}

bool Clauses::counts_no_people(std::size_t position, std::size_t end) const {
  const auto tokens = sentence_->tokens;
  const auto parted = [&](std::size_t at) {
    return at > 0 && at + 1 < tokens.size() && (tokens[at].word == "/" || tokens[at].word == ":") &&
           tokens[at - 1].has(token_number) && tokens[at + 1].has(token_number) &&
           tokens[at].has(token_joined) && tokens[at + 1].has(token_joined);
  };
  // "2/5/2024", "15:30"
  if (parted(end) || (position > 0 && parted(position - 1))) return true;
  if (follows_age(position)) return true;
  // "several hundred" is no hundred.
  if (position > 0 && !tokens[position].has(token_number))
    for (const Hit& hit : sentence_->hits_at(position - 1))
      if (hit.meaning->in_class(vague_class_)) return true;
  // "asilimia 40", and the hundred of "por cento"
  constexpr std::size_t share_words_max = 2;
  for (std::size_t back = 1; back <= std::min(position, share_words_max); ++back)
    for (const Hit& hit : sentence_->hits_at(position - back))
      if (hit.meaning->in_class(share_class_) && hit.length >= back) return true;
  if (end >= tokens.size()) return false;
  // "a 20-year-old imam"
  if (tokens[end].has(token_hyphen_before) && !tokens[end].has(token_number)) return true;
  if (tokens[end].word == "%") return true;
  // "70 per cent of the villagers"
  for (const Hit& hit : sentence_->hits_at(end))
    if (hit.meaning->in_class(share_class_)) return true;
  return false;
}

std::int64_t Clauses::count_in(const Group& group, bool unit) const {
  std::int64_t total = -1;
  for (std::size_t i = group.begin; i < group.end;) {
    std::size_t end = i + 1;
    if (sentence_->words[i].tag == Tag::number) {
      const std::int64_t value = number_at(i, end);
      end = std::max(end, i + 1);
      const bool compound = counts_no_people(i, end);
      const std::string_view word = sentence_->tokens[i].word;
      const bool year = is_year_at(i, end);
      // Arabic writes "and" on the word: "three soldiers and-seven rebels", "five and-twenty".
      const bool joined = total >= 0 && word.starts_with("و") && word.size() > 2;
      if (value >= 0 && !compound && !unit && !year && (total < 0 || joined))
        total = std::max<std::int64_t>(total, 0) + value;
    }
    i = end;
  }
  return total;
}

int Clauses::listed_after(int group) {
  // "a farmer, his wife and three children": a comma joins where an "and" ends the list.
  const int first = chain_end(group) + 2;
  if (kind(first - 1) != GroupKind::comma) return -1;
  int item = first;
  for (int step = 0; step < steps_max && kind(item) == GroupKind::noun; ++step) {
    const Party& here = party(item);
    if (!here.human && !here.is_actor()) return -1;
    const int next = joined_after(item);
    // "…, soldiers and police said" is no list of victims.
    if (next >= 0)
      return kind(chain_end(next) + 1) == GroupKind::verb || kind(next) != GroupKind::noun ? -1
                                                                                           : first;
    if (kind(chain_end(item) + 1) != GroupKind::comma) return -1;
    item = chain_end(item) + 2;
  }
  return -1;
}

std::int64_t Clauses::people(int group) {
  std::int64_t total = -1;
  for (int step = 0; step < steps_max && group >= 0; ++step) {
    const Party& here = party(group);
    if (here.count >= 0 && (here.human || here.named || step == 0 || here.is_actor()))
      total = std::max<std::int64_t>(total, 0) + here.count;
    const int joined = joined_after(group);
    const int next = joined >= 0 ? joined : listed_after(group);
    // Behind an object the next group may be the subject of the next clause.
    const bool is_object = stands_behind_deed(group);
    if (next < 0 || (is_object && kind(chain_end(next) + 1) == GroupKind::verb)) break;
    if (!party(next).human && !party(next).is_actor()) break;
    group = next;
  }
  return total;
}

}  // namespace tocsin::monitor::coding
