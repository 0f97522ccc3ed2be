// SPDX-License-Identifier: Apache-2.0
// From a path to rows: opens plain, .gz and .zip files and folders, finds the format of each by its
// content, hashes the original bytes, reads the rows into a sink and counts them.
//
// Ownership: refers to Tables and sink during the call. Threads: one call, one thread.
// Errors: a file that cannot be read gets its error into its ImportedFile and the next one is read;
// only a failing sink (store broken, run cancelled) ends the call.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

struct ReadCounts {
  std::uint64_t rows = 0;  ///< always kept + out_of_scope + rejected
  std::uint64_t kept = 0;  ///< given to the sink; the store finds the duplicates among them
  std::uint64_t out_of_scope = 0;
  std::uint64_t rejected = 0;
};

/// One file, or one member of a zip archive, and what came of it.
struct ImportedFile {
  std::string path;                ///< as given, or the file's address
  std::string member;              ///< name inside the archive, or empty
  const Format* format = nullptr;  ///< null where it could not be found
  std::string sha256;              ///< hex, of the original (packed) file; empty at `begin`
  std::uint64_t bytes = 0;         ///< of the original file; 0 at `begin`
  ReadCounts counts;
  std::optional<base::Error> error;  ///< why the file was refused or broke off
};

/// A RecordSink that is told where files begin and end. `begin` and `end` come in pairs, in order;
/// a transaction can span them. `begin` sees the format, where one was found. `end` sees the final
/// counts and the error, if any: whether rows of a file that broke off are kept is the sink's
/// decision.
class IntakeSink : public RecordSink {
 public:
  [[nodiscard]] virtual base::Status begin(const ImportedFile& file) = 0;
  [[nodiscard]] virtual base::Status end(const ImportedFile& file) = 0;
};

/// What lies in a folder and is not read.
struct LeftOut {
  std::filesystem::path path;
  std::string_view why;  ///< for people: "hidden", "a link to a folder", …
};

struct FeedFiles {
  std::vector<std::filesystem::path> files;
  std::vector<LeftOut> left_out;
};

/// The files that reading `path` means: itself, or what lies in the folder, in the order of names.
/// In folders what is hidden, files that describe the rest (README, LICENSE, …), links to folders
/// (they may lead in circles) and what is no plain file are left out, each with its reason.
[[nodiscard]] base::Result<FeedFiles> list_feed_files(const std::filesystem::path& path);

/// Reads one file with all its members. `format_name` is empty to find the format by content.
/// `path_shown` stands in ImportedFile::path (an address, where the file was fetched from one).
/// Once `stop` is set (null: never) nothing more is read, and the file ends as cancelled.
[[nodiscard]] base::Result<std::vector<ImportedFile>> take_in(
    const std::filesystem::path& file, std::string_view path_shown, std::string_view format_name,
    const Tables& tables, IntakeSink& sink, const std::atomic<bool>* stop = nullptr);

}  // namespace tocsin::monitor::feeds
