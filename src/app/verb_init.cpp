// SPDX-License-Identifier: Apache-2.0
#include "app/verb_init.hpp"

#include <fmt/format.h>
#include <algorithm>

#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <map>
#include <set>

#include "app/desk_node.hpp"
#include "app/founding.hpp"
#include "app/installation.hpp"
#include "app/terminal.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "monitor/observation_schema.hpp"
#include "people/role_pairs.hpp"

namespace tocsin::app {
namespace {

constexpr std::array<store::Migration, 1> node_migrations{{
    {1, "settings of the node",
     "CREATE TABLE node_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"},
}};

base::Status make_home(const std::filesystem::path& home) {
  std::error_code error;
  std::filesystem::create_directories(home, error);
  if (error)
    return base::fail(base::ErrorCode::io, "cannot make the folder: " + error.message(),
                      home.string(), "choose another with --home");
  // What the node knows is for its owner's eyes only.
  std::filesystem::permissions(home, std::filesystem::perms::owner_all, error);
  if (std::filesystem::exists(home / "node.db"))
    return base::fail(base::ErrorCode::conflict, "there is a node in this folder already",
                      home.string(), "use it, or choose another folder with --home");
  // node.db comes last: its presence says that the home is whole.
  if (auto opened = monitor::open_observations(home); !opened)
    return std::unexpected(std::move(opened.error()));
  auto node = store::open_sqlite(home / "node.db.new");
  if (!node) return std::unexpected(std::move(node.error()));
  if (auto done = store::migrate(**node, "node", node_migrations); !done) return done;
  node->reset();
  std::filesystem::rename(home / "node.db.new", home / "node.db", error);
  if (error) return base::fail(base::ErrorCode::io, error.message(), (home / "node.db").string());
  return {};
}

/// "administrator: not also analyst, …", a line a role, from data/role-pairs.tsv.
std::string pairs_text(const people::RolePairs& pairs) {
  std::map<std::string_view, std::string> others;
  for (const auto& pair : pairs.pairs()) {
    auto& named = others[people::name_of(pair.one)];
    named += (named.empty() ? "" : ", ") + std::string(people::name_of(pair.other));
  }
  std::string text = "Roles that may not be one person (why: data/role-pairs.tsv):\n";
  for (const auto& [role, named] : others)
    text += fmt::format("  {:<16} not also {}\n", role, named);
  return text;
}

/// What a desk of these people will miss, with what helps.
struct Lack {
  const char* id;
  const char* sentence;
};
std::vector<Lack> lacks_of(const people::DeskGaps& gaps,
                           const std::vector<people::NewPerson>& people) {
  std::vector<Lack> lacks;
  const bool unheard = std::ranges::any_of(people, [](const people::NewPerson& person) {
    const bool decides = person.standing.roles.contains(people::Role::principal) ||
                         person.standing.roles.contains(people::Role::deputy);
    return decides && person.contact.empty();
  });
  if (unheard)
    lacks.push_back({"addresses",
                     "a principal or deputy without a mail address hears of no reminder and of no\n"
                     "  emergency: write NAME:LOG-IN:ROLE,ROLE:MAIL"});
  if (gaps.no_second_reader)
    lacks.push_back(
        {"second_reader",
         "nobody can be the second reader of a warning, so none reaches the principal:\n"
         "  invite another analyst, a duty officer or an auditor"});
  if (gaps.no_deputy)
    lacks.push_back(
        {"deputy", "nobody decides when the principal's time has run out: invite a deputy"});
  return lacks;
}

void print_json(const std::filesystem::path& home, const FoundingOrder& order,
                const std::vector<people::FirstLink>& links, const std::vector<Lack>& lacks) {
  boost::json::object people;
  for (const auto& link : links) people[link.log_in] = "/invitation/" + link.token;
  boost::json::array missing;
  for (const auto& lack : lacks) missing.emplace_back(lack.id);
  fmt::print("{}\n", boost::json::serialize(boost::json::object{
                         {"home", base::repair_utf8(home.string())},
                         {"shares", base::repair_utf8(order.shares_folder.string())},
                         {"lacks", std::move(missing)},
                         {"links", std::move(people)}}));
}

/// The desk of a home: refused before anything is written where an answer is missing.
base::Status found(const std::filesystem::path& home, const InitOptions& options) {
  using base::ErrorCode;
  if (options.member.empty())
    return base::fail(ErrorCode::invalid_input, "the desk's organisation has no name", "--member",
                      "give --member \"Focal point of …\"");
  if (options.shares_folder.empty())
    return base::fail(ErrorCode::invalid_input, "nowhere to write the shares of the root key",
                      "--shares", "give a folder that is not this node's, such as a stick");
  FoundingOrder order;
  order.member = options.member;
  order.shares_folder = options.shares_folder;
  order.shares = options.shares;
  order.shares_needed = options.shares_needed;
  for (const auto& text : options.people) {
    auto person = parse_person(text);
    if (!person) return std::unexpected(std::move(person.error()));
    order.people.push_back(std::move(*person));
  }
  auto installation = find_installation();
  if (!installation) return std::unexpected(std::move(installation.error()));
  auto master = find_node_key(home, options.key);
  if (!master) return std::unexpected(std::move(master.error()));
  auto pairs = people::RolePairs::load(installation->data);
  if (!pairs) return std::unexpected(std::move(pairs.error()));
  auto permissions = people::Permissions::load(installation->data);
  if (!permissions) return std::unexpected(std::move(permissions.error()));
  std::vector<std::set<people::Role>> roles;
  for (const auto& person : order.people) roles.push_back(person.standing.roles);
  const auto lacks = lacks_of(people::gaps_of(*permissions, roles), order.people);
  auto links = found_desk(home, installation->data, std::move(*master), order);
  if (!links) {
    if (links.error().place == "roles_joined") fmt::print(stderr, "{}", pairs_text(*pairs));
    return std::unexpected(std::move(links.error()));
  }
  if (options.json) {
    print_json(home, order, *links, lacks);
    return {};
  }
  if (!options.quiet)
    fmt::print(
        "The desk of {} is founded. The shares of its root key are in {}: {} of {} give it\n"
        "back. Hand them to different people and keep none here.\n{}"
        "Each person's one-time link, for three days:\n",
        base::printable(order.member), base::printable(order.shares_folder.string()),
        order.shares_needed, order.shares, pairs_text(*pairs));
  for (const auto& lack : lacks) fmt::print(stderr, "tocsin init: warning: {}\n", lack.sentence);
  for (const auto& link : *links) fmt::print("  {:<16} /invitation/{}\n", link.log_in, link.token);
  return {};
}

base::Status init(const InitOptions& options) {
  auto home = find_home(options.home);
  if (!home) return std::unexpected(std::move(home.error()));
  // People may be named later: a node that watched until now gets its desk.
  const bool there = std::filesystem::exists(*home / "node.db");
  if (there && !options.people.empty()) {
    if (has_desk(*home))
      return base::fail(base::ErrorCode::conflict, "there is a desk in this folder already",
                        home->string(), "invite more people on its administration page");
  } else if (auto made = make_home(*home); !made) {
    return made;
  }
  if (options.people.empty()) {
    if (options.json)
      fmt::print("{}\n", boost::json::serialize(
                             boost::json::object{{"home", base::repair_utf8(home->string())}}));
    else if (!options.quiet)
      fmt::print("A node is ready in {}\n", base::printable(home->string()));
    return {};
  }
  return found(*home, options);
}

}  // namespace

int run_init(const InitOptions& options) {
  if (auto done = init(options); !done) {
    return complain("init", done.error());
  }
  return 0;
}

}  // namespace tocsin::app
