// SPDX-License-Identifier: Apache-2.0
// HOME/drop/: what a mail program, an SMS gateway or a person puts there is taken in, and the file
// is overwritten and removed. What cannot be taken goes to drop/refused/ with a .reason beside it.
//
// A kill between taking and removing doubles nothing: the next run finds that it has the message.
// Only plain files directly in the folder are read: no links, no names that begin with a point or
// end in .tmp or .part. A file must have rested, so that half-written ones are left alone.
// Ownership: refers to the intake. Threads: one at a time. Errors: those of the ledger and of the
// folder; the file stays for the next run.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "assess/message_intake.hpp"

namespace tocsin::assess {

inline constexpr std::size_t drop_files_per_run_max = 50;
inline constexpr std::chrono::seconds drop_rest_min{3};
inline constexpr std::size_t drop_lines_max = 10'000;

struct DropParts {
  const MessageIntake& intake;
  std::filesystem::path folder;
  /// The answer to a text message in its language, or empty. Answers are written for the gateway
  /// where the folder drop/replies exists, and only there.
  std::function<std::string(const TakenIn& taken)> answer;
};

struct DropCounts {
  std::size_t taken = 0;
  std::size_t refused = 0;
};

class DropFolder {
 public:
  explicit DropFolder(DropParts parts) : parts_(std::move(parts)) {}
  /// Makes the folder, for its owner only.
  [[nodiscard]] base::Status make() const;
  [[nodiscard]] base::Result<DropCounts> run(std::filesystem::file_time_type now) const;

 private:
  [[nodiscard]] base::Status take(const std::filesystem::path& path, DropCounts& counts) const;
  [[nodiscard]] base::Status take_lines(const std::filesystem::path& path, std::string_view bytes,
                                        DropCounts& counts) const;
  [[nodiscard]] base::Status refuse(const std::filesystem::path& path, std::string_view bytes,
                                    std::string_view reason) const;
  [[nodiscard]] base::Status reply(const IncomingText& message, const TakenIn& taken) const;
  DropParts parts_;
};

/// Overwrites a file with zeros, syncs and removes it.
[[nodiscard]] base::Status wipe_file(const std::filesystem::path& path);

}  // namespace tocsin::assess
