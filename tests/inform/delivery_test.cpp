// SPDX-License-Identifier: Apache-2.0
#include "inform/delivery.hpp"

#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "inform/mail_message.hpp"
#include "inform/webhook.hpp"

namespace tocsin::inform {
namespace {

using net::SendOutcome;
using std::chrono::hours;
using std::chrono::minutes;

const base::Instant now{std::chrono::milliseconds{1'900'000'000'000}};

TEST(BackOff, DoublesAndHasALimit) {
  EXPECT_EQ(back_off(1), minutes{1});
  EXPECT_EQ(back_off(2), minutes{2});
  EXPECT_EQ(back_off(6), minutes{32});
  EXPECT_EQ(back_off(10), back_off_max);
  EXPECT_EQ(back_off(1'000'000), back_off_max);
  EXPECT_EQ(back_off(0), minutes{1});
}

TEST(Deliveries, EveryOutcome) {
  const auto sending = begun({DeliveryState::waiting, 0, now});
  EXPECT_EQ(sending.state, DeliveryState::sending);
  EXPECT_EQ(sending.attempts, 1);
  EXPECT_EQ(ended(sending, SendOutcome::accepted, now).state, DeliveryState::sent);
  EXPECT_EQ(ended(sending, SendOutcome::refused_for_good, now).state, DeliveryState::failed);
  const auto later = ended(sending, SendOutcome::refused_for_now, now);
  EXPECT_EQ(later.state, DeliveryState::waiting);
  EXPECT_EQ(later.next, now + minutes{1});
  const auto lost = ended(sending, SendOutcome::lost, now);
  EXPECT_EQ(lost.state, DeliveryState::uncertain);
  EXPECT_EQ(lost.next, now + uncertain_back_off_min);
  EXPECT_EQ(interrupted(sending, now).state, DeliveryState::uncertain);
}

TEST(Deliveries, AreGivenUpAfterTheLimit) {
  Delivery delivery{DeliveryState::waiting, attempts_max - 1, now};
  EXPECT_TRUE(is_due(delivery, now));
  EXPECT_EQ(ended(begun(delivery), SendOutcome::refused_for_now, now).state, DeliveryState::failed);
  delivery.attempts = attempts_max;
  delivery.state = DeliveryState::uncertain;
  EXPECT_FALSE(is_due(delivery, now + hours{1000}));
}

TEST(Deliveries, DueOnlyInStatesThatWait) {
  for (const auto state :
       {DeliveryState::sending, DeliveryState::sent, DeliveryState::failed, DeliveryState::by_hand})
    EXPECT_FALSE(is_due({state, 0, now}, now)) << name_of(state);
  EXPECT_FALSE(is_due({DeliveryState::waiting, 1, now + minutes{1}}, now));
  // Written while the clock stood a year ahead: not waited for.
  EXPECT_TRUE(is_due({DeliveryState::waiting, 1, now + hours{9000}}, now));
}

MailDraft mail() {
  MailDraft draft;
  draft.from = "desk@karevia.invalid";
  draft.to = "police@karevia.invalid";
  draft.message_id = "abc@karevia.invalid";
  draft.date = now;
  draft.subject = "Attacks";
  draft.text = "One\nTwo\n";
  return draft;
}

/// Header lines of a message, unfolded.
std::vector<std::string> header_lines(const std::string& message) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (true) {
    const auto end = message.find("\r\n", at);
    const auto line = message.substr(at, end - at);
    if (line.empty() || end == std::string::npos) return lines;
    if (line[0] == ' ')
      lines.back() += line;
    else
      lines.push_back(line);
    at = end + 2;
  }
}

TEST(MailMessages, HeadersAndText) {
  const auto made = compose_mail(mail());
  ASSERT_TRUE(made) << made.error().text();
  const auto lines = header_lines(*made);
  EXPECT_EQ(lines[0], "Date: Sun, 17 Mar 2030 17:46:40 +0000");
  EXPECT_EQ(lines[3], "Message-ID: <abc@karevia.invalid>");
  EXPECT_EQ(made->substr(made->find("\r\n\r\n") + 4), base::base64("One\r\nTwo\r\n") + "\r\n");
}

TEST(MailMessages, NothingTypedBecomesAHeader) {
  auto draft = mail();
  draft.subject = "Attacks\r\nBcc: everyone@example.invalid\r\n\r\nbody";
  draft.text = "\r\n.\r\nMAIL FROM:<x>\r\n";
  const auto made = compose_mail(draft);
  ASSERT_TRUE(made);
  for (const auto& line : header_lines(*made)) EXPECT_FALSE(line.starts_with("Bcc")) << line;
  EXPECT_EQ(made->find("everyone@"), std::string::npos);
  EXPECT_EQ(made->find("\r\n.\r\n"), std::string::npos);
  for (const auto* address : {"a@b\r\nBcc: x@y", "a b@c", "<a@b>", "a@b,c@d", "a@@b", "@b", "a@",
                              "", "-a@b", "a@b\x01"}) {
    draft = mail();
    draft.to = address;
    EXPECT_FALSE(compose_mail(draft)) << address;
    draft = mail();
    draft.from = address;
    EXPECT_FALSE(compose_mail(draft)) << address;
  }
  draft = mail();
  draft.message_id = "a>\r\nBcc: x";
  EXPECT_FALSE(compose_mail(draft));
  draft = mail();
  draft.in_reply_to = "a b";
  EXPECT_FALSE(compose_mail(draft));
}

TEST(MailMessages, LongSubjectsAreFoldedBetweenSigns) {
  auto draft = mail();
  for (int i = 0; i < 60; ++i) draft.subject += "هجمات ";
  const auto made = compose_mail(draft);
  ASSERT_TRUE(made);
  std::size_t at = 0;
  while (at < made->size()) {
    const auto end = made->find("\r\n", at);
    EXPECT_LE(end - at, 78U);
    at = end + 2;
  }
}

TEST(MailMessages, NamesAreStable) {
  const auto one = message_id_of("notice:1", "authority:1", "notice", 0, "desk@karevia.invalid");
  EXPECT_EQ(one, message_id_of("notice:1", "authority:1", "notice", 0, "desk@karevia.invalid"));
  EXPECT_TRUE(one.ends_with("@karevia.invalid"));
  EXPECT_NE(one, message_id_of("notice:1", "authority:2", "notice", 0, "desk@karevia.invalid"));
  EXPECT_NE(one, message_id_of("notice:1", "authority:1", "chase", 0, "desk@karevia.invalid"));
  EXPECT_NE(one, message_id_of("notice:1", "authority:1", "notice", 1, "desk@karevia.invalid"));
}

TEST(Replies, SayWhatTheyAnswer) {
  const auto head = read_reply(
      "From: \"Police, Desk\" <POLICE@karevia.invalid>\r\n"
      "References: <first@x>\r\n <second@x>\r\n"
      "In-Reply-To: <third@x>\r\nSubject: Re: x\r\n\r\nIn-Reply-To: <body@x>\r\n");
  ASSERT_TRUE(head) << head.error().text();
  EXPECT_EQ(head->answers, (std::vector<std::string>{"first@x", "second@x", "third@x"}));
  EXPECT_EQ(head->from, "police@karevia.invalid");
  EXPECT_FALSE(head->automatic);
}

TEST(Replies, MachinesDoNotAcknowledge) {
  EXPECT_TRUE(read_reply("In-Reply-To: <a@x>\nAuto-Submitted: auto-replied\n\n")->automatic);
  EXPECT_TRUE(read_reply("In-Reply-To: <a@x>\nX-Failed-Recipients: a@b\n\n")->automatic);
  EXPECT_TRUE(read_reply("In-Reply-To: <a@x>\nContent-Type: multipart/report;\n"
                         " report-type=delivery-status\n\n")
                  ->automatic);
}

TEST(Replies, HostileOnes) {
  EXPECT_FALSE(read_reply(""));
  EXPECT_FALSE(read_reply("In-Reply-To: nothing in brackets\n\n"));
  EXPECT_FALSE(read_reply(std::string(reply_bytes_max + 1, 'a')));
  EXPECT_FALSE(read_reply("In-Reply-To: <a b>\n\n"));
  std::string many = "References:";
  for (int i = 0; i < 5000; ++i) many += " <" + std::to_string(i) + "@x>";
  const auto head = read_reply(many + "\n\n");
  ASSERT_TRUE(head);
  EXPECT_LE(head->answers.size(), reply_references_max);
  EXPECT_TRUE(read_reply("From: a@b\r\nBcc: c@d\nIn-Reply-To: <ok@x>\n\n"));
  EXPECT_EQ(read_reply("From: <a@b\x01>\nIn-Reply-To: <ok@x>\n\n")->from, "");
}

const std::string secret(40, 's');

std::string header(const std::vector<std::pair<std::string, std::string>>& headers,
                   std::string_view name) {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

TEST(Webhooks, AReceiverTakesEachOnce) {
  WebhookGuard guard(secret);
  const auto headers = sign_webhook(secret, "id-1", now, "{}");
  const auto time = header(headers, webhook_time_header);
  const auto mark = header(headers, webhook_signature_header);
  using Verdict = WebhookGuard::Verdict;
  EXPECT_EQ(guard.check("id-1", time, mark, "{}", now), Verdict::accepted);
  EXPECT_EQ(guard.check("id-1", time, mark, "{}", now + minutes{1}), Verdict::repeated);
  EXPECT_EQ(guard.check("id-1", time, mark, "{} ", now), Verdict::forged);
  EXPECT_EQ(guard.check("id-2", time, mark, "{}", now), Verdict::forged);
  EXPECT_EQ(guard.check("id-1", "1900000001", mark, "{}", now), Verdict::forged);
  EXPECT_EQ(guard.check("id-1", time, "", "{}", now), Verdict::forged);
  EXPECT_EQ(guard.check("id-1", time, mark, "{}", now + hours{1}), Verdict::too_old);
  EXPECT_EQ(guard.check("id-1", time, mark, "{}", now - hours{1}), Verdict::too_old);
}

TEST(Webhooks, ANameIsRememberedAsLongAsItsTimeCouldPass) {
  WebhookGuard guard(secret);
  using Verdict = WebhookGuard::Verdict;
  // Signed by a clock that is ahead by almost the window, repeated at the last moment.
  const auto headers = sign_webhook(secret, "id-1", now + minutes{4}, "{}");
  const auto time = header(headers, webhook_time_header);
  const auto mark = header(headers, webhook_signature_header);
  EXPECT_EQ(guard.check("id-1", time, mark, "{}", now), Verdict::accepted);
  EXPECT_EQ(guard.check("id-1", time, mark, "{}", now + minutes{8}), Verdict::repeated);
  EXPECT_EQ(guard.check("id-1", time, mark, "{}", now + minutes{10}), Verdict::too_old);
}

TEST(Webhooks, AVectorForOtherImplementations) {
  const auto headers =
      sign_webhook("0123456789abcdef0123456789abcdef", "m1@karevia.invalid",
                   base::Instant{std::chrono::seconds{1'900'000'000}}, "{\"a\":1}");
  EXPECT_EQ(header(headers, webhook_time_header), "1900000000");
  EXPECT_EQ(header(headers, webhook_signature_header).size(), 3U + 64U);
}

}  // namespace
}  // namespace tocsin::inform
