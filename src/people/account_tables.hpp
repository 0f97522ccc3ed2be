// SPDX-License-Identifier: Apache-2.0
// Accounts, keys of people and asked changes as tables: written from revisions, and read.
//
// Names stay sealed in the tables; open_account() opens them. Threads: those of the database given.
// Errors: those of the store; ErrorCode::not_found names the object.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/ledger.hpp"
#include "people/account.hpp"

namespace tocsin::people {

class AccountProjection final : public ledger::Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "accounts"; }
  [[nodiscard]] std::span<const store::Migration> migrations() const override;
  [[nodiscard]] std::span<const std::string_view> tables() const override;
  [[nodiscard]] std::span<const std::string_view> types() const override;
  [[nodiscard]] base::Status apply(store::Database& database,
                                   const ledger::Revision& revision) const override;
};

/// How a revision says it (account_records.cpp).
[[nodiscard]] boost::json::object account_fields(const Account& account);
[[nodiscard]] base::Result<Account> read_account(const ledger::Revision& revision);
[[nodiscard]] boost::json::object request_fields(const ChangeRequest& request);
/// Without asked_by, asked_at, answered_by, answered_at, which follow from who signed when.
[[nodiscard]] base::Result<ChangeRequest> read_request(const ledger::Revision& revision);

/// Accounts shown and checked at once.
inline constexpr std::size_t accounts_max = 2000;
inline constexpr std::size_t requests_max = 500;

[[nodiscard]] base::Result<Account> find_account(store::Database& database,
                                                 std::string_view object);
[[nodiscard]] base::Result<std::vector<Account>> list_accounts(store::Database& database);
/// Units that active accounts name, in order; the first unit for those that name none.
[[nodiscard]] base::Result<std::vector<std::string>> list_units(store::Database& database);
[[nodiscard]] base::Result<ChangeRequest> find_request(store::Database& database,
                                                       std::string_view object);
/// Open ones first, then the newest.
[[nodiscard]] base::Result<std::vector<ChangeRequest>> list_requests(store::Database& database);
[[nodiscard]] base::Result<bool> has_open_request(store::Database& database,
                                                  std::string_view account);
/// Keys of a person that are not revoked.
[[nodiscard]] base::Result<std::vector<std::string>> good_keys_of(store::Database& database,
                                                                  std::string_view account);
/// All keys that a person ever had.
[[nodiscard]] base::Result<std::vector<std::string>> keys_of(store::Database& database,
                                                             std::string_view account);
/// The account whose key this is; empty for a node's or root's key.
[[nodiscard]] base::Result<std::string> holder_of(store::Database& database, std::string_view key);

/// Names in clear; empty once they were erased.
struct OpenAccount {
  std::string name;
  std::string log_in;
  std::string contact;
};
[[nodiscard]] base::Result<OpenAccount> open_account(store::Database& database,
                                                     const ledger::Vault& vault,
                                                     const Account& account);

}  // namespace tocsin::people
