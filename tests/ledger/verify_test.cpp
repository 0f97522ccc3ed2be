// SPDX-License-Identifier: Apache-2.0
// Every fault that can be planted into a ledger is found, and its place is named.
#include "ledger/verify.hpp"

#include "ledger_fixture.hpp"

namespace tocsin::ledger {
namespace {

class PlantedFault : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(write("note " + std::to_string(i)));
    known_ = ledger_->head();
    ledger_.reset();
    database_ = connect();
  }
  void plant(std::string_view sql) {
    ASSERT_TRUE(database_->execute(sql)) << database_->execute(sql).error().text();
  }
  /// The first fault, which must stand at that position (or at none).
  void expect_fault(std::optional<std::uint64_t> position, std::string_view words) {
    auto verified = verify_ledger(*database_, {.threads = 2, .known = known_, .progress = {}});
    ASSERT_TRUE(verified) << verified.error().text();
    ASSERT_GT(verified->faults_in_all, 0U);
    const bool found = std::ranges::any_of(verified->faults, [&](const Fault& fault) {
      return fault.position == position && fault.what.find(words) != std::string::npos;
    });
    std::string all;
    for (const auto& fault : verified->faults)
      all += std::to_string(fault.position.value_or(9999)) + ": " + fault.what + "\n";
    EXPECT_TRUE(found) << all;
    if (position) {
      EXPECT_EQ(verified->faults.front().position, position) << all;
    }
  }
  Head known_;
  std::unique_ptr<store::Database> database_;
};

TEST_F(PlantedFault, NoneIsFoundWhereNoneIs) {
  const auto verified = verify_ledger(*database_, {.threads = 2, .known = known_, .progress = {}});
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->faults_in_all, 0U);
  EXPECT_EQ(verified->revisions, 24U);
  EXPECT_EQ(verified->head.root, known_.root);
}

TEST_F(PlantedFault, AFlippedBitInABody) {
  plant("UPDATE revision SET body = replace(body, 'note 6', 'note 7') WHERE position = 10");
  expect_fault(10, "the body does not fit the envelope");
}
TEST_F(PlantedFault, AFlippedBitInAnEnvelope) {
  plant("UPDATE revision SET envelope = replace(envelope, '2027', '2028') WHERE position = 10");
  expect_fault(10, "the id is not the hash of the envelope");
}
TEST_F(PlantedFault, AFlippedBitInASignature) {
  plant("UPDATE revision SET signature = zeroblob(64) WHERE position = 10");
  expect_fault(10, "the signature does not fit");
}
TEST_F(PlantedFault, AFlippedBitInTheTree) {
  plant("UPDATE log_node SET hash = zeroblob(32) WHERE level = 1 AND place = 3");
  expect_fault(std::nullopt, "level 1, place 3 (over positions 6 to 7)");
  auto verified = verify_ledger(*database_, {.threads = 2, .known = known_, .progress = {}});
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->faults_in_all, 1U) << "nothing else is wrong";
}
TEST_F(PlantedFault, AFlippedBitHighInTheTree) {
  plant("UPDATE log_node SET hash = zeroblob(32) WHERE level = 3 AND place = 1");
  expect_fault(std::nullopt, "level 3, place 1 (over positions 8 to 15)");
}
TEST_F(PlantedFault, AMissingNodeOfTheTree) {
  plant("DELETE FROM log_node WHERE level = 2 AND place = 2");
  expect_fault(std::nullopt, "level 2, place 2 (over positions 8 to 11)");
}
TEST_F(PlantedFault, AChangedRevisionIsTheOnlyFaultOfTheTreeAboveIt) {
  plant("UPDATE log_node SET hash = zeroblob(32) WHERE level = 0 AND place = 5");
  auto verified = verify_ledger(*database_, {.threads = 2, .known = known_, .progress = {}});
  ASSERT_TRUE(verified);
  for (const auto& fault : verified->faults)
    EXPECT_EQ(fault.what.find("stored tree"), std::string::npos) << fault.what;
  expect_fault(5, "not the one that the log took in");
}
TEST_F(PlantedFault, AnotherObjectInTheTable) {
  plant("UPDATE revision SET object = 'note:elsewhere' WHERE position = 10");
  expect_fault(10, "the table names another object");
}
TEST_F(PlantedFault, AMissingRevision) {
  plant("DELETE FROM revision WHERE position = 12");
  expect_fault(12, "missing: 1");
}
TEST_F(PlantedFault, TwoInEachOthersPlace) {
  plant("UPDATE revision SET position = 1000 WHERE position = 12");
  plant("UPDATE revision SET position = 12 WHERE position = 13");
  plant("UPDATE revision SET position = 13 WHERE position = 1000");
  expect_fault(12, "not the one that the log took in");
}
TEST_F(PlantedFault, CutOff) {
  plant("DELETE FROM revision WHERE position >= 20");
  expect_fault(20, "cut off");
}
TEST_F(PlantedFault, CutOffWithItsHeadsIsFoundByAHeadKeptElsewhere) {
  plant("DELETE FROM revision WHERE position >= 20");
  plant("DELETE FROM log_node WHERE level = 0 AND place >= 20");
  plant("DELETE FROM log_head");
  expect_fault(20, "cut off: the head that was kept elsewhere");
}
TEST_F(PlantedFault, SignedAnewWithAnotherKey) {
  auto stored = newest_of(*database_, "x");
  std::optional<Revision> revision;
  ASSERT_TRUE(for_each_stored(*database_, 10, [&](const StoredRevision& row) -> base::Status {
    if (row.position == 10) revision = *read_revision(row);
    return {};
  }));
  revision->envelope.marking.tlp = "CLEAR";
  const auto text = envelope_text(revision->envelope);
  const auto id = revision_id(text);
  const auto signature = person_.sign(signed_message(id));
  auto update = database_->prepare(
      "UPDATE revision SET id = ?1, envelope = ?2, signature = ?3 WHERE position = 10");
  (*update)->bind_blob(1, base::view_of(id));
  (*update)->bind(2, text);
  (*update)->bind_blob(3, base::view_of(signature));
  ASSERT_TRUE((*update)->run());
  // Even with the author's own key the log shows that it took in another one.
  expect_fault(10, "not the one that the log took in");
}
TEST_F(PlantedFault, AForgedHead) {
  plant("UPDATE log_head SET signature = zeroblob(64)");
  expect_fault(std::nullopt, "the signature does not fit a key of this node");
}

}  // namespace
}  // namespace tocsin::ledger
