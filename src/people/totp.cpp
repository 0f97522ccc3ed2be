// SPDX-License-Identifier: Apache-2.0
#include "people/totp.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "pagekit/router.hpp"

namespace tocsin::people {

std::int64_t totp_step(base::Instant now) {
  return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count() /
         totp_period.count();
}

std::string totp_code(std::string_view secret, std::int64_t step, unsigned digits) {
  constexpr int bits_per_byte = 8;
  std::string counter(sizeof step, '\0');
  for (auto at = counter.rbegin(); at != counter.rend(); ++at, step >>= bits_per_byte)
    *at = static_cast<char>(step & 0xFF);
  const auto hash = base::hmac_sha1(secret, counter);
  const auto byte = [&hash](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(hash[at]));
  };
  // Dynamic truncation, RFC 4226 section 5.3.
  const std::size_t offset = byte(hash.size() - 1) & 0xFU;
  const std::uint32_t number = ((byte(offset) & 0x7FU) << 24) | (byte(offset + 1) << 16) |
                               (byte(offset + 2) << 8) | byte(offset + 3);
  std::uint32_t bound = 1;
  for (unsigned i = 0; i < digits; ++i) bound *= 10;
  const auto text = std::to_string(number % bound);
  return std::string(digits - text.size(), '0') + text;
}

std::optional<std::int64_t> matching_step(std::string_view secret, std::string_view code,
                                          base::Instant now, std::int64_t last_used) {
  std::string typed(code);
  std::erase(typed, ' ');
  const auto present = totp_step(now);
  std::optional<std::int64_t> found;
  for (auto step = present - totp_drift_steps; step <= present + totp_drift_steps; ++step)
    if (base::equal_secrets(totp_code(secret, step), typed) && step > last_used) found = step;
  return found;
}

std::string totp_address(std::string_view secret, std::string_view issuer, std::string_view label) {
  return "otpauth://totp/" + pagekit::percent_encode(issuer) + ":" +
         pagekit::percent_encode(label) + "?secret=" + base::base32(secret) +
         "&issuer=" + pagekit::percent_encode(issuer) +
         "&algorithm=SHA1&digits=" + std::to_string(totp_digits) +
         "&period=" + std::to_string(totp_period.count());
}

}  // namespace tocsin::people
