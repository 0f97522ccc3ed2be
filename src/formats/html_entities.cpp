// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "formats/html_text.hpp"

namespace tocsin::formats {

namespace {

struct Named {
  std::string_view name;
  char32_t letter;
};

// The named characters of HTML 4 (section 24) that occur in text, sorted by name, and "apos".
constexpr std::array named{
    Named{"AElig", 198},   Named{"Aacute", 193},  Named{"Acirc", 194},   Named{"Agrave", 192},
    Named{"Aring", 197},   Named{"Atilde", 195},  Named{"Auml", 196},    Named{"Ccedil", 199},
    Named{"Dagger", 8225}, Named{"ETH", 208},     Named{"Eacute", 201},  Named{"Ecirc", 202},
    Named{"Egrave", 200},  Named{"Euml", 203},    Named{"Iacute", 205},  Named{"Icirc", 206},
    Named{"Igrave", 204},  Named{"Iuml", 207},    Named{"Ntilde", 209},  Named{"OElig", 338},
    Named{"Oacute", 211},  Named{"Ocirc", 212},   Named{"Ograve", 210},  Named{"Oslash", 216},
    Named{"Otilde", 213},  Named{"Ouml", 214},    Named{"Prime", 8243},  Named{"Scaron", 352},
    Named{"THORN", 222},   Named{"Uacute", 218},  Named{"Ucirc", 219},   Named{"Ugrave", 217},
    Named{"Uuml", 220},    Named{"Yacute", 221},  Named{"Yuml", 376},    Named{"aacute", 225},
    Named{"acirc", 226},   Named{"acute", 180},   Named{"aelig", 230},   Named{"agrave", 224},
    Named{"amp", 38},      Named{"apos", 39},     Named{"aring", 229},   Named{"atilde", 227},
    Named{"auml", 228},    Named{"bdquo", 8222},  Named{"bull", 8226},   Named{"ccedil", 231},
    Named{"cedil", 184},   Named{"cent", 162},    Named{"circ", 710},    Named{"copy", 169},
    Named{"curren", 164},  Named{"dagger", 8224}, Named{"deg", 176},     Named{"divide", 247},
    Named{"eacute", 233},  Named{"ecirc", 234},   Named{"egrave", 232},  Named{"emsp", 8195},
    Named{"ensp", 8194},   Named{"eth", 240},     Named{"euml", 235},    Named{"euro", 8364},
    Named{"frac12", 189},  Named{"frac14", 188},  Named{"frac34", 190},  Named{"gt", 62},
    Named{"hellip", 8230}, Named{"iacute", 237},  Named{"icirc", 238},   Named{"iexcl", 161},
    Named{"igrave", 236},  Named{"iquest", 191},  Named{"iuml", 239},    Named{"laquo", 171},
    Named{"larr", 8592},   Named{"ldquo", 8220},  Named{"lrm", 8206},    Named{"lsaquo", 8249},
    Named{"lsquo", 8216},  Named{"lt", 60},       Named{"macr", 175},    Named{"mdash", 8212},
    Named{"micro", 181},   Named{"middot", 183},  Named{"minus", 8722},  Named{"nbsp", 160},
    Named{"ndash", 8211},  Named{"not", 172},     Named{"ntilde", 241},  Named{"oacute", 243},
    Named{"ocirc", 244},   Named{"oelig", 339},   Named{"ograve", 242},  Named{"oline", 8254},
    Named{"ordf", 170},    Named{"ordm", 186},    Named{"oslash", 248},  Named{"otilde", 245},
    Named{"ouml", 246},    Named{"para", 182},    Named{"permil", 8240}, Named{"plusmn", 177},
    Named{"pound", 163},   Named{"prime", 8242},  Named{"quot", 34},     Named{"raquo", 187},
    Named{"rarr", 8594},   Named{"rdquo", 8221},  Named{"reg", 174},     Named{"rlm", 8207},
    Named{"rsaquo", 8250}, Named{"rsquo", 8217},  Named{"sbquo", 8218},  Named{"scaron", 353},
    Named{"sect", 167},    Named{"shy", 173},     Named{"sup1", 185},    Named{"sup2", 178},
    Named{"sup3", 179},    Named{"szlig", 223},   Named{"thinsp", 8201}, Named{"thorn", 254},
    Named{"tilde", 732},   Named{"times", 215},   Named{"trade", 8482},  Named{"uacute", 250},
    Named{"ucirc", 251},   Named{"ugrave", 249},  Named{"uml", 168},     Named{"uuml", 252},
    Named{"yacute", 253},  Named{"yen", 165},     Named{"yuml", 255},    Named{"zwj", 8205},
    Named{"zwnj", 8204},
};

static_assert(std::is_sorted(named.begin(), named.end(),
                             [](const Named& a, const Named& b) { return a.name < b.name; }));

constexpr std::size_t entity_bytes_max = 12;
constexpr char32_t replacement = 0xFFFD;

/// Numbers 128 to 159 mean Windows-1252 (WHATWG HTML, 13.2.5.80).
constexpr std::array<char32_t, 32> windows_1252{
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

char32_t letter_of(std::uint32_t number) {
  if (number >= 128 && number < 160) return windows_1252[number - 128];
  const bool surrogate = number >= 0xD800 && number <= 0xDFFF;
  return number == 0 || number > 0x10FFFF || surrogate ? replacement : char32_t{number};
}

}  // namespace

Entity entity_at(std::string_view text) {
  if (text.size() < 3 || text[0] != '&') return {};
  const auto window = text.substr(1, entity_bytes_max);
  if (window[0] == '#') {
    const bool hexadecimal = window.size() > 1 && (window[1] == 'x' || window[1] == 'X');
    const char* first = window.data() + (hexadecimal ? 2 : 1);
    const char* last = window.data() + window.size();
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(first, last, number, hexadecimal ? 16 : 10);
    if (error != std::errc{} || end == last || *end != ';') return {};
    return {static_cast<std::size_t>(end - text.data()) + 1, letter_of(number)};
  }
  const auto end = window.find(';');
  if (end == std::string_view::npos) return {};
  const auto name = window.substr(0, end);
  const auto* found =
      std::lower_bound(named.begin(), named.end(), name,
                       [](const Named& a, std::string_view b) { return a.name < b; });
  if (found == named.end() || found->name != name) return {};
  return {end + 2, found->letter};
}

std::string decode_entities(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto next = std::min(text.find('&', at), text.size());
    out.append(text, at, next - at);
    at = next;
    if (at == text.size()) break;
    const Entity entity = entity_at(text.substr(at));
    if (entity.length == 0)
      out += text[at++];
    else
      base::append_utf8(out, entity.letter);
    at += entity.length;
  }
  return out;
}

}  // namespace tocsin::formats
