// SPDX-License-Identifier: Apache-2.0
#include "people/permissions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/files.hpp"

namespace tocsin::people {
namespace {

const std::filesystem::path source = TOCSIN_SOURCE_DIR;
constexpr std::size_t file_bytes_max = 1U << 20;

const Permissions& table() {
  static const Permissions permissions = Permissions::load(source / "data").value();
  return permissions;
}

Person person_with(Role role) {
  return {"account:me", "Me", "desk", {role}, "AMBER+STRICT"};
}

std::array<Role, role_count> all_roles() {
  std::array<Role, role_count> roles{};
  for (std::size_t i = 0; i < role_count; ++i) roles[i] = static_cast<Role>(i);
  return roles;
}

std::set<std::string> all_acts() {
  std::set<std::string> acts;
  for (const auto& [act, rule] : table().rules()) acts.insert(act);
  return acts;
}

/// Every state that the table names, none, and one that it does not know.
std::set<std::string> all_states() {
  std::set<std::string> states = {"", "unheard_of"};
  for (const auto& [act, rule] : table().rules())
    states.insert(rule.states.begin(), rule.states.end());
  return states;
}

bool allowed(Role role, std::string_view act, std::string_view state, bool own, bool own_unit) {
  const std::vector<std::string> authors = {own ? "account:me" : "account:you"};
  return table().allows(person_with(role), act,
                        {state, "CLEAR", own_unit ? "desk" : "field", authors});
}

bool allowed_in_emergency(std::string_view act, std::string_view state, bool own_unit) {
  auto person = person_with(Role::analyst);
  person.roles.clear();
  person.emergency = std::make_shared<EmergencyUse>();
  const bool allowed =
      table().allows(person, act, {state, "CLEAR", own_unit ? "desk" : "field", {}});
  EXPECT_EQ(allowed, person.emergency->used.load()) << act;
  return allowed;
}

/// "yes", "-", or under which of the conditions: what the golden file holds of one role.
std::string told(Role role, std::string_view act, std::string_view state) {
  const bool own_here = allowed(role, act, state, true, true);
  const bool own_there = allowed(role, act, state, true, false);
  const bool other_here = allowed(role, act, state, false, true);
  const bool other_there = allowed(role, act, state, false, false);
  // What is allowed in another unit is allowed in one's own: no rule says otherwise.
  EXPECT_TRUE(!own_there || own_here) << act;
  EXPECT_TRUE(!other_there || other_here) << act;
  if (!own_here && !other_here) return "-";
  std::string words;
  if (!other_here) words = "own";
  if (!own_here) words = "another";
  if (!own_there && !other_there) words += words.empty() ? "unit" : "+unit";
  return words.empty() ? "yes" : words;
}

std::string line_of(std::string_view act, std::string_view state) {
  std::string line;
  for (const auto role : all_roles())
    if (const auto word = told(role, act, state); word != "-")
      line += " " + std::string(name_of(role)) + "=" + word;
  // Beside the roles: what somebody without any may do while emergency access is in force.
  for (const bool own_unit : {false, true})
    if (allowed_in_emergency(act, state, own_unit)) {
      line += own_unit ? " emergency=unit" : " emergency=yes";
      break;
    }
  return line;
}

std::string whole_table() {
  std::string text =
      "# Every role, act and state as Permissions::may answers. A state that is not listed, and a\n"
      "# role that a line does not name, is refused. \"*\": the same in every state.\n";
  for (const auto& act : all_acts()) {
    std::map<std::string, std::string> by_state;
    std::set<std::string> different;
    for (const auto& state : all_states())
      different.insert(by_state.emplace(state, line_of(act, state)).first->second);
    if (different.size() == 1) {
      text += act + " *" + *different.begin() + "\n";
      continue;
    }
    for (const auto& [state, line] : by_state)
      if (!line.empty()) text += act + " " + (state.empty() ? "(none)" : state) + line + "\n";
  }
  return text;
}

TEST(Permissions, EveryRoleActAndStateIsAsReviewed) {
  const auto path = source / "tests/people/permissions.golden";
  const auto now = whole_table();
  if (std::getenv("TOCSIN_ACCEPT") != nullptr) std::ofstream(path) << now;
  const auto kept = base::read_file(path, file_bytes_max);
  ASSERT_TRUE(kept) << kept.error().text();
  EXPECT_EQ(now, *kept) << "look at the difference; accept it with TOCSIN_ACCEPT=1";
}

/// Acts that show or change what reports, situations, warnings and sources say.
bool is_about_content(std::string_view act) {
  constexpr std::array<std::string_view, 7> rooms = {
      "report.", "source.", "situation.", "evidence.", "judgement.", "assessment.", "warning."};
  return std::ranges::any_of(rooms, [&](auto room) { return act.starts_with(room); });
}

TEST(Permissions, AdministratorTouchesNoContent) {
  for (const auto& act : all_acts())
    for (const auto& state : all_states())
      for (const bool own : {true, false})
        if (is_about_content(act)) {
          EXPECT_FALSE(allowed(Role::administrator, act, state, own, true)) << act << " " << state;
        }
}

TEST(Permissions, AuditorReadsNoContent) {
  for (const auto& act : all_acts())
    for (const auto& state : all_states())
      for (const bool own : {true, false}) {
        // The auditor may be the second reader of a warning that is handed over for that.
        const bool is_second = act == "warning.second" || act == "warning.return";
        if (is_about_content(act) && !is_second) {
          EXPECT_FALSE(allowed(Role::auditor, act, state, own, true)) << act << " " << state;
        }
      }
}

TEST(Permissions, NoRoleMayDoEverythingNorReadEverything) {
  for (const auto role : all_roles()) {
    bool all = true;
    bool all_reading = true;
    for (const auto& act : all_acts()) {
      bool some = false;
      for (const auto& state : all_states())
        for (const bool own : {true, false}) some = some || allowed(role, act, state, own, true);
      all = all && some;
      if (act.ends_with(".read")) all_reading = all_reading && some;
    }
    EXPECT_FALSE(all) << name_of(role);
    EXPECT_FALSE(all_reading) << name_of(role);
  }
}

TEST(Permissions, AnotherIsNeverAnAuthorNorUnknown) {
  std::size_t seen = 0;
  for (const auto& [act, rule] : table().rules()) {
    if (!rule.only_another) continue;
    ++seen;
    const std::string state = rule.states.empty() ? "" : *rule.states.begin();
    for (const auto role : rule.roles) {
      const auto me = person_with(role);
      const std::vector<std::string> mine = {"account:you", "account:me"};
      const std::vector<std::string> others = {"account:you"};
      EXPECT_FALSE(table().allows(me, act, {state, "CLEAR", "desk", mine})) << act;
      EXPECT_TRUE(table().allows(me, act, {state, "CLEAR", "desk", others})) << act;
      EXPECT_FALSE(table().allows(me, act, {state, "CLEAR", "desk", {}})) << act;
    }
  }
  EXPECT_GT(seen, 5U);
}

TEST(Permissions, APersonWithoutRolesMayDoNothing) {
  const Person nobody{"account:me", "Me", "desk", {}, "RED"};
  for (const auto& act : all_acts())
    for (const auto& state : all_states()) EXPECT_FALSE(table().allows(nobody, act, {state}));
}

TEST(Permissions, MarkingAboveClearanceIsRefused) {
  auto analyst = person_with(Role::analyst);
  EXPECT_TRUE(table().allows(analyst, "report.read", {"new", "AMBER+STRICT", "desk", {}}));
  const auto red = table().may(analyst, "report.read", {"new", "RED", "desk", {}});
  ASSERT_FALSE(red);
  EXPECT_EQ(red.error().code, base::ErrorCode::forbidden);
  EXPECT_FALSE(table().allows(analyst, "report.read", {"new", "PURPLE", "desk", {}}));
  analyst.clearance = "RED";
  EXPECT_TRUE(table().allows(analyst, "report.read", {"new", "RED", "desk", {}}));
  analyst.clearance = "nonsense";
  EXPECT_FALSE(table().allows(analyst, "report.read", {"new", "CLEAR", "desk", {}}));
}

TEST(Permissions, AnActOnSomethingIsRefusedWithoutItsMarking) {
  std::size_t seen = 0;
  for (const auto& [act, rule] : table().rules()) {
    if (!rule.only_own_unit || rule.in_emergency) continue;
    ++seen;
    const std::string state = rule.states.empty() ? "" : *rule.states.begin();
    const std::vector<std::string> others = {"account:you"};
    for (const auto role : rule.roles) {
      EXPECT_TRUE(table().allows(person_with(role), act, {state, "GREEN", "desk", others})) << act;
      EXPECT_FALSE(table().allows(person_with(role), act, {state, {}, "desk", others})) << act;
    }
  }
  EXPECT_GT(seen, 20U);
}

TEST(Permissions, AnUnknownActIsABugNotARefusal) {
  const auto answer = table().may(person_with(Role::analyst), "report.forge");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, base::ErrorCode::internal);
}

class BadTable : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(BadTable, IsRefusedWithItsLine) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "tocsin_permissions";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "permissions.tsv") << "# title\n" << GetParam().first << "\n";
  const auto loaded = Permissions::load(folder);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().text(), testing::HasSubstr("line 2"));
  EXPECT_THAT(loaded.error().text(), testing::HasSubstr(GetParam().second));
  std::filesystem::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, BadTable,
    testing::Values(std::pair{"report.read\tanalyst\t*\tunit", "5 columns"},
                    std::pair{"report.read\tking\t*\tunit\tWhy.", "unknown role king"},
                    std::pair{"report.read\t*\t*\tunit\tWhy.", "no role"},
                    std::pair{"report.read\temergency analyst\t*\tunit\tWhy.", "line of its own"},
                    std::pair{"report\tanalyst\t*\t*\tWhy.", "ROOM.ACT"},
                    std::pair{"report.read\tanalyst\t*\tfriend\tWhy.", "unknown condition"},
                    std::pair{"report.read\tanalyst\t*\town another\tWhy.", "shut each other out"},
                    std::pair{"report.read\tanalyst\t*\t*\t ", "why"}));

}  // namespace
}  // namespace tocsin::people
