// SPDX-License-Identifier: Apache-2.0
// A mail saved as a file (.eml): its words, its files, and apart from them who sent it.
//
// Hostile input: the depth of parts within parts, their number and their bytes have limits; what
// cannot be decoded is taken as it stands. Plain text is preferred, then HTML read as a person
// reads it. Signatures and calendars are passed over; a forwarded mail gives its words and files.
// Ownership: values. Threads: pure functions. Errors: ErrorCode::invalid_input for what is no mail
// or is encrypted, limit_exceeded with the limit. Source: RFC 5322, RFC 2045 to 2047, RFC 2231.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::formats {

inline constexpr std::size_t mail_file_bytes_max = std::size_t{36} << 20;
inline constexpr std::size_t mail_depth_max = 10;
inline constexpr std::size_t mail_parts_max = 200;
inline constexpr std::size_t mail_text_bytes_max = std::size_t{1} << 20;

struct MailAttachment {
  std::string name;
  std::string bytes;
};

struct MailFile {
  std::string message_id;  ///< without brackets, or empty
  std::string from;        ///< name and address as the head gives them, decoded
  std::string reply_to;
  std::string subject;
  std::string text;
  std::vector<MailAttachment> attachments;
};
[[nodiscard]] base::Result<MailFile> read_mail_file(std::string_view eml);

}  // namespace tocsin::formats
