// SPDX-License-Identifier: Apache-2.0
// Mail that goes out and mail that comes back: one plain text message, in clear or encrypted, and
// the few headers of a reply that say what it answers. Pure.
//
// Source: RFC 5322, RFC 2045, RFC 2047, RFC 8551. Everything that people typed stands in encoded
// words or in base64, so no line of theirs becomes a header.
// Ownership: values. Threads: pure functions. Errors: ErrorCode::invalid_input names what may not
// stand in a message.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/result.hpp"

namespace tocsin::inform {

inline constexpr std::size_t reply_bytes_max = 1U << 20;
inline constexpr std::size_t reply_references_max = 100;

struct MailDraft {
  std::string from;
  std::string to;
  std::string message_id;   ///< without angle brackets
  std::string in_reply_to;  ///< of the first message, or empty
  base::Instant date;
  std::string subject;
  std::string text;
  std::string certificate;  ///< PEM: the text is encrypted to it; empty: in clear
};
[[nodiscard]] base::Result<std::string> compose_mail(const MailDraft& draft);

/// Stable name of a message: of notice, receiver, and which of its messages it is.
[[nodiscard]] std::string message_id_of(std::string_view object, std::string_view receiver,
                                        std::string_view kind, std::int64_t number,
                                        std::string_view mail_from);

/// What a dropped .eml says about itself. Nothing of it proves who wrote it.
struct ReplyHead {
  std::vector<std::string> answers;  ///< ids of In-Reply-To and References, newest last
  std::string from;                  ///< address, lower case, or empty
  bool automatic = false;            ///< an out-of-office note or a bounce is no acknowledgement
};
[[nodiscard]] base::Result<ReplyHead> read_reply(std::string_view eml);

}  // namespace tocsin::inform
