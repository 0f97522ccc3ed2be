// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/document.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "monitor/feeds/fields.hpp"

namespace tocsin::monitor::feeds {

namespace {

constexpr std::size_t id_hex_digits = 24;
constexpr std::size_t title_bytes_max = 300;
constexpr std::string_view digits = "0123456789";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Three words from the begin of the text, as one view; empty where there are fewer.
std::string_view three_words(std::string_view text) {
  std::size_t at = 0;
  for (int word = 0; word < 3; ++word) {
    at = text.find_first_not_of(" \n", at);
    if (at == std::string_view::npos) return {};
    at = std::min(text.find_first_of(" \n\t,;)", at), text.size());
  }
  return text.substr(0, at);
}

std::optional<base::Day> month_day_year(std::string_view text) {
  if (text.size() < 10 || text[2] != '/' || text[5] != '/') return std::nullopt;
  auto day = base::parse_day(
      fmt::format("{}{}{}", text.substr(6, 4), text.substr(0, 2), text.substr(3, 2)));
  return day ? std::optional(*day) : std::nullopt;
}

}  // namespace

std::optional<base::Day> find_day(std::string_view text, bool month_first) {
  for (auto at = text.find_first_of(digits); at != std::string_view::npos;) {
    const auto rest = text.substr(at);
    if (rest.size() >= 10 && rest[4] == '-')
      if (auto day = read_day(rest.substr(0, 10))) return day;
    if (month_first)
      if (auto day = month_day_year(rest)) return day;
    std::string words(three_words(rest.substr(0, 40)));
    std::replace(words.begin(), words.end(), '\n', ' ');
    if (words.size() > 8)
      if (auto day = read_day(words)) return day;
    while (at < text.size() && is_digit(text[at])) ++at;
    at = text.find_first_of(digits, at);
  }
  return std::nullopt;
}

std::string complete_document(FeedRecord& record) {
  if (record.text.empty() && record.title.empty()) return "the document holds no text";
  if (record.text.size() > base::report_bytes_max)
    return "the text is longer than " + std::to_string(base::report_bytes_max) + " bytes";
  const auto front = base::cut(record.text, document_front_bytes);
  if (record.symbol.empty()) record.symbol = find_symbol(record.title);
  if (record.symbol.empty()) record.symbol = find_symbol(front);
  if (!record.date) record.date = find_day(front);
  if (record.date && !record.published) record.published = base::Instant{*record.date};
  if (record.title.empty()) {
    std::string_view text = record.text;
    // A first line that is only the symbol is no title.
    if (!record.symbol.empty() && text.starts_with(record.symbol + "\n"))
      text = base::trim(text.substr(record.symbol.size()));
    record.title = base::cut(base::trim(text.substr(0, text.find('\n'))), title_bytes_max);
  }
  if (record.id.empty()) record.id = record.symbol;
  if (record.id.empty()) record.id = record.url;
  if (record.id.empty())
    record.id =
        base::to_hex(base::sha256(record.title + '\x1F' + record.text)).substr(0, id_hex_digits);
  return {};
}

}  // namespace tocsin::monitor::feeds
