// SPDX-License-Identifier: Apache-2.0
// The node's own settings that its users change (node.db), apart from what feeds brought.
//
// Ownership: refers to the home's path; opens node.db for each call, since calls are rare.
// Threads: any. Errors: those of the database; a value that cannot be read counts as unset.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "monitor/watch_keeper.hpp"

namespace tocsin::app {

class NodeSettings {
 public:
  explicit NodeSettings(std::filesystem::path home) : file_(std::move(home) / "node.db") {}
  [[nodiscard]] base::Result<std::optional<std::string>> read(std::string_view name) const;
  [[nodiscard]] base::Status write(std::string_view name, std::string_view value) const;
  /// The false-alarm budget of the watch list, kept here, and what the data folder says.
  /// `*this` and the clock must outlive what is returned.
  [[nodiscard]] monitor::WatchSettings watch(monitor::WatchMeasures measures,
                                             std::string exercise_country,
                                             const base::Clock& clock) const;

 private:
  std::filesystem::path file_;
};

}  // namespace tocsin::app
