// SPDX-License-Identifier: Apache-2.0
// A founded node with real log-ins, two custodians among them, and a sources.db beside it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "assess/attachment_tables.hpp"
#include "assess/report_desk.hpp"
#include "assess/retention.hpp"
#include "assess/situation_tables.hpp"
#include "assess/source_desk.hpp"
#include "base/files.hpp"
#include "ledger/rebuild.hpp"
#include "ledger/verify.hpp"
#include "people/access_log.hpp"
#include "people/account_desk.hpp"
#include "people/credential_tables.hpp"
#include "people/emergency_tables.hpp"
#include "people/key_log_in.hpp"
#include "people/log_in.hpp"
#include "people/totp.hpp"

namespace tocsin::assess {

inline constexpr std::string_view good_password = "violet harbour seven lanterns";
inline constexpr std::string_view where_she_lives = "UNMISTAKABLE +999 555 0101 ask for Miriam";

class SourceFixture : public testing::Test {
 protected:
  using Entered = std::shared_ptr<const people::Session>;

  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("sources_" + base::to_hex(base::sha256(base::random_bytes(8))).substr(0, 12));
    std::filesystem::create_directories(folder_);
    const std::filesystem::path data = std::filesystem::path(TOCSIN_SOURCE_DIR) / "data";
    permissions_ = people::Permissions::load(data).value();
    pairs_ = people::RolePairs::load(data).value();
    rules_ = people::PasswordRules::load(data).value();
    open_node();
    ASSERT_TRUE(ledger_->found(base::SigningKey::make(), "Exercise State"));
    ASSERT_TRUE(make_receipt_secret(vault_, *connect()));
    auto links = people::found_people(*ledger_, pairs_, founders());
    ASSERT_TRUE(links) << links.error().text();
    for (const auto& link : *links) links_[link.log_in] = link;
  }
  void TearDown() override {
    close_node();
    std::filesystem::remove_all(folder_);
  }

  void open_node() {
    auto opened = ledger::Ledger::open(connect(), {vault_, projections_, clock_});
    ASSERT_TRUE(opened) << opened.error().text();
    ledger_ = std::move(*opened);
    ASSERT_TRUE(vault_.unlock(*connect(), master_.copy()));
    auto store = SourceStore::open(folder_);
    ASSERT_TRUE(store) << store.error().text();
    store_ = std::move(*store);
    readers_.emplace(
        [this]() -> base::Result<std::unique_ptr<store::Database>> { return connect(); });
    desk_.emplace(people::Desk{*ledger_, *readers_, vault_, permissions_, clock_});
    custody_.emplace(*desk_, *store_);
    sources_.emplace(SourceParts{*desk_, *store_, *custody_});
    parts_.emplace(people::AccountParts{*desk_, vault_, pairs_, rules_, sessions_, throttle_,
                                        slots_, cheap_, "Exercise State", emergencies_, ceremonies_,
                                        &*custody_});
  }
  void close_node() {
    sources_.reset();
    custody_.reset();
    store_.reset();
    ledger_.reset();
    readers_.reset();
  }

  static people::NewPerson person(std::string log_in, std::set<people::Role> roles,
                                  std::string clearance = "AMBER+STRICT", std::string unit = "") {
    return {"Name of " + log_in,
            log_in,
            log_in + "@example.org",
            {std::move(unit), std::move(roles), std::move(clearance)}};
  }
  static std::vector<people::NewPerson> founders() {
    using people::Role;
    return {person("pia", {Role::principal}),
            person("ana", {Role::analyst}),
            person("abe", {Role::analyst}),
            person("olga", {Role::officer}),
            person("cora", {Role::custodian}),
            person("carl", {Role::custodian}),
            person("adam", {Role::administrator}),
            person("dora", {Role::deputy}),
            person("udo", {Role::auditor}),
            person("rea", {Role::analyst}, "RED"),
            person("nora", {Role::analyst}, "RED", "north")};
  }

  [[nodiscard]] std::unique_ptr<store::Database> connect() const {
    store::SqliteOptions options;
    options.wipe_deleted = true;
    auto database = store::open_sqlite(folder_ / "node.db", options);
    EXPECT_TRUE(database);
    return std::move(*database);
  }
  [[nodiscard]] std::string phone(const std::string& log_in) const {
    return people::totp_code(factors_.at(log_in), people::totp_step(clock_.now()));
  }
  /// Enters by the first link, and later by password and code.
  Entered entered(const std::string& log_in) {
    base::Result<people::Entrance> entrance;
    if (factors_.contains(log_in)) {
      advance(people::totp_period);
      entrance =
          people::log_in(*parts_, {log_in, std::string(good_password), phone(log_in), {}, "en"});
    } else {
      const auto token = links_.at(log_in).token;
      factors_[log_in] =
          people::CredentialStore::open(*connect(), vault_)->offered_totp(token).bytes();
      entrance = people::accept_invitation(
          *parts_, {token, {}, std::string(good_password), phone(log_in), "en"});
    }
    EXPECT_TRUE(entrance) << log_in << ": " << entrance.error().text();
    return entrance ? sessions_.find(entrance->session_id) : nullptr;
  }
  void advance(std::chrono::milliseconds by) {
    clock_.advance(by);
    steady_.advance(by);
  }

  // --- short forms of what people do
  [[nodiscard]] SourceDesk sources() const { return SourceDesk(*sources_); }
  Filed file(std::string_view reach = where_she_lives) {
    Told told;
    told.text = "Men in trucks burned three farms.";
    told.place = "near the river";
    told.when = "last night";
    told.witness = "own_eyes";
    told.channel = "page";
    auto filed = ReportDesk(*desk_).file(told);
    EXPECT_TRUE(filed) << filed.error().text();
    if (!reach.empty()) {
      const auto left = sources().leave(filed->object, {std::string(reach), {}});
      EXPECT_TRUE(left) << left.error().text();
    }
    return *filed;
  }
  std::string ask(const people::Session& session, const Filed& filed) {
    auto asked = sources().ask(session, filed.object, "To warn her before Friday.");
    EXPECT_TRUE(asked) << asked.error().text();
    return asked.value_or("");
  }
  [[nodiscard]] OpeningState state_of(const std::string& request) const {
    auto side = connect();
    return SourceReader(*side).request(request).value().state;
  }
  /// The cipher text of a report's identity.
  [[nodiscard]] std::string cipher_of(const Filed& filed) const {
    auto side = connect();
    const auto identity = SourceReader(*side).identity_of(filed.object);
    if (!identity || !*identity) return {};
    return store_->find_identity((*identity)->hash).value_or("");
  }
  /// The files of the home in which these bytes stand.
  [[nodiscard]] std::vector<std::string> files_with(std::string_view bytes) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      constexpr std::size_t read_bytes_max = 64U << 20;
      const auto text = base::read_file(entry.path(), read_bytes_max);
      EXPECT_TRUE(text);
      if (text && text->contains(bytes)) found.push_back(entry.path().filename().string());
    }
    return found;
  }
  void expect_sound() const {
    auto side = connect();
    auto verified = ledger::verify_ledger(*side, {});
    ASSERT_TRUE(verified) << verified.error().text();
    EXPECT_EQ(verified->faults_in_all, 0U);
  }

  std::filesystem::path folder_;
  people::AccountProjection accounts_;
  people::PeopleTables tables_;
  ReportProjection reports_;
  AttachmentProjection attachments_;
  SituationProjection situations_;
  SourceProjection source_tables_;
  RetentionProjection kept_tables_;
  people::EmergencyProjection emergency_tables_;
  std::array<const ledger::Projection*, 8> projections_{
      &accounts_,    &tables_,     &emergency_tables_, &reports_,
      &attachments_, &situations_, &source_tables_,    &kept_tables_};
  base::ManualClock clock_{base::Instant{std::chrono::milliseconds{1'800'000'000'000}}};
  base::ManualClock steady_{base::Instant{std::chrono::milliseconds{50'000}}};
  base::Secret master_ = base::Secret::random(base::sealing_key_size);
  ledger::Vault vault_;
  people::Permissions permissions_;
  people::RolePairs pairs_;
  people::PasswordRules rules_;
  people::Sessions sessions_{steady_};
  people::Throttle throttle_{steady_};
  people::PasswordSlots slots_;
  people::EmergencyBoard emergencies_{clock_, steady_};
  people::KeyCeremonies ceremonies_{steady_, people::relying_party_of("https://node.example")};
  base::PasswordCost cheap_{1, 8192};
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<SourceStore> store_;
  std::optional<store::ConnectionPool> readers_;
  std::optional<people::Desk> desk_;
  std::optional<Custody> custody_;
  std::optional<SourceParts> sources_;
  std::optional<people::AccountParts> parts_;
  std::map<std::string, people::FirstLink> links_;
  std::map<std::string, std::string> factors_;
};

}  // namespace tocsin::assess
