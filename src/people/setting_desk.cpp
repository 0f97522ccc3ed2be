// SPDX-License-Identifier: Apache-2.0
#include "people/setting_desk.hpp"

#include <array>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "people/account_tables.hpp"
#include "store/query.hpp"

namespace tocsin::people {
namespace {

using base::ErrorCode;
using base::fail;
using ledger::Pen;

constexpr std::array<store::Migration, 1> steps{{
    {1, "asked changes of settings",
     "CREATE TABLE setting_change (object TEXT PRIMARY KEY, name TEXT NOT NULL,"
     " value TEXT NOT NULL, state TEXT NOT NULL, asked_by TEXT NOT NULL, asked_at INTEGER NOT NULL,"
     " answered_by TEXT NOT NULL, answered_at INTEGER NOT NULL, answered_as INTEGER NOT NULL)"
     " WITHOUT ROWID;"
     "CREATE INDEX setting_change_by_name ON setting_change (name, state, answered_as)"},
}};

constexpr std::string_view columns =
    "object, name, value, state, asked_by, asked_at, answered_by, answered_at";

base::Instant instant_of(std::int64_t ms) {
  return base::Instant{std::chrono::milliseconds{ms}};
}

SettingChange row_of(const store::Statement& row) {
  const auto text = [&](int column) { return std::string(row.text(column)); };
  return {text(0), text(1),
          text(2), change_state_of(row.text(3)).value_or(ChangeState::refused),
          text(4), instant_of(row.integer(5)),
          text(6), instant_of(row.integer(7))};
}

base::Result<SettingChange> find_change(store::Database& database, std::string_view object) {
  auto found = store::first(
      database, "SELECT " + std::string(columns) + " FROM setting_change WHERE object = ?1", row_of,
      object);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return fail(ErrorCode::not_found, "nothing of this name was asked", "request");
  return std::move(**found);
}

ledger::Draft draft_of(const SettingChange& change) {
  ledger::Draft draft;
  draft.object = change.object;
  draft.type = setting_change_type;
  draft.fields = {{"name", change.name}, {"value", change.value}, {"state", name_of(change.state)}};
  return draft;
}

}  // namespace

std::span<const store::Migration> SettingProjection::migrations() const {
  return steps;
}
std::span<const std::string_view> SettingProjection::tables() const {
  static constexpr std::array<std::string_view, 1> names{"setting_change"};
  return names;
}
std::span<const std::string_view> SettingProjection::types() const {
  static constexpr std::array<std::string_view, 1> names{setting_change_type};
  return names;
}

base::Status SettingProjection::apply(store::Database& database,
                                      const ledger::Revision& revision) const {
  auto state = change_state_of(revision.text("state"));
  if (!state) return base::fail_at(revision.envelope.object, std::move(state.error()));
  auto who = holder_of(database, revision.envelope.author);
  if (!who) return std::unexpected(std::move(who.error()));
  const std::int64_t at = revision.envelope.time.time_since_epoch().count();
  if (*state == ChangeState::asked)
    return store::run(database,
                      "INSERT INTO setting_change VALUES (?1, ?2, ?3, ?4, ?5, ?6, '', 0, 0)",
                      revision.envelope.object, revision.text("name"), revision.text("value"),
                      name_of(*state), *who, at);
  return store::run(database,
                    "UPDATE setting_change SET state = ?2, answered_by = ?3, answered_at = ?4,"
                    " answered_as = ?5 WHERE object = ?1",
                    revision.envelope.object, name_of(*state), *who, at, revision.position);
}

base::Result<std::optional<SettingChange>> open_setting(store::Database& database,
                                                        std::string_view name) {
  return store::first(database,
                      "SELECT " + std::string(columns) +
                          " FROM setting_change WHERE name = ?1 AND state = 'asked' LIMIT 1",
                      row_of, name);
}

base::Result<std::string> ask_setting(const Desk& desk, const Session& session,
                                      std::string_view name, std::string_view value) {
  if (name != budget_setting)
    return fail(ErrorCode::invalid_input, "there is no such setting", std::string(name));
  if (value.empty() || value.size() > setting_value_bytes_max || !base::is_utf8(value))
    return fail(ErrorCode::invalid_input, "this is no value of a setting", std::string(name));
  return desk.ledger.act([&](Pen& pen) -> base::Result<std::string> {
    if (auto may = desk.permissions.may(session.person, "settings.change"); !may)
      return std::unexpected(std::move(may.error()));
    auto open = open_setting(pen.database(), name);
    if (!open) return std::unexpected(std::move(open.error()));
    if (*open)
      return fail(ErrorCode::conflict, "the value " + (*open)->value + " was asked for already",
                  "setting_open", "have it agreed to, refused or taken back first");
    SettingChange change;
    change.object = pen.new_object(setting_change_type);
    change.name = name;
    change.value = value;
    auto made = pen.append(draft_of(change), session.author());
    if (!made) return std::unexpected(std::move(made.error()));
    return change.object;
  });
}

base::Result<SettingChange> answer_setting(const Desk& desk, const Session& session,
                                           std::string_view request, bool agrees) {
  return desk.ledger.act([&](Pen& pen) -> base::Result<SettingChange> {
    auto change = find_change(pen.database(), request);
    if (!change) return change;
    const std::array<std::string, 1> concerns{change->asked_by};
    const bool takes_back = !agrees && change->asked_by == session.person.account &&
                            change->state == ChangeState::asked;
    if (!takes_back)
      if (auto may = desk.permissions.may(session.person, "account.agree",
                                          {.state = name_of(change->state), .authors = concerns});
          !may)
        return std::unexpected(std::move(may.error()));
    change->state = agrees ? ChangeState::agreed : ChangeState::refused;
    auto made = pen.append(draft_of(*change), session.author());
    if (!made) return std::unexpected(std::move(made.error()));
    return change;
  });
}

base::Result<std::vector<SettingChange>> list_setting_changes(store::Database& database) {
  std::vector<SettingChange> changes;
  auto done = store::each(
      database,
      "SELECT " + std::string(columns) +
          " FROM setting_change ORDER BY state <> 'asked', asked_at DESC, object LIMIT ?1",
      [&](const store::Statement& row) { changes.push_back(row_of(row)); }, setting_changes_max);
  if (!done) return std::unexpected(std::move(done.error()));
  return changes;
}

base::Result<std::optional<std::string>> setting_in_force(store::Database& database,
                                                          std::string_view name) {
  return store::first(
      database,
      "SELECT value FROM setting_change WHERE name = ?1 AND state = 'agreed'"
      " ORDER BY answered_as DESC LIMIT 1",
      [](const store::Statement& row) { return std::string(row.text(0)); }, name);
}

}  // namespace tocsin::people
