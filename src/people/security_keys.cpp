// SPDX-License-Identifier: Apache-2.0
#include "people/security_keys.hpp"

#include <boost/json.hpp>

#include "formats/json.hpp"
#include "store/query.hpp"

namespace tocsin::people {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

constexpr std::string_view sealed_name = "security_key";

std::int64_t number_of(base::Instant instant) {
  return instant.time_since_epoch().count();
}
base::Instant instant_of(std::int64_t milliseconds) {
  return base::Instant{std::chrono::milliseconds{milliseconds}};
}

std::string text_of(const KeptKey& kept) {
  return json::serialize(json::object{{"name", kept.name},
                                      {"id", base::base64url(kept.key.credential_id)},
                                      {"algorithm", static_cast<std::int64_t>(kept.key.algorithm)},
                                      {"public_key", base::base64url(kept.key.public_key)}});
}

base::Result<KeptKey> key_of(std::string_view text) {
  auto parsed = formats::parse_json(text);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  auto id = base::from_base64url(formats::text_member(*parsed, "id"));
  auto public_key = base::from_base64url(formats::text_member(*parsed, "public_key"));
  const auto* algorithm =
      parsed->is_object() ? parsed->get_object().if_contains("algorithm") : nullptr;
  if (!id || !public_key || algorithm == nullptr || !algorithm->is_int64())
    return fail(ErrorCode::corrupt, "a security key cannot be read");
  KeptKey kept;
  kept.name = formats::text_member(*parsed, "name");
  kept.key.credential_id = std::move(*id);
  kept.key.public_key = std::move(*public_key);
  kept.key.algorithm = algorithm->get_int64() == static_cast<std::int64_t>(KeyAlgorithm::eddsa)
                           ? KeyAlgorithm::eddsa
                           : KeyAlgorithm::es256;
  return kept;
}

}  // namespace

base::Result<std::vector<KeptKey>> security_keys_of(store::Database& database,
                                                    const CredentialStore& store,
                                                    std::string_view account) {
  std::vector<KeptKey> list;
  base::Status read;
  auto done = store::each(
      database,
      "SELECT handle, sealed, counter, added, used, blocked FROM security_key WHERE account = ?1"
      " ORDER BY added, handle",
      [&](const store::Statement& row) {
        auto text = store.opened(row.text(1), account, sealed_name);
        auto kept = text ? key_of(text->bytes()) : std::unexpected(std::move(text.error()));
        if (!kept) {
          read = std::unexpected(std::move(kept.error()));
          return;
        }
        kept->handle = row.text(0);
        kept->key.counter = static_cast<std::uint32_t>(row.integer(2));
        kept->added = instant_of(row.integer(3));
        kept->used = instant_of(row.integer(4));
        kept->blocked = row.integer(5) != 0;
        list.push_back(std::move(*kept));
      },
      account);
  if (!done) return std::unexpected(std::move(done.error()));
  if (!read) return std::unexpected(std::move(read.error()));
  return list;
}

base::Status add_security_key(store::Database& database, const CredentialStore& store,
                              std::string_view account, const KeptKey& kept) {
  auto statement = database.prepare("INSERT INTO security_key VALUES (?1, ?2, ?3, ?4, ?5, 0, 0)");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, account);
  (*statement)->bind(2, kept.handle);
  (*statement)->bind_blob(3, store.sealed(text_of(kept), account, sealed_name));
  (*statement)->bind(4, static_cast<std::int64_t>(kept.key.counter));
  (*statement)->bind(5, number_of(kept.added));
  return (*statement)->run();
}

base::Status remove_security_key(store::Database& database, std::string_view account,
                                 std::string_view handle) {
  if (auto done = store::run(
          database, "DELETE FROM security_key WHERE account = ?1 AND handle = ?2", account, handle);
      !done)
    return done;
  if (database.changes() == 1) return {};
  return fail(ErrorCode::not_found, "there is no such security key", "key_gone");
}

base::Result<bool> use_security_key(store::Database& database, std::string_view account,
                                    std::string_view handle, std::uint32_t counter,
                                    base::Instant now) {
  if (auto done = store::run(database,
                             "UPDATE security_key SET counter = ?3, used = ?4 WHERE account = ?1"
                             " AND handle = ?2 AND blocked = 0"
                             " AND (counter < ?3 OR (counter = 0 AND ?3 = 0))",
                             account, handle, counter, number_of(now));
      !done)
    return std::unexpected(std::move(done.error()));
  return database.changes() == 1;
}

base::Status block_security_key(store::Database& database, std::string_view account,
                                std::string_view handle) {
  return store::run(database,
                    "UPDATE security_key SET blocked = 1 WHERE account = ?1 AND handle = ?2",
                    account, handle);
}

}  // namespace tocsin::people
