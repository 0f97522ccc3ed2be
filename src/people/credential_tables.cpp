// SPDX-License-Identifier: Apache-2.0
#include "people/credential_tables.hpp"

#include <array>

#include "people/credential.hpp"

namespace tocsin::people {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::array<store::Migration, 2> steps{{
    {1, "credentials, links, drafts, the access log",
     "CREATE TABLE credential (account TEXT PRIMARY KEY, salt BLOB NOT NULL,"
     " passes INTEGER NOT NULL, memory INTEGER NOT NULL, verifier BLOB NOT NULL,"
     " wrapped_seed BLOB NOT NULL, totp BLOB NOT NULL, totp_last_step INTEGER NOT NULL,"
     " key_object TEXT NOT NULL, key_until INTEGER NOT NULL) WITHOUT ROWID;"
     "CREATE TABLE log_in_name (hash BLOB PRIMARY KEY, account TEXT NOT NULL UNIQUE)"
     " WITHOUT ROWID;"
     "CREATE TABLE invitation (token_hash BLOB PRIMARY KEY, account TEXT NOT NULL UNIQUE,"
     " expires INTEGER NOT NULL, code_hash BLOB NOT NULL, agreed INTEGER NOT NULL) WITHOUT ROWID;"
     "CREATE TABLE draft (account TEXT NOT NULL, form TEXT NOT NULL, sealed TEXT NOT NULL,"
     " at INTEGER NOT NULL, PRIMARY KEY (account, form)) WITHOUT ROWID;"
     "CREATE TABLE access_log (sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL,"
     " account TEXT NOT NULL, act TEXT NOT NULL, object TEXT NOT NULL, previous BLOB NOT NULL,"
     " hash BLOB NOT NULL)"},
    {2, "security keys",
     "CREATE TABLE security_key (account TEXT NOT NULL, handle TEXT NOT NULL, sealed BLOB NOT NULL,"
     " counter INTEGER NOT NULL, added INTEGER NOT NULL, used INTEGER NOT NULL,"
     " blocked INTEGER NOT NULL, PRIMARY KEY (account, handle)) WITHOUT ROWID"},
}};

constexpr std::string_view credential_columns =
    "c.account, c.salt, c.passes, c.memory, c.verifier, c.wrapped_seed, c.totp, c.totp_last_step,"
    " c.key_object, c.key_until";

std::string sealing_context(std::string_view account, std::string_view column) {
  return "tocsin/credential/1\n" + std::string(account) + "\n" + std::string(column);
}

std::string token_hash(std::string_view token) {
  return std::string(base::view_of(base::sha256(token)));
}

base::Instant instant_of(std::int64_t milliseconds) {
  return base::Instant{std::chrono::milliseconds{milliseconds}};
}

std::int64_t number_of(base::Instant instant) {
  return instant.time_since_epoch().count();
}

base::Status run_with(store::Database& database, std::string_view sql, std::string_view account) {
  auto statement = database.prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, account);
  return (*statement)->run();
}

}  // namespace

std::span<const store::Migration> PeopleTables::migrations() const {
  return steps;
}

base::Status CredentialStore::add_log_in_name(store::Database& database,
                                              std::string_view log_in_hash,
                                              std::string_view account) const {
  auto statement = database.prepare("INSERT INTO log_in_name VALUES (?1, ?2)");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind_blob(1, log_in_hash);
  (*statement)->bind(2, account);
  auto done = (*statement)->run();
  if (!done && done.error().code == ErrorCode::conflict)
    return fail(ErrorCode::conflict, "somebody has this log-in name", "log_in_taken");
  return done;
}

base::Result<std::optional<Credential>> CredentialStore::read(store::Statement& statement) const {
  auto row = statement.step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return std::nullopt;
  Credential found;
  found.account = statement.text(0);
  found.salt = statement.text(1);
  found.cost.passes = static_cast<unsigned>(statement.integer(2));
  found.cost.memory_bytes = static_cast<std::size_t>(statement.integer(3));
  const auto opened = [&](int column, std::string_view name) {
    return base::unseal(key_, statement.text(column), sealing_context(found.account, name));
  };
  auto verifier = opened(4, "verifier");
  if (!verifier) return std::unexpected(std::move(verifier.error()));
  auto seed = opened(5, "wrapped_seed");
  if (!seed) return std::unexpected(std::move(seed.error()));
  auto totp = opened(6, "totp");
  if (!totp) return std::unexpected(std::move(totp.error()));
  found.verifier = std::move(*verifier);
  found.wrapped_seed = seed->bytes();
  found.totp = std::move(*totp);
  found.totp_last_step = statement.integer(7);
  found.key_object = statement.text(8);
  found.key_until = instant_of(statement.integer(9));
  return std::optional(std::move(found));
}

base::Result<std::optional<Credential>> CredentialStore::find(store::Database& database,
                                                              std::string_view log_in_hash) const {
  auto statement = database.prepare("SELECT " + std::string(credential_columns) +
                                    " FROM log_in_name AS n JOIN credential AS c"
                                    " ON c.account = n.account WHERE n.hash = ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind_blob(1, log_in_hash);
  return read(**statement);
}

base::Result<std::optional<Credential>> CredentialStore::of_account(
    store::Database& database, std::string_view account) const {
  auto statement = database.prepare("SELECT " + std::string(credential_columns) +
                                    " FROM credential AS c WHERE c.account = ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, account);
  return read(**statement);
}

base::Status CredentialStore::write(store::Database& database, const Credential& credential) const {
  auto statement = database.prepare(
      "INSERT OR REPLACE INTO credential VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
  if (!statement) return std::unexpected(std::move(statement.error()));
  auto& row = **statement;
  const auto sealed = [&](std::string_view plain, std::string_view name) {
    return base::seal(key_, plain, sealing_context(credential.account, name));
  };
  row.bind(1, credential.account);
  row.bind_blob(2, credential.salt);
  row.bind(3, static_cast<std::int64_t>(credential.cost.passes));
  row.bind(4, static_cast<std::int64_t>(credential.cost.memory_bytes));
  row.bind_blob(5, sealed(credential.verifier.bytes(), "verifier"));
  row.bind_blob(6, sealed(credential.wrapped_seed, "wrapped_seed"));
  row.bind_blob(7, sealed(credential.totp.bytes(), "totp"));
  row.bind(8, credential.totp_last_step);
  row.bind(9, credential.key_object);
  row.bind(10, number_of(credential.key_until));
  return row.run();
}

std::string CredentialStore::sealed(std::string_view plain, std::string_view account,
                                    std::string_view name) const {
  return base::seal(key_, plain, sealing_context(account, name));
}

base::Result<base::Secret> CredentialStore::opened(std::string_view text, std::string_view account,
                                                   std::string_view name) const {
  return base::unseal(key_, text, sealing_context(account, name));
}

base::Result<bool> use_totp_step(store::Database& database, std::string_view account,
                                 std::int64_t step) {
  auto statement = database.prepare(
      "UPDATE credential SET totp_last_step = ?2 WHERE account = ?1 AND totp_last_step < ?2");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, account);
  (*statement)->bind(2, step);
  if (auto done = (*statement)->run(); !done) return std::unexpected(std::move(done.error()));
  return database.changes() == 1;
}

base::Status delete_credential(store::Database& database, std::string_view account) {
  if (auto done = run_with(database, "DELETE FROM security_key WHERE account = ?1", account); !done)
    return done;
  return run_with(database, "DELETE FROM credential WHERE account = ?1", account);
}

base::Status delete_log_in_name(store::Database& database, std::string_view account) {
  return run_with(database, "DELETE FROM log_in_name WHERE account = ?1", account);
}

base::Result<std::string> account_of_log_in(store::Database& database,
                                            std::string_view log_in_hash) {
  auto statement = database.prepare("SELECT account FROM log_in_name WHERE hash = ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind_blob(1, log_in_hash);
  auto row = (*statement)->step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return fail(ErrorCode::not_found, "nobody has this log-in name", "log_in");
  return std::string((*statement)->text(0));
}

base::Status write_invitation(store::Database& database, std::string_view token,
                              const Invitation& invitation) {
  // An older link of the same account ends with the new one.
  if (auto done = delete_invitation(database, invitation.account); !done) return done;
  auto statement = database.prepare("INSERT INTO invitation VALUES (?1, ?2, ?3, ?4, ?5)");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind_blob(1, token_hash(token));
  (*statement)->bind(2, invitation.account);
  (*statement)->bind(3, number_of(invitation.expires));
  (*statement)->bind_blob(4, invitation.code_hash);
  (*statement)->bind(5, invitation.agreed ? 1 : 0);
  return (*statement)->run();
}

base::Status release_invitation(store::Database& database, std::string_view account,
                                std::string_view code, base::Instant now) {
  auto statement = database.prepare(
      "UPDATE invitation SET code_hash = ?2, expires = ?3, agreed = 1"
      " WHERE account = ?1 AND agreed = 0");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, account);
  (*statement)->bind_blob(2, hash_of_code(code));
  (*statement)->bind(3, number_of(now + invitation_valid_for));
  if (auto done = (*statement)->run(); !done) return done;
  if (database.changes() == 1) return {};
  return fail(ErrorCode::conflict, "there is no link that waits for this", "invitation_gone");
}

base::Result<std::optional<Invitation>> find_invitation(store::Database& database,
                                                        std::string_view token) {
  auto statement = database.prepare(
      "SELECT account, expires, code_hash, agreed FROM invitation WHERE token_hash = ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind_blob(1, token_hash(token));
  auto row = (*statement)->step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return std::nullopt;
  return Invitation{std::string((*statement)->text(0)), instant_of((*statement)->integer(1)),
                    std::string((*statement)->text(2)), (*statement)->integer(3) == 1};
}

base::Status delete_invitation(store::Database& database, std::string_view account) {
  return run_with(database, "DELETE FROM invitation WHERE account = ?1", account);
}

}  // namespace tocsin::people
