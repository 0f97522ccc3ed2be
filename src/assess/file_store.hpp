// SPDX-License-Identifier: Apache-2.0
// HOME/files/: what is too large for the ledger, each file sealed under a key of its own and named
// by the hash of its sealed bytes. The key stands in a revision, sealed under the data key of the
// report: who erases that erases the file, wherever copies of it are.
//
// A file is written and synced before the act that names it; one that no act names, or whose report
// was erased, is removed by sweep().
// Ownership: nothing but the folder's path. Threads: any. Errors: ErrorCode::io with the path,
// no_space for a full disk; not_found for a file that is gone; corrupt for one that was changed.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"

namespace tocsin::assess {

/// A file that no act names is removed once it is so old: before that its act may still come.
inline constexpr std::chrono::hours unnamed_file_kept_for{24};
inline constexpr std::size_t sealed_file_bytes_max = std::size_t{40} << 20;

struct StoredFile {
  std::string name;  ///< 64 hexadecimal digits
  std::string key;   ///< base64url of 32 bytes
};

class FileStore {
 public:
  explicit FileStore(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// `context` is bound to the content and must be given again.
  [[nodiscard]] base::Result<StoredFile> put(std::string_view bytes,
                                             std::string_view context) const;
  [[nodiscard]] base::Result<base::Secret> get(const StoredFile& file,
                                               std::string_view context) const;
  /// Whether it is there with the content that its name says.
  [[nodiscard]] base::Status check(std::string_view name) const;
  void remove(std::string_view name) const;

  enum class Fate : std::uint8_t { named, erased, unnamed };
  /// Removes what was erased, and what stayed unnamed for too long; the number removed.
  [[nodiscard]] base::Result<std::size_t> sweep(
      const std::function<base::Result<Fate>(std::string_view name)>& fate_of,
      std::filesystem::file_time_type now) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

/// Whether a text can be the name of a stored file; nothing else is ever joined to a path.
[[nodiscard]] bool is_stored_name(std::string_view name);

}  // namespace tocsin::assess
