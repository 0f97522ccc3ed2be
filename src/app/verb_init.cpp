// SPDX-License-Identifier: Apache-2.0
#include "app/verb_init.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <cstdio>

#include "app/desk_node.hpp"
#include "app/founding.hpp"
#include "app/installation.hpp"
#include "app/terminal.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "monitor/observation_schema.hpp"

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
  auto links = found_desk(home, installation->data, std::move(*master), order);
  if (!links) return std::unexpected(std::move(links.error()));
  if (options.json) {
    boost::json::object people;
    for (const auto& link : *links) people[link.log_in] = "/invitation/" + link.token;
    fmt::print("{}\n", boost::json::serialize(boost::json::object{
                           {"home", base::repair_utf8(home.string())},
                           {"shares", base::repair_utf8(order.shares_folder.string())},
                           {"links", std::move(people)}}));
    return {};
  }
  if (!options.quiet)
    fmt::print(
        "The desk of {} is founded. The shares of its root key are in {}: {} of {} give it\n"
        "back. Hand them to different people and keep none here.\n"
        "Each person's one-time link, for three days:\n",
        base::printable(order.member), base::printable(order.shares_folder.string()),
        order.shares_needed, order.shares);
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
