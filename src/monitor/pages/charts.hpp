// SPDX-License-Identifier: Apache-2.0
// Weekly counts as the paths of an SVG: geometry as text, no colours and no words.
// The reference is tests/browser/geometry.mjs; charts.golden.json beside it is what both must give.
//
// Ownership: values. Threads: pure functions. Units: SVG user units; counts of clusters.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tocsin::monitor::pages {

struct ChartWeek {
  std::optional<double> count;  ///< nothing where the week was not observed
  double low = 0;               ///< the usual band
  std::optional<double> high;   ///< nothing where too little past is known for a band
  bool alarm = false;
};

struct ChartSize {
  double width = 0;
  double height = 0;
  double left = 0;
  double right = 0;
  double top = 6;
  double bottom = 1;
};

inline constexpr ChartSize small_chart{240, 52, 0, 0, 6, 1};
inline constexpr ChartSize large_chart{480, 150, 36, 2, 10, 26};

struct ChartTick {
  double value = 0;
  std::string y;
  std::string text_y;
};

struct ChartPaths {
  std::string bars;
  std::string alarm;
  std::string band;
  std::string gap;
  std::string base;
  std::vector<ChartTick> ticks_y;
};

/// Weeks oldest first; at least one.
[[nodiscard]] ChartPaths chart_paths(std::span<const ChartWeek> weeks, const ChartSize& size);
/// Where week `index` of `count` begins.
[[nodiscard]] std::string chart_x(std::size_t index, std::size_t count, const ChartSize& size);
/// At most one digit after the point, halves upwards.
[[nodiscard]] std::string chart_number(double value);

}  // namespace tocsin::monitor::pages
