// SPDX-License-Identifier: Apache-2.0
// Hashes: SHA-256 for identity that must hold against people, XXH3 for tables inside the process.
//
// Threads: functions are pure; a Sha256 belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tocsin::base {

using Digest = std::array<unsigned char, 32>;

/// SHA-256 (FIPS 180-4) fed in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void add(std::string_view bytes);
  /// Ends the computation; the object must not be used after.
  [[nodiscard]] Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] Digest sha256(std::string_view bytes);
[[nodiscard]] std::string to_hex(std::span<const unsigned char> bytes);
/// XXH3, 64 bits: fast, not safe against someone who chooses collisions.
[[nodiscard]] std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace tocsin::base
