// SPDX-License-Identifier: Apache-2.0
// One connection of the HTTP server: requests in, answers and event streams out. Only for
// http_server.cpp, which says what it promises; includes Beast.
//
// Ownership: a session keeps itself alive while it waits for its stream. Threads: all of a session
// runs on its stream's strand; what sessions share has a mutex.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "net/http_server.hpp"

namespace tocsin::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Milliseconds = std::chrono::milliseconds;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

/// A connection, plain or encrypted. Its members may be called from any thread.
class Connection {
 public:
  virtual ~Connection() = default;
  /// Sends a published event where the connection is an event stream.
  virtual void deliver(std::shared_ptr<const std::string> frame) = 0;
  /// Ends it, after the answer that is under way.
  virtual void finish() = 0;
};
using Connections = std::map<const Connection*, std::weak_ptr<Connection>>;

/// What all sessions of a server share.
struct Shared {
  Handler handler;
  ServerLimits limits;
  std::atomic<bool> stopping{false};
  std::atomic<std::uint32_t> large_bodies{0};  ///< being read or answered now
  std::mutex mutex;                            ///< of the members below
  Connections connections;
  Connections listeners;  ///< those that are event streams

  /// Those still alive; made first and used outside the lock, since the last owner may be the one
  /// who asks.
  std::vector<std::shared_ptr<Connection>> alive(const Connections& all) {
    const std::lock_guard lock(mutex);
    std::vector<std::shared_ptr<Connection>> out;
    for (const auto& [address, weak] : all)
      if (auto connection = weak.lock()) out.push_back(std::move(connection));
    return out;
  }
};

inline Request convert(http::request<http::string_body>&& message, std::string peer) {
  Request request;
  request.method = std::string(message.method_string());
  const std::string_view target(message.target().data(), message.target().size());
  const auto mark = target.find('?');
  request.path = std::string(target.substr(0, mark));
  if (mark != std::string_view::npos) request.query = std::string(target.substr(mark + 1));
  for (const auto& field : message) {
    std::string name(field.name_string());
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
      return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    });
    request.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  request.body = std::move(message.body());
  request.peer = std::move(peer);
  return request;
}

/// False for what could be read in two ways: a target that is no path, or a transfer coding that
/// this server does not undo.
inline bool is_plain_request(const http::request<http::string_body>& message) {
  const auto coding = message.find(http::field::transfer_encoding);
  if (coding != message.end() && !beast::iequals(coding->value(), "chunked")) return false;
  return !message.target().empty() && message.target().front() == '/';
}

inline Response call(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& error) {
    base::log_error(std::string("a request failed with a bug: ") + error.what());
    Response response;
    response.status = 500;
    response.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    response.body = "Internal error. It was written to the log.\n";
    return response;
  }
}

template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(Stream stream, std::shared_ptr<Shared> shared)
      : stream_(std::move(stream)), shared_(std::move(shared)), heartbeat_(stream_.get_executor()) {
    beast::error_code error;
    const auto endpoint = beast::get_lowest_layer(stream_).socket().remote_endpoint(error);
    if (!error) peer_ = endpoint.address().to_string();
  }
  ~Session() override {
    release_large_body();
    const std::lock_guard lock(shared_->mutex);
    shared_->connections.erase(this);
    shared_->listeners.erase(this);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void run() {
    {
      const std::lock_guard lock(shared_->mutex);
      shared_->connections.emplace(this, this->weak_from_this());
    }
    asio::dispatch(stream_.get_executor(), [self = this->shared_from_this()] { self->open(); });
  }

  void deliver(std::shared_ptr<const std::string> frame) override {
    asio::post(stream_.get_executor(),
               [self = this->shared_from_this(), frame = std::move(frame)]() mutable {
                 self->enqueue(std::move(frame));
               });
  }

  void finish() override {
    asio::post(stream_.get_executor(), [self = this->shared_from_this()] {
      if (self->streaming_)
        self->end_stream();
      else if (self->idle_)
        self->close();
    });
  }

 private:
  void open() {
    idle_ = true;
    expires(shared_->limits.read_timeout_ms);
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](beast::error_code error) {
                                if (!error) self->wait_for_request();
                              });
    } else {
      wait_for_request();
    }
  }

  void expires(std::uint32_t timeout_ms) {
    beast::get_lowest_layer(stream_).expires_after(Milliseconds(timeout_ms));
  }

  /// The first request must be whole before the limit that began with the connection; every later
  /// one has its own, which begins with its first byte.
  void wait_for_request() {
    if (shared_->stopping) return close();
    if (buffer_.size() > 0) {
      expires(shared_->limits.read_timeout_ms);
      return read();
    }
    idle_ = true;
    if (requests_ > 0) expires(shared_->limits.idle_timeout_ms);
    stream_.async_read_some(
        buffer_.prepare(first_bytes),
        [self = this->shared_from_this()](beast::error_code error, std::size_t count) {
          self->idle_ = false;
          if (error) return self->close();
          self->buffer_.commit(count);
          if (self->requests_ > 0) self->expires(self->shared_->limits.read_timeout_ms);
          self->read();
        });
  }

  void read() {
    parser_.emplace();
    parser_->header_limit(shared_->limits.header_bytes_max);
    const auto& limits = shared_->limits;
    parser_->body_limit(limits.large_body_paths.empty()
                            ? limits.body_bytes_max
                            : std::max(limits.body_bytes_max, limits.large_body_bytes_max));
    http::async_read_header(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](beast::error_code error, std::size_t) {
          if (error) return self->on_read(error);
          self->read_body();
        });
  }

  /// Only now the path is known, and with it how large the body may be.
  void read_body() {
    const auto& limits = shared_->limits;
    const auto announced = parser_->content_length();
    const bool is_large = announced && *announced > limits.body_bytes_max;
    if (is_large && !takes_large_body()) return refuse(413, too_large);
    if (is_large && !reserve_large_body())
      return refuse(503, "Too many files are being sent; try again in a few minutes.\n");
    if (is_large)
      expires(limits.large_read_timeout_ms);
    else
      parser_->body_limit(limits.body_bytes_max);
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                       self->on_read(error);
                     });
  }

  [[nodiscard]] bool takes_large_body() const {
    const auto& message = parser_->get();
    const std::string_view target(message.target().data(), message.target().size());
    return message.method() == http::verb::post &&
           std::ranges::find(shared_->limits.large_body_paths,
                             target.substr(0, target.find('?'))) !=
               shared_->limits.large_body_paths.end();
  }

  bool reserve_large_body() {
    if (shared_->large_bodies.fetch_add(1) >= shared_->limits.large_bodies_at_once_max) {
      shared_->large_bodies.fetch_sub(1);
      return false;
    }
    has_large_body_ = true;
    return true;
  }

  void release_large_body() {
    if (has_large_body_) shared_->large_bodies.fetch_sub(1);
    has_large_body_ = false;
  }

  void on_read(beast::error_code error) {
    if (error == http::error::body_limit) return refuse(413, too_large);
    if (error == http::error::header_limit) return refuse(431, "The headers are too large.\n");
    if (error && error.category() == http::make_error_code(http::error::bad_method).category())
      return refuse(400, unreadable);
    if (error) return;
    if (!is_plain_request(parser_->get())) return refuse(400, unreadable);
    keep_alive_ =
        parser_->get().keep_alive() && ++requests_ < shared_->limits.requests_per_connection_max;
    version_ = parser_->get().version();
    head_only_ = parser_->get().method() == http::verb::head;
    auto response = call(shared_->handler, convert(parser_->release(), peer_));
    release_large_body();
    if (response.event_stream && !reserve_stream())
      return refuse(503, "Too many pages listen for changes; load the page again to see them.\n");
    if (shared_->stopping) keep_alive_ = false;
    write(std::move(response));
  }

  void refuse(int status, std::string text) {
    keep_alive_ = false;
    lingers_ = true;
    Response response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    response.body = std::move(text);
    write(std::move(response));
  }

  void write(Response response) {
    body_ = response.shared_body != nullptr
                ? std::move(response.shared_body)
                : std::make_shared<const std::string>(std::move(response.body));
    answer_ = http::response<http::span_body<const char>>();
    answer_.version(version_);
    answer_.result(static_cast<unsigned>(response.status));
    for (const auto& [name, value] : response.headers) answer_.insert(name, value);
    // Who came by TLS once is not led back to clear text (RFC 6797).
    if constexpr (std::is_same_v<Stream, TlsStream>)
      answer_.set(http::field::strict_transport_security, "max-age=31536000");
    const bool stream = response.event_stream;
    if (stream) {
      answer_.set(http::field::content_type, "text/event-stream");
      answer_.set(http::field::cache_control, "no-store");
      answer_.keep_alive(false);
    } else {
      answer_.content_length(body_->size());
      answer_.keep_alive(keep_alive_);
      if (!head_only_) answer_.body() = beast::span<const char>(body_->data(), body_->size());
    }
    expires(shared_->limits.write_timeout_ms);
    serializer_.emplace(answer_);
    auto done = [self = this->shared_from_this(), stream](beast::error_code error, std::size_t) {
      if (error) return;
      if (stream)
        self->begin_stream();
      else if (self->keep_alive_)
        self->wait_for_request();
      else
        self->close();
    };
    if (stream || head_only_)
      http::async_write_header(stream_, *serializer_, std::move(done));
    else
      http::async_write(stream_, *serializer_, std::move(done));
  }

  bool reserve_stream() {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->listeners.size() >= shared_->limits.event_streams_max) return false;
    shared_->listeners.emplace(this, this->weak_from_this());
    return true;
  }

  void begin_stream() {
    if (shared_->stopping) return close();
    streaming_ = true;
    // What the answer held goes first: events that came before the stream was open.
    enqueue(std::make_shared<const std::string>(": open\n\n" + *body_));
    beat();
  }

  void beat() {
    heartbeat_.expires_after(Milliseconds(shared_->limits.stream_heartbeat_ms));
    // Between two events nothing else holds the session, so the timer does.
    heartbeat_.async_wait([self = this->shared_from_this()](beast::error_code error) {
      if (error || !self->streaming_) return;
      self->enqueue(std::make_shared<const std::string>(": still here\n\n"));
      self->beat();
    });
  }

  void enqueue(std::shared_ptr<const std::string> frame) {
    if (!streaming_) return;
    if (waiting_.size() >= shared_->limits.stream_events_waiting_max) return end_stream();
    waiting_.push_back(std::move(frame));
    if (waiting_.size() == 1) write_frame();
  }

  void write_frame() {
    expires(shared_->limits.write_timeout_ms);
    asio::async_write(stream_, asio::buffer(*waiting_.front()),
                      [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                        if (error) return self->end_stream();
                        self->waiting_.pop_front();
                        if (!self->waiting_.empty())
                          self->write_frame();
                        else
                          beast::get_lowest_layer(self->stream_).expires_never();
                      });
  }

  void end_stream() {
    streaming_ = false;
    heartbeat_.cancel();
    {
      const std::lock_guard lock(shared_->mutex);
      shared_->listeners.erase(this);
    }
    close();
  }

  void close() {
    beast::error_code ignored;
    auto& socket = beast::get_lowest_layer(stream_).socket();
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    if (!lingers_) {
      socket.close(ignored);
      return;
    }
    expires(shared_->limits.linger_ms);
    drop_the_rest();
  }

  void drop_the_rest() {
    buffer_.clear();
    beast::get_lowest_layer(stream_).async_read_some(
        buffer_.prepare(first_bytes),
        [self = this->shared_from_this()](beast::error_code error, std::size_t count) {
          self->dropped_ += count;
          if (!error && self->dropped_ <= self->shared_->limits.linger_bytes_max)
            self->drop_the_rest();
        });
  }

  static constexpr std::size_t first_bytes = 4096;
  static constexpr const char* too_large = "The request is too large.\n";
  static constexpr const char* unreadable = "This is not a request that can be read.\n";
  Stream stream_;
  std::shared_ptr<Shared> shared_;
  asio::steady_timer heartbeat_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::span_body<const char>> answer_;
  std::optional<http::response_serializer<http::span_body<const char>>> serializer_;
  std::shared_ptr<const std::string> body_;
  std::deque<std::shared_ptr<const std::string>> waiting_;
  std::string peer_;
  std::uint32_t requests_ = 0;
  std::uint64_t dropped_ = 0;
  unsigned version_ = 11;
  bool idle_ = false;  ///< nothing of a request has come yet
  bool lingers_ = false;
  bool keep_alive_ = true;
  bool head_only_ = false;
  bool streaming_ = false;
  bool has_large_body_ = false;
};

}  // namespace tocsin::net
