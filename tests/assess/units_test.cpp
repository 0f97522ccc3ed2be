// SPDX-License-Identifier: Apache-2.0
// A report that is another unit's work is moved there, by who may grade it, with a reason.
#include "desk_pages_fixture.hpp"
#include "store/query.hpp"

namespace tocsin::assess {
namespace {

class Units : public DeskPages {
 protected:
  void SetUp() override {
    DeskPages::SetUp();
    ana_ = entered("ana");
    nora_ = entered("nora");
    Told told;
    told.text = "Men in trucks burned three farms.";
    told.place = "near the river";
    told.witness = "own_eyes";
    told.channel = "page";
    report_ = ReportDesk(*desk_).file(told).value().object;
  }
  [[nodiscard]] std::string address() const { return "/inbox/" + uuid(report_); }
  [[nodiscard]] ReportRow row() const {
    auto database = connect();
    return ReportReader(*database).find(report_).value();
  }
  net::Response move(const Entered& person, std::string unit, std::string reason = "Theirs.") {
    return post(person, address(),
                {{"step", "move"},
                 {"version", std::to_string(row().version)},
                 {"to_unit", std::move(unit)},
                 {"reason", std::move(reason)}});
  }

  Entered ana_;
  Entered nora_;
  std::string report_;
};

TEST_F(Units, AReportIsMovedAndIsReadThereAlone) {
  ASSERT_EQ(row().unit, "desk");
  EXPECT_EQ(get(nora_, address()).status, 403);
  const auto page = get(ana_, address());
  EXPECT_TRUE(has(page, "<option value=\"north\">")) << page.body;
  EXPECT_FALSE(has(page, "<option value=\"desk\">")) << "where it is already";
  EXPECT_EQ(move(ana_, "north", "The valley is theirs.").status, 303);
  EXPECT_EQ(row().unit, "north");
  EXPECT_EQ(get(ana_, address()).status, 403);
  const auto there = get(nora_, address());
  EXPECT_EQ(there.status, 200);
  EXPECT_TRUE(has(there, "The valley is theirs."));
  EXPECT_TRUE(has(there, "Move to another unit"));
  // The reason is sealed in the record, and the tables follow from the record alone.
  auto database = connect();
  auto acts = database->prepare("SELECT body FROM revision ORDER BY position DESC LIMIT 1").value();
  ASSERT_TRUE(acts->step().value());
  EXPECT_EQ(acts->text(0).find("valley is theirs"), std::string_view::npos);
  acts.reset();
  database.reset();
  close_node();
  auto rebuilt = ledger::rebuild(*connect(), projections_);
  ASSERT_TRUE(rebuilt) << rebuilt.error().text();
  EXPECT_THAT(rebuilt->tables_that_differ, testing::IsEmpty());
  open_node();
  EXPECT_EQ(row().unit, "north");
}

TEST_F(Units, IsRefusedWhereNobodyCouldTakeItUp) {
  for (const auto* unit : {"", "desk", "south", "North ", "'; DROP TABLE report; --"}) {
    const auto refused = move(ana_, unit);
    EXPECT_EQ(refused.status, 400) << unit;
    EXPECT_TRUE(has(refused, "Choose another unit")) << unit;
  }
  EXPECT_EQ(move(ana_, "north", "  ").status, 400) << "without a reason";
  auto side = connect();
  const auto log_in = links_.at("nora").account;
  ASSERT_TRUE(
      store::run(*side, "UPDATE account SET clearance = 'GREEN' WHERE object = ?1", log_in));
  EXPECT_EQ(move(ana_, "north").status, 400) << "nobody there is cleared for it";
  ASSERT_TRUE(store::run(*side,
                         "UPDATE account SET clearance = 'RED', state = 'closed'"
                         " WHERE object = ?1",
                         log_in));
  EXPECT_EQ(move(ana_, "north").status, 400) << "nobody is there any more";
  EXPECT_FALSE(has(get(ana_, address()), "to_unit")) << "a desk of one unit has nowhere to move to";
  EXPECT_EQ(row().unit, "desk");
  EXPECT_EQ(row().version, 1);
}

TEST_F(Units, OnlyByWhoMayGradeIt) {
  for (const auto* name : {"olga", "pia", "cora", "adam", "udo"})
    EXPECT_EQ(move(entered(name), "north").status, 403) << name;
  EXPECT_EQ(move(nora_, "north").status, 403) << "an analyst of another unit";
  EXPECT_EQ(post(ana_, address(), {{"step", "freeze"}, {"version", "1"}}).status, 303);
  EXPECT_EQ(move(ana_, "north").status, 403) << "nothing of a frozen report moves";
  EXPECT_EQ(row().unit, "desk");
}

}  // namespace
}  // namespace tocsin::assess
