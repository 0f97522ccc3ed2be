// SPDX-License-Identifier: Apache-2.0
// What the node remembers of mails and text messages beside the ledger: which ones it has taken,
// and parts of messages that wait for the others. Both hold hashes and sealed texts only.
//
// Ownership: refers to the database. Threads: those of the database. Errors: those of the store.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/ledger.hpp"

namespace tocsin::assess {

/// A message that comes again after so long is taken for a new one.
inline constexpr std::chrono::days taken_known_for{180};
/// Parts wait so long for the others; then what is there is taken.
inline constexpr std::chrono::minutes parts_wait_max{30};
/// Messages with parts missing that wait at once; beyond, the oldest is taken as it is.
inline constexpr std::size_t waiting_parts_max = 1000;

/// Tables of the node's own, not made from revisions.
class IntakeTables final : public ledger::Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "intake"; }
  [[nodiscard]] std::span<const store::Migration> migrations() const override;
  [[nodiscard]] std::span<const std::string_view> tables() const override { return {}; }
  [[nodiscard]] std::span<const std::string_view> types() const override { return {}; }
  [[nodiscard]] base::Status apply(store::Database&, const ledger::Revision&) const override {
    return {};
  }
};

struct WaitingPart {
  unsigned number = 1;
  unsigned of = 1;
  std::string sealed;  ///< as seal_field gave it, as JSON
};

class IntakeStore {
 public:
  explicit IntakeStore(store::Database& database) : database_(database) {}
  [[nodiscard]] base::Result<bool> is_taken(std::string_view hash) const;
  [[nodiscard]] base::Status note_taken(std::string_view hash, base::Instant now) const;

  [[nodiscard]] base::Status keep_part(std::string_view group, const WaitingPart& part,
                                       base::Instant now) const;
  [[nodiscard]] base::Result<std::vector<WaitingPart>> parts(std::string_view group) const;
  [[nodiscard]] base::Status drop_parts(std::string_view group) const;
  /// Groups whose first part came before an instant, oldest first; all beyond the most that may
  /// wait count as late.
  [[nodiscard]] base::Result<std::vector<std::string>> late_groups(base::Instant before) const;

 private:
  store::Database& database_;
};

}  // namespace tocsin::assess
