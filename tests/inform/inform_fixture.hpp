// SPDX-License-Identifier: Apache-2.0
// A node with a desk: an analyst, an officer, a principal, a deputy, an auditor, an administrator;
// senders that remember what they were given; time that the test moves.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <memory>
#include <mutex>

#include "assess/report_tables.hpp"
#include "assess/retention.hpp"
#include "assess/situation_tables.hpp"
#include "assess/source_tables.hpp"
#include "base/hash.hpp"
#include "inform/authority_desk.hpp"
#include "inform/dispatcher.hpp"
#include "inform/notice_desk.hpp"
#include "inform/warning_desk.hpp"
#include "ledger/rebuild.hpp"
#include "people/account_tables.hpp"
#include "people/credential_tables.hpp"
#include "people/emergency_tables.hpp"
#include "store/query.hpp"

namespace tocsin::inform {

/// Keeps what it is given and answers as it was told.
class FakeMailer final : public net::Mailer {
 public:
  net::SendAnswer send(const net::Mail& mail) override {
    const std::lock_guard guard(mutex_);
    mails.push_back(mail);
    if (on_send) on_send();
    return answer;
  }
  std::vector<net::Mail> mails;
  net::SendAnswer answer{net::SendOutcome::accepted, "250"};
  std::function<void()> on_send;

 private:
  std::mutex mutex_;
};

class FakePoster final : public net::Poster {
 public:
  net::SendAnswer send(const net::Post& post) override {
    const std::lock_guard guard(mutex_);
    posts.push_back(post);
    return answer;
  }
  std::vector<net::Post> posts;
  net::SendAnswer answer{net::SendOutcome::accepted, "200"};

 private:
  std::mutex mutex_;
};

inline const std::filesystem::path source_root{TOCSIN_SOURCE_DIR};

class InformFixture : public testing::Test {
 protected:
  static store::SqliteOptions durable() {
    store::SqliteOptions options;
    options.every_commit_synced = true;
    options.wipe_deleted = true;
    return options;
  }

  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("inform_" + base::to_hex(base::sha256(base::random_bytes(8))).substr(0, 12));
    std::filesystem::create_directories(folder_);
    auto web = pagekit::WebFiles::load(source_root / "web", folder_ / "no-build");
    ASSERT_TRUE(web) << web.error().text();
    web_ = std::move(*web);
    pages_ = std::make_unique<pagekit::PageSet>(
        pagekit::FrameParts{*web_, clock_, "Exercise State", "0", "UTC"});
    auto rules = Rules::load(source_root / "data");
    ASSERT_TRUE(rules) << rules.error().text();
    rules_ = std::make_unique<Rules>(std::move(*rules));
    auto permissions = people::Permissions::load(source_root / "data");
    ASSERT_TRUE(permissions) << permissions.error().text();
    permissions_ = std::make_unique<people::Permissions>(std::move(*permissions));
    open();
    const auto root = base::SigningKey::make();
    ASSERT_TRUE(ledger_->found(root, "Exercise State"));
    analyst_ = person("Analyst", people::Role::analyst);
    second_ = person("Second", people::Role::analyst);
    officer_ = person("Officer", people::Role::officer);
    principal_ = person("Principal", people::Role::principal);
    deputy_ = person("Deputy", people::Role::deputy);
    auditor_ = person("Auditor", people::Role::auditor);
    administrator_ = person("Administrator", people::Role::administrator);
  }
  void TearDown() override {
    close();
    std::filesystem::remove_all(folder_);
  }

  void open() {
    auto database = store::open_sqlite(folder_ / "node.db", durable());
    ASSERT_TRUE(database);
    auto opened = ledger::Ledger::open(std::move(*database), {vault_, projections_, clock_});
    ASSERT_TRUE(opened) << opened.error().text();
    ledger_ = std::move(*opened);
    auto side = connect();
    ASSERT_TRUE(vault_.unlock(*side, master_.copy()));
    readers_ = std::make_unique<store::ConnectionPool>([this] {
      store::SqliteOptions options;
      options.read_only = true;
      return store::open_sqlite(folder_ / "node.db", options);
    });
    parts_ = std::make_unique<InformParts>(
        InformParts{{*ledger_, *readers_, vault_, *permissions_, clock_},
                    *rules_,
                    *pages_,
                    {"Focal point of Karevia", "https://node.invalid", "desk@karevia.invalid",
                     "+999 1 (day and night)"},
                    [](store::Database&, std::string_view revision) -> base::Result<AssessmentRef> {
                      return assessment(revision);
                    },
                    [](store::Database&, std::string_view account) {
                      return std::string(account.substr(account.find(':') + 1));
                    },
                    {}});
    dispatcher_ = std::make_unique<Dispatcher>(*parts_, &mailer_, &poster_);
  }
  void close() {
    dispatcher_.reset();
    parts_.reset();
    readers_.reset();
    ledger_.reset();
  }
  /// As after a crash of the program: everything opened anew from what is on the disk.
  void restart() {
    close();
    open();
  }
  [[nodiscard]] std::unique_ptr<store::Database> connect() const {
    auto database = store::open_sqlite(folder_ / "node.db", durable());
    EXPECT_TRUE(database);
    return std::move(*database);
  }

  std::shared_ptr<people::Session> person(std::string name, people::Role role) {
    auto session = std::make_shared<people::Session>();
    session->person.account = "account:" + name;
    session->person.name = name;
    session->person.unit = "desk";
    session->person.roles = {role};
    session->person.clearance = "RED";
    session->form_token = "form-token-of-" + name;
    session->key = base::SigningKey::make();
    session->language = "en";
    auto made = ledger_->act([&](ledger::Pen& pen) -> base::Result<std::string> {
      ledger::Key key;
      key.object = pen.new_object(ledger::key_type);
      key.kind = ledger::KeyKind::person;
      key.holder = session->person.account;
      key.public_key = session->key.public_key();
      key.valid_from = pen.now() - std::chrono::hours{1};
      key.valid_to = pen.now() + std::chrono::years{2};
      ledger::Draft draft;
      draft.object = key.object;
      draft.type = ledger::key_type;
      draft.fields = ledger::key_fields(key);
      auto done = pen.append_as_node(draft);
      if (!done) return std::unexpected(std::move(done.error()));
      return key.object;
    });
    EXPECT_TRUE(made) << made.error().text();
    session->key_object = made.value_or("");
    keep_account(*session, people::AccountState::active, {});
    return session;
  }

  /// How a person's account stands; in its table only, so a rebuild knows nothing of it.
  void keep_account(const people::Session& session, people::AccountState state,
                    const std::string& contact) {
    const auto& person = session.person;
    const auto quoted = [](std::string_view text) { return "\"" + std::string(text) + "\""; };
    const auto kept = ledger_->act([&](ledger::Pen& pen) {
      return store::run(pen.database(),
                        "INSERT OR REPLACE INTO account VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, 0)",
                        person.account, people::name_of(state), person.unit,
                        people::text_of(person.roles), person.clearance, quoted(person.name),
                        quoted(contact));
    });
    EXPECT_TRUE(kept) << kept.error().text();
  }
  void contact_of(const people::Session& session, const std::string& contact) {
    keep_account(session, people::AccountState::active, contact);
  }
  /// Whom mails went to, in order of sending.
  [[nodiscard]] std::vector<std::string> mailed_to() const {
    std::vector<std::string> list;
    for (const auto& mail : mailer_.mails) list.push_back(mail.to);
    return list;
  }

  static base::Result<AssessmentRef> assessment(std::string_view revision) {
    if (revision != std::string(64, 'a'))
      return base::fail(base::ErrorCode::not_found, "there is no such version");
    AssessmentRef one;
    one.revision = revision;
    one.object = "assessment:018f0000-0000-7000-8000-000000000001";
    one.situation = "situation:018f0000-0000-7000-8000-000000000002";
    one.title = "Tavo district, version 3";
    one.unit = "desk";
    one.marking = {"AMBER", "AMBER"};
    one.options = {"mediation"};
    return one;
  }
  /// What is open by its TLP may be acted on as freely, where the test says nothing else.
  static AssessmentRef assessment_at(std::string tlp, std::string pap = {}) {
    auto one = *assessment(std::string(64, 'a'));
    const bool open = tlp == "CLEAR" || tlp == "GREEN";
    one.marking.pap = !pap.empty() ? std::move(pap) : open ? tlp : "AMBER";
    one.marking.tlp = std::move(tlp);
    return one;
  }
  static WarningText text() {
    WarningText one;
    one.title = "Attacks on the road to Tavo";
    one.what_changed = "Three villages were burnt in one week; none in the year before.";
    one.concerns = "People of the river villages";
    one.who_else_knows = "The regional office";
    one.options = {"public_statement", "mediation"};
    one.urgency = "days";
    one.confidence = "moderate";
    one.scale = "spreading";
    return one;
  }

  [[nodiscard]] WarningRow row(const std::string& object) const {
    auto database = connect();
    auto found = find_warning(*database, object);
    EXPECT_TRUE(found && *found);
    return **found;
  }
  [[nodiscard]] base::Digest head(const std::string& object) const { return row(object).head; }
  [[nodiscard]] std::string state(const std::string& object) const {
    return std::string(name_of(row(object).clock.state));
  }
  [[nodiscard]] WarningDesk warnings() const { return WarningDesk(*parts_); }
  [[nodiscard]] NoticeDesk notices() const { return NoticeDesk(*parts_); }
  [[nodiscard]] AuthorityDesk authorities() const { return AuthorityDesk(parts_->desk); }

  std::string drafted(std::string tlp = "AMBER", std::string pap = {}) {
    auto made = warnings().draft(*analyst_, assessment_at(std::move(tlp), std::move(pap)), text());
    EXPECT_TRUE(made) << made.error().text();
    return made.value_or("");
  }
  std::string with_principal(std::string tlp = "AMBER", std::string pap = {}) {
    const auto object = drafted(std::move(tlp), std::move(pap));
    EXPECT_TRUE(warnings().take(*analyst_, object, head(object), WarningStep::submit, {}));
    const auto passed = warnings().take(*second_, object, head(object), WarningStep::pass,
                                        "The sources are independent.");
    EXPECT_TRUE(passed) << passed.error().text();
    return object;
  }
  std::string decided(std::string tlp = "AMBER", std::string pap = {}) {
    const auto object = with_principal(std::move(tlp), std::move(pap));
    const auto done =
        warnings().decide(*principal_, object, head(object),
                          {WarningStep::act, "It can still be prevented.", {"mediation"}});
    EXPECT_TRUE(done) << done.error().text();
    return object;
  }
  std::string authority(std::string name, Channel channel, std::string address,
                        std::string clearance = "AMBER+STRICT", std::string language = "en") {
    Authority one;
    one.name = std::move(name);
    one.channel = channel;
    one.address = std::move(address);
    one.clearance = std::move(clearance);
    one.language = std::move(language);
    if (channel == Channel::webhook || channel == Channel::cap)
      one.webhook_secret = std::string(40, 's');
    auto made = authorities().add(*officer_, one);
    EXPECT_TRUE(made) << made.error().text();
    return made.value_or("");
  }
  NoticeOrder order_for(const std::string& warning, std::vector<std::string> receivers) const {
    NoticeOrder order;
    order.warning = warning;
    order.seen = head(warning);
    order.texts = {{"en", "Attacks near Tavo", "Three villages were burnt.", "Send mediators."},
                   {"ar", "هجمات قرب تافو", "أُحرقت ثلاث قرى.", ""}};
    order.authorities = std::move(receivers);
    return order;
  }
  std::string ordered(const std::string& warning, std::vector<std::string> receivers) {
    auto made = notices().order(*officer_, order_for(warning, std::move(receivers)));
    EXPECT_TRUE(made) << made.error().text();
    return made.value_or("");
  }
  [[nodiscard]] std::vector<OutboxRow> outbox(const std::string& about) const {
    auto database = connect();
    auto rows = deliveries_of(*database, about);
    EXPECT_TRUE(rows);
    return *rows;
  }
  [[nodiscard]] std::string token(const std::string& notice, const std::string& authority) const {
    auto database = connect();
    auto link = notices().link(*database, notice, authority);
    EXPECT_TRUE(link) << link.error().text();
    return link->substr(link->rfind('/') + 1);
  }
  [[nodiscard]] NoticeShown shown(const std::string& token) const {
    auto database = connect();
    auto one = notices().show(*database, token);
    EXPECT_TRUE(one) << one.error().text();
    return *one;
  }
  Ran run() {
    auto ran = dispatcher_->run_due(clock_.now());
    EXPECT_TRUE(ran) << ran.error().text();
    return ran.value_or(Ran{});
  }

  std::filesystem::path folder_;
  base::ManualClock clock_{base::Instant{std::chrono::milliseconds{1'900'000'000'000}}};
  std::unique_ptr<pagekit::WebFiles> web_;
  std::unique_ptr<pagekit::PageSet> pages_;
  std::unique_ptr<Rules> rules_;
  std::unique_ptr<people::Permissions> permissions_;
  WarningProjection warning_projection_;
  AuthorityProjection authority_projection_;
  NoticeProjection notice_projection_;
  OutboxSchema outbox_schema_;
  people::AccountProjection account_projection_;
  people::PeopleTables people_tables_;
  assess::ReportProjection report_projection_;
  assess::SituationProjection situation_projection_;
  people::EmergencyProjection emergency_projection_;
  assess::SourceProjection source_projection_;
  assess::RetentionProjection retention_projection_;
  std::array<const ledger::Projection*, 11> projections_{
      &account_projection_,   &people_tables_,     &emergency_projection_, &report_projection_,
      &situation_projection_, &source_projection_, &retention_projection_, &authority_projection_,
      &warning_projection_,   &notice_projection_, &outbox_schema_};
  base::Secret master_ = base::Secret::random(base::sealing_key_size);
  ledger::Vault vault_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<store::ConnectionPool> readers_;
  std::unique_ptr<InformParts> parts_;
  FakeMailer mailer_;
  FakePoster poster_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::shared_ptr<people::Session> analyst_, second_, officer_, principal_, deputy_, auditor_,
      administrator_;
};

}  // namespace tocsin::inform
