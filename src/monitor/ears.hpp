// SPDX-License-Identifier: Apache-2.0
// EARS C2, the simple rival that the watch list is measured against (bench/backtest).
//
// Source: Hutwagner, Thompson, Seeman and Treadwell 2003, "The bioterrorism preparedness and
// response Early Aberration Reporting System (EARS)", Journal of Urban Health 80(2): the baseline
// is the seven days that end three days before today (a lag of two days); C2 = (today - mean) /
// standard deviation, with the sample standard deviation (divisor 6). EARS alarms above 3.
//
// Threads: pure. Units: counts a day.
#pragma once

#include <optional>
#include <span>

namespace tocsin::monitor {

inline constexpr std::size_t ears_baseline_days = 7;
inline constexpr std::size_t ears_lag_days = 2;

/// C2 for the last of `daily` (at least 10 days), or nothing if there are fewer. A baseline without
/// any variation has deviation `deviation_min`; with 0, as published, a rise over it is infinite.
[[nodiscard]] std::optional<double> ears_c2(std::span<const int> daily, double deviation_min = 0);

}  // namespace tocsin::monitor
