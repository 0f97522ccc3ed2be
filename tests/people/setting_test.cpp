// SPDX-License-Identifier: Apache-2.0
// Settings of the node: asked for by one, agreed to by another, on the record.
#include "people/setting_desk.hpp"

#include <gmock/gmock.h>

#include "ledger/rebuild.hpp"
#include "pages_fixture.hpp"

namespace tocsin::people {
namespace {

using base::ErrorCode;

class Settings : public PagesFixture {
 protected:
  [[nodiscard]] std::optional<std::string> in_force() const {
    auto side = connect();
    return setting_in_force(*side, budget_setting).value();
  }
};

TEST_F(Settings, OneAsksAnotherAgrees) {
  const auto adam = entered("adam");
  const auto pia = entered("pia");
  const auto request = ask_setting(*desk_, *adam, budget_setting, "0.7");
  ASSERT_TRUE(request) << request.error().text();
  EXPECT_FALSE(in_force());
  const auto alone = answer_setting(*desk_, *adam, *request, true);
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().code, ErrorCode::forbidden);
  const auto agreed = answer_setting(*desk_, *pia, *request, true);
  ASSERT_TRUE(agreed) << agreed.error().text();
  EXPECT_EQ(agreed->value, "0.7");
  EXPECT_EQ(in_force(), "0.7");
  EXPECT_FALSE(answer_setting(*desk_, *pia, *request, false)) << "answered already";
  auto side = connect();
  const auto kept = list_setting_changes(*side).value().front();
  EXPECT_EQ(kept.asked_by, adam->person.account);
  EXPECT_EQ(kept.answered_by, pia->person.account);
  expect_sound();
}

TEST_F(Settings, OnlyAnAdministratorAsksAndOnlyATrusteeAgrees) {
  const auto adam = entered("adam");
  const auto request = ask_setting(*desk_, *adam, budget_setting, "0.7").value();
  for (const auto* name : {"ana", "pia", "dora", "otto"}) {
    const auto session = entered(name);
    const auto refused = ask_setting(*desk_, *session, budget_setting, "52");
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, ErrorCode::forbidden);
    if (std::string_view(name) == "ana") {
      EXPECT_FALSE(answer_setting(*desk_, *session, request, true));
      EXPECT_FALSE(answer_setting(*desk_, *session, request, false));
    }
  }
  EXPECT_FALSE(ask_setting(*desk_, *adam, "no_such_setting", "1"));
  EXPECT_FALSE(ask_setting(*desk_, *adam, budget_setting, ""));
  EXPECT_FALSE(ask_setting(*desk_, *adam, budget_setting, std::string(101, '1')));
  EXPECT_TRUE(answer_setting(*desk_, *adam, request, false)) << "taken back";
  EXPECT_FALSE(in_force());
}

TEST_F(Settings, TheLastAgreementHoldsAndIsRebuilt) {
  const auto adam = entered("adam");
  const auto otto = entered("otto");
  for (const auto* value : {"2", "1"}) {
    const auto request = ask_setting(*desk_, *adam, budget_setting, value).value();
    ASSERT_TRUE(answer_setting(*desk_, *otto, request, true));
  }
  EXPECT_EQ(in_force(), "1");
  ledger_.reset();
  auto side = connect();
  const auto rebuilt = ledger::rebuild(*side, projections_);
  ASSERT_TRUE(rebuilt) << rebuilt.error().text();
  EXPECT_THAT(rebuilt->tables_that_differ, testing::IsEmpty());
}

TEST_F(Settings, OneChangeOfASettingWaitsAtATime) {
  const auto adam = entered("adam");
  const auto otto = entered("otto");
  const auto first = ask_setting(*desk_, *adam, budget_setting, "1").value();
  const auto second = ask_setting(*desk_, *adam, budget_setting, "2");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  EXPECT_EQ(second.error().place, "setting_open");
  EXPECT_NE(second.error().text().find("the value 1"), std::string::npos) << "names the first";
  {
    auto side = connect();
    EXPECT_EQ(open_setting(*side, budget_setting).value()->object, first);
  }
  ASSERT_TRUE(answer_setting(*desk_, *adam, first, false)) << "taken back";
  const auto next = ask_setting(*desk_, *adam, budget_setting, "2");
  ASSERT_TRUE(next) << next.error().text();
  ASSERT_TRUE(answer_setting(*desk_, *otto, *next, true));
  EXPECT_TRUE(ask_setting(*desk_, *adam, budget_setting, "3"));
  EXPECT_EQ(in_force(), "2");
}

TEST_F(Settings, ThePageShowsWhatWaitsAndPutsItInForce) {
  std::vector<std::string> told;
  parts_->setting_agreed = [&](std::string_view name, std::string_view value) {
    told.push_back(std::string(name) + " " + std::string(value));
  };
  for (const auto* name : {"adam", "pia"}) ASSERT_NE(entered(name), nullptr);
  const auto request =
      ask_setting(*desk_, *sessions_.find(ids_.at("adam")), budget_setting, "0.7").value();
  next_code();
  Browser adam(*gate_, router_);
  adam.log_in("adam", good_password, phone("adam"));
  adam.get("/administration");
  EXPECT_NE(adam.page.find("Take it back"), std::string::npos);
  const auto fields = "request=" + pagekit::percent_encode(request) + "&answer=";
  EXPECT_EQ(adam.post("/administration/settings", fields + "agree").status, 403);
  Browser pia(*gate_, router_);
  pia.log_in("pia", good_password, phone("pia"));
  pia.get("/administration");
  EXPECT_NE(pia.page.find("False alarms for each place and year"), std::string::npos);
  EXPECT_EQ(pia.post_raw("/administration/settings", fields + "agree").status, 403);
  pia.get("/administration");
  EXPECT_EQ(pia.post("/administration/settings", fields + "maybe").status, 400);
  pia.get("/administration");
  EXPECT_EQ(pia.post("/administration/settings", fields + "agree").status, 200);
  EXPECT_THAT(told, testing::ElementsAre("false_alarms_per_year 0.7"));
  EXPECT_EQ(in_force(), "0.7");
}

}  // namespace
}  // namespace tocsin::people
