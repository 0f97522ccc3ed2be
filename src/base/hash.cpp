// SPDX-License-Identifier: Apache-2.0
#include "base/hash.hpp"

#include <sodium.h>
#include <xxhash.h>

namespace tocsin::base {

struct Sha256::State {
  crypto_hash_sha256_state value;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  crypto_hash_sha256_init(&state_->value);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) {
  crypto_hash_sha256_update(&state_->value, reinterpret_cast<const unsigned char*>(bytes.data()),
                            bytes.size());
}

Digest Sha256::finish() {
  Digest digest{};
  crypto_hash_sha256_final(&state_->value, digest.data());
  return digest;
}

Digest sha256(std::string_view bytes) {
  Sha256 state;
  state.add(bytes);
  return state.finish();
}

std::string to_hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    text.push_back(alphabet[byte >> 4]);
    text.push_back(alphabet[byte & 15]);
  }
  return text;
}

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace tocsin::base
