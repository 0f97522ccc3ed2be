// SPDX-License-Identifier: Apache-2.0
// A client that sends exactly the bytes it is told to, plain or encrypted, and a certificate made
// on the spot: what tests of the HTTP server need and no real client offers.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tocsin::net {

/// Longer than every limit set in a test: reaching it means that the server waits for ever.
inline constexpr int hopeless_ms = 10'000;

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer_bytes > 0)
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                   sizeof receive_buffer_bytes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot connect");
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False once the other side has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  void end_sending() { ::shutdown(socket_, SHUT_WR); }
  /// Waits up to `wait_ms` for bytes or the end; false when neither came.
  bool wait(int wait_ms) const {
    pollfd wanted{socket_, POLLIN, 0};
    return ::poll(&wanted, 1, wait_ms) > 0;
  }
  /// Takes what has come into `got`; false at the end of the connection.
  bool take() {
    if (!wait(hopeless_ms)) throw std::runtime_error("the server neither answers nor closes");
    char piece[65536];
    const auto count = ::recv(socket_, piece, sizeof piece, 0);
    if (count <= 0) return false;
    got.append(piece, static_cast<std::size_t>(count));
    return true;
  }
  /// Everything up to the end of the connection.
  std::string& all() {
    while (take()) {
    }
    return got;
  }
  /// Reads until `text` has come; false where the connection ends before.
  bool until(std::string_view text) {
    while (got.find(text) == std::string::npos)
      if (!take()) return false;
    return true;
  }
  [[nodiscard]] int descriptor() const { return socket_; }
  std::string got;

 private:
  int socket_ = -1;
};

/// A key and a certificate for 127.0.0.1 that signs itself, as two PEM files in a folder.
class TestCertificate {
 public:
  explicit TestCertificate(const std::filesystem::path& folder, const std::string& name = "tls")
      : certificate(folder / (name + ".pem")), key(folder / (name + ".key")) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(EVP_EC_gen("P-256"),
                                                                   EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
    constexpr long day_seconds = 86'400;
    X509_set_version(x509.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), -day_seconds);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), day_seconds);
    X509_set_pubkey(x509.get(), pair.get());
    X509_NAME* subject = X509_get_subject_name(x509.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("127.0.0.1"), -1, -1, 0);
    X509_set_issuer_name(x509.get(), subject);
    if (X509_sign(x509.get(), pair.get(), EVP_sha256()) == 0)
      throw std::runtime_error("cannot sign the certificate");
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(
        std::fopen(certificate.c_str(), "wbe"), std::fclose);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> secret(std::fopen(key.c_str(), "wbe"),
                                                                 std::fclose);
    PEM_write_X509(out.get(), x509.get());
    PEM_write_PrivateKey(secret.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
  }
  std::filesystem::path certificate;
  std::filesystem::path key;
};

/// TLS over a RawClient that trusts exactly one certificate and speaks versions up to `newest`.
class TlsTalk {
 public:
  TlsTalk(RawClient& client, const std::filesystem::path& trusted, int newest)
      : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free), ssl_(nullptr, SSL_free) {
    // Old versions are refused by OpenSSL's own default level before the server is asked.
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), newest);
    SSL_CTX_load_verify_locations(context_.get(), trusted.c_str(), nullptr);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), client.descriptor());
    ERR_clear_error();
    connected = SSL_connect(ssl_.get()) == 1;
    if (!connected) problem = ERR_GET_REASON(ERR_peek_error());
  }
  std::string ask(std::string_view request) {
    SSL_write(ssl_.get(), request.data(), static_cast<int>(request.size()));
    std::string answer;
    char piece[4096];
    for (;;) {
      const int count = SSL_read(ssl_.get(), piece, sizeof piece);
      if (count <= 0) return answer;
      answer.append(piece, static_cast<std::size_t>(count));
    }
  }
  [[nodiscard]] std::string version() const { return SSL_get_version(ssl_.get()); }
  bool connected = false;
  int problem = 0;  ///< OpenSSL's reason why the handshake failed

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

}  // namespace tocsin::net
