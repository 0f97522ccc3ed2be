// SPDX-License-Identifier: Apache-2.0
#include "inform/mail_message.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "formats/mime.hpp"
#include "formats/smime.hpp"
#include "net/outgoing.hpp"

namespace tocsin::inform {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::size_t base64_line_max = 76;
/// Bytes in one encoded word: with "Subject: ", "=?utf-8?B?" and "?=" a line stays within the 76
/// signs of RFC 2047, section 2.
constexpr std::size_t word_bytes_max = 39;

std::string folded_base64(std::string_view bytes) {
  const auto text = base::base64(bytes);
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += base64_line_max)
    out += text.substr(at, base64_line_max) + "\r\n";
  return out;
}

/// A header value as encoded words, always: nothing that was typed stands there as it is.
std::string encoded_words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto piece = base::cut(text, word_bytes_max);
    if (piece.empty()) break;
    if (!out.empty()) out += "\r\n ";
    out += "=?utf-8?B?" + base::base64(piece) + "?=";
    text.remove_prefix(piece.size());
  }
  return out;
}

std::string mail_date(base::Instant instant) {
  constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = base::day_of(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(instant - day));
  std::array<char, 64> out{};
  std::snprintf(out.data(), out.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000",
                days.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                months.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return out.data();
}

std::string with_crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

std::string address_in(std::string_view value) {
  if (const auto open = value.rfind('<'); open != std::string_view::npos) {
    const auto close = value.find('>', open);
    if (close != std::string_view::npos) value = value.substr(open + 1, close - open - 1);
  }
  value = base::trim(value);
  return net::check_mail_address(value) ? base::lower(value) : std::string();
}

}  // namespace

Result<std::string> compose_mail(const MailDraft& draft) {
  for (const auto* address : {&draft.from, &draft.to})
    if (auto good = net::check_mail_address(*address); !good)
      return std::unexpected(std::move(good.error()));
  if (draft.message_id.empty() || !formats::is_message_id(draft.message_id) ||
      !formats::is_message_id(draft.in_reply_to))
    return fail(ErrorCode::invalid_input, "this is no name of a message", "Message-ID");
  std::string out;
  out += "Date: " + mail_date(draft.date) + "\r\n";
  out += "From: <" + draft.from + ">\r\n";
  out += "To: <" + draft.to + ">\r\n";
  out += "Message-ID: <" + draft.message_id + ">\r\n";
  if (!draft.in_reply_to.empty()) {
    out += "In-Reply-To: <" + draft.in_reply_to + ">\r\n";
    out += "References: <" + draft.in_reply_to + ">\r\n";
  }
  out += "Subject: " + encoded_words(draft.subject) + "\r\n";
  out += "Auto-Submitted: auto-generated\r\n";
  out += "MIME-Version: 1.0\r\n";
  const std::string entity =
      "Content-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n" +
      folded_base64(with_crlf(draft.text));
  if (draft.certificate.empty()) return out + entity;
  auto sealed = formats::encrypt_entity(entity, draft.certificate);
  if (!sealed) return sealed;
  return out +
         "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n"
         "Content-Disposition: attachment; filename=smime.p7m\r\n"
         "Content-Transfer-Encoding: base64\r\n\r\n" +
         folded_base64(*sealed);
}

std::string message_id_of(std::string_view object, std::string_view receiver, std::string_view kind,
                          std::int64_t number, std::string_view mail_from) {
  constexpr std::size_t digits = 40;
  const auto name =
      base::to_hex(base::sha256(std::string(object) + "\n" + std::string(receiver) + "\n" +
                                std::string(kind) + "\n" + std::to_string(number)));
  const auto at = mail_from.find('@');
  const auto host =
      at == std::string_view::npos ? std::string_view("tocsin.invalid") : mail_from.substr(at + 1);
  return name.substr(0, digits) + "@" + std::string(host);
}

Result<ReplyHead> read_reply(std::string_view eml) {
  if (eml.size() > reply_bytes_max)
    return fail(ErrorCode::limit_exceeded, "the message is longer than a megabyte", "reply",
                "drop it without its attachments");
  ReplyHead head;
  std::string last_answer;
  for (const auto& [name, value] : formats::split_entity(eml).headers) {
    if (name == "references") head.answers = formats::message_ids_in(value, reply_references_max);
    if (name == "in-reply-to") last_answer = value;
    if (name == "from" && head.from.empty()) head.from = address_in(value);
    if (name == "auto-submitted" && base::lower(value) != "no") head.automatic = true;
    if (name == "x-failed-recipients") head.automatic = true;
    if (name == "content-type" && base::lower(value).find("delivery-status") != std::string::npos)
      head.automatic = true;
  }
  for (auto& id : formats::message_ids_in(last_answer, reply_references_max))
    head.answers.push_back(std::move(id));
  if (head.answers.empty())
    return fail(ErrorCode::invalid_input, "this mail does not say which message it answers",
                "reply", "record the receipt by hand");
  return head;
}

}  // namespace tocsin::inform
