// SPDX-License-Identifier: Apache-2.0
// Updates and cancels: for whom they replace what went before, and what is not sent any more.
#include <algorithm>
#include <set>
#include <utility>

#include "inform/inform_pages.hpp"
#include "inform/thread_measures.hpp"
#include "inform_fixture.hpp"

namespace tocsin::inform {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class ReplacedNotice : public InformFixture {
 protected:
  /// An update or cancel.
  std::string later(NoticeMessage message, const std::string& warning, const std::string& replaces,
                    std::vector<std::string> receivers) {
    auto order = order_for(warning, std::move(receivers));
    order.message = message;
    order.replaces = replaces;
    const auto made = notices().order(*officer_, order);
    EXPECT_TRUE(made) << made.error().text();
    return made.value_or("");
  }
  /// Which authorities are still reminded of which notice.
  [[nodiscard]] std::set<std::pair<std::string, std::string>> reminded() const {
    auto database = connect();
    std::set<std::pair<std::string, std::string>> open;
    const auto rows = unacknowledged(*database);
    for (const auto& one : rows.value()) open.emplace(one.notice, one.to.authority);
    return open;
  }
};

TEST_F(ReplacedNotice, CapUpdatesNameWhatTheyFollow) {
  const auto police = authority("Police", Channel::cap, "https://police.invalid/cap");
  const auto warning = decided();
  const auto first = ordered(warning, {police});
  EXPECT_EQ(run().sent, 1U);
  const auto second = later(NoticeMessage::update, warning, first, {police});
  EXPECT_EQ(run().sent, 1U);
  later(NoticeMessage::cancel, warning, second, {police});
  EXPECT_EQ(run().sent, 1U);
  ASSERT_EQ(poster_.posts.size(), 3U);
  int cancels = 0;
  for (const auto& post : poster_.posts) {
    EXPECT_EQ(post.content_type, "application/cap+xml");
    EXPECT_NE(post.body.find("<scope>Restricted</scope>"), std::string::npos);
    if (post.body.find("<msgType>Cancel</msgType>") == std::string::npos) continue;
    ++cancels;
    EXPECT_NE(post.body.find("desk@karevia.invalid," + first), std::string::npos);
    EXPECT_NE(post.body.find("desk@karevia.invalid," + second), std::string::npos);
  }
  EXPECT_EQ(cancels, 1);
}

TEST_F(ReplacedNotice, WhoIsLeftOutOfAnUpdateIsStillReminded) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto army = authority("Army", Channel::email, "army@karevia.invalid");
  const auto warning = decided();
  const auto alert = ordered(warning, {police, army});
  run();
  const auto update = later(NoticeMessage::update, warning, alert, {police});
  run();
  using Open = std::set<std::pair<std::string, std::string>>;
  EXPECT_EQ(reminded(), (Open{{alert, army}, {update, police}}));
  clock_.advance(hours{24});
  EXPECT_EQ(run().chases, 2U);
  mailer_.mails.clear();
  // What ends an update ends all that it followed, for whom it reaches.
  const auto cancel = later(NoticeMessage::cancel, warning, update, {police, army});
  EXPECT_EQ(reminded(), (Open{{cancel, army}, {cancel, police}}));
  const auto link = token(cancel, army);
  ASSERT_TRUE(notices().acknowledge(link, shown(link).form_token, "A. Duty", "Duty officer"));
  EXPECT_EQ(reminded(), (Open{{cancel, police}}));
  close();
  auto database = connect();
  ASSERT_TRUE(database->execute("DELETE FROM account"));
  const auto rebuilt = ledger::rebuild(*database, projections_);
  ASSERT_TRUE(rebuilt);
  EXPECT_TRUE(rebuilt->tables_that_differ.empty()) << rebuilt->tables_that_differ.front();
}

TEST_F(ReplacedNotice, AReceiptOfTheOlderTextAcknowledgesNothingNewer) {
  pagekit::Router router;
  add_inform_routes(router, *parts_);
  add_notice_routes(router, *parts_);
  const auto get = [&](const std::string& path) {
    net::Request request;
    request.method = "GET";
    request.path = path;
    return router.serve(request, officer_).body;
  };
  const auto uuid = [](const std::string& object) { return object.substr(object.find(':') + 1); };
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto army = authority("Army", Channel::email, "army@karevia.invalid");
  const auto warning = decided();
  const auto alert = ordered(warning, {police, army});
  run();
  const auto of_army = token(alert, army);
  ASSERT_TRUE(notices().acknowledge(of_army, shown(of_army).form_token, "B. Duty", "Officer"));
  clock_.advance(hours{1});
  const auto update = later(NoticeMessage::update, warning, alert, {police, army});
  run();
  const auto path = "/notices/" + uuid(alert) + "/receipts/" + uuid(police);
  EXPECT_NE(get(path).find("A later notice went to this authority."), std::string::npos);
  EXPECT_EQ(get("/notices/" + uuid(update) + "/receipts/" + uuid(police))
                .find("A later notice went to this authority."),
            std::string::npos);
  const auto link = token(alert, police);
  const auto says = "is one of this older text";
  EXPECT_NE(get("/notice/" + link).find(says), std::string::npos);
  EXPECT_EQ(get("/notice/" + token(update, police)).find(says), std::string::npos);
  clock_.advance(hours{1});
  ASSERT_TRUE(notices().acknowledge(link, shown(link).form_token, "A. Duty", "Duty officer"));
  EXPECT_NE(get("/notice/" + link).find(says), std::string::npos);
  {
    auto database = connect();
    EXPECT_EQ(receipts_of(*database, alert)->size(), 2U);
    EXPECT_TRUE(receipts_of(*database, update)->empty());
  }
  // What is in force is still asked for.
  using Open = std::set<std::pair<std::string, std::string>>;
  EXPECT_EQ(reminded(), (Open{{update, police}, {update, army}}));
  clock_.advance(hours{24});
  EXPECT_EQ(run().chases, 2U);
  const auto page = get("/warnings/" + uuid(warning));
  std::size_t marks = 0;
  constexpr std::string_view mark = "receipt of the older text";
  for (std::size_t at = 0; (at = page.find(mark, at)) != std::string::npos; at += mark.size())
    ++marks;
  EXPECT_EQ(marks, 1U);  // that of the police; the army's came while it was in force
  auto database = connect();
  const auto rows = read_thread(*database, {}, clock_.now(), false);
  ASSERT_TRUE(rows);
  const auto measured = measure_thread(*rows);
  EXPECT_EQ(measured.acknowledged.of, 3U);
  EXPECT_EQ(measured.acknowledged.done, 1U);
}

TEST_F(ReplacedNotice, AnAlertThatHasNotLeftNeverFollowsItsCancel) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto army = authority("Army", Channel::email, "army@karevia.invalid");
  for (const auto outcome : {net::SendOutcome::refused_for_now, net::SendOutcome::lost}) {
    const auto warning = decided();
    mailer_.answer = {outcome, "451"};
    const auto alert = ordered(warning, {police, army});
    run();
    const auto cancel = later(NoticeMessage::cancel, warning, alert, {police});
    mailer_.mails.clear();
    mailer_.answer = {net::SendOutcome::accepted, "250"};
    for (int i = 0; i < 3; ++i) {
      clock_.advance(minutes{20});
      run();
    }
    // The army was not told of the cancel: for it the alert still stands.
    // To different receivers at once, in any order.
    auto mailed = mailed_to();
    std::ranges::sort(mailed);
    EXPECT_EQ(mailed, (std::vector<std::string>{"army@karevia.invalid", "police@karevia.invalid"}));
    for (const auto& delivery : outbox(alert)) {
      const bool replaced = delivery.receiver == police;
      // What may have arrived is not called dropped.
      const auto left =
          outcome == net::SendOutcome::lost ? DeliveryState::uncertain : DeliveryState::dropped;
      EXPECT_EQ(delivery.delivery.state, replaced ? left : DeliveryState::sent);
      if (replaced) {
        EXPECT_EQ(delivery.code, "replaced");
      }
    }
    EXPECT_EQ(outbox(cancel)[0].delivery.state, DeliveryState::sent);
  }
}

TEST_F(ReplacedNotice, WhatIsReplacedWhileItIsBeingSentIsNotTriedAgain) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto warning = decided();
  for (const auto outcome : {net::SendOutcome::refused_for_now, net::SendOutcome::lost}) {
    const auto alert = ordered(warning, {police});
    mailer_.answer = {outcome, "451"};
    bool ordered_meanwhile = false;
    mailer_.on_send = [&] {
      if (std::exchange(ordered_meanwhile, true)) return;
      later(NoticeMessage::cancel, warning, alert, {police});
    };
    run();
    mailer_.on_send = {};
    mailer_.mails.clear();
    mailer_.answer = {net::SendOutcome::accepted, "250"};
    for (int i = 0; i < 3; ++i) {
      clock_.advance(minutes{20});
      run();
    }
    EXPECT_EQ(mailer_.mails.size(), 1U);
    EXPECT_EQ(outbox(alert)[0].delivery.state, outcome == net::SendOutcome::lost
                                                   ? DeliveryState::uncertain
                                                   : DeliveryState::dropped);
  }
}

TEST_F(ReplacedNotice, WhatIsOrderedTwiceLeavesOnce) {
  const auto police = authority("Police", Channel::cap, "https://police.invalid/cap");
  const auto army = authority("Army", Channel::cap, "https://army.invalid/cap");
  const auto warning = decided();
  const auto refusal = [&](NoticeOrder order) {
    const auto made = notices().order(*officer_, std::move(order));
    EXPECT_FALSE(made);
    if (made) return std::string("ordered");
    EXPECT_EQ(made.error().code, base::ErrorCode::conflict);
    return made.error().place;
  };
  const auto following = [&](NoticeMessage message, const std::string& replaces,
                             std::vector<std::string> receivers) {
    auto order = order_for(warning, std::move(receivers));
    order.message = message;
    order.replaces = replaces;
    return order;
  };
  const auto alert = ordered(warning, {police});
  EXPECT_EQ(refusal(order_for(warning, {police})), "already_same");
  EXPECT_EQ(refusal(order_for(warning, {army, police})), "already_same");
  ordered(warning, {army});  // who has nothing yet is told
  const auto change = following(NoticeMessage::update, alert, {police});
  const auto update = notices().order(*officer_, change).value();
  EXPECT_EQ(refusal(change), "already_replaced");
  const auto end = following(NoticeMessage::cancel, update, {police});
  const auto cancel = notices().order(*officer_, end).value();
  EXPECT_EQ(refusal(end), "already_cancelled");
  EXPECT_EQ(refusal(following(NoticeMessage::update, update, {police})), "already_cancelled");
  EXPECT_EQ(refusal(following(NoticeMessage::update, cancel, {police})), "already_cancelled");
  // To one who never had it, a cancel goes once too.
  const auto other = following(NoticeMessage::cancel, update, {army});
  ASSERT_TRUE(notices().order(*officer_, other));
  EXPECT_EQ(refusal(other), "already_same");
  run();
  EXPECT_EQ(poster_.posts.size(), 3U);  // what was replaced before it left is dropped
  // What was cancelled can be said anew.
  EXPECT_TRUE(notices().order(*officer_, order_for(warning, {police})));
}

TEST_F(ReplacedNotice, AFormSentTwiceNamesTheFirst) {
  pagekit::Router router;
  add_inform_routes(router, *parts_);
  const auto uuid = [](const std::string& object) { return object.substr(object.find(':') + 1); };
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto warning = decided();
  const auto send = [&](const std::string& message) {
    net::Request request;
    request.method = "POST";
    request.path = "/warnings/" + uuid(warning) + "/inform";
    request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    request.body = "form_token=" + officer_->form_token + "&message=" + message +
                   "&seen=" + base::to_hex(head(warning)) +
                   "&language_1=en&headline_1=Attacks&description_1=Three&to_" + uuid(police) +
                   "=1";
    return router.serve(request, officer_);
  };
  EXPECT_EQ(send("x").status, 400);
  EXPECT_EQ(send("").status, 400);
  EXPECT_EQ(send("alert").status, 303);
  const auto again = send("alert");
  EXPECT_EQ(again.status, 409);
  EXPECT_NE(again.body.find("this same notice already"), std::string::npos) << again.body;
  EXPECT_NE(again.body.find("First notice"), std::string::npos);
  auto database = connect();
  EXPECT_EQ(notices_of(*database, warning)->size(), 1U);
}

}  // namespace
}  // namespace tocsin::inform
