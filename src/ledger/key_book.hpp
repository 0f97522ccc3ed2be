// SPDX-License-Identifier: Apache-2.0
// Which key may sign what: the member's root certifies node keys, a node key certifies the keys of
// roles and people; each holds for a time and may be revoked. A pure fold over `key` and
// `key_revocation` revisions. Format: docs/formats/revision.md, "Keys".
//
// Ownership: values. Threads: const members from any thread.
// Errors: ErrorCode::invalid_input names the key and what speaks against it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/revision.hpp"

namespace tocsin::ledger {

inline constexpr std::string_view key_type = "key";
inline constexpr std::string_view revocation_type = "key_revocation";

enum class KeyKind { root, node, role, person };
[[nodiscard]] std::string_view name_of(KeyKind kind);

struct Key {
  std::string object;
  KeyKind kind = KeyKind::person;
  std::string holder;  ///< the member's name, or the object id of an account
  base::PublicKey public_key{};
  std::string certifier;
  base::Instant valid_from;
  base::Instant valid_to;
  /// Set once revoked: what it signed at this log position and after is not accepted.
  std::optional<std::uint64_t> good_until;
};

class KeyBook {
 public:
  /// Null where there is no such key.
  [[nodiscard]] const Key* find(std::string_view object) const;
  /// May the author's key sign this revision: known, of a kind for its type, in time, not revoked.
  [[nodiscard]] base::Status check_author(const Revision& revision) const;
  /// Does the signature fit the author's key. For a root's first revision its own key counts.
  [[nodiscard]] base::Status check_signature(const Revision& revision) const;
  /// The public key that the signature has to fit; an error where the author is unknown.
  [[nodiscard]] base::Result<base::PublicKey> author_key(const Revision& revision) const;
  /// Takes what a checked `key` or `key_revocation` says; others change nothing.
  [[nodiscard]] base::Status apply(const Revision& revision);
  using Keys = std::map<std::string, Key, std::less<>>;
  [[nodiscard]] const Keys& keys() const { return *keys_; }

 private:
  /// Shared until it changes: an act that is rolled back takes its old book again for nothing.
  std::shared_ptr<const Keys> keys_ = std::make_shared<const Keys>();
};

/// The body of a `key` revision.
[[nodiscard]] boost::json::object key_fields(const Key& key);
[[nodiscard]] base::Result<Key> read_key(const Revision& revision);

}  // namespace tocsin::ledger
