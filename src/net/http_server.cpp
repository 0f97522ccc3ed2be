// SPDX-License-Identifier: Apache-2.0
// Listens, takes connections, stops. Beast is included here and in http_session.hpp only; a session
// is a template over plain and TLS streams and is instantiated once for each.
#include "net/http_server.hpp"

#include <charconv>
#include <condition_variable>
#include <thread>

#include "net/http_session.hpp"

namespace tocsin::net {
namespace {

class BeastServer final : public HttpServer {
 public:
  BeastServer(const ServerOptions& options, Handler handler)
      : shared_(std::make_shared<Shared>()),
        acceptor_(asio::make_strand(context_)),
        pause_(acceptor_.get_executor()),
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
    if (!error) port_ = acceptor_.local_endpoint(error).port();
    if (error)
      return base::fail(base::ErrorCode::io, "cannot listen: " + error.message(),
                        options.address + ":" + std::to_string(options.port),
                        "choose another port with --listen, or stop the program that holds it");
    return {};
  }

  void run(unsigned threads) {
    asio::post(acceptor_.get_executor(), [this] { accept(); });
    running_ = std::max(1U, threads);
    for (unsigned i = 0; i < running_; ++i)
      threads_.emplace_back([this] {
        context_.run();
        const std::lock_guard lock(mutex_);
        --running_;
        ended_.notify_all();
      });
  }

  std::uint16_t port() const override { return port_; }

  void publish(std::string_view name, std::string_view data) override {
    std::string frame = "event: " + std::string(name) + "\n";
    for (std::size_t begin = 0; begin <= data.size();) {
      const auto end = std::min(data.find('\n', begin), data.size());
      frame += "data: " + std::string(data.substr(begin, end - begin)) + "\n";
      begin = end + 1;
    }
    const auto shared = std::make_shared<const std::string>(frame + "\n");
    for (const auto& listener : shared_->alive(shared_->listeners)) listener->deliver(shared);
  }

  void stop() override {
    if (threads_.empty()) return;
    shared_->stopping = true;
    asio::post(acceptor_.get_executor(), [this] {
      beast::error_code ignored;
      acceptor_.close(ignored);
      pause_.cancel();
    });
    for (const auto& connection : shared_->alive(shared_->connections)) connection->finish();
    {
      // Without connections nothing is left to do, and the threads end by themselves.
      std::unique_lock lock(mutex_);
      const Milliseconds grace(shared_->limits.stop_grace_ms);
      if (!ended_.wait_for(lock, grace, [this] { return running_ == 0; })) context_.stop();
    }
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void accept() {
    acceptor_.async_accept(asio::make_strand(context_),
                           [this](beast::error_code error, tcp::socket socket) {
                             if (!acceptor_.is_open()) return;
                             if (error) return accept_later();
                             take(std::move(socket));
                             accept();
                           });
  }

  /// Out of descriptors, say: asking again at once would only burn the processor.
  void accept_later() {
    pause_.expires_after(accept_pause);
    pause_.async_wait([this](beast::error_code error) {
      if (!error && acceptor_.is_open()) accept();
    });
  }

  void take(tcp::socket socket) {
    {
      const std::lock_guard lock(shared_->mutex);
      if (shared_->connections.size() >= shared_->limits.connections_max) return;  // closes it
    }
    beast::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    if (encrypted_)
      std::make_shared<Session<TlsStream>>(TlsStream(std::move(socket), tls_), shared_)->run();
    else
      std::make_shared<Session<PlainStream>>(PlainStream(std::move(socket)), shared_)->run();
  }

  static constexpr Milliseconds accept_pause{100};
  std::shared_ptr<Shared> shared_;
  asio::io_context context_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  asio::ssl::context tls_;
  bool encrypted_ = false;
  std::uint16_t port_ = 0;
  std::vector<std::thread> threads_;
  std::mutex mutex_;  ///< of running_
  std::condition_variable ended_;
  unsigned running_ = 0;  ///< threads that have not ended
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
