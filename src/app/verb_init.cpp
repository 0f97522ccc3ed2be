// SPDX-License-Identifier: Apache-2.0
#include "app/verb_init.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>

#include "app/installation.hpp"
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

}  // namespace

int run_init(const InitOptions& options) {
  const auto home = find_home(options.home);
  auto done = home ? make_home(*home) : base::Status(std::unexpected(home.error()));
  if (!done) {
    std::fputs(fmt::format("tocsin init: {}\n", done.error().text()).c_str(), stderr);
    return 1;
  }
  if (!options.quiet) fmt::print("A node is ready in {}\n", home->string());
  return 0;
}

}  // namespace tocsin::app
