// SPDX-License-Identifier: Apache-2.0
// Signed webhooks: how one is signed, and how a receiver must check it (docs/formats/webhook.md).
//
// Ownership: values. Threads: pure functions; a WebhookGuard belongs to one thread.
#pragma once

#include <chrono>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/calendar.hpp"

namespace tocsin::inform {

/// How far the clocks of sender and receiver may be apart, and how long a name is remembered.
inline constexpr std::chrono::minutes webhook_window{5};

inline constexpr std::string_view webhook_id_header = "Tocsin-Id";
inline constexpr std::string_view webhook_time_header = "Tocsin-Timestamp";
inline constexpr std::string_view webhook_signature_header = "Tocsin-Signature";

/// Headers of a post: name, seconds since 1970, "v1=" and HMAC-SHA256 in hexadecimal over
/// "ID.TIMESTAMP.BODY".
[[nodiscard]] std::vector<std::pair<std::string, std::string>> sign_webhook(std::string_view secret,
                                                                            std::string_view id,
                                                                            base::Instant now,
                                                                            std::string_view body);

/// The receiving side: signature in constant time, then the time, then whether it came before.
class WebhookGuard {
 public:
  enum class Verdict { accepted, forged, too_old, repeated };
  explicit WebhookGuard(std::string secret) : secret_(std::move(secret)) {}
  [[nodiscard]] Verdict check(std::string_view id, std::string_view timestamp,
                              std::string_view signature, std::string_view body, base::Instant now);

 private:
  std::string secret_;
  std::set<std::string, std::less<>> seen_;
  std::deque<std::pair<base::Instant, std::string>> order_;
};

}  // namespace tocsin::inform
