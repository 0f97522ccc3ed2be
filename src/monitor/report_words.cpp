// SPDX-License-Identifier: Apache-2.0
#include "monitor/report_words.hpp"

#include <string>
#include <utility>

#include "base/text.hpp"

namespace tocsin::monitor {
namespace {

constexpr std::uint64_t hash_start = 0x9E3779B97F4A7C15ULL;
constexpr unsigned figure_digits_max = 9;

constexpr std::uint64_t hash_step(std::uint64_t hash, std::uint32_t point) {
  return (hash ^ point) * 0x100000001B3ULL;
}

constexpr std::uint64_t hash_end(std::uint64_t hash) {
  hash ^= hash >> 32U;
  hash *= 0xD6E8FEB86659FD93ULL;
  return hash ^ (hash >> 29U);
}

/// Adds one letter to the skeleton: vowels (also the Arabic long ones) and doubled letters do not
/// count, order does not count, so that "Shabaab" and "Shabab", "attack" and "attakc" agree.
std::uint32_t skeleton_step(std::uint32_t skeleton, std::uint32_t point, std::uint32_t previous) {
  const bool vowel = point == 'a' || point == 'e' || point == 'i' || point == 'o' || point == 'u' ||
                     point == 'y' || point == 0x0627 || point == 0x0648 || point == 0x064A;
  return vowel || point == previous ? skeleton : skeleton + (point * 0x9E3779B1U >> 7U);
}

struct Range {
  char32_t first;
  char32_t last;
};

/// Blocks of punctuation and symbols; every other code point from U+00C0 on counts as a letter.
constexpr Range separators[] = {
    {0x0000, 0x002F}, {0x003A, 0x0040}, {0x005B, 0x0060}, {0x007B, 0x00A9},  {0x00AB, 0x00B4},
    {0x00B6, 0x00B9}, {0x00BB, 0x00BF}, {0x00D7, 0x00D7}, {0x00F7, 0x00F7},  {0x02B9, 0x02DF},
    {0x055A, 0x055F}, {0x0589, 0x058A}, {0x05BE, 0x05BE}, {0x05F3, 0x05F4},  {0x0600, 0x060F},
    {0x061B, 0x061F}, {0x066A, 0x066D}, {0x06D4, 0x06D4}, {0x06DD, 0x06DE},  {0x0964, 0x0965},
    {0x1360, 0x1368}, {0x2000, 0x206F}, {0x20A0, 0x20CF}, {0x2100, 0x2BFF},  {0x2E00, 0x2E7F},
    {0x3000, 0x3004}, {0x3008, 0x3020}, {0xD800, 0xF8FF}, {0xFE10, 0xFE6F},  {0xFF00, 0xFF0F},
    {0xFF1A, 0xFF20}, {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFF0, 0x10000}, {0x1F000, 0x1FAFF}};
/// Combining marks that folding drops, and marks inside Arabic and Hebrew words.
constexpr Range marks[] = {{0x0300, 0x036F}, {0x0591, 0x05BD}, {0x05BF, 0x05C7}, {0x0610, 0x061A},
                           {0x0640, 0x0640}, {0x064B, 0x065F}, {0x0670, 0x0670}, {0x06D6, 0x06DC},
                           {0x06DF, 0x06E4}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},
                           {0x00AD, 0x00AD}, {0xFE20, 0xFE2F}};
/// Scripts written without spaces.
constexpr Range unspaced[] = {{0x0E00, 0x0EFF},  {0x1000, 0x109F}, {0x1780, 0x17FF},
                              {0x3040, 0x30FF},  {0x3400, 0x9FFF}, {0xAC00, 0xD7AF},
                              {0x20000, 0x3FFFF}};

template <std::size_t count>
bool within(const Range (&ranges)[count], char32_t point) {
  for (const auto& range : ranges)
    if (point >= range.first && point <= range.last) return true;
  return false;
}

std::int8_t digit_value(char32_t point) {
  for (const char32_t zero : {U'0', char32_t{0x0660}, char32_t{0x06F0}, char32_t{0xFF10}})
    if (point >= zero && point <= zero + 9) return static_cast<std::int8_t>(point - zero);
  return -1;
}

using Numbers = std::pair<std::uint32_t, const char*>;
/// Cardinal numbers by value. "one" in the Romance languages is left out: it is the article.
constexpr Numbers numbers[] = {{0, "zero zéro cero sifuri صفر"},
                               {1, "one moja mmoja واحد واحدة"},
                               {2, "two deux dos dois duas mbili wawili اثنان اثنين اثنتين اثنتان"},
                               {3, "three trois tres três tatu watatu ثلاثة ثلاث"},
                               {4, "four quatre cuatro quatro nne wanne أربعة أربع"},
                               {5, "five cinq cinco tano watano خمسة خمس"},
                               {6, "six seis sita ستة ست"},
                               {7, "seven sept siete sete saba سبعة سبع"},
                               {8, "eight huit ocho oito nane wanane ثمانية ثماني ثمان"},
                               {9, "nine neuf nueve nove tisa تسعة تسع"},
                               {10, "ten dix diez dez kumi عشرة عشر"},
                               {11, "eleven onze once"},
                               {12, "twelve douze doce doze dozen douzaine docena dúzia"},
                               {13, "thirteen treize trece treze"},
                               {14, "fourteen quatorze catorce catorze"},
                               {15, "fifteen quinze quince"},
                               {16, "sixteen seize dieciséis dezesseis dezasseis"},
                               {17, "seventeen diecisiete dezessete dezassete"},
                               {18, "eighteen dieciocho dezoito"},
                               {19, "nineteen diecinueve dezenove dezanove"},
                               {20, "twenty vingt veinte vinte ishirini عشرون عشرين"},
                               {21, "veintiuno veintiún veintiuna"},
                               {22, "veintidós"},
                               {23, "veintitrés"},
                               {24, "veinticuatro"},
                               {25, "veinticinco"},
                               {26, "veintiséis"},
                               {27, "veintisiete"},
                               {28, "veintiocho"},
                               {29, "veintinueve"},
                               {30, "thirty trente treinta trinta thelathini ثلاثون ثلاثين"},
                               {40, "forty quarante cuarenta quarenta arobaini أربعون أربعين"},
                               {50, "fifty cinquante cincuenta cinquenta hamsini خمسون خمسين"},
                               {60, "sixty soixante sesenta sessenta sitini ستون ستين"},
                               {70, "seventy setenta sabini سبعون سبعين"},
                               {80, "eighty ochenta oitenta themanini ثمانون ثمانين"},
                               {90, "ninety noventa tisini تسعون تسعين"},
                               {100, "cent cien ciento cem cento mia مئة مائة"},
                               {200, "doscientos doscientas duzentos duzentas مئتان مئتي مئتين"},
                               {300, "trescientos trescientas trezentos trezentas"},
                               {500, "quinientos quinientas quinhentos quinhentas"}};
constexpr Numbers scales[] = {{100, "hundred hundreds cents"},
                              {1000, "thousand mille mil elfu ألف"}};
constexpr const char* months =
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec "
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre "
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre "
    "diciembre janeiro fevereiro março maio junho julho setembro outubro novembro dezembro "
    "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba "
    "يناير فبراير مارس أبريل ابريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر شباط آذار "
    "نيسان أيار حزيران تموز آب أيلول";
constexpr const char* weekdays =
    "monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi "
    "samedi dimanche lunes martes miércoles jueves viernes sábado domingo jumatatu jumanne "
    "jumatano alhamisi ijumaa jumamosi jumapili الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت "
    "الأحد";
constexpr const char* connectors = "of de del et y e na و th st nd rd";
constexpr const char* agencies =
    "afp reuters ap xinhua efe apa lusa aib sohr dpa ansa bbc rfi aps tass interfax upi apanews "
    "aljazeera ips irin pti ians ani map mena sana voa";
constexpr const char* labels =
    "breaking urgent update updated alert flash translated exclusive última ultima عاجل";

}  // namespace

WordTables::WordTables() {
  letters_.resize(table_size);
  for (char32_t point = 0; point < table_size; ++point) letters_[point] = make_letter(point);
  for (const auto& [value, words] : numbers) add_words(words, Class::number, value);
  for (const auto& [value, words] : scales) add_words(words, Class::scale, value);
  add_words(months, Class::month, 0);
  add_words(weekdays, Class::weekday, 0);
  add_words(connectors, Class::connector, 0);
  add_words(agencies, Class::agency, 0);
  add_words(labels, Class::label, 0);
}

WordTables::Letter WordTables::make_letter(char32_t point) {
  Letter letter;
  if (within(marks, point)) {
    letter.mark = true;
    return letter;
  }
  letter.digit = digit_value(point);
  if (letter.digit >= 0) {
    letter.folded = U'0' + static_cast<std::uint32_t>(letter.digit);
    return letter;
  }
  if (within(separators, point)) return letter;
  std::string utf8;
  base::append_utf8(utf8, point);
  const std::string folded = base::fold(utf8);
  if (folded.empty()) {
    letter.mark = true;
    return letter;
  }
  const auto first = base::decode(folded, 0);
  letter.folded = static_cast<std::uint32_t>(first.value);
  if (folded.size() > first.length)
    letter.second = static_cast<std::uint32_t>(base::decode(folded, first.length).value);
  letter.upper = base::lower(utf8) != utf8;
  // Latin, Greek, Cyrillic, Armenian and Georgian have two cases; the others carry none.
  letter.cased = point < 0x0590 || (point >= 0x10A0 && point < 0x1100) || point >= 0x1E00;
  letter.alone = within(unspaced, point);
  return letter;
}

WordTables::Letter WordTables::letter_of(char32_t point) const {
  return point < table_size ? letters_[point] : make_letter(point);
}

void WordTables::add_words(std::string_view words, Class kind, std::uint32_t value) {
  // Entries are looked up by the hash of their folded form, the same that split() computes.
  for (const auto& word : split(words)) entries_.emplace(word.hash, Entry{kind, value});
}

void WordTables::finish(RawWord& word) const {
  word.hash = hash_end(word.hash);
  if (word.digits > 0) return;
  const auto found = entries_.find(word.hash);
  if (found == entries_.end()) return;
  switch (found->second.kind) {
    case Class::number:
      word.spelled = true;
      word.figure = found->second.value;
      break;
    case Class::scale:
      word.scale = found->second.value;
      break;
    case Class::month:
      word.month = true;
      break;
    case Class::weekday:
      word.weekday = true;
      break;
    case Class::connector:
      word.connector = true;
      break;
    case Class::agency:
      word.agency = word.capital || !word.cased;
      break;
    case Class::label:
      word.label = true;
      break;
  }
}

std::vector<RawWord> WordTables::split(std::string_view text) const {
  std::vector<RawWord> words;
  words.reserve(text.size() / 6 + 4);
  RawWord word;
  bool open = false;
  bool sentence_start = true;
  std::uint32_t previous = 0;
  const auto close = [&](std::size_t end) {
    if (!open) return;
    word.end = static_cast<std::uint32_t>(end);
    finish(word);
    words.push_back(word);
    open = false;
    sentence_start = false;
  };
  const auto start = [&](std::size_t begin, const Letter& letter) {
    word = RawWord{};
    word.hash = hash_start;
    word.begin = static_cast<std::uint32_t>(begin);
    word.capital = letter.upper;
    word.cased = letter.cased && letter.digit < 0;
    word.sentence_start = sentence_start;
    open = true;
    previous = 0;
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const auto point = byte < 0x80 ? base::CodePoint{byte, 1} : base::decode(text.substr(at, 8), 0);
    const Letter letter = letter_of(point.value);
    if (letter.mark) {
      at += point.length;
      continue;
    }
    if (letter.folded == 0) {
      close(at);
      const bool ends_sentence = point.value == '.' || point.value == '!' || point.value == '?' ||
                                 point.value == '\n' || point.value == 0x061F;
      if (ends_sentence) sentence_start = true;
      at += point.length;
      continue;
    }
    const bool is_digit = letter.digit >= 0;
    // "3rd", "21h", "km2": digits and letters never share a word, so that figures stay figures.
    const bool changes = open && (word.digits > 0) != is_digit;
    if (changes || letter.alone || (is_digit && open && word.digits == figure_digits_max))
      close(at);
    if (!open) start(at, letter);
    word.hash = hash_step(word.hash, letter.folded);
    word.skeleton = skeleton_step(word.skeleton, letter.folded, previous);
    previous = letter.folded;
    if (letter.second != 0) word.hash = hash_step(word.hash, letter.second);
    if (is_digit) {
      word.figure = word.figure * 10 + static_cast<std::uint32_t>(letter.digit);
      ++word.digits;
    } else if (word.letters < 0xFFFF) {
      ++word.letters;
    }
    at += point.length;
    if (letter.alone) {
      word.letters = 4;  // one character of these scripts carries what a longer word does
      close(at);
    }
  }
  close(text.size());
  return words;
}

}  // namespace tocsin::monitor
