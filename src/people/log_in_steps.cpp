// SPDX-License-Identifier: Apache-2.0
#include "people/log_in_steps.hpp"

#include <algorithm>

#include "people/account_steps.hpp"
#include "people/totp.hpp"

namespace tocsin::people {

using base::ErrorCode;
using base::fail;
using ledger::Pen;

std::unexpected<base::Error> log_in_refused() {
  return fail(ErrorCode::unauthenticated, "name, password or code is not right", "log_in_refused",
              "type them again; codes change every 30 seconds");
}

base::Result<PasswordKeys> derived(const AccountParts& parts, std::string_view password,
                                   std::string_view salt, const base::PasswordCost& cost) {
  auto slot = parts.slots.take();
  if (!slot) return std::unexpected(std::move(slot.error()));
  // A longer text than anybody may have as password is cut: refused, but at no greater cost.
  return derive_password_keys(password_bytes(password.substr(0, password_bytes_max)), salt, cost);
}

namespace {

/// A name and password that were tried: whose they are, if anybody's.
struct Tried {
  std::optional<Credential> found;
  PasswordKeys keys;
  bool fits = false;
};

/// Does the same work whether the name is known or not.
base::Result<Tried> tried(const AccountParts& parts, const CredentialStore& store,
                          store::Database& database, std::string_view name_hash,
                          std::string_view password) {
  auto found = store.find(database, name_hash);
  if (!found) return std::unexpected(std::move(found.error()));
  const bool exists = found->has_value();
  const auto salt = exists ? (*found)->salt : store.salt_of_nobody(name_hash);
  auto keys = derived(parts, password, salt, exists ? (*found)->cost : parts.cost);
  if (!keys) return std::unexpected(std::move(keys.error()));
  const auto nobody = base::Secret::random(base::sealing_key_size);
  const auto& verifier = exists ? (*found)->verifier : nobody;
  const bool fits = base::equal_secrets(keys->verifier.bytes(), verifier.bytes());
  return Tried{std::move(*found), std::move(*keys), exists && fits};
}

/// A key that soon runs out is followed by a new one; returns the key in force.
base::Result<base::SigningKey> key_in_force(const AccountParts& parts, Pen& pen,
                                            const CredentialStore& store, Known& known) {
  auto key = unwrap_seed(known.credential, known.keys.wrapping);
  if (!key || known.credential.key_until - pen.now() > key_renewed_before) return key;
  auto fresh = base::SigningKey::make();
  auto object = certify_key(pen, known.credential.account, fresh.public_key());
  if (!object) return std::unexpected(std::move(object.error()));
  auto& credential = known.credential;
  if (parts.watcher != nullptr)
    if (auto done = parts.watcher->renewed(
            pen, {credential.account, credential.key_object, *key, *object, fresh});
        !done)
      return std::unexpected(std::move(done.error()));
  credential.key_object = *object;
  credential.key_until = pen.now() + key_validity;
  credential.wrapped_seed = wrap_seed(fresh, known.keys.wrapping, credential.account, *object);
  credential.totp_last_step = std::max(credential.totp_last_step, known.step);
  if (auto done = store.write(pen.database(), credential); !done)
    return std::unexpected(std::move(done.error()));
  return fresh;
}

}  // namespace

base::Result<Known> check_with_code(const AccountParts& parts, const CredentialStore& store,
                                    store::Database& database, std::string_view name_hash,
                                    std::string_view password, std::string_view code) {
  auto one = tried(parts, store, database, name_hash, password);
  if (!one) return std::unexpected(std::move(one.error()));
  const auto nobody = base::Secret::random(base::sealing_key_size);
  const auto& totp = one->found ? one->found->totp : nobody;
  const auto step = matching_step(totp.bytes(), code, parts.desk.clock.now(),
                                  one->found ? one->found->totp_last_step : 0);
  if (!one->fits || !step) return log_in_refused();
  return Known{std::move(*one->found), std::move(one->keys), *step};
}

base::Result<Known> check_password(const AccountParts& parts, const CredentialStore& store,
                                   store::Database& database, std::string_view name_hash,
                                   std::string_view password) {
  auto one = tried(parts, store, database, name_hash, password);
  if (!one) return std::unexpected(std::move(one.error()));
  if (!one->fits) return log_in_refused();
  return Known{std::move(*one->found), std::move(one->keys), 0};
}

base::Result<std::shared_ptr<Session>> session_for(const AccountParts& parts,
                                                   store::Database& database,
                                                   const Account& account, std::string key_object,
                                                   base::SigningKey key, std::string language) {
  auto open = open_account(database, parts.vault, account);
  if (!open) return std::unexpected(std::move(open.error()));
  auto session = std::make_shared<Session>();
  session->person = {account.object, open->name, account.standing.unit, account.standing.roles,
                     account.standing.clearance};
  session->shown_name = open->name;
  session->form_token = base::base64url(base::random_bytes(session_id_size));
  session->key_object = std::move(key_object);
  session->key = std::move(key);
  session->began = parts.desk.clock.now();
  session->language = std::move(language);
  session->alert_source = &parts.emergencies;
  set_sections(parts.desk.permissions, *session);
  if (auto done = parts.emergencies.load(database, parts.vault); !done)
    return std::unexpected(std::move(done.error()));
  return session;
}

base::Result<std::shared_ptr<Session>> enter(const AccountParts& parts, Pen& pen,
                                             const CredentialStore& store, Known& known,
                                             const UseSecondFactor& use,
                                             const std::string& language) {
  auto account = find_account(pen.database(), known.credential.account);
  if (!account) return std::unexpected(std::move(account.error()));
  if (account->state != AccountState::active) return log_in_refused();
  auto now = store.of_account(pen.database(), known.credential.account);
  if (!now) return std::unexpected(std::move(now.error()));
  if (!*now || !base::equal_secrets((*now)->verifier.bytes(), known.credential.verifier.bytes()))
    return log_in_refused();
  // As it stands now: another log-in may have renewed the key or used a code since it was read.
  known.credential = std::move(**now);
  auto used = use(pen.database());
  if (!used) return std::unexpected(std::move(used.error()));
  if (!*used) return log_in_refused();
  auto key = key_in_force(parts, pen, store, known);
  if (!key) return std::unexpected(std::move(key.error()));
  return session_for(parts, pen.database(), *account, known.credential.key_object, std::move(*key),
                     language);
}

base::Result<std::string> opened_session(const AccountParts& parts, const EnterBy& enter_by) {
  std::string id;
  auto done = parts.desk.ledger.act([&](Pen& pen) -> base::Status {
    auto session = enter_by(pen);
    if (!session) return std::unexpected(std::move(session.error()));
    id = parts.sessions.open(std::move(*session));
    return {};
  });
  if (done) {
    if (const auto session = parts.sessions.find(id);
        session != nullptr && parts.watcher != nullptr)
      parts.watcher->entered(*session);
    return id;
  }
  if (!id.empty()) parts.sessions.close(id);
  return std::unexpected(std::move(done.error()));
}

base::Result<Known> known_again(const AccountParts& parts, const CredentialStore& store,
                                store::Database& database, const Session& session,
                                std::string_view password) {
  const auto name = "again\n" + session.person.account;
  if (auto may = parts.throttle.begin(name, true); !may)
    return std::unexpected(std::move(may.error()));
  auto found = store.of_account(database, session.person.account);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return log_in_refused();
  auto keys = derived(parts, password, (*found)->salt, (*found)->cost);
  if (!keys) return std::unexpected(std::move(keys.error()));
  if (!base::equal_secrets(keys->verifier.bytes(), (*found)->verifier.bytes()))
    return fail(ErrorCode::invalid_input, "the password is not right", "password_wrong");
  parts.throttle.succeeded(name, true);
  return Known{std::move(**found), std::move(*keys), 0};
}

CountedTry counted_try(const CredentialStore& store, std::string_view log_in,
                       std::string_view browser_mark) {
  CountedTry counted{store.log_in_hash(plain_log_in(log_in)), std::string(browser_mark), false};
  counted.known_browser = store.is_known_browser(counted.name_hash, counted.browser_mark);
  return counted;
}

}  // namespace tocsin::people
