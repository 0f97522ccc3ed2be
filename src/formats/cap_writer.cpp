// SPDX-License-Identifier: Apache-2.0
#include "formats/cap_writer.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"

namespace tocsin::formats {
namespace {

using base::ErrorCode;
using base::fail;
using base::Status;

constexpr std::array<std::string_view, 5> urgencies{"Immediate", "Expected", "Future", "Past",
                                                    "Unknown"};
constexpr std::array<std::string_view, 5> severities{"Extreme", "Severe", "Moderate", "Minor",
                                                     "Unknown"};
constexpr std::array<std::string_view, 5> certainties{"Observed", "Likely", "Possible", "Unlikely",
                                                      "Unknown"};

/// The Char of XML 1.0; surrogates do not come out of UTF-8.
bool is_xml_sign(char32_t sign) {
  if (sign < 0x20) return sign == '\t' || sign == '\n' || sign == '\r';
  return sign != 0xFFFE && sign != 0xFFFF;
}

/// Text as XML 1.0 may hold it: other signs have no way to be written.
std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto [sign, length] = base::decode(text, at);
    if (sign == '&')
      out += "&amp;";
    else if (sign == '<')
      out += "&lt;";
    else if (sign == '>')
      out += "&gt;";
    else if (sign != '\r' && is_xml_sign(sign))
      out += text.substr(at, length);
    at += length;
  }
  return out;
}

void element(std::string& out, std::string_view name, std::string_view value) {
  out.append("<").append(name).append(">").append(escaped(value));
  out.append("</").append(name).append(">\n");
}

void element_if(std::string& out, std::string_view name, std::string_view value) {
  if (!value.empty()) element(out, name, value);
}

std::string cap_time(base::Instant instant) {
  auto text = base::format_instant(instant);
  if (text.ends_with('Z')) text.pop_back();
  return text + "-00:00";
}

/// "Must not include spaces, commas or restricted characters (< and &)".
bool is_plain_name(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == ',' || c == '<' || c == '&' || c == 0x7F;
  });
}

/// An xs:anyURI that a reader may follow: nothing but http and https.
bool is_web(std::string_view text) {
  return (text.starts_with("https://") || text.starts_with("http://")) &&
         std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == '<' || c == '>';
         });
}

/// Members with white space stand in double quotes (sections on addresses and incidents).
std::string joined(const std::vector<std::string>& members) {
  std::string out;
  for (const auto& member : members) {
    if (!out.empty()) out += ' ';
    const bool quoted = member.find_first_of(" \t\n") != std::string::npos;
    if (quoted) out += '"';
    for (const char c : member)
      if (c != '"') out += c;
    if (quoted) out += '"';
  }
  return out;
}

Status check_info(const CapInfo& info) {
  if (!is_cap_language(info.language))
    return fail(ErrorCode::invalid_input, "not a language code", "language");
  if (info.event.empty()) return fail(ErrorCode::invalid_input, "this is empty", "event");
  if (std::ranges::find(urgencies, info.urgency) == urgencies.end())
    return fail(ErrorCode::invalid_input, "no word of the standard", "urgency");
  if (std::ranges::find(severities, info.severity) == severities.end())
    return fail(ErrorCode::invalid_input, "no word of the standard", "severity");
  if (std::ranges::find(certainties, info.certainty) == certainties.end())
    return fail(ErrorCode::invalid_input, "no word of the standard", "certainty");
  if (!info.web.empty() && !is_web(info.web))
    return fail(ErrorCode::invalid_input, "not an http or https address", "web");
  for (const auto& area : info.areas)
    if (area.description.empty())
      return fail(ErrorCode::invalid_input, "this is empty", "areaDesc");
  return {};
}

Status check(const CapAlert& alert) {
  if (!is_plain_name(alert.identifier))
    return fail(ErrorCode::invalid_input, "empty, or with a space, comma, < or &", "identifier");
  if (!is_plain_name(alert.sender))
    return fail(ErrorCode::invalid_input, "empty, or with a space, comma, < or &", "sender");
  if (alert.is_public && !(alert.addresses.empty() && alert.restriction.empty()))
    return fail(ErrorCode::invalid_input, "a public alert has no addresses and no restriction",
                "scope");
  if (!alert.is_public && alert.addresses.empty())
    return fail(ErrorCode::invalid_input, "an alert that is not public names its receivers",
                "addresses");
  if (alert.message != CapMessage::alert && alert.references.empty())
    return fail(ErrorCode::invalid_input, "an update or cancel names the earlier message",
                "references");
  for (const auto& one : alert.references)
    if (!is_plain_name(one.sender) || !is_plain_name(one.identifier))
      return fail(ErrorCode::invalid_input, "the earlier message has no plain name", "references");
  if (alert.infos.empty())
    return fail(ErrorCode::invalid_input, "an alert says something in one language at least",
                "info");
  for (const auto& info : alert.infos)
    if (auto good = check_info(info); !good) return good;
  return {};
}

void write_info(std::string& out, const CapInfo& info) {
  out += "<info>\n";
  element(out, "language", info.language);
  element(out, "category", "Security");
  element(out, "event", info.event);
  element(out, "responseType", "Assess");
  element(out, "urgency", info.urgency);
  element(out, "severity", info.severity);
  element(out, "certainty", info.certainty);
  if (info.expires) element(out, "expires", cap_time(*info.expires));
  element_if(out, "senderName", info.sender_name);
  element_if(out, "headline", info.headline);
  element_if(out, "description", info.description);
  element_if(out, "instruction", info.instruction);
  element_if(out, "web", info.web);
  for (const auto& area : info.areas) {
    out += "<area>\n";
    element(out, "areaDesc", area.description);
    for (const auto& [name, value] : area.geocodes) {
      out += "<geocode>";
      element(out, "valueName", name);
      element(out, "value", value);
      out += "</geocode>\n";
    }
    out += "</area>\n";
  }
  out += "</info>\n";
}

std::string_view word_of(CapMessage message) {
  switch (message) {
    case CapMessage::update:
      return "Update";
    case CapMessage::cancel:
      return "Cancel";
    case CapMessage::alert:
      break;
  }
  return "Alert";
}

}  // namespace

bool is_cap_language(std::string_view text) {
  constexpr std::size_t part_max = 8;
  std::size_t part = 0;
  bool first = true;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (c == '-') {
      if (part == 0) return false;
      part = 0;
      first = false;
    } else if (!(letter || (digit && !first)) || ++part > part_max) {
      return false;
    }
  }
  return part > 0;
}

bool is_xml_text(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto [sign, length] = base::decode(text, at);
    if (!is_xml_sign(sign)) return false;
    at += length;
  }
  return base::is_utf8(text);
}

base::Result<std::string> write_cap(const CapAlert& alert) {
  if (auto good = check(alert); !good) return base::fail_at("CAP", std::move(good.error()));
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n";
  element(out, "identifier", alert.identifier);
  element(out, "sender", alert.sender);
  element(out, "sent", cap_time(alert.sent));
  element(out, "status", alert.exercise ? "Exercise" : "Actual");
  element(out, "msgType", word_of(alert.message));
  if (alert.is_public)
    element(out, "scope", "Public");
  else
    element(out, "scope", alert.restriction.empty() ? "Private" : "Restricted");
  element_if(out, "restriction", alert.restriction);
  if (!alert.addresses.empty()) element(out, "addresses", joined(alert.addresses));
  element_if(out, "note", alert.note);
  std::string references;
  for (const auto& one : alert.references) {
    if (!references.empty()) references += ' ';
    references += one.sender + "," + one.identifier + "," + cap_time(one.sent);
  }
  element_if(out, "references", references);
  if (!alert.incidents.empty()) element(out, "incidents", joined(alert.incidents));
  for (const auto& info : alert.infos) write_info(out, info);
  out += "</alert>\n";
  if (out.size() > cap_bytes_max)
    return fail(ErrorCode::limit_exceeded, "the alert is longer than 256 KiB", "CAP",
                "shorten the texts");
  return base::repair_utf8(out);
}

}  // namespace tocsin::formats
