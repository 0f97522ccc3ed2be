// SPDX-License-Identifier: Apache-2.0
#include "monitor/ears.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tocsin::monitor {

std::optional<double> ears_c2(std::span<const int> daily, double deviation_min) {
  constexpr std::size_t needed = ears_baseline_days + ears_lag_days + 1;
  if (daily.size() < needed) return std::nullopt;
  const auto baseline = daily.subspan(daily.size() - needed, ears_baseline_days);
  double mean = 0;
  for (const int count : baseline) mean += count;
  mean /= static_cast<double>(baseline.size());
  double squares = 0;
  for (const int count : baseline) squares += (count - mean) * (count - mean);
  const double deviation =
      std::max(deviation_min, std::sqrt(squares / static_cast<double>(baseline.size() - 1)));
  const double excess = daily.back() - mean;
  if (deviation > 0) return excess / deviation;
  if (excess > 0) return std::numeric_limits<double>::infinity();
  return 0.0;
}

}  // namespace tocsin::monitor
