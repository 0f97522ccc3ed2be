// SPDX-License-Identifier: Apache-2.0
// Entering with a security key, through the pages: what works, what shows, what an attacker tries.
#include "people/key_log_in.hpp"

#include "pages_fixture.hpp"
#include "software_key.hpp"
#include "store/query.hpp"

namespace tocsin::people {
namespace {

using namespace std::chrono_literals;

class KeyLogIn : public PagesFixture {
 protected:
  static std::string attribute(const std::string& page, const std::string& name) {
    const auto mark = name + "=\"";
    const auto at = page.find(mark);
    if (at == std::string::npos) return {};
    return page.substr(at + mark.size(), page.find('"', at + mark.size()) - at - mark.size());
  }
  static std::string ticket_in(const std::string& page) {
    return attribute(page, "name=\"ticket\" value");
  }
  static std::string challenge_in(const std::string& page) {
    return base::from_base64url(attribute(page, "data-challenge")).value_or("");
  }
  static std::string password() { return pagekit::percent_encode(good_password); }

  net::Response add(Browser& browser, SoftwareKey& key, const std::string& name = "Blue") {
    browser.get("/account");
    EXPECT_EQ(browser.post("/account/keys", "name=" + name + "&password=" + password()).status, 200)
        << browser.page;
    const auto answer = key.create(challenge_in(browser.page));
    return browser.post("/account/keys/add",
                        "ticket=" + ticket_in(browser.page) + key.form_fields(answer));
  }
  /// Types name and password and leaves the code empty.
  net::Response half(Browser& browser, const std::string& name,
                     std::string_view typed = good_password) {
    return browser.log_in(name, typed, "");
  }
  net::Response answer(Browser& browser, SoftwareKey& key) {
    return answer_as(browser, key, key.get(challenge_in(browser.page)));
  }
  net::Response answer_as(Browser& browser, const SoftwareKey& key,
                          const SoftwareKey::Answer& made) {
    return browser.post("/log-in/key",
                        "next=%2F&ticket=" + ticket_in(browser.page) + key.form_fields(made));
  }
  SoftwareKey blue{KeyAlgorithm::es256};
  SoftwareKey red{KeyAlgorithm::eddsa};
};

TEST_F(KeyLogIn, AKeyIsAddedAndEntersWithoutACode) {
  auto pia = entered_browser("pia");
  EXPECT_EQ(add(pia, blue).status, 200);
  EXPECT_NE(pia.page.find("Blue"), std::string::npos);
  EXPECT_EQ(add(pia, red, "Red").status, 200);
  for (auto* key : {&blue, &red}) {
    auto again = browser();
    ASSERT_EQ(half(again, "pia").status, 200) << again.page;
    EXPECT_NE(again.page.find("data-security-key=\"get\""), std::string::npos);
    const auto entered = answer(again, *key);
    EXPECT_EQ(entered.status, 303) << again.page;
    EXPECT_EQ(Browser::location(entered), "/desk");
    EXPECT_EQ(again.get("/account").status, 200);
    next_code();
  }
  expect_sound();
}

TEST_F(KeyLogIn, ACodeStaysPossibleWithAndWithoutTheSecondPage) {
  auto pia = entered_browser("pia");
  add(pia, blue);
  next_code();
  EXPECT_EQ(browser().log_in("pia", good_password, phone("pia")).status, 303);
  next_code();
  auto other = browser();
  half(other, "pia");
  EXPECT_EQ(
      other.post("/log-in/key", "ticket=" + ticket_in(other.page) + "&code=" + phone("pia")).status,
      303);
  auto wrong = browser();
  half(wrong, "pia");
  EXPECT_EQ(wrong.post("/log-in/key", "ticket=" + ticket_in(wrong.page) + "&code=000000").status,
            422);
  auto replayed = browser();
  half(replayed, "pia");
  EXPECT_EQ(
      replayed.post("/log-in/key", "ticket=" + ticket_in(replayed.page) + "&code=" + phone("pia"))
          .status,
      422)
      << "this code was used";
}

TEST_F(KeyLogIn, KeysShowOnlyAfterTheRightPassword) {
  auto pia = entered_browser("pia");
  auto ana = entered_browser("ana");
  add(pia, blue);
  // A wrong password with keys, a right one without, a wrong one without, nobody of that name.
  const std::pair<const char*, std::string_view> tries[] = {{"pia", "some other sentence"},
                                                            {"ana", good_password},
                                                            {"ana", "some other sentence"},
                                                            {"nobody", good_password}};
  std::set<std::string> pages;
  for (const auto& [name, typed] : tries) {
    auto other = browser();
    EXPECT_EQ(half(other, name, typed).status, 422);
    auto page = other.page;
    for (const auto& part : {std::string(name), other.token})
      for (auto at = page.find(part); at != std::string::npos; at = page.find(part))
        page.erase(at, part.size());
    pages.insert(page);
  }
  EXPECT_EQ(pages.size(), 1U) << "one answer to all";
  EXPECT_EQ(pages.begin()->find("data-security-key"), std::string::npos);
}

TEST_F(KeyLogIn, HostileAnswersCountAsFailedTries) {
  auto pia = entered_browser("pia");
  add(pia, blue);
  auto thief = browser();
  int status = 0;
  for (unsigned i = 0; i <= ThrottleLimits{}.free_failures; ++i) status = half(thief, "pia").status;
  EXPECT_EQ(status, 429) << "a right password alone does not end the waiting";
}

TEST_F(KeyLogIn, HostileReplayedAnswerIsRefused) {
  auto pia = entered_browser("pia");
  add(pia, blue);
  auto first = browser();
  half(first, "pia");
  const auto page = first.page;
  const auto made = blue.get(challenge_in(page));
  ASSERT_EQ(answer_as(first, blue, made).status, 303);
  auto thief = browser();
  half(thief, "pia");
  EXPECT_EQ(answer_as(thief, blue, made).status, 422) << "another challenge";
  // The same ticket once more, in the same browser.
  auto again = browser();
  half(again, "pia");
  const auto ticket = ticket_in(again.page);
  const auto fresh = blue.get(challenge_in(again.page));
  const auto fields = "ticket=" + ticket + blue.form_fields(fresh);
  EXPECT_EQ(again.post("/log-in/key", fields).status, 303);
  again.get("/log-in");
  again.cookies.erase("tocsin");
  again.get("/log-in");
  EXPECT_EQ(again.post("/log-in/key", fields).status, 422) << "a ticket serves once";
}

TEST_F(KeyLogIn, HostileTicketOfAnotherBrowserIsRefused) {
  auto pia = entered_browser("pia");
  add(pia, blue);
  auto victim = browser();
  half(victim, "pia");
  auto thief = browser();
  thief.get("/log-in");
  const auto made = blue.get(challenge_in(victim.page));
  EXPECT_EQ(
      thief.post("/log-in/key", "ticket=" + ticket_in(victim.page) + blue.form_fields(made)).status,
      422);
  EXPECT_EQ(thief.get("/account").status, 303);
}

TEST_F(KeyLogIn, HostileQuestionIsTooOldAfterTwoMinutes) {
  auto pia = entered_browser("pia");
  add(pia, blue);
  auto late = browser();
  half(late, "pia");
  advance(key_question_valid_for);
  EXPECT_EQ(answer(late, blue).status, 422);
  auto in_time = browser();
  half(in_time, "pia");
  advance(key_question_valid_for - 1ms);
  clock_.advance(-10h);
  EXPECT_EQ(answer(in_time, blue).status, 303);
}

TEST_F(KeyLogIn, HostileKeyOfAnotherAccountIsRefused) {
  auto pia = entered_browser("pia");
  auto dora = entered_browser("dora");
  add(pia, blue);
  add(dora, red);
  auto thief = browser();
  half(thief, "pia");
  EXPECT_EQ(answer(thief, red).status, 422);
  // The right name for the wrong key.
  half(thief, "pia");
  red.credential_id = blue.credential_id;
  EXPECT_EQ(answer(thief, red).status, 422);
}

TEST_F(KeyLogIn, HostileCopyIsRefusedToldAndBlocked) {
  auto pia = entered_browser("pia");
  add(pia, blue);
  auto first = browser();
  blue.counter = 20;
  half(first, "pia");
  ASSERT_EQ(answer(first, blue).status, 303);
  auto copy = browser();
  blue.counter = 3;
  half(copy, "pia");
  EXPECT_EQ(answer(copy, blue).status, 422);
  EXPECT_NE(copy.page.find("there may be a copy"), std::string::npos) << copy.page;
  // The key itself answers no more either; its owner sees why.
  blue.counter = 50;
  EXPECT_EQ(half(copy, "pia").status, 422);
  first.get("/account");
  EXPECT_NE(first.page.find("Blocked"), std::string::npos);
}

TEST_F(KeyLogIn, AddingNeedsThePasswordAndThisSession) {
  auto pia = entered_browser("pia");
  auto dora = entered_browser("dora");
  pia.get("/account");
  EXPECT_EQ(pia.post("/account/keys", "name=Blue&password=wrong+sentence").status, 422);
  EXPECT_EQ(pia.post("/account/keys", "name=+&password=" + password()).status, 422);
  ASSERT_EQ(pia.post("/account/keys", "name=Blue&password=" + password()).status, 200);
  const auto ticket = ticket_in(pia.page);
  const auto fields = "ticket=" + ticket + blue.form_fields(blue.create(challenge_in(pia.page)));
  dora.get("/account");
  EXPECT_EQ(dora.post("/account/keys/add", fields).status, 422) << "asked for in another session";
  EXPECT_EQ(pia.post("/account/keys/add", fields).status, 422) << "and used up by that";
  EXPECT_EQ(add(pia, blue).status, 200);
  EXPECT_EQ(add(pia, blue).status, 422) << "the same key twice";
}

TEST_F(KeyLogIn, RemovingNeedsThePasswordAndTakesEffect) {
  auto pia = entered_browser("pia");
  add(pia, blue);
  const auto handle = attribute(pia.page, "name=\"handle\" value");
  ASSERT_FALSE(handle.empty());
  EXPECT_EQ(pia.post("/account/keys/remove", "handle=" + handle + "&password=wrong+one").status,
            422);
  auto other = browser();
  half(other, "pia");
  pia.get("/account");
  EXPECT_EQ(pia.post("/account/keys/remove", "handle=" + handle + "&password=" + password()).status,
            200);
  EXPECT_EQ(answer(other, blue).status, 422) << "removed between question and answer";
  EXPECT_EQ(half(other, "pia").status, 422);
  EXPECT_EQ(pia.post("/account/keys/remove", "handle=none&password=" + password()).status, 422);
}

TEST_F(KeyLogIn, KeysAreSealedAndEndWithTheCredential) {
  auto pia = entered_browser("pia");
  add(pia, blue, "Marmalade");
  auto side = connect();
  const auto sealed =
      store::first(*side, "SELECT sealed FROM security_key",
                   [](const store::Statement& row) { return std::string(row.text(0)); });
  ASSERT_TRUE(sealed && *sealed);
  EXPECT_EQ((*sealed)->find("Marmalade"), std::string::npos);
  EXPECT_EQ((*sealed)->find(base::base64url(blue.credential_id)), std::string::npos);
  ASSERT_TRUE(delete_credential(*side, links_.at("pia").account));
  const auto left = store::first(*side, "SELECT count(*) FROM security_key",
                                 [](const store::Statement& row) { return row.integer(0); });
  EXPECT_EQ(**left, 0);
}

TEST_F(KeyLogIn, HostileFieldsAreHarmless) {
  auto pia = entered_browser("pia");
  add(pia, blue);
  for (const auto* fields : {"", "ticket=x", "ticket=&client_data=%00&data=%ff",
                             "credential_id=!!!!&signature=%3Cb%3E"}) {
    auto other = browser();
    half(other, "pia");
    EXPECT_EQ(other.post("/log-in/key", fields).status, 422) << fields;
    next_code();
    advance(1h);
    pia.get("/account");
  }
  auto huge = browser();
  half(huge, "pia");
  EXPECT_EQ(huge.post("/log-in/key",
                      "ticket=" + ticket_in(huge.page) + "&data=" + std::string(300'000, 'A'))
                .status,
            422);
  EXPECT_EQ(browser().post_raw("/log-in/key", "form_token=guess").status, 403);
}

TEST(SingleUse, GivesEachValueOnceAndDropsTheOldest) {
  base::ManualClock steady{base::Instant{std::chrono::milliseconds{5}}};
  SingleUse<int> held(steady, 2min, 3);
  const auto first = held.keep(1);
  const auto second = held.keep(2);
  EXPECT_EQ(held.take(second), 2);
  EXPECT_EQ(held.take(second), std::nullopt);
  EXPECT_EQ(held.take(""), std::nullopt);
  const auto third = held.keep(3);
  static_cast<void>(held.keep(4));
  static_cast<void>(held.keep(5));
  EXPECT_EQ(held.take(first), std::nullopt) << "three at most";
  steady.advance(2min);
  EXPECT_EQ(held.take(third), std::nullopt);
}

}  // namespace
}  // namespace tocsin::people
