// SPDX-License-Identifier: Apache-2.0
// The node's ledger: every act of a person is one signed revision, appended to a private Merkle
// log; the tables that pages read are projections of it, written in the same transaction.
//
// Use: a use case runs as a function on the writer's thread, reads what it needs through the pen's
// database, decides, and appends. Either all that it appended is kept, or nothing.
// Ownership: owns its writing connection and thread; the vault and projections are the caller's
// and must outlive it. Threads: act() may be called from any thread and returns once the act is on
// the disk; acts that wait together share one commit (group commit).
// Errors: ErrorCode::unavailable while locked or stopping or with a full queue, conflict when an
// object moved on, no_space for a full disk; after any error nothing of the act is kept.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/calendar.hpp"
#include "base/random.hpp"
#include "ledger/key_book.hpp"
#include "ledger/merkle.hpp"
#include "ledger/revision.hpp"
#include "ledger/vault.hpp"
#include "store/database.hpp"

namespace tocsin::ledger {

/// Acts that may wait for the writer; further ones are refused with "try again".
inline constexpr std::size_t waiting_acts_max = 4096;
/// Acts that share one commit.
inline constexpr std::size_t acts_per_commit_max = 256;

/// What a use case wants to record.
struct Draft {
  std::string object;  ///< of Pen::new_object, or of an object that exists
  std::string type;
  int schema = 1;
  Marking marking;
  boost::json::object fields;
  std::vector<std::string> sealed;  ///< names of fields to seal
  std::string data_key;             ///< under which they are sealed
  /// The revision that its writer had before them; ErrorCode::conflict when the object moved on.
  std::optional<base::Digest> seen;
};

/// Who signs: a key object and its key, usable only while that person's session lives.
struct Author {
  std::string key_object;
  const base::SigningKey* key = nullptr;
};

class Ledger;

/// What a use case writes with, inside one transaction.
class Pen {
 public:
  [[nodiscard]] store::Database& database() { return database_; }
  /// The time of this act; the same for all that it appends.
  [[nodiscard]] base::Instant now() const { return now_; }
  [[nodiscard]] const Vault& vault() const { return vault_; }
  [[nodiscard]] base::Random& random() { return random_; }
  /// A fresh object id of that type.
  [[nodiscard]] std::string new_object(std::string_view type);
  /// Signs, appends and projects one revision.
  [[nodiscard]] base::Result<Revision> append(const Draft& draft, const Author& author);
  /// As append(), signed by the node itself: for what no person does (a key, a reminder sent).
  [[nodiscard]] base::Result<Revision> append_as_node(const Draft& draft);

 private:
  friend class Ledger;
  Pen(Ledger& ledger, store::Database& database, const Vault& vault, base::Random& random,
      base::Instant now)
      : ledger_(ledger), database_(database), vault_(vault), random_(random), now_(now) {}
  Ledger& ledger_;
  store::Database& database_;
  const Vault& vault_;
  base::Random& random_;
  base::Instant now_;
};

/// Tables made from revisions and from nothing else.
class Projection {
 public:
  virtual ~Projection() = default;
  /// Names the component of its migrations.
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::span<const store::Migration> migrations() const = 0;
  /// The tables that rebuild empties, fills again and compares.
  [[nodiscard]] virtual std::span<const std::string_view> tables() const = 0;
  /// Types of revisions that it wants; others are not shown to it.
  [[nodiscard]] virtual std::span<const std::string_view> types() const = 0;
  /// Writes what one revision says. Pure over database and revision: no clock, no chance.
  [[nodiscard]] virtual base::Status apply(store::Database& database,
                                           const Revision& revision) const = 0;
};

/// The signed size and root of the log.
struct Head {
  std::string incarnation;  ///< object id of the incarnation in which it was signed
  std::string key_object;   ///< the node key
  std::uint64_t size = 0;
  base::Digest root{};
  base::Instant time;
  base::Signature signature{};
};
[[nodiscard]] std::string head_text(const Head& head);
[[nodiscard]] base::Result<Head> parse_head(std::string_view text);
[[nodiscard]] std::string head_message(const Head& head);

struct LedgerParts {
  Vault& vault;
  std::span<const Projection* const> projections;
  const base::Clock& clock;
};

class Ledger {
 public:
  /// Opens the ledger of a node database and starts the writer. Projections' tables are brought up
  /// to date by their migrations.
  [[nodiscard]] static base::Result<std::unique_ptr<Ledger>> open(
      std::unique_ptr<store::Database> database, const LedgerParts& parts);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// Runs `use_case(Pen&) -> Result<T>` and returns what it returned once it is on the disk.
  template <class UseCase>
  [[nodiscard]] auto act(UseCase use_case) -> std::invoke_result_t<UseCase, Pen&> {
    using Answer = std::invoke_result_t<UseCase, Pen&>;
    std::optional<Answer> answer;
    auto done = submit([&](Pen& pen) -> base::Status {
      answer.emplace(use_case(pen));
      if (!*answer) return std::unexpected(answer->error());
      return {};
    });
    if (!done) return std::unexpected(std::move(done.error()));
    return std::move(*answer);
  }

  /// Called on the writer's thread after each commit with the types of object that changed.
  void set_on_commit(std::function<void(std::span<const std::string>)> told);
  /// Wipes what erasure left: free pages are overwritten, the write-ahead log is emptied.
  [[nodiscard]] base::Status purge();
  /// The newest signed head; size 0 before the first act.
  [[nodiscard]] Head head() const;
  /// The member whose ledger it is: the holder of the root key; empty before founding.
  [[nodiscard]] std::string member() const;
  /// Makes the log's first revisions: the root key, the node key and the first incarnation. The
  /// root's key is used here and not kept.
  [[nodiscard]] base::Status found(const base::SigningKey& root, std::string_view member);
  /// Opens a new incarnation after a restore: a new node key under the same root, the old one
  /// revoked at the last known head. The log goes on; it never looks like a fork of itself.
  [[nodiscard]] base::Status reincarnate(const base::SigningKey& root);

 private:
  friend class Pen;
  struct State;
  explicit Ledger(std::unique_ptr<State> state);
  [[nodiscard]] base::Status submit(std::function<base::Status(Pen&)> use_case);
  std::unique_ptr<State> state_;
};

/// Name of the node's signing key in the vault.
inline constexpr std::string_view node_key_secret = "signing-key";
inline constexpr std::string_view incarnation_type = "incarnation";
/// Tables of the ledger itself.
[[nodiscard]] std::span<const store::Migration> ledger_migrations();

}  // namespace tocsin::ledger
