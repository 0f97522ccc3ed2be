// SPDX-License-Identifier: Apache-2.0
// Authorities in the ledger: their revisions, the table made of them, and reading it.
//
// Addresses, telephones and secrets are sealed under a data key of the authority.
// Threads: those of the database. Errors: those of the store; unavailable while locked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inform/authority.hpp"
#include "inform/parts.hpp"

namespace tocsin::inform {

inline constexpr std::string_view authority_type = "authority";
inline constexpr std::size_t authorities_max = 500;

class AuthorityProjection final : public ledger::Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "authorities"; }
  [[nodiscard]] std::span<const store::Migration> migrations() const override;
  [[nodiscard]] std::span<const std::string_view> tables() const override;
  [[nodiscard]] std::span<const std::string_view> types() const override;
  [[nodiscard]] base::Status apply(store::Database& database,
                                   const ledger::Revision& revision) const override;
};

struct AuthorityRow {
  std::string object;
  std::string revision;  ///< newest, hexadecimal
  bool closed = false;
  Authority plain;      ///< without address, telephone and secret
  std::string address;  ///< as stored
  std::string telephone;
  std::string webhook_secret;
};

/// The body of an `authority` revision and the names of its sealed fields.
[[nodiscard]] ledger::Draft authority_revision(std::string_view object, const Authority& authority,
                                               bool closed);
/// By name; the closed ones left out.
[[nodiscard]] base::Result<std::vector<AuthorityRow>> list_authorities(store::Database& database);
[[nodiscard]] base::Result<std::optional<AuthorityRow>> find_authority(store::Database& database,
                                                                       std::string_view object);
/// With everything opened.
[[nodiscard]] base::Result<Authority> open_authority(const ledger::Vault& vault,
                                                     store::Database& database,
                                                     const AuthorityRow& row);

}  // namespace tocsin::inform
