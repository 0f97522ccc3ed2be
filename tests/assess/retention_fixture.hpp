// SPDX-License-Identifier: Apache-2.0
// A node on which years go by: terms, the job that obeys them, and kills in the middle of it.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "assess/retention_desk.hpp"
#include "assess/situation_desk.hpp"
#include "ledger/records.hpp"
#include "source_fixture.hpp"
#include "store/query.hpp"

namespace tocsin::assess {

inline constexpr std::chrono::days a_year{365};
inline constexpr std::chrono::days a_day{1};

class RetentionFixture : public SourceFixture {
 protected:
  void SetUp() override {
    SourceFixture::SetUp();
    const auto data = std::filesystem::path(TOCSIN_SOURCE_DIR) / "data";
    terms_ = Retention::load(data).value();
    framework_ = knowledge::Framework::load(data).value();
    retention_.emplace(RetentionParts{*sources_, terms_, steady_});
    cora_ = entered("cora");
    ana_ = entered("ana");
  }
  void reopen() {
    retention_.reset();
    close_node();
    open_node();
    retention_.emplace(RetentionParts{*sources_, terms_, steady_});
  }
  /// The terms as they are shipped, but for one.
  void set_term(std::string_view what, std::string_view length) {
    const auto folder = folder_.string() + ".terms";
    auto text =
        base::read_file(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data/retention.tsv", 1U << 20)
            .value();
    const auto begin = text.find("\n" + std::string(what) + "\t");
    ASSERT_NE(begin, std::string::npos) << what;
    const auto from = begin + what.size() + 2;
    text.replace(from, text.find('\t', from) - from, length);
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(base::write_file(std::filesystem::path(folder) / "retention.tsv", text));
    terms_ = Retention::load(folder).value();
    std::filesystem::remove_all(folder);
  }
  /// The sealed bytes of a data key, as they stand in the file; empty once it is gone.
  [[nodiscard]] std::string key_bytes(std::string_view id) const {
    auto side = connect();
    const auto found = store::first(
        *side, "SELECT sealed FROM data_key WHERE id = ?1",
        [](const store::Statement& row) { return std::string(row.text(0)); }, id);
    return found.value().value_or("");
  }
  /// A situation with evidence of a report, a judgement and an assessment.
  std::string situation() {
    const SituationDesk use(*desk_, framework_);
    SituationDraft draft;
    draft.name = "Valley of the Orn";
    draft.places = {"Belune"};
    draft.crimes = {"genocide"};
    draft.review = base::day_of(clock_.now()) + std::chrono::days{14};
    const auto object = use.open(*ana_, draft);
    EXPECT_TRUE(object) << object.error().text();
    JudgementDraft judged{*object, "CRF7.14", "emerging",    "rising",
                          "low",   "2027-01", "Seen twice.", ""};
    EXPECT_TRUE(use.judge(*ana_, judged, {}));
    EXPECT_TRUE(use.begin_assessment(*ana_, *object));
    return object.value_or("");
  }
  [[nodiscard]] SituationRow situation_row(const std::string& object) const {
    auto side = connect();
    return SituationReader(*side).find(object).value();
  }
  void close_situation(const std::string& object) {
    const auto done = SituationDesk(*desk_, framework_)
                          .close(*ana_, object, situation_row(object).revision, "It is over.");
    ASSERT_TRUE(done) << done.error().text();
  }
  [[nodiscard]] int erasures_of(const std::string& object) const {
    auto side = connect();
    int count = 0;
    const auto done = ledger::for_each_stored(*side, 0, [&](const ledger::StoredRevision& stored) {
      if (stored.type == "erasure" && stored.body.contains(object)) ++count;
      return base::Status{};
    });
    EXPECT_TRUE(done);
    return count;
  }
  /// Lets the job run in a process of its own and kills that at any moment.
  void kill_often(int kills) {
    retention_.reset();
    close_node();
    base::SeededRandom random(20261122);
    for (int round = 0; round < kills; ++round) {
      const pid_t child = ::fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        open_node();
        retention_.emplace(RetentionParts{*sources_, terms_, steady_});
        RetentionJob job(*retention_);
        static_cast<void>(job.run_due());
        for (;;) ::pause();
      }
      std::this_thread::sleep_for(std::chrono::microseconds{random.below(60'000)});
      ::kill(child, SIGKILL);
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
    }
    open_node();
    retention_.emplace(RetentionParts{*sources_, terms_, steady_});
  }
  /// Something happens every month, as on a living node: the clock is believed.
  void live_for(std::chrono::days days) {
    for (; days > std::chrono::days{30}; days -= std::chrono::days{30}) {
      advance(std::chrono::days{30});
      breathe();
    }
    advance(days);
    breathe();
  }
  void breathe() {
    const auto done = people::note_read(*ledger_, *ana_, "test", "test");
    ASSERT_TRUE(done);
    // A read is no revision: one act of the node's own moves the head.
    const auto made = ledger_->act([&](ledger::Pen& pen) {
      ledger::Draft draft;
      draft.object = pen.new_object("breath");
      draft.type = "breath";
      return pen.append_as_node(draft);
    });
    ASSERT_TRUE(made) << made.error().text();
  }
  std::size_t run() {
    RetentionJob job(*retention_);
    auto erased = job.run_due();
    EXPECT_TRUE(erased) << erased.error().text();
    return erased.value_or(0);
  }
  [[nodiscard]] ReportRow row(const Filed& filed) const {
    auto side = connect();
    return ReportReader(*side).find(filed.object).value();
  }
  void take(const Filed& filed, Step step, std::string reason = {}) {
    IntakeStep wanted;
    wanted.report = filed.object;
    wanted.step = step;
    wanted.reason = std::move(reason);
    wanted.seen_version = row(filed).version;
    const auto done = ReportDesk(*desk_).take(*ana_, wanted);
    ASSERT_TRUE(done) << done.error().text();
  }
  [[nodiscard]] int acts_of(const Filed& filed, std::string_view step) const {
    auto side = connect();
    int count = 0;
    const auto acts = ReportReader(*side).acts(filed.object).value();
    for (const auto& act : acts)
      if (act.step == step) ++count;
    return count;
  }
  [[nodiscard]] bool has_identity(const Filed& filed) const {
    auto side = connect();
    return SourceReader(*side).identity_of(filed.object).value().has_value();
  }

  knowledge::Framework framework_;
  Retention terms_;
  std::optional<RetentionParts> retention_;
  Entered cora_, ana_;
};

}  // namespace tocsin::assess
