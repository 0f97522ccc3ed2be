// SPDX-License-Identifier: Apache-2.0
// A server that answers with what it was asked, and what tests of it say to it.
#pragma once

#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "net/http_server.hpp"
#include "raw_client.hpp"

namespace tocsin::net {

using Clock = std::chrono::steady_clock;

inline double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// A server that answers with what it was asked, and remembers it.
class Echo {
 public:
  explicit Echo(const ServerLimits& limits = {}, ServerOptions options = {}) {
    options.limits = limits;
    auto started = HttpServer::start(options, [this](const Request& request) {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      Response response;
      if (request.path == "/events") response.event_stream = true;
      if (request.path == "/throw") throw std::logic_error("on purpose");
      response.body = request.method + " " + request.path + "?" + request.query + "\n" +
                      std::to_string(request.body.size()) + " bytes\n";
      return response;
    });
    if (!started) throw std::runtime_error(started.error().text());
    server = std::move(*started);
  }
  [[nodiscard]] std::uint16_t port() const { return server->port(); }
  [[nodiscard]] std::vector<Request> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  std::mutex mutex_;
  std::vector<Request> requests_;

 public:
  std::unique_ptr<HttpServer> server;  ///< last, so that it ends before what its handler uses
};

inline std::string answer_to(Echo& echo, std::string_view bytes) {
  RawClient client(echo.port());
  client.send(bytes);
  return client.all();
}

inline int status_of(std::string_view answer) {
  if (!answer.starts_with("HTTP/1.1 ") && !answer.starts_with("HTTP/1.0 ")) return 0;
  return std::stoi(std::string(answer.substr(9, 3)));
}

inline std::string get(std::string_view path, std::string_view headers = "Connection: close\r\n") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) +
         "\r\n";
}

}  // namespace tocsin::net
