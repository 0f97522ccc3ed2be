// SPDX-License-Identifier: Apache-2.0
// Security keys (WebAuthn): checks what a browser says that a key made or signed. Pure.
//
// Source: Web Authentication Level 2, sections 7.1 and 7.2; COSE keys by RFC 9053. Attestation is
// not asked for: what a key says about its maker is not believed, only that it holds its key.
// ES256 and EdDSA. Ownership: values. Threads: pure functions.
// Errors: ErrorCode::unauthenticated; places are words of the catalogue's section account_problem:
// "key_refused" with what was wrong, "key_copied" where the counter went back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::people {

inline constexpr std::size_t key_challenge_size = 32;  ///< random bytes
inline constexpr std::size_t credential_id_bytes_max = 1023;
inline constexpr std::size_t client_data_bytes_max = 4096;

/// For whom a key signs: the host that people type, and the origin that browsers name.
struct RelyingParty {
  std::string id;      ///< "node.example"
  std::string origin;  ///< "https://node.example:8443"
  /// Browsers take names only, "localhost" among them: without one there are no security keys.
  [[nodiscard]] bool usable() const { return !id.empty(); }
};
/// Of the node's address; not usable for a bare number or what is neither https nor this machine.
[[nodiscard]] RelyingParty relying_party_of(std::string_view address);

enum class KeyAlgorithm : std::int16_t { es256 = -7, eddsa = -8 };

/// A key as the node remembers it.
struct SecurityKey {
  std::string credential_id;
  KeyAlgorithm algorithm = KeyAlgorithm::es256;
  std::string public_key;  ///< x and y (64 bytes) for ES256, 32 bytes for EdDSA
  std::uint32_t counter = 0;
};

/// What a browser sends after navigator.credentials.create().
struct KeyRegistration {
  std::string_view client_data;  ///< JSON as the browser wrote it
  std::string_view attestation;  ///< CBOR
};
[[nodiscard]] base::Result<SecurityKey> check_registration(const RelyingParty& party,
                                                           std::string_view challenge,
                                                           const KeyRegistration& sent);

/// What a browser sends after navigator.credentials.get().
struct KeyAssertion {
  std::string_view client_data;
  std::string_view authenticator_data;
  std::string_view signature;
};
/// The new counter. A counter that did not rise, where the key counts, is "key_copied".
[[nodiscard]] base::Result<std::uint32_t> check_assertion(const RelyingParty& party,
                                                          std::string_view challenge,
                                                          const SecurityKey& key,
                                                          const KeyAssertion& sent);

}  // namespace tocsin::people
