// SPDX-License-Identifier: Apache-2.0
// Dictionaries as plain text: blocks of a head line, indented body lines and examples.
//
// A file starts with "version YYYY-MM-DD". "#" starts a comment line. A line in the first column
// opens a block; indented lines belong to it; "+ text" is an example that the block must match and
// "- text" one that it must not. Format document: docs/formats/coding-data.md.
// Ownership: values. Threads: pure functions. Errors name the file and the line.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::knowledge {

/// One line of a data file, without white space at its ends.
struct DataLine {
  std::size_t number = 0;
  std::string text;
};

/// A head line with what belongs to it.
struct DataBlock {
  DataLine head;
  std::vector<DataLine> body;
  std::vector<DataLine> must_match;
  std::vector<DataLine> must_not_match;
};

struct DataFile {
  std::string name;     ///< path, for messages
  std::string version;  ///< "2026-11-21"
  std::vector<DataBlock> blocks;

  [[nodiscard]] std::string place(const DataLine& line) const {
    return name + ":" + std::to_string(line.number);
  }
};

/// Reads one data file.
[[nodiscard]] base::Result<DataFile> read_data_file(const std::filesystem::path& path);

/// Cuts at `separator` and trims; empty pieces are left out.
[[nodiscard]] std::vector<std::string_view> cut_list(std::string_view text, char separator);

/// The data folder: `given`, else $TOCSIN_DATA, else data/ in $TOCSIN_ROOT, else beside or above
/// the running program, else under the install prefix (share/tocsin/data).
[[nodiscard]] base::Result<std::filesystem::path> find_data_folder(std::string_view given);

}  // namespace tocsin::knowledge
