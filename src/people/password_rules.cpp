// SPDX-License-Identifier: Apache-2.0
#include "people/password_rules.hpp"

#include <algorithm>
#include <set>

#include "base/files.hpp"
#include "base/text.hpp"

namespace tocsin::people {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::size_t list_bytes_max = 1U << 20;
/// Shorter words would take whole passwords apart by chance.
constexpr std::size_t word_bytes_min = 3;
/// Stands for what was taken out: one sign, since a guesser needs one try for the whole of it.
constexpr char32_t taken_out = U'\uFFFC';

std::size_t count_signs(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += base::decode(text, at).length) ++count;
  return count;
}

std::string without_words(std::string text, std::span<const std::string> words) {
  std::string mark;
  base::append_utf8(mark, taken_out);
  for (const auto& word : words) {
    if (word.size() < word_bytes_min) continue;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + mark.size()))
      text.replace(at, word.size(), mark);
  }
  return text;
}

/// Signs that do not merely repeat or continue the one before ("aaaa", "abcd", "4321").
std::vector<char32_t> without_runs(std::string_view text) {
  std::vector<char32_t> kept;
  char32_t before = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto sign = base::decode(text, at);
    at += sign.length;
    const bool goes_on = before != 0 && sign.value + 1 >= before && sign.value <= before + 1;
    if (!goes_on) kept.push_back(sign.value);
    before = sign.value;
  }
  return kept;
}

}  // namespace

base::Result<PasswordRules> PasswordRules::load(const std::filesystem::path& data) {
  auto text = base::read_file(data / "weak-passwords.txt", list_bytes_max);
  if (!text) return std::unexpected(std::move(text.error()));
  PasswordRules rules;
  for (std::size_t begin = 0; begin < text->size();) {
    const auto end = std::min(text->find('\n', begin), text->size());
    const auto line = std::string_view(*text).substr(begin, end - begin);
    begin = end + 1;
    if (!line.empty() && !line.starts_with('#')) rules.weak_.push_back(base::fold(line));
  }
  // The longest first, so that "password" goes before "pass".
  std::ranges::sort(rules.weak_, [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return rules;
}

base::Status PasswordRules::check(std::string_view password,
                                  std::span<const std::string> own) const {
  if (!base::is_utf8(password) || password.size() > password_bytes_max)
    return fail(ErrorCode::invalid_input, "the password is too long", "password_long");
  if (count_signs(base::normalize_nfc(password)) < password_signs_min)
    return fail(ErrorCode::invalid_input, "the password has less than 12 characters",
                "password_short");
  std::vector<std::string> names;
  for (const auto& text : own) {
    const auto folded = base::fold(text);
    for (std::size_t begin = 0; begin < folded.size();) {
      const auto end = std::min(folded.find_first_of(" .-_@", begin), folded.size());
      names.push_back(folded.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  const auto left = without_runs(without_words(without_words(base::fold(password), names), weak_));
  const std::set<char32_t> different(left.begin(), left.end());
  if (left.size() < password_signs_left_min || different.size() < password_different_signs_min)
    return fail(ErrorCode::invalid_input, "the password is one of those that are guessed first",
                "password_weak", "join four words that have nothing to do with each other");
  return {};
}

std::string password_bytes(std::string_view typed) {
  return base::normalize_nfc(typed);
}

}  // namespace tocsin::people
