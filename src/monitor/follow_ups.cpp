// SPDX-License-Identifier: Apache-2.0
#include "monitor/follow_ups.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <span>

#include "base/files.hpp"
#include "base/text.hpp"

namespace tocsin::monitor {
namespace {

namespace json = boost::json;
constexpr std::size_t file_bytes_max = 1U << 20;
constexpr std::size_t any_words_max = 6;
constexpr std::size_t sentence_bytes_max = 2000;

bool is_word_byte(char byte) {
  const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
  return letter || static_cast<unsigned char>(byte) >= 0x80;
}

/// Folded words. General punctuation (quotes, dashes) and the Arabic comma part words too.
std::vector<std::string> words_of(std::string_view text) {
  auto folded = base::fold(text);
  for (const std::string_view mark : {"’", "‘", "“", "”", "«", "»", "–", "—", "…", "،", "؛", "؟"})
    for (auto at = folded.find(mark); at != std::string::npos; at = folded.find(mark, at))
      folded.replace(at, mark.size(), " ");
  std::vector<std::string> words;
  bool inside = false;
  for (const char byte : folded) {
    if (is_word_byte(byte)) {
      if (!inside) words.emplace_back();
      words.back().push_back(byte);
    }
    inside = is_word_byte(byte);
  }
  return words;
}

FollowUps::Pattern pattern_of(std::string_view text) {
  FollowUps::Pattern pattern;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    FollowUps::Step step;
    if (const auto part = text.substr(at, end - at); part != "*") step.words = words_of(part);
    pattern.push_back(std::move(step));
    at = end + 1;
  }
  return pattern;
}

bool matches(std::span<const FollowUps::Step> pattern, std::span<const std::string> words) {
  if (pattern.empty()) return true;
  if (pattern.front().words.empty()) {
    for (std::size_t skipped = 0; skipped <= std::min(any_words_max, words.size()); ++skipped)
      if (matches(pattern.subspan(1), words.subspan(skipped))) return true;
    return false;
  }
  if (words.empty() ||
      std::ranges::find(pattern.front().words, words.front()) == pattern.front().words.end())
    return false;
  return matches(pattern.subspan(1), words.subspan(1));
}

bool any_within(const std::vector<FollowUps::Pattern>& patterns,
                std::span<const std::string> words) {
  for (std::size_t at = 0; at < words.size(); ++at)
    for (const auto& pattern : patterns)
      if (matches(pattern, words.subspan(at))) return true;
  return false;
}

template <class Take>
void for_each_text(const json::object& entry, std::string_view key, const Take& take) {
  if (const auto* list = entry.if_contains(key); list != nullptr && list->is_array())
    for (const auto& item : list->get_array())
      if (item.is_string()) take(std::string_view(item.get_string()));
}

}  // namespace

std::string_view sentence_of_span(std::string_view text, coding::Span span) {
  const auto ends = [&](std::size_t at) {
    if (text[at] == '\n') return true;
    if (text.substr(at).starts_with("؟")) return true;
    if (text[at] != '.' && text[at] != '!' && text[at] != '?') return false;
    return at + 1 >= text.size() || text[at + 1] == ' ' || text[at + 1] == '\n';
  };
  std::size_t begin = std::min<std::size_t>(span.begin, text.size());
  const auto first = begin > sentence_bytes_max ? begin - sentence_bytes_max : 0;
  while (begin > first && !ends(begin - 1)) --begin;
  std::size_t end = std::clamp<std::size_t>(span.end, begin, text.size());
  if (end > begin && ends(end - 1)) --end;
  const auto last = std::min(text.size(), end + sentence_bytes_max);
  while (end < last && !ends(end)) ++end;
  return text.substr(begin, end - begin);
}

base::Result<FollowUps> FollowUps::load(const std::filesystem::path& data_folder) {
  const auto path = data_folder / "follow-ups.json";
  auto content = base::read_file(path, file_bytes_max);
  if (!content) return std::unexpected(std::move(content.error()));
  boost::system::error_code error;
  const auto root = json::parse(*content, error);
  const auto* object = error ? nullptr : root.if_object();
  const auto* list = object == nullptr ? nullptr : object->if_contains("languages");
  if (list == nullptr || !list->is_object())
    return base::fail(base::ErrorCode::corrupt, "no object \"languages\" in it", path.string(),
                      "take the file of this version again");
  FollowUps out;
  for (const auto& [code, value] : list->get_object()) {
    const auto* entry = value.if_object();
    if (entry == nullptr)
      return base::fail(base::ErrorCode::corrupt,
                        "the language \"" + std::string(code) + "\" is no object", path.string());
    auto& language = out.languages_[std::string(code)];
    for_each_text(*entry, "definite", [&](std::string_view text) {
      for (auto& word : words_of(text)) language.definite.push_back(std::move(word));
    });
    for_each_text(*entry, "back",
                  [&](std::string_view text) { language.back.push_back(pattern_of(text)); });
    for_each_text(*entry, "rumour",
                  [&](std::string_view text) { language.rumour.push_back(pattern_of(text)); });
    for_each_text(*entry, "hedged",
                  [&](std::string_view text) { language.hedged.push_back(pattern_of(text)); });
    for_each_text(*entry, "digest",
                  [&](std::string_view text) { language.digest.push_back(pattern_of(text)); });
  }
  return out;
}

const FollowUps::Language* FollowUps::find(std::string_view language) const {
  const auto found = languages_.find(language.substr(0, language.find('-')));
  return found == languages_.end() ? nullptr : &found->second;
}

bool FollowUps::is_digest(std::string_view language, std::string_view title) const {
  const auto* found = find(language);
  return found != nullptr && any_within(found->digest, words_of(title));
}

bool FollowUps::is_hedged(std::string_view language, std::string_view title) const {
  const auto* found = find(language);
  return found != nullptr && any_within(found->hedged, words_of(title));
}

AttackTelling FollowUps::telling(std::string_view language, std::string_view text,
                                 coding::Span event, double confidence) const {
  const auto* found = find(language);
  if (found == nullptr) return AttackTelling::first;
  const auto& known = *found;
  const auto sentence = sentence_of_span(text, event);
  const auto words = words_of(sentence);
  if (any_within(known.rumour, words)) return AttackTelling::rumour;
  if (any_within(known.back, words)) return AttackTelling::again;
  if (confidence >= confidence_in_passing || event.begin >= text.size())
    return AttackTelling::first;
  const auto offset = static_cast<std::size_t>(sentence.data() - text.data());
  const auto before =
      words_of(text.substr(offset, event.begin > offset ? event.begin - offset : 0));
  const auto own = words_of(text.substr(event.begin, event.end - event.begin));
  const auto definite = [&](const std::string& word) {
    return std::ranges::find(known.definite, word) != known.definite.end();
  };
  const bool named =
      (!before.empty() && definite(before.back())) || (!own.empty() && definite(own.front()));
  return named ? AttackTelling::again : AttackTelling::first;
}

}  // namespace tocsin::monitor
