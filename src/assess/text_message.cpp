// SPDX-License-Identifier: Apache-2.0
#include "assess/text_message.hpp"

#include <algorithm>
#include <array>

#include "assess/report.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::size_t words_bytes_max = 64U << 10;
constexpr std::array<std::string_view, 8> meanings{"report",   "add",   "danger",   "withdraw",
                                                   "own_eyes", "heard", "document", "share"};
constexpr std::array<std::string_view, 4> verbs{"report", "add", "danger", "withdraw"};

/// A digit as telephones write it: Western, Arabic-Indic and Eastern Arabic-Indic.
std::optional<unsigned> digit_of(char32_t sign) {
  for (const char32_t zero : {U'0', U'\x0660', U'\x06F0'})
    if (sign >= zero && sign < zero + 10) return static_cast<unsigned>(sign - zero);
  return std::nullopt;
}

bool is_separator(char32_t sign) {
  return sign == U';' || sign == U'\x061B' || sign == U'\xFF1B';
}
bool is_blank(char32_t sign) {
  return sign == U' ' || sign == U'\t' || sign == U'\n' || sign == U'\r' || sign == U'\xA0' ||
         sign == U'\x200E' || sign == U'\x200F';
}

/// Takes the sign at the begin off `rest` where it fits.
template <class Fits>
bool take_sign(std::string_view& rest, Fits fits) {
  if (rest.empty()) return false;
  const auto sign = base::decode(rest, 0);
  if (!fits(sign.value)) return false;
  rest.remove_prefix(sign.length);
  return true;
}
void skip_blanks(std::string_view& rest) {
  while (take_sign(rest, is_blank)) {
  }
}

std::optional<unsigned> take_digit(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const auto sign = base::decode(rest, 0);
  const auto digit = digit_of(sign.value);
  if (digit) rest.remove_prefix(sign.length);
  return digit;
}

/// A receipt code at the begin of `rest`: sixteen digits, in groups as one likes.
std::string take_receipt(std::string_view& rest) {
  auto at = rest;
  std::string digits;
  for (;;) {
    skip_blanks(at);
    while (!digits.empty() && take_sign(at, [](char32_t sign) { return sign == U'-'; })) {
    }
    const auto digit = digits.size() < receipt_digits ? take_digit(at) : std::nullopt;
    if (!digit) break;
    digits += static_cast<char>('0' + *digit);
  }
  auto next = at;
  if (digits.size() != receipt_digits || take_digit(next)) return {};
  rest = at;
  return digits;
}

std::string_view first_field(std::string_view& rest) {
  std::size_t at = 0;
  while (at < rest.size()) {
    const auto sign = base::decode(rest, at);
    if (is_separator(sign.value)) {
      const auto field = rest.substr(0, at);
      rest.remove_prefix(at + sign.length);
      return field;
    }
    at += sign.length;
  }
  const auto field = rest;
  rest = {};
  return field;
}

bool has_separator(std::string_view text) {
  const auto whole = text.size();
  return first_field(text).size() < whole;
}

bool is_arabic(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto sign = base::decode(text, at);
    if (sign.value >= 0x0620 && sign.value <= 0x064A) return true;
    at += sign.length;
  }
  return false;
}

std::string_view trimmed(std::string_view text) {
  skip_blanks(text);
  return base::trim(text);
}

}  // namespace

base::Result<TextGrammar> TextGrammar::load(const std::filesystem::path& data) {
  const auto path = data / "text-message.tsv";
  auto bytes = base::read_file(path, words_bytes_max);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  TextGrammar grammar;
  std::string_view rest = *bytes;
  for (int number = 1; !rest.empty(); ++number) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const auto first = line.find('\t');
    const auto second = first == std::string_view::npos ? first : line.find('\t', first + 1);
    const auto place = path.string() + ":" + std::to_string(number);
    if (second == std::string_view::npos)
      return fail(ErrorCode::invalid_input, "expected meaning, language, word", place);
    Meaning meaning{std::string(line.substr(0, first)),
                    std::string(line.substr(first + 1, second - first - 1))};
    if (std::ranges::find(meanings, meaning.name) == meanings.end())
      return fail(ErrorCode::invalid_input, "no such meaning: " + meaning.name, place);
    if (meaning.language == "-") meaning.language.clear();
    if (!grammar.words_.try_emplace(base::fold(line.substr(second + 1)), std::move(meaning)).second)
      return fail(ErrorCode::invalid_input, "this word stands here twice", place);
  }
  return grammar;
}

const TextGrammar::Meaning* TextGrammar::meaning_of(std::string_view word) const {
  const auto found = words_.find(base::fold(trimmed(word)));
  return found == words_.end() ? nullptr : &found->second;
}

std::optional<MessagePart> numbered_part(std::string_view message) {
  auto rest = trimmed(message);
  const bool bracket = take_sign(rest, [](char32_t sign) { return sign == U'(' || sign == U'['; });
  const auto number = take_digit(rest);
  if (!number || !take_sign(rest, [](char32_t sign) { return sign == U'/'; })) return std::nullopt;
  const auto of = take_digit(rest);
  if (!of || *of < 2 || *of > message_parts_max || *number < 1 || *number > *of)
    return std::nullopt;
  if (bracket && !take_sign(rest, [](char32_t sign) { return sign == U')' || sign == U']'; }))
    return std::nullopt;
  // "1/30" and "1/3rd" are not numbers of parts.
  if (!bracket && !rest.empty() &&
      !take_sign(rest, [](char32_t sign) { return is_blank(sign) || sign == U':'; }))
    return std::nullopt;
  return MessagePart{*number, *of, std::string(trimmed(rest))};
}

bool TextGrammar::take_verb(std::string_view& rest, TextMessage& message) const {
  std::size_t end = 0;
  char32_t after = 0;
  while (end < rest.size()) {
    const auto sign = base::decode(rest, end);
    after = sign.value;
    if (is_blank(after) || is_separator(after) || after == U':' || digit_of(after)) break;
    end += sign.length;
  }
  if (end == rest.size()) after = 0;
  const auto word = rest.substr(0, end);
  const auto* meaning = meaning_of(word);
  const auto verb = meaning == nullptr ? verbs.end() : std::ranges::find(verbs, meaning->name);
  if (verb == verbs.end()) return false;
  message.verb = static_cast<TextVerb>(verb - verbs.begin());
  message.language = meaning->language;
  auto behind = rest.substr(end);
  if (message.verb == TextVerb::report) {
    // A word such as "report" may also begin a sentence; one letter hardly does.
    const bool one_letter = !word.empty() && base::decode(word, 0).length == word.size();
    if (!one_letter && after != U':' && !is_separator(after) && !has_separator(behind))
      return false;
  } else {
    take_sign(behind, [](char32_t sign) { return sign == U':' || is_separator(sign); });
    message.receipt = take_receipt(behind);
    if (message.receipt.empty()) return false;
  }
  take_sign(behind, [](char32_t sign) { return sign == U':' || is_separator(sign); });
  rest = behind;
  return true;
}

void TextGrammar::take_fields(std::string_view rest, TextMessage& message) const {
  int plain = 0;
  while (!rest.empty()) {
    const auto field = trimmed(first_field(rest));
    if (field.empty()) {
      // "what;;when": a place that nobody gives is still its place.
      ++plain;
      continue;
    }
    if (const auto* meaning = plain > 0 ? meaning_of(field) : nullptr) {
      if (meaning->name == "danger") message.in_danger = true;
      if (meaning->name == "share") message.may_share = true;
      if (meaning->name == "own_eyes" || meaning->name == "heard" || meaning->name == "document")
        message.witness = meaning->name;
      if (message.language.empty()) message.language = meaning->language;
      if (std::ranges::find(verbs, meaning->name) == verbs.end() || meaning->name == "danger")
        continue;
    }
    if (plain == 0)
      message.text = field;
    else if (plain == 1)
      message.place = base::cut(field, short_text_bytes_max);
    else if (plain == 2)
      message.when = base::cut(field, short_text_bytes_max);
    else
      message.text += "; " + std::string(field);
    ++plain;
  }
}

TextMessage TextGrammar::read(std::string_view words) const {
  const auto repaired = base::repair_utf8(base::cut(words, message_bytes_max));
  const auto whole = trimmed(repaired);
  TextMessage message;
  auto rest = whole;
  const bool follows = take_verb(rest, message);
  if (follows && message.verb == TextVerb::report) take_fields(rest, message);
  if (follows && message.verb != TextVerb::report) message.text = trimmed(rest);
  const bool says_nothing = follows && trimmed(message.text).empty() &&
                            (message.verb == TextVerb::report || message.verb == TextVerb::add);
  if (!follows || says_nothing) {
    message = {};
    message.free = true;
    message.text = whole;
    rest = whole;
    // A code alone in front is meant for its report.
    if (auto receipt = take_receipt(rest); !receipt.empty() && !trimmed(rest).empty()) {
      message.verb = TextVerb::add;
      message.receipt = std::move(receipt);
      message.text = trimmed(rest);
    }
    // Who writes nothing but "help" is in danger, and nobody teaches them a grammar now.
    if (const auto* meaning = meaning_of(whole);
        meaning != nullptr && meaning->name == "danger" && !message.text.empty()) {
      message.in_danger = true;
      message.language = meaning->language;
    }
  }
  if (message.language.empty() && is_arabic(whole)) message.language = "ar";
  return message;
}

}  // namespace tocsin::assess
