// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/charts.hpp"

#include <algorithm>
#include <cmath>

namespace tocsin::monitor::pages {
namespace {

constexpr double highest_min = 4;  ///< so that a single event does not fill the chart
constexpr int ticks_max = 4;
constexpr double tick_text_drop = 4;
constexpr double narrow_step = 3;  ///< below it the gap between bars is a share of the step
constexpr double peak_y_min = 5;

/// The smallest of 1, 2, 5 times a power of ten that cuts `top` into at most `parts` steps.
double tick_step(double top, int parts) {
  for (double power = 1;; power *= 10)
    for (const double factor : {1.0, 2.0, 5.0})
      if (top / (factor * power) <= parts) return factor * power;
}

/// Turns counts into positions.
struct Scale {
  ChartSize size;
  double step;
  double highest;
  [[nodiscard]] double floor() const { return size.height - size.bottom; }
  [[nodiscard]] double y(double value) const {
    return floor() - (floor() - size.top) * value / highest;
  }
  [[nodiscard]] double x(std::size_t index) const {
    return size.left + static_cast<double>(index) * step;
  }
};

void add_bar(const ChartWeek& week, std::size_t index, const Scale& scale, ChartPaths& paths) {
  if (!week.count) return;
  const double gap = scale.step > narrow_step ? 1 : scale.step * 0.25;
  const double x = scale.x(index);
  if (*week.count > 0) {
    const auto floor = chart_number(scale.floor());
    const auto bar = "M" + chart_number(x + gap / 2) + " " + floor + "V" +
                     chart_number(scale.y(*week.count)) + "h" + chart_number(scale.step - gap) +
                     "V" + floor + "z";
    (week.alarm ? paths.alarm : paths.bars) += bar;
  }
  if (week.alarm) {
    const double peak = std::max(peak_y_min, scale.y(*week.count) - 2);
    paths.alarm += "M" + chart_number(x + scale.step / 2) + " " + chart_number(peak) + "l-3.5-5h7z";
  }
}

/// One closed outline for weeks [first, end): along the upper edge, back along the lower.
std::string band_of(std::span<const ChartWeek> weeks, std::size_t first, std::size_t end,
                    const Scale& scale) {
  auto path = "M" + chart_number(scale.x(first)) + " " + chart_number(scale.y(*weeks[first].high));
  for (auto i = first; i < end; ++i)
    path += "V" + chart_number(scale.y(*weeks[i].high)) + "H" + chart_number(scale.x(i + 1));
  for (auto i = end; i > first; --i)
    path += "V" + chart_number(scale.y(weeks[i - 1].low)) + "H" + chart_number(scale.x(i - 1));
  return path + "z";
}

std::string gap_of(std::size_t first, std::size_t end, const Scale& scale) {
  const auto x = chart_number(scale.x(first));
  return "M" + x + " " + chart_number(scale.size.top) + "H" + chart_number(scale.x(end)) + "V" +
         chart_number(scale.floor()) + "H" + x + "z";
}

}  // namespace

std::string chart_number(double value) {
  const auto tenths = static_cast<long long>(std::floor(value * 10 + 0.5));
  const auto whole = tenths / 10;
  const auto rest = std::abs(tenths % 10);
  std::string text = tenths < 0 && whole == 0 && rest != 0 ? "-0" : std::to_string(whole);
  if (rest != 0) text += "." + std::to_string(rest);
  return text;
}

std::string chart_x(std::size_t index, std::size_t count, const ChartSize& size) {
  const double step = (size.width - size.left - size.right) / static_cast<double>(count);
  return chart_number(size.left + static_cast<double>(index) * step);
}

ChartPaths chart_paths(std::span<const ChartWeek> weeks, const ChartSize& size) {
  double highest = highest_min;
  for (const auto& week : weeks)
    highest = std::max({highest, week.count.value_or(0), week.high.value_or(0)});
  const double step = (size.width - size.left - size.right) /
                      static_cast<double>(std::max<std::size_t>(1, weeks.size()));
  const Scale scale{size, step, highest};
  ChartPaths paths;
  for (std::size_t i = 0; i < weeks.size(); ++i) add_bar(weeks[i], i, scale, paths);
  for (std::size_t i = 0; i < weeks.size();) {
    const auto first = i;
    if (!weeks[i].count) {
      while (i < weeks.size() && !weeks[i].count) ++i;
      paths.gap += gap_of(first, i, scale);
    } else if (!weeks[i].high) {
      ++i;
    } else {
      while (i < weeks.size() && weeks[i].count && weeks[i].high) ++i;
      paths.band += band_of(weeks, first, i, scale);
    }
  }
  paths.base = "M" + chart_number(size.left) + " " + chart_number(scale.floor()) + "H" +
               chart_number(size.width - size.right);
  const double tick = tick_step(highest, ticks_max);
  for (double value = 0; value <= highest; value += tick)
    paths.ticks_y.push_back(
        {value, chart_number(scale.y(value)), chart_number(scale.y(value) + tick_text_drop)});
  return paths;
}

}  // namespace tocsin::monitor::pages
