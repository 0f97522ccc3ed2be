// SPDX-License-Identifier: Apache-2.0
// Encrypts a mail body to a certificate (S/MIME 4.0, RFC 8551): the door to OpenSSL's CMS.
//
// Enveloped data with AES-256-CBC, which every reader of S/MIME opens; what is inside is plain text
// and never HTML, so that a changed cipher text has no way to send anything out (RFC 8551, 6).
// Ownership: values. Threads: pure functions. Errors: ErrorCode::invalid_input says what is wrong
// with the certificate, internal where OpenSSL fails.
#pragma once

#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "base/result.hpp"

namespace tocsin::formats {

inline constexpr std::size_t certificate_bytes_max = 16U << 10;

/// What a person must compare before trusting a certificate.
struct CertificateFacts {
  std::string subject;      ///< RFC 2253
  std::string fingerprint;  ///< SHA-256, hexadecimal in pairs
  base::Instant valid_from;
  base::Instant valid_to;
};

/// One PEM certificate that may encrypt mail.
[[nodiscard]] base::Result<CertificateFacts> read_certificate(std::string_view pem);
/// Readable, and in its time at `now`.
[[nodiscard]] base::Status check_certificate(std::string_view pem, base::Instant now);
/// A MIME entity sealed to the certificate, as DER.
[[nodiscard]] base::Result<std::string> encrypt_entity(std::string_view entity,
                                                       std::string_view pem);

}  // namespace tocsin::formats
