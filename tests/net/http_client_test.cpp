// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

namespace tocsin::net {
namespace {

/// A server on the loopback that gives the prepared answers, one a connection, in order.
class PreparedServer {
 public:
  explicit PreparedServer(std::vector<std::string> answers) : answers_(std::move(answers)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, any, length) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, any, &length) != 0)
      throw std::runtime_error("no loopback");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~PreparedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  PreparedServer(const PreparedServer&) = delete;
  PreparedServer& operator=(const PreparedServer&) = delete;
  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  /// What was asked, whole requests; read after the answers came.
  [[nodiscard]] const std::vector<std::string>& requests() const { return requests_; }

 private:
  void serve() {
    for (const auto& answer : answers_) {
      const int peer = ::accept(listener_, nullptr, nullptr);
      if (peer < 0) return;
      std::string request;
      char piece[4096];
      while (request.find("\r\n\r\n") == std::string::npos) {
        const auto count = ::recv(peer, piece, sizeof piece, 0);
        if (count <= 0) break;
        request.append(piece, static_cast<std::size_t>(count));
      }
      requests_.push_back(request);
      std::string text = answer;
      if (const auto at = text.find("{PORT}"); at != std::string::npos)
        text.replace(at, 6, std::to_string(port_));
      for (std::string_view rest = text; !rest.empty();) {
        const auto count = ::send(peer, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (count <= 0) break;
        rest.remove_prefix(static_cast<std::size_t>(count));
      }
      ::close(peer);
    }
  }

  std::vector<std::string> answers_;
  std::vector<std::string> requests_;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

HttpFetch fetch_of(const std::string& url) {
  HttpFetch fetch;
  fetch.url = url;
  return fetch;
}

TEST(HttpClient, FetchesWithItsConditions) {
  CurlClient client("Tocsin-test");
  const PreparedServer server(
      {"HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nLast-Modified: Tue, 05 Mar 2024 "
       "10:00:00 GMT\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
       "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"});
  std::string body;
  auto first = client.get(fetch_of(server.url("/feed")), body);
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(first->status, 200);
  EXPECT_EQ(body, "hello");
  EXPECT_EQ(first->etag, "\"v1\"");
  HttpFetch again = fetch_of(server.url("/feed"));
  again.etag = first->etag;
  again.last_modified = first->last_modified;
  auto second = client.get(again, body);
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(second->status, 304);
  EXPECT_EQ(body, "");
  EXPECT_NE(server.requests()[1].find("If-None-Match: \"v1\"\r\n"), std::string::npos);
  EXPECT_NE(server.requests()[1].find("If-Modified-Since: Tue, 05 Mar 2024 10:00:00 GMT\r\n"),
            std::string::npos);
  EXPECT_NE(server.requests()[0].find("User-Agent: Tocsin-test\r\n"), std::string::npos);
}

TEST(HttpClient, StopsAtTheSizeLimit) {
  CurlClient client("Tocsin-test");
  const PreparedServer server(
      {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(100'000, 'x')});
  HttpFetch fetch = fetch_of(server.url("/"));
  fetch.bytes_max = 50'000;
  std::string body;
  auto answer = client.get(fetch, body);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, base::ErrorCode::limit_exceeded);
}

TEST(HttpClient, FollowsARedirectAndForgetsItsHeaders) {
  CurlClient client("Tocsin-test");
  const PreparedServer server(
      {"HTTP/1.1 302 Found\r\nETag: \"old\"\r\nLocation: http://127.0.0.1:{PORT}/b\r\n"
       "Content-Length: 0\r\nConnection: close\r\n\r\n",
       "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nb"});
  std::string body;
  auto answer = client.get(fetch_of(server.url("/a")), body);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->url, server.url("/b"));
  EXPECT_EQ(answer->etag, "");
}

TEST(HttpClient, RefusesRedirectsOutOfTheWebAndInCircles) {
  CurlClient client("Tocsin-test");
  std::string body;
  const PreparedServer outside(
      {"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n"
       "Content-Length: 0\r\nConnection: close\r\n\r\n"});
  EXPECT_FALSE(client.get(fetch_of(outside.url("/a")), body));
  EXPECT_EQ(body, "");
  const PreparedServer circle(
      std::vector<std::string>(10,
                               "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n"
                               "Connection: close\r\n\r\n"));
  EXPECT_FALSE(client.get(fetch_of(circle.url("/a")), body));
}

TEST(HttpClient, ACutAnswerIsAnError) {
  CurlClient client("Tocsin-test");
  const PreparedServer server(
      {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nonly this"});
  std::string body;
  auto answer = client.get(fetch_of(server.url("/")), body);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, base::ErrorCode::unavailable);
}

TEST(HttpClient, RefusesAddresses) {
  for (const char* url :
       {"file:///etc/passwd", "ftp://example.org/", "http://user:word@example.org/", "http://",
        "gopher://x", "http://example.org/a b", "http://x\r\nHost: y", ""})
    EXPECT_FALSE(check_address(url)) << url;
  EXPECT_TRUE(check_address("https://example.org/feed?x=1@2"));
  EXPECT_TRUE(check_address("HTTPS://example.org"));
}

TEST(HttpClient, WritesFiles) {
  CurlClient client("Tocsin-test");
  const PreparedServer server(
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nRetry-After: 7\r\nConnection: close\r\n\r\nhello"});
  const auto file =
      std::filesystem::temp_directory_path() / ("tocsin-http-test-" + std::to_string(::getpid()));
  auto answer = client.get_file(fetch_of(server.url("/")), file);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->retry_after, std::chrono::seconds{7});
  std::stringstream content;
  content << std::ifstream(file).rdbuf();
  EXPECT_EQ(content.str(), "hello");
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace tocsin::net
