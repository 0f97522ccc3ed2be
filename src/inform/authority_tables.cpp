// SPDX-License-Identifier: Apache-2.0
#include "inform/authority_tables.hpp"

#include <boost/json.hpp>

#include "assess/report_tables.hpp"
#include "store/query.hpp"

namespace tocsin::inform {
namespace {

using base::Result;
using base::Status;

constexpr std::array<store::Migration, 1> steps{{
    {1, "authorities",
     "CREATE TABLE authority (object TEXT PRIMARY KEY, revision TEXT NOT NULL,"
     " closed INTEGER NOT NULL, name TEXT NOT NULL, channel TEXT NOT NULL, language TEXT NOT NULL,"
     " duty_from TEXT NOT NULL, duty_to TEXT NOT NULL, duty_days TEXT NOT NULL,"
     " duty_zone TEXT NOT NULL, clearance TEXT NOT NULL, certificate TEXT NOT NULL,"
     " address TEXT NOT NULL, telephone TEXT NOT NULL, webhook_secret TEXT NOT NULL)"
     " WITHOUT ROWID"},
}};

constexpr std::string_view columns =
    "object, revision, closed, name, channel, language, duty_from, duty_to, duty_days, duty_zone,"
    " clearance, certificate, address, telephone, webhook_secret";

AuthorityRow row_of(const store::Statement& row) {
  const auto text = [&](int column) { return std::string(row.text(column)); };
  AuthorityRow one;
  one.object = text(0);
  one.revision = text(1);
  one.closed = row.integer(2) != 0;
  one.plain.name = text(3);
  one.plain.channel = channel_of(row.text(4)).value_or(Channel::print);
  one.plain.language = text(5);
  one.plain.duty_from = text(6);
  one.plain.duty_to = text(7);
  one.plain.duty_days = text(8);
  one.plain.duty_zone = text(9);
  one.plain.clearance = text(10);
  one.plain.certificate = text(11);
  one.address = text(12);
  one.telephone = text(13);
  one.webhook_secret = text(14);
  return one;
}

}  // namespace

std::span<const store::Migration> AuthorityProjection::migrations() const {
  return steps;
}

std::span<const std::string_view> AuthorityProjection::tables() const {
  static constexpr std::array<std::string_view, 1> names{"authority"};
  return names;
}

std::span<const std::string_view> AuthorityProjection::types() const {
  static constexpr std::array<std::string_view, 1> names{authority_type};
  return names;
}

Status AuthorityProjection::apply(store::Database& database,
                                  const ledger::Revision& revision) const {
  const auto* closed = revision.field("closed");
  const auto text = [&](std::string_view name) { return revision.text(name); };
  return store::run(
      database,
      "INSERT INTO authority VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
      " ?15) ON CONFLICT (object) DO UPDATE SET revision = excluded.revision,"
      " closed = excluded.closed, name = excluded.name, channel = excluded.channel,"
      " language = excluded.language, duty_from = excluded.duty_from, duty_to = excluded.duty_to,"
      " duty_days = excluded.duty_days, duty_zone = excluded.duty_zone,"
      " clearance = excluded.clearance, certificate = excluded.certificate,"
      " address = excluded.address, telephone = excluded.telephone,"
      " webhook_secret = excluded.webhook_secret",
      revision.envelope.object, base::to_hex(revision.id),
      closed != nullptr && closed->is_bool() && closed->as_bool(), text("name"), text("channel"),
      text("language"), text("duty_from"), text("duty_to"), text("duty_days"), text("duty_zone"),
      text("clearance"), text("certificate"), stored_field(revision, "address"),
      stored_field(revision, "telephone"), stored_field(revision, "webhook_secret"));
}

ledger::Draft authority_revision(std::string_view object, const Authority& one, bool closed) {
  ledger::Draft draft;
  draft.object = object;
  draft.type = authority_type;
  draft.fields = {{"name", one.name},
                  {"channel", name_of(one.channel)},
                  {"language", one.language},
                  {"duty_from", one.duty_from},
                  {"duty_to", one.duty_to},
                  {"duty_days", one.duty_days},
                  {"duty_zone", one.duty_zone},
                  {"clearance", one.clearance},
                  {"certificate", one.certificate},
                  {"closed", closed},
                  {"address", one.address},
                  {"telephone", one.telephone},
                  {"webhook_secret", one.webhook_secret}};
  draft.sealed = {"address", "telephone", "webhook_secret"};
  draft.data_key = assess::data_key_of(object);
  return draft;
}

Result<std::vector<AuthorityRow>> list_authorities(store::Database& database) {
  std::vector<AuthorityRow> rows;
  auto done = store::each(
      database,
      "SELECT " + std::string(columns) +
          " FROM authority WHERE closed = 0 ORDER BY name, object LIMIT ?1",
      [&](const store::Statement& row) { rows.push_back(row_of(row)); }, authorities_max);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

Result<std::optional<AuthorityRow>> find_authority(store::Database& database,
                                                   std::string_view object) {
  return store::first(database,
                      "SELECT " + std::string(columns) + " FROM authority WHERE object = ?1",
                      row_of, object);
}

Result<Authority> open_authority(const ledger::Vault& vault, store::Database& database,
                                 const AuthorityRow& row) {
  Authority one = row.plain;
  auto address = open_text(vault, database, row.object, "address", row.address);
  auto telephone = open_text(vault, database, row.object, "telephone", row.telephone);
  auto secret = open_text(vault, database, row.object, "webhook_secret", row.webhook_secret);
  if (!address) return std::unexpected(std::move(address.error()));
  if (!telephone) return std::unexpected(std::move(telephone.error()));
  if (!secret) return std::unexpected(std::move(secret.error()));
  one.address = std::move(*address);
  one.telephone = std::move(*telephone);
  one.webhook_secret = std::move(*secret);
  return one;
}

}  // namespace tocsin::inform
