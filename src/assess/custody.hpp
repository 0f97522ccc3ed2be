// SPDX-License-Identifier: Apache-2.0
// The custodians' key. Its public half is in the ledger, so that the node can seal to it; its
// secret half is in sources.db, sealed to each custodian's own key, and opens in a custodian's
// session only.
//
// The first custodian who enters makes it; a custodian who has it hands it to the next one.
// Ownership: refers to the desk's parts and the store. Threads: any.
// Errors: ErrorCode::forbidden "no_copy" for a custodian who was not given the key yet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assess/source_store.hpp"
#include "assess/source_tables.hpp"
#include "people/desk.hpp"

namespace tocsin::assess {

class Custody final : public people::EntryWatcher {
 public:
  Custody(const people::Desk& desk, SourceStore& store) : desk_(desk), store_(store) {}

  /// Makes the key when the first custodian enters.
  void entered(const people::Session& session) override;
  /// Seals the copy that the old key opens to the new one.
  [[nodiscard]] base::Status renewed(ledger::Pen& pen, const people::KeyRenewal& renewal) override;

  /// Hands the key to another custodian.
  [[nodiscard]] base::Status hand_over(const people::Session& session,
                                       std::string_view account) const;
  /// A new key where nobody is left who can use the old one. What was sealed to it stays closed.
  [[nodiscard]] base::Status begin_anew(const people::Session& session) const;
  /// The secret half, for a custodian who has it.
  [[nodiscard]] base::Result<base::BoxKey> open_key(const people::Session& session,
                                                    const CustodyKeyRow& key) const;

 private:
  [[nodiscard]] base::Status make(ledger::Pen& pen, const people::Session& session) const;
  [[nodiscard]] base::Status give(ledger::Pen& pen, const CustodyKeyRow& key,
                                  const base::BoxKey& secret, std::string_view account,
                                  std::string_view key_object, const ledger::Author& giver) const;
  people::Desk desk_;
  SourceStore& store_;
};

/// The address of a person's key, as the ledger certifies it.
[[nodiscard]] base::Result<base::PublicKey> address_of(store::Database& database,
                                                       std::string_view key_object);
/// Active custodians, and whether each holds the key.
struct CustodianRow {
  std::string account;
  bool holds = false;
};
[[nodiscard]] base::Result<std::vector<CustodianRow>> custodians(store::Database& database,
                                                                 std::string_view custody_key);

}  // namespace tocsin::assess
