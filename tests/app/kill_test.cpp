// SPDX-License-Identifier: Apache-2.0
// Kills `tocsin ingest` at random moments and starts it again: nothing is lost, nothing doubled.
#include <fstream>
#include <map>

#include "base/random.hpp"
#include "monitor/observation_schema.hpp"
#include "program.hpp"

namespace tocsin::app {
namespace {

constexpr int kills = 12;
constexpr int rows = 6000;

/// Waits until the file grows past `bytes` or the process ends; true while it still runs.
bool wait_for_growth(pid_t child, const std::filesystem::path& file, std::uintmax_t bytes) {
  for (;;) {
    int status = 0;
    if (waitpid(child, &status, WNOHANG) == child) return false;
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (!error && size > bytes) return true;
  }
}

std::int64_t number(store::Database& database, std::string_view sql) {
  auto select = database.prepare(sql);
  EXPECT_TRUE(select) << sql;
  EXPECT_TRUE((*select)->step().value_or(false));
  return (*select)->integer(0);
}

/// Everything that must not depend on where the kills fell.
std::map<std::string, std::int64_t> content_of(const std::filesystem::path& home) {
  auto database = monitor::open_observations_to_read(home);
  EXPECT_TRUE(database);
  std::map<std::string, std::int64_t> content;
  for (const auto* sql :
       {"SELECT count(*) FROM seen", "SELECT count(*) FROM report",
        "SELECT count(*) FROM observation", "SELECT count(*) FROM happening",
        "SELECT count(*) FROM story_member", "SELECT coalesce(sum(observations), 0) FROM happening",
        "SELECT count(DISTINCT source_row) FROM observation",
        "SELECT coalesce(sum(length(days)), 0) FROM area_rollup"})
    content[sql] = number(**database, sql);
  return content;
}

class KillTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("tocsin-kill-" + std::to_string(base::SystemRandom().next()));
    std::filesystem::create_directories(folder_);
    std::ofstream file(folder_ / "feed.jsonl");
    for (int i = 0; i < rows; ++i)
      file << R"({"id":"r)" << i << R"(","title":"Report )" << i << R"(","text":"Gunmen killed )"
           << 2 + i % 7 << " villagers near Kaya in week " << i
           << R"( of the count.","language":"en","date":"2024-0)" << 1 + i % 9 << R"(-1)" << i % 9
           << R"(","publisher":"Test","country":"BF"})" << "\n";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::vector<std::string> ingest(const std::filesystem::path& home) const {
    return {"ingest", "--quiet", "--home", home, folder_ / "feed.jsonl"};
  }
  std::filesystem::path folder_;
};

TEST_F(KillTest, ingest_killed_at_random_moments_loses_and_doubles_nothing) {
  const auto whole = folder_ / "whole";
  const auto killed = folder_ / "killed";
  ASSERT_EQ(run_program({"init", "--quiet", "--home", whole}), 0);
  ASSERT_EQ(run_program({"init", "--quiet", "--home", killed}), 0);
  ASSERT_EQ(run_program(ingest(whole)), 0);
  base::SeededRandom random(20261121);
  int hits = 0;
  for (int i = 0; i < kills; ++i) {
    const pid_t child = start_program(ingest(killed));
    // The moment is drawn in bytes of the write-ahead log, so that it falls inside the work.
    const auto log = killed / "observations.db-wal";
    if (wait_for_growth(child, log, random.below(2'000'000))) {
      kill_program(child);
      ++hits;
    }
  }
  EXPECT_GT(hits, 0) << "no kill fell inside the work; the test proved nothing";
  ASSERT_EQ(run_program(ingest(killed)), 0);
  EXPECT_EQ(content_of(killed), content_of(whole));
  EXPECT_EQ(content_of(killed)["SELECT count(*) FROM report"], rows);
}

}  // namespace
}  // namespace tocsin::app
