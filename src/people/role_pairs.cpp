// SPDX-License-Identifier: Apache-2.0
#include "people/role_pairs.hpp"

#include <algorithm>
#include <array>

#include "base/files.hpp"

namespace tocsin::people {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::size_t table_bytes_max = 1U << 20;
/// Without these nothing can be read in, decided on, or put right.
constexpr std::array<Role, 3> founding_roles{Role::administrator, Role::analyst, Role::principal};

base::Result<RolePair> read_pair(std::string_view line) {
  const auto first = line.find('\t');
  const auto second = first == std::string_view::npos ? first : line.find('\t', first + 1);
  if (second == std::string_view::npos || second + 1 == line.size())
    return fail(ErrorCode::invalid_input, "expected two roles and why, parted by tabs");
  auto one = role_of(line.substr(0, first));
  if (!one) return std::unexpected(std::move(one.error()));
  auto other = role_of(line.substr(first + 1, second - first - 1));
  if (!other) return std::unexpected(std::move(other.error()));
  if (*one == *other) return fail(ErrorCode::invalid_input, "a pair has two different roles");
  return RolePair{*one, *other, std::string(line.substr(second + 1))};
}

}  // namespace

DeskGaps gaps_of(const Permissions& permissions, std::span<const std::set<Role>> people) {
  const auto holders = [&](std::string_view act) {
    return std::ranges::count_if(
        people, [&](const auto& roles) { return permissions.concerns(roles, act); });
  };
  // An author who is a possible second reader leaves one fewer.
  const bool author_reads = std::ranges::any_of(people, [&](const auto& roles) {
    return permissions.concerns(roles, "warning.draft") &&
           permissions.concerns(roles, "warning.second");
  });
  return {holders("warning.second") <= (author_reads ? 1 : 0), holders("warning.decide_late") == 0};
}

base::Result<RolePairs> RolePairs::load(const std::filesystem::path& data) {
  const auto path = data / "role-pairs.tsv";
  auto text = base::read_file(path, table_bytes_max);
  if (!text) return std::unexpected(std::move(text.error()));
  RolePairs pairs;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text->size(); ++number) {
    const auto end = std::min(text->find('\n', begin), text->size());
    const auto line = std::string_view(*text).substr(begin, end - begin);
    begin = end + 1;
    if (line.empty() || line.starts_with('#')) continue;
    auto pair = read_pair(line);
    if (!pair)
      return base::fail_at(path.string() + " line " + std::to_string(number + 1),
                           std::move(pair.error()));
    pairs.pairs_.push_back(std::move(*pair));
  }
  return pairs;
}

std::vector<RolePair> RolePairs::joined_by(const std::set<Role>& roles) const {
  std::vector<RolePair> joined;
  std::ranges::copy_if(pairs_, std::back_inserter(joined), [&](const RolePair& pair) {
    return roles.contains(pair.one) && roles.contains(pair.other);
  });
  return joined;
}

base::Status RolePairs::check(const std::set<Role>& roles) const {
  if (roles.empty()) return fail(ErrorCode::invalid_input, "a person needs a role", "roles_none");
  std::string named;
  for (const auto& pair : joined_by(roles))
    named += (named.empty() ? "" : "; ") + std::string(name_of(pair.one)) + " and " +
             std::string(name_of(pair.other)) + ": " + pair.why;
  if (named.empty()) return {};
  return fail(ErrorCode::invalid_input, "one person may not be both " + named, "roles_joined",
              "give one of the two roles to somebody else");
}

base::Status RolePairs::check_founders(std::span<const std::set<Role>> people) const {
  if (people.size() < people_min)
    return fail(ErrorCode::invalid_input,
                "a node needs at least " + std::to_string(people_min) +
                    " named people, given are " + std::to_string(people.size()),
                "people");
  std::set<Role> held;
  for (const auto& roles : people) {
    if (auto done = check(roles); !done) return done;
    held.insert(roles.begin(), roles.end());
  }
  std::string missing;
  for (const auto role : founding_roles)
    if (!held.contains(role)) missing += (missing.empty() ? "" : ", ") + std::string(name_of(role));
  if (missing.empty()) return {};
  return fail(ErrorCode::invalid_input, "nobody holds: " + missing, "people");
}

}  // namespace tocsin::people
