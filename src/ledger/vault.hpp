// SPDX-License-Identifier: Apache-2.0
// The node's secrets: the master key in memory, and under it the node's own keys and the data keys
// of sealed fields.
//
// A sealed field stands in a revision as {"key","sealed"}: cipher text under the data key of its
// origin. Erasing that key erases the text everywhere on the node, while hashes still verify.
// Ownership: holds the master key until lock(); databases are the caller's. Threads: any.
// Errors: ErrorCode::unavailable while the node is locked; not_found for a data key that was
// erased; corrupt where a key does not open.
#pragma once

#include <boost/json/value.hpp>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "base/crypto.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "store/database.hpp"

namespace tocsin::ledger {

class Vault {
 public:
  Vault() = default;
  /// Takes the master key of 32 bytes; refused when it does not open what is stored in `database`.
  [[nodiscard]] base::Status unlock(store::Database& database, base::Secret master);
  /// Forgets the master key; what is sealed stays closed until unlock().
  void lock();
  [[nodiscard]] bool locked() const;

  /// A secret of the node by name ("signing-key"), sealed under the master key.
  [[nodiscard]] base::Status keep(store::Database& database, std::string_view name,
                                  const base::Secret& secret) const;
  [[nodiscard]] base::Result<base::Secret> read(store::Database& database,
                                                std::string_view name) const;

  /// A new data key for one origin (a report, a person): its id.
  [[nodiscard]] base::Result<std::string> make_data_key(store::Database& database,
                                                        std::string_view id) const;
  /// Deletes a data key for good. Purging free pages and the log is the ledger's (Ledger::purge).
  [[nodiscard]] static base::Status erase_data_key(store::Database& database, std::string_view id);

  /// Seals one value of one field of one object, and opens it again.
  [[nodiscard]] base::Result<boost::json::value> seal_field(store::Database& database,
                                                            std::string_view data_key,
                                                            std::string_view object,
                                                            std::string_view name,
                                                            const boost::json::value& value) const;
  [[nodiscard]] base::Result<boost::json::value> open_field(store::Database& database,
                                                            std::string_view object,
                                                            std::string_view name,
                                                            const boost::json::value& value) const;

 private:
  [[nodiscard]] base::Result<base::Secret> master() const;
  [[nodiscard]] base::Result<base::Secret> data_key(store::Database& database,
                                                    std::string_view id) const;
  mutable std::mutex mutex_;
  base::Secret master_;
};

[[nodiscard]] bool is_sealed(const boost::json::value& value);
/// Tables of the vault, part of the node's schema.
[[nodiscard]] std::span<const store::Migration> vault_migrations();

}  // namespace tocsin::ledger
