// SPDX-License-Identifier: Apache-2.0
#include "app/verb_take_in.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/desk_node.hpp"
#include "app/installation.hpp"
#include "app/terminal.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "formats/mail_file.hpp"

namespace tocsin::app {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::size_t name_digits = 16;

base::Result<std::vector<std::filesystem::path>> files_of(const std::vector<std::string>& paths) {
  std::vector<std::filesystem::path> files;
  for (const auto& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.emplace_back(path);
      continue;
    }
    std::vector<std::filesystem::path> inside;
    for (const auto& entry : std::filesystem::directory_iterator(path, error))
      if (entry.is_regular_file() && !entry.is_symlink()) inside.push_back(entry.path());
    if (error) return fail(ErrorCode::io, error.message(), path);
    std::ranges::sort(inside);
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

base::Status put(const std::filesystem::path& home, const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::exists(file, error) && !std::filesystem::is_regular_file(file, error))
    return fail(ErrorCode::io, "this is not a plain file", file.string(),
                "write what it gives into a file first");
  auto bytes = base::read_file(file, formats::mail_file_bytes_max);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  // Named by its content: the same file put twice lies there once.
  const auto name = base::to_hex(base::sha256(*bytes)).substr(0, name_digits);
  return base::write_file(home / drop_folder / (name + file.extension().string()), *bytes);
}

base::Result<std::size_t> take_in(const TakeInOptions& options) {
  auto home = find_home(options.home);
  if (!home) return std::unexpected(std::move(home.error()));
  if (auto checked = check_home(*home); !checked)
    return std::unexpected(std::move(checked.error()));
  if (!has_desk(*home))
    return fail(ErrorCode::not_found, "this node has no desk that could take anything in",
                home->string(), "found one with: tocsin init --person …");
  std::error_code error;
  std::filesystem::create_directories(*home / drop_folder, error);
  if (error) return fail(ErrorCode::io, error.message(), (*home / drop_folder).string());
  std::filesystem::permissions(*home / drop_folder, std::filesystem::perms::owner_all, error);
  auto files = files_of(options.paths);
  if (!files) return std::unexpected(std::move(files.error()));
  for (const auto& file : *files)
    if (auto done = put(*home, file); !done) return std::unexpected(std::move(done.error()));
  return files->size();
}

}  // namespace

int run_take_in(const TakeInOptions& options) {
  const auto count = take_in(options);
  if (!count) return complain("take-in", count.error());
  if (options.json)
    fmt::print("{{\"files\":{}}}\n", *count);
  else if (!options.quiet)
    fmt::print("{} files wait in {}; the running node takes them in within seconds.\n", *count,
               drop_folder);
  return exit_done;
}

}  // namespace tocsin::app
