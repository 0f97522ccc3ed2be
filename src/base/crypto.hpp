// SPDX-License-Identifier: Apache-2.0
// Keys, signatures, sealing and passwords: the door to libsodium, and to OpenSSL's HMAC.
//
// Nothing here is of our own making: Ed25519 (RFC 8032), XChaCha20-Poly1305, X25519 boxes and
// Argon2id are libsodium's; HMAC is RFC 2104.
// Ownership: values; secrets are wiped when they end. Threads: functions are pure, values belong to
// one thread at a time. Errors: ErrorCode::corrupt where a sealed text or signature does not fit,
// invalid_input for text that is not in the encoding named. crypto throws std::runtime_error only
// where libsodium cannot start or memory is gone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::base {

/// Bytes that are wiped when they end. Movable; copied only by name.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  [[nodiscard]] static Secret random(std::size_t size);
  [[nodiscard]] Secret copy() const { return Secret(std::string(bytes_)); }
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  void wipe();

 private:
  std::string bytes_;
};

using PublicKey = std::array<unsigned char, 32>;
using Signature = std::array<unsigned char, 64>;

/// An Ed25519 key pair.
class SigningKey {
 public:
  static constexpr std::size_t seed_size = 32;
  [[nodiscard]] static SigningKey make();
  /// From the 32 bytes that seed() gave.
  [[nodiscard]] static Result<SigningKey> from_seed(std::string_view seed);
  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] Signature sign(std::string_view message) const;
  [[nodiscard]] Secret seed() const;

 private:
  PublicKey public_key_{};
  Secret secret_;
};

[[nodiscard]] bool verify_signature(const PublicKey& key, std::string_view message,
                                    const Signature& signature);

inline constexpr std::size_t sealing_key_size = 32;
/// Sealed by XChaCha20-Poly1305: nonce, then cipher text. `context` is bound but not contained.
[[nodiscard]] std::string seal(const Secret& key, std::string_view plain, std::string_view context);
[[nodiscard]] Result<Secret> unseal(const Secret& key, std::string_view sealed,
                                    std::string_view context);

/// An X25519 pair to which anyone can seal (crypto_box of a pair made for one message).
class BoxKey {
 public:
  [[nodiscard]] static BoxKey make();
  [[nodiscard]] static Result<BoxKey> from_secret(std::string_view secret);
  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] const Secret& secret() const { return secret_; }
  /// Opens public key (32) + nonce (24) + box, as a browser's tweetnacl makes it.
  [[nodiscard]] Result<Secret> open(std::string_view sealed) const;

 private:
  PublicKey public_key_{};
  Secret secret_;
};
[[nodiscard]] std::string seal_to(const PublicKey& receiver, std::string_view plain);

/// The box key of whoever holds a signing key, and the public half of it, which anybody finds from
/// the public signing key (the same curve: Ed25519 to X25519, as libsodium does it). What is sealed
/// to a person opens only where that person's signing key is.
[[nodiscard]] BoxKey box_of(const SigningKey& key);
[[nodiscard]] Result<PublicKey> box_address(const PublicKey& signing);

/// What a password costs: Argon2id passes and memory. `interactive` takes about 70 ms and 64 MiB.
struct PasswordCost {
  unsigned passes = 2;
  std::size_t memory_bytes = 64U << 20;
};
inline constexpr std::size_t password_salt_size = 16;
/// A key of 32 bytes from a password, Argon2id (RFC 9106).
[[nodiscard]] Result<Secret> derive_key(std::string_view password, std::string_view salt,
                                        const PasswordCost& cost);

[[nodiscard]] std::string random_bytes(std::size_t size);
/// Compares in time that depends on the length only.
[[nodiscard]] bool equal_secrets(std::string_view one, std::string_view other);

[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view message);
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);

/// RFC 4648 section 5, without padding.
[[nodiscard]] std::string base64url(std::string_view bytes);
[[nodiscard]] Result<std::string> from_base64url(std::string_view text);
/// RFC 4648 section 4, with padding.
[[nodiscard]] std::string base64(std::string_view bytes);
[[nodiscard]] Result<std::string> from_base64(std::string_view text);
/// RFC 4648 section 6, without padding.
[[nodiscard]] std::string base32(std::string_view bytes);
[[nodiscard]] Result<std::string> from_hex(std::string_view text);

/// The bytes of a fixed-size array as a view, and back.
template <std::size_t N>
[[nodiscard]] std::string_view view_of(const std::array<unsigned char, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}
template <std::size_t N>
[[nodiscard]] Result<std::array<unsigned char, N>> array_of(std::string_view bytes) {
  std::array<unsigned char, N> out{};
  if (bytes.size() != N)
    return fail(ErrorCode::invalid_input,
                "expected " + std::to_string(N) + " bytes, found " + std::to_string(bytes.size()));
  for (std::size_t i = 0; i < N; ++i) out[i] = static_cast<unsigned char>(bytes[i]);
  return out;
}

}  // namespace tocsin::base
