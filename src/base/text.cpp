// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <stdexcept>

namespace tocsin::base {
namespace {

constexpr char32_t replacement = 0xFFFD;

const icu::Normalizer2& normalizer(const icu::Normalizer2* (*get)(UErrorCode&)) {
  UErrorCode code = U_ZERO_ERROR;
  const icu::Normalizer2* found = get(code);
  if (U_FAILURE(code) != 0) throw std::runtime_error("ICU's normalisation data is missing");
  return *found;
}

/// Letters that writers of Arabic interchange freely become one letter.
char32_t unite_arabic(char32_t letter) {
  switch (letter) {
    case 0x0622:
    case 0x0623:
    case 0x0625:
    case 0x0671:
      return 0x0627;  // forms of alef
    case 0x0649:
      return 0x064A;  // alef maksura to yeh
    case 0x0629:
      return 0x0647;  // teh marbuta to heh
    case 0x0640:
      return 0;  // tatweel
    default:
      return letter;
  }
}

}  // namespace

CodePoint decode(std::string_view text, std::size_t at) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto index = static_cast<std::int32_t>(at);
  UChar32 value = 0;
  U8_NEXT(bytes, index, static_cast<std::int32_t>(text.size()), value);
  if (value < 0) return {replacement, 1};
  return {static_cast<char32_t>(value),
          static_cast<unsigned>(index - static_cast<std::int32_t>(at))};
}

void append_utf8(std::string& out, char32_t code_point) {
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
    return;
  }
  char buffer[4];
  std::int32_t length = 0;
  UBool error = 0;
  U8_APPEND(reinterpret_cast<std::uint8_t*>(buffer), length, 4, static_cast<UChar32>(code_point),
            error);
  if (error == 0) out.append(buffer, static_cast<std::size_t>(length));
}

bool is_utf8(std::string_view bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (data[at] < 0x80) {
      ++at;
      continue;
    }
    // Decoding in windows keeps ICU's 32-bit index valid for files over 2 GiB.
    const auto window = bytes.substr(at, 8);
    const auto* start = reinterpret_cast<const std::uint8_t*>(window.data());
    std::int32_t index = 0;
    UChar32 value = 0;
    U8_NEXT(start, index, static_cast<std::int32_t>(window.size()), value);
    if (value < 0) return false;
    at += static_cast<std::size_t>(index);
  }
  return true;
}

std::string repair_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const auto point = decode(bytes.substr(at, 8), 0);
    append_utf8(out, point.value);
    at += point.length;
  }
  return out;
}

Result<std::string> from_encoding(std::string_view bytes, std::string_view encoding) {
  UErrorCode code = U_ZERO_ERROR;
  const std::string name(encoding);
  UConverter* converter = ucnv_open(name.c_str(), &code);
  if (U_FAILURE(code) != 0)
    return fail(ErrorCode::unsupported, "unknown text encoding \"" + name + "\"", {},
                "convert the file to UTF-8");
  const icu::UnicodeString text(bytes.data(), static_cast<std::int32_t>(bytes.size()), converter,
                                code);
  ucnv_close(converter);
  if (U_FAILURE(code) != 0) return fail(ErrorCode::invalid_input, "the bytes are not " + name);
  std::string out;
  text.toUTF8String(out);
  return out;
}

std::string to_utf8(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    auto converted = from_encoding(bytes, "UTF-16");
    if (converted) return *converted;
  }
  if (is_utf8(bytes)) return std::string(bytes);
  auto converted = from_encoding(bytes, "windows-1252");
  return converted ? *converted : repair_utf8(bytes);
}

std::string normalize_nfc(std::string_view text) {
  UErrorCode code = U_ZERO_ERROR;
  const auto& nfc = normalizer(&icu::Normalizer2::getNFCInstance);
  const auto normal = nfc.normalize(icu::UnicodeString::fromUTF8(icu::StringPiece(
                                        text.data(), static_cast<std::int32_t>(text.size()))),
                                    code);
  std::string out;
  normal.toUTF8String(out);
  return out;
}

std::string fold(std::string_view text) {
  UErrorCode code = U_ZERO_ERROR;
  auto folded = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  folded.foldCase();
  folded = normalizer(&icu::Normalizer2::getNFKDInstance).normalize(folded, code);
  std::string out;
  for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
    const UChar32 letter = folded.char32At(i);
    if (u_charType(letter) == U_NON_SPACING_MARK) continue;
    const char32_t united = unite_arabic(static_cast<char32_t>(letter));
    if (united != 0) append_utf8(out, united);
  }
  return out;
}

std::string lower(std::string_view text) {
  auto value = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  value.toLower(icu::Locale::getRoot());
  std::string out;
  value.toUTF8String(out);
  return out;
}

std::string_view trim(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  for (;;) {
    if (!text.empty() && is_space(text.front()))
      text.remove_prefix(1);
    else if (text.starts_with("\xC2\xA0"))
      text.remove_prefix(2);
    else
      break;
  }
  for (;;) {
    if (!text.empty() && is_space(text.back()))
      text.remove_suffix(1);
    else if (text.ends_with("\xC2\xA0"))
      text.remove_suffix(2);
    else
      break;
  }
  return text;
}

std::string_view cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace tocsin::base
