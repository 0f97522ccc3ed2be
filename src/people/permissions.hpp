// SPDX-License-Identifier: Apache-2.0
// Who may do what: the one function that pages, API and ledger all ask, over one table
// (data/permissions.tsv). No role reads everything; the administrator reads no content. Rows whose
// role is "emergency" hold for whoever opened emergency access, while it is in force.
//
// Ownership: values. Threads: const members from any thread.
// Errors: load() names the line of the table; may() answers ErrorCode::forbidden with the reason.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::people {

enum class Role : std::uint8_t {
  analyst,        ///< works the inbox, judges, drafts
  principal,      ///< decides on warnings
  deputy,         ///< decides when the principal's time has run out
  officer,        ///< duty officer: releases, follows receipts
  custodian,      ///< holds the key to source identities
  administrator,  ///< accounts and settings; no content
  auditor,        ///< the record of acts; no content
};
inline constexpr std::size_t role_count = 7;
[[nodiscard]] std::string_view name_of(Role role);
[[nodiscard]] base::Result<Role> role_of(std::string_view name);
/// Principal, deputy and auditor may be the second person where two are needed.
[[nodiscard]] bool is_trustee(const std::set<Role>& roles);

/// Emergency access during one request: whether something was allowed by it alone.
struct EmergencyUse {
  std::atomic<bool> used = false;
};

/// Who acts.
struct Person {
  std::string account;  ///< "account:UUID"
  std::string name;     ///< as colleagues know them
  std::string unit;
  std::set<Role> roles;
  std::string clearance = "AMBER+STRICT";  ///< highest TLP that they may read
  /// While this person's emergency access is in force: rows for "emergency" allow too.
  std::shared_ptr<EmergencyUse> emergency = {};
};

/// What is acted on, as far as permission needs it. Views live during the call only.
struct Matter {
  std::string_view state = {};  ///< of the object; empty where its act knows no states
  /// Its marking; empty where it has none. An act whose rule names a unit is an act on something:
  /// without that thing's marking it is refused.
  std::string_view tlp = {};
  std::string_view unit = {};  ///< whose it is; empty for the whole node
  /// Accounts whose work this is: who wrote it, or asked for it. "Another person" is none of them;
  /// where they are not given, an act for "another" is refused.
  std::span<const std::string> authors = {};
};

class Permissions {
 public:
  [[nodiscard]] static base::Result<Permissions> load(const std::filesystem::path& data);
  /// Acts are named "ROOM.ACT" ("warning.decide"); an unknown name is ErrorCode::internal.
  [[nodiscard]] base::Status may(const Person& person, std::string_view act,
                                 const Matter& matter = {}) const;
  /// The same without a reason, for pages that show only what can be done.
  [[nodiscard]] bool allows(const Person& person, std::string_view act,
                            const Matter& matter = {}) const {
    return may(person, act, matter).has_value();
  }

  /// Is there a state and a matter in which one of these roles may do it: for sections of pages.
  [[nodiscard]] bool concerns(const std::set<Role>& roles, std::string_view act) const;
  /// The same for a person, emergency access included; counts as no use of it.
  [[nodiscard]] bool concerns(const Person& person, std::string_view act) const;

  struct Rule {
    std::string act;
    std::set<Role> roles;
    std::set<std::string, std::less<>> states;  ///< empty: in any
    bool only_author = false;                   ///< "own"
    bool only_another = false;                  ///< "another": none of the matter's authors
    bool only_own_unit = false;                 ///< "unit"
    bool in_emergency = false;                  ///< for "emergency", and then for no role
  };
  [[nodiscard]] const std::multimap<std::string, Rule, std::less<>>& rules() const {
    return rules_;
  }

 private:
  std::multimap<std::string, Rule, std::less<>> rules_;
};

}  // namespace tocsin::people
