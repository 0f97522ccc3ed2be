// SPDX-License-Identifier: Apache-2.0
// Mail to a real receiver on the loopback: TLS, refusals, lost answers, and a program that is
// killed at each step of sending.
#include <csignal>

#include "inform_fixture.hpp"
#include "smtp_process.hpp"

namespace tocsin::inform {
namespace {

using std::chrono::minutes;

class KillTest : public InformFixture {
 protected:
  [[nodiscard]] net::SmtpMailer mailer_to(const SmtpProcess& receiver) const {
    net::SmtpServer server;
    server.host = "127.0.0.1";
    server.port = receiver.port();
    server.security = net::MailSecurity::none;
    auto made = net::SmtpMailer::make(std::move(server));
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  [[nodiscard]] static std::string message_id(const std::string& mail) {
    const auto at = mail.find("Message-ID: ");
    return mail.substr(at, mail.find("\r\n", at) - at);
  }
  /// Runs once in a child process that `mailer` may kill; the node is closed here meanwhile.
  void run_in_child(net::Mailer& mailer) {
    close();
    const auto child = ::fork();
    if (child == 0) {
      open();
      Dispatcher dispatcher(*parts_, &mailer, nullptr);
      static_cast<void>(dispatcher.run_due(clock_.now()));
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child was not killed";
    open();
  }
};

/// Kills the program before or after the mail was handed over.
class KillingMailer final : public net::Mailer {
 public:
  KillingMailer(net::Mailer& inner, bool after) : inner_(inner), after_(after) {}
  net::SendAnswer send(const net::Mail& mail) override {
    if (after_) static_cast<void>(inner_.send(mail));
    ::kill(::getpid(), SIGKILL);
    return {};
  }

 private:
  net::Mailer& inner_;
  bool after_;
};

TEST_F(KillTest, MailArrives) {
  const SmtpProcess receiver(folder_ / "mail", {});
  auto mailer = mailer_to(receiver);
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided(), {police});
  Dispatcher dispatcher(*parts_, &mailer, nullptr);
  ASSERT_TRUE(dispatcher.run_due(clock_.now()));
  EXPECT_EQ(outbox(notice)[0].delivery.state, DeliveryState::sent) << outbox(notice)[0].code;
  ASSERT_EQ(receiver.messages().size(), 1U);
  EXPECT_NE(receiver.messages()[0].find("To: <police@karevia.invalid>"), std::string::npos);
}

TEST_F(KillTest, ALostAnswerIsUncertainThenTheSameMessageComesAgain) {
  const SmtpProcess receiver(folder_ / "mail", {"--drop-answer", "1"});
  auto mailer = mailer_to(receiver);
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided(), {police});
  Dispatcher dispatcher(*parts_, &mailer, nullptr);
  ASSERT_TRUE(dispatcher.run_due(clock_.now()));
  EXPECT_EQ(outbox(notice)[0].delivery.state, DeliveryState::uncertain) << outbox(notice)[0].code;
  clock_.advance(uncertain_back_off_min);
  ASSERT_TRUE(dispatcher.run_due(clock_.now()));
  EXPECT_EQ(outbox(notice)[0].delivery.state, DeliveryState::sent);
  const auto mails = receiver.messages();
  ASSERT_EQ(mails.size(), 2U);
  EXPECT_EQ(message_id(mails[0]), message_id(mails[1]));
}

TEST_F(KillTest, RefusalsForNowAndForGood) {
  for (const auto& [code, state] :
       {std::pair{"451", DeliveryState::waiting}, std::pair{"550", DeliveryState::failed}}) {
    const SmtpProcess receiver(folder_ / code, {"--refuse", code});
    auto mailer = mailer_to(receiver);
    const auto police = authority("Police", Channel::email, "police@karevia.invalid");
    const auto notice = ordered(decided(), {police});
    Dispatcher dispatcher(*parts_, &mailer, nullptr);
    ASSERT_TRUE(dispatcher.run_due(clock_.now()));
    EXPECT_EQ(outbox(notice)[0].delivery.state, state) << code;
    EXPECT_EQ(outbox(notice)[0].code, code);
    clock_.advance(std::chrono::hours{1});
  }
}

TEST_F(KillTest, NobodyThereIsTriedLater) {
  net::SmtpServer server;
  server.host = "127.0.0.1";
  server.port = 1;
  server.security = net::MailSecurity::none;
  auto mailer = net::SmtpMailer::make(server);
  ASSERT_TRUE(mailer);
  const auto answer = mailer->send({"a@karevia.invalid", "b@karevia.invalid", "x\r\n"});
  EXPECT_EQ(answer.outcome, net::SendOutcome::refused_for_now);
  EXPECT_EQ(answer.code, "no_connection");
}

TEST_F(KillTest, MailElsewhereNeedsTlsAndItsCertificateMustHold) {
  net::SmtpServer far;
  far.host = "mail.karevia.invalid";
  far.security = net::MailSecurity::none;
  EXPECT_FALSE(net::SmtpMailer::make(far));
  if (std::system("openssl version >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "the openssl command is not installed";
  const auto make = "cd '" + folder_.string() +
                    "' && openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost"
                    " -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem"
                    " 2>/dev/null";
  ASSERT_EQ(std::system(make.c_str()), 0);
  const SmtpProcess receiver(
      folder_ / "mail", {"--tls", (folder_ / "cert.pem").string(), (folder_ / "key.pem").string()});
  net::SmtpServer server;
  server.host = "localhost";
  server.port = receiver.port();
  const net::Mail mail{"a@karevia.invalid", "b@karevia.invalid", "Subject: x\r\n\r\nx\r\n"};
  auto unknown = net::SmtpMailer::make(server);
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->send(mail).outcome, net::SendOutcome::refused_for_now);
  EXPECT_EQ(unknown->send(mail).code, "tls_failed");
  server.ca_file = (folder_ / "cert.pem").string();
  auto known = net::SmtpMailer::make(server);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->send(mail).outcome, net::SendOutcome::accepted);
  EXPECT_EQ(receiver.messages().size(), 1U);
  // A receiver without TLS gets nothing.
  const SmtpProcess plain(folder_ / "plain", {});
  server.port = plain.port();
  auto refused = net::SmtpMailer::make(server);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->send(mail).code, "no_tls");
  EXPECT_TRUE(plain.messages().empty());
}

TEST_F(KillTest, KilledBeforeTheMailLeftItIsSentLater) {
  const SmtpProcess receiver(folder_ / "mail", {});
  auto mailer = mailer_to(receiver);
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided(), {police});
  KillingMailer killing(mailer, false);
  run_in_child(killing);
  EXPECT_EQ(outbox(notice)[0].delivery.state, DeliveryState::sending);
  EXPECT_TRUE(receiver.messages().empty());
  Dispatcher dispatcher(*parts_, &mailer, nullptr);
  ASSERT_TRUE(dispatcher.run_due(clock_.now()));
  // Nobody knows whether it left: it is shown as such, and tried again after a while.
  EXPECT_EQ(outbox(notice)[0].delivery.state, DeliveryState::uncertain);
  EXPECT_EQ(outbox(notice)[0].code, "interrupted");
  clock_.advance(minutes{15});
  ASSERT_TRUE(dispatcher.run_due(clock_.now()));
  EXPECT_EQ(outbox(notice)[0].delivery.state, DeliveryState::sent);
  EXPECT_EQ(receiver.messages().size(), 1U);
}

TEST_F(KillTest, KilledAfterTheMailLeftItComesTwiceUnderOneName) {
  const SmtpProcess receiver(folder_ / "mail", {});
  auto mailer = mailer_to(receiver);
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided(), {police});
  KillingMailer killing(mailer, true);
  run_in_child(killing);
  EXPECT_EQ(receiver.messages().size(), 1U);
  Dispatcher dispatcher(*parts_, &mailer, nullptr);
  ASSERT_TRUE(dispatcher.run_due(clock_.now()));
  clock_.advance(minutes{15});
  ASSERT_TRUE(dispatcher.run_due(clock_.now()));
  EXPECT_EQ(outbox(notice)[0].delivery.state, DeliveryState::sent);
  const auto mails = receiver.messages();
  ASSERT_EQ(mails.size(), 2U);
  EXPECT_EQ(message_id(mails[0]), message_id(mails[1]));
}

}  // namespace
}  // namespace tocsin::inform
