// SPDX-License-Identifier: Apache-2.0
#include "ledger/verify.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <unordered_map>

#include "ledger/canonical.hpp"
#include "ledger/records.hpp"

namespace tocsin::ledger {
namespace {

using base::Digest;

/// Rows that one worker takes at a time, and how many such pieces may wait.
constexpr std::size_t rows_per_piece = 256;
constexpr std::size_t pieces_waiting_max = 16;
/// Revisions missing in a row after which checking ends.
constexpr std::uint64_t gap_max = 1'000'000;

/// That one revision follows another; checked once all are known.
struct Follows {
  std::uint64_t position;
  std::string object;
  Digest parent;
};

/// Everything about one row that needs no other row but the keys known before it.
void check_row(const StoredRevision& stored, const Digest& id, const KeyBook& keys,
               std::vector<Fault>& faults, std::vector<Follows>& follows) {
  const auto note = [&](std::string what) {
    faults.push_back({stored.position, stored.object, std::move(what)});
  };
  if (base::view_of(id) != stored.id) note("the id is not the hash of the envelope");
  auto revision = read_revision(stored);
  if (!revision) return note(revision.error().message);
  for (const auto& parent : revision->envelope.parents)
    follows.push_back({stored.position, stored.object, parent});
  if (revision->envelope.object != stored.object || revision->envelope.type != stored.type)
    note("the table names another object than the envelope");
  if (body_root(revision->body) != revision->envelope.body_root)
    note("the body does not fit the envelope: a field was changed, added or taken away");
  // What was signed is the true id, whatever the table says.
  revision->id = id;
  if (auto done = keys.check_signature(*revision); !done) note(done.error().message);
  if (auto done = keys.check_author(*revision); !done) note(done.error().message);
}

/// A row with the hash of its envelope.
struct Row {
  StoredRevision stored;
  Digest id;
};

/// Workers that check rows; the keys are those known when a piece was handed over.
class Workers {
 public:
  explicit Workers(unsigned threads) {
    for (unsigned i = 0; i < std::max(1U, threads); ++i) threads_.emplace_back([this] { run(); });
  }
  ~Workers() { finish(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void give(std::vector<Row> rows, const KeyBook& keys) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return pieces_.size() < pieces_waiting_max; });
    pieces_.push_back({std::move(rows), keys});
    work_.notify_one();
  }
  void finish() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    work_.notify_all();
    for (auto& thread : threads_)
      if (thread.joinable()) thread.join();
  }
  [[nodiscard]] std::vector<Fault>& faults() { return faults_; }
  [[nodiscard]] const std::vector<Follows>& follows() const { return follows_; }

 private:
  struct Piece {
    std::vector<Row> rows;
    KeyBook keys;
  };
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      work_.wait(lock, [this] { return ended_ || !pieces_.empty(); });
      if (pieces_.empty()) return;
      const auto piece = std::move(pieces_.front());
      pieces_.pop_front();
      room_.notify_one();
      lock.unlock();
      std::vector<Fault> found;
      std::vector<Follows> follows;
      for (const auto& row : piece.rows) check_row(row.stored, row.id, piece.keys, found, follows);
      lock.lock();
      follows_.insert(follows_.end(), follows.begin(), follows.end());
      faults_.insert(faults_.end(), found.begin(), found.end());
    }
  }
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable room_;
  std::deque<Piece> pieces_;
  std::vector<Fault> faults_;
  std::vector<Follows> follows_;
  std::vector<std::thread> threads_;
  bool ended_ = false;
};

struct StoredHead {
  std::uint64_t size = 0;
  std::string statement;
  std::string signature;
};

class Verifier {
 public:
  Verifier(store::Database& database, const VerifyOptions& options)
      : database_(database), options_(options), workers_(options.threads) {}

  base::Result<Verified> run() {
    if (auto done = read_heads(); !done) return std::unexpected(std::move(done.error()));
    auto nodes = LogNodes::open(database_);
    if (!nodes) return std::unexpected(std::move(nodes.error()));
    nodes_.emplace(std::move(*nodes));
    auto read = for_each_stored(database_, 0,
                                [this](const StoredRevision& stored) { return take(stored); });
    if (!read) return std::unexpected(std::move(read.error()));
    hand_over();
    workers_.finish();
    check_parents();
    check_ends();
    if (auto done = check_tree_size(); !done) return std::unexpected(std::move(done.error()));
    return finish();
  }

 private:
  void note(std::optional<std::uint64_t> position, std::string object, std::string what) {
    faults_.push_back({position, std::move(object), std::move(what)});
  }

  base::Status read_heads() {
    auto statement =
        database_.prepare("SELECT size, statement, signature FROM log_head ORDER BY size");
    if (!statement) return std::unexpected(std::move(statement.error()));
    for (;;) {
      auto row = (*statement)->step();
      if (!row) return std::unexpected(std::move(row.error()));
      if (!*row) return {};
      const auto size = static_cast<std::uint64_t>((*statement)->integer(0));
      heads_[size] = {size, std::string((*statement)->text(1)), std::string((*statement)->text(2))};
    }
  }

  base::Status take(const StoredRevision& stored) {
    if (auto done = bridge_gap(stored.position); !done) return done;
    seen_ids_[stored.id] = stored.position;
    const auto id = revision_id(stored.envelope);
    const auto leaf = leaf_hash(base::view_of(id));
    base::Status read;
    frontier_.add(leaf, [&](const TreeNode& made) {
      if (!read) return;
      auto fault = tree_fault(made);
      if (!fault)
        read = std::unexpected(std::move(fault.error()));
      else if (*fault && made.level == 0)
        note(stored.position, stored.object,
             "the revision at this place is not the one that the log took in: changed, moved or "
             "put in another's place");
      else if (*fault)
        note({}, {}, "the stored tree does not fit the revisions: " + place_of(made));
    });
    if (!read) return read;
    piece_.push_back({stored, id});
    const bool about_keys = stored.type == key_type || stored.type == revocation_type;
    if (about_keys) {
      // Later rows are checked against what this one says.
      if (auto revision = read_revision(stored))
        if (auto done = keys_after_.apply(*revision); !done)
          note(stored.position, stored.object, done.error().message);
      hand_over();
    }
    if (piece_.size() >= rows_per_piece) hand_over();
    check_head();
    if (options_.progress && frontier_.size() % rows_per_piece == 0)
      options_.progress(frontier_.size());
    return {};
  }

  /// Whether the stored node is another than the one made from the revisions, and itself the fault:
  /// above a node that is changed every other differs too.
  base::Result<bool> tree_fault(const TreeNode& made) {
    auto kept = nodes_->read(made.level, made.index);
    if (!kept && kept.error().code != base::ErrorCode::corrupt)
      return std::unexpected(std::move(kept.error()));
    std::size_t below = 0;
    if (made.level > 0)
      for (const auto side : {0U, 1U})
        below += faulty_nodes_.erase({made.level - 1, 2 * made.index + side});
    if (kept && *kept == made.hash) return false;
    faulty_nodes_.emplace(made.level, made.index);
    return below == 0;
  }

  static std::string place_of(const TreeNode& node) {
    const auto first = node.index << node.level;
    const auto last = ((node.index + 1) << node.level) - 1;
    return "level " + std::to_string(node.level) + ", place " + std::to_string(node.index) +
           " (over positions " + std::to_string(first) + " to " + std::to_string(last) + ")";
  }

  /// Puts the leaves that the tree remembers where revisions are missing, so that what follows is
  /// still judged by its own place.
  base::Status bridge_gap(std::uint64_t position) {
    if (position <= frontier_.size()) return {};
    const auto missing = position - frontier_.size();
    note(frontier_.size(), {}, "missing: " + std::to_string(missing) + " revision(s)");
    if (missing > gap_max)
      return base::fail(base::ErrorCode::corrupt, "too many revisions are missing to go on",
                        "position " + std::to_string(position), "restore a backup");
    while (frontier_.size() < position) {
      auto leaf = nodes_->read(0, frontier_.size());
      if (!leaf && leaf.error().code != base::ErrorCode::corrupt)
        return std::unexpected(std::move(leaf.error()));
      base::Status read;
      frontier_.add(leaf ? *leaf : Digest{}, [&](const TreeNode& made) {
        // What is missing is told already; here only what differs above it is remembered.
        if (auto fault = tree_fault(made); !fault && read)
          read = std::unexpected(std::move(fault.error()));
      });
      if (!read) return read;
      check_head();
    }
    return {};
  }

  void check_parents() {
    for (const auto& follow : workers_.follows()) {
      const auto parent = seen_ids_.find(std::string(base::view_of(follow.parent)));
      if (parent == seen_ids_.end() || parent->second >= follow.position)
        note(follow.position, follow.object, "it follows a revision that is not before it");
    }
  }

  void hand_over() {
    if (!piece_.empty()) workers_.give(std::move(piece_), keys_);
    piece_.clear();
    keys_ = keys_after_;
  }

  void check_head() {
    const auto at = heads_.find(frontier_.size());
    if (at != heads_.end()) check_statement(at->second);
    if (options_.known && options_.known->size == frontier_.size() &&
        options_.known->root != frontier_.root())
      note({}, {},
           "the log does not begin with the head that was kept elsewhere: it was rewritten "
           "before position " +
               std::to_string(options_.known->size));
  }

  void check_statement(const StoredHead& stored) {
    ++heads_checked_;
    const auto place = "head of size " + std::to_string(stored.size) + ": ";
    const auto head = parse_head(stored.statement);
    const auto signature = base::array_of<64>(stored.signature);
    if (!head || !signature) return note({}, {}, place + "it cannot be read");
    const auto* key = keys_after_.find(head->key_object);
    if (key == nullptr || key->kind != KeyKind::node ||
        !base::verify_signature(key->public_key, head_message(*head), *signature))
      note({}, {}, place + "the signature does not fit a key of this node");
    if (head->size != stored.size || head->root != frontier_.root())
      note({}, {}, place + "the log up to there is not the one that was signed");
    newest_ = *head;
    newest_.signature = *signature;
  }

  void check_ends() {
    for (const auto& [size, head] : heads_)
      if (size > frontier_.size()) {
        note(frontier_.size(), {},
             "cut off: a head says " + std::to_string(size) + " revisions, there are " +
                 std::to_string(frontier_.size()));
        break;
      }
    if (frontier_.size() > 0 && (heads_.empty() || heads_.rbegin()->first < frontier_.size()))
      note({}, {}, "the newest revisions stand under no signed head");
    if (options_.known && options_.known->size > frontier_.size())
      note(frontier_.size(), {},
           "cut off: the head that was kept elsewhere says " +
               std::to_string(options_.known->size) + " revisions, there are " +
               std::to_string(frontier_.size()));
  }

  base::Status check_tree_size() {
    auto statement = database_.prepare("SELECT count(*) FROM log_node WHERE level = 0");
    if (!statement) return std::unexpected(std::move(statement.error()));
    auto row = (*statement)->step();
    if (!row) return std::unexpected(std::move(row.error()));
    const auto leaves = static_cast<std::uint64_t>((*statement)->integer(0));
    if (leaves != frontier_.size())
      note({}, {},
           "the stored tree has " + std::to_string(leaves) + " leaves, the log " +
               std::to_string(frontier_.size()) + " revisions");
    return {};
  }

  Verified finish() {
    auto& found = workers_.faults();
    faults_.insert(faults_.end(), found.begin(), found.end());
    std::ranges::stable_sort(
        faults_, {}, [](const Fault& fault) { return fault.position.value_or(~std::uint64_t{0}); });
    Verified verified;
    verified.revisions = frontier_.size();
    verified.heads = heads_checked_;
    verified.faults_in_all = faults_.size();
    if (faults_.size() > faults_shown_max) faults_.resize(faults_shown_max);
    verified.faults = std::move(faults_);
    verified.head = newest_;
    return verified;
  }

  store::Database& database_;
  const VerifyOptions& options_;
  Workers workers_;
  std::optional<LogNodes> nodes_;
  MerkleFrontier frontier_;
  KeyBook keys_;        ///< as they were before the piece in hand
  KeyBook keys_after_;  ///< as they are after it
  std::map<std::uint64_t, StoredHead> heads_;
  std::unordered_map<std::string, std::uint64_t> seen_ids_;
  std::vector<Row> piece_;
  std::vector<Fault> faults_;
  std::uint64_t heads_checked_ = 0;
  Head newest_;
  std::set<std::pair<unsigned, std::uint64_t>> faulty_nodes_;  ///< under no whole node yet
};

}  // namespace

base::Result<Verified> verify_ledger(store::Database& database, const VerifyOptions& options) {
  return Verifier(database, options).run();
}

}  // namespace tocsin::ledger
