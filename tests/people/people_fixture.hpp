// SPDX-License-Identifier: Apache-2.0
// A founded node with a small desk of people, in a folder of its own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "ledger/ledger.hpp"
#include "ledger/rebuild.hpp"
#include "ledger/verify.hpp"
#include "people/account_desk.hpp"
#include "people/credential_tables.hpp"
#include "people/emergency_tables.hpp"
#include "people/key_log_in.hpp"
#include "people/log_in.hpp"
#include "people/setting_desk.hpp"
#include "people/totp.hpp"

namespace tocsin::people {

inline constexpr std::string_view good_password = "violet harbour seven lanterns";

class PeopleFixture : public testing::Test {
 protected:
  using Entered = std::shared_ptr<const Session>;

  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("people_" + base::to_hex(base::sha256(base::random_bytes(8))).substr(0, 12));
    std::filesystem::create_directories(folder_);
    const std::filesystem::path data = std::filesystem::path(TOCSIN_SOURCE_DIR) / "data";
    permissions_ = Permissions::load(data).value();
    pairs_ = RolePairs::load(data).value();
    rules_ = PasswordRules::load(data).value();
    auto opened = ledger::Ledger::open(connect(), {vault_, projections_, clock_});
    ASSERT_TRUE(opened) << opened.error().text();
    ledger_ = std::move(*opened);
    ASSERT_TRUE(vault_.unlock(*connect(), master_.copy()));
    ASSERT_TRUE(ledger_->found(root_, "Exercise State"));
    desk_.emplace(Desk{*ledger_, readers_, vault_, permissions_, clock_});
    parts_.emplace(AccountParts{*desk_, vault_, pairs_, rules_, sessions_, throttle_, slots_,
                                cheap_, "Exercise State", emergencies_, ceremonies_});
    auto links = found_people(*ledger_, pairs_, founders());
    ASSERT_TRUE(links) << links.error().text();
    for (const auto& link : *links) links_[link.log_in] = link;
  }
  void TearDown() override {
    ledger_.reset();
    std::filesystem::remove_all(folder_);
  }

  static NewPerson person(std::string log_in, std::set<Role> roles) {
    return {"Name of " + log_in,
            log_in,
            log_in + "@example.org",
            {"desk", std::move(roles), "AMBER+STRICT"}};
  }
  static std::vector<NewPerson> founders() {
    return {person("pia", {Role::principal}), person("ana", {Role::analyst, Role::officer}),
            person("adam", {Role::administrator}), person("dora", {Role::deputy}),
            person("otto", {Role::auditor, Role::custodian})};
  }

  [[nodiscard]] std::unique_ptr<store::Database> connect() const {
    store::SqliteOptions options;
    options.wipe_deleted = true;
    auto database = store::open_sqlite(folder_ / "node.db", options);
    EXPECT_TRUE(database);
    return std::move(*database);
  }

  /// The code that a phone with this link's second factor shows now.
  [[nodiscard]] std::string phone(const std::string& log_in) const {
    return totp_code(factors_.at(log_in), totp_step(clock_.now()));
  }
  void remember_factor(const std::string& log_in, const std::string& token) {
    auto side = connect();
    factors_[log_in] = CredentialStore::open(*side, vault_)->offered_totp(token).bytes();
  }
  base::Result<Entrance> accept(const std::string& log_in, std::string token,
                                std::string release_code = {},
                                std::string_view password = good_password) {
    remember_factor(log_in, token);
    return accept_invitation(*parts_, {std::move(token), std::move(release_code),
                                       std::string(password), phone(log_in), "en"});
  }
  /// Accepts the first link and enters.
  Entered entered(const std::string& log_in) {
    auto entrance = accept(log_in, links_.at(log_in).token);
    EXPECT_TRUE(entrance) << log_in << ": " << entrance.error().text();
    if (!entrance) return nullptr;
    ids_[log_in] = entrance->session_id;
    marks_[log_in] = entrance->browser_mark;
    return sessions_.find(entrance->session_id);
  }
  base::Result<Entrance> log_in_as(const std::string& name,
                                   std::string_view password = good_password,
                                   std::string mark = {}) {
    return log_in(*parts_, {name, std::string(password), phone(name), std::move(mark), "en"});
  }
  /// Past the code that was used last.
  void next_code() { advance(totp_period); }
  void advance(std::chrono::milliseconds by) {
    clock_.advance(by);
    steady_.advance(by);
  }
  [[nodiscard]] Account account(const std::string& log_in) const {
    auto side = connect();
    return find_account(*side, links_.at(log_in).account).value();
  }
  void expect_sound() const {
    auto side = connect();
    auto verified = ledger::verify_ledger(*side, {});
    ASSERT_TRUE(verified) << verified.error().text();
    EXPECT_EQ(verified->faults_in_all, 0U);
  }

  std::filesystem::path folder_;
  AccountProjection accounts_;
  PeopleTables tables_;
  EmergencyProjection emergency_tables_;
  SettingProjection setting_tables_;
  std::array<const ledger::Projection*, 4> projections_{&accounts_, &tables_, &emergency_tables_,
                                                        &setting_tables_};
  base::ManualClock clock_{base::Instant{std::chrono::milliseconds{1'800'000'000'000}}};
  base::ManualClock steady_{base::Instant{std::chrono::milliseconds{50'000}}};
  base::Secret master_ = base::Secret::random(base::sealing_key_size);
  base::SigningKey root_ = base::SigningKey::make();
  ledger::Vault vault_;
  std::unique_ptr<ledger::Ledger> ledger_;
  store::ConnectionPool readers_{
      [this]() -> base::Result<std::unique_ptr<store::Database>> { return connect(); }};
  Permissions permissions_;
  RolePairs pairs_;
  PasswordRules rules_;
  Sessions sessions_{steady_};
  Throttle throttle_{steady_};
  PasswordSlots slots_;
  EmergencyBoard emergencies_{clock_, steady_};
  KeyCeremonies ceremonies_{steady_, relying_party_of("https://node.example")};
  base::PasswordCost cheap_{1, 8192};
  std::optional<Desk> desk_;
  std::optional<AccountParts> parts_;
  std::map<std::string, FirstLink> links_;
  std::map<std::string, std::string> factors_;
  std::map<std::string, std::string> ids_;
  std::map<std::string, std::string> marks_;
};

}  // namespace tocsin::people
