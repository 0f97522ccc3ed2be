// SPDX-License-Identifier: Apache-2.0
// Logging in, sessions and one-time codes: what holds, and what an attacker tries.
#include "people_fixture.hpp"

namespace tocsin::people {
namespace {

using LogIn = PeopleFixture;

TEST(Totp, FitsTheVectorsOfRfc6238) {
  const std::string secret = "12345678901234567890";
  constexpr unsigned digits = 8;
  const std::pair<std::int64_t, const char*> vectors[] = {
      {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
      {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [seconds, code] : vectors)
    EXPECT_EQ(totp_code(secret, totp_step(base::Instant{std::chrono::seconds{seconds}}), digits),
              code);
}

TEST(Totp, TakesOneStepOfDriftAndNoUsedStep) {
  const std::string secret = "12345678901234567890";
  const base::Instant now{std::chrono::seconds{1'800'000'000}};
  const auto step = totp_step(now);
  for (const std::int64_t off : {-1, 0, 1})
    EXPECT_EQ(matching_step(secret, totp_code(secret, step + off), now, 0), step + off);
  for (const std::int64_t off : {-2, 2})
    EXPECT_FALSE(matching_step(secret, totp_code(secret, step + off), now, 0));
  EXPECT_FALSE(matching_step(secret, totp_code(secret, step), now, step));
  EXPECT_FALSE(matching_step(secret, totp_code(secret, step - 1), now, step));
  auto spaced = totp_code(secret, step);
  spaced.insert(3, " ");
  EXPECT_TRUE(matching_step(secret, spaced, now, 0));
  for (const auto* wrong : {"", "0", "0000000", "abcdef"})
    EXPECT_FALSE(matching_step(secret, wrong, now, 0)) << wrong;
}

TEST(Totp, AddressIsWhatAuthenticatorsRead) {
  EXPECT_EQ(totp_address("12345678901234567890", "Tocsin A", "pia"),
            "otpauth://totp/Tocsin%20A:pia?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
            "&issuer=Tocsin%20A&algorithm=SHA1&digits=6&period=30");
}

TEST_F(LogIn, HostileReplayedCodeIsRefused) {
  ASSERT_NE(entered("pia"), nullptr);
  EXPECT_FALSE(log_in_as("pia")) << "the code of the enrolment was used";
  next_code();
  EXPECT_TRUE(log_in_as("pia"));
  const auto replay = log_in_as("pia");
  ASSERT_FALSE(replay);
  EXPECT_EQ(replay.error().place, "log_in_refused");
}

TEST_F(LogIn, HostileReplayAfterTheClockWentBackIsRefused) {
  ASSERT_NE(entered("pia"), nullptr);
  next_code();
  ASSERT_TRUE(log_in_as("pia"));
  clock_.advance(-std::chrono::minutes{10});
  EXPECT_FALSE(log_in_as("pia"));
  clock_.advance(std::chrono::minutes{11});
  EXPECT_TRUE(log_in_as("pia"));
}

TEST_F(LogIn, WhateverIsWrongGetsOneAnswer) {
  ASSERT_NE(entered("pia"), nullptr);
  next_code();
  remember_factor("nobody", "no token at all");
  remember_factor("ana", links_.at("ana").token);
  const auto wrong_password = log_in_as("pia", "some other sentence");
  const auto wrong_code = log_in(*parts_, {"pia", std::string(good_password), "000000", {}, "en"});
  const auto unknown = log_in_as("nobody");
  const auto invited = log_in_as("ana");
  for (const auto* answer : {&wrong_password, &wrong_code, &unknown, &invited}) {
    ASSERT_FALSE(*answer);
    EXPECT_EQ(answer->error().text(), wrong_password.error().text());
    EXPECT_EQ(answer->error().code, base::ErrorCode::unauthenticated);
  }
}

TEST_F(LogIn, HostileGuessingIsSlowedForKnownAndUnknownNamesAlike) {
  ASSERT_NE(entered("pia"), nullptr);
  remember_factor("nobody", "no token at all");
  for (const auto* name : {"pia", "nobody"}) {
    for (unsigned i = 0; i < ThrottleLimits{}.free_failures; ++i) {
      const auto wrong = log_in_as(name, "wrong wrong wrong " + std::to_string(i));
      ASSERT_FALSE(wrong);
      EXPECT_EQ(wrong.error().place, "log_in_refused") << name << i;
    }
    next_code();
    const auto slowed = log_in_as(name, "wrong once more, sorry");
    EXPECT_EQ(slowed.error().place, "log_in_refused") << "the wait is shorter than a code's life";
    const auto again = log_in_as(name);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().place, "try_later") << name;
  }
}

TEST_F(LogIn, HostileLockOutDoesNotReachAKnownBrowser) {
  ASSERT_NE(entered("pia"), nullptr);
  // An attacker who tries each time that the wait is over makes it longer and longer.
  const auto attack = [&] {
    for (int i = 0; i < 15; ++i) {
      advance(ThrottleLimits{}.wait_max);
      ASSERT_FALSE(log_in_as("pia", "an attacker guesses"));
    }
    next_code();
  };
  const auto place_of = [](const base::Result<Entrance>& answer) {
    return answer ? std::string("entered") : answer.error().place;
  };
  attack();
  EXPECT_EQ(place_of(log_in_as("pia")), "try_later");
  EXPECT_TRUE(log_in_as("pia", good_password, marks_.at("pia")));
  // The mark of one account helps with no other, and a made-up one with none.
  ASSERT_NE(entered("dora"), nullptr);
  attack();
  EXPECT_EQ(place_of(log_in_as("pia", good_password, marks_.at("dora"))), "try_later");
  EXPECT_EQ(place_of(log_in_as("pia", good_password, std::string(64, 'A'))), "try_later");
}

TEST_F(LogIn, HostileSprayingOverManyNamesIsSlowed) {
  unsigned slowed = 0;
  for (unsigned i = 0; i < ThrottleLimits{}.all_failures_at_once + 20; ++i) {
    const auto answer =
        log_in(*parts_, {"name" + std::to_string(i), "Spring 2026 is here", "000000", {}, "en"});
    if (answer.error().place == "try_later") ++slowed;
  }
  EXPECT_EQ(slowed, 20U);
  ASSERT_NE(entered("pia"), nullptr);
  next_code();
  EXPECT_TRUE(log_in_as("pia", good_password, marks_.at("pia")));
}

TEST_F(LogIn, AKeyThatRunsOutIsFollowedByANewOne) {
  const auto first = entered("pia");
  advance(key_validity - key_renewed_before - std::chrono::hours{1});
  EXPECT_EQ(sessions_.find(log_in_as("pia")->session_id)->key_object, first->key_object);
  advance(std::chrono::hours{2});
  const auto renewed = sessions_.find(log_in_as("pia")->session_id);
  EXPECT_NE(renewed->key_object, first->key_object);
  next_code();
  EXPECT_EQ(sessions_.find(log_in_as("pia")->session_id)->key_object, renewed->key_object);
  EXPECT_FALSE(log_in_as("pia")) << "a replay after the renewal";
  expect_sound();
}

TEST_F(LogIn, ANewPasswordEndsOtherSessionsAndTheOldPassword) {
  const auto pia = entered("pia");
  next_code();
  const auto other = log_in_as("pia").value();
  const auto own_id = ids_.at("pia");
  EXPECT_FALSE(
      change_password(*parts_, *pia, own_id, "not the old one", "a new one of some length"));
  EXPECT_FALSE(change_password(*parts_, *pia, own_id, good_password, "passwordpassword"));
  ASSERT_TRUE(change_password(*parts_, *pia, own_id, good_password, "orchid tram winter nine"));
  EXPECT_NE(sessions_.find(own_id), nullptr);
  EXPECT_EQ(sessions_.find(other.session_id), nullptr);
  next_code();
  EXPECT_FALSE(log_in_as("pia", good_password));
  const auto back = log_in_as("pia", "orchid tram winter nine");
  ASSERT_TRUE(back);
  EXPECT_EQ(sessions_.find(back->session_id)->key_object, pia->key_object);
}

TEST_F(LogIn, ANewSecondFactorReplacesTheOld) {
  const auto pia = entered("pia");
  const auto own_id = ids_.at("pia");
  auto side = connect();
  const auto fresh = std::string(
      CredentialStore::open(*side, vault_)->offered_totp("session\n" + pia->form_token).bytes());
  EXPECT_EQ(offered_factor(*parts_, *pia)->totp_secret, base::base32(fresh));
  next_code();
  const auto code = totp_code(fresh, totp_step(clock_.now()));
  EXPECT_FALSE(change_second_factor(*parts_, *pia, own_id, "not the password", code));
  EXPECT_FALSE(change_second_factor(*parts_, *pia, own_id, good_password, "000000"));
  ASSERT_TRUE(change_second_factor(*parts_, *pia, own_id, good_password, code));
  next_code();
  EXPECT_FALSE(log_in_as("pia")) << "the old factor";
  factors_["pia"] = fresh;
  EXPECT_TRUE(log_in_as("pia"));
}

class SessionsOn : public testing::Test {
 protected:
  static std::shared_ptr<Session> someone(std::string account) {
    auto session = std::make_shared<Session>();
    session->person.account = std::move(account);
    session->form_token = "token of the form";
    return session;
  }
  base::ManualClock steady_{base::Instant{std::chrono::milliseconds{50'000}}};
  SessionLimits limits_;
  Sessions sessions_{steady_, limits_};
};

TEST_F(SessionsOn, EndWhenIdleAndWhenOld) {
  const auto idle = sessions_.open(someone("account:a"));
  steady_.advance(limits_.idle_max - std::chrono::milliseconds{1});
  EXPECT_NE(sessions_.find(idle), nullptr);
  steady_.advance(limits_.idle_max);
  EXPECT_EQ(sessions_.find(idle), nullptr);
  const auto busy = sessions_.open(someone("account:a"));
  const auto steps = limits_.age_max / std::chrono::minutes{20};
  for (int i = 1; i < steps; ++i) {
    steady_.advance(std::chrono::minutes{20});
    ASSERT_NE(sessions_.find(busy), nullptr);
  }
  steady_.advance(std::chrono::minutes{20});
  EXPECT_EQ(sessions_.find(busy), nullptr) << "however busy, twelve hours are the end";
}

TEST_F(SessionsOn, HostileClockThatGoesBackLengthensNothing) {
  const auto id = sessions_.open(someone("account:a"));
  steady_.advance(limits_.idle_max - std::chrono::minutes{1});
  const auto other = sessions_.open(someone("account:b"));
  steady_.advance(-std::chrono::hours{5});
  EXPECT_NE(sessions_.find(other), nullptr);
  steady_.advance(std::chrono::hours{5} + std::chrono::minutes{1});
  EXPECT_EQ(sessions_.find(id), nullptr);
}

TEST_F(SessionsOn, HostileFixationAGivenIdIsNeverTaken) {
  EXPECT_EQ(sessions_.find("an id that the attacker chose"), nullptr);
  const auto first = sessions_.open(someone("account:a"));
  const auto second = sessions_.open(someone("account:a"));
  EXPECT_NE(first, second);
  EXPECT_EQ(first.size(), 43U) << "256 bits";
  EXPECT_EQ(sessions_.find("an id that the attacker chose"), nullptr);
}

TEST_F(SessionsOn, AreClosedByAccountByMarkAndByNumber) {
  const auto a1 = sessions_.open(someone("account:a"));
  const auto a2 = sessions_.open(someone("account:a"));
  const auto b = sessions_.open(someone("account:b"));
  sessions_.close_all_of("account:a", a2);
  EXPECT_EQ(sessions_.find(a1), nullptr);
  EXPECT_NE(sessions_.find(a2), nullptr);
  const auto mark = sessions_.of("account:b").front().mark;
  sessions_.close_marked("account:a", mark);
  EXPECT_NE(sessions_.find(b), nullptr) << "one's own sessions only";
  sessions_.close_marked("account:b", mark);
  EXPECT_EQ(sessions_.find(b), nullptr);
  for (std::size_t i = 0; i < limits_.per_account_max + 3; ++i) {
    steady_.advance(std::chrono::seconds{1});
    static_cast<void>(sessions_.open(someone("account:c")));
  }
  EXPECT_EQ(sessions_.of("account:c").size(), limits_.per_account_max);
}

TEST_F(SessionsOn, OneThatRanOutIsRememberedAndAClosedOneIsNot) {
  const auto ran_out = sessions_.open(someone("account:a"));
  const auto closed = sessions_.open(someone("account:a"));
  sessions_.close(closed);
  steady_.advance(limits_.idle_max);
  EXPECT_EQ(sessions_.find(ran_out), nullptr);
  const auto known = sessions_.ended(ran_out);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->account, "account:a");
  EXPECT_EQ(known->form_token, base::sha256("token of the form"));
  EXPECT_FALSE(sessions_.ended(closed));
  steady_.advance(limits_.ended_kept_for);
  EXPECT_FALSE(sessions_.ended(ran_out));
}

}  // namespace
}  // namespace tocsin::people
