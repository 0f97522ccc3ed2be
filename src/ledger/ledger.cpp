// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/log.hpp"
#include "base/uuid.hpp"
#include "formats/json.hpp"
#include "ledger/canonical.hpp"
#include "ledger/ledger_state.hpp"
#include "ledger/records.hpp"

namespace tocsin::ledger {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

/// Heads kept for ever are those at which the log passed a multiple of this size; of the others
/// only the newest is.
constexpr std::uint64_t kept_heads_apart = 1000;

constexpr std::array<store::Migration, 2> migrations{{
    {1, "revisions, the tree over them, signed heads",
     "CREATE TABLE revision (position INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE,"
     " object TEXT NOT NULL, type TEXT NOT NULL, envelope TEXT NOT NULL, body TEXT NOT NULL,"
     " signature BLOB NOT NULL);"
     "CREATE INDEX revision_by_object ON revision (object, position);"
     "CREATE INDEX revision_by_type ON revision (type, position);"
     "CREATE TABLE log_node (level INTEGER NOT NULL, place INTEGER NOT NULL, hash BLOB NOT NULL,"
     " PRIMARY KEY (level, place)) WITHOUT ROWID;"
     "CREATE TABLE log_head (size INTEGER PRIMARY KEY, statement TEXT NOT NULL,"
     " signature BLOB NOT NULL)"},
    {2, "whose acts they are",
     "CREATE INDEX revision_by_author ON revision (json_extract(envelope, '$.author'), position)"},
}};

}  // namespace

std::span<const store::Migration> ledger_migrations() {
  return migrations;
}

base::Status Ledger::State::load() {
  auto head_row = newest_head(*database);
  if (!head_row) return std::unexpected(std::move(head_row.error()));
  if (*head_row) newest = **head_row;
  auto nodes = LogNodes::open(*database);
  if (!nodes) return std::unexpected(std::move(nodes.error()));
  auto restored = MerkleFrontier::restore(
      newest.size, [&](unsigned level, std::uint64_t place) { return nodes->read(level, place); });
  if (!restored) return std::unexpected(std::move(restored.error()));
  frontier = std::move(*restored);
  if (newest.size > 0 && frontier.root() != newest.root)
    return fail(ErrorCode::corrupt, "the log does not fit its signed head", "ledger",
                "run tocsin verify to see where, and restore a backup");
  auto statement = database->prepare(
      "SELECT position, id, object, type, envelope, body, signature FROM revision"
      " WHERE type IN ('key', 'key_revocation', 'incarnation') ORDER BY position");
  if (!statement) return std::unexpected(std::move(statement.error()));
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return {};
    auto revision =
        read_revision({static_cast<std::uint64_t>((*statement)->integer(0)),
                       std::string((*statement)->text(1)), std::string((*statement)->text(2)),
                       std::string((*statement)->text(3)), std::string((*statement)->text(4)),
                       std::string((*statement)->text(5)), std::string((*statement)->text(6))});
    if (!revision) return std::unexpected(std::move(revision.error()));
    if (auto done = keys.apply(*revision); !done) return done;
    note_member(*revision);
    if (revision->envelope.type == incarnation_type) {
      incarnation = revision->envelope.object;
      node_key_object = revision->text("node_key");
      incarnation_number = revision->integer("number");
    }
  }
}

void Ledger::State::note_member(const Revision& revision) {
  if (revision.envelope.type != key_type || revision.text("kind") != name_of(KeyKind::root)) return;
  const std::lock_guard guard(mutex);
  member = revision.text("holder");
}

base::Result<json::object> Ledger::State::sealed_fields(const Draft& draft) {
  json::object fields = draft.fields;
  for (const auto& name : draft.sealed) {
    auto* value = fields.if_contains(name);
    if (value == nullptr) continue;
    auto sealed = vault.seal_field(*database, draft.data_key, draft.object, name, *value);
    if (!sealed) return std::unexpected(std::move(sealed.error()));
    *value = std::move(*sealed);
  }
  return fields;
}

base::Result<std::vector<base::Digest>> Ledger::State::parents_of(const Draft& draft) {
  auto statement =
      database->prepare("SELECT id FROM revision WHERE object = ?1 ORDER BY position DESC LIMIT 1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, draft.object);
  auto row = (*statement)->step();
  if (!row) return std::unexpected(std::move(row.error()));
  std::vector<base::Digest> parents;
  if (*row) {
    auto id = base::array_of<32>((*statement)->text(0));
    if (!id) return std::unexpected(std::move(id.error()));
    parents.push_back(*id);
  }
  if (draft.seen && (parents.empty() || parents.front() != *draft.seen))
    return fail(ErrorCode::conflict, "someone changed this meanwhile", draft.object,
                "look at the new version and decide again; what you wrote is kept as a draft");
  return parents;
}

base::Status Ledger::State::store_revision(const Revision& revision, std::string_view envelope,
                                           std::string_view body) {
  auto insert = database->prepare("INSERT INTO revision VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  if (!insert) return std::unexpected(std::move(insert.error()));
  auto& row = **insert;
  row.bind(1, static_cast<std::int64_t>(revision.position));
  row.bind_blob(2, base::view_of(revision.id));
  row.bind(3, revision.envelope.object);
  row.bind(4, revision.envelope.type);
  row.bind(5, envelope);
  row.bind(6, body);
  row.bind_blob(7, base::view_of(revision.signature));
  if (auto done = row.run(); !done) return done;
  auto node = database->prepare("INSERT INTO log_node VALUES (?1, ?2, ?3)");
  if (!node) return std::unexpected(std::move(node.error()));
  base::Status written;
  frontier.add(leaf_hash(base::view_of(revision.id)), [&](const TreeNode& made) {
    if (!written) return;
    (*node)->bind(1, static_cast<std::int64_t>(made.level));
    (*node)->bind(2, static_cast<std::int64_t>(made.index));
    (*node)->bind_blob(3, base::view_of(made.hash));
    written = (*node)->run();
  });
  return written;
}

base::Status Ledger::State::project(const Revision& revision) {
  for (const auto* projection : projections) {
    if (std::ranges::find(projection->types(), revision.envelope.type) == projection->types().end())
      continue;
    if (auto done = projection->apply(*database, revision); !done) return done;
  }
  return {};
}

base::Result<Revision> Ledger::State::append(const Draft& draft, const Author& author, Pen& pen) {
  if (type_of(draft.object) != draft.type)
    return fail(ErrorCode::internal, "the object is not of this type", draft.object);
  if (auto done = check_marking(draft.marking); !done)
    return std::unexpected(std::move(done.error()));
  auto fields = sealed_fields(draft);
  if (!fields) return std::unexpected(std::move(fields.error()));
  auto body = make_leaves(*fields);
  if (!body) return std::unexpected(std::move(body.error()));
  auto parents = parents_of(draft);
  if (!parents) return std::unexpected(std::move(parents.error()));
  Revision revision;
  revision.body = std::move(*body);
  revision.position = frontier.size();
  revision.envelope = {draft.object,        draft.type, draft.schema,  author.key_object,
                       std::move(*parents), pen.now(),  draft.marking, body_root(revision.body)};
  const auto envelope = envelope_text(revision.envelope);
  const auto body_bytes = body_text(revision.body);
  if (envelope.size() + body_bytes.size() > revision_bytes_max)
    return fail(ErrorCode::limit_exceeded, "more than 256 KiB in one act", draft.type,
                "put long texts into an attachment");
  revision.id = revision_id(envelope);
  revision.signature = author.key->sign(signed_message(revision.id));
  if (auto done = keys.check_author(revision); !done)
    return std::unexpected(std::move(done.error()));
  if (auto done = store_revision(revision, envelope, body_bytes); !done)
    return std::unexpected(std::move(done.error()));
  if (auto done = keys.apply(revision); !done) return std::unexpected(std::move(done.error()));
  note_member(revision);
  if (revision.envelope.type == incarnation_type) {
    incarnation = revision.envelope.object;
    node_key_object = revision.text("node_key");
    incarnation_number = revision.integer("number");
  }
  if (auto done = project(revision); !done) return std::unexpected(std::move(done.error()));
  if (std::ranges::find(changed_types, draft.type) == changed_types.end())
    changed_types.push_back(draft.type);
  return revision;
}

base::Result<base::SigningKey> Ledger::State::node_key() {
  auto seed = vault.read(*database, node_key_secret);
  if (!seed) return std::unexpected(std::move(seed.error()));
  return base::SigningKey::from_seed(seed->bytes());
}

base::Status Ledger::State::sign_head(std::uint64_t size_before) {
  auto key = node_key();
  if (!key) return std::unexpected(std::move(key.error()));
  Head head{incarnation, node_key_object, frontier.size(), frontier.root(), clock.now(), {}};
  head.signature = key->sign(head_message(head));
  if (size_before % kept_heads_apart != 0 &&
      size_before / kept_heads_apart == head.size / kept_heads_apart) {
    auto drop = database->prepare("DELETE FROM log_head WHERE size = ?1");
    if (!drop) return std::unexpected(std::move(drop.error()));
    (*drop)->bind(1, static_cast<std::int64_t>(size_before));
    if (auto done = (*drop)->run(); !done) return done;
  }
  auto insert = database->prepare("INSERT INTO log_head VALUES (?1, ?2, ?3)");
  if (!insert) return std::unexpected(std::move(insert.error()));
  (*insert)->bind(1, static_cast<std::int64_t>(head.size));
  (*insert)->bind(2, head_text(head));
  (*insert)->bind_blob(3, base::view_of(head.signature));
  if (auto done = (*insert)->run(); !done) return done;
  const std::lock_guard guard(mutex);
  newest = head;
  return {};
}

base::Status Ledger::State::run_one(Waiting& waiting, Ledger& ledger) {
  const auto frontier_before = frontier;
  const auto keys_before = keys;
  const auto incarnation_before = incarnation;
  const auto node_key_before = node_key_object;
  const auto number_before = incarnation_number;
  if (auto done = database->execute("SAVEPOINT act"); !done) return done;
  Pen pen(ledger, *database, vault, random, clock.now());
  base::Status answer;
  try {
    answer = waiting.use_case(pen);
  } catch (const std::exception& error) {
    base::log_error(std::string("an act ended by a bug: ") + error.what());
    answer = fail(ErrorCode::internal, "this act could not be done; nothing of it was kept");
  }
  if (answer) {
    answer = database->execute("RELEASE act");
  } else {
    // Rolling back fails only where the whole transaction is gone already: a full disk may do that.
    transaction_lost = !database->execute("ROLLBACK TO act; RELEASE act");
  }
  if (!answer) {
    frontier = frontier_before;
    keys = keys_before;
    incarnation = incarnation_before;
    node_key_object = node_key_before;
    incarnation_number = number_before;
  }
  return answer;
}

void Ledger::State::commit_together(std::span<Waiting* const> batch, Ledger& ledger) {
  const auto frontier_before = frontier;
  const auto keys_before = keys;
  const auto head_before = newest;
  const auto fail_all = [&](const base::Error& error) {
    frontier = frontier_before;
    keys = keys_before;
    {
      const std::lock_guard guard(mutex);
      newest = head_before;
    }
    for (auto* waiting : batch)
      if (waiting->answer) waiting->answer = std::unexpected(error);
    changed_types.clear();
  };
  auto transaction = store::Transaction::begin(*database);
  if (!transaction) return fail_all(transaction.error());
  transaction_lost = false;
  for (auto* waiting : batch) {
    waiting->answer = run_one(*waiting, ledger);
    // What came before it in the batch is gone with it, and what comes after would stand alone.
    if (transaction_lost) return fail_all(waiting->answer.error());
  }
  if (frontier.size() != frontier_before.size())
    if (auto done = sign_head(frontier_before.size()); !done) return fail_all(done.error());
  if (auto done = transaction->commit(); !done) fail_all(done.error());
}

void Ledger::State::run() {
  std::unique_lock lock(mutex);
  for (;;) {
    wake_writer.wait(lock, [this] { return stopping || !queue.empty(); });
    if (queue.empty()) return;
    std::vector<Waiting*> batch;
    while (!queue.empty() && batch.size() < acts_per_commit_max) {
      const bool alone = queue.front()->upkeep != nullptr;
      if (alone && !batch.empty()) break;
      batch.push_back(queue.front());
      queue.pop_front();
      if (alone) break;
    }
    lock.unlock();
    changed_types.clear();
    if (batch.front()->upkeep)
      batch.front()->answer = batch.front()->upkeep(*database);
    else
      commit_together(batch, *owner);
    const auto types = changed_types;
    lock.lock();
    const auto tell = told;
    for (auto* waiting : batch) waiting->ended = true;
    wake_waiting.notify_all();
    if (tell && !types.empty()) {
      lock.unlock();
      tell(types);
      lock.lock();
    }
  }
}

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {
  state_->owner = this;
  state_->thread = std::thread([this] { state_->run(); });
}

Ledger::~Ledger() {
  {
    const std::lock_guard guard(state_->mutex);
    state_->stopping = true;
  }
  state_->wake_writer.notify_all();
  state_->thread.join();
}

base::Result<std::unique_ptr<Ledger>> Ledger::open(std::unique_ptr<store::Database> database,
                                                   const LedgerParts& parts) {
  if (auto done = store::migrate(*database, "ledger", migrations); !done)
    return std::unexpected(std::move(done.error()));
  if (auto done = store::migrate(*database, "vault", vault_migrations()); !done)
    return std::unexpected(std::move(done.error()));
  for (const auto* projection : parts.projections)
    if (auto done = store::migrate(*database, projection->name(), projection->migrations()); !done)
      return std::unexpected(std::move(done.error()));
  auto state = std::make_unique<State>(std::move(database), parts);
  if (auto done = state->load(); !done) return std::unexpected(std::move(done.error()));
  return std::unique_ptr<Ledger>(new Ledger(std::move(state)));
}

base::Status Ledger::State::wait_for(Waiting& waiting) {
  std::unique_lock lock(mutex);
  if (stopping) return fail(ErrorCode::unavailable, "the node is stopping");
  if (queue.size() >= waiting_acts_max)
    return fail(ErrorCode::unavailable, "too many acts wait to be written", {},
                "try again in a moment");
  queue.push_back(&waiting);
  wake_writer.notify_one();
  wake_waiting.wait(lock, [&] { return waiting.ended; });
  return std::move(waiting.answer);
}

base::Status Ledger::submit(std::function<base::Status(Pen&)> use_case) {
  Waiting waiting{std::move(use_case), {}, {}, false};
  return state_->wait_for(waiting);
}

void Ledger::set_on_commit(std::function<void(std::span<const std::string>)> told) {
  const std::lock_guard guard(state_->mutex);
  state_->told = std::move(told);
}

Head Ledger::head() const {
  const std::lock_guard guard(state_->mutex);
  return state_->newest;
}

std::string Ledger::member() const {
  const std::lock_guard guard(state_->mutex);
  return state_->member;
}

std::string Pen::new_object(std::string_view type) {
  return std::string(type) + ":" + base::uuid_v7(now_, random_);
}

base::Result<Revision> Pen::append(const Draft& draft, const Author& author) {
  if (author.key == nullptr)
    return fail(ErrorCode::internal, "an act needs a key that signs it", draft.type);
  return ledger_.state_->append(draft, author, *this);
}

base::Result<Revision> Pen::append_as_node(const Draft& draft) {
  auto key = ledger_.state_->node_key();
  if (!key) return std::unexpected(std::move(key.error()));
  const Author node{ledger_.state_->node_key_object, &*key};
  return append(draft, node);
}

base::Status Ledger::purge() {
  Waiting waiting{{}, [](store::Database& database) { return database.purge(); }, {}, false};
  return state_->wait_for(waiting);
}

}  // namespace tocsin::ledger
