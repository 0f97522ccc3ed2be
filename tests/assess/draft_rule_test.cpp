// SPDX-License-Identifier: Apache-2.0
// Drafts go with the report that they are about, and are not shown to who may not read it any more.
#include "assess/draft_rule.hpp"

#include "desk_fixture.hpp"

namespace tocsin::assess {
namespace {

class DraftRule : public DeskFixture {
 protected:
  [[nodiscard]] bool stands(const std::string& form, const people::Person& person) const {
    const auto found = draft_stands(*desk_, person, {form, {}, {}});
    EXPECT_TRUE(found) << found.error().text();
    return found.value_or(false);
  }
  [[nodiscard]] bool stands(const std::string& form) const {
    return stands(form, analyst_->person);
  }
  static std::string inbox(const std::string& report, const std::string& step) {
    return "/inbox/" + report.substr(report.find(':') + 1) + "#" + step;
  }
  void keep(const std::string& form) {
    auto side = connect();
    static_cast<void>(vault_.make_data_key(*side, analyst_->person.account));
    ASSERT_TRUE(people::keep_draft(*desk_, analyst_->person.account, form,
                                   pagekit::Fields("because=their+words")));
  }
  [[nodiscard]] std::int64_t kept() const {
    auto database = connect();
    auto counted = database->prepare("SELECT count(*) FROM draft").value();
    EXPECT_TRUE(counted->step().value());
    return counted->integer(0);
  }
};

TEST_F(DraftRule, FollowsTheReportsStandingAndMarking) {
  const auto filed = file();
  const auto evidence = "/evidence#" + filed.object;
  ASSERT_TRUE(take(*analyst_, filed.object, Step::accept));
  EXPECT_TRUE(stands(evidence));
  EXPECT_TRUE(stands(inbox(filed.object, "grade")));
  auto cleared_less = analyst_->person;
  cleared_less.clearance = "GREEN";
  EXPECT_FALSE(stands(evidence, cleared_less));
  EXPECT_FALSE(stands(inbox(filed.object, "grade"), cleared_less));
  EXPECT_FALSE(stands(evidence, administrator_->person));
  ASSERT_TRUE(ReportDesk(*desk_).call_danger(filed.receipt));
  EXPECT_FALSE(stands(evidence));
  EXPECT_FALSE(stands(inbox(filed.object, "grade")));
  EXPECT_TRUE(stands(inbox(filed.object, "unfreeze"), officer_->person));
  EXPECT_TRUE(stands(inbox(filed.object, "answer"), officer_->person));
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(filed.receipt));
  EXPECT_FALSE(stands(inbox(filed.object, "answer"), officer_->person));
  EXPECT_TRUE(stands(inbox(filed.object, "unfreeze"), officer_->person));
  ASSERT_TRUE(take(*officer_, filed.object, Step::unfreeze, "nothing was written"));
  EXPECT_FALSE(stands(inbox(filed.object, "unfreeze"), officer_->person));
}

TEST_F(DraftRule, NamesItsObjectByAddressOrOrigin) {
  const auto situation = open_situation();
  const auto path = "/situations/" + situation.substr(situation.find(':') + 1);
  EXPECT_TRUE(stands(path + "/edit"));
  EXPECT_TRUE(stands(path + "/indicators/CRF7.14#judge"));
  EXPECT_FALSE(stands(path + "/edit", administrator_->person));
  EXPECT_FALSE(stands("/inbox/018f0000-0000-7000-8000-000000000001#grade")) << "no such report";
  for (const auto* form : {"/situations/new", "/warnings/new#0", "/inbox/7#grade", "/evidence",
                           "/evidence#observation:7"})
    EXPECT_TRUE(stands(form)) << form;
  const people::KeptDraft late{
      "/evidence", {{"origin", "report:018f0000-0000-7000-8000-000000000001"}}, {}};
  EXPECT_FALSE(*draft_stands(*desk_, analyst_->person, late));
}

TEST_F(DraftRule, WithdrawalDropsWhatWasTypedFromTheWords) {
  const auto filed = file();
  const auto other = file();
  keep("/evidence#" + filed.object);
  keep(inbox(filed.object, "set_aside"));
  keep("/evidence#" + other.object);
  ASSERT_EQ(kept(), 3);
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(filed.receipt));
  EXPECT_EQ(kept(), 1) << "of everybody, and without anybody looking";
}

}  // namespace
}  // namespace tocsin::assess
