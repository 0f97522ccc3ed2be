// SPDX-License-Identifier: Apache-2.0
// Whom a warning that waits is told to, in one act with the record of it, and in whose words.
#include "inform/desk_mail.hpp"

#include <gmock/gmock.h>

#include "base/crypto.hpp"
#include "inform_fixture.hpp"
#include "store/query.hpp"

namespace tocsin::inform {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class DeskMail : public InformFixture {
 protected:
  void SetUp() override {
    InformFixture::SetUp();
    for (const auto& person :
         {analyst_, second_, officer_, principal_, deputy_, auditor_, administrator_})
      contact_of(*person, person->person.name + "@karevia.invalid");
  }
  [[nodiscard]] std::string body(std::size_t number) const {
    const auto& data = mailer_.mails.at(number).data;
    std::string text;
    for (const char c : data.substr(data.find("\r\n\r\n") + 4))
      if (c != '\r' && c != '\n') text += c;
    return base::from_base64(text).value_or("");
  }
};

TEST_F(DeskMail, ThePrincipalIsRemindedWithoutContent) {
  const auto object = with_principal();
  clock_.advance(hours{12});
  EXPECT_EQ(run().sent, 1U);
  ASSERT_THAT(mailed_to(), ElementsAre("Principal@karevia.invalid"));
  EXPECT_EQ(mailer_.mails[0].data.find("Tavo"), std::string::npos);
  EXPECT_EQ(body(0).find("Tavo"), std::string::npos);
  // No account says which language its holder reads, so each says it.
  for (const auto* part : {"A warning waits for you", "Une alerte vous attend", "تحذير ينتظركم",
                           "https://node.invalid/warnings/"})
    EXPECT_NE(body(0).find(part), std::string::npos) << part;
  EXPECT_NE(body(0).find(object.substr(object.find(':') + 1)), std::string::npos);
  EXPECT_EQ(run().sent, 0U);
}

TEST_F(DeskMail, WhoMayTakeTheNextStepIsReminded) {
  const auto object = drafted();
  ASSERT_TRUE(warnings().take(*analyst_, object, head(object), WarningStep::submit, {}));
  clock_.advance(hours{12});
  run();
  // Every possible second reader, and never the author.
  EXPECT_THAT(mailed_to(), UnorderedElementsAre("Second@karevia.invalid", "Officer@karevia.invalid",
                                                "Auditor@karevia.invalid"));
}

TEST_F(DeskMail, DeputyAndPrincipalAreToldOfAnEscalation) {
  with_principal();
  clock_.advance(hours{36});
  run();
  EXPECT_THAT(mailed_to(),
              UnorderedElementsAre("Deputy@karevia.invalid", "Principal@karevia.invalid"));
}

TEST_F(DeskMail, WhoIsClosedNotClearedOrHasNoAddressGetsNone) {
  keep_account(*principal_, people::AccountState::closed, "Principal@karevia.invalid");
  auto other = person("Other", people::Role::principal);
  contact_of(*other, "+999 12");
  auto third = person("Third", people::Role::principal);
  third->person.clearance = "GREEN";
  contact_of(*third, "third@karevia.invalid");
  drafted();
  const auto object = drafted();
  ASSERT_TRUE(warnings().take(*analyst_, object, head(object), WarningStep::submit, {}));
  ASSERT_TRUE(warnings().take(*second_, object, head(object), WarningStep::pass, "Read."));
  clock_.advance(hours{12});
  EXPECT_EQ(run().reminders, 1U);
  EXPECT_THAT(mailed_to(), IsEmpty());
}

TEST_F(DeskMail, WhoWasClosedMeanwhileGetsNoMailThatWaited) {
  with_principal();
  mailer_.answer = {net::SendOutcome::refused_for_now, "451"};
  clock_.advance(hours{12});
  run();
  mailer_.mails.clear();
  keep_account(*principal_, people::AccountState::closed, "Principal@karevia.invalid");
  mailer_.answer = {net::SendOutcome::accepted, "250"};
  clock_.advance(hours{1});
  run();
  EXPECT_THAT(mailed_to(), IsEmpty());
}

TEST_F(DeskMail, WhatWasDecidedMeanwhileIsNotRemindedOf) {
  const auto object = with_principal();
  mailer_.answer = {net::SendOutcome::refused_for_now, "451"};
  clock_.advance(hours{12});
  run();
  mailer_.mails.clear();
  mailer_.answer = {net::SendOutcome::accepted, "250"};
  ASSERT_TRUE(warnings().decide(*principal_, object, head(object),
                                {WarningStep::not_act, "It has calmed down.", {}}));
  clock_.advance(hours{1});
  run();
  EXPECT_THAT(mailed_to(), IsEmpty());
  EXPECT_EQ(outbox(object)[0].delivery.state, DeliveryState::dropped);
}

TEST_F(DeskMail, ReminderAndMailAreKeptOrLostTogether) {
  const auto object = with_principal();
  clock_.advance(hours{12});
  const auto whole = [&](std::string_view sql) {
    return ledger_->act(
        [&](ledger::Pen& pen) { return store::run(pen.database(), std::string(sql)); });
  };
  ASSERT_TRUE(
      whole("CREATE TRIGGER cut BEFORE INSERT ON outbox BEGIN"
            " SELECT RAISE(ABORT, 'cut off'); END"));
  EXPECT_FALSE(dispatcher_->run_due(clock_.now()));
  EXPECT_EQ(row(object).clock.reminders, 0) << "a reminder without its mail";
  ASSERT_TRUE(whole("DROP TRIGGER cut"));
  restart();
  EXPECT_EQ(run().reminders, 1U);
  EXPECT_EQ(run().reminders, 0U);
  EXPECT_EQ(row(object).clock.reminders, 1);
  EXPECT_THAT(mailed_to(), ElementsAre("Principal@karevia.invalid"));
}

TEST_F(DeskMail, WithoutASenderTheReminderStandsInTheRecordOnly) {
  const auto object = with_principal();
  parts_->sender.mail_from.clear();
  clock_.advance(hours{12});
  EXPECT_EQ(run().reminders, 1U);
  EXPECT_EQ(row(object).clock.reminders, 1);
  EXPECT_THAT(outbox(object), IsEmpty());
}

}  // namespace
}  // namespace tocsin::inform
