// SPDX-License-Identifier: Apache-2.0
#include "people/permissions.hpp"

#include <algorithm>
#include <array>

#include "base/files.hpp"
#include "base/text.hpp"
#include "ledger/revision.hpp"
#include "people/units.hpp"

namespace tocsin::people {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::array<std::string_view, role_count> role_names{
    "analyst", "principal", "deputy", "officer", "custodian", "administrator", "auditor"};
constexpr std::size_t table_bytes_max = 1U << 20;
constexpr std::size_t table_columns = 5;
constexpr std::string_view anything = "*";
constexpr std::string_view in_emergency = "emergency";  ///< stands where a role stands

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

/// The words of a column; none for "*".
std::vector<std::string_view> words_of(std::string_view column) {
  std::vector<std::string_view> words;
  if (column == anything) return words;
  for (const auto word : split(column, ' '))
    if (!word.empty()) words.push_back(word);
  return words;
}

base::Status read_conditions(std::string_view column, Permissions::Rule& rule) {
  for (const auto word : words_of(column)) {
    if (word == "own")
      rule.only_author = true;
    else if (word == "another")
      rule.only_another = true;
    else if (word == "unit")
      rule.only_own_unit = true;
    else
      return fail(ErrorCode::invalid_input, "unknown condition " + std::string(word));
  }
  if (rule.only_author && rule.only_another)
    return fail(ErrorCode::invalid_input, "\"own\" and \"another\" shut each other out");
  return {};
}

base::Result<Permissions::Rule> read_rule(std::string_view line) {
  const auto columns = split(line, '\t');
  if (columns.size() != table_columns)
    return fail(ErrorCode::invalid_input,
                "expected 5 columns parted by tabs, found " + std::to_string(columns.size()));
  Permissions::Rule rule;
  rule.act = columns[0];
  const auto dot = rule.act.find('.');
  if (dot == 0 || dot == std::string::npos || dot + 1 == rule.act.size())
    return fail(ErrorCode::invalid_input, "an act is named ROOM.ACT");
  for (const auto word : words_of(columns[1])) {
    if (word == in_emergency) {
      rule.in_emergency = true;
      continue;
    }
    auto role = role_of(word);
    if (!role) return std::unexpected(std::move(role.error()));
    rule.roles.insert(*role);
  }
  if (rule.in_emergency && !rule.roles.empty())
    return fail(ErrorCode::invalid_input, "\"emergency\" stands in a line of its own");
  if (rule.roles.empty() && !rule.in_emergency)
    return fail(ErrorCode::invalid_input, "no role may do this");
  for (const auto word : words_of(columns[2])) rule.states.emplace(word);
  if (auto done = read_conditions(columns[3], rule); !done)
    return std::unexpected(std::move(done.error()));
  if (base::trim(columns[4]).empty())
    return fail(ErrorCode::invalid_input, "the last column says why; it is empty");
  return rule;
}

bool is_author(const Person& person, const Matter& matter) {
  return std::ranges::find(matter.authors, person.account) != matter.authors.end();
}

/// What speaks against this rule for this person and matter; empty where nothing does.
std::string_view hindrance(const Permissions::Rule& rule, const Person& person,
                           const Matter& matter) {
  const bool has_role =
      rule.in_emergency
          ? person.emergency != nullptr
          : std::ranges::any_of(rule.roles, [&](Role role) { return person.roles.contains(role); });
  if (!has_role) return "none of your roles may do this";
  if (!rule.states.empty() && !rule.states.contains(matter.state))
    return "this cannot be done in its present state";
  // An act on something of a unit is asked with that thing's marking: forgetting it refuses.
  if (rule.only_own_unit && matter.tlp.empty())
    return "the marking of what this is about is missing";
  if (rule.only_own_unit && !is_of_unit(person.unit, matter.unit))
    return "this belongs to another unit";
  if (rule.only_author && !is_author(person, matter)) return "only whose work it is may do this";
  // Without its authors nobody can be shown to be another: a forgotten argument refuses.
  if (rule.only_another && (matter.authors.empty() || is_author(person, matter)))
    return "this needs another person than whose work it is";
  return {};
}

bool is_cleared(const Person& person, const Matter& matter) {
  if (matter.tlp.empty()) return true;
  const int needed = ledger::strictness_tlp(matter.tlp);
  return needed >= 0 && needed <= ledger::strictness_tlp(person.clearance);
}

}  // namespace

std::string_view name_of(Role role) {
  return role_names[static_cast<std::size_t>(role)];
}

base::Result<Role> role_of(std::string_view name) {
  const auto found = std::ranges::find(role_names, name);
  if (found == role_names.end())
    return fail(ErrorCode::invalid_input, "unknown role " + std::string(name));
  return static_cast<Role>(found - role_names.begin());
}

bool is_trustee(const std::set<Role>& roles) {
  return roles.contains(Role::principal) || roles.contains(Role::deputy) ||
         roles.contains(Role::auditor);
}

base::Result<Permissions> Permissions::load(const std::filesystem::path& data) {
  const auto path = data / "permissions.tsv";
  auto text = base::read_file(path, table_bytes_max);
  if (!text) return std::unexpected(std::move(text.error()));
  Permissions permissions;
  std::size_t number = 0;
  for (auto line : split(*text, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    auto rule = read_rule(line);
    if (!rule)
      return base::fail_at(path.string() + " line " + std::to_string(number),
                           std::move(rule.error()));
    auto act = rule->act;
    permissions.rules_.emplace(std::move(act), std::move(*rule));
  }
  if (permissions.rules_.empty())
    return fail(ErrorCode::invalid_input, "the table holds no act", path.string());
  return permissions;
}

base::Status Permissions::may(const Person& person, std::string_view act,
                              const Matter& matter) const {
  const auto [from, to] = rules_.equal_range(act);
  if (from == to)
    return fail(ErrorCode::internal, "data/permissions.tsv knows no such act", std::string(act));
  std::string_view why;
  // What a role allows is no use of emergency access, wherever its line stands in the table.
  for (const bool emergency : {false, true}) {
    for (auto entry = from; entry != to; ++entry) {
      if (entry->second.in_emergency != emergency) continue;
      const auto against = hindrance(entry->second, person, matter);
      if (against.empty()) {
        if (!is_cleared(person, matter))
          return fail(ErrorCode::forbidden, "its marking is above your clearance",
                      std::string(act));
        if (emergency) person.emergency->used = true;
        return {};
      }
      if (why.empty() || !emergency) why = against;
    }
  }
  return fail(ErrorCode::forbidden, std::string(why), std::string(act),
              "ask a colleague who has the role for it");
}

bool Permissions::concerns(const std::set<Role>& roles, std::string_view act) const {
  const auto [from, to] = rules_.equal_range(act);
  return std::any_of(from, to, [&](const auto& entry) {
    return std::ranges::any_of(entry.second.roles, [&](Role role) { return roles.contains(role); });
  });
}

bool Permissions::concerns(const Person& person, std::string_view act) const {
  if (concerns(person.roles, act)) return true;
  const auto [from, to] = rules_.equal_range(act);
  return person.emergency != nullptr &&
         std::any_of(from, to, [](const auto& entry) { return entry.second.in_emergency; });
}

}  // namespace tocsin::people
