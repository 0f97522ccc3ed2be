// SPDX-License-Identifier: Apache-2.0
// A desk through the program: founded, checked, backed up, restored on an empty home, gone on with.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/desk_node.hpp"
#include "base/crypto.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "store/database.hpp"

namespace tocsin::app {
namespace {

struct Answer {
  int code = 0;
  std::string text;
};

class DeskProgram : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("program_" + base::to_hex(base::sha256(base::random_bytes(8))).substr(0, 12));
    std::filesystem::create_directories(folder_);
    ASSERT_TRUE(base::write_file(folder_ / "key", std::string(64, 'a')));
    ASSERT_TRUE(base::write_file(folder_ / "words", "four words nobody joins\n"));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  /// Runs the program with the node key on descriptor 3 and a passphrase on standard input.
  [[nodiscard]] Answer run(const std::string& words) const {
    const auto command = std::string(TOCSIN_BINARY) + " " + words + " 2>&1 3<" +
                         (folder_ / "key").string() + " <" + (folder_ / "words").string();
    Answer answer;
    FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> piece{};
    while (const auto count = std::fread(piece.data(), 1, piece.size(), pipe))
      answer.text.append(piece.data(), count);
    answer.code = WEXITSTATUS(::pclose(pipe));
    return answer;
  }
  /// Starts a backup as a process of its own.
  [[nodiscard]] pid_t begin_backup(const std::string& to) const {
    const auto home = at("node");
    const auto words = at("words");
    const auto child = ::fork();
    if (child != 0) return child;
    const int in = ::open(words.c_str(), O_RDONLY);
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(in, STDIN_FILENO);
    ::dup2(nowhere, STDOUT_FILENO);
    ::execl(TOCSIN_BINARY, TOCSIN_BINARY, "backup", "--home", home.c_str(), "--to", to.c_str(),
            nullptr);
    ::_exit(127);
  }
  [[nodiscard]] std::string at(const char* name) const { return (folder_ / name).string(); }
  [[nodiscard]] std::string founding() const {
    return "init --home " + at("node") + " --member 'Exercise State' --shares " + at("shares") +
           " --key-fd 3 --person 'A. One:one:analyst' --person 'B. Two:two:principal'"
           " --person 'C. Three:three:administrator'";
  }
  std::filesystem::path folder_;
};

TEST_F(DeskProgram, FewerThanThreePeopleFoundNothing) {
  const auto refused = run("init --home " + at("node") + " --member X --shares " + at("shares") +
                           " --key-fd 3 --person 'A. One:one:analyst'");
  EXPECT_EQ(refused.code, 1);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "shares"));
  const auto founded = run(founding());
  EXPECT_EQ(founded.code, 0) << founded.text;
  EXPECT_EQ(run(founding()).code, 1);
}

TEST_F(DeskProgram, NamesWhatASmallDeskLacksAndWhichRolesStayApart) {
  const auto small = run(founding());
  EXPECT_EQ(small.code, 0);
  for (const auto* part : {"second reader", "invite a deputy", "may not be one person",
                           "administrator    not also analyst, principal"})
    EXPECT_NE(small.text.find(part), std::string::npos) << part << "\n" << small.text;
  const auto begin = "init --home " + at("other") + " --member X --shares " + at("shares") +
                     " --key-fd 3 --person 'B. Two:two:principal' --person 'D. Four:four:officer'";
  const auto joined = run(begin + " --person 'A. One:one:analyst,administrator'");
  EXPECT_EQ(joined.code, 1);
  EXPECT_NE(joined.text.find("custodian        not also analyst"), std::string::npos)
      << joined.text;
  const auto whole = run(begin +
                         " --person 'A. One:one:analyst' --person 'E. Five:five:deputy'"
                         " --person 'C. Three:three:administrator' --json");
  EXPECT_EQ(whole.code, 0) << whole.text;
  EXPECT_NE(whole.text.find("\"lacks\":[\"addresses\"]"), std::string::npos) << whole.text;
}

TEST_F(DeskProgram, TakesAnAddressWithAPerson) {
  const auto begin =
      "init --home " + at("other") + " --member X --shares " + at("shares") +
      " --key-fd 3 --json --person 'A. One:one:analyst' --person 'D. Four:four:officer'"
      " --person 'C. Three:three:administrator'";
  const auto bad = run(begin + " --person 'B. Two:two:principal:a@example.org, b@example.org'");
  EXPECT_NE(bad.code, 0);
  EXPECT_NE(bad.text.find("[:MAIL]"), std::string::npos) << bad.text;
  const auto good = run(begin +
                        " --person 'B. Two:two:principal:two@example.org'"
                        " --person 'E. Five:five:deputy:five@example.org'");
  EXPECT_EQ(good.code, 0) << good.text;
  EXPECT_NE(good.text.find("\"lacks\":[]"), std::string::npos) << good.text;
}

TEST_F(DeskProgram, IsCheckedAndMadeAgain) {
  ASSERT_EQ(run(founding()).code, 0);
  const auto good = run("verify --home " + at("node") + " --save-head " + at("head"));
  EXPECT_EQ(good.code, 0) << good.text;
  EXPECT_NE(good.text.find("no fault found"), std::string::npos);
  EXPECT_EQ(run("verify --home " + at("node") + " --head " + at("head")).code, 0);
  EXPECT_EQ(run("rebuild --home " + at("node")).code, 0);
  auto database = store::open_sqlite(folder_ / "node" / "node.db");
  ASSERT_TRUE(database);
  ASSERT_TRUE((*database)->execute("UPDATE account SET unit = 'forged'"));
  const auto forged = run("verify --home " + at("node"));
  EXPECT_EQ(forged.code, 1);
  EXPECT_NE(forged.text.find("table account: it does not say what the ledger says, in: account:"),
            std::string::npos)
      << forged.text;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "node" / "verify-in-work"));
  const auto mended = run("rebuild --home " + at("node"));
  EXPECT_EQ(mended.code, 1);
  EXPECT_NE(mended.text.find("account was not what the ledger says"), std::string::npos)
      << mended.text;
  EXPECT_EQ(run("rebuild --home " + at("node")).code, 0);
  ASSERT_TRUE(
      (*database)->execute("UPDATE revision SET signature = zeroblob(64) WHERE position = 5"));
  const auto bad = run("verify --home " + at("node"));
  EXPECT_EQ(bad.code, 1);
  EXPECT_NE(bad.text.find("position 5"), std::string::npos) << bad.text;
}

TEST_F(DeskProgram, AKeyThatNoActErasedIsMissed) {
  ASSERT_EQ(run(founding()).code, 0);
  auto database = store::open_sqlite(folder_ / "node" / "node.db");
  ASSERT_TRUE(database);
  ASSERT_TRUE(
      (*database)->execute("DELETE FROM data_key WHERE id = (SELECT min(id) FROM data_key)"));
  const auto bad = run("verify --home " + at("node"));
  EXPECT_EQ(bad.code, 1);
  EXPECT_NE(bad.text.find("the key of sealed texts is gone"), std::string::npos) << bad.text;
}

TEST_F(DeskProgram, ALogOfReadsThatWasTouchedIsFound) {
  ASSERT_EQ(run(founding()).code, 0);
  const auto good = run("verify --json --home " + at("node"));
  EXPECT_EQ(good.code, 0) << good.text;
  EXPECT_NE(good.text.find("\"access_log\""), std::string::npos);
  auto database = store::open_sqlite(folder_ / "node" / "node.db");
  ASSERT_TRUE(database);
  ASSERT_TRUE((*database)->execute(
      "INSERT INTO access_log VALUES (1, 0, 'account:x', 'warning.read', 'warning:x',"
      " zeroblob(32), zeroblob(32))"));
  const auto bad = run("verify --home " + at("node"));
  EXPECT_EQ(bad.code, 1);
  EXPECT_NE(bad.text.find("log of reads, entry 1"), std::string::npos) << bad.text;
}

TEST_F(DeskProgram, IdentitiesAreRestoredAndErasedOnesAreNot) {
  ASSERT_EQ(run(founding()).code, 0);
  const auto home = folder_ / "node";
  {
    const Projections projections;
    const base::SystemClock clock;
    ledger::Vault vault;
    auto opened =
        ledger::Ledger::open(open_node_database(home).value(), {vault, projections.all(), clock});
    ASSERT_TRUE(opened) << opened.error().text();
    auto side = open_node_database(home).value();
    ASSERT_TRUE(vault.unlock(*side, base::Secret(std::string(32, '\xaa'))));
    auto sources = assess::SourceStore::open(home).value();
    ASSERT_TRUE(sources->keep_identity("kept", "SEALED-AND-KEPT"));
    ASSERT_TRUE(sources->keep_identity("erased", "SEALED-AND-ERASED"));
    // The ledger names one of them; the other is what an erasure leaves in an older copy.
    const auto named = (*opened)->act([&](ledger::Pen& pen) {
      ledger::Draft draft;
      draft.object = pen.new_object(assess::source_identity_type);
      draft.type = assess::source_identity_type;
      draft.fields = {{"report", "report:one"}, {"hash", "kept"}, {"custody_key", "x"}};
      return pen.append_as_node(draft);
    });
    ASSERT_TRUE(named) << named.error().text();
  }
  ASSERT_EQ(run("backup --home " + at("node") + " --to " + at("backup")).code, 0);
  const auto restored =
      run("restore --home " + at("new") + " --from " + at("backup") + " --key-fd 3 --share " +
          at("shares/root-share-1.txt") + " --share " + at("shares/root-share-3.txt"));
  ASSERT_EQ(restored.code, 0) << restored.text;
  auto sources = assess::SourceStore::open(folder_ / "new").value();
  EXPECT_EQ(sources->find_identity("kept").value_or(""), "SEALED-AND-KEPT");
  EXPECT_FALSE(sources->find_identity("erased"));
  sources.reset();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "new")) {
    if (!entry.is_regular_file()) continue;
    const auto bytes = base::read_file(entry.path(), 64U << 20);
    ASSERT_TRUE(bytes);
    EXPECT_FALSE(bytes->contains("SEALED-AND-ERASED")) << entry.path();
  }
}

TEST_F(DeskProgram, RecoversAPersonAtTheMachine) {
  ASSERT_EQ(run(founding()).code, 0);
  EXPECT_EQ(run("recover --key-fd 3 nobody --home " + at("node")).code, 1);
  const auto link = run("recover --key-fd 3 two --home " + at("node"));
  EXPECT_EQ(link.code, 0) << link.text;
  EXPECT_NE(link.text.find("/invitation/"), std::string::npos);
  EXPECT_EQ(run("verify --home " + at("node")).code, 0);
}

TEST_F(DeskProgram, OnlyOneProgramWritesALedger) {
  ASSERT_EQ(run(founding()).code, 0);
  const int held = ::open((folder_ / "node" / "ledger.lock").c_str(), O_RDWR | O_CREAT, 0600);
  ASSERT_GE(held, 0);
  ASSERT_EQ(::flock(held, LOCK_EX | LOCK_NB), 0);
  for (const auto* words : {"rebuild --home ", "recover two --key-fd 3 --home ",
                            "serve --listen 127.0.0.1:0 --key-fd 3 --home "}) {
    const auto refused = run(words + at("node"));
    EXPECT_EQ(refused.code, 1) << words;
    EXPECT_NE(refused.text.find("writes this node's ledger"), std::string::npos) << refused.text;
  }
  EXPECT_EQ(run("verify --home " + at("node")).code, 0);
  ::close(held);
  EXPECT_EQ(run("rebuild --home " + at("node")).code, 0);
}

TEST_F(DeskProgram, IsRestoredOnAnEmptyHome) {
  ASSERT_EQ(run(founding()).code, 0);
  const auto kept = run("backup --home " + at("node") + " --to " + at("backup"));
  ASSERT_EQ(kept.code, 0) << kept.text;
  const auto bytes = base::read_file(folder_ / "backup", 64U << 20);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->find("SQLite format"), std::string::npos);
  const auto shares = " --share " + at("shares/root-share-1.txt");
  const auto restoring = "restore --home " + at("new") + " --from " + at("backup") + " --key-fd 3";
  EXPECT_EQ(run(restoring + shares).code, 1);  // one share of two
  EXPECT_FALSE(std::filesystem::exists(folder_ / "new"));
  const auto restored = run(restoring + shares + " --share " + at("shares/root-share-3.txt"));
  ASSERT_EQ(restored.code, 0) << restored.text;
  const auto checked = run("verify --home " + at("new"));
  EXPECT_EQ(checked.code, 0) << checked.text;
  EXPECT_EQ(run("rebuild --home " + at("new")).code, 0);
  // Not into a home that holds something, not from a file that was touched.
  EXPECT_EQ(run(restoring + shares + " --share " + at("shares/root-share-2.txt")).code, 1);
  std::filesystem::remove_all(folder_ / "new");
  auto touched = *bytes;
  touched[touched.size() / 2] = static_cast<char>(touched[touched.size() / 2] ^ 1);
  ASSERT_TRUE(base::write_file(folder_ / "backup", touched));
  EXPECT_EQ(run(restoring + shares + " --share " + at("shares/root-share-2.txt")).code, 1);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "new"));
}

TEST_F(DeskProgram, AKilledBackupDoesNotHinderTheNext) {
  ASSERT_EQ(run(founding()).code, 0);
  const auto in_work = folder_ / "node" / "backup-in-work";
  // The file that it writes is a pipe: it stands still once the pipe is full. Its head alone is too
  // short to be written by itself, so what can be read came with the copy of the database.
  const auto pipe = at("first") + ".unfinished";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const auto child = begin_backup(at("first"));
  ASSERT_GT(child, 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  constexpr int begun_ms_max = 120'000;
  ::pollfd written{reader, POLLIN, 0};
  ASSERT_EQ(::poll(&written, 1, begun_ms_max), 1) << "the backup did not begin";
  EXPECT_TRUE(std::filesystem::exists(in_work / "node.db"));
  // While it is at work, another does not touch what it needs.
  const auto second = run("backup --home " + at("node") + " --to " + at("second"));
  EXPECT_EQ(second.code, 1);
  EXPECT_NE(second.text.find("makes a backup of this node"), std::string::npos) << second.text;
  EXPECT_TRUE(std::filesystem::exists(in_work / "node.db"));
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  ::close(reader);
  std::filesystem::remove(pipe);
  ASSERT_TRUE(std::filesystem::exists(in_work)) << "what a kill leaves";
  const auto next = run("backup --home " + at("node") + " --to " + at("first"));
  EXPECT_EQ(next.code, 0) << next.text;
  EXPECT_NE(next.text.find("is cleared"), std::string::npos) << next.text;
  EXPECT_FALSE(std::filesystem::exists(in_work));
  const auto last = run("backup --home " + at("node") + " --to " + at("second"));
  EXPECT_EQ(last.code, 0) << last.text;
  EXPECT_EQ(last.text.find("is cleared"), std::string::npos) << last.text;
}

}  // namespace
}  // namespace tocsin::app
