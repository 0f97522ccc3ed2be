// SPDX-License-Identifier: Apache-2.0
#include "monitor/negative_binomial.hpp"

#include <math.h>  // lgamma_r: std::lgamma writes a global and so is no function for threads

#include <algorithm>
#include <cmath>

namespace tocsin::monitor {
namespace {

/// A variance nearer to the mean than this share is Poisson for every purpose here.
constexpr double poisson_excess = 1e-4;
constexpr double tiny = 1e-300;
constexpr double precision = 1e-12;
constexpr int steps_max = 500;

double log_gamma(double value) {
  int sign = 0;
  return ::lgamma_r(value, &sign);
}

/// Continued fraction of the incomplete beta function.
double beta_fraction(double a, double b, double x) {
  double c = 1;
  double d = 1 - (a + b) * x / (a + 1);
  if (std::abs(d) < tiny) d = tiny;
  d = 1 / d;
  double h = d;
  for (int m = 1; m <= steps_max; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    c = 1 + even / c;
    if (std::abs(d) < tiny) d = tiny;
    if (std::abs(c) < tiny) c = tiny;
    d = 1 / d;
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    c = 1 + odd / c;
    if (std::abs(d) < tiny) d = tiny;
    if (std::abs(c) < tiny) c = tiny;
    d = 1 / d;
    const double change = d * c;
    h *= change;
    if (std::abs(change - 1) < precision) break;
  }
  return h;
}

/// Regularised incomplete beta function I_x(a, b).
double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) +
                                b * std::log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/// P(Y >= count) for Poisson: regularised lower incomplete gamma function P(count, mean) by series.
double poisson_tail(double count, double mean) {
  if (mean > count + 1) {
    double term = std::exp(-mean);
    double below = term;
    for (double k = 1; k < count; ++k) {
      term *= mean / k;
      below += term;
    }
    return std::clamp(1 - below, 0.0, 1.0);
  }
  double term = std::exp(-mean + count * std::log(mean) - log_gamma(count + 1));
  double sum = term;
  for (double k = count + 1; term > sum * precision && k < count + steps_max; ++k) {
    term *= mean / k;
    sum += term;
  }
  return std::min(1.0, sum);
}

}  // namespace

double upper_tail(double count, double mean, double variance) {
  if (count <= 0) return 1;
  if (mean <= 0) return 0;
  if (variance <= mean * (1 + poisson_excess)) return poisson_tail(count, mean);
  const double size = mean * mean / (variance - mean);
  const double share = mean / (size + mean);
  return incomplete_beta(count, size, share);
}

}  // namespace tocsin::monitor
