// SPDX-License-Identifier: Apache-2.0
#include "people/access_log.hpp"

#include <boost/json.hpp>

#include "ledger/canonical.hpp"
#include "ledger/records.hpp"

namespace tocsin::people {
namespace {

using base::ErrorCode;

struct Row {
  AccessEntry entry;
  std::string previous;
  std::string hash;
};

std::int64_t number_of(base::Instant instant) {
  return instant.time_since_epoch().count();
}

/// SHA-256 over the hash before and the canonical entry.
std::string hash_of(const AccessEntry& entry, std::string_view previous) {
  const auto text = ledger::canonical_json(boost::json::object{{"account", entry.account},
                                                               {"act", entry.act},
                                                               {"object", entry.object},
                                                               {"sequence", entry.sequence},
                                                               {"time", number_of(entry.time)}});
  return std::string(
      base::view_of(base::sha256("tocsin/access/1\n" + std::string(previous) + text)));
}

Row row_of(const store::Statement& row) {
  return {{row.integer(0), base::Instant{std::chrono::milliseconds{row.integer(1)}},
           std::string(row.text(2)), std::string(row.text(3)), std::string(row.text(4))},
          std::string(row.text(5)),
          std::string(row.text(6))};
}

base::Result<std::optional<Row>> newest(store::Database& database) {
  auto statement = database.prepare(
      "SELECT sequence, time, account, act, object, previous, hash FROM access_log"
      " ORDER BY sequence DESC LIMIT 1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  auto row = (*statement)->step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return std::nullopt;
  return std::optional(row_of(**statement));
}

base::Status write(store::Database& database, const Row& row) {
  auto statement = database.prepare("INSERT INTO access_log VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, row.entry.sequence);
  (*statement)->bind(2, number_of(row.entry.time));
  (*statement)->bind(3, row.entry.account);
  (*statement)->bind(4, row.entry.act);
  (*statement)->bind(5, row.entry.object);
  (*statement)->bind_blob(6, row.previous);
  (*statement)->bind_blob(7, row.hash);
  return (*statement)->run();
}

/// What may cost somebody their safety is in the ledger before it is shown.
bool is_anchored_at_once(std::string_view act) {
  return act == "source.read" || act == "report.original" || act == "report.exact";
}

base::Status anchor(ledger::Pen& pen, const Row& row) {
  ledger::Draft draft;
  draft.object = pen.new_object(access_anchor_type);
  draft.type = access_anchor_type;
  const std::string_view hash = row.hash;
  draft.fields = {{"sequence", row.entry.sequence}, {"hash", base::base64url(hash)}};
  auto made = pen.append_as_node(draft);
  if (!made) return std::unexpected(std::move(made.error()));
  return {};
}

/// Sequence and hash that the ledger says the log had.
base::Status check_anchors(store::Database& database, AccessLogChecked& checked) {
  auto anchors = database.prepare(
      "SELECT position, id, object, type, envelope, body, signature FROM revision"
      " WHERE type = ?1 ORDER BY position");
  if (!anchors) return std::unexpected(std::move(anchors.error()));
  (*anchors)->bind(1, access_anchor_type);
  auto find = database.prepare("SELECT hash FROM access_log WHERE sequence = ?1");
  if (!find) return std::unexpected(std::move(find.error()));
  for (;;) {
    auto row = (*anchors)->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return {};
    auto& at = **anchors;
    auto revision = ledger::read_revision({static_cast<std::uint64_t>(at.integer(0)),
                                           std::string(at.text(1)), std::string(at.text(2)),
                                           std::string(at.text(3)), std::string(at.text(4)),
                                           std::string(at.text(5)), std::string(at.text(6))});
    if (!revision) return std::unexpected(std::move(revision.error()));
    ++checked.anchors;
    const auto sequence = revision->integer("sequence");
    (*find)->bind(1, sequence);
    auto found = (*find)->step();
    if (!found) return std::unexpected(std::move(found.error()));
    const bool fits = *found && base::base64url((*find)->text(0)) == revision->text("hash");
    (*find)->reset();
    if (fits || (checked.first_fault && *checked.first_fault <= sequence)) continue;
    checked.first_fault = sequence;
    checked.what = "the ledger holds another hash for this entry, or the log was cut before it";
  }
}

}  // namespace

base::Status note_read(ledger::Pen& pen, std::string_view account, std::string_view act,
                       std::string_view object) {
  auto last = newest(pen.database());
  if (!last) return std::unexpected(std::move(last.error()));
  Row row;
  row.entry = {*last ? (*last)->entry.sequence + 1 : 1, pen.now(), std::string(account),
               std::string(act), std::string(object)};
  if (*last) row.previous = (*last)->hash;
  row.hash = hash_of(row.entry, row.previous);
  if (auto done = write(pen.database(), row); !done) return done;
  return row.entry.sequence % anchored_each == 0 || is_anchored_at_once(act) ? anchor(pen, row)
                                                                             : base::Status{};
}

base::Status note_read(ledger::Ledger& ledger, const Session& session, std::string_view act,
                       std::string_view object) {
  return ledger.act([&](ledger::Pen& pen) -> base::Status {
    return note_read(pen, session.person.account, act, object);
  });
}

base::Result<std::vector<AccessEntry>> newest_reads(store::Database& database,
                                                    std::int64_t before) {
  auto statement = database.prepare(
      "SELECT sequence, time, account, act, object, previous, hash FROM access_log"
      " WHERE ?1 = 0 OR sequence < ?1 ORDER BY sequence DESC LIMIT ?2");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, before);
  (*statement)->bind(2, static_cast<std::int64_t>(access_shown_max));
  std::vector<AccessEntry> list;
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return list;
    list.push_back(row_of(**statement).entry);
  }
}

base::Result<AccessLogChecked> verify_access_log(store::Database& database) {
  auto statement = database.prepare(
      "SELECT sequence, time, account, act, object, previous, hash FROM access_log"
      " ORDER BY sequence");
  if (!statement) return std::unexpected(std::move(statement.error()));
  AccessLogChecked checked;
  std::string previous;
  for (;;) {
    auto step = (*statement)->step();
    if (!step) return std::unexpected(std::move(step.error()));
    if (!*step) break;
    const auto row = row_of(**statement);
    ++checked.entries;
    const bool follows = row.entry.sequence == checked.entries && row.previous == previous;
    const bool fits = row.hash == hash_of(row.entry, row.previous);
    previous = row.hash;
    if ((follows && fits) || checked.first_fault) continue;
    checked.first_fault = row.entry.sequence;
    checked.what = follows ? "the entry was changed" : "an entry before this one is missing";
  }
  if (auto done = check_anchors(database, checked); !done)
    return std::unexpected(std::move(done.error()));
  return checked;
}

}  // namespace tocsin::people
