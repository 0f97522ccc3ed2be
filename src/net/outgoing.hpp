// SPDX-License-Identifier: Apache-2.0
// What the node sends by itself: mail over SMTP and posts over HTTPS; the second door to curl.
//
// Both are seams: programs pass SmtpMailer and CurlPoster, tests pass what they need. TLS is always
// asked for and certificates are always checked; without TLS only to this machine itself.
// Ownership: values. Threads: any; each call is a connection of its own.
// An answer says what is known: `lost` means that all was handed over and nothing came back, so the
// other side may or may not have it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace tocsin::net {

inline constexpr std::size_t mail_bytes_max = 1U << 20;
inline constexpr std::size_t mail_address_bytes_max = 254;  // RFC 5321, errata 1690
inline constexpr std::chrono::milliseconds send_time_max{60'000};
inline constexpr std::chrono::milliseconds send_connect_time_max{15'000};
inline constexpr std::size_t post_answer_bytes_max = 16U << 10;

enum class SendOutcome : std::uint8_t {
  accepted,
  refused_for_good,  ///< trying again will not help: no such mailbox, no such address
  refused_for_now,   ///< nothing was taken; later it may be
  lost,              ///< handed over, but the answer did not come
};
[[nodiscard]] std::string_view name_of(SendOutcome outcome);

struct SendAnswer {
  SendOutcome outcome = SendOutcome::refused_for_now;
  std::string code;  ///< "250", "550", "timeout"; never text of the other side
};

/// An address that may stand in an envelope and a header: one @, no control characters, no space,
/// no brackets.
[[nodiscard]] base::Status check_mail_address(std::string_view address);
/// https, or http to this machine itself; no user name; within its limit.
[[nodiscard]] base::Status check_post_address(std::string_view url);

struct Mail {
  std::string from;
  std::string to;
  std::string data;  ///< the whole message, lines ending in CR LF
};

class Mailer {
 public:
  virtual ~Mailer() = default;
  [[nodiscard]] virtual SendAnswer send(const Mail& mail) = 0;
};

enum class MailSecurity : std::uint8_t {
  start_tls,     ///< port 587 or 25, refused where the server does not offer it
  implicit_tls,  ///< port 465
  none,          ///< only to this machine itself
};

struct SmtpServer {
  std::string host;
  std::uint16_t port = 587;
  MailSecurity security = MailSecurity::start_tls;
  std::string user;  ///< empty: no log-in
  std::string password;
  std::string ca_file;  ///< certificates to trust instead of the machine's; empty for these
};

class SmtpMailer final : public Mailer {
 public:
  /// Refused: no TLS to another machine, a host with odd characters.
  [[nodiscard]] static base::Result<SmtpMailer> make(SmtpServer server);
  [[nodiscard]] SendAnswer send(const Mail& mail) override;

 private:
  explicit SmtpMailer(SmtpServer server) : server_(std::move(server)) {}
  SmtpServer server_;
};

struct Post {
  std::string url;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

class Poster {
 public:
  virtual ~Poster() = default;
  [[nodiscard]] virtual SendAnswer send(const Post& post) = 0;
};

class CurlPoster final : public Poster {
 public:
  explicit CurlPoster(std::string agent, std::string ca_file = {})
      : agent_(std::move(agent)), ca_file_(std::move(ca_file)) {}
  [[nodiscard]] SendAnswer send(const Post& post) override;

 private:
  std::string agent_;
  std::string ca_file_;
};

}  // namespace tocsin::net
