// SPDX-License-Identifier: Apache-2.0
// Makes the gazetteer file out of packages of public geography and our own tables.
//
// Ownership: values. Threads: one call uses one thread. Errors: `io` for a file that cannot be
// read, `invalid_input` with file and line for a row that cannot be understood.
// Needs about 600 MB of memory and half a minute; done once, at set-up.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.hpp"

namespace tocsin::knowledge {

/// Where the ingredients lie.
struct GazetteerSources {
  /// The node_modules folder with the packages of packaging/npm; empty: none.
  std::filesystem::path packages;
  /// Our own tables (areas.tsv, names.tsv, points.tsv, words.tsv, ordinary.tsv); empty: none.
  std::filesystem::path tables;
  /// Places in GeoNames layout (19 tab-separated columns), added to those of the packages.
  std::vector<std::filesystem::path> additions;
};

struct GazetteerCounts {
  std::uint32_t places = 0;
  std::uint32_t countries = 0;
  std::uint32_t provinces = 0;
  std::uint32_t districts = 0;
  std::uint32_t areas = 0;
  std::uint32_t cities = 0;
  std::uint64_t names = 0;  ///< distinct folded names
  std::uint64_t bytes = 0;  ///< of the file
};

/// Reads the sources and replaces `out` in one step.
[[nodiscard]] base::Result<GazetteerCounts> build_gazetteer(const GazetteerSources& sources,
                                                            const std::filesystem::path& out);

}  // namespace tocsin::knowledge
