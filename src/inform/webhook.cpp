// SPDX-License-Identifier: Apache-2.0
#include "inform/webhook.hpp"

#include <charconv>

#include "base/crypto.hpp"
#include "base/hash.hpp"

namespace tocsin::inform {
namespace {

std::string signature_of(std::string_view secret, std::string_view id, std::string_view timestamp,
                         std::string_view body) {
  const auto message = std::string(id) + "." + std::string(timestamp) + "." + std::string(body);
  const auto mac = base::hmac_sha256(secret, message);
  return "v1=" + base::to_hex({reinterpret_cast<const unsigned char*>(mac.data()), mac.size()});
}

}  // namespace

std::vector<std::pair<std::string, std::string>> sign_webhook(std::string_view secret,
                                                              std::string_view id,
                                                              base::Instant now,
                                                              std::string_view body) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const auto timestamp = std::to_string(seconds);
  return {{std::string(webhook_id_header), std::string(id)},
          {std::string(webhook_time_header), timestamp},
          {std::string(webhook_signature_header), signature_of(secret, id, timestamp, body)}};
}

WebhookGuard::Verdict WebhookGuard::check(std::string_view id, std::string_view timestamp,
                                          std::string_view signature, std::string_view body,
                                          base::Instant now) {
  if (!base::equal_secrets(signature, signature_of(secret_, id, timestamp, body)))
    return Verdict::forged;
  std::int64_t seconds = 0;
  const auto [end, error] =
      std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
  if (error != std::errc{} || end != timestamp.data() + timestamp.size()) return Verdict::forged;
  const base::Instant sent{std::chrono::seconds{seconds}};
  if (sent > now + webhook_window || sent < now - webhook_window) return Verdict::too_old;
  // A name is kept for twice the window: as long as its timestamp could pass.
  while (!order_.empty() && order_.front().first < now - 2 * webhook_window) {
    seen_.erase(order_.front().second);
    order_.pop_front();
  }
  if (!seen_.emplace(id).second) return Verdict::repeated;
  order_.emplace_back(now, id);
  return Verdict::accepted;
}

}  // namespace tocsin::inform
