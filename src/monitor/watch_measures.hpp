// SPDX-License-Identifier: Apache-2.0
// What the watch list counts: which observation counts for which measure
// (data/watch-measures.json).
//
// Ownership: values. Threads: immutable after loading. Errors: name the file and the entry.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::monitor {

struct WatchMeasure {
  std::string id;
  std::vector<std::string> types;         ///< PLOVER types; empty: any
  std::vector<std::string> kinds;         ///< our kinds; empty: any
  std::vector<std::string> source_roles;  ///< empty: any; "" in it: not stated
  std::vector<std::string> target_roles;
  std::vector<std::string> indicators;  ///< linked to coded rows without text
  /// Id of the watch on people killed in what this measure counts; empty: they are not watched.
  std::string killed;
  std::string because;
};

class WatchMeasures {
 public:
  [[nodiscard]] static base::Result<WatchMeasures> load(const std::filesystem::path& data_folder);
  /// The first measure that takes such an observation; null where none does.
  [[nodiscard]] const WatchMeasure* find(std::string_view type, std::string_view kind,
                                         std::string_view source_role,
                                         std::string_view target_role) const;
  /// Ids of the measures that stand for any of these indicators where a row came without text.
  [[nodiscard]] std::vector<std::string> linked_to(
      const std::vector<std::string>& indicators) const;
  /// Ids of all measures, each once, in the file's order; those of people killed are not among
  /// them.
  [[nodiscard]] std::vector<std::string> ids() const;
  /// Id of the watch on people killed in what `measure` counts; empty where there is none.
  [[nodiscard]] std::string_view killed_in(std::string_view measure) const;
  /// The measure whose dead `id` counts; empty where `id` counts happenings.
  [[nodiscard]] std::string_view measure_of_killed(std::string_view id) const;

 private:
  std::vector<WatchMeasure> measures_;
};

}  // namespace tocsin::monitor
