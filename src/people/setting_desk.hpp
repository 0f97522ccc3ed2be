// SPDX-License-Identifier: Apache-2.0
// Settings of the whole node, which one person asks for and another agrees to, as with accounts.
//
// Here a setting is a name and a value as text; who uses it checks what it means before it is asked
// for. Ownership: refers to the desk. Threads: any. Errors: forbidden, conflict (answered already),
// invalid_input, not_found.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "people/account.hpp"
#include "people/desk.hpp"
#include "people/session.hpp"

namespace tocsin::people {

inline constexpr std::string_view setting_change_type = "setting_change";
/// False alarms a place and year that the watch list may make.
inline constexpr std::string_view budget_setting = "false_alarms_per_year";
inline constexpr std::size_t setting_value_bytes_max = 100;
inline constexpr std::size_t setting_changes_max = 50;

struct SettingChange {
  std::string object;
  std::string name;
  std::string value;
  ChangeState state = ChangeState::asked;
  std::string asked_by;  ///< account
  base::Instant asked_at;
  std::string answered_by;
  base::Instant answered_at;
};

class SettingProjection final : public ledger::Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "settings"; }
  [[nodiscard]] std::span<const store::Migration> migrations() const override;
  [[nodiscard]] std::span<const std::string_view> tables() const override;
  [[nodiscard]] std::span<const std::string_view> types() const override;
  [[nodiscard]] base::Status apply(store::Database& database,
                                   const ledger::Revision& revision) const override;
};

/// The change of a setting that waits for its second person; there is at most one.
[[nodiscard]] base::Result<std::optional<SettingChange>> open_setting(store::Database& database,
                                                                      std::string_view name);
/// The request's object. Until somebody else agrees nothing changes. ErrorCode::conflict at
/// "setting_open" while another change of it waits: what is agreed to is what was read.
[[nodiscard]] base::Result<std::string> ask_setting(const Desk& desk, const Session& session,
                                                    std::string_view name, std::string_view value);
/// The second person agrees or refuses; who asked may take it back. What was answered.
[[nodiscard]] base::Result<SettingChange> answer_setting(const Desk& desk, const Session& session,
                                                         std::string_view request, bool agrees);

/// Open ones first, then the newest.
[[nodiscard]] base::Result<std::vector<SettingChange>> list_setting_changes(
    store::Database& database);
/// The value that was agreed to last.
[[nodiscard]] base::Result<std::optional<std::string>> setting_in_force(store::Database& database,
                                                                        std::string_view name);

}  // namespace tocsin::people
