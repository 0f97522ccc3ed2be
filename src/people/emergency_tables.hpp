// SPDX-License-Identifier: Apache-2.0
// Emergency access as a table: written from revisions, and read.
//
// Reason and finding stay sealed in the table. Threads: those of the database given.
// Errors: those of the store; ErrorCode::not_found names the object.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/ledger.hpp"
#include "ledger/vault.hpp"
#include "people/access_log.hpp"
#include "people/emergency.hpp"

namespace tocsin::people {

/// Stands after AccountProjection in the ledger's list: it asks whose key signed.
class EmergencyProjection final : public ledger::Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "emergencies"; }
  [[nodiscard]] std::span<const store::Migration> migrations() const override;
  [[nodiscard]] std::span<const std::string_view> tables() const override;
  [[nodiscard]] std::span<const std::string_view> types() const override;
  [[nodiscard]] base::Status apply(store::Database& database,
                                   const ledger::Revision& revision) const override;
};

/// Shown at once, and how many that are not reviewed stand above the pages.
inline constexpr std::size_t emergencies_max = 200;
inline constexpr std::size_t emergency_reads_max = 1000;

[[nodiscard]] base::Result<Emergency> find_emergency(store::Database& database,
                                                     std::string_view object);
/// What is open or not reviewed first, then the newest.
[[nodiscard]] base::Result<std::vector<Emergency>> list_emergencies(store::Database& database);
/// Open or ended, not reviewed; oldest first.
[[nodiscard]] base::Result<std::vector<Emergency>> unreviewed_emergencies(
    store::Database& database);
/// What was read by it, oldest first; `object` of an entry is the address that was opened.
[[nodiscard]] base::Result<std::vector<AccessEntry>> reads_of(store::Database& database,
                                                              const Emergency& emergency);
/// The number of the newest entry of the access log; 0 where it is empty.
[[nodiscard]] base::Result<std::int64_t> newest_read_number(store::Database& database);
/// What the access log holds as object of a read: the emergency and the address.
[[nodiscard]] std::string read_object(std::string_view emergency, std::string_view path);

}  // namespace tocsin::people
