// SPDX-License-Identifier: Apache-2.0
#include "assess/intake_tables.hpp"

#include <array>

#include "store/query.hpp"

namespace tocsin::assess {
namespace {

constexpr std::array<store::Migration, 1> steps{{
    {1, "messages taken, parts that wait",
     "CREATE TABLE taken_message (hash TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;"
     "CREATE INDEX taken_message_by_time ON taken_message (at_ms);"
     "CREATE TABLE message_part (part_group TEXT NOT NULL, number INTEGER NOT NULL,"
     " of_parts INTEGER NOT NULL, at_ms INTEGER NOT NULL, sealed TEXT NOT NULL,"
     " PRIMARY KEY (part_group, number)) WITHOUT ROWID"},
}};

std::int64_t ms_of(base::Instant instant) {
  return instant.time_since_epoch().count();
}

}  // namespace

std::span<const store::Migration> IntakeTables::migrations() const {
  return steps;
}

base::Result<bool> IntakeStore::is_taken(std::string_view hash) const {
  auto found = store::first(
      database_, "SELECT 1 FROM taken_message WHERE hash = ?1",
      [](const store::Statement&) { return true; }, hash);
  if (!found) return std::unexpected(std::move(found.error()));
  return found->has_value();
}

base::Status IntakeStore::note_taken(std::string_view hash, base::Instant now) const {
  if (auto done = store::run(database_, "DELETE FROM taken_message WHERE at_ms < ?1",
                             ms_of(now - taken_known_for));
      !done)
    return done;
  return store::run(database_, "INSERT OR IGNORE INTO taken_message VALUES (?1, ?2)", hash,
                    ms_of(now));
}

base::Status IntakeStore::keep_part(std::string_view group, const WaitingPart& part,
                                    base::Instant now) const {
  return store::run(database_, "INSERT OR REPLACE INTO message_part VALUES (?1, ?2, ?3, ?4, ?5)",
                    group, part.number, part.of, ms_of(now), part.sealed);
}

base::Result<std::vector<WaitingPart>> IntakeStore::parts(std::string_view group) const {
  std::vector<WaitingPart> parts;
  auto done = store::each(
      database_,
      "SELECT number, of_parts, sealed FROM message_part WHERE part_group = ?1 ORDER BY number",
      [&](const store::Statement& row) {
        parts.push_back({static_cast<unsigned>(row.integer(0)),
                         static_cast<unsigned>(row.integer(1)), std::string(row.text(2))});
      },
      group);
  if (!done) return std::unexpected(std::move(done.error()));
  return parts;
}

base::Status IntakeStore::drop_parts(std::string_view group) const {
  return store::run(database_, "DELETE FROM message_part WHERE part_group = ?1", group);
}

base::Result<std::vector<std::string>> IntakeStore::late_groups(base::Instant before) const {
  std::vector<std::string> groups;
  std::size_t waiting = 0;
  auto done =
      store::each(database_,
                  "SELECT part_group, min(at_ms) AS first FROM message_part GROUP BY part_group"
                  " ORDER BY first DESC",
                  [&](const store::Statement& row) {
                    ++waiting;
                    if (row.integer(1) < ms_of(before) || waiting > waiting_parts_max)
                      groups.emplace(groups.begin(), row.text(0));
                  });
  if (!done) return std::unexpected(std::move(done.error()));
  return groups;
}

}  // namespace tocsin::assess
