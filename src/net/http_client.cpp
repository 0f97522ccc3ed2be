// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.hpp"

#include <curl/curl.h>

#include <charconv>
#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>
#include <utility>

namespace tocsin::net {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

/// A connection that gives less than this for `slow_seconds_max` is given up.
constexpr long slow_bytes_per_second = 16;
constexpr long slow_seconds_max = 30;
constexpr std::size_t header_value_bytes_max = 1024;

/// curl's process-wide start and end, once.
void start_curl() {
  struct Global {
    Global() {
      if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) throw std::runtime_error("curl cannot start");
    }
    ~Global() { curl_global_cleanup(); }
  };
  static const Global global;
}

using Write = std::function<bool(std::string_view)>;

/// What curl's callbacks fill while one fetch runs.
struct Transfer {
  HttpAnswer answer;
  Write write;
  std::uint64_t bytes_max = 0;
  bool too_large = false;
  bool write_failed = false;
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t bytes = size * count;
  transfer.answer.bytes += bytes;
  if (transfer.answer.bytes > transfer.bytes_max) {
    transfer.too_large = true;
    return 0;
  }
  if (!transfer.write({data, bytes})) {
    transfer.write_failed = true;
    return 0;
  }
  return bytes;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& answer = static_cast<Transfer*>(user)->answer;
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) {
    // A redirect begins a new set of headers; those of the old one must not stay.
    answer.etag.clear();
    answer.last_modified.clear();
    answer.retry_after.reset();
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return line.size();
  const std::string name = lower(line.substr(0, colon));
  const auto value = trim(line.substr(colon + 1)).substr(0, header_value_bytes_max);
  if (name == "etag") answer.etag = value;
  if (name == "last-modified") answer.last_modified = value;
  if (name == "retry-after") {
    std::uint32_t seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (error == std::errc{} && end == value.data() + value.size())
      answer.retry_after = std::chrono::seconds{seconds};
  }
  return line.size();
}

class Headers {
 public:
  ~Headers() { curl_slist_free_all(list_); }
  Headers() = default;
  Headers(const Headers&) = delete;
  Headers& operator=(const Headers&) = delete;
  void add(const std::string& line) { list_ = curl_slist_append(list_, line.c_str()); }
  [[nodiscard]] curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

/// A value that may be sent back as a header: one line, no control characters.
bool is_plain(std::string_view value) {
  for (const char c : value)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  return !value.empty();
}

void set_options(CURL* curl, const HttpFetch& fetch, const std::string& agent, Transfer& transfer) {
  const bool secure = lower(fetch.url.substr(0, 8)) == "https://";
  curl_easy_setopt(curl, CURLOPT_URL, fetch.url.c_str());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, agent.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, http_redirects_max);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(http_connect_time_max.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(fetch.time_max.count()));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, slow_bytes_per_second);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, slow_seconds_max);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(curl, CURLOPT_UNRESTRICTED_AUTH, 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");  // all that curl can unpack
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
}

Result<HttpAnswer> run(const HttpFetch& fetch, const std::string& agent, Write write) {
  if (auto allowed = check_address(fetch.url); !allowed)
    return std::unexpected(std::move(allowed).error());
  start_curl();
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  if (curl == nullptr) return fail(ErrorCode::internal, "curl gives no handle");
  Transfer transfer;
  transfer.write = std::move(write);
  transfer.bytes_max = fetch.bytes_max;
  set_options(curl.get(), fetch, agent, transfer);
  Headers headers;
  if (is_plain(fetch.etag)) headers.add("If-None-Match: " + fetch.etag);
  if (is_plain(fetch.last_modified)) headers.add("If-Modified-Since: " + fetch.last_modified);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  const CURLcode code = curl_easy_perform(curl.get());
  if (transfer.too_large)
    return fail(ErrorCode::limit_exceeded,
                "the answer is longer than " + std::to_string(fetch.bytes_max) + " bytes",
                fetch.url);
  if (transfer.write_failed) return fail(ErrorCode::io, "the answer cannot be stored", fetch.url);
  if (code != CURLE_OK)
    return fail(ErrorCode::unavailable, curl_easy_strerror(code), fetch.url,
                "check the address and the connection; it is tried again later");
  long status = 0;
  char* text = nullptr;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.answer.status = static_cast<int>(status);
  curl_easy_getinfo(curl.get(), CURLINFO_EFFECTIVE_URL, &text);
  transfer.answer.url = text == nullptr ? fetch.url : text;
  curl_easy_getinfo(curl.get(), CURLINFO_CONTENT_TYPE, &text);
  transfer.answer.content_type = text == nullptr ? std::string() : text;
  return std::move(transfer.answer);
}

}  // namespace

Status check_address(std::string_view url) {
  const std::string begin = lower(url.substr(0, 8));
  const std::string place(url.substr(0, 200));
  if (!begin.starts_with("http://") && !begin.starts_with("https://"))
    return fail(ErrorCode::invalid_input, "not an http:// or https:// address", place,
                "give the feed's web address");
  if (url.size() > http_address_bytes_max)
    return fail(ErrorCode::invalid_input,
                "the address is longer than " + std::to_string(http_address_bytes_max) + " bytes");
  for (const char c : url)
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F)
      return fail(ErrorCode::invalid_input, "the address holds a space or control character", place,
                  "write it as %20");
  auto host = url.substr(url.find("//") + 2);
  host = host.substr(0, host.find_first_of("/?#"));
  if (host.find('@') != std::string_view::npos)
    return fail(ErrorCode::invalid_input, "the address holds a user name or password", {},
                "remove everything before the @");
  if (host.empty()) return fail(ErrorCode::invalid_input, "the address names no host", place);
  return {};
}

CurlClient::CurlClient(std::string agent) : agent_(std::move(agent)) {}

Result<HttpAnswer> CurlClient::get(const HttpFetch& fetch, std::string& body) {
  body.clear();
  return run(fetch, agent_, [&](std::string_view piece) {
    body.append(piece);
    return true;
  });
}

Result<HttpAnswer> CurlClient::get_file(const HttpFetch& fetch, const std::filesystem::path& file) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file.c_str(), "wbe"),
                                                            std::fclose);
  if (out == nullptr)
    return fail(ErrorCode::io, "cannot write the file", file.string(), "check the folder");
  auto answer = run(fetch, agent_, [&](std::string_view piece) {
    return std::fwrite(piece.data(), 1, piece.size(), out.get()) == piece.size();
  });
  if (answer && std::fflush(out.get()) != 0)
    return fail(ErrorCode::io, "cannot write the file", file.string(), "check the free space");
  return answer;
}

}  // namespace tocsin::net
