// SPDX-License-Identifier: Apache-2.0
// Warnings that came to the end of their term: what keeps them, what goes, what stays.
#include <gmock/gmock.h>

#include "assess/assess_pages.hpp"
#include "assess/retention_desk.hpp"
#include "assess/situation_desk.hpp"
#include "base/files.hpp"
#include "inform/inform_pages.hpp"
#include "inform_fixture.hpp"
#include "ledger/verify.hpp"

namespace tocsin::inform {
namespace {

using std::chrono::days;
using testing::IsEmpty;
using testing::Not;

class ErasedWarnings : public InformFixture {
 protected:
  void SetUp() override {
    InformFixture::SetUp();
    framework_ = knowledge::Framework::load(source_root / "data").value();
    use_terms();
    store_ = assess::SourceStore::open(folder_).value();
    custody_.emplace(parts_->desk, *store_);
    sources_.emplace(assess::SourceParts{parts_->desk, *store_, *custody_});
    retention_.emplace(assess::RetentionParts{*sources_, terms_, steady_});
    add_inform_routes(router_, *parts_);
    situation_ = open_situation();
    police_ = authority("Police", Channel::email, "police@karevia.invalid");
  }
  void TearDown() override {
    retention_.reset();
    sources_.reset();
    custody_.reset();
    store_.reset();
    InformFixture::TearDown();
  }
  /// As shipped, but that situations and warnings have a term.
  void use_terms() {
    auto text = base::read_file(source_root / "data/retention.tsv", 1U << 20).value();
    for (std::size_t at = 0; (at = text.find("\tuntil_decided\t")) != std::string::npos;)
      text.replace(at, 15, "\t400\t");
    const auto folder = folder_ / "terms";
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(base::write_file(folder / "retention.tsv", text));
    terms_ = assess::Retention::load(folder, kept_rules()).value();
    std::filesystem::remove_all(folder);
  }
  std::string open_situation() {
    assess::SituationDraft draft;
    draft.name = "Valley of the Orn";
    draft.places = {"Belune"};
    draft.crimes = {"genocide"};
    draft.review = base::day_of(clock_.now()) + days{14};
    return assess::SituationDesk(parts_->desk, framework_).open(*analyst_, draft).value();
  }
  void close_situation() {
    const auto row = assess::SituationReader(*connect()).find(situation_).value();
    ASSERT_TRUE(assess::SituationDesk(parts_->desk, framework_)
                    .close(*analyst_, situation_, row.revision, "It is over."));
  }
  /// A warning about the situation, decided to act on.
  std::string warning() {
    auto rests_on = assessment_at("AMBER");
    rests_on.situation = situation_;
    const auto object = warnings().draft(*analyst_, rests_on, text()).value();
    EXPECT_TRUE(warnings().take(*analyst_, object, head(object), WarningStep::submit, {}));
    EXPECT_TRUE(warnings().take(*second_, object, head(object), WarningStep::pass, "Sound."));
    EXPECT_TRUE(warnings().decide(*principal_, object, head(object),
                                  {WarningStep::act, "It can still be prevented.", {"mediation"}}));
    return object;
  }
  void acknowledge(const std::string& notice) {
    const auto link = token(notice, police_);
    ASSERT_TRUE(notices().acknowledge(link, shown(link).form_token, "A. Duty", "Duty officer"));
  }
  void live_for(days length) {
    for (; length > days{0}; length -= days{30}) {
      clock_.advance(std::min(length, days{30}));
      const auto made = ledger_->act([&](ledger::Pen& pen) {
        ledger::Draft draft;
        draft.object = pen.new_object("breath");
        draft.type = "breath";
        return pen.append_as_node(draft);
      });
      ASSERT_TRUE(made) << made.error().text();
    }
  }
  std::size_t erase_due() {
    assess::RetentionJob job(*retention_);
    auto erased = job.run_due();
    EXPECT_TRUE(erased) << erased.error().text();
    return erased.value_or(0);
  }
  [[nodiscard]] std::string key_bytes(const std::string& id) const {
    auto database = connect();
    const auto found = store::first(
        *database, "SELECT sealed FROM data_key WHERE id = ?1",
        [](const store::Statement& row) { return std::string(row.text(0)); }, id);
    return found.value().value_or("");
  }
  [[nodiscard]] std::vector<std::string> files_with(std::string_view bytes) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      if (!entry.is_regular_file()) continue;
      const auto read = base::read_file(entry.path(), 64U << 20);
      EXPECT_TRUE(read);
      if (read && read->contains(bytes)) found.push_back(entry.path().filename().string());
    }
    return found;
  }
  net::Response get(const std::string& path) {
    net::Request request;
    request.method = "GET";
    request.path = path;
    return router_.serve(request, officer_);
  }

  knowledge::Framework framework_;
  base::ManualClock steady_{base::Instant{std::chrono::milliseconds{50'000}}};
  assess::Retention terms_;
  std::unique_ptr<assess::SourceStore> store_;
  std::optional<assess::Custody> custody_;
  std::optional<assess::SourceParts> sources_;
  std::optional<assess::RetentionParts> retention_;
  pagekit::Router router_;
  std::string situation_, police_;
};

TEST_F(ErasedWarnings, GoWithWhatAuthoritiesWereTold) {
  const auto object = warning();
  const auto notice = ordered(object, {police_});
  acknowledge(notice);
  close_situation();
  const auto text_key = key_bytes(assess::data_key_of(object));
  const auto receipt_key = key_bytes(receipt_key_of(notice));
  ASSERT_THAT(files_with(text_key), Not(IsEmpty()));
  ASSERT_THAT(files_with(receipt_key), Not(IsEmpty()));
  const auto link = token(notice, police_);
  live_for(days{399});
  EXPECT_EQ(erase_due(), 0U);
  EXPECT_FALSE(row(object).erased());
  live_for(days{2});
  EXPECT_EQ(erase_due(), 1U);  // the warning; the situation stays for the run after it
  EXPECT_EQ(erase_due(), 1U);
  EXPECT_EQ(erase_due(), 0U);
  EXPECT_THAT(files_with(text_key), IsEmpty());
  EXPECT_THAT(files_with(receipt_key), IsEmpty());
  auto database = connect();
  const auto erased = row(object);
  EXPECT_TRUE(erased.erased());
  EXPECT_EQ(erased.choice, "act");  // the bare fact of the decision stays
  EXPECT_TRUE(erased.decided);
  const auto steps = steps_of(*database, object);
  ASSERT_EQ(steps->size(), 4U);  // begun, to the reader, passed, decided
  for (const auto& step : *steps) EXPECT_EQ(step.reasons, "");
  const auto receipts = receipts_of(*database, notice);
  ASSERT_EQ(receipts->size(), 1U);
  EXPECT_EQ(receipts->front().name + receipts->front().function + receipts->front().note, "");
  // A link that was kept leads nowhere, and nobody is told by it again.
  EXPECT_FALSE(notices().show(*database, link));
  const auto again = notices().order(*officer_, order_for(object, {police_}));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().place, "warning_erased");
  const auto verified = ledger::verify_ledger(*database, {});
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->faults_in_all, 0U);
}

TEST_F(ErasedWarnings, AreKeptWhileTheirSituationIsOpen) {
  const auto object = warning();
  live_for(days{800});
  EXPECT_EQ(erase_due(), 0U);
  EXPECT_FALSE(row(object).erased());
}

TEST_F(ErasedWarnings, AreKeptUntilTheNoticeInForceIsAcknowledged) {
  const auto object = warning();
  const auto notice = ordered(object, {police_});
  auto update = order_for(object, {police_});
  update.message = NoticeMessage::update;
  update.replaces = notice;
  const auto later = notices().order(*officer_, update).value();
  close_situation();
  acknowledge(notice);  // the older one: what is in force is not acknowledged
  live_for(days{450});
  EXPECT_EQ(erase_due(), 0U);
  EXPECT_FALSE(row(object).erased());
  acknowledge(later);
  EXPECT_EQ(erase_due(), 1U);
  EXPECT_TRUE(row(object).erased());
}

TEST_F(ErasedWarnings, ThatWaitForADecisionHaveNoTerm) {
  auto rests_on = assessment_at("AMBER");
  rests_on.situation = situation_;
  const auto object = warnings().draft(*analyst_, rests_on, text()).value();
  close_situation();
  live_for(days{800});
  EXPECT_EQ(erase_due(), 0U);  // nor has the situation that it is about
  EXPECT_FALSE(row(object).erased());
}

TEST_F(ErasedWarnings, StayErasedAfterRestore) {
  const auto object = warning();
  const auto notice = ordered(object, {police_});
  acknowledge(notice);
  close_situation();
  live_for(days{401});
  EXPECT_EQ(erase_due(), 1U);
  EXPECT_EQ(erase_due(), 1U);
  const std::array keys{assess::data_key_of(object), receipt_key_of(notice)};
  auto database = connect();
  for (const auto& key : keys) ASSERT_TRUE(vault_.make_data_key(*database, key));
  ASSERT_TRUE(database->execute("DELETE FROM account"));
  const auto rebuilt = ledger::rebuild(*database, projections_);
  ASSERT_TRUE(rebuilt) << rebuilt.error().text();
  EXPECT_THAT(rebuilt->tables_that_differ, IsEmpty());
  for (const auto& key : keys) EXPECT_EQ(key_bytes(key), "");
}

TEST_F(ErasedWarnings, SayOnTheirPageThatTheyWere) {
  const auto object = warning();
  close_situation();
  live_for(days{401});
  EXPECT_EQ(erase_due(), 1U);
  const auto path = "/warnings/" + std::string(assess::uuid_of(object));
  const auto page = get(path);
  EXPECT_EQ(page.status, 200) << page.body;
  EXPECT_NE(page.body.find("Warning whose texts were erased"), std::string::npos);
  EXPECT_EQ(page.body.find("Attacks on the road"), std::string::npos);
  EXPECT_EQ(page.body.find(path + "/inform"), std::string::npos);
  EXPECT_EQ(get(path + "/sheet.pdf").status, 404);
  EXPECT_NE(get("/warnings").body.find("Warning whose texts were erased"), std::string::npos);
}

}  // namespace
}  // namespace tocsin::inform
