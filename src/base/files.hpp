// SPDX-License-Identifier: Apache-2.0
// Files: whole reads, writes that survive a crash, and read-only memory maps.
//
// Threads: functions are pure; a MappedFile may be read from any number of threads.
// Errors: ErrorCode::io with the path as place; no_space for a full disk, which the log says too;
// limit_exceeded for too large a file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::base {

/// Whether an errno says that the disk, or this user's share of it, is full.
[[nodiscard]] bool is_full_disk(int error_number);
/// The whole file as bytes; refuses more than `bytes_max`.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t bytes_max);
/// Who may read a file beside its owner. What a node knows is its owner's; what the program brings
/// along (the gazetteer) is everyone's.
enum class ReadableBy { owner, everyone };
/// Replaces the file in one step: writes beside it, syncs, renames, syncs the folder.
[[nodiscard]] Status write_file(const std::filesystem::path& path, std::string_view bytes,
                                ReadableBy readers = ReadableBy::owner);

/// A file mapped read-only for its lifetime. Movable, not copyable.
class MappedFile {
 public:
  MappedFile() = default;
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  [[nodiscard]] static Result<MappedFile> open(const std::filesystem::path& path);
  [[nodiscard]] std::string_view bytes() const { return {data_, size_}; }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace tocsin::base
