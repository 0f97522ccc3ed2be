// SPDX-License-Identifier: Apache-2.0
// The security keys of accounts as they are kept: beside the credentials, never in the ledger; name
// and public key sealed like them.
//
// Threads: those of the database given. Errors: those of the store; ErrorCode::not_found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "people/credential.hpp"
#include "people/webauthn.hpp"

namespace tocsin::people {

inline constexpr std::size_t security_keys_max = 10;  ///< of one account
inline constexpr std::size_t key_name_bytes_max = 100;

struct KeptKey {
  std::string handle;  ///< by which forms name it; says nothing about the key
  std::string name;    ///< as its owner calls it
  SecurityKey key;
  base::Instant added;
  base::Instant used;    ///< the epoch before its first use
  bool blocked = false;  ///< its counter went back once: it may have been copied
};

/// Oldest first, blocked ones too.
[[nodiscard]] base::Result<std::vector<KeptKey>> security_keys_of(store::Database& database,
                                                                  const CredentialStore& store,
                                                                  std::string_view account);
[[nodiscard]] base::Status add_security_key(store::Database& database, const CredentialStore& store,
                                            std::string_view account, const KeptKey& kept);
[[nodiscard]] base::Status remove_security_key(store::Database& database, std::string_view account,
                                               std::string_view handle);
/// Moves the counter on; false where another log-in was quicker, or the key is blocked or gone.
[[nodiscard]] base::Result<bool> use_security_key(store::Database& database,
                                                  std::string_view account, std::string_view handle,
                                                  std::uint32_t counter, base::Instant now);
[[nodiscard]] base::Status block_security_key(store::Database& database, std::string_view account,
                                              std::string_view handle);

}  // namespace tocsin::people
