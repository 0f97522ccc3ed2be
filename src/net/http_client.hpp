// SPDX-License-Identifier: Apache-2.0
// Fetches over HTTP and HTTPS: the one door to curl.
//
// Only http and https; few redirects, never from https down to http; no cookies, no netrc, no
// credentials in addresses; time and size limited; certificates are always checked.
// Ownership: values. Threads: a client belongs to one thread.
// Errors: ErrorCode::invalid_input for an address that is refused, ErrorCode::unavailable where the
// other side does not answer as it should, ErrorCode::limit_exceeded for size, ErrorCode::io for
// the local file. An answer with a status such as 404 is a response, not an error.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::net {

inline constexpr long http_redirects_max = 5;
inline constexpr std::chrono::milliseconds http_connect_time_max{15'000};
inline constexpr std::size_t http_address_bytes_max = 2048;

struct HttpFetch {
  std::string url;
  std::string etag;           ///< of the copy that one has, or empty
  std::string last_modified;  ///< of the copy that one has, or empty
  std::chrono::milliseconds time_max{60'000};
  std::uint64_t bytes_max = std::uint64_t{16} << 20;  ///< of the body, unpacked
};

struct HttpAnswer {
  int status = 0;
  std::string url;  ///< after redirects
  std::string etag;
  std::string last_modified;
  std::string content_type;
  std::optional<std::chrono::seconds> retry_after;
  std::uint64_t bytes = 0;
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// Fetches into `body`, which is emptied first.
  [[nodiscard]] virtual base::Result<HttpAnswer> get(const HttpFetch& fetch, std::string& body) = 0;
  /// Fetches into a file, which is replaced. After an error the file may hold a part.
  [[nodiscard]] virtual base::Result<HttpAnswer> get_file(const HttpFetch& fetch,
                                                          const std::filesystem::path& file) = 0;
};

class CurlClient final : public HttpClient {
 public:
  /// `agent` is sent as User-Agent, so that operators know who asks.
  explicit CurlClient(std::string agent);
  [[nodiscard]] base::Result<HttpAnswer> get(const HttpFetch& fetch, std::string& body) override;
  [[nodiscard]] base::Result<HttpAnswer> get_file(const HttpFetch& fetch,
                                                  const std::filesystem::path& file) override;

 private:
  std::string agent_;
};

/// Why the address is not one that may be fetched; an error that says what to change.
[[nodiscard]] base::Status check_address(std::string_view url);

}  // namespace tocsin::net
