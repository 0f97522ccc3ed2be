// SPDX-License-Identifier: Apache-2.0
// A process that writes acts is killed (SIGKILL) at 200 random points; every act that it was told
// is kept, and the ledger has no fault.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <set>
#include <thread>

#include "ledger_fixture.hpp"

namespace tocsin::ledger {
namespace {

constexpr int kills = 200;
constexpr int writers = 3;

class KillFixture : public LedgerFixture {
 protected:
  /// The process to be killed: writes until then, and tells each kept act's id through the pipe.
  [[noreturn]] void write_until_killed(int pipe) {
    Vault vault;
    auto opened = Ledger::open(connect(), {vault, projections_, clock_});
    auto side = connect();
    if (!opened || !vault.unlock(*side, master_.copy())) _exit(1);
    side.reset();
    std::vector<std::thread> threads;
    for (int i = 0; i < writers; ++i)
      threads.emplace_back([&] {
        for (;;) {
          auto kept = (*opened)->act([&](Pen& pen) {
            Draft draft;
            draft.object = pen.new_object("note");
            draft.type = "note";
            draft.fields = {{"title", "written before the kill"}};
            return pen.append(draft, author_);
          });
          if (!kept || ::write(pipe, kept->id.data(), kept->id.size()) != 32) _exit(1);
        }
      });
    for (auto& thread : threads) thread.join();
    _exit(0);
  }
};

TEST_F(KillFixture, TwoHundredKillsLoseNothingAcknowledged) {
  ledger_.reset();
  base::SeededRandom random(20261121);
  std::set<base::Digest> told;
  for (int round = 0; round < kills; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      write_until_killed(ends[1]);
    }
    ::close(ends[1]);
    // After a random number of kept acts, and a random moment after the last of them.
    const auto wanted = random.below(20) + 1;
    base::Digest id{};
    std::uint64_t seen = 0;
    const auto take = [&] { return ::read(ends[0], id.data(), id.size()) == 32; };
    while (seen < wanted && take()) {
      told.insert(id);
      ++seen;
    }
    EXPECT_EQ(seen, wanted);
    for (std::uint64_t spin = random.below(20'000); spin > 0; --spin)
      std::atomic_signal_fence(std::memory_order_seq_cst);
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));
    while (take()) told.insert(id);  // what it told before it died
    ::close(ends[0]);
  }
  auto database = connect();
  for (const auto& id : told) {
    const auto found = find_revision(*database, id);
    ASSERT_TRUE(found && *found) << "an acknowledged act is lost";
  }
  const auto verified = verify(2);
  EXPECT_EQ(verified.faults_in_all, 0U) << verified.faults.front().what;
  EXPECT_GE(verified.revisions, told.size() + 4);
  auto rebuilt = rebuild(*database, projections_);
  ASSERT_TRUE(rebuilt);
  EXPECT_TRUE(rebuilt->tables_that_differ.empty());
}

}  // namespace
}  // namespace tocsin::ledger
