// SPDX-License-Identifier: Apache-2.0
#include "ledger/vault.hpp"

#include <array>
#include <boost/json.hpp>

#include "formats/json.hpp"
#include "ledger/canonical.hpp"

namespace tocsin::ledger {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

constexpr std::string_view secret_context = "tocsin/node-secret/1\n";
constexpr std::string_view data_key_context = "tocsin/data-key/1\n";
constexpr std::string_view field_context = "tocsin/field/1\n";
/// A secret that only says whether the master key is the right one.
constexpr std::string_view probe_name = "probe";

constexpr std::array<store::Migration, 1> migrations{{
    {1, "secrets of the node and data keys",
     "CREATE TABLE node_secret (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;"
     "CREATE TABLE data_key (id TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID"},
}};

std::string joined(std::string_view domain, std::string_view object, std::string_view name) {
  return std::string(domain) + std::string(object) + "\n" + std::string(name);
}

base::Result<std::string> sealed_row(store::Database& database, std::string_view sql,
                                     std::string_view key) {
  auto statement = database.prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, key);
  auto row = (*statement)->step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row)
    return fail(ErrorCode::not_found, "this key is not here, or was erased", std::string(key));
  return std::string((*statement)->text(0));
}

base::Status write_row(store::Database& database, std::string_view sql, std::string_view key,
                       std::string_view sealed) {
  auto statement = database.prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, key);
  (*statement)->bind_blob(2, sealed);
  return (*statement)->run();
}

}  // namespace

std::span<const store::Migration> vault_migrations() {
  return migrations;
}

bool is_sealed(const json::value& value) {
  return formats::member(value, "sealed") != nullptr && formats::member(value, "key") != nullptr;
}

base::Status Vault::unlock(store::Database& database, base::Secret master) {
  if (master.bytes().size() != base::sealing_key_size)
    return fail(ErrorCode::invalid_input, "the node key has not 32 bytes", "node key");
  {
    const std::lock_guard guard(mutex_);
    master_ = std::move(master);
  }
  auto probe = read(database, probe_name);
  if (probe) return {};
  if (probe.error().code == ErrorCode::not_found)
    return keep(database, probe_name, base::Secret(std::string(probe_name)));
  lock();
  return fail(ErrorCode::invalid_input, "this is not the key of this node", "node key",
              "give the key or passphrase that the node was made with");
}

void Vault::lock() {
  const std::lock_guard guard(mutex_);
  master_.wipe();
}

bool Vault::locked() const {
  const std::lock_guard guard(mutex_);
  return master_.empty();
}

base::Result<base::Secret> Vault::master() const {
  const std::lock_guard guard(mutex_);
  if (master_.empty())
    return fail(ErrorCode::unavailable, "the node is locked", {},
                "an administrator unlocks it with the node's passphrase");
  return master_.copy();
}

base::Status Vault::keep(store::Database& database, std::string_view name,
                         const base::Secret& secret) const {
  auto key = master();
  if (!key) return std::unexpected(std::move(key.error()));
  return write_row(database,
                   "INSERT INTO node_secret VALUES (?1, ?2) "
                   "ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed",
                   name, base::seal(*key, secret.bytes(), joined(secret_context, {}, name)));
}

base::Result<base::Secret> Vault::read(store::Database& database, std::string_view name) const {
  auto key = master();
  if (!key) return std::unexpected(std::move(key.error()));
  auto sealed = sealed_row(database, "SELECT sealed FROM node_secret WHERE name = ?1", name);
  if (!sealed) return std::unexpected(std::move(sealed.error()));
  return base::unseal(*key, *sealed, joined(secret_context, {}, name));
}

base::Result<std::string> Vault::make_data_key(store::Database& database,
                                               std::string_view id) const {
  auto key = master();
  if (!key) return std::unexpected(std::move(key.error()));
  const auto fresh = base::Secret::random(base::sealing_key_size);
  auto done = write_row(database, "INSERT INTO data_key VALUES (?1, ?2)", id,
                        base::seal(*key, fresh.bytes(), joined(data_key_context, {}, id)));
  if (!done) return std::unexpected(std::move(done.error()));
  return std::string(id);
}

base::Status Vault::erase_data_key(store::Database& database, std::string_view id) {
  auto statement = database.prepare("DELETE FROM data_key WHERE id = ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, id);
  return (*statement)->run();
}

base::Result<base::Secret> Vault::data_key(store::Database& database, std::string_view id) const {
  auto key = master();
  if (!key) return std::unexpected(std::move(key.error()));
  auto sealed = sealed_row(database, "SELECT sealed FROM data_key WHERE id = ?1", id);
  if (!sealed) return std::unexpected(std::move(sealed.error()));
  return base::unseal(*key, *sealed, joined(data_key_context, {}, id));
}

base::Result<json::value> Vault::seal_field(store::Database& database, std::string_view data_key_id,
                                            std::string_view object, std::string_view name,
                                            const json::value& value) const {
  if (auto done = check_signable(value); !done) return base::fail_at(name, std::move(done.error()));
  auto key = data_key(database, data_key_id);
  if (!key) return std::unexpected(std::move(key.error()));
  const auto sealed = base::seal(*key, canonical_json(value), joined(field_context, object, name));
  return json::object{{"key", data_key_id}, {"sealed", base::base64url(sealed)}};
}

base::Result<json::value> Vault::open_field(store::Database& database, std::string_view object,
                                            std::string_view name, const json::value& value) const {
  if (!is_sealed(value)) return value;
  auto key = data_key(database, formats::text_member(value, "key"));
  if (!key) return std::unexpected(std::move(key.error()));
  auto sealed = base::from_base64url(formats::text_member(value, "sealed"));
  if (!sealed) return std::unexpected(std::move(sealed.error()));
  auto plain = base::unseal(*key, *sealed, joined(field_context, object, name));
  if (!plain) return base::fail_at(name, std::move(plain.error()));
  return formats::parse_json(plain->bytes());
}

}  // namespace tocsin::ledger
