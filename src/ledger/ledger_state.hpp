// SPDX-License-Identifier: Apache-2.0
// What a Ledger is inside; only ledger.cpp and ledger_founding.cpp know it.
//
// Ownership: owns the writing connection; the vault and the projections are the caller's. Threads:
// as said at each group of members. Errors: those of the store and of Ledger.
#pragma once

#include <boost/json.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/random.hpp"
#include "ledger/ledger.hpp"

namespace tocsin::ledger {

/// One act, or one piece of upkeep, that waits for the writer.
struct Waiting {
  std::function<base::Status(Pen&)> use_case;
  /// Instead of a use case: what runs alone, between two commits.
  std::function<base::Status(store::Database&)> upkeep;
  base::Status answer;
  bool ended = false;
};

struct Ledger::State {
  std::unique_ptr<store::Database> database;
  Vault& vault;
  std::vector<const Projection*> projections;
  const base::Clock& clock;
  base::SystemRandom random;

  // Of the writer's thread only.
  MerkleFrontier frontier;
  KeyBook keys;
  std::string incarnation;
  std::string node_key_object;
  std::int64_t incarnation_number = 0;
  std::vector<std::string> changed_types;
  bool transaction_lost = false;  ///< the store rolled back more than the act that failed

  mutable std::mutex mutex;
  std::condition_variable wake_writer;
  std::condition_variable wake_waiting;
  std::deque<Waiting*> queue;
  std::function<void(std::span<const std::string>)> told;
  Head newest;
  std::string member;
  bool stopping = false;
  std::thread thread;

  State(std::unique_ptr<store::Database> opened, const LedgerParts& parts)
      : database(std::move(opened)),
        vault(parts.vault),
        projections(parts.projections.begin(), parts.projections.end()),
        clock(parts.clock) {}

  base::Status load();
  base::Result<Revision> append(const Draft& draft, const Author& author, Pen& pen);
  base::Result<boost::json::object> sealed_fields(const Draft& draft);
  base::Result<std::vector<base::Digest>> parents_of(const Draft& draft);
  base::Status store_revision(const Revision& revision, std::string_view envelope,
                              std::string_view body);
  base::Status project(const Revision& revision);
  base::Status sign_head(std::uint64_t size_before);
  base::Result<base::SigningKey> node_key();
  void note_member(const Revision& revision);
  void run();
  void commit_together(std::span<Waiting* const> batch, Ledger& ledger);
  base::Status wait_for(Waiting& waiting);
  base::Status run_one(Waiting& waiting, Ledger& ledger);
  Ledger* owner = nullptr;
};

}  // namespace tocsin::ledger
