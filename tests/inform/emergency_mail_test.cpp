// SPDX-License-Identifier: Apache-2.0
// Who is told by mail that emergency access was opened, and that the mail says nothing else.
#include "inform/emergency_mail.hpp"

#include <gmock/gmock.h>

#include "inform_fixture.hpp"
#include "store/query.hpp"

namespace tocsin::inform {
namespace {

class EmergencyMail : public InformFixture {
 protected:
  void add_account(const std::string& name, const std::string& roles, const std::string& contact,
                   const std::string& state = "active") {
    ASSERT_TRUE(ledger_->act([&](ledger::Pen& pen) {
      return store::run(
          pen.database(), "INSERT INTO account VALUES (?1, ?2, 'desk', ?3, 'AMBER', ?4, ?4, ?5, 0)",
          "account:" + name, state, roles, "\"Name of " + name + "\"", "\"" + contact + "\"");
    }));
  }
  base::Status tell(std::string_view object) {
    return ledger_->act([&](ledger::Pen& pen) { return tell_of_emergency(*parts_, pen, object); });
  }
};

TEST_F(EmergencyMail, GoesToThoseWhoWatchAndSaysNothingElse) {
  add_account("pia", "principal", "pia@karevia.invalid");
  add_account("dora", "deputy officer", "dora@karevia.invalid");
  add_account("otto", "auditor", "otto@karevia.invalid");
  add_account("ana", "analyst", "ana@karevia.invalid");
  add_account("gone", "auditor", "gone@karevia.invalid", "closed");
  add_account("phone", "auditor", "+999 12");
  ASSERT_TRUE(tell("emergency:018f0000-0000-7000-8000-000000000009"));
  ASSERT_TRUE(tell("emergency:018f0000-0000-7000-8000-000000000009")) << "a second time is nothing";
  ASSERT_TRUE(dispatcher_->run_due(clock_.now()));
  EXPECT_THAT(mailed_to(),
              testing::UnorderedElementsAre("pia@karevia.invalid", "dora@karevia.invalid",
                                            "otto@karevia.invalid"));
  for (const auto& mail : mailer_.mails) {
    EXPECT_EQ(mail.data.find("Name of"), std::string::npos);
    EXPECT_EQ(mail.data.find("000000000009"), std::string::npos);
  }
  ASSERT_TRUE(dispatcher_->run_due(clock_.now() + std::chrono::hours{24}));
  EXPECT_EQ(mailer_.mails.size(), 3U);
}

TEST_F(EmergencyMail, WhoWatchesNoLongerGetsNone) {
  add_account("pia", "principal", "pia@karevia.invalid");
  ASSERT_TRUE(tell("emergency:1"));
  ASSERT_TRUE(ledger_->act([&](ledger::Pen& pen) {
    return store::run(pen.database(), "UPDATE account SET roles = 'analyst'");
  }));
  ASSERT_TRUE(dispatcher_->run_due(clock_.now()));
  EXPECT_THAT(mailer_.mails, testing::IsEmpty());
}

TEST_F(EmergencyMail, WithoutASenderNothingIsOrdered) {
  add_account("pia", "principal", "pia@karevia.invalid");
  parts_->sender.mail_from.clear();
  ASSERT_TRUE(tell("emergency:1"));
  auto side = connect();
  EXPECT_THAT(deliveries_of(*side, "emergency:1").value(), testing::IsEmpty());
}

}  // namespace
}  // namespace tocsin::inform
