// SPDX-License-Identifier: Apache-2.0
#include "people/key_log_in.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "people/totp.hpp"

namespace tocsin::people {
namespace {

using base::ErrorCode;
using base::fail;
using ledger::Pen;

constexpr std::size_t handle_size = 12;  ///< random bytes

std::unexpected<base::Error> too_late() {
  return fail(ErrorCode::unauthenticated, "this question is used up or too old", "key_late",
              "begin the log-in again");
}

std::vector<std::string> ids_of(const std::vector<KeptKey>& keys) {
  std::vector<std::string> ids;
  for (const auto& kept : keys) ids.push_back(kept.key.credential_id);
  return ids;
}

/// The keys that may answer.
base::Result<std::vector<KeptKey>> good_keys(store::Database& database,
                                             const CredentialStore& store,
                                             std::string_view account) {
  auto keys = security_keys_of(database, store, account);
  if (keys) std::erase_if(*keys, [](const KeptKey& kept) { return kept.blocked; });
  return keys;
}

/// A half log-in by its ticket, if this browser began it.
base::Result<HalfLogIn> half_of(const AccountParts& parts, std::string_view ticket,
                                std::string_view binding) {
  auto half = parts.ceremonies.log_ins.take(ticket);
  if (!half || binding.empty() || !base::equal_secrets(half->binding, binding)) return too_late();
  return std::move(*half);
}

base::Result<Entrance> finish(const AccountParts& parts, const CredentialStore& store,
                              HalfLogIn& half, const UseSecondFactor& use) {
  auto id = opened_session(
      parts, [&](Pen& pen) { return enter(parts, pen, store, half.known, use, half.language); });
  if (!id) return std::unexpected(std::move(id.error()));
  parts.throttle.succeeded(half.counted.throttled(), half.counted.known_browser);
  return Entrance{std::move(*id), half.counted.mark_after(store)};
}

/// A copy of the key may be about: it answers no more until its owner has looked.
base::Status block(const AccountParts& parts, const std::string& account,
                   const std::string& handle) {
  base::log_warning("a security key's counter went back; it is blocked: " + account);
  return parts.desk.ledger.act([&](Pen& pen) -> base::Status {
    return block_security_key(pen.database(), account, handle);
  });
}

base::Status check_name(std::string_view name) {
  if (base::trim(name).empty())
    return fail(ErrorCode::invalid_input, "the key's name is empty", "name_empty");
  if (name.size() > key_name_bytes_max || !base::is_utf8(name))
    return fail(ErrorCode::invalid_input, "the key's name is too long", "name_long");
  return {};
}

}  // namespace

base::Result<KeyQuestion> ask_for_key(const AccountParts& parts, const LogInTry& typed,
                                      std::string_view binding) {
  auto database = parts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto store = CredentialStore::open(**database, parts.vault);
  if (!store) return std::unexpected(std::move(store.error()));
  auto counted = counted_try(*store, typed.log_in, typed.browser_mark);
  if (auto may = parts.throttle.begin(counted.throttled(), counted.known_browser); !may)
    return std::unexpected(std::move(may.error()));
  auto known = check_password(parts, *store, **database, counted.name_hash, typed.password);
  if (!known) return std::unexpected(std::move(known.error()));
  auto keys = good_keys(**database, *store, known->credential.account);
  if (!keys) return std::unexpected(std::move(keys.error()));
  if (keys->empty() || binding.empty() || !parts.ceremonies.party().usable())
    return log_in_refused();
  KeyQuestion question{{}, base::random_bytes(key_challenge_size), ids_of(*keys)};
  question.ticket =
      parts.ceremonies.log_ins.keep({std::string(binding), question.challenge, std::move(*known),
                                     std::move(counted), typed.language});
  return question;
}

base::Result<Entrance> log_in_with_key(const AccountParts& parts, const KeyAnswer& answer) {
  auto half = half_of(parts, answer.ticket, answer.binding);
  if (!half) return std::unexpected(std::move(half.error()));
  auto database = parts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto store = CredentialStore::open(**database, parts.vault);
  if (!store) return std::unexpected(std::move(store.error()));
  const auto account = half->known.credential.account;
  auto keys = good_keys(**database, *store, account);
  if (!keys) return std::unexpected(std::move(keys.error()));
  const auto found = std::ranges::find_if(
      *keys, [&](const KeptKey& kept) { return kept.key.credential_id == answer.credential_id; });
  if (found == keys->end())
    return fail(ErrorCode::unauthenticated, "this key is not one of this account", "key_refused");
  auto counter =
      check_assertion(parts.ceremonies.party(), half->challenge, found->key, answer.assertion);
  if (!counter) {
    if (counter.error().place == "key_copied")
      if (auto done = block(parts, account, found->handle); !done)
        return std::unexpected(std::move(done.error()));
    return std::unexpected(std::move(counter.error()));
  }
  return finish(parts, *store, *half, [&](store::Database& writing) {
    return use_security_key(writing, account, found->handle, *counter, parts.desk.clock.now());
  });
}

base::Result<Entrance> log_in_with_late_code(const AccountParts& parts, std::string_view ticket,
                                             std::string_view binding, std::string_view code) {
  auto half = half_of(parts, ticket, binding);
  if (!half) return std::unexpected(std::move(half.error()));
  auto database = parts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto store = CredentialStore::open(**database, parts.vault);
  if (!store) return std::unexpected(std::move(store.error()));
  const auto& credential = half->known.credential;
  const auto step = matching_step(credential.totp.bytes(), code, parts.desk.clock.now(),
                                  credential.totp_last_step);
  if (!step) return log_in_refused();
  half->known.step = *step;
  return finish(parts, *store, *half, [&](store::Database& writing) {
    return use_totp_step(writing, half->known.credential.account, *step);
  });
}

base::Result<KeyQuestion> offer_key(const AccountParts& parts, const Session& session,
                                    std::string_view password, std::string_view name) {
  if (auto done = check_name(name); !done) return std::unexpected(std::move(done.error()));
  if (!parts.ceremonies.party().usable())
    return fail(ErrorCode::unsupported, "the node's address is no name", "keys_unusable");
  auto database = parts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto store = CredentialStore::open(**database, parts.vault);
  if (!store) return std::unexpected(std::move(store.error()));
  if (auto known = known_again(parts, *store, **database, session, password); !known)
    return std::unexpected(std::move(known.error()));
  auto keys = security_keys_of(**database, *store, session.person.account);
  if (!keys) return std::unexpected(std::move(keys.error()));
  if (keys->size() >= security_keys_max)
    return fail(ErrorCode::limit_exceeded, "there are too many keys", "keys_many");
  KeyQuestion question{{}, base::random_bytes(key_challenge_size), ids_of(*keys)};
  question.ticket = parts.ceremonies.offers.keep(
      {session.form_token, question.challenge, base::normalize_nfc(base::trim(name))});
  return question;
}

base::Status add_key(const AccountParts& parts, const Session& session, std::string_view ticket,
                     const KeyRegistration& sent) {
  auto offer = parts.ceremonies.offers.take(ticket);
  if (!offer || !base::equal_secrets(offer->form_token, session.form_token)) return too_late();
  auto key = check_registration(parts.ceremonies.party(), offer->challenge, sent);
  if (!key) return std::unexpected(std::move(key.error()));
  const auto& account = session.person.account;
  return parts.desk.ledger.act([&](Pen& pen) -> base::Status {
    auto store = CredentialStore::open(pen.database(), pen.vault());
    if (!store) return std::unexpected(std::move(store.error()));
    auto keys = security_keys_of(pen.database(), *store, account);
    if (!keys) return std::unexpected(std::move(keys.error()));
    if (keys->size() >= security_keys_max)
      return fail(ErrorCode::limit_exceeded, "there are too many keys", "keys_many");
    const auto is_it = [&](const KeptKey& one) {
      return one.key.credential_id == key->credential_id;
    };
    if (std::ranges::any_of(*keys, is_it))
      return fail(ErrorCode::conflict, "this key is there already", "key_there");
    KeptKey kept;
    kept.handle = base::base64url(base::random_bytes(handle_size));
    kept.name = offer->name;
    kept.key = *key;
    kept.added = pen.now();
    return add_security_key(pen.database(), *store, account, kept);
  });
}

base::Status remove_key(const AccountParts& parts, const Session& session,
                        std::string_view password, std::string_view handle) {
  auto database = parts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto store = CredentialStore::open(**database, parts.vault);
  if (!store) return std::unexpected(std::move(store.error()));
  if (auto known = known_again(parts, *store, **database, session, password); !known)
    return std::unexpected(std::move(known.error()));
  return parts.desk.ledger.act([&](Pen& pen) -> base::Status {
    return remove_security_key(pen.database(), session.person.account, handle);
  });
}

base::Result<std::vector<KeptKey>> own_keys(const AccountParts& parts, const Session& session) {
  auto database = parts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto store = CredentialStore::open(**database, parts.vault);
  if (!store) return std::unexpected(std::move(store.error()));
  return security_keys_of(**database, *store, session.person.account);
}

}  // namespace tocsin::people
