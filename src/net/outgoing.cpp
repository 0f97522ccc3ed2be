// SPDX-License-Identifier: Apache-2.0
#include "net/outgoing.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "net/http_client.hpp"
#include "net/http_server.hpp"

namespace tocsin::net {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

constexpr std::array<std::string_view, 4> outcome_names{"accepted", "refused_for_good",
                                                        "refused_for_now", "lost"};
constexpr int ok_from = 200;
constexpr int ok_to = 299;
constexpr int for_now_from = 400;
constexpr int for_good_from = 500;

/// curl's process-wide start and end, once; curl counts how often it is asked for.
void start_curl() {
  struct Global {
    Global() {
      if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) throw std::runtime_error("curl cannot start");
    }
    ~Global() { curl_global_cleanup(); }
  };
  static const Global global;
}

using Handle = std::unique_ptr<CURL, void (*)(CURL*)>;
using List = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

/// The bytes that go out, and whether all of them went.
struct Upload {
  std::string_view rest;
  bool all_taken = false;
};

std::size_t on_read(char* into, std::size_t size, std::size_t count, void* user) {
  auto& upload = *static_cast<Upload*>(user);
  const auto bytes = std::min(size * count, upload.rest.size());
  std::memcpy(into, upload.rest.data(), bytes);
  upload.rest.remove_prefix(bytes);
  if (upload.rest.empty()) upload.all_taken = true;
  return bytes;
}

std::size_t on_ignored(char*, std::size_t size, std::size_t count, void* user) {
  auto& total = *static_cast<std::size_t*>(user);
  total += size * count;
  return total > post_answer_bytes_max ? 0 : size * count;
}

void common_options(CURL* curl, const std::string& ca_file) {
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(send_connect_time_max.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(send_time_max.count()));
  if (!ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file.c_str());
}

long status_of(CURL* curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

std::string word_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return "timeout";
    case CURLE_COULDNT_RESOLVE_HOST:
      return "no_such_host";
    case CURLE_COULDNT_CONNECT:
      return "no_connection";
    case CURLE_LOGIN_DENIED:
      return "login_refused";
    case CURLE_USE_SSL_FAILED:
      return "no_tls";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
      return "tls_failed";
    default:
      return "connection_lost";
  }
}

/// What a mail server's last word means, given whether it has the whole message.
SendAnswer mail_answer(CURLcode code, long status, bool handed_over) {
  const auto number = std::to_string(status);
  if (code == CURLE_OK) return {SendOutcome::accepted, number};
  // Our own settings may be wrong: that is no reason to give a notice up.
  if (code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED ||
      code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR)
    return {SendOutcome::refused_for_now, word_of(code)};
  // 354 is the server's "go on": after it, silence is not an answer.
  if (status >= for_good_from) return {SendOutcome::refused_for_good, number};
  if (status >= for_now_from) return {SendOutcome::refused_for_now, number};
  return {handed_over ? SendOutcome::lost : SendOutcome::refused_for_now, word_of(code)};
}

bool is_this_machine(std::string_view url) {
  auto host = url.substr(url.find("//") + 2);
  host = host.substr(0, host.find_first_of("/?#"));
  if (host.starts_with('[')) return is_loopback(host.substr(1, host.find(']') - 1));
  return is_loopback(host.substr(0, host.find(':')));
}

bool is_plain_line(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

std::string_view name_of(SendOutcome outcome) {
  return outcome_names.at(static_cast<std::size_t>(outcome));
}

Status check_mail_address(std::string_view address) {
  const auto at = address.find('@');
  const bool odd = std::ranges::any_of(address, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte >= 0x7F || c == '<' || c == '>' || c == '"' || c == ',' ||
           c == ';' || c == '(' || c == ')' || c == '\\' || c == ':' || c == '[' || c == ']';
  });
  if (address.size() > mail_address_bytes_max || at == std::string_view::npos || at == 0 ||
      at + 1 == address.size() || address.find('@', at + 1) != std::string_view::npos || odd ||
      address.starts_with('-'))
    return fail(ErrorCode::invalid_input, "this is no mail address", "address",
                "give it as name@host, without display name");
  return {};
}

Status check_post_address(std::string_view url) {
  if (auto good = check_address(url); !good) return good;
  if (!url.starts_with("https://") && !is_this_machine(url))
    return fail(ErrorCode::invalid_input, "only https leaves this machine", "address",
                "give an address that begins with https://");
  return {};
}

Result<SmtpMailer> SmtpMailer::make(SmtpServer server) {
  const bool odd = server.host.empty() || std::ranges::any_of(server.host, [](char c) {
                     return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':');
                   });
  if (odd)
    return fail(ErrorCode::invalid_input, "this is no name of a mail server", "smtp host",
                "give it without port, such as mail.example.org");
  if (server.security == MailSecurity::none && !is_loopback(server.host))
    return fail(ErrorCode::invalid_input, "mail to another machine needs TLS", "smtp security",
                "choose start_tls or implicit_tls");
  return SmtpMailer(std::move(server));
}

SendAnswer SmtpMailer::send(const Mail& mail) {
  if (!check_mail_address(mail.from) || !check_mail_address(mail.to))
    return {SendOutcome::refused_for_good, "bad_address"};
  if (mail.data.empty() || mail.data.size() > mail_bytes_max)
    return {SendOutcome::refused_for_good, "bad_size"};
  start_curl();
  const Handle curl(curl_easy_init(), curl_easy_cleanup);
  if (curl == nullptr) return {SendOutcome::refused_for_now, "no_memory"};
  const bool implicit = server_.security == MailSecurity::implicit_tls;
  const bool is_v6 = server_.host.find(':') != std::string::npos;
  const std::string host = is_v6 ? "[" + server_.host + "]" : server_.host;
  const std::string url =
      (implicit ? "smtps://" : "smtp://") + host + ":" + std::to_string(server_.port);
  common_options(curl.get(), server_.ca_file);
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(
      curl.get(), CURLOPT_USE_SSL,
      static_cast<long>(server_.security == MailSecurity::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!server_.user.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_USERNAME, server_.user.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, server_.password.c_str());
  }
  const std::string from = "<" + mail.from + ">";
  const std::string to = "<" + mail.to + ">";
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, from.c_str());
  const List receivers(curl_slist_append(nullptr, to.c_str()), curl_slist_free_all);
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, receivers.get());
  Upload upload{mail.data, false};
  curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(curl.get(), CURLOPT_READDATA, &upload);
  const CURLcode code = curl_easy_perform(curl.get());
  return mail_answer(code, status_of(curl.get()), upload.all_taken);
}

SendAnswer CurlPoster::send(const Post& post) {
  if (!check_post_address(post.url)) return {SendOutcome::refused_for_good, "bad_address"};
  start_curl();
  const Handle curl(curl_easy_init(), curl_easy_cleanup);
  if (curl == nullptr) return {SendOutcome::refused_for_now, "no_memory"};
  curl_slist* lines = curl_slist_append(nullptr, ("Content-Type: " + post.content_type).c_str());
  lines = curl_slist_append(lines, "Expect:");
  for (const auto& [name, value] : post.headers)
    if (is_plain_line(name) && is_plain_line(value))
      lines = curl_slist_append(lines, (name + ": " + value).c_str());
  const List headers(lines, curl_slist_free_all);
  std::size_t answered = 0;
  common_options(curl.get(), ca_file_);
  curl_easy_setopt(curl.get(), CURLOPT_URL, post.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_USERAGENT, agent_.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);  // a redirect could lead it elsewhere
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_POST, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, post.body.data());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(post.body.size()));
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, on_ignored);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answered);
  const CURLcode code = curl_easy_perform(curl.get());
  const long status = status_of(curl.get());
  const auto number = std::to_string(status);
  constexpr long too_many = 429;
  constexpr long request_timeout = 408;
  // The status line is the answer, also where its body was cut or too long.
  if (status >= ok_from && status <= ok_to) return {SendOutcome::accepted, number};
  if (status >= for_good_from || status == too_many || status == request_timeout)
    return {SendOutcome::refused_for_now, number};
  if (status != 0) return {SendOutcome::refused_for_good, number};
  curl_off_t sent = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_SIZE_UPLOAD_T, &sent);
  const bool handed_over = sent > 0 && static_cast<std::size_t>(sent) >= post.body.size();
  return {handed_over ? SendOutcome::lost : SendOutcome::refused_for_now, word_of(code)};
}

}  // namespace tocsin::net
