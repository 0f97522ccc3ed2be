// SPDX-License-Identifier: Apache-2.0
#include "people/account_tables.hpp"

#include <array>
#include <boost/json.hpp>

#include "formats/json.hpp"
#include "people/erasure.hpp"
#include "people/units.hpp"
#include "store/query.hpp"

namespace tocsin::people {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

constexpr std::array<store::Migration, 1> steps{{
    {1, "accounts, keys of people, asked changes",
     "CREATE TABLE account (object TEXT PRIMARY KEY, state TEXT NOT NULL, unit TEXT NOT NULL,"
     " roles TEXT NOT NULL, clearance TEXT NOT NULL, name TEXT NOT NULL, log_in TEXT NOT NULL,"
     " contact TEXT NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID;"
     "CREATE TABLE person_key (object TEXT PRIMARY KEY, account TEXT NOT NULL,"
     " valid_from INTEGER NOT NULL, valid_to INTEGER NOT NULL, revoked INTEGER NOT NULL)"
     " WITHOUT ROWID;"
     "CREATE INDEX person_key_by_account ON person_key (account);"
     "CREATE TABLE change_request (object TEXT PRIMARY KEY, account TEXT NOT NULL,"
     " kind TEXT NOT NULL, state TEXT NOT NULL, unit TEXT, roles TEXT, clearance TEXT,"
     " reason TEXT NOT NULL, asked_by TEXT NOT NULL, asked_at INTEGER NOT NULL,"
     " answered_by TEXT NOT NULL, answered_at INTEGER NOT NULL) WITHOUT ROWID;"
     "CREATE INDEX change_request_by_account ON change_request (account, state)"},
}};

constexpr std::string_view account_columns =
    "object, state, unit, roles, clearance, name, log_in, contact, changed";
constexpr std::string_view request_columns =
    "object, account, kind, state, unit, roles, clearance, reason, asked_by, asked_at,"
    " answered_by, answered_at";

std::int64_t number_of(base::Instant instant) {
  return instant.time_since_epoch().count();
}
base::Instant instant_of(std::int64_t milliseconds) {
  return base::Instant{std::chrono::milliseconds{milliseconds}};
}

base::Status write_account(store::Database& database, const ledger::Revision& revision) {
  auto account = read_account(revision);
  if (!account) return std::unexpected(std::move(account.error()));
  auto statement = database.prepare(
      "INSERT OR REPLACE INTO account VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
  if (!statement) return std::unexpected(std::move(statement.error()));
  auto& row = **statement;
  row.bind(1, account->object);
  row.bind(2, name_of(account->state));
  row.bind(3, account->standing.unit);
  row.bind(4, text_of(account->standing.roles));
  row.bind(5, account->standing.clearance);
  row.bind(6, json::serialize(account->name));
  row.bind(7, json::serialize(account->log_in));
  row.bind(8, json::serialize(account->contact));
  row.bind(9, number_of(account->changed));
  return row.run();
}

base::Status write_key(store::Database& database, const ledger::Revision& revision) {
  if (revision.text("kind") != ledger::name_of(ledger::KeyKind::person)) return {};
  auto key = ledger::read_key(revision);
  if (!key) return std::unexpected(std::move(key.error()));
  auto statement = database.prepare("INSERT OR REPLACE INTO person_key VALUES (?1, ?2, ?3, ?4, 0)");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, key->object);
  (*statement)->bind(2, key->holder);
  (*statement)->bind(3, number_of(key->valid_from));
  (*statement)->bind(4, number_of(key->valid_to));
  return (*statement)->run();
}

base::Status write_revocation(store::Database& database, const ledger::Revision& revision) {
  auto statement = database.prepare("UPDATE person_key SET revoked = 1 WHERE object = ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, revision.text("key"));
  return (*statement)->run();
}

base::Status write_request(store::Database& database, const ledger::Revision& revision) {
  auto request = read_request(revision);
  if (!request) return std::unexpected(std::move(request.error()));
  auto who = holder_of(database, revision.envelope.author);
  if (!who) return std::unexpected(std::move(who.error()));
  if (request->state != ChangeState::asked) {
    auto statement = database.prepare(
        "UPDATE change_request SET state = ?2, answered_by = ?3, answered_at = ?4"
        " WHERE object = ?1");
    if (!statement) return std::unexpected(std::move(statement.error()));
    (*statement)->bind(1, request->object);
    (*statement)->bind(2, name_of(request->state));
    (*statement)->bind(3, *who);
    (*statement)->bind(4, number_of(revision.envelope.time));
    return (*statement)->run();
  }
  auto statement = database.prepare(
      "INSERT INTO change_request VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, '', 0)");
  if (!statement) return std::unexpected(std::move(statement.error()));
  auto& row = **statement;
  row.bind(1, request->object);
  row.bind(2, request->account);
  row.bind(3, name_of(request->kind));
  row.bind(4, name_of(request->state));
  if (request->standing) {
    row.bind(5, request->standing->unit);
    row.bind(6, text_of(request->standing->roles));
    row.bind(7, request->standing->clearance);
  } else {
    for (const int column : {5, 6, 7}) row.bind_null(column);
  }
  row.bind(8, json::serialize(request->reason));
  row.bind(9, *who);
  row.bind(10, number_of(revision.envelope.time));
  return row.run();
}

/// Names, contacts and reasons of changes go; keys, roles and what they signed stay.
base::Status write_erasure(store::Database& database, const ledger::Revision& revision) {
  const auto erasure = erasure_of(revision);
  if (erasure.kind != erased_account) return {};
  if (auto done = ledger::Vault::erase_data_key(database, erasure.object); !done) return done;
  for (const auto* sql :
       {"UPDATE account SET name = '\"\"', log_in = '\"\"', contact = '\"\"' WHERE object = ?1",
        "UPDATE change_request SET reason = '\"\"' WHERE account = ?1",
        "DELETE FROM log_in_name WHERE account = ?1"})
    if (auto done = store::run(database, sql, erasure.object); !done) return done;
  return {};
}

base::Result<Account> account_of(const store::Statement& row) {
  Account account;
  account.object = row.text(0);
  auto state = account_state_of(row.text(1));
  if (!state) return std::unexpected(std::move(state.error()));
  account.state = *state;
  auto roles = roles_of(row.text(3));
  if (!roles) return std::unexpected(std::move(roles.error()));
  account.standing = {std::string(row.text(2)), std::move(*roles), std::string(row.text(4))};
  for (const auto& [column, value] :
       {std::pair{5, &account.name}, {6, &account.log_in}, {7, &account.contact}}) {
    auto parsed = formats::parse_json(row.text(column));
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    *value = std::move(*parsed);
  }
  account.changed = instant_of(row.integer(8));
  return account;
}

base::Result<ChangeRequest> request_of(const store::Statement& row) {
  ChangeRequest request;
  request.object = row.text(0);
  request.account = row.text(1);
  auto kind = change_kind_of(row.text(2));
  if (!kind) return std::unexpected(std::move(kind.error()));
  request.kind = *kind;
  auto state = change_state_of(row.text(3));
  if (!state) return std::unexpected(std::move(state.error()));
  request.state = *state;
  if (!row.is_null(4)) {
    auto roles = roles_of(row.text(5));
    if (!roles) return std::unexpected(std::move(roles.error()));
    request.standing =
        Standing{std::string(row.text(4)), std::move(*roles), std::string(row.text(6))};
  }
  auto reason = formats::parse_json(row.text(7));
  if (!reason) return std::unexpected(std::move(reason.error()));
  request.reason = std::move(*reason);
  request.asked_by = row.text(8);
  request.asked_at = instant_of(row.integer(9));
  request.answered_by = row.text(10);
  request.answered_at = instant_of(row.integer(11));
  return request;
}

/// All rows of a statement, read by `read`.
template <class Read>
auto all_rows(store::Statement& statement, Read read)
    -> base::Result<std::vector<typename decltype(read(statement))::value_type>> {
  std::vector<typename decltype(read(statement))::value_type> list;
  for (;;) {
    auto row = statement.step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return list;
    auto value = read(statement);
    if (!value) return std::unexpected(std::move(value.error()));
    list.push_back(std::move(*value));
  }
}

base::Result<std::vector<std::string>> first_column(store::Database& database, std::string_view sql,
                                                    std::string_view parameter) {
  auto statement = database.prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, parameter);
  return all_rows(**statement, [](const store::Statement& row) {
    return base::Result<std::string>(std::string(row.text(0)));
  });
}

}  // namespace

std::span<const store::Migration> AccountProjection::migrations() const {
  return steps;
}
std::span<const std::string_view> AccountProjection::tables() const {
  static constexpr std::array<std::string_view, 3> names{"account", "person_key", "change_request"};
  return names;
}
std::span<const std::string_view> AccountProjection::types() const {
  static constexpr std::array<std::string_view, 5> names{
      account_type, change_request_type, ledger::key_type, ledger::revocation_type, erasure_type};
  return names;
}

base::Status AccountProjection::apply(store::Database& database,
                                      const ledger::Revision& revision) const {
  if (revision.envelope.type == account_type) return write_account(database, revision);
  if (revision.envelope.type == change_request_type) return write_request(database, revision);
  if (revision.envelope.type == ledger::key_type) return write_key(database, revision);
  if (revision.envelope.type == erasure_type) return write_erasure(database, revision);
  return write_revocation(database, revision);
}

base::Result<Account> find_account(store::Database& database, std::string_view object) {
  auto statement = database.prepare("SELECT " + std::string(account_columns) +
                                    " FROM account WHERE object = ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, object);
  auto row = (*statement)->step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return fail(ErrorCode::not_found, "there is no such account", std::string(object));
  return account_of(**statement);
}

base::Result<std::vector<Account>> list_accounts(store::Database& database) {
  auto statement = database.prepare("SELECT " + std::string(account_columns) +
                                    " FROM account ORDER BY object LIMIT ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, static_cast<std::int64_t>(accounts_max));
  return all_rows(**statement, account_of);
}

base::Result<std::vector<std::string>> list_units(store::Database& database) {
  auto statement = database.prepare(
      "SELECT DISTINCT CASE unit WHEN '' THEN ?1 ELSE unit END AS name FROM account"
      " WHERE state = 'active' ORDER BY name LIMIT ?2");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, first_unit);
  (*statement)->bind(2, static_cast<std::int64_t>(accounts_max));
  std::vector<std::string> units;
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return units;
    units.emplace_back((*statement)->text(0));
  }
}

base::Result<ChangeRequest> find_request(store::Database& database, std::string_view object) {
  auto statement = database.prepare("SELECT " + std::string(request_columns) +
                                    " FROM change_request WHERE object = ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, object);
  auto row = (*statement)->step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return fail(ErrorCode::not_found, "there is no such request", std::string(object));
  return request_of(**statement);
}

base::Result<std::vector<ChangeRequest>> list_requests(store::Database& database) {
  auto statement =
      database.prepare("SELECT " + std::string(request_columns) +
                       " FROM change_request ORDER BY state <> 'asked', object DESC LIMIT ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, static_cast<std::int64_t>(requests_max));
  return all_rows(**statement, request_of);
}

base::Result<bool> has_open_request(store::Database& database, std::string_view account) {
  auto list = first_column(
      database, "SELECT object FROM change_request WHERE account = ?1 AND state = 'asked' LIMIT 1",
      account);
  if (!list) return std::unexpected(std::move(list.error()));
  return !list->empty();
}

base::Result<std::vector<std::string>> good_keys_of(store::Database& database,
                                                    std::string_view account) {
  return first_column(database, "SELECT object FROM person_key WHERE account = ?1 AND revoked = 0",
                      account);
}

base::Result<std::vector<std::string>> keys_of(store::Database& database,
                                               std::string_view account) {
  return first_column(database, "SELECT object FROM person_key WHERE account = ?1", account);
}

base::Result<std::string> holder_of(store::Database& database, std::string_view key) {
  auto list = first_column(database, "SELECT account FROM person_key WHERE object = ?1", key);
  if (!list) return std::unexpected(std::move(list.error()));
  return list->empty() ? std::string() : list->front();
}

base::Result<OpenAccount> open_account(store::Database& database, const ledger::Vault& vault,
                                       const Account& account) {
  OpenAccount open;
  for (const auto& [name, value, text] : {std::tuple{"name", &account.name, &open.name},
                                          {"log_in", &account.log_in, &open.log_in},
                                          {"contact", &account.contact, &open.contact}}) {
    auto opened = vault.open_field(database, account.object, name, *value);
    if (!opened) return std::unexpected(std::move(opened.error()));
    if (opened->is_string()) *text = opened->get_string();
  }
  return open;
}

}  // namespace tocsin::people
