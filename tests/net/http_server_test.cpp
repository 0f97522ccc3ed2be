// SPDX-License-Identifier: Apache-2.0
// The HTTP server against clients that are slow, greedy, broken or hostile. Limits are set small,
// and a test waits for the server to act: no test sleeps.
#include "net/http_server.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "echo_server.hpp"

namespace tocsin::net {
namespace {

TEST(HttpServer, GivesTheHandlerWhatWasAsked) {
  Echo echo;
  const auto answer =
      answer_to(echo,
                "POST /a%20b?x=1&y=%41 HTTP/1.1\r\nHost: localhost\r\nX-Mixed-Case:  v \r\n"
                "Content-Length: 5\r\nConnection: close\r\n\r\nhello");
  EXPECT_EQ(status_of(answer), 200) << answer;
  ASSERT_EQ(echo.requests().size(), 1U);
  const auto request = echo.requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/a%20b");
  EXPECT_EQ(request.query, "x=1&y=%41");
  EXPECT_EQ(request.header("x-mixed-case"), "v");
  EXPECT_EQ(request.header("not-there"), "");
  EXPECT_EQ(request.body, "hello");
  EXPECT_EQ(request.peer, "127.0.0.1");
}

TEST(HttpServer, AnswersHeadWithoutABody) {
  Echo echo;
  const auto answer =
      answer_to(echo, "HEAD /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_NE(answer.find("Content-Length: 17\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST(HttpServer, AHandlerThatThrowsAnswers500AndTheServerGoesOn) {
  Echo echo;
  EXPECT_EQ(status_of(answer_to(echo, get("/throw"))), 500);
  EXPECT_EQ(status_of(answer_to(echo, get("/"))), 200);
}

TEST(HttpServer, AnswersRequestsSentInOneGoInOrder) {
  Echo echo;
  const auto answer = answer_to(echo, get("/1", "") + get("/2", "") + get("/3"));
  const auto first = answer.find("GET /1?");
  const auto second = answer.find("GET /2?");
  const auto third = answer.find("GET /3?");
  ASSERT_NE(third, std::string::npos) << answer;
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

TEST(HttpServer, RefusesHeadersPastTheLimit) {
  ServerLimits limits;
  limits.header_bytes_max = 1000;
  Echo echo(limits);
  EXPECT_EQ(status_of(answer_to(echo, get("/", "X: " + std::string(1000, 'x') + "\r\n"))), 431);
  EXPECT_EQ(status_of(answer_to(echo, get("/" + std::string(1000, 'x')))), 431);
  EXPECT_TRUE(echo.requests().empty());
  EXPECT_EQ(status_of(answer_to(
                echo, get("/", "X: " + std::string(800, 'x') + "\r\nConnection: close\r\n"))),
            200);
}

TEST(HttpServer, RefusesBodiesPastTheLimitDeclaredOrInChunks) {
  ServerLimits limits;
  limits.body_bytes_max = 100;
  Echo echo(limits);
  const std::string post = "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  EXPECT_EQ(status_of(answer_to(echo, post + "Content-Length: 101\r\n\r\n")), 413);
  EXPECT_EQ(status_of(answer_to(echo, post + "Content-Length: 99999999999999999999999\r\n\r\n")),
            400);
  EXPECT_EQ(status_of(answer_to(echo, post + "Transfer-Encoding: chunked\r\n\r\n65\r\n" +
                                          std::string(101, 'x') + "\r\n0\r\n\r\n")),
            413);
  EXPECT_TRUE(echo.requests().empty());
  EXPECT_EQ(
      status_of(answer_to(echo, post + "Content-Length: 100\r\n\r\n" + std::string(100, 'x'))),
      200);
}

TEST(HttpServer, LargeBodiesAreTakenWhereFilesAreAndNowhereElse) {
  ServerLimits limits;
  limits.body_bytes_max = 100;
  limits.large_body_paths = {"/files"};
  limits.large_body_bytes_max = 1000;
  Echo echo(limits);
  const auto post = [](std::string_view path, std::size_t size) {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
           "Content-Length: " + std::to_string(size) + "\r\n\r\n" + std::string(size, 'x');
  };
  EXPECT_EQ(status_of(answer_to(echo, post("/files", 1000))), 200);
  EXPECT_EQ(status_of(answer_to(echo, post("/files?a=1", 500))), 200);
  EXPECT_EQ(status_of(answer_to(echo, post("/files", 1001))), 413);
  EXPECT_EQ(status_of(answer_to(echo, post("/other", 101))), 413);
  EXPECT_EQ(status_of(answer_to(echo, post("/files/", 101))), 413);
  EXPECT_EQ(status_of(answer_to(echo, post("/other", 100))), 200);
  // What does not say its length keeps to the usual one.
  const std::string chunked =
      "POST /files HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(
      status_of(answer_to(echo, chunked + "65\r\n" + std::string(101, 'x') + "\r\n0\r\n\r\n")),
      413);
  EXPECT_EQ(echo.requests().size(), 3U);
}

TEST(HttpServer, OnlySoManyLargeBodiesAreReadAtOnce) {
  ServerLimits limits;
  limits.body_bytes_max = 100;
  limits.large_body_paths = {"/files"};
  limits.large_body_bytes_max = 1000;
  limits.large_bodies_at_once_max = 1;
  Echo echo(limits);
  const std::string head =
      "POST /files HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 500\r\n";
  {
    std::optional<RawClient> slow;
    int status = 200;
    // A quick one that was read before the slow head takes the only room, and the slow one is
    // refused: it then begins anew. A quick one that is refused shows that the slow one has it.
    while (status == 200) {
      if (!slow || slow->wait(0)) {
        slow.emplace(echo.port());
        ASSERT_TRUE(slow->send(head + "\r\n" + std::string(10, 'x')));
      }
      status = status_of(answer_to(echo, head + "\r\n" + std::string(500, 'x')));
    }
    EXPECT_EQ(status, 503);
    EXPECT_EQ(status_of(answer_to(echo, get("/small"))), 200);
    ASSERT_TRUE(slow->send(std::string(490, 'x')));
    EXPECT_EQ(status_of(slow->all()), 200);
  }
  EXPECT_EQ(status_of(answer_to(echo, head + "\r\n" + std::string(500, 'x'))), 200);
}

TEST(HttpServer, TheAnswerToATooLargeBodyArrivesThoughTheBodyIsStillBeingSent) {
  ServerLimits limits;
  limits.body_bytes_max = 100;
  Echo echo(limits);
  RawClient client(echo.port());
  client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n");
  // Without lingering the kernel would reset the connection and drop the answer.
  EXPECT_TRUE(client.send(std::string(2'000'000, 'x')));
  EXPECT_EQ(status_of(client.all()), 413);
}

TEST(HttpServer, LingeringEndsAfterItsTimeAndItsBytes) {
  ServerLimits limits;
  limits.body_bytes_max = 100;
  limits.linger_ms = 50;
  limits.linger_bytes_max = 100'000;
  Echo echo(limits);
  const std::string head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n";
  RawClient silent(echo.port());
  silent.send(head);
  ASSERT_EQ(status_of(silent.all()), 413);
  while (silent.send("x")) {
    // The answer came with the end of what the server sends; now its other half must close too.
  }
  limits.linger_ms = 60'000;
  Echo patient(limits);
  RawClient endless(patient.port());
  endless.send(head);
  std::size_t sent = 0;
  const std::string piece(10'000, 'x');
  while (endless.send(piece)) sent += piece.size();
  EXPECT_GT(sent, 0U);
  EXPECT_LT(sent, 1U << 30);
}

TEST(HttpServer, ASlowFirstRequestIsCutOffThoughBytesKeepComing) {
  ServerLimits limits;
  limits.read_timeout_ms = 150;
  limits.idle_timeout_ms = 60'000;
  Echo echo(limits);
  const auto begin = Clock::now();
  RawClient client(echo.port());
  const std::string endless = get("/", "X: " + std::string(15'000, 'x'));
  for (std::size_t at = 0; at < endless.size(); ++at) {
    if (!client.send(endless.substr(at, 1)) || client.wait(5)) break;
  }
  EXPECT_EQ(client.all(), "");
  EXPECT_GE(ms_since(begin), 140);
  EXPECT_LT(ms_since(begin), hopeless_ms / 2);
  EXPECT_TRUE(echo.requests().empty());
}

TEST(HttpServer, ASlowBodyIsCutOff) {
  ServerLimits limits;
  limits.read_timeout_ms = 100;
  Echo echo(limits);
  RawClient client(echo.port());
  client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_EQ(client.all(), "");
  EXPECT_TRUE(echo.requests().empty());
}

TEST(HttpServer, ASlowSecondRequestHasTheTimeOfARequestNotOfAnIdleConnection) {
  ServerLimits limits;
  limits.read_timeout_ms = 100;
  limits.idle_timeout_ms = 60'000;
  Echo echo(limits);
  RawClient client(echo.port());
  client.send(get("/first", ""));
  ASSERT_TRUE(client.until("0 bytes\n"));
  const auto begin = Clock::now();
  client.send("GET /second HTTP/1.1\r\nHo");
  client.all();
  EXPECT_GE(ms_since(begin), 90);
  EXPECT_LT(ms_since(begin), hopeless_ms / 2);
  EXPECT_EQ(echo.requests().size(), 1U);
}

TEST(HttpServer, AnIdleConnectionIsClosedAfterItsTimeOnly) {
  ServerLimits limits;
  limits.read_timeout_ms = 60'000;
  limits.idle_timeout_ms = 150;
  Echo echo(limits);
  RawClient client(echo.port());
  client.send(get("/", ""));
  ASSERT_TRUE(client.until("0 bytes\n"));
  const auto begin = Clock::now();
  client.all();
  EXPECT_GE(ms_since(begin), 100);
  EXPECT_LT(ms_since(begin), hopeless_ms / 2);
}

TEST(HttpServer, AConnectionThatAsksNothingIsClosed) {
  ServerLimits limits;
  limits.read_timeout_ms = 100;
  Echo echo(limits);
  RawClient client(echo.port());
  EXPECT_EQ(client.all(), "");
}

TEST(HttpServer, AReaderThatDoesNotReadIsCutOff) {
  ServerLimits limits;
  limits.write_timeout_ms = 150;
  constexpr std::size_t large = 64U << 20;
  const auto body = std::make_shared<const std::string>(large, 'x');
  ServerOptions options;
  options.limits = limits;
  std::promise<void> asked;
  auto server = HttpServer::start(options, [&](const Request&) {
    Response response;
    response.shared_body = body;
    asked.set_value();
    return response;
  });
  ASSERT_TRUE(server);
  RawClient client((*server)->port(), 4096);
  client.send(get("/"));
  asked.get_future().wait();
  // The server is done with the connection when nobody but this test holds the body any more.
  const auto begin = Clock::now();
  while (body.use_count() > 1) {
    ASSERT_LT(ms_since(begin), hopeless_ms);
    std::this_thread::yield();
  }
  EXPECT_GE(ms_since(begin), 100);
  EXPECT_LT(client.all().size(), large);
}

TEST(HttpServer, TakesNoMoreConnectionsThanItMayAndGoesOnAfterwards) {
  ServerLimits limits;
  limits.connections_max = 2;
  Echo echo(limits);
  auto first = std::make_unique<RawClient>(echo.port());
  RawClient second(echo.port());
  first->send(get("/", ""));
  second.send(get("/", ""));
  ASSERT_TRUE(first->until("0 bytes\n"));
  ASSERT_TRUE(second.until("0 bytes\n"));
  EXPECT_EQ(answer_to(echo, get("/third")), "");
  EXPECT_EQ(echo.requests().size(), 2U);
  first.reset();
  // The server hears of the close in its own time; then the place is free again.
  const auto begin = Clock::now();
  while (status_of(answer_to(echo, get("/again"))) != 200) ASSERT_LT(ms_since(begin), hopeless_ms);
}

TEST(HttpServer, EndsAConnectionAfterItsLastRequest) {
  ServerLimits limits;
  limits.requests_per_connection_max = 3;
  Echo echo(limits);
  std::string many;
  for (int i = 0; i < 10; ++i) many += get("/" + std::to_string(i), "");
  const auto answer = answer_to(echo, many);
  EXPECT_EQ(echo.requests().size(), 3U);
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
}

TEST(HttpServer, SendsPublishedEventsToAllStreams) {
  Echo echo;
  RawClient one(echo.port());
  RawClient two(echo.port());
  for (auto* client : {&one, &two}) {
    client->send(get("/events"));
    ASSERT_TRUE(client->until(": open\n\n"));
    EXPECT_NE(client->got.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  }
  echo.server->publish("changed", "line 1\nline 2");
  for (auto* client : {&one, &two})
    EXPECT_TRUE(client->until("event: changed\ndata: line 1\ndata: line 2\n\n")) << client->got;
}

TEST(HttpServer, KeepsAStreamOpenWithHeartbeats) {
  ServerLimits limits;
  limits.stream_heartbeat_ms = 20;
  limits.idle_timeout_ms = 30;
  limits.read_timeout_ms = 30;
  Echo echo(limits);
  RawClient client(echo.port());
  client.send(get("/events"));
  ASSERT_TRUE(client.until(": still here\n\n: still here\n\n: still here\n\n: still here\n\n"));
  echo.server->publish("changed", "1");
  EXPECT_TRUE(client.until("event: changed\ndata: 1\n\n"));
}

TEST(HttpServer, StreamsCannotTakeAllConnections) {
  ServerLimits limits;
  limits.event_streams_max = 1;
  Echo echo(limits);
  auto first = std::make_unique<RawClient>(echo.port());
  first->send(get("/events"));
  ASSERT_TRUE(first->until(": open\n\n"));
  EXPECT_EQ(status_of(answer_to(echo, get("/events"))), 503);
  EXPECT_EQ(status_of(answer_to(echo, get("/page"))), 200);
  first.reset();
  const auto begin = Clock::now();
  for (;;) {
    // The place is free once writing to the closed stream has failed.
    echo.server->publish("changed", "1");
    RawClient next(echo.port());
    next.send(get("/events"));
    ASSERT_TRUE(next.until("\r\n\r\n"));
    if (status_of(next.got) == 200) break;
    ASSERT_LT(ms_since(begin), hopeless_ms);
  }
}

TEST(HttpServer, AStreamThatDoesNotReadIsEndedAndNotKeptInMemory) {
  ServerLimits limits;
  limits.stream_events_waiting_max = 4;
  limits.write_timeout_ms = 60'000;
  Echo echo(limits);
  RawClient client(echo.port(), 4096);
  client.send(get("/events"));
  ASSERT_TRUE(client.until(": open\n\n"));
  const std::string megabyte(1U << 20, 'x');
  constexpr std::size_t events = 100;
  for (std::size_t i = 0; i < events; ++i) echo.server->publish("big", megabyte);
  EXPECT_LT(client.all().size(), events * megabyte.size());
}

TEST(HttpServer, RefusesWhatIsNoRequest) {
  Echo echo;
  for (const std::string line :
       {"", "GET", "GET /", "GET / HTTP/2.0", "GET  / HTTP/1.1", "G\x01T / HTTP/1.1",
        "GET /\x01 HTTP/1.1", "GET / HTTP/1.1x", "GET / FTP/1.1", "GET http://evil/ HTTP/1.1",
        "OPTIONS * HTTP/1.1", "CONNECT evil:80 HTTP/1.1", "\x16\x03\x01\x02"}) {
    RawClient client(echo.port());
    client.send(line + "\r\nHost: localhost\r\n\r\n");
    client.end_sending();
    const auto answer = client.all();
    EXPECT_TRUE(answer.empty() || status_of(answer) == 400) << line << ": " << answer;
  }
  EXPECT_TRUE(echo.requests().empty());
}

TEST(HttpServer, RefusesHeadersThatCouldBeReadInTwoWays) {
  Echo echo;
  for (const std::string headers :
       {"Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 6\r\n",
        "Content-Length: -1\r\n", "Content-Length: +5\r\n", "Content-Length: 0x5\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked, chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: \x0B"
        "chunked\r\n",
        "Content-Length : 5\r\n", "No colon\r\n", ": no name\r\n", "Na me: x\r\n"}) {
    const auto answer =
        answer_to(echo, "POST / HTTP/1.1\r\nHost: localhost\r\n" + headers +
                            "Connection: close\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n");
    EXPECT_EQ(status_of(answer), 400) << headers << answer;
  }
  EXPECT_TRUE(echo.requests().empty());
}

TEST(HttpServer, RefusesNulAndOtherControlsInHeaders) {
  Echo echo;
  using namespace std::string_literals;
  for (const auto& headers : {"X: a\0b\r\n"s, "X\0: a\r\n"s,
                              "X: a\x01"
                              "b\r\n"s,
                              "X: a\x7F\r\n"s, "X: a\rb\r\n"s}) {
    const auto answer = answer_to(echo, get("/", headers + "Connection: close\r\n"));
    EXPECT_EQ(status_of(answer), 400) << answer;
  }
  EXPECT_TRUE(echo.requests().empty());
}

TEST(HttpServer, AFoldedHeaderIsOneValueAndNoSecondHeader) {
  Echo echo;
  const auto answer =
      answer_to(echo, get("/", "X-One: first\r\n X-Two: second\r\nConnection: close\r\n"));
  if (status_of(answer) == 200) {
    const auto request = echo.requests().front();
    EXPECT_EQ(request.header("x-one"), "first X-Two: second");
    EXPECT_EQ(request.header("x-two"), "");
  } else {
    EXPECT_EQ(status_of(answer), 400);
  }
}

TEST(HttpServer, ACutRequestIsNoRequest) {
  Echo echo;
  RawClient client(echo.port());
  client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf");
  client.end_sending();
  EXPECT_EQ(status_of(client.all()), 400);
  EXPECT_TRUE(echo.requests().empty());
}

TEST(Addresses, AreSplitIntoHostAndPort) {
  const auto four = split_address("127.0.0.1:8484");
  ASSERT_TRUE(four);
  EXPECT_EQ(*four, (std::pair<std::string, std::uint16_t>("127.0.0.1", 8484)));
  const auto six = split_address("[::1]:0");
  ASSERT_TRUE(six);
  EXPECT_EQ(*six, (std::pair<std::string, std::uint16_t>("::1", 0)));
  for (const auto* text : {"", ":1", "x", "x:", "x:70000", "x:-1", "x:1x", "[]:1", "x: 1"})
    EXPECT_FALSE(split_address(text)) << text;
}

TEST(Addresses, OnlyThisMachineIsLoopback) {
  for (const auto* text : {"127.0.0.1", "127.9.9.9", "::1", "localhost"})
    EXPECT_TRUE(is_loopback(text)) << text;
  for (const auto* text :
       {"0.0.0.0", "::", "192.168.0.1", "10.0.0.1", "localhost.evil", "", "128.0.0.1", "127.1"})
    EXPECT_FALSE(is_loopback(text)) << text;
}

}  // namespace
}  // namespace tocsin::net
