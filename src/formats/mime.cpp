// SPDX-License-Identifier: Apache-2.0
#include "formats/mime.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace tocsin::formats {
namespace {

using base::ErrorCode;
using base::fail;

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

/// The byte that two digits stand for at a place, or nothing.
std::optional<char> hex_pair(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size()) return std::nullopt;
  const auto high = hex_digit(text[at]);
  const auto low = hex_digit(text[at + 1]);
  if (!high || !low) return std::nullopt;
  return static_cast<char>(*high * 16 + *low);
}

std::string decode_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? hex_pair(text, i + 1) : std::nullopt;
    out += byte ? *byte : text[i];
    if (byte) i += 2;
  }
  return out;
}

std::string without_controls(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7F ? ' ' : c;
  }
  return out;
}

/// One value up to a ';' outside of quotes; `at` is moved behind it.
std::string take_value(std::string_view text, std::size_t& at) {
  std::string out;
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  if (at < text.size() && text[at] == '"') {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      out += text[at];
    }
    at = std::min(text.find(';', at), text.size());
  } else {
    const auto end = std::min(text.find(';', at), text.size());
    out = base::trim(text.substr(at, end - at));
    at = end;
  }
  return out;
}

struct Piece {
  std::string value;
  bool encoded = false;
};

/// RFC 2231: pieces in their order; the first encoded one names the charset.
std::string joined(const std::map<unsigned, Piece>& pieces) {
  std::string bytes;
  std::string charset;
  bool first = true;
  for (const auto& [number, piece] : pieces) {
    std::string_view value = piece.value;
    if (piece.encoded && first) {
      const auto mark = value.find('\'');
      const auto second = mark == std::string_view::npos ? mark : value.find('\'', mark + 1);
      if (second != std::string_view::npos) {
        charset = value.substr(0, mark);
        value.remove_prefix(second + 1);
      }
    }
    first = false;
    bytes += piece.encoded ? decode_percent(value) : std::string(value);
  }
  return charset.empty() ? bytes : decode_charset(bytes, charset);
}

/// The end of the line of a boundary that begins at `at`, if it is one; `last` for its final form.
std::optional<std::size_t> boundary_end(std::string_view body, std::size_t at, bool& last) {
  last = body.substr(at, 2) == "--";
  if (last) at += 2;
  while (at < body.size() && (body[at] == ' ' || body[at] == '\t')) ++at;
  if (at < body.size() && body[at] == '\r') ++at;
  if (at == body.size()) return at;
  if (body[at] != '\n') return std::nullopt;
  return at + 1;
}

/// One "=?charset?B?text?=" at the begin of `text`, its bytes to `out`; the length, or 0.
std::size_t take_word(std::string_view text, std::string& out, std::string& charset) {
  const auto charset_end = text.find('?', 2);
  if (charset_end == std::string_view::npos || charset_end + 2 >= text.size() ||
      text[charset_end + 2] != '?')
    return 0;
  const auto end = text.find("?=", charset_end + 3);
  if (end == std::string_view::npos) return 0;
  const char way = text[charset_end + 1];
  const auto content = text.substr(charset_end + 3, end - charset_end - 3);
  charset = text.substr(2, charset_end - 2);
  charset = charset.substr(0, charset.find('*'));  // RFC 2231 adds a language
  if (way == 'B' || way == 'b') {
    out = decode_base64_body(content);
  } else if (way == 'Q' || way == 'q') {
    std::string spaced(content);
    std::ranges::replace(spaced, '_', ' ');
    out = decode_quoted_printable(spaced);
  } else {
    return 0;
  }
  return end + 2;
}

}  // namespace

std::string_view MimeEntity::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

std::string_view MimeValue::parameter(std::string_view name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string_view{} : std::string_view(found->second);
}

MimeEntity split_entity(std::string_view bytes) {
  MimeEntity entity;
  std::size_t at = 0;
  while (at < bytes.size() && at < mime_head_bytes_max) {
    const auto end = bytes.find('\n', at);
    auto line = bytes.substr(at, end == std::string_view::npos ? end : end - at);
    at = end == std::string_view::npos ? bytes.size() : end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    if (line[0] == ' ' || line[0] == '\t') {
      if (!entity.headers.empty())
        entity.headers.back().second += " " + std::string(base::trim(line));
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || entity.headers.size() >= mime_headers_max) continue;
    entity.headers.emplace_back(base::lower(base::repair_utf8(base::trim(line.substr(0, colon)))),
                                base::trim(line.substr(colon + 1)));
  }
  entity.body = bytes.substr(at);
  return entity;
}

MimeValue read_mime_value(std::string_view header) {
  MimeValue out;
  std::size_t at = std::min(header.find(';'), header.size());
  out.value = base::lower(base::repair_utf8(base::trim(header.substr(0, at))));
  std::map<std::string, std::map<unsigned, Piece>> pieces;
  constexpr unsigned pieces_max = 100;
  for (unsigned count = 0; at < header.size() && count < pieces_max; ++count) {
    ++at;
    const auto equals = header.find('=', at);
    if (equals == std::string_view::npos) break;
    auto name = base::lower(base::repair_utf8(base::trim(header.substr(at, equals - at))));
    at = equals + 1;
    auto value = take_value(header, at);
    const bool encoded = name.ends_with('*');
    if (encoded) name.pop_back();
    unsigned number = 0;
    if (const auto star = name.find('*'); star != std::string::npos) {
      for (const char c : std::string_view(name).substr(star + 1))
        number = c >= '0' && c <= '9' && number < pieces_max
                     ? number * 10 + static_cast<unsigned>(c - '0')
                     : number;
      name.resize(star);
    }
    pieces[name].try_emplace(number, Piece{std::move(value), encoded});
  }
  for (const auto& [name, list] : pieces) out.parameters[name] = joined(list);
  return out;
}

base::Result<std::vector<std::string_view>> split_parts(std::string_view body,
                                                        std::string_view boundary,
                                                        std::size_t parts_max) {
  if (boundary.empty() || boundary.size() > mime_boundary_bytes_max)
    return fail(ErrorCode::invalid_input, "the parts have no boundary", "boundary");
  const auto line = "--" + std::string(boundary);
  std::vector<std::string_view> parts;
  std::optional<std::size_t> begin;
  bool ended = false;
  for (std::size_t at = 0; !ended && (at = body.find(line, at)) != std::string_view::npos;) {
    const auto begins_line = at == 0 || body[at - 1] == '\n';
    const auto after = begins_line ? boundary_end(body, at + line.size(), ended) : std::nullopt;
    if (!after) {
      ended = false;
      at += line.size();
      continue;
    }
    if (begin) {
      if (parts.size() >= parts_max)
        return fail(ErrorCode::limit_exceeded, "there are too many parts", "boundary");
      auto part = body.substr(*begin, at > *begin ? at - *begin : 0);
      if (part.ends_with('\n')) part.remove_suffix(1);
      if (part.ends_with('\r')) part.remove_suffix(1);
      parts.push_back(part);
    }
    begin = *after;
    at = *after;
  }
  if (!begin) return fail(ErrorCode::invalid_input, "the boundary is not there", "boundary");
  if (!ended && *begin < body.size()) {
    if (parts.size() >= parts_max)
      return fail(ErrorCode::limit_exceeded, "there are too many parts", "boundary");
    parts.push_back(body.substr(*begin));
  }
  return parts;
}

std::string decode_base64_body(std::string_view text) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char c : text) {
    if (c == '=') break;
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) continue;
    held = held << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(held >> bits & 0xFFU);
  }
  return out;
}

std::string decode_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
      continue;
    }
    if (const auto byte = hex_pair(text, i + 1)) {
      out += *byte;
      i += 2;
      continue;
    }
    // A soft line break, perhaps with blanks that a way station added.
    auto end = i + 1;
    while (end < text.size() && (text[end] == ' ' || text[end] == '\t' || text[end] == '\r')) ++end;
    if (end < text.size() && text[end] != '\n')
      out += '=';
    else
      i = end;
  }
  return out;
}

std::string decode_transfer(std::string_view body, std::string_view encoding) {
  const auto name = base::lower(base::repair_utf8(base::trim(encoding)));
  if (name == "base64") return decode_base64_body(body);
  if (name == "quoted-printable") return decode_quoted_printable(body);
  return std::string(body);
}

std::string decode_charset(std::string_view bytes, std::string_view charset) {
  const auto name = base::lower(base::repair_utf8(base::trim(charset)));
  if (name.empty() || name == "utf-8" || name == "utf8" || name == "us-ascii")
    return base::repair_utf8(base::to_utf8(bytes));
  auto text = base::from_encoding(bytes, name);
  return base::repair_utf8(text ? *text : base::to_utf8(bytes));
}

std::string decode_words(std::string_view header) {
  std::string out;
  bool after_word = false;
  // Signs of one charset may be cut between two words, so their bytes are joined first.
  std::string bytes;
  std::string bytes_charset;
  const auto flush = [&] {
    if (!bytes.empty()) out += decode_charset(bytes, bytes_charset);
    bytes.clear();
  };
  while (!header.empty()) {
    const auto at = header.find("=?");
    const auto before = header.substr(0, at);
    const bool only_blank = base::trim(before).empty();
    std::string word;
    std::string charset;
    const auto length =
        at == std::string_view::npos ? 0 : take_word(header.substr(at), word, charset);
    if (length == 0) {
      const auto kept = at == std::string_view::npos ? header.size() : at + 2;
      flush();
      out += base::repair_utf8(header.substr(0, kept));
      header.remove_prefix(kept);
      after_word = false;
      continue;
    }
    if (!only_blank || !after_word) {
      flush();
      out += base::repair_utf8(before);
    }
    if (charset != bytes_charset) flush();
    bytes_charset = charset;
    bytes += word;
    after_word = true;
    header.remove_prefix(at + length);
  }
  flush();
  return without_controls(out);
}

std::vector<std::string> message_ids_in(std::string_view header, std::size_t ids_max) {
  std::vector<std::string> ids;
  while (ids.size() < ids_max) {
    const auto open = header.find('<');
    if (open == std::string_view::npos) break;
    const auto close = header.find('>', open);
    if (close == std::string_view::npos) break;
    const auto id = header.substr(open + 1, close - open - 1);
    if (!id.empty() && is_message_id(id)) ids.emplace_back(id);
    header.remove_prefix(close + 1);
  }
  return ids;
}

bool is_message_id(std::string_view id) {
  constexpr std::size_t id_bytes_max = 250;
  return id.size() <= id_bytes_max && std::ranges::all_of(id, [](char c) {
           return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F &&
                  c != '<' && c != '>';
         });
}

}  // namespace tocsin::formats
