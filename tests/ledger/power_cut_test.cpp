// SPDX-License-Identifier: Apache-2.0
// The power goes at a random write, on a file system that forgets everything not synced and tears
// the last write. Whatever was acknowledged is there afterwards; and the same test finds losses as
// soon as syncing does nothing, so it would fail on a program without fsync.
#include "forgetful_files.hpp"
#include "ledger_fixture.hpp"

namespace tocsin::ledger {
namespace {

constexpr std::uint64_t seeds = 80;

struct Outcome {
  int acknowledged = 0;
  int lost = 0;
  bool opens = true;
  std::uint64_t faults = 0;
};

class PowerCut : public testing::Test {
 protected:
  [[nodiscard]] static std::unique_ptr<store::Database> connect() {
    auto options = durable();
    options.file_system = ForgetfulFiles::name;
    auto database = store::open_sqlite("/node.db", options);
    return database ? std::move(*database) : nullptr;
  }

  /// Founds a ledger, writes until the power goes, starts again, counts what is missing.
  Outcome live_through(std::uint64_t seed, bool sync_works) {
    auto& disk = ForgetfulFiles::one();
    disk.begin_anew();
    base::SeededRandom chance(seed);
    const base::ManualClock clock{base::Instant{std::chrono::milliseconds{1'800'000'000'000}}};
    const NoteProjection notes;
    const std::array<const Projection*, 1> projections{&notes};
    const auto master = base::Secret::random(base::sealing_key_size);
    std::vector<base::Digest> told;
    {
      Vault vault;
      auto ledger = Ledger::open(connect(), {vault, projections, clock});
      EXPECT_TRUE(ledger) << ledger.error().text();
      // Kept open: a connection that closes as the last one would tidy up the log.
      const auto side = connect();
      EXPECT_TRUE(vault.unlock(*side, master.copy()));
      EXPECT_TRUE((*ledger)->found(base::SigningKey::make(), "Exercise State"));
      disk.sync_works = sync_works;
      disk.writes_left = static_cast<long>(chance.below(400)) + 20;
      for (int i = 0; i < 200 && !disk.dead; ++i) {
        auto kept = (*ledger)->act([&](Pen& pen) {
          Draft draft;
          draft.object = pen.new_object("note");
          draft.type = "note";
          draft.fields = {{"title", std::string(chance.below(3000), 'x')}};
          return pen.append_as_node(draft);
        });
        if (kept) told.push_back(kept->id);
      }
      disk.dead = true;  // closing must not tidy up either
    }
    disk.sync_works = true;
    disk.start_again(chance);
    Outcome outcome;
    outcome.acknowledged = static_cast<int>(told.size());
    auto database = connect();
    outcome.opens = database != nullptr;
    if (!outcome.opens) return outcome;
    for (const auto& id : told) {
      const auto found = find_revision(*database, id);
      if (!found || !*found) ++outcome.lost;
    }
    const auto verified = verify_ledger(*database, {});
    outcome.faults = verified ? verified->faults_in_all : 1;
    return outcome;
  }
};

TEST_F(PowerCut, LosesNothingThatWasAcknowledged) {
  int acknowledged = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto outcome = live_through(seed, true);
    acknowledged += outcome.acknowledged;
    EXPECT_TRUE(outcome.opens) << "seed " << seed;
    EXPECT_EQ(outcome.lost, 0) << "seed " << seed;
    EXPECT_EQ(outcome.faults, 0U) << "seed " << seed;
  }
  EXPECT_GT(acknowledged, 500);
}

TEST_F(PowerCut, WouldBeNoticedWithoutSyncing) {
  int harmed = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto outcome = live_through(seed, false);
    if (outcome.acknowledged > 0 && (outcome.lost > 0 || outcome.faults > 0 || !outcome.opens))
      ++harmed;
  }
  EXPECT_GT(harmed, static_cast<int>(seeds / 2));
}

}  // namespace
}  // namespace tocsin::ledger
