// SPDX-License-Identifier: Apache-2.0
// The HTTP server: Beast behind one door. Plain or TLS 1.2+, HTTP/1.1, server-sent events.
//
// Ownership: the server owns its threads and sockets; stop() or the destructor ends both, after
// requests that are being answered have got their answers.
// Threads: the handler is called from `threads` threads at once and must be safe for that;
// publish() may be called from any thread. A handler that throws answers 500 and is logged.
// Limits: every one is a member of ServerLimits; a request past a limit is answered with 413, 431
// or 503; past a limit of time or of connections the connection is closed. What is no request, or
// could be read in two ways (two lengths, an unknown transfer coding), is answered with 400.
// Errors: start() fails with ErrorCode::io when the address cannot be bound, invalid_input when it
// cannot be read, and names the file of a certificate or key that cannot be used.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace tocsin::net {

struct Request {
  std::string method;  ///< upper case
  std::string path;    ///< still percent-encoded, without the query; always begins with '/'
  std::string query;   ///< still percent-encoded, without the '?'
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;
  std::string peer;  ///< remote address; never written to a log or a store

  /// The first header of that lower-case name, or empty.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// When set, sent instead of `body`: for files in memory that many answers share.
  std::shared_ptr<const std::string> shared_body;
  /// When true the connection becomes a stream of server-sent events fed by publish(); `body`, if
  /// any, is sent first and must hold whole events.
  bool event_stream = false;
};

using Handler = std::function<Response(const Request&)>;

struct ServerLimits {
  std::uint32_t header_bytes_max = 16U << 10;
  std::uint64_t body_bytes_max = 1U << 20;
  /// Paths that take files: there a body that announces its length may be so large, and take so
  /// long on a poor line; so many of them at once, further ones are answered with 503.
  std::vector<std::string> large_body_paths;
  std::uint64_t large_body_bytes_max = 32U << 20;
  std::uint32_t large_bodies_at_once_max = 8;
  std::uint32_t large_read_timeout_ms = 300'000;
  std::uint32_t connections_max = 1000;
  std::uint32_t requests_per_connection_max = 10'000;
  std::uint32_t read_timeout_ms = 15'000;  ///< for one whole request, headers and body
  std::uint32_t idle_timeout_ms = 60'000;  ///< between two requests
  std::uint32_t write_timeout_ms = 30'000;
  std::uint32_t event_streams_max = 200;         ///< so that they leave connections for pages
  std::uint32_t stream_events_waiting_max = 64;  ///< then a slow reader is disconnected
  std::uint32_t stream_heartbeat_ms = 20'000;
  /// After a refusal what the other side still sends is read and dropped for so long and so much:
  /// else its system would drop the answer together with the connection.
  std::uint32_t linger_ms = 2'000;
  std::uint64_t linger_bytes_max = 4U << 20;
  std::uint32_t stop_grace_ms = 5'000;  ///< for requests that are being answered when it stops
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any free port, see HttpServer::port()
  unsigned threads = 2;
  std::string certificate_file;  ///< PEM chain; TLS when not empty
  std::string key_file;          ///< PEM private key
  ServerLimits limits;
};

class HttpServer {
 public:
  virtual ~HttpServer() = default;
  [[nodiscard]] static base::Result<std::unique_ptr<HttpServer>> start(const ServerOptions& options,
                                                                       Handler handler);
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// Sends one event to every open event stream. Name and data must hold no line feed in the name;
  /// data is split into lines as the format asks.
  virtual void publish(std::string_view name, std::string_view data) = 0;
  /// Takes no more connections, answers what was asked, ends all connections and threads; returns
  /// when they have ended, at the latest stop_grace_ms after the last handler returned.
  virtual void stop() = 0;
};

/// Splits "ADDR:PORT" or "[ADDR6]:PORT".
[[nodiscard]] base::Result<std::pair<std::string, std::uint16_t>> split_address(
    std::string_view text);
/// True for 127.0.0.0/8, ::1 and "localhost".
[[nodiscard]] bool is_loopback(std::string_view address);

}  // namespace tocsin::net
