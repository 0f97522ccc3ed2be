// SPDX-License-Identifier: Apache-2.0
#include "people/credential.hpp"

#include <algorithm>

#include "people/totp.hpp"

namespace tocsin::people {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::size_t browser_nonce_size = 16;

std::string key_context(std::string_view account, std::string_view key_object) {
  return "tocsin/person-key/1\n" + std::string(account) + "\n" + std::string(key_object);
}

}  // namespace

base::Result<PasswordKeys> derive_password_keys(std::string_view password, std::string_view salt,
                                                const base::PasswordCost& cost) {
  auto key = base::derive_key(password, salt, cost);
  if (!key) return std::unexpected(std::move(key.error()));
  return PasswordKeys{base::Secret(base::hmac_sha256(key->bytes(), "tocsin/verifier/1")),
                      base::Secret(base::hmac_sha256(key->bytes(), "tocsin/wrapping/1"))};
}

PasswordSlots::Slot::~Slot() {
  if (slots_ == nullptr) return;
  {
    const std::lock_guard guard(slots_->mutex_);
    --slots_->running_;
  }
  slots_->ended_.notify_one();
}

base::Result<PasswordSlots::Slot> PasswordSlots::take() {
  std::unique_lock lock(mutex_);
  if (running_ >= running_max) {
    if (waiting_ >= waiting_max)
      return fail(ErrorCode::unavailable, "too many people log in at this moment", "busy",
                  "try again in a moment");
    ++waiting_;
    ended_.wait(lock, [this] { return running_ < running_max; });
    --waiting_;
  }
  ++running_;
  return Slot(this);
}

std::string wrap_seed(const base::SigningKey& key, const base::Secret& wrapping,
                      std::string_view account, std::string_view key_object) {
  return base::seal(wrapping, key.seed().bytes(), key_context(account, key_object));
}

base::Result<base::SigningKey> unwrap_seed(const Credential& credential,
                                           const base::Secret& wrapping) {
  auto seed = base::unseal(wrapping, credential.wrapped_seed,
                           key_context(credential.account, credential.key_object));
  if (!seed) return std::unexpected(std::move(seed.error()));
  return base::SigningKey::from_seed(seed->bytes());
}

base::Status CredentialStore::prepare(store::Database& database, const ledger::Vault& vault) {
  auto known = vault.read(database, credentials_secret);
  if (known) return {};
  if (known.error().code != ErrorCode::not_found) return std::unexpected(std::move(known.error()));
  return vault.keep(database, credentials_secret, base::Secret::random(base::sealing_key_size));
}

base::Result<CredentialStore> CredentialStore::open(store::Database& database,
                                                    const ledger::Vault& vault) {
  auto key = vault.read(database, credentials_secret);
  if (!key) return std::unexpected(std::move(key.error()));
  return CredentialStore(std::move(*key));
}

std::string CredentialStore::log_in_hash(std::string_view log_in) const {
  return base::hmac_sha256(key_.bytes(), "log-in\n" + std::string(log_in));
}

std::string CredentialStore::salt_of_nobody(std::string_view log_in_hash) const {
  return base::hmac_sha256(key_.bytes(), "salt\n" + std::string(log_in_hash))
      .substr(0, base::password_salt_size);
}

base::Secret CredentialStore::offered_totp(std::string_view token) const {
  return base::Secret(
      base::hmac_sha256(key_.bytes(), "totp\n" + std::string(token)).substr(0, totp_secret_size));
}

std::string CredentialStore::browser_mark(std::string_view log_in_hash) const {
  const auto nonce = base::random_bytes(browser_nonce_size);
  return base::base64url(
      nonce + base::hmac_sha256(key_.bytes(), "browser\n" + nonce + std::string(log_in_hash)));
}

bool CredentialStore::is_known_browser(std::string_view log_in_hash, std::string_view mark) const {
  const auto bytes = base::from_base64url(mark);
  if (!bytes || bytes->size() <= browser_nonce_size) return false;
  const auto nonce = bytes->substr(0, browser_nonce_size);
  return base::equal_secrets(
      bytes->substr(browser_nonce_size),
      base::hmac_sha256(key_.bytes(), "browser\n" + nonce + std::string(log_in_hash)));
}

std::string make_token() {
  return base::base64url(base::random_bytes(invitation_token_size));
}

std::string make_release_code() {
  auto code = base::base32(base::random_bytes(release_code_size));
  code.insert(code.size() / 2, "-");
  return code;
}

std::string hash_of_code(std::string_view typed) {
  std::string plain;
  for (const char sign : typed) {
    if (sign >= 'a' && sign <= 'z')
      plain.push_back(static_cast<char>(sign - 'a' + 'A'));
    else if (sign != '-' && sign != ' ')
      plain.push_back(sign);
  }
  return std::string(base::view_of(base::sha256("tocsin/release-code/1\n" + plain)));
}

}  // namespace tocsin::people
