// SPDX-License-Identifier: Apache-2.0
#include "people/account_steps.hpp"

#include <boost/json.hpp>

#include "base/text.hpp"

namespace tocsin::people {
namespace {

/// The position that the next revision gets.
base::Result<std::int64_t> log_size(store::Database& database) {
  auto statement = database.prepare("SELECT coalesce(max(position) + 1, 0) FROM revision");
  if (!statement) return std::unexpected(std::move(statement.error()));
  auto row = (*statement)->step();
  if (!row) return std::unexpected(std::move(row.error()));
  return (*statement)->integer(0);
}

}  // namespace

base::Result<std::string> certify_key(ledger::Pen& pen, std::string_view account,
                                      const base::PublicKey& public_key) {
  const ledger::Key key{pen.new_object(ledger::key_type),
                        ledger::KeyKind::person,
                        std::string(account),
                        public_key,
                        {},
                        pen.now(),
                        pen.now() + key_validity,
                        {}};
  ledger::Draft draft;
  draft.object = key.object;
  draft.type = ledger::key_type;
  draft.fields = ledger::key_fields(key);
  auto made = pen.append_as_node(draft);
  if (!made) return std::unexpected(std::move(made.error()));
  return key.object;
}

base::Status revoke_keys(ledger::Pen& pen, std::string_view account, std::string_view reason) {
  auto keys = good_keys_of(pen.database(), account);
  if (!keys) return std::unexpected(std::move(keys.error()));
  for (const auto& key : *keys) {
    auto size = log_size(pen.database());
    if (!size) return std::unexpected(std::move(size.error()));
    ledger::Draft draft;
    draft.object = pen.new_object(ledger::revocation_type);
    draft.type = ledger::revocation_type;
    draft.fields = {{"key", key}, {"last_good_size", *size}, {"reason", reason}};
    if (auto made = pen.append_as_node(draft); !made)
      return std::unexpected(std::move(made.error()));
  }
  return {};
}

boost::json::value kept_text(std::string_view typed) {
  return boost::json::value(base::normalize_nfc(base::trim(typed)));
}

ledger::Draft account_draft(const Account& account) {
  ledger::Draft draft;
  draft.object = account.object;
  draft.type = account_type;
  draft.fields = account_fields(account);
  return draft;
}

base::Result<Account> begin_account(ledger::Pen& pen, const NewPerson& person, AccountState state,
                                    const ledger::Author* author) {
  auto credentials = CredentialStore::open(pen.database(), pen.vault());
  if (!credentials) return std::unexpected(std::move(credentials.error()));
  Account account;
  account.object = pen.new_object(account_type);
  account.state = state;
  account.standing = person.standing;
  account.standing.unit = base::normalize_nfc(base::trim(person.standing.unit));
  account.name = kept_text(person.name);
  account.log_in = kept_text(person.log_in);
  account.contact = kept_text(person.contact);
  if (auto key = pen.vault().make_data_key(pen.database(), account.object); !key)
    return std::unexpected(std::move(key.error()));
  if (auto done = credentials->add_log_in_name(
          pen.database(), credentials->log_in_hash(plain_log_in(person.log_in)), account.object);
      !done)
    return std::unexpected(std::move(done.error()));
  auto draft = account_draft(account);
  draft.sealed = {"name", "log_in", "contact"};
  draft.data_key = account.object;
  auto made = author == nullptr ? pen.append_as_node(draft) : pen.append(draft, *author);
  if (!made) return std::unexpected(std::move(made.error()));
  return read_account(*made);
}

}  // namespace tocsin::people
