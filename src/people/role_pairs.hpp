// SPDX-License-Identifier: Apache-2.0
// Which roles may not be one person (data/role-pairs.tsv), and which a node cannot begin without.
//
// Ownership: values. Threads: const members from any thread.
// Errors: load() names the line of the table; the checks answer ErrorCode::invalid_input and name
// every pair or role that speaks against it.
#pragma once

#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "people/permissions.hpp"

namespace tocsin::people {

/// Fewer people could not watch each other.
inline constexpr std::size_t people_min = 3;

struct RolePair {
  Role one = Role::analyst;
  Role other = Role::analyst;
  std::string why;
};

/// What a desk of these people could not do, though it may begin.
struct DeskGaps {
  bool no_second_reader = false;  ///< nobody may read an analyst's warning before the principal
  bool no_deputy = false;         ///< nobody decides when the principal's time has run out
};
[[nodiscard]] DeskGaps gaps_of(const Permissions& permissions,
                               std::span<const std::set<Role>> people);

class RolePairs {
 public:
  [[nodiscard]] static base::Result<RolePairs> load(const std::filesystem::path& data);
  /// The pairs that these roles would join in one person.
  [[nodiscard]] std::vector<RolePair> joined_by(const std::set<Role>& roles) const;
  /// At least one role, and no pair that may not be one person.
  [[nodiscard]] base::Status check(const std::set<Role>& roles) const;
  /// May these people found a node: people_min of them, each allowed by check(), and among them an
  /// administrator, an analyst and a principal.
  [[nodiscard]] base::Status check_founders(std::span<const std::set<Role>> people) const;
  [[nodiscard]] const std::vector<RolePair>& pairs() const { return pairs_; }

 private:
  std::vector<RolePair> pairs_;
};

}  // namespace tocsin::people
