// SPDX-License-Identifier: Apache-2.0
// An account and a change asked for it: values and pure rules; no storage, no clock.
//
// Names and contacts are sealed under a data key that bears the account's id; here they stand as
// they are stored. Threads: pure functions. Errors: ErrorCode::conflict where a change does not fit
// the state, invalid_input for what cannot be an account; places are words of the catalogue.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "people/permissions.hpp"
#include "people/role_pairs.hpp"

namespace tocsin::people {

inline constexpr std::string_view account_type = "account";
inline constexpr std::string_view change_request_type = "change_request";
inline constexpr std::size_t account_text_bytes_max = 200;  ///< a name, a contact, a unit
inline constexpr std::size_t reason_bytes_max = 2000;
inline constexpr std::size_t log_in_signs_min = 2;

enum class AccountState : std::uint8_t {
  proposed,  ///< waits for a second person
  invited,   ///< has a link, no password yet
  active,
  closed,
};
[[nodiscard]] std::string_view name_of(AccountState state);
[[nodiscard]] base::Result<AccountState> account_state_of(std::string_view name);

/// What decides about permission.
struct Standing {
  std::string unit;
  std::set<Role> roles;
  std::string clearance = "AMBER+STRICT";
  friend bool operator==(const Standing&, const Standing&) = default;
};

struct Account {
  std::string object;
  AccountState state = AccountState::proposed;
  Standing standing;
  boost::json::value name;     ///< sealed
  boost::json::value log_in;   ///< sealed
  boost::json::value contact;  ///< sealed; empty text where none was given
  base::Instant changed;
};

/// A person as typed, before there is an account.
struct NewPerson {
  std::string name;
  std::string log_in;
  std::string contact;
  Standing standing;
};

enum class ChangeKind : std::uint8_t { invite, change, close, recover };
[[nodiscard]] std::string_view name_of(ChangeKind kind);
[[nodiscard]] base::Result<ChangeKind> change_kind_of(std::string_view name);
/// The act of data/permissions.tsv that asks for it.
[[nodiscard]] std::string_view act_of(ChangeKind kind);

enum class ChangeState : std::uint8_t { asked, agreed, refused };
[[nodiscard]] std::string_view name_of(ChangeState state);
[[nodiscard]] base::Result<ChangeState> change_state_of(std::string_view name);

struct ChangeRequest {
  std::string object;
  std::string account;
  ChangeKind kind = ChangeKind::change;
  ChangeState state = ChangeState::asked;
  std::optional<Standing> standing;  ///< wanted, for a change
  boost::json::value reason;         ///< sealed
  std::string asked_by;              ///< account
  base::Instant asked_at;
  std::string answered_by;
  base::Instant answered_at;
};

/// Can it be asked of an account in that state?
[[nodiscard]] base::Status may_ask(ChangeKind kind, AccountState state);
/// The account's state once it was agreed to, or refused.
[[nodiscard]] AccountState state_after(ChangeKind kind, ChangeState answer, AccountState before);
/// Roles that may be one person, a known clearance.
[[nodiscard]] base::Status check_standing(const Standing& standing, const RolePairs& pairs);
[[nodiscard]] base::Status check_person(const NewPerson& person, const RolePairs& pairs);
/// Whoever is left can still run the node: an active administrator and an active trustee.
[[nodiscard]] base::Status check_remaining(std::span<const Account> accounts);
/// Whether the desk has an active deputy now and none once `changed` is in force: then nobody
/// decides when the principal's time runs out. Said before it is done, and not refused.
[[nodiscard]] bool leaves_no_deputy(std::span<const Account> accounts, const Account& changed);
/// The form under which log-in names are compared.
[[nodiscard]] std::string plain_log_in(std::string_view typed);

/// "analyst officer", in the order of Role.
[[nodiscard]] std::string text_of(const std::set<Role>& roles);
[[nodiscard]] base::Result<std::set<Role>> roles_of(std::string_view text);

}  // namespace tocsin::people
