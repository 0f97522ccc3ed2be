// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_file.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "formats/file_kind.hpp"
#include "formats/html_text.hpp"
#include "formats/mime.hpp"

namespace tocsin::formats {
namespace {

using base::ErrorCode;
using base::fail;
using base::Status;

/// Parts that say nothing about what happened.
constexpr std::array<std::string_view, 7> passed_over{"application/pgp-signature",
                                                      "application/pkcs7-signature",
                                                      "application/x-pkcs7-signature",
                                                      "text/calendar",
                                                      "text/vcard",
                                                      "text/x-vcard",
                                                      "application/ics"};
constexpr std::array<std::string_view, 3> encrypted{"multipart/encrypted", "application/pkcs7-mime",
                                                    "application/x-pkcs7-mime"};

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

std::string with_line_feeds(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != '\r' && c != '\0') out += c;
  return out;
}

void append_text(std::string& text, std::string_view more) {
  more = base::trim(more);
  if (more.empty()) return;
  if (!text.empty()) text += "\n\n";
  text += base::cut(more, mail_text_bytes_max - std::min(mail_text_bytes_max, text.size()));
}

class MailReader {
 public:
  Status read(const MimeEntity& entity, std::size_t depth) {
    if (depth > mail_depth_max)
      return fail(ErrorCode::limit_exceeded, "the mail has parts within too many parts", "mail");
    if (++parts_ > mail_parts_max)
      return fail(ErrorCode::limit_exceeded, "the mail has too many parts", "mail");
    auto type = read_mime_value(entity.header("content-type"));
    if (type.value.empty()) type.value = "text/plain";
    if (one_of(encrypted, type.value) && type.parameter("smime-type") != "signed-data")
      return fail(ErrorCode::invalid_input, "the mail is encrypted", "mail_encrypted",
                  "decrypt it and save it again");
    if (type.value.starts_with("multipart/")) return read_parts(entity, type, depth);
    return read_leaf(entity, type, depth);
  }
  MailFile mail;

 private:
  Status read_parts(const MimeEntity& entity, const MimeValue& type, std::size_t depth) {
    const auto left = mail_parts_max - std::min(mail_parts_max, parts_);
    auto bodies = split_parts(entity.body, type.parameter("boundary"), left);
    if (!bodies && bodies.error().code == ErrorCode::limit_exceeded)
      return std::unexpected(std::move(bodies.error()));
    if (!bodies) {
      append_text(mail.text, decode_charset(with_line_feeds(entity.body), {}));
      return {};
    }
    if (type.value == "multipart/alternative") return read_alternative(*bodies, depth);
    for (const auto body : *bodies)
      if (auto done = read(split_entity(body), depth + 1); !done) return done;
    return {};
  }

  /// Of several ways to say the same the plainest that says anything.
  Status read_alternative(const std::vector<std::string_view>& bodies, std::size_t depth) {
    std::optional<MimeEntity> best;
    int best_rank = 0;
    for (const auto body : bodies) {
      auto entity = split_entity(body);
      const auto type = read_mime_value(entity.header("content-type")).value;
      const bool plain = type.empty() || type == "text/plain";
      const bool says = !base::trim(entity.body).empty();
      const int rank = !says                            ? 1
                       : plain                          ? 4
                       : type == "text/html"            ? 3
                       : type.starts_with("multipart/") ? 2
                                                        : 1;
      if (rank <= best_rank) continue;
      best_rank = rank;
      best = std::move(entity);
    }
    return best ? read(*best, depth + 1) : Status{};
  }

  Status read_leaf(const MimeEntity& entity, const MimeValue& type, std::size_t depth) {
    if (one_of(passed_over, type.value)) return {};
    const auto way = entity.header("content-transfer-encoding");
    if (type.value == "message/rfc822" || type.value == "message/global") {
      // A forwarded mail: its words and files, not who wrote to whom.
      const auto inner = decode_transfer(entity.body, way);
      return read(split_entity(inner), depth + 1);
    }
    if (type.value == "message/delivery-status" || type.value == "text/rfc822-headers") return {};
    const auto disposition = read_mime_value(entity.header("content-disposition"));
    auto name = std::string(disposition.parameter("filename"));
    if (name.empty()) name = type.parameter("name");
    const bool is_words = (type.value == "text/plain" || type.value == "text/html") &&
                          disposition.value != "attachment" && name.empty();
    auto bytes = decode_transfer(entity.body, way);
    if (is_words) {
      const auto text = decode_charset(bytes, type.parameter("charset"));
      append_text(mail.text,
                  type.value == "text/html" ? html_to_text(text) : with_line_feeds(text));
    } else if (!bytes.empty()) {
      mail.attachments.push_back({decode_words(name), std::move(bytes)});
    }
    return {};
  }

  std::size_t parts_ = 0;
};

}  // namespace

base::Result<MailFile> read_mail_file(std::string_view eml) {
  if (eml.size() > mail_file_bytes_max)
    return fail(ErrorCode::limit_exceeded, "the mail is larger than 36 MB", "mail");
  if (!looks_like_mail(eml))
    return fail(ErrorCode::invalid_input, "this is not a mail", "mail",
                "save the mail as a file from the program that received it");
  if (eml.starts_with("From ")) eml.remove_prefix(std::min(eml.find('\n'), eml.size() - 1) + 1);
  const auto entity = split_entity(eml);
  MailReader reader;
  if (auto done = reader.read(entity, 0); !done) return std::unexpected(std::move(done.error()));
  auto& mail = reader.mail;
  const auto ids = message_ids_in(entity.header("message-id"), 1);
  if (!ids.empty()) mail.message_id = ids.front();
  mail.from = base::trim(decode_words(entity.header("from")));
  mail.reply_to = base::trim(decode_words(entity.header("reply-to")));
  mail.subject = base::trim(decode_words(entity.header("subject")));
  return std::move(mail);
}

}  // namespace tocsin::formats
