// SPDX-License-Identifier: Apache-2.0
// Reading stored revisions: one by id, an object's history, all in the order of the log.
//
// Threads: those of the database given. Errors: those of the store; ErrorCode::corrupt names the
// position of a revision that cannot be read.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "ledger/ledger.hpp"
#include "ledger/revision.hpp"
#include "store/database.hpp"

namespace tocsin::ledger {

/// Revisions of one object that a page shows at once.
inline constexpr std::size_t history_max = 1000;

/// What the table holds, before anything of it is believed.
struct StoredRevision {
  std::uint64_t position = 0;
  std::string id;
  std::string object;
  std::string type;
  std::string envelope;
  std::string body;
  std::string signature;
};
/// Parses without checking hashes or signatures; those are verify's.
[[nodiscard]] base::Result<Revision> read_revision(const StoredRevision& stored);

[[nodiscard]] base::Result<std::optional<Revision>> find_revision(store::Database& database,
                                                                  const base::Digest& id);
/// Oldest first.
[[nodiscard]] base::Result<std::vector<Revision>> history_of(store::Database& database,
                                                             std::string_view object);
/// The newest revision of an object, or nothing.
[[nodiscard]] base::Result<std::optional<Revision>> newest_of(store::Database& database,
                                                              std::string_view object);
/// Every stored row from `from` on, in the order of the log.
[[nodiscard]] base::Status for_each_stored(
    store::Database& database, std::uint64_t from,
    const std::function<base::Status(const StoredRevision&)>& take);
/// Reads nodes of the log's tree, many in a row with one statement. The database must outlive it.
class LogNodes {
 public:
  [[nodiscard]] static base::Result<LogNodes> open(store::Database& database);
  /// ErrorCode::corrupt where the node is missing.
  [[nodiscard]] base::Result<base::Digest> read(unsigned level, std::uint64_t place);

 private:
  explicit LogNodes(std::unique_ptr<store::Statement> statement)
      : statement_(std::move(statement)) {}
  std::unique_ptr<store::Statement> statement_;
};
/// The newest head, or nothing before the first act.
[[nodiscard]] base::Result<std::optional<Head>> newest_head(store::Database& database);

}  // namespace tocsin::ledger
