// SPDX-License-Identifier: Apache-2.0
#include "knowledge/data_file.hpp"

#include <cstdlib>

#include "base/files.hpp"
#include "base/text.hpp"

namespace tocsin::knowledge {
namespace {

constexpr std::size_t data_file_bytes_max = 16U << 20;
/// How many folders above the program are searched for data/ (build/release/bin lies three deep).
constexpr int folders_above_max = 5;

}  // namespace

std::vector<std::string_view> cut_list(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const std::size_t at = text.find(separator);
    const std::string_view piece = base::trim(text.substr(0, at));
    if (!piece.empty()) pieces.push_back(piece);
    if (at == std::string_view::npos) break;
    text.remove_prefix(at + 1);
  }
  return pieces;
}

base::Result<DataFile> read_data_file(const std::filesystem::path& path) {
  auto bytes = base::read_file(path, data_file_bytes_max);
  if (!bytes) return std::unexpected(bytes.error());
  DataFile file;
  file.name = path.string();
  std::size_t number = 0;
  std::string_view rest = *bytes;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view raw = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    ++number;
    const std::string_view line = base::trim(raw);
    if (line.empty() || line.front() == '#') continue;
    DataLine kept{number, std::string(line)};
    if (file.version.empty()) {
      if (!line.starts_with("version ")) {
        return base::fail(base::ErrorCode::invalid_input, "the first line must give the version",
                          file.place(kept), "write \"version 2026-11-21\"");
      }
      file.version = base::trim(line.substr(8));
      continue;
    }
    const bool example = line.starts_with("+ ") || line.starts_with("- ");
    const bool indented = raw.front() == ' ' || raw.front() == '\t';
    if (!example && !indented) {
      file.blocks.push_back({std::move(kept), {}, {}, {}});
      continue;
    }
    if (file.blocks.empty()) {
      return base::fail(base::ErrorCode::invalid_input, "this line belongs to no block",
                        file.place(kept), "start the block in the first column");
    }
    DataBlock& block = file.blocks.back();
    if (!example) {
      block.body.push_back(std::move(kept));
    } else {
      const bool positive = line.front() == '+';
      kept.text = base::trim(line.substr(2));
      (positive ? block.must_match : block.must_not_match).push_back(std::move(kept));
    }
  }
  if (file.version.empty()) {
    return base::fail(base::ErrorCode::invalid_input, "the file is empty", file.name,
                      "write \"version 2026-11-21\" and the entries");
  }
  return file;
}

base::Result<std::filesystem::path> find_data_folder(std::string_view given) {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto holds = [&error](const fs::path& folder) {
    return fs::exists(folder / "event-kinds.json", error);
  };
  if (!given.empty()) {
    if (holds(fs::path(given))) return fs::path(given);
    return base::fail(base::ErrorCode::not_found, "no data folder here", std::string(given),
                      "give the folder that holds event-kinds.json");
  }
  if (const char* named = std::getenv("TOCSIN_DATA"); named != nullptr && holds(named)) {
    return fs::path(named);
  }
  if (const char* root = std::getenv("TOCSIN_ROOT"); root != nullptr && *root != '\0') {
    if (holds(fs::path(root) / "data")) return fs::path(root) / "data";
    return base::fail(base::ErrorCode::not_found, "no data in the folder of TOCSIN_ROOT", root,
                      "name the folder above data/ in TOCSIN_ROOT");
  }
  fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (int above = 0; above < folders_above_max && !folder.empty(); ++above) {
    if (holds(folder / "data")) return folder / "data";
    if (holds(folder / "share/tocsin/data")) return folder / "share/tocsin/data";
    folder = folder.parent_path();
  }
  return base::fail(base::ErrorCode::not_found, "the data folder was not found", "data/",
                    "give it with --data DIR or in the environment as TOCSIN_DATA");
}

}  // namespace tocsin::knowledge
