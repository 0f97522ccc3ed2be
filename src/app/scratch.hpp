// SPDX-License-Identifier: Apache-2.0
// A folder that a command needs meanwhile, and copies of databases in it.
//
// Threads: one. Errors: ErrorCode::io with the path; those of the store.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace tocsin::app {

/// Removes its folder however the command ends.
class Scratch {
 public:
  explicit Scratch(std::filesystem::path folder) : folder_(std::move(folder)) {}
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  /// True if something stood there, which a command that was killed left. The caller holds a lock
  /// that keeps others out of the folder.
  [[nodiscard]] base::Result<bool> make() const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

/// A copy of a database as one moment had it, while others write.
[[nodiscard]] base::Status copy_database(const std::filesystem::path& from,
                                         const std::filesystem::path& to);

}  // namespace tocsin::app
