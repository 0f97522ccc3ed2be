// SPDX-License-Identifier: Apache-2.0
// Steps that several use cases of accounts share, inside one act.
//
// Threads: the ledger's writer. Errors: those of the ledger.
#pragma once

#include <string>
#include <string_view>

#include "people/account.hpp"
#include "people/account_desk.hpp"

namespace tocsin::people {

/// Certifies a person's key by the node: its object.
[[nodiscard]] base::Result<std::string> certify_key(ledger::Pen& pen, std::string_view account,
                                                    const base::PublicKey& key);
/// What the account's keys sign from now on is not accepted.
[[nodiscard]] base::Status revoke_keys(ledger::Pen& pen, std::string_view account,
                                       std::string_view reason);
/// A name or contact as it is kept, however it was typed.
[[nodiscard]] boost::json::value kept_text(std::string_view typed);
/// A new version of an account whose names stand sealed already.
[[nodiscard]] ledger::Draft account_draft(const Account& account);
/// Data key, log-in name and first version of a new account.
[[nodiscard]] base::Result<Account> begin_account(ledger::Pen& pen, const NewPerson& person,
                                                  AccountState state, const ledger::Author* author);

}  // namespace tocsin::people
