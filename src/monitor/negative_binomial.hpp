// SPDX-License-Identifier: Apache-2.0
// Upper tails of count distributions.
//
// Threads: pure. Source: Abramowitz and Stegun 1964, 26.5 (incomplete beta function as tail of the
// negative binomial) and its continued fraction evaluated by Lentz's method.
#pragma once

namespace tocsin::monitor {

/// P(Y >= count) for a negative binomial with this mean and variance; Poisson where the variance
/// does not exceed the mean. `mean` > 0; count <= 0 gives 1.
[[nodiscard]] double upper_tail(double count, double mean, double variance);

}  // namespace tocsin::monitor
