// SPDX-License-Identifier: Apache-2.0
#include "people/emergency_tables.hpp"

#include <array>
#include <boost/json.hpp>

#include "formats/json.hpp"
#include "people/account_tables.hpp"
#include "store/query.hpp"

namespace tocsin::people {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

constexpr std::array<store::Migration, 1> steps{{
    {1, "emergency access",
     "CREATE TABLE emergency (object TEXT PRIMARY KEY, state TEXT NOT NULL, account TEXT NOT NULL,"
     " opened INTEGER NOT NULL, until INTEGER NOT NULL, reason TEXT NOT NULL, ending TEXT NOT NULL,"
     " ended INTEGER NOT NULL, reads_from INTEGER NOT NULL, reads_to INTEGER NOT NULL,"
     " reviewed_by TEXT NOT NULL, reviewed INTEGER NOT NULL, verdict TEXT NOT NULL,"
     " finding TEXT NOT NULL) WITHOUT ROWID"},
}};

constexpr std::string_view columns =
    "object, state, account, opened, until, reason, ending, ended, reads_from, reads_to,"
    " reviewed_by, reviewed, verdict, finding";

std::int64_t number_of(base::Instant instant) {
  return instant.time_since_epoch().count();
}
base::Instant instant_of(std::int64_t milliseconds) {
  return base::Instant{std::chrono::milliseconds{milliseconds}};
}

base::Status write_opened(store::Database& database, const ledger::Revision& revision,
                          const Emergency& emergency, const std::string& who) {
  return store::run(database,
                    "INSERT INTO emergency VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'none', 0, ?7, 0, '', 0,"
                    " 'none', '\"\"')",
                    emergency.object, name_of(emergency.state), who,
                    number_of(revision.envelope.time), number_of(emergency.until),
                    json::serialize(emergency.reason), emergency.reads_from);
}

base::Result<Emergency> row_of(const store::Statement& row) {
  Emergency emergency;
  emergency.object = row.text(0);
  auto state = emergency_state_of(row.text(1));
  if (!state) return std::unexpected(std::move(state.error()));
  auto end = emergency_end_of(row.text(6));
  if (!end) return std::unexpected(std::move(end.error()));
  auto verdict = emergency_verdict_of(row.text(12));
  if (!verdict) return std::unexpected(std::move(verdict.error()));
  auto reason = formats::parse_json(row.text(5));
  if (!reason) return std::unexpected(std::move(reason.error()));
  auto finding = formats::parse_json(row.text(13));
  if (!finding) return std::unexpected(std::move(finding.error()));
  emergency.state = *state;
  emergency.account = row.text(2);
  emergency.opened = instant_of(row.integer(3));
  emergency.until = instant_of(row.integer(4));
  emergency.reason = std::move(*reason);
  emergency.end = *end;
  emergency.ended = instant_of(row.integer(7));
  emergency.reads_from = row.integer(8);
  emergency.reads_to = row.integer(9);
  emergency.reviewed_by = row.text(10);
  emergency.reviewed = instant_of(row.integer(11));
  emergency.verdict = *verdict;
  emergency.finding = std::move(*finding);
  return emergency;
}

base::Result<std::vector<Emergency>> rows_of(store::Database& database, std::string_view rest) {
  std::vector<Emergency> list;
  base::Status read;
  auto done = store::each(
      database, "SELECT " + std::string(columns) + " FROM emergency " + std::string(rest),
      [&](const store::Statement& row) {
        auto emergency = row_of(row);
        if (emergency)
          list.push_back(std::move(*emergency));
        else if (read)
          read = std::unexpected(std::move(emergency.error()));
      },
      emergencies_max);
  if (!done) return std::unexpected(std::move(done.error()));
  if (!read) return std::unexpected(std::move(read.error()));
  return list;
}

}  // namespace

std::span<const store::Migration> EmergencyProjection::migrations() const {
  return steps;
}
std::span<const std::string_view> EmergencyProjection::tables() const {
  static constexpr std::array<std::string_view, 1> names{"emergency"};
  return names;
}
std::span<const std::string_view> EmergencyProjection::types() const {
  static constexpr std::array<std::string_view, 1> names{emergency_type};
  return names;
}

base::Status EmergencyProjection::apply(store::Database& database,
                                        const ledger::Revision& revision) const {
  auto emergency = read_emergency(revision);
  if (!emergency) return std::unexpected(std::move(emergency.error()));
  auto who = holder_of(database, revision.envelope.author);
  if (!who) return std::unexpected(std::move(who.error()));
  if (emergency->state == EmergencyState::open)
    return write_opened(database, revision, *emergency, *who);
  if (emergency->state == EmergencyState::ended)
    return store::run(database,
                      "UPDATE emergency SET state = ?2, ending = ?3, ended = ?4, reads_to = ?5"
                      " WHERE object = ?1",
                      emergency->object, name_of(emergency->state), name_of(emergency->end),
                      number_of(emergency->ended), emergency->reads_to);
  return store::run(database,
                    "UPDATE emergency SET state = ?2, reviewed_by = ?3, reviewed = ?4,"
                    " verdict = ?5, finding = ?6 WHERE object = ?1",
                    emergency->object, name_of(emergency->state), *who,
                    number_of(revision.envelope.time), name_of(emergency->verdict),
                    json::serialize(emergency->finding));
}

base::Result<Emergency> find_emergency(store::Database& database, std::string_view object) {
  auto found =
      store::first(database, "SELECT " + std::string(columns) + " FROM emergency WHERE object = ?1",
                   row_of, object);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found)
    return fail(ErrorCode::not_found, "there is no such emergency access", std::string(object));
  return std::move(**found);
}

base::Result<std::vector<Emergency>> list_emergencies(store::Database& database) {
  return rows_of(database, "ORDER BY state = 'reviewed', object DESC LIMIT ?1");
}

base::Result<std::vector<Emergency>> unreviewed_emergencies(store::Database& database) {
  return rows_of(database, "WHERE state <> 'reviewed' ORDER BY object LIMIT ?1");
}

base::Result<std::vector<AccessEntry>> reads_of(store::Database& database,
                                                const Emergency& emergency) {
  const auto before = read_object(emergency.object, "");
  std::vector<AccessEntry> list;
  auto done = store::each(
      database,
      "SELECT sequence, time, account, act, object FROM access_log WHERE sequence > ?1"
      " AND (?2 = 0 OR sequence <= ?2) AND account = ?3 AND act = ?4"
      " AND substr(object, 1, ?5) = ?6 ORDER BY sequence LIMIT ?7",
      [&](const store::Statement& row) {
        list.push_back({row.integer(0), instant_of(row.integer(1)), std::string(row.text(2)),
                        std::string(row.text(3)), std::string(row.text(4).substr(before.size()))});
      },
      emergency.reads_from, emergency.state == EmergencyState::open ? 0 : emergency.reads_to,
      emergency.account, emergency_read_act, before.size(), before, emergency_reads_max);
  if (!done) return std::unexpected(std::move(done.error()));
  return list;
}

base::Result<std::int64_t> newest_read_number(store::Database& database) {
  auto found = store::first(database, "SELECT coalesce(max(sequence), 0) FROM access_log",
                            [](const store::Statement& row) { return row.integer(0); });
  if (!found) return std::unexpected(std::move(found.error()));
  return found->value_or(0);
}

std::string read_object(std::string_view emergency, std::string_view path) {
  return std::string(emergency) + " " + std::string(path);
}

}  // namespace tocsin::people
