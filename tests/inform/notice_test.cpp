// SPDX-License-Identifier: Apache-2.0
#include <condition_variable>

#include "base/crypto.hpp"
#include "formats/json.hpp"
#include "inform/mail_message.hpp"
#include "inform/webhook.hpp"
#include "inform_fixture.hpp"

namespace tocsin::inform {
namespace {

using base::ErrorCode;
using std::chrono::hours;
using std::chrono::minutes;

using NoticeTest = InformFixture;

/// The decoded text of a mail in clear.
std::string body_of(const net::Mail& mail) {
  auto encoded = mail.data.substr(mail.data.find("\r\n\r\n") + 4);
  std::erase_if(encoded, [](char c) { return c == '\r' || c == '\n'; });
  return base::from_base64(encoded).value_or("");
}

TEST_F(NoticeTest, APlainMailSaysNothingAboveClear) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided("AMBER"), {police});
  EXPECT_EQ(run().sent, 1U);
  ASSERT_EQ(mailer_.mails.size(), 1U);
  const auto body = body_of(mailer_.mails[0]);
  EXPECT_EQ(body.find("villages"), std::string::npos);
  EXPECT_EQ(body.find("Tavo"), std::string::npos);
  EXPECT_NE(body.find("https://node.invalid/notice/" + token(notice, police)), std::string::npos);
}

TEST_F(NoticeTest, WhatIsClearIsSaid) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid", "CLEAR", "ar");
  ordered(decided("CLEAR"), {police});
  run();
  ASSERT_EQ(mailer_.mails.size(), 1U);
  EXPECT_NE(body_of(mailer_.mails[0]).find("أُحرقت ثلاث قرى."), std::string::npos);
}

TEST_F(NoticeTest, AboveTheClearanceNothingCanBeOrdered) {
  const auto press = authority("Press office", Channel::email, "press@karevia.invalid", "GREEN");
  const auto warning = decided("AMBER");
  const auto refused = notices().order(*officer_, order_for(warning, {press}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::forbidden);
}

TEST_F(NoticeTest, RedIsHandedOver) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid", "RED");
  const auto notice = ordered(decided("RED"), {police});
  EXPECT_EQ(run().sent, 0U);
  EXPECT_EQ(outbox(notice)[0].delivery.state, DeliveryState::by_hand);
  EXPECT_FALSE(shown(token(notice, police)).text);
}

/// Answers the first address only once another one has been sent to.
class SilentPoster final : public net::Poster {
 public:
  net::SendAnswer send(const net::Post& post) override {
    std::unique_lock lock(mutex_);
    if (post.url.find("silent") == std::string::npos) {
      another_ = true;
      changed_.notify_all();
      return {net::SendOutcome::accepted, "200"};
    }
    const bool others_went = changed_.wait_for(lock, hopeless, [this] { return another_; });
    return {others_went ? net::SendOutcome::accepted : net::SendOutcome::refused_for_now, "200"};
  }

 private:
  static constexpr std::chrono::seconds hopeless{10};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool another_ = false;
};

TEST_F(NoticeTest, WhoIsSilentKeepsNobodyElseWaiting) {
  std::vector<std::string> all;
  for (const auto* name : {"silent-1", "silent-2", "silent-3", "police"})
    all.push_back(
        authority(name, Channel::webhook, "https://" + std::string(name) + ".invalid/hook"));
  const auto notice = ordered(decided(), all);
  SilentPoster poster;
  Dispatcher dispatcher(*parts_, nullptr, &poster);
  const auto ran = dispatcher.run_due(clock_.now());
  ASSERT_TRUE(ran) << ran.error().text();
  EXPECT_EQ(ran->sent, 4U);
  for (const auto& row : outbox(notice)) EXPECT_EQ(row.delivery.state, DeliveryState::sent);
}

TEST_F(NoticeTest, WhatMayNotBeNoticedLeavesByNoNetwork) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid", "RED");
  const auto hook = authority("Hook", Channel::webhook, "https://police.invalid/hook", "RED");
  const auto notice = ordered(decided("CLEAR", "RED"), {police, hook});
  EXPECT_EQ(run().sent, 0U);
  for (const auto& delivery : outbox(notice))
    EXPECT_EQ(delivery.delivery.state, DeliveryState::by_hand);
  EXPECT_FALSE(shown(token(notice, police)).text);
}

TEST_F(NoticeTest, NothingIsPublishedThatItsPapHoldsBack) {
  const auto police = authority("Police", Channel::cap, "https://police.invalid/cap", "CLEAR");
  for (const auto* pap : {"GREEN", "AMBER", "RED"}) {
    auto order = order_for(decided("CLEAR", pap), {police});
    order.release = true;
    const auto refused = notices().order(*principal_, order);
    ASSERT_FALSE(refused) << pap;
    EXPECT_EQ(refused.error().code, ErrorCode::forbidden);
  }
}

TEST_F(NoticeTest, OnlyADecisionToActIsTold) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto waiting = with_principal();
  EXPECT_FALSE(notices().order(*officer_, order_for(waiting, {police})));
  ASSERT_TRUE(warnings().decide(*principal_, waiting, head(waiting),
                                {WarningStep::not_act, "Not now.", {}}));
  const auto refused = notices().order(*officer_, order_for(waiting, {police}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_FALSE(notices().order(*analyst_, order_for(decided(), {police})));
}

TEST_F(NoticeTest, OnlyThePrincipalReleasesAndOnlyWhatIsClear) {
  const auto police = authority("Police", Channel::cap, "https://police.invalid/cap", "CLEAR");
  auto order = order_for(decided("CLEAR"), {police});
  order.release = true;
  EXPECT_FALSE(notices().order(*officer_, order));
  EXPECT_TRUE(notices().order(*principal_, order));
  run();
  ASSERT_EQ(poster_.posts.size(), 1U);
  EXPECT_NE(poster_.posts[0].body.find("<scope>Public</scope>"), std::string::npos);
  const auto police2 = authority("Police 2", Channel::cap, "https://police.invalid/cap2");
  auto amber = order_for(decided("AMBER"), {police2});
  amber.release = true;
  EXPECT_FALSE(notices().order(*principal_, amber));
}

TEST_F(NoticeTest, AWebhookIsSignedAndSaysTheContent) {
  const auto police = authority("Police", Channel::webhook, "https://police.invalid/hook");
  ordered(decided(), {police});
  run();
  ASSERT_EQ(poster_.posts.size(), 1U);
  const auto& post = poster_.posts[0];
  const auto header = [&](std::string_view name) {
    for (const auto& [key, value] : post.headers)
      if (key == name) return value;
    return std::string();
  };
  WebhookGuard guard(std::string(40, 's'));
  EXPECT_EQ(guard.check(header(webhook_id_header), header(webhook_time_header),
                        header(webhook_signature_header), post.body, clock_.now()),
            WebhookGuard::Verdict::accepted);
  const auto body = formats::parse_json(post.body);
  ASSERT_TRUE(body);
  EXPECT_EQ(formats::text_member(*body, "severity"), "Severe");
  EXPECT_NE(post.body.find("villages"), std::string::npos);
}

TEST_F(NoticeTest, OpeningTheLinkNeverAcknowledges) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided("GREEN"), {police});
  const auto link = token(notice, police);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(shown(link).receiver.acknowledged);
  EXPECT_TRUE(shown(link).text);
  ASSERT_TRUE(notices().acknowledge(link, shown(link).form_token, "A. Duty", "Duty officer"));
  EXPECT_TRUE(shown(link).receiver.acknowledged);
  // Once more changes nothing.
  ASSERT_TRUE(notices().acknowledge(link, shown(link).form_token, "B. Other", "Clerk"));
  auto database = connect();
  EXPECT_EQ(receipts_of(*database, notice)->size(), 1U);
}

TEST_F(NoticeTest, AmberIsShownToWhoSaidTheirName) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided("AMBER"), {police});
  const auto link = token(notice, police);
  EXPECT_FALSE(shown(link).text);
  ASSERT_TRUE(notices().acknowledge(link, shown(link).form_token, "A. Duty", "Duty officer"));
  EXPECT_TRUE(shown(link).text);
}

TEST_F(NoticeTest, ForgedLinksAndForms) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto army = authority("Army", Channel::email, "army@karevia.invalid");
  const auto notice = ordered(decided(), {police, army});
  const auto link = token(notice, police);
  auto changed = link;
  changed.front() = changed.front() == 'A' ? 'B' : 'A';
  auto database = connect();
  for (const auto& forged :
       {changed, std::string(), link + "A", link.substr(1), std::string(100'000, 'A'),
        std::string("' OR 1=1 --"), base::to_hex(base::sha256(link))}) {
    const auto answer = notices().show(*database, forged);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::not_found);
    EXPECT_FALSE(notices().acknowledge(forged, shown(link).form_token, "A", "B"));
  }
  // The form of one receiver does not fit another's page.
  const auto other = notices().acknowledge(link, shown(token(notice, army)).form_token, "A", "B");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::forbidden);
  EXPECT_FALSE(notices().acknowledge(link, "", "A", "B"));
  EXPECT_FALSE(shown(link).receiver.acknowledged);
}

TEST_F(NoticeTest, AcknowledgingNeedsNameAndFunction) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto link = token(ordered(decided(), {police}), police);
  const auto form = shown(link).form_token;
  EXPECT_EQ(notices().acknowledge(link, form, " ", "Officer").error().place, "name");
  EXPECT_EQ(notices().acknowledge(link, form, "A", "").error().place, "function");
  EXPECT_FALSE(
      notices().acknowledge(link, form, std::string(receipt_name_bytes_max + 1, 'x'), "B"));
  EXPECT_TRUE(notices().acknowledge(link, form, "<b>A</b>'; DROP TABLE receipt", "B"));
}

TEST_F(NoticeTest, WhoDoesNotAcknowledgeIsChased) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto army = authority("Army", Channel::email, "army@karevia.invalid");
  const auto notice = ordered(decided(), {police, army});
  EXPECT_EQ(run().sent, 2U);
  const auto link = token(notice, police);
  ASSERT_TRUE(notices().acknowledge(link, shown(link).form_token, "A. Duty", "Duty officer"));
  clock_.advance(hours{24});
  const auto ran = run();
  EXPECT_EQ(ran.chases, 1U);
  EXPECT_EQ(ran.sent, 1U);
  EXPECT_EQ(mailer_.mails.back().to, "army@karevia.invalid");
  EXPECT_NE(mailer_.mails.back().data.find("In-Reply-To: <"), std::string::npos);
  EXPECT_EQ(run().chases, 0U);
  int chases = 1;
  for (int day = 0; day < 60; ++day) {
    clock_.advance(hours{24});
    chases += static_cast<int>(run().chases);
  }
  EXPECT_EQ(chases, rules_->urgency("days")->chases_max);
}

TEST_F(NoticeTest, ReceiptsByHandAndByReply) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided(), {police});
  run();
  const auto id = outbox(notice)[0].message_id;
  const auto reply = "From: <police@karevia.invalid>\r\nIn-Reply-To: <" + id + ">\r\n\r\nGot it.";
  const auto found = notices().match_reply(*officer_, reply);
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->notice, notice);
  EXPECT_EQ(found->authority, police);
  EXPECT_TRUE(found->from_known_address);
  EXPECT_FALSE(
      notices().match_reply(*officer_, "In-Reply-To: <" + id + ">\n\n")->from_known_address);
  EXPECT_FALSE(notices().match_reply(*officer_, "In-Reply-To: <other@x>\n\n"));
  EXPECT_FALSE(notices().match_reply(*analyst_, reply));
  clock_.advance(hours{1});
  HandReceipt receipt{notice,
                      police,
                      "telephone",
                      clock_.now() - minutes{10},
                      "A. Duty",
                      "Duty officer",
                      "Called back on the known number."};
  EXPECT_FALSE(notices().receive(*analyst_, receipt));
  auto future = receipt;
  future.at = clock_.now() + hours{1};
  EXPECT_EQ(notices().receive(*officer_, future).error().place, "at");
  auto odd = receipt;
  odd.way = "pigeon";
  EXPECT_EQ(notices().receive(*officer_, odd).error().place, "way");
  ASSERT_TRUE(notices().receive(*officer_, receipt));
  auto database = connect();
  EXPECT_TRUE((*receiver_of(*database, notice, police))->acknowledged);
}

TEST_F(NoticeTest, AReceiptInTheMinuteOfTheNoticeIsNotBeforeIt) {
  clock_.advance(std::chrono::seconds{30});
  const auto police = authority("Police", Channel::print, "Front desk");
  const auto notice = ordered(decided(), {police});
  const auto ordered_at = find_notice(*connect(), notice)->value().at;
  clock_.advance(std::chrono::seconds{5});
  HandReceipt receipt{notice, police, "paper", std::chrono::floor<minutes>(ordered_at),
                      "A",    "B",    ""};
  ASSERT_LT(receipt.at, ordered_at);
  auto earlier = receipt;
  earlier.at -= minutes{1};
  EXPECT_EQ(notices().receive(*officer_, earlier).error().place, "at");
  ASSERT_TRUE(notices().receive(*officer_, receipt));
  EXPECT_EQ((*receiver_of(*connect(), notice, police))->acknowledged, ordered_at);
}

TEST_F(NoticeTest, ALostAnswerIsUncertainAndTriedAgainUnderTheSameName) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided(), {police});
  mailer_.answer = {net::SendOutcome::lost, "timeout"};
  EXPECT_EQ(run().uncertain, 1U);
  EXPECT_EQ(outbox(notice)[0].delivery.state, DeliveryState::uncertain);
  EXPECT_EQ(run().sent, 0U);
  clock_.advance(uncertain_back_off_min);
  mailer_.answer = {net::SendOutcome::accepted, "250"};
  EXPECT_EQ(run().sent, 1U);
  ASSERT_EQ(mailer_.mails.size(), 2U);
  EXPECT_EQ(mailer_.mails[0].data, mailer_.mails[1].data);
  EXPECT_EQ(outbox(notice)[0].delivery.attempts, 2);
}

TEST_F(NoticeTest, RefusalsAreTriedAgainOrNot) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided(), {police});
  mailer_.answer = {net::SendOutcome::refused_for_now, "451"};
  EXPECT_EQ(run().put_off, 1U);
  EXPECT_EQ(outbox(notice)[0].code, "451");
  clock_.advance(minutes{1});
  mailer_.answer = {net::SendOutcome::refused_for_good, "550"};
  EXPECT_EQ(run().failed, 1U);
  clock_.advance(hours{23});
  EXPECT_EQ(run().sent, 0U);
  EXPECT_EQ(outbox(notice)[0].delivery.state, DeliveryState::failed);
}

TEST_F(NoticeTest, EachAttemptStandsOnTheDiskBeforeItIsMade) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided(), {police});
  bool looked = false;
  mailer_.on_send = [&] {
    looked = true;
    EXPECT_EQ(outbox(notice)[0].delivery.state, DeliveryState::sending);
    EXPECT_EQ(outbox(notice)[0].delivery.attempts, 1);
  };
  run();
  EXPECT_TRUE(looked);
}

TEST_F(NoticeTest, WithoutAMailServerMailWaits) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided(), {police});
  Dispatcher without(*parts_, nullptr, nullptr);
  ASSERT_TRUE(without.run_due(clock_.now()));
  EXPECT_EQ(outbox(notice)[0].code, "no_mail_server");
  EXPECT_EQ(outbox(notice)[0].delivery.attempts, 0);
  clock_.advance(minutes{1});
  EXPECT_EQ(run().sent, 1U);
}

TEST_F(NoticeTest, AClosedEntryOrALoweredClearanceStopsWhatHasNotLeft) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided(), {police});
  auto database = connect();
  auto row = find_authority(*database, police);
  ASSERT_TRUE(row && *row);
  auto lowered = open_authority(vault_, *database, **row);
  ASSERT_TRUE(lowered);
  lowered->clearance = "CLEAR";
  const auto seen = base::array_of<32>(*base::from_hex((*row)->revision));
  ASSERT_TRUE(authorities().change(*officer_, police, *seen, *lowered));
  EXPECT_EQ(run().failed, 1U);
  EXPECT_EQ(outbox(notice)[0].code, "not_made");
  EXPECT_TRUE(mailer_.mails.empty());
}

TEST_F(NoticeTest, WhoseEntryIsClosedGetsNothingAndIsNotChased) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto army = authority("Army", Channel::email, "army@karevia.invalid");
  const auto notice = ordered(decided(), {police, army});
  auto database = connect();
  const auto entry = find_authority(*database, police);
  ASSERT_TRUE(entry && *entry);
  const auto seen = base::array_of<32>(*base::from_hex((*entry)->revision));
  ASSERT_TRUE(authorities().close(*officer_, police, *seen));
  EXPECT_EQ(run().sent, 1U);
  EXPECT_EQ(mailed_to(), (std::vector<std::string>{"army@karevia.invalid"}));
  for (const auto& one : outbox(notice))
    EXPECT_EQ(one.delivery.state,
              one.receiver == police ? DeliveryState::dropped : DeliveryState::sent);
  clock_.advance(hours{24});
  EXPECT_EQ(run().chases, 1U);
  EXPECT_EQ(mailed_to().back(), "army@karevia.invalid");
}

TEST_F(NoticeTest, EverythingSurvivesARestart) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto warning = decided();
  const auto notice = ordered(warning, {police});
  const auto link = token(notice, police);
  restart();
  EXPECT_EQ(token(notice, police), link);
  EXPECT_EQ(run().sent, 1U);
  restart();
  EXPECT_EQ(outbox(notice)[0].delivery.state, DeliveryState::sent);
  EXPECT_EQ(run().sent, 0U);
  ASSERT_TRUE(notices().acknowledge(link, shown(link).form_token, "A. Duty", "Duty officer"));
  restart();
  EXPECT_TRUE(shown(link).receiver.acknowledged);
  EXPECT_EQ(state(warning), "decided");
}

TEST_F(NoticeTest, OversizedAndOddOrders) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto warning = decided();
  const auto refused = [&](auto change) {
    auto order = order_for(warning, {police});
    change(order);
    return !notices().order(*officer_, order);
  };
  EXPECT_TRUE(refused([](auto& o) { o.texts.clear(); }));
  EXPECT_TRUE(refused([](auto& o) { o.texts[0].headline = "a\nb"; }));
  EXPECT_TRUE(refused([](auto& o) { o.texts[0].description = std::string(8001, 'x'); }));
  EXPECT_TRUE(refused([](auto& o) { o.texts[1].language = "en"; }));
  EXPECT_TRUE(refused([](auto& o) { o.texts[1].language = "e n"; }));
  for (const auto* odd : {"", "9", "abcdefghijkl", "en-", "-en", "en--GB", "en_GB"})
    EXPECT_TRUE(refused([&](auto& o) { o.texts[1].language = odd; })) << odd;
  EXPECT_FALSE(refused([](auto& o) { o.texts[1].language = "pt-BR"; }));
  EXPECT_TRUE(refused([](auto& o) { o.texts.resize(7, o.texts[0]); }));
  EXPECT_TRUE(refused([](auto& o) { o.authorities.clear(); }));
  EXPECT_TRUE(refused([](auto& o) { o.authorities = {"authority:x' OR '1'='1"}; }));
  EXPECT_TRUE(refused([](auto& o) { o.message = NoticeMessage::update; }));
  EXPECT_TRUE(refused([](auto& o) { o.replaces = "notice:other"; }));
  EXPECT_TRUE(refused([](auto& o) { o.seen = {}; }));
}

TEST_F(NoticeTest, AuthoritiesAreChecked) {
  Authority good;
  good.name = "Police";
  good.address = "police@karevia.invalid";
  EXPECT_TRUE(check_authority(good));
  const auto refused = [&](auto change, std::string_view place) {
    auto one = good;
    change(one);
    const auto done = check_authority(one);
    ASSERT_FALSE(done) << place;
    EXPECT_EQ(done.error().place, place);
  };
  refused([](auto& a) { a.name = ""; }, "name");
  refused([](auto& a) { a.name = "a\nb"; }, "name");
  refused([](auto& a) { a.address = "a@b\r\nBcc: x"; }, "address");
  refused([](auto& a) { a.channel = Channel::webhook, a.address = "http://far.invalid/"; },
          "address");
  refused([](auto& a) { a.channel = Channel::webhook, a.address = "https://x.invalid/"; },
          "webhook_secret");
  refused([](auto& a) { a.channel = Channel::page; }, "channel");
  refused([](auto& a) { a.duty_from = "25:00"; }, "duty_from");
  refused([](auto& a) { a.duty_to = "8"; }, "duty_to");
  refused([](auto& a) { a.duty_days = "89"; }, "duty_days");
  for (const auto* zone : {"", "../etc", "Africa/Adis_Abeba", "EAT", "GMT+3", "Etc/Unknown",
                           "+03:00", "africa/addis_ababa", "Africa/Addis_Ababa "}) {
    auto one = good;
    one.duty_zone = zone;
    const auto done = check_authority(one);
    ASSERT_FALSE(done) << zone;
    EXPECT_EQ(done.error().place, "duty_zone");
    EXPECT_NE(done.error().text().find("such as Africa/Addis_Ababa"), std::string::npos);
  }
  for (const auto* zone :
       {"UTC", "Africa/Addis_Ababa", "Asia/Kolkata", "America/Argentina/Ushuaia"}) {
    auto one = good;
    one.duty_zone = zone;
    EXPECT_TRUE(check_authority(one)) << zone;
  }
  refused([](auto& a) { a.clearance = "PURPLE"; }, "clearance");
  refused([](auto& a) { a.certificate = "none"; }, "certificate");
  EXPECT_FALSE(authorities().add(*analyst_, good));
}

TEST_F(NoticeTest, WhatNoAlertCanCarryIsRefusedWithItsPlace) {
  const auto police = authority("Police", Channel::cap, "https://police.invalid/cap");
  const auto warning = decided();
  const auto place_of = [&](auto change) {
    auto order = order_for(warning, {police});
    change(order.texts[1]);
    const auto made = notices().order(*officer_, order);
    return made ? std::string("ordered") : made.error().place;
  };
  const std::string odd = "Tavo\xEF\xBF\xBE";
  EXPECT_EQ(place_of([](auto& text) { text.language = "e1"; }), "language");
  EXPECT_EQ(place_of([&](auto& text) { text.headline = odd; }), "headline_signs");
  EXPECT_EQ(place_of([&](auto& text) { text.description = odd; }), "description_signs");
  EXPECT_EQ(place_of([](auto& text) { text.instruction = "\xEF\xBF\xBF"; }), "instruction_signs");
  EXPECT_EQ(place_of([](auto&) {}), "ordered");
}

}  // namespace
}  // namespace tocsin::inform
