// SPDX-License-Identifier: Apache-2.0
#include "people/account.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "ledger/revision.hpp"

namespace tocsin::people {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::array<std::string_view, 4> account_states{"proposed", "invited", "active", "closed"};
constexpr std::array<std::string_view, 4> change_kinds{"invite", "change", "close", "recover"};
constexpr std::array<std::string_view, 4> change_acts{"account.invite", "account.change",
                                                      "account.close", "account.recover"};
constexpr std::array<std::string_view, 3> change_states{"asked", "agreed", "refused"};

template <class Value, std::size_t N>
base::Result<Value> value_of(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end())
    return fail(ErrorCode::invalid_input, "unknown word " + std::string(name));
  return static_cast<Value>(found - names.begin());
}

base::Status check_text(std::string_view text, std::string_view place, bool may_be_empty) {
  if (!may_be_empty && base::trim(text).empty())
    return fail(ErrorCode::invalid_input, "a field is empty", std::string(place) + "_empty");
  if (text.size() > account_text_bytes_max || !base::is_utf8(text))
    return fail(ErrorCode::invalid_input, "a field is too long", std::string(place) + "_long");
  return {};
}

}  // namespace

std::string_view name_of(AccountState state) {
  return account_states[static_cast<std::size_t>(state)];
}
base::Result<AccountState> account_state_of(std::string_view name) {
  return value_of<AccountState>(account_states, name);
}
std::string_view name_of(ChangeKind kind) {
  return change_kinds[static_cast<std::size_t>(kind)];
}
base::Result<ChangeKind> change_kind_of(std::string_view name) {
  return value_of<ChangeKind>(change_kinds, name);
}
std::string_view act_of(ChangeKind kind) {
  return change_acts[static_cast<std::size_t>(kind)];
}
std::string_view name_of(ChangeState state) {
  return change_states[static_cast<std::size_t>(state)];
}
base::Result<ChangeState> change_state_of(std::string_view name) {
  return value_of<ChangeState>(change_states, name);
}

base::Status may_ask(ChangeKind kind, AccountState state) {
  const bool fits = [&] {
    switch (kind) {
      case ChangeKind::invite:
        return state == AccountState::proposed;
      case ChangeKind::change:
      case ChangeKind::recover:
        return state == AccountState::invited || state == AccountState::active;
      case ChangeKind::close:
        return state != AccountState::closed && state != AccountState::proposed;
    }
    return false;
  }();
  if (fits) return {};
  return fail(ErrorCode::conflict,
              "this cannot be asked of an account that is " + std::string(name_of(state)),
              "account_state");
}

AccountState state_after(ChangeKind kind, ChangeState answer, AccountState before) {
  if (answer == ChangeState::refused)
    return kind == ChangeKind::invite ? AccountState::closed : before;
  if (answer == ChangeState::asked) return before;
  switch (kind) {
    case ChangeKind::invite:
    case ChangeKind::recover:
      return AccountState::invited;
    case ChangeKind::close:
      return AccountState::closed;
    case ChangeKind::change:
      return before;
  }
  return before;
}

base::Status check_standing(const Standing& standing, const RolePairs& pairs) {
  // A desk of one unit names none.
  if (auto done = check_text(standing.unit, "unit", true); !done) return done;
  if (ledger::strictness_tlp(standing.clearance) < 0)
    return fail(ErrorCode::invalid_input, "unknown clearance", "clearance_unknown");
  return pairs.check(standing.roles);
}

base::Status check_person(const NewPerson& person, const RolePairs& pairs) {
  if (auto done = check_text(person.name, "name", false); !done) return done;
  if (auto done = check_text(person.contact, "contact", true); !done) return done;
  if (auto done = check_text(person.log_in, "log_in", false); !done) return done;
  const auto plain = plain_log_in(person.log_in);
  if (plain.size() < log_in_signs_min || plain.find(' ') != std::string::npos)
    return fail(ErrorCode::invalid_input, "a log-in name has two signs at least and no blank",
                "log_in_form");
  return check_standing(person.standing, pairs);
}

base::Status check_remaining(std::span<const Account> accounts) {
  const auto has = [&](auto fits) {
    return std::ranges::any_of(accounts, [&](const Account& account) {
      return account.state == AccountState::active && fits(account.standing.roles);
    });
  };
  if (!has([](const auto& roles) { return roles.contains(Role::administrator); }))
    return fail(ErrorCode::conflict, "no active administrator would be left", "last_administrator");
  if (!has([](const auto& roles) { return is_trustee(roles); }))
    return fail(ErrorCode::conflict, "no active principal, deputy or auditor would be left",
                "last_trustee");
  return {};
}

bool leaves_no_deputy(std::span<const Account> accounts, const Account& changed) {
  const auto decides = [](const Account& account) {
    return account.state == AccountState::active && account.standing.roles.contains(Role::deputy);
  };
  const auto other = [&](const Account& account) {
    return account.object != changed.object && decides(account);
  };
  return std::ranges::any_of(accounts, decides) && std::ranges::none_of(accounts, other) &&
         !decides(changed);
}

std::string plain_log_in(std::string_view typed) {
  return base::fold(base::trim(typed));
}

std::string text_of(const std::set<Role>& roles) {
  std::string text;
  for (const auto role : roles) text += (text.empty() ? "" : " ") + std::string(name_of(role));
  return text;
}

base::Result<std::set<Role>> roles_of(std::string_view text) {
  std::set<Role> roles;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    auto role = role_of(text.substr(0, end));
    if (!role) return std::unexpected(std::move(role.error()));
    roles.insert(*role);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return roles;
}

}  // namespace tocsin::people
