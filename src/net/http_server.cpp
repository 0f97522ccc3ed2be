// SPDX-License-Identifier: Apache-2.0
// The one file that includes Beast. A session is a template over plain and TLS streams and is
// instantiated once for each.
#include "net/http_server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

#include "base/log.hpp"
#include "base/text.hpp"

namespace tocsin::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Milliseconds = std::chrono::milliseconds;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

/// A connection that listens to published events.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void deliver(std::shared_ptr<const std::string> frame) = 0;
};

/// What all sessions of a server share.
struct Shared {
  Handler handler;
  ServerLimits limits;
  std::atomic<std::uint32_t> connections{0};
  std::mutex listeners_mutex;
  std::set<std::weak_ptr<Listener>, std::owner_less<>> listeners;
};

Request convert(http::request<http::string_body>&& message, std::string peer) {
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

Response call(const Handler& handler, const Request& request) {
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
class Session final : public Listener, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(Stream stream, std::shared_ptr<Shared> shared)
      : stream_(std::move(stream)), shared_(std::move(shared)), heartbeat_(stream_.get_executor()) {
    beast::error_code error;
    const auto endpoint = beast::get_lowest_layer(stream_).socket().remote_endpoint(error);
    if (!error) peer_ = endpoint.address().to_string();
  }
  ~Session() override { --shared_->connections; }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void run() {
    asio::dispatch(stream_.get_executor(), [self = this->shared_from_this()] { self->open(); });
  }

  void deliver(std::shared_ptr<const std::string> frame) override {
    asio::post(stream_.get_executor(),
               [self = this->shared_from_this(), frame = std::move(frame)]() mutable {
                 self->enqueue(std::move(frame));
               });
  }

 private:
  void open() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      expires(shared_->limits.read_timeout_ms);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](beast::error_code error) {
                                if (!error) self->read(self->shared_->limits.read_timeout_ms);
                              });
    } else {
      read(shared_->limits.read_timeout_ms);
    }
  }

  void expires(std::uint32_t timeout_ms) {
    beast::get_lowest_layer(stream_).expires_after(Milliseconds(timeout_ms));
  }

  void read(std::uint32_t timeout_ms) {
    parser_.emplace();
    parser_->header_limit(shared_->limits.header_bytes_max);
    parser_->body_limit(shared_->limits.body_bytes_max);
    expires(timeout_ms);
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                       self->on_read(error);
                     });
  }

  void on_read(beast::error_code error) {
    if (error == http::error::end_of_stream) return close();
    if (error == http::error::body_limit) return refuse(413, "The request is too large.\n");
    if (error == http::error::header_limit) return refuse(431, "The headers are too large.\n");
    if (error == beast::error::timeout || error == asio::error::operation_aborted) return;
    if (error && error.category() == http::make_error_code(http::error::bad_method).category())
      return refuse(400, "This is not a request that can be read.\n");
    if (error) return;
    keep_alive_ =
        parser_->get().keep_alive() && ++requests_ < shared_->limits.requests_per_connection_max;
    version_ = parser_->get().version();
    head_only_ = parser_->get().method() == http::verb::head;
    write(call(shared_->handler, convert(parser_->release(), peer_)));
  }

  void refuse(int status, std::string text) {
    keep_alive_ = false;
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
        self->read(self->shared_->limits.idle_timeout_ms);
      else
        self->close();
    };
    if (stream || head_only_)
      http::async_write_header(stream_, *serializer_, std::move(done));
    else
      http::async_write(stream_, *serializer_, std::move(done));
  }

  void begin_stream() {
    streaming_ = true;
    {
      const std::lock_guard lock(shared_->listeners_mutex);
      shared_->listeners.insert(this->weak_from_this());
    }
    // What the answer held goes first: events that came before the stream was open.
    enqueue(std::make_shared<const std::string>(": open\n\n" + *body_));
    beat();
  }

  void beat() {
    heartbeat_.expires_after(Milliseconds(shared_->limits.stream_heartbeat_ms));
    heartbeat_.async_wait([weak = this->weak_from_this()](beast::error_code error) {
      const auto self = weak.lock();
      if (error || self == nullptr || !self->streaming_) return;
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
      const std::lock_guard lock(shared_->listeners_mutex);
      shared_->listeners.erase(this->weak_from_this());
    }
    close();
  }

  void close() {
    beast::error_code ignored;
    auto& socket = beast::get_lowest_layer(stream_).socket();
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    socket.close(ignored);
  }

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
  unsigned version_ = 11;
  bool keep_alive_ = true;
  bool head_only_ = false;
  bool streaming_ = false;
};

class BeastServer final : public HttpServer {
 public:
  BeastServer(const ServerOptions& options, Handler handler)
      : shared_(std::make_shared<Shared>()),
        acceptor_(context_),
        tls_(asio::ssl::context::tls_server) {
    shared_->handler = std::move(handler);
    shared_->limits = options.limits;
    encrypted_ = !options.certificate_file.empty();
  }
  ~BeastServer() override { stop(); }
  BeastServer(const BeastServer&) = delete;
  BeastServer& operator=(const BeastServer&) = delete;

  base::Status use_certificate(const ServerOptions& options) {
    if (!encrypted_) return {};
    beast::error_code error;
    tls_.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                     asio::ssl::context::no_tlsv1_1);
    tls_.use_certificate_chain_file(options.certificate_file, error);
    if (error)
      return base::fail(base::ErrorCode::invalid_input,
                        "cannot use the certificate: " + error.message(), options.certificate_file,
                        "give a PEM file with the whole chain");
    tls_.use_private_key_file(options.key_file, asio::ssl::context::pem, error);
    if (error)
      return base::fail(base::ErrorCode::invalid_input, "cannot use the key: " + error.message(),
                        options.key_file, "give the PEM key of the certificate");
    return {};
  }

  base::Status listen(const ServerOptions& options) {
    beast::error_code error;
    const auto host = options.address == "localhost" ? std::string("127.0.0.1") : options.address;
    const auto address = asio::ip::make_address(host, error);
    if (error)
      return base::fail(base::ErrorCode::invalid_input, "not an address", options.address,
                        "use an IP address such as 127.0.0.1");
    const tcp::endpoint endpoint(address, options.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error)
      return base::fail(base::ErrorCode::io, "cannot listen: " + error.message(),
                        options.address + ":" + std::to_string(options.port),
                        "choose another port with --listen, or stop the program that holds it");
    return {};
  }

  void run(unsigned threads) {
    accept();
    for (unsigned i = 0; i < std::max(1U, threads); ++i)
      threads_.emplace_back([this] { context_.run(); });
  }

  std::uint16_t port() const override { return acceptor_.local_endpoint().port(); }

  void publish(std::string_view name, std::string_view data) override {
    std::string frame = "event: " + std::string(name) + "\n";
    for (std::size_t begin = 0; begin <= data.size();) {
      const auto end = std::min(data.find('\n', begin), data.size());
      frame += "data: " + std::string(data.substr(begin, end - begin)) + "\n";
      begin = end + 1;
    }
    const auto shared = std::make_shared<const std::string>(frame + "\n");
    const std::lock_guard lock(shared_->listeners_mutex);
    std::erase_if(shared_->listeners, [&](const std::weak_ptr<Listener>& weak) {
      const auto listener = weak.lock();
      if (listener != nullptr) listener->deliver(shared);
      return listener == nullptr;
    });
  }

  void stop() override {
    context_.stop();
    for (auto& thread : threads_)
      if (thread.joinable()) thread.join();
    threads_.clear();
  }

 private:
  void accept() {
    acceptor_.async_accept(asio::make_strand(context_),
                           [this](beast::error_code error, tcp::socket socket) {
                             if (error == asio::error::operation_aborted) return;
                             if (!error) take(std::move(socket));
                             accept();
                           });
  }

  void take(tcp::socket socket) {
    if (shared_->connections.load() >= shared_->limits.connections_max) return;  // closes it
    ++shared_->connections;
    beast::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    if (encrypted_)
      std::make_shared<Session<TlsStream>>(TlsStream(std::move(socket), tls_), shared_)->run();
    else
      std::make_shared<Session<PlainStream>>(PlainStream(std::move(socket)), shared_)->run();
  }

  std::shared_ptr<Shared> shared_;
  asio::io_context context_;
  tcp::acceptor acceptor_;
  asio::ssl::context tls_;
  bool encrypted_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

base::Result<std::unique_ptr<HttpServer>> HttpServer::start(const ServerOptions& options,
                                                            Handler handler) {
  auto server = std::make_unique<BeastServer>(options, std::move(handler));
  if (auto done = server->use_certificate(options); !done)
    return std::unexpected(std::move(done.error()));
  if (auto done = server->listen(options); !done) return std::unexpected(std::move(done.error()));
  server->run(options.threads);
  return server;
}

base::Result<std::pair<std::string, std::uint16_t>> split_address(std::string_view text) {
  const auto colon = text.rfind(':');
  const auto wrong = [&] {
    return base::fail(base::ErrorCode::invalid_input, "not an address with a port",
                      std::string(text), "write it as 127.0.0.1:8484");
  };
  if (colon == std::string_view::npos || colon == 0) return wrong();
  auto host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (code != std::errc{} || end != digits.data() + digits.size() || host.empty()) return wrong();
  return std::pair{std::string(host), port};
}

bool is_loopback(std::string_view address) {
  if (address == "localhost") return true;
  beast::error_code error;
  const auto parsed = asio::ip::make_address(std::string(address), error);
  return !error && parsed.is_loopback();
}

}  // namespace tocsin::net
