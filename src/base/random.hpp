// SPDX-License-Identifier: Apache-2.0
// Where chance comes from: the Random seam. Tests pass a seed, the program the operating system.
//
// Threads: a Random belongs to one thread.
#pragma once

#include <cstdint>

namespace tocsin::base {

class Random {
 public:
  virtual ~Random() = default;
  [[nodiscard]] virtual std::uint64_t next() = 0;
  /// A number in [0, bound), without modulo bias; bound must not be 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);
  /// A number in [0, 1).
  [[nodiscard]] double unit();
};

/// Unpredictable (libsodium); for keys, ids and jitter.
class SystemRandom final : public Random {
 public:
  SystemRandom();
  [[nodiscard]] std::uint64_t next() override;
};

/// Repeatable: SplitMix64 (Steele, Lea and Flood 2014). Never for secrets.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  [[nodiscard]] std::uint64_t next() override;

 private:
  std::uint64_t state_;
};

}  // namespace tocsin::base
