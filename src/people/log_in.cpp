// SPDX-License-Identifier: Apache-2.0
#include "people/log_in.hpp"

#include <array>

#include "people/account_steps.hpp"
#include "people/log_in_steps.hpp"
#include "people/totp.hpp"

namespace tocsin::people {
namespace {

using base::ErrorCode;
using base::fail;
using ledger::Pen;

std::unexpected<base::Error> link_gone() {
  return fail(ErrorCode::not_found, "this link is unknown, used or too old", "invitation_gone",
              "ask an administrator for a new one");
}

base::Result<Invitation> good_invitation(store::Database& database, std::string_view token,
                                         base::Instant now) {
  auto found = find_invitation(database, token);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found || (*found)->expires <= now) return link_gone();
  if (!(*found)->agreed)
    return fail(ErrorCode::conflict, "a second person has not agreed yet", "invitation_waits",
                "try again when you were told that they have");
  return **found;
}

base::Status check_release_code(const AccountParts& parts, const Invitation& invitation,
                                std::string_view typed) {
  if (invitation.code_hash.empty()) return {};
  const auto name = "release\n" + invitation.account;
  if (auto may = parts.throttle.begin(name, true); !may) return may;
  if (!base::equal_secrets(invitation.code_hash, hash_of_code(typed)))
    return fail(ErrorCode::invalid_input, "this is not the code of the second person",
                "release_code_wrong");
  parts.throttle.succeeded(name, true);
  return {};
}

/// Password and key as they will be; nothing is stored yet.
struct Prepared {
  Credential credential;
  base::SigningKey key;
  PasswordKeys keys;
};

base::Result<Prepared> prepared(const AccountParts& parts, const CredentialStore& store,
                                const OpenAccount& open, const Account& account,
                                const Acceptance& typed) {
  const std::array<std::string, 4> own{open.name, open.log_in, account.standing.unit,
                                       parts.node_name};
  if (auto done = parts.rules.check(typed.password, own); !done)
    return std::unexpected(std::move(done.error()));
  auto totp = store.offered_totp(typed.token);
  const auto step = matching_step(totp.bytes(), typed.totp_code, parts.desk.clock.now(), 0);
  if (!step)
    return fail(ErrorCode::invalid_input, "the code does not fit", "totp_wrong",
                "wait for the next one, and see that the phone's clock is right");
  Credential credential;
  credential.account = account.object;
  credential.salt = base::random_bytes(base::password_salt_size);
  credential.cost = parts.cost;
  credential.totp = std::move(totp);
  credential.totp_last_step = *step;
  auto keys = derived(parts, typed.password, credential.salt, parts.cost);
  if (!keys) return std::unexpected(std::move(keys.error()));
  credential.verifier = keys->verifier.copy();
  return Prepared{std::move(credential), base::SigningKey::make(), std::move(*keys)};
}

base::Result<std::shared_ptr<Session>> begin_active(const AccountParts& parts, Pen& pen,
                                                    const CredentialStore& store, Prepared made,
                                                    const Acceptance& typed) {
  auto& database = pen.database();
  // Looked up once more: of two who use a link at the same moment, one comes too late.
  auto invitation = good_invitation(database, typed.token, pen.now());
  if (!invitation) return std::unexpected(std::move(invitation.error()));
  auto account = find_account(database, invitation->account);
  if (!account) return std::unexpected(std::move(account.error()));
  if (account->state != AccountState::invited || account->object != made.credential.account)
    return link_gone();
  if (auto done = delete_invitation(database, account->object); !done)
    return std::unexpected(std::move(done.error()));
  auto key = certify_key(pen, account->object, made.key.public_key());
  if (!key) return std::unexpected(std::move(key.error()));
  made.credential.key_object = *key;
  made.credential.key_until = pen.now() + key_validity;
  made.credential.wrapped_seed = wrap_seed(made.key, made.keys.wrapping, account->object, *key);
  if (auto done = store.write(database, made.credential); !done)
    return std::unexpected(std::move(done.error()));
  account->state = AccountState::active;
  if (auto appended = pen.append(account_draft(*account), {*key, &made.key}); !appended)
    return std::unexpected(std::move(appended.error()));
  return session_for(parts, database, *account, *key, std::move(made.key), typed.language);
}

std::string offer_of(const Session& session) {
  return "session\n" + session.form_token;
}

/// Writes a changed credential unless it was changed meanwhile; ends the other sessions.
base::Status replace(const AccountParts& parts, const CredentialStore& store,
                     const base::Secret& verifier_before, Credential changed,
                     std::string_view session_id) {
  auto done = parts.desk.ledger.act([&](Pen& pen) -> base::Status {
    auto now = store.of_account(pen.database(), changed.account);
    if (!now) return std::unexpected(std::move(now.error()));
    if (!*now || !base::equal_secrets((*now)->verifier.bytes(), verifier_before.bytes()))
      return fail(ErrorCode::conflict, "this was changed meanwhile", "changed_meanwhile");
    changed.totp_last_step = std::max(changed.totp_last_step, (*now)->totp_last_step);
    return store.write(pen.database(), changed);
  });
  if (done) parts.sessions.close_all_of(changed.account, session_id);
  return done;
}

}  // namespace

base::Result<Entrance> log_in(const AccountParts& parts, const LogInTry& typed) {
  auto database = parts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto store = CredentialStore::open(**database, parts.vault);
  if (!store) return std::unexpected(std::move(store.error()));
  const auto counted = counted_try(*store, typed.log_in, typed.browser_mark);
  if (auto may = parts.throttle.begin(counted.throttled(), counted.known_browser); !may)
    return std::unexpected(std::move(may.error()));
  auto known =
      check_with_code(parts, *store, **database, counted.name_hash, typed.password, typed.code);
  if (!known) return std::unexpected(std::move(known.error()));
  const auto use_code = [&, step = known->step](store::Database& writing) {
    return use_totp_step(writing, known->credential.account, step);
  };
  auto id = opened_session(
      parts, [&](Pen& pen) { return enter(parts, pen, *store, *known, use_code, typed.language); });
  if (!id) return std::unexpected(std::move(id.error()));
  parts.throttle.succeeded(counted.throttled(), counted.known_browser);
  return Entrance{std::move(*id), counted.mark_after(*store)};
}

base::Result<Enrolment> enrolment_of(const AccountParts& parts, std::string_view token) {
  auto database = parts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto store = CredentialStore::open(**database, parts.vault);
  if (!store) return std::unexpected(std::move(store.error()));
  auto invitation = good_invitation(**database, token, parts.desk.clock.now());
  if (!invitation) return std::unexpected(std::move(invitation.error()));
  auto account = find_account(**database, invitation->account);
  if (!account) return std::unexpected(std::move(account.error()));
  auto open = open_account(**database, parts.vault, *account);
  if (!open) return std::unexpected(std::move(open.error()));
  const auto totp = store->offered_totp(token);
  return Enrolment{account->object,
                   open->name,
                   open->log_in,
                   !invitation->code_hash.empty(),
                   base::base32(totp.bytes()),
                   totp_address(totp.bytes(), "Tocsin " + parts.node_name, open->log_in)};
}

base::Result<Entrance> accept_invitation(const AccountParts& parts, const Acceptance& typed) {
  auto database = parts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto store = CredentialStore::open(**database, parts.vault);
  if (!store) return std::unexpected(std::move(store.error()));
  auto invitation = good_invitation(**database, typed.token, parts.desk.clock.now());
  if (!invitation) return std::unexpected(std::move(invitation.error()));
  if (auto done = check_release_code(parts, *invitation, typed.release_code); !done)
    return std::unexpected(std::move(done.error()));
  auto account = find_account(**database, invitation->account);
  if (!account) return std::unexpected(std::move(account.error()));
  auto open = open_account(**database, parts.vault, *account);
  if (!open) return std::unexpected(std::move(open.error()));
  auto made = prepared(parts, *store, *open, *account, typed);
  if (!made) return std::unexpected(std::move(made.error()));
  auto id = opened_session(
      parts, [&](Pen& pen) { return begin_active(parts, pen, *store, std::move(*made), typed); });
  if (!id) return std::unexpected(std::move(id.error()));
  return Entrance{std::move(*id),
                  store->browser_mark(store->log_in_hash(plain_log_in(open->log_in)))};
}

base::Status change_password(const AccountParts& parts, const Session& session,
                             std::string_view session_id, std::string_view old_one,
                             std::string_view new_one) {
  const std::array<std::string, 3> own{session.person.name, session.person.unit, parts.node_name};
  if (auto done = parts.rules.check(new_one, own); !done) return done;
  auto database = parts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto store = CredentialStore::open(**database, parts.vault);
  if (!store) return std::unexpected(std::move(store.error()));
  auto known = known_again(parts, *store, **database, session, old_one);
  if (!known) return std::unexpected(std::move(known.error()));
  auto key = unwrap_seed(known->credential, known->keys.wrapping);
  if (!key) return std::unexpected(std::move(key.error()));
  auto& changed = known->credential;
  const auto verifier_before = changed.verifier.copy();
  changed.salt = base::random_bytes(base::password_salt_size);
  changed.cost = parts.cost;
  auto keys = derived(parts, new_one, changed.salt, changed.cost);
  if (!keys) return std::unexpected(std::move(keys.error()));
  changed.verifier = std::move(keys->verifier);
  changed.wrapped_seed = wrap_seed(*key, keys->wrapping, changed.account, changed.key_object);
  return replace(parts, *store, verifier_before, std::move(changed), session_id);
}

base::Result<OfferedFactor> offered_factor(const AccountParts& parts, const Session& session) {
  auto database = parts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto store = CredentialStore::open(**database, parts.vault);
  if (!store) return std::unexpected(std::move(store.error()));
  const auto totp = store->offered_totp(offer_of(session));
  return OfferedFactor{
      base::base32(totp.bytes()),
      totp_address(totp.bytes(), "Tocsin " + parts.node_name, session.person.name)};
}

base::Status change_second_factor(const AccountParts& parts, const Session& session,
                                  std::string_view session_id, std::string_view password,
                                  std::string_view totp_code) {
  auto database = parts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto store = CredentialStore::open(**database, parts.vault);
  if (!store) return std::unexpected(std::move(store.error()));
  auto totp = store->offered_totp(offer_of(session));
  const auto step = matching_step(totp.bytes(), totp_code, parts.desk.clock.now(), 0);
  if (!step)
    return fail(ErrorCode::invalid_input, "the code does not fit", "totp_wrong",
                "wait for the next one, and see that the phone's clock is right");
  auto known = known_again(parts, *store, **database, session, password);
  if (!known) return std::unexpected(std::move(known.error()));
  const auto verifier_before = known->credential.verifier.copy();
  known->credential.totp = std::move(totp);
  known->credential.totp_last_step = *step;
  return replace(parts, *store, verifier_before, std::move(known->credential), session_id);
}

}  // namespace tocsin::people
