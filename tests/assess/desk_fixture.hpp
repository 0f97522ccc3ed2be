// SPDX-License-Identifier: Apache-2.0
// A desk with real permissions and four people, on a ledger of its own.
#pragma once

#include <optional>

#include "../ledger/ledger_fixture.hpp"
#include "assess/attachment_tables.hpp"
#include "assess/report_desk.hpp"
#include "assess/situation_desk.hpp"
#include "assess/source_tables.hpp"
#include "people/credential_tables.hpp"

namespace tocsin::assess {

class DeskFixture : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("desk_" + base::to_hex(base::sha256(base::random_bytes(8))).substr(0, 12));
    std::filesystem::create_directories(folder_);
    auto permissions = people::Permissions::load(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data");
    ASSERT_TRUE(permissions) << permissions.error().text();
    permissions_ = std::move(*permissions);
    auto framework = knowledge::Framework::load(std::filesystem::path(TOCSIN_SOURCE_DIR) / "data");
    ASSERT_TRUE(framework) << framework.error().text();
    framework_ = std::move(*framework);
    auto opened = ledger::Ledger::open(connect(), {vault_, projections_, clock_});
    ASSERT_TRUE(opened) << opened.error().text();
    ledger_ = std::move(*opened);
    auto side = connect();
    ASSERT_TRUE(vault_.unlock(*side, master_.copy()));
    ASSERT_TRUE(ledger_->found(base::SigningKey::make(), "Exercise State"));
    ASSERT_TRUE(make_receipt_secret(vault_, *side));
    desk_.emplace(people::Desk{*ledger_, readers_, vault_, permissions_, clock_});
    analyst_ = person("account:analyst", {people::Role::analyst});
    other_ = person("account:other", {people::Role::analyst});
    officer_ = person("account:officer", {people::Role::officer});
    principal_ = person("account:principal", {people::Role::principal});
    administrator_ = person("account:administrator", {people::Role::administrator});
  }
  void TearDown() override {
    ledger_.reset();
    std::filesystem::remove_all(folder_);
  }

  [[nodiscard]] std::unique_ptr<store::Database> connect() const {
    auto database = store::open_sqlite(folder_ / "node.db", ledger::durable());
    EXPECT_TRUE(database);
    return std::move(*database);
  }
  [[nodiscard]] std::shared_ptr<people::Session> person(std::string account,
                                                        std::set<people::Role> roles) {
    auto session = std::make_shared<people::Session>();
    session->person = {account, account, "", std::move(roles), "RED"};
    session->key = base::SigningKey::make();
    auto made = ledger_->act([&](ledger::Pen& pen) {
      ledger::Draft draft;
      draft.object = pen.new_object(ledger::key_type);
      draft.type = ledger::key_type;
      draft.fields = ledger::key_fields({draft.object,
                                         ledger::KeyKind::person,
                                         account,
                                         session->key.public_key(),
                                         "",
                                         pen.now(),
                                         pen.now() + std::chrono::years{5},
                                         {}});
      return pen.append_as_node(draft);
    });
    EXPECT_TRUE(made);
    session->key_object = made->envelope.object;
    return session;
  }

  // --- short forms of what people do
  [[nodiscard]] Filed file(std::string text = "Men in trucks burned three farms.") {
    Told told;
    told.text = std::move(text);
    told.place = "near the river";
    told.when = "last night";
    told.witness = "own_eyes";
    told.channel = "page";
    auto filed = ReportDesk(*desk_).file(told);
    EXPECT_TRUE(filed) << filed.error().text();
    return *filed;
  }
  [[nodiscard]] ReportRow row(const std::string& report) const {
    auto database = connect();
    auto found = ReportReader(*database).find(report);
    EXPECT_TRUE(found) << found.error().text();
    return *found;
  }
  base::Status take(const people::Session& session, const std::string& report, Step step,
                    std::string reason = {}) {
    IntakeStep wanted;
    wanted.report = report;
    wanted.step = step;
    wanted.reason = std::move(reason);
    wanted.seen_version = row(report).version;
    wanted.grade = {'B', '2'};
    return ReportDesk(*desk_).take(session, wanted);
  }
  [[nodiscard]] std::string open_situation() {
    SituationDraft draft;
    draft.name = "Valley of the Orn";
    draft.places = {"Belune"};
    draft.crimes = {"crimes_against_humanity"};
    draft.review = base::day_of(clock_.now()) + std::chrono::days{14};
    draft.exercise = true;
    auto opened = SituationDesk(*desk_, framework_).open(*analyst_, draft);
    EXPECT_TRUE(opened) << opened.error().text();
    return *opened;
  }

  std::filesystem::path folder_;
  ReportProjection reports_;
  AttachmentProjection attachments_;
  SituationProjection situations_;
  SourceProjection identities_;
  people::PeopleTables people_tables_;
  std::array<const ledger::Projection*, 5> projections_{&reports_, &attachments_, &situations_,
                                                        &identities_, &people_tables_};
  base::ManualClock clock_{base::Instant{std::chrono::milliseconds{1'800'000'000'000}}};
  base::Secret master_ = base::Secret::random(base::sealing_key_size);
  ledger::Vault vault_;
  people::Permissions permissions_;
  knowledge::Framework framework_;
  store::ConnectionPool readers_{
      [this] { return base::Result<std::unique_ptr<store::Database>>(connect()); }};
  std::unique_ptr<ledger::Ledger> ledger_;
  std::optional<people::Desk> desk_;
  std::shared_ptr<people::Session> analyst_, other_, officer_, principal_, administrator_;
};

}  // namespace tocsin::assess
