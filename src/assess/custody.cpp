// SPDX-License-Identifier: Apache-2.0
#include "assess/custody.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "ledger/key_book.hpp"
#include "ledger/records.hpp"
#include "people/account_tables.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using base::fail;

bool is_custodian(const people::Person& person) {
  return person.roles.contains(people::Role::custodian);
}

std::unexpected<base::Error> no_copy() {
  return fail(ErrorCode::forbidden, "you were not given the custodians' key", "no_copy",
              "ask a custodian who has it to hand it to you");
}

}  // namespace

base::Result<base::PublicKey> address_of(store::Database& database, std::string_view key_object) {
  auto revision = ledger::newest_of(database, key_object);
  if (!revision) return std::unexpected(std::move(revision.error()));
  if (!*revision)
    return fail(ErrorCode::not_found, "there is no such key", std::string(key_object));
  auto key = ledger::read_key(**revision);
  if (!key) return std::unexpected(std::move(key.error()));
  return base::box_address(key->public_key);
}

base::Result<std::vector<CustodianRow>> custodians(store::Database& database,
                                                   std::string_view custody_key) {
  auto accounts = people::list_accounts(database);
  if (!accounts) return std::unexpected(std::move(accounts.error()));
  auto holders = SourceReader(database).holders(custody_key);
  if (!holders) return std::unexpected(std::move(holders.error()));
  std::vector<CustodianRow> rows;
  for (const auto& account : *accounts)
    if (account.state == people::AccountState::active &&
        account.standing.roles.contains(people::Role::custodian))
      rows.push_back({account.object, std::ranges::any_of(*holders, [&](const auto& holder) {
                        return holder.good && holder.account == account.object;
                      })});
  return rows;
}

void Custody::entered(const people::Session& session) {
  if (!is_custodian(session.person)) return;
  const auto done = desk_.ledger.act([&](ledger::Pen& pen) -> base::Status {
    auto known = SourceReader(pen.database()).custody_key();
    if (!known) return std::unexpected(std::move(known.error()));
    if (*known) return {};
    return make(pen, session);
  });
  if (!done) base::log_error("the custodians' key could not be made: " + done.error().text());
}

base::Status Custody::make(ledger::Pen& pen, const people::Session& session) const {
  const auto secret = base::BoxKey::make();
  ledger::Draft draft;
  draft.object = pen.new_object(custody_key_type);
  draft.type = custody_key_type;
  draft.fields = {{"public_key", base::base64url(base::view_of(secret.public_key()))}};
  if (auto made = pen.append(draft, session.author()); !made)
    return std::unexpected(std::move(made.error()));
  return give(pen, {draft.object, secret.public_key(), pen.now()}, secret, session.person.account,
              session.key_object, session.author());
}

base::Status Custody::give(ledger::Pen& pen, const CustodyKeyRow& key, const base::BoxKey& secret,
                           std::string_view account, std::string_view key_object,
                           const ledger::Author& giver) const {
  auto address = address_of(pen.database(), key_object);
  if (!address) return std::unexpected(std::move(address.error()));
  // Before the ledger says so: a copy that it does not name is wiped, one that it names is there.
  if (auto done = store_.keep_copy(key.object, key_object,
                                   base::seal_to(*address, secret.secret().bytes()));
      !done)
    return done;
  ledger::Draft draft;
  draft.object = pen.new_object(custody_copy_type);
  draft.type = custody_copy_type;
  draft.fields = {{"custody_key", key.object}, {"key", key_object}, {"account", account}};
  auto made = pen.append(draft, giver);
  if (!made) return std::unexpected(std::move(made.error()));
  return {};
}

base::Result<base::BoxKey> Custody::open_key(const people::Session& session,
                                             const CustodyKeyRow& key) const {
  if (!is_custodian(session.person)) return no_copy();
  auto sealed = store_.find_copy(key.object, session.key_object);
  if (!sealed) return no_copy();
  auto opened = base::box_of(session.key).open(*sealed);
  if (!opened) return no_copy();
  auto secret = base::BoxKey::from_secret(opened->bytes());
  // Whoever changed sources.db cannot make a custodian use another key.
  if (!secret || secret->public_key() != key.public_key)
    return fail(ErrorCode::corrupt, "this is not the custodians' key of the ledger", key.object);
  return secret;
}

base::Status Custody::renewed(ledger::Pen& pen, const people::KeyRenewal& renewal) {
  auto key = SourceReader(pen.database()).custody_key();
  if (!key) return std::unexpected(std::move(key.error()));
  if (!*key) return {};
  auto sealed = store_.find_copy((*key)->object, renewal.old_object);
  if (!sealed) return {};
  auto opened = base::box_of(renewal.old_key).open(*sealed);
  if (!opened) return {};
  auto secret = base::BoxKey::from_secret(opened->bytes());
  if (!secret) return std::unexpected(std::move(secret.error()));
  return give(pen, **key, *secret, renewal.account, renewal.new_object,
              {std::string(renewal.new_object), &renewal.new_key});
}

base::Status Custody::hand_over(const people::Session& session, std::string_view account) const {
  return desk_.ledger.act([&](ledger::Pen& pen) -> base::Status {
    if (auto may = desk_.permissions.may(session.person, "source.hand"); !may) return may;
    auto key = SourceReader(pen.database()).custody_key();
    if (!key) return std::unexpected(std::move(key.error()));
    if (!*key) return no_copy();
    auto secret = open_key(session, **key);
    if (!secret) return std::unexpected(std::move(secret.error()));
    auto all = custodians(pen.database(), (*key)->object);
    if (!all) return std::unexpected(std::move(all.error()));
    const auto to = std::ranges::find(*all, account, &CustodianRow::account);
    if (to == all->end())
      return fail(ErrorCode::invalid_input, "this is no active custodian", "custodian");
    if (to->holds) return {};
    auto keys = people::good_keys_of(pen.database(), account);
    if (!keys) return std::unexpected(std::move(keys.error()));
    for (const auto& one : *keys)
      if (auto done = give(pen, **key, *secret, account, one, session.author()); !done) return done;
    return {};
  });
}

base::Status Custody::begin_anew(const people::Session& session) const {
  return desk_.ledger.act([&](ledger::Pen& pen) -> base::Status {
    if (auto may = desk_.permissions.may(session.person, "source.hand"); !may) return may;
    auto key = SourceReader(pen.database()).custody_key();
    if (!key) return std::unexpected(std::move(key.error()));
    if (*key) {
      auto all = custodians(pen.database(), (*key)->object);
      if (!all) return std::unexpected(std::move(all.error()));
      if (std::ranges::any_of(*all, &CustodianRow::holds))
        return fail(ErrorCode::conflict, "a custodian still has the key", "key_is_held",
                    "ask them to hand it to you");
    }
    return make(pen, session);
  });
}

}  // namespace tocsin::assess
