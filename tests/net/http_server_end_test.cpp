// SPDX-License-Identifier: Apache-2.0
// The HTTP server's two ends: how a connection is made (TLS, addresses) and how the server stops.
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <thread>

#include "echo_server.hpp"

namespace tocsin::net {
namespace {

class Tls : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-tls-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    certificate_ = std::make_unique<TestCertificate>(folder_);
    options_.certificate_file = certificate_->certificate;
    options_.key_file = certificate_->key;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
  std::unique_ptr<TestCertificate> certificate_;
  ServerOptions options_;
};

TEST_F(Tls, SpeaksVersionsTwoAndThree) {
  Echo echo({}, options_);
  for (const auto& [newest, name] :
       {std::pair{TLS1_2_VERSION, "TLSv1.2"}, std::pair{TLS1_3_VERSION, "TLSv1.3"}}) {
    RawClient client(echo.port());
    TlsTalk talk(client, certificate_->certificate, newest);
    ASSERT_TRUE(talk.connected) << ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, talk.problem));
    EXPECT_EQ(talk.version(), name);
    const auto answer = talk.ask(get("/secret"));
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_NE(answer.find("Strict-Transport-Security: max-age="), std::string::npos) << answer;
  }
  EXPECT_EQ(echo.requests().size(), 2U);
}

TEST_F(Tls, RefusesOlderVersions) {
  Echo echo({}, options_);
  for (const int newest : {TLS1_VERSION, TLS1_1_VERSION}) {
    RawClient client(echo.port());
    const TlsTalk talk(client, certificate_->certificate, newest);
    EXPECT_FALSE(talk.connected);
    // The refusal is the server's alert and not this client's own doing.
    EXPECT_EQ(talk.problem, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION);
  }
}

TEST_F(Tls, AClientThatTrustsAnotherCertificateDoesNotConnect) {
  Echo echo({}, options_);
  const TestCertificate other(folder_, "other");
  RawClient client(echo.port());
  const TlsTalk talk(client, other.certificate, TLS1_3_VERSION);
  EXPECT_FALSE(talk.connected);
  EXPECT_EQ(talk.problem, SSL_R_CERTIFICATE_VERIFY_FAILED);
}

TEST_F(Tls, APlainClientGetsNothing) {
  Echo echo({}, options_);
  EXPECT_EQ(answer_to(echo, get("/")).find("HTTP/"), std::string::npos);
  EXPECT_TRUE(echo.requests().empty());
}

TEST_F(Tls, AHandshakeThatDoesNotGoOnIsCutOff) {
  ServerLimits limits;
  limits.read_timeout_ms = 100;
  Echo echo(limits, options_);
  RawClient silent(echo.port());
  RawClient half(echo.port());
  half.send("\x16\x03\x01\x02");
  EXPECT_EQ(silent.all(), "");
  EXPECT_EQ(half.all(), "");
}

TEST_F(Tls, FilesThatCannotBeUsedAreNamed) {
  const TestCertificate other(folder_, "other");
  const auto refusal = [&](const std::filesystem::path& certificate,
                           const std::filesystem::path& key) {
    ServerOptions options = options_;
    options.certificate_file = certificate;
    options.key_file = key;
    const auto started = HttpServer::start(options, [](const Request&) { return Response{}; });
    return started ? std::string() : started.error().text();
  };
  const auto& good = *certificate_;
  EXPECT_NE(refusal(folder_ / "none.pem", good.key).find("none.pem"), std::string::npos);
  EXPECT_NE(refusal(good.certificate, folder_ / "none.key").find("none.key"), std::string::npos);
  EXPECT_NE(refusal(good.certificate, other.key).find("other.key"), std::string::npos);
  EXPECT_NE(refusal(good.key, good.key).find(good.key.string()), std::string::npos);
}

TEST(HttpServerStart, NamesAnAddressThatCannotBeUsed) {
  Echo echo;
  ServerOptions options;
  options.port = echo.port();
  const auto handler = [](const Request&) { return Response{}; };
  auto taken = HttpServer::start(options, handler);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, base::ErrorCode::io);
  options.address = "nonsense";
  auto nonsense = HttpServer::start(options, handler);
  ASSERT_FALSE(nonsense);
  EXPECT_EQ(nonsense.error().code, base::ErrorCode::invalid_input);
}

TEST(HttpServerStop, ARequestThatIsBeingAnsweredGetsItsAnswer) {
  std::promise<void> arrived;
  std::promise<void> go_on;
  ServerOptions options;
  auto server = HttpServer::start(options, [&](const Request&) {
    arrived.set_value();
    go_on.get_future().wait();
    Response response;
    response.body = "answered\n";
    return response;
  });
  ASSERT_TRUE(server);
  RawClient client((*server)->port());
  client.send(get("/", ""));
  arrived.get_future().wait();
  std::thread stopper([&] { (*server)->stop(); });
  // The stop has begun once the door is shut; only then may the answer go on its way.
  const auto begin = Clock::now();
  for (bool open = true; open;) {
    ASSERT_LT(ms_since(begin), hopeless_ms);
    try {
      RawClient late((*server)->port());
      open = late.wait(0) || ms_since(begin) < hopeless_ms;
    } catch (const std::runtime_error&) {
      open = false;
    }
  }
  go_on.set_value();
  const auto answer = client.all();
  stopper.join();
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("answered\n")) << answer;
}

TEST(HttpServerStop, EndsIdleConnectionsAndStreamsAtOnce) {
  ServerLimits limits;
  limits.stop_grace_ms = 60'000;
  Echo echo(limits);
  RawClient silent(echo.port());
  RawClient idle(echo.port());
  RawClient stream(echo.port());
  idle.send(get("/", ""));
  stream.send(get("/events"));
  ASSERT_TRUE(idle.until("0 bytes\n"));
  ASSERT_TRUE(stream.until(": open\n\n"));
  const auto begin = Clock::now();
  echo.server->stop();
  EXPECT_LT(ms_since(begin), hopeless_ms);
  silent.all();
  idle.all();
  stream.all();
  echo.server->stop();  // a second time does nothing
  EXPECT_THROW(RawClient late(echo.port()), std::runtime_error);
}

TEST(HttpServerStop, WaitsNoLongerThanItsGraceForHalfARequest) {
  ServerLimits limits;
  limits.stop_grace_ms = 100;
  limits.read_timeout_ms = 60'000;
  Echo echo(limits);
  RawClient half(echo.port());
  half.send("GET / HT");
  RawClient whole(echo.port());
  whole.send(get("/"));
  ASSERT_TRUE(whole.until("0 bytes\n"));
  const auto begin = Clock::now();
  echo.server->stop();
  EXPECT_LT(ms_since(begin), hopeless_ms);
}

}  // namespace
}  // namespace tocsin::net
