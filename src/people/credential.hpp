// SPDX-License-Identifier: Apache-2.0
// What a person logs in with: password, second factor, wrapped signing key; and the one-time links
// of those who have none yet. Never in the ledger.
//
// One Argon2id derivation gives two keys: one is kept as verifier, the other wraps the seed of the
// person's signing key and is never kept. Verifier, wrapped seed and second factor are sealed once
// more under a secret of the vault: a stolen disk cannot be guessed at without the node's key, and
// a stolen node key does not sign for anybody without the password.
// Ownership: values; secrets are wiped. Threads: those of the database given.
// Errors: those of the store and the vault; ErrorCode::corrupt where a sealed value does not open.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "ledger/ledger.hpp"
#include "ledger/vault.hpp"

namespace tocsin::people {

inline constexpr std::string_view credentials_secret = "credentials";  ///< in the vault
inline constexpr std::chrono::hours invitation_valid_for{72};
inline constexpr std::size_t invitation_token_size = 32;  ///< random bytes
inline constexpr std::size_t release_code_size = 5;       ///< random bytes, 8 signs

/// The two keys that a password gives.
struct PasswordKeys {
  base::Secret verifier;
  base::Secret wrapping;
};
[[nodiscard]] base::Result<PasswordKeys> derive_password_keys(std::string_view password,
                                                              std::string_view salt,
                                                              const base::PasswordCost& cost);

/// At most two derivations run at once and one waits: memory stays bounded, and a server of four
/// threads goes on answering. ErrorCode::unavailable past that.
class PasswordSlots {
 public:
  class Slot {
   public:
    explicit Slot(PasswordSlots* slots) : slots_(slots) {}
    Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot();

   private:
    PasswordSlots* slots_;
  };
  [[nodiscard]] base::Result<Slot> take();

 private:
  static constexpr unsigned running_max = 2;
  static constexpr unsigned waiting_max = 1;
  std::mutex mutex_;
  std::condition_variable ended_;
  unsigned running_ = 0;
  unsigned waiting_ = 0;
};

struct Credential {
  std::string account;
  std::string salt;
  base::PasswordCost cost;
  base::Secret verifier;
  std::string wrapped_seed;
  base::Secret totp;
  std::int64_t totp_last_step = 0;
  std::string key_object;
  base::Instant key_until;
};

[[nodiscard]] std::string wrap_seed(const base::SigningKey& key, const base::Secret& wrapping,
                                    std::string_view account, std::string_view key_object);
[[nodiscard]] base::Result<base::SigningKey> unwrap_seed(const Credential& credential,
                                                         const base::Secret& wrapping);

/// Reads and writes credentials; made with the secret of the vault that seals them.
class CredentialStore {
 public:
  /// ErrorCode::unavailable while the node is locked, not_found before people were founded.
  [[nodiscard]] static base::Result<CredentialStore> open(store::Database& database,
                                                          const ledger::Vault& vault);
  /// Makes the vault's secret where there is none yet.
  [[nodiscard]] static base::Status prepare(store::Database& database, const ledger::Vault& vault);

  /// The name by which log-in names are looked up: keyed, so that the table names nobody.
  [[nodiscard]] std::string log_in_hash(std::string_view log_in) const;
  /// A salt that a name without credential seems to have.
  [[nodiscard]] std::string salt_of_nobody(std::string_view log_in_hash) const;
  /// The second factor offered with a link, the same each time that its page is shown.
  [[nodiscard]] base::Secret offered_totp(std::string_view token) const;
  /// Marks a browser that has logged in to this account, and reads the mark.
  [[nodiscard]] std::string browser_mark(std::string_view log_in_hash) const;
  [[nodiscard]] bool is_known_browser(std::string_view log_in_hash, std::string_view mark) const;

  [[nodiscard]] base::Status add_log_in_name(store::Database& database,
                                             std::string_view log_in_hash,
                                             std::string_view account) const;
  [[nodiscard]] base::Result<std::optional<Credential>> find(store::Database& database,
                                                             std::string_view log_in_hash) const;
  [[nodiscard]] base::Result<std::optional<Credential>> of_account(store::Database& database,
                                                                   std::string_view account) const;
  [[nodiscard]] base::Status write(store::Database& database, const Credential& credential) const;

  /// Seals what else belongs to an account's credentials, by a name of its own.
  [[nodiscard]] std::string sealed(std::string_view plain, std::string_view account,
                                   std::string_view name) const;
  [[nodiscard]] base::Result<base::Secret> opened(std::string_view text, std::string_view account,
                                                  std::string_view name) const;

 private:
  explicit CredentialStore(base::Secret key) : key_(std::move(key)) {}
  [[nodiscard]] base::Result<std::optional<Credential>> read(store::Statement& statement) const;
  base::Secret key_;
};

/// Moves the last used step forwards; false where another log-in has used this step already.
[[nodiscard]] base::Result<bool> use_totp_step(store::Database& database, std::string_view account,
                                               std::int64_t step);
/// With its security keys.
[[nodiscard]] base::Status delete_credential(store::Database& database, std::string_view account);
[[nodiscard]] base::Status delete_log_in_name(store::Database& database, std::string_view account);

/// Whose log-in name it is; ErrorCode::not_found.
[[nodiscard]] base::Result<std::string> account_of_log_in(store::Database& database,
                                                          std::string_view log_in_hash);

/// A one-time link: only hashes are kept.
struct Invitation {
  std::string account;
  base::Instant expires;
  std::string code_hash;  ///< empty where no second person was asked for
  bool agreed = false;
};
[[nodiscard]] std::string make_token();
/// "ABCD-EFGH"
[[nodiscard]] std::string make_release_code();
/// As typed, in any case and with or without its hyphen.
[[nodiscard]] std::string hash_of_code(std::string_view typed);
[[nodiscard]] base::Status write_invitation(store::Database& database, std::string_view token,
                                            const Invitation& invitation);
/// The second person has agreed: the code counts, and time begins.
[[nodiscard]] base::Status release_invitation(store::Database& database, std::string_view account,
                                              std::string_view code, base::Instant now);
[[nodiscard]] base::Result<std::optional<Invitation>> find_invitation(store::Database& database,
                                                                      std::string_view token);
[[nodiscard]] base::Status delete_invitation(store::Database& database, std::string_view account);

}  // namespace tocsin::people
