// SPDX-License-Identifier: Apache-2.0
// A competent authority that is informed: how it is reached, in which language, when, and up to
// which marking. Pure.
//
// Ownership: values; the webhook's secret is plain only here, sealed everywhere else.
// Threads: pure functions. Errors: ErrorCode::invalid_input names the field.
#pragma once

#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "base/result.hpp"
#include "inform/rules.hpp"

namespace tocsin::inform {

inline constexpr std::size_t authority_name_bytes_max = 200;
inline constexpr std::size_t authority_address_bytes_max = 2048;
inline constexpr std::size_t webhook_secret_bytes_min = 32;
inline constexpr std::size_t webhook_secret_bytes_max = 256;

struct Authority {
  std::string name;
  Channel channel = Channel::email;  ///< email, webhook, cap or print
  std::string address;  ///< mail address, https address, or where the sheet is handed over
  std::string telephone;
  std::string language = "en";
  std::string duty_from = "08:00";
  std::string duty_to = "17:00";
  std::string duty_days = "1234567";  ///< ISO weekdays
  std::string duty_zone = "UTC";      ///< IANA name
  std::string clearance = "GREEN";    ///< highest TLP that it may be given
  std::string certificate;            ///< PEM, or empty
  std::string webhook_secret;         ///< shared with the receiver, or empty
};
[[nodiscard]] base::Status check_authority(const Authority& authority);

/// What one authority would be sent, and why not where it is nothing.
struct Plan {
  Channel channel = Channel::email;  ///< smime where a certificate holds
  Form form = Form::none;
  std::string refusal;  ///< "clearance", "certificate_ended", "marking", "no_address"; or empty
};
/// By clearance, certificate and the truth table. A certificate that has ended counts as none.
[[nodiscard]] Plan plan_for(const Authority& authority, const ledger::Marking& marking,
                            const Rules& rules, base::Instant now);

}  // namespace tocsin::inform
