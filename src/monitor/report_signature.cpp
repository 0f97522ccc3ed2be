// SPDX-License-Identifier: Apache-2.0
#include "monitor/report_signature.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "base/text.hpp"
#include "monitor/report_words.hpp"

namespace tocsin::monitor {
namespace {

/// A content word has this many letters or more; shorter ones are articles and prepositions.
constexpr unsigned content_letters_min = 4;
/// A heading before the text ("PLACE, 3 March (Agency) -") has at most this many words and bytes.
constexpr std::size_t heading_words_max = 12;
constexpr std::size_t heading_bytes_max = 100;
/// A label before a colon ("UPDATE 1:", "BREAKING:") has at most this many words.
constexpr std::size_t label_words_max = 2;
/// Where more than this share of long words is capitalised, capitals do not tell names.
constexpr double title_case_share = 0.6;
/// Below this share of capitalised long words (and in caseless scripts) names are unknown too.
constexpr std::size_t capitals_min = 1;
constexpr std::uint32_t year_min = 1900;
constexpr std::uint32_t year_max = 2099;

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 33U;
  value *= 0xff51afd7ed558ccdULL;
  value ^= value >> 33U;
  value *= 0xc4ceb9fe1a85ec53ULL;
  return value ^ (value >> 33U);
}

bool is_year(const RawWord& word) {
  return word.digits == 4 && word.figure >= year_min && word.figure <= year_max;
}

bool is_separator_between(std::string_view text, const RawWord& left, const RawWord& right,
                          std::string_view separators) {
  return right.begin == left.end + 1 && separators.find(text[left.end]) != std::string_view::npos;
}

/// Joins "1,200", "1.200" and "25 000" into one figure.
void join_digit_groups(std::string_view text, std::vector<RawWord>& words) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (kept > 0) {
      RawWord& left = words[kept - 1];
      const RawWord& right = words[at];
      const bool group = left.digits > 0 && left.digits <= 3 && right.digits == 3 &&
                         is_separator_between(text, left, right, ",. ") &&
                         left.figure * 1000ULL + right.figure <= figure_max && left.figure != 0;
      if (group) {
        left.figure = left.figure * 1000 + right.figure;
        left.digits = 3;
        left.end = right.end;
        left.hash = mix(left.figure);
        left.grouped = true;
        continue;
      }
    }
    words[kept++] = words[at];
  }
  words.resize(kept);
}

/// Joins "twenty five", "vingt et un", "kumi na mbili", "three hundred" into one figure.
void join_number_words(std::vector<RawWord>& words) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const RawWord& word = words[at];
    RawWord* left = kept > 0 ? &words[kept - 1] : nullptr;
    const bool spelled_left = left != nullptr && left->spelled;
    if (spelled_left && word.spelled && word.figure < 10 && left->figure >= 20 &&
        left->figure < 100 && left->figure % 10 == 0) {
      left->figure += word.figure;
      left->end = word.end;
    } else if (left != nullptr && (left->spelled || left->digits > 0) && word.scale > 0 &&
               static_cast<std::uint64_t>(left->figure) * word.scale <= figure_max) {
      left->figure *= word.scale;
      left->end = word.end;
    } else if (spelled_left && word.connector && at + 1 < words.size() && words[at + 1].spelled &&
               words[at + 1].figure < 10 && left->figure >= 10 && left->figure % 10 == 0) {
      left->figure += words[at + 1].figure;
      left->end = words[at + 1].end;
      ++at;
    } else {
      words[kept++] = word;
    }
  }
  words.resize(kept);
}

bool is_day(const RawWord& word) {
  return word.digits > 0 && word.digits <= 2 && word.figure >= 1 && word.figure <= 31;
}

/// Marks what belongs to a date or a time of day, so that no figure is taken from it.
void mark_dates(std::string_view text, std::vector<RawWord>& words) {
  const std::size_t count = words.size();
  for (std::size_t at = 0; at < count; ++at) {
    RawWord& word = words[at];
    if (is_year(word) && !word.grouped) word.date = true;
    if (word.weekday) word.date = true;
    if (word.month) {
      // "3 March", "3 de marzo", "March 3", "March 2021": a month name alone may be a verb.
      for (std::size_t back = 1; back <= 2 && back <= at; ++back) {
        RawWord& left = words[at - back];
        const bool bridge = back == 1 || words[at - 1].connector;
        if (bridge && is_day(left)) left.date = word.date = true;
      }
      if (at + 1 < count && (is_day(words[at + 1]) || is_year(words[at + 1])))
        words[at + 1].date = word.date = true;
    }
    if (at + 1 < count && word.digits > 0 && words[at + 1].digits > 0) {
      RawWord& right = words[at + 1];
      const bool time = is_separator_between(text, word, right, ":");
      const bool numeric = is_separator_between(text, word, right, "/-") &&
                           (is_year(word) || is_year(right) || word.date);
      const bool short_date = is_separator_between(text, word, right, "/") && at + 2 < count &&
                              is_separator_between(text, right, words[at + 2], "/");
      if (time || numeric || short_date) word.date = right.date = true;
    }
  }
}

/// How many words at the beginning are a heading: an agency line or a label.
std::size_t heading_words(std::string_view text, const std::vector<RawWord>& words) {
  const std::size_t looked_at = std::min(words.size(), heading_words_max + 1);
  for (std::size_t at = 0; at + 1 < looked_at; ++at) {
    if (words[at].end > heading_bytes_max) return 0;
    const auto gap = text.substr(words[at].end, words[at + 1].begin - words[at].end);
    const bool dash = gap.find("\xE2\x80\x93") != std::string_view::npos ||
                      gap.find("\xE2\x80\x94") != std::string_view::npos ||
                      gap.find("--") != std::string_view::npos ||
                      gap.find(" - ") != std::string_view::npos ||
                      gap.find(") -") != std::string_view::npos;
    const bool bar = gap.find('|') != std::string_view::npos;
    const bool label =
        at < label_words_max && gap.find(':') != std::string_view::npos && words[at].digits == 0;
    bool agency = false;
    for (std::size_t i = 0; i <= at; ++i) agency = agency || words[i].agency || words[i].label;
    if ((dash || bar) && (agency || at < label_words_max)) return at + 1;
    if (label) return at + 1;
  }
  return 0;
}

struct Case {
  bool names_known = false;
  bool all_capitals = false;
};

Case judge_case(const std::vector<RawWord>& words) {
  std::size_t cased = 0;
  std::size_t capital = 0;
  std::size_t inner_capital = 0;
  for (const auto& word : words) {
    if (!word.cased || word.letters < content_letters_min) continue;
    ++cased;
    if (word.capital) ++capital;
    if (word.capital && !word.sentence_start) ++inner_capital;
  }
  const bool title = static_cast<double>(capital) > title_case_share * static_cast<double>(cased);
  return {.names_known = cased > 0 && !title && inner_capital >= capitals_min,
          .all_capitals = title};
}

SignatureWord signature_word(const RawWord& word, const Case& letter_case) {
  if (word.date) {
    const auto value = word.digits > 0 ? word.figure : static_cast<std::uint32_t>(word.hash);
    return {WordKind::date, false, value & figure_max};
  }
  if (word.spelled || word.digits > 0)
    return {WordKind::figure, false, std::min(word.figure, figure_max)};
  const bool name = letter_case.names_known && word.capital && !word.sentence_start;
  const bool content = (word.letters >= content_letters_min || name) && !word.agency;
  const auto skeleton = static_cast<std::uint32_t>(mix(word.skeleton)) & 0xFFU;
  const auto value = (static_cast<std::uint32_t>(word.hash) & ~0xFFU) | skeleton;
  return {name ? WordKind::name : WordKind::word, content, value & figure_max};
}

/// All different pairs of neighbouring content words; all words where content words are few.
std::vector<std::uint32_t> pair_hashes(const std::vector<SignatureWord>& words) {
  constexpr std::size_t content_words_min = 4;
  const auto content = std::ranges::count_if(words, [](auto word) { return word.content(); });
  const bool only_content = static_cast<std::size_t>(content) >= content_words_min;
  std::vector<std::uint32_t> pairs;
  pairs.reserve(words.size());
  std::uint64_t previous = 0;
  for (const auto word : words) {
    if (word.kind() == WordKind::figure || word.kind() == WordKind::date) continue;
    if (only_content && !word.content()) continue;
    const std::uint64_t current = word.value() + 1ULL;
    if (previous != 0) pairs.push_back(static_cast<std::uint32_t>(mix(previous << 32U | current)));
    previous = current;
  }
  if (pairs.empty() && previous != 0) pairs.push_back(static_cast<std::uint32_t>(mix(previous)));
  std::ranges::sort(pairs);
  const auto [first, last] = std::ranges::unique(pairs);
  pairs.erase(first, last);
  return pairs;
}

void put32(std::string& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8)
    out.push_back(static_cast<char>((value >> shift) & 0xFFU));
}

struct Cursor {
  std::string_view bytes;
  std::size_t at = 0;
  std::uint32_t get32() {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 32; shift += 8)
      value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at++])) << shift;
    return value;
  }
};

constexpr std::string_view magic = "S1";
constexpr std::size_t header_bytes = 2 + 1 + 8 + 4 + 4 + 4;

}  // namespace

struct ReportReader::Tables {
  WordTables words;
};

ReportReader::ReportReader() : tables_(std::make_unique<const Tables>()) {}
ReportReader::~ReportReader() = default;
ReportReader::ReportReader(ReportReader&&) noexcept = default;
ReportReader& ReportReader::operator=(ReportReader&&) noexcept = default;

ReportSignature ReportReader::read(std::string_view text) const {
  text = base::cut(text, signature_bytes_max);
  auto raw = tables_->words.split(text);
  join_digit_groups(text, raw);
  join_number_words(raw);
  mark_dates(text, raw);
  const std::size_t skipped = heading_words(text, raw);
  raw.erase(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(skipped));
  if (!raw.empty()) raw.front().sentence_start = true;

  ReportSignature signature;
  const Case letter_case = judge_case(raw);
  signature.names_known = letter_case.names_known;
  signature.words.reserve(raw.size());
  std::uint64_t text_hash = 0;
  for (const auto& word : raw) {
    const auto made = signature_word(word, letter_case);
    text_hash = mix(text_hash ^ made.value()) + (made.kind() == WordKind::figure ? 1 : 0);
    if (made.kind() == WordKind::figure && signature.words.size() < signature_words_max)
      signature.figure_spans.push_back(
          {static_cast<std::uint32_t>(signature.words.size()), word.begin, word.end});
    signature.words.push_back(made);
  }
  signature.text_hash = text_hash;
  signature.sketch = pair_hashes(signature.words);
  signature.pairs = static_cast<std::uint32_t>(signature.sketch.size());
  if (signature.sketch.size() > sketch_pairs_max) signature.sketch.resize(sketch_pairs_max);
  if (signature.words.size() > signature_words_max) signature.words.resize(signature_words_max);
  return signature;
}

std::string encode_signature(const ReportSignature& signature) {
  std::string out(magic);
  out.reserve(header_bytes + 4 * (signature.words.size() + signature.sketch.size()));
  out.push_back(signature.names_known ? '\1' : '\0');
  put32(out, static_cast<std::uint32_t>(signature.text_hash & 0xFFFFFFFFU));
  put32(out, static_cast<std::uint32_t>(signature.text_hash >> 32U));
  put32(out, signature.pairs);
  put32(out, static_cast<std::uint32_t>(signature.words.size()));
  put32(out, static_cast<std::uint32_t>(signature.sketch.size()));
  for (const auto word : signature.words) put32(out, word.bits());
  for (const auto hash : signature.sketch) put32(out, hash);
  return out;
}

base::Result<ReportSignature> decode_signature(std::string_view bytes) {
  const auto broken = [] {
    return base::fail(base::ErrorCode::corrupt, "a stored report signature is damaged", {},
                      "rebuild the signatures from the reports");
  };
  if (bytes.size() < header_bytes || !bytes.starts_with(magic)) return broken();
  ReportSignature signature;
  Cursor cursor{bytes, magic.size()};
  signature.names_known = bytes[cursor.at++] != '\0';
  const std::uint64_t low = cursor.get32();
  signature.text_hash = low | static_cast<std::uint64_t>(cursor.get32()) << 32U;
  signature.pairs = cursor.get32();
  const std::size_t words = cursor.get32();
  const std::size_t sketch = cursor.get32();
  if (words > signature_words_max || sketch > sketch_pairs_max || sketch > signature.pairs ||
      bytes.size() != header_bytes + 4 * (words + sketch))
    return broken();
  for (std::size_t i = 0; i < words; ++i)
    signature.words.push_back(SignatureWord::from_bits(cursor.get32()));
  for (std::size_t i = 0; i < sketch; ++i) signature.sketch.push_back(cursor.get32());
  if (!std::ranges::is_sorted(signature.sketch)) return broken();
  return signature;
}

}  // namespace tocsin::monitor
