// SPDX-License-Identifier: Apache-2.0
#include "inform/authority.hpp"

#include <algorithm>

#include "base/display_names.hpp"
#include "formats/smime.hpp"
#include "inform/warning.hpp"
#include "ledger/revision.hpp"
#include "net/outgoing.hpp"

namespace tocsin::inform {
namespace {

using base::ErrorCode;
using base::fail;
using base::Status;

bool is_time_of_day(std::string_view text) {
  constexpr std::size_t size = 5;
  if (text.size() != size || text[2] != ':') return false;
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (!digit(0) || !digit(1) || !digit(3) || !digit(4)) return false;
  return text.substr(0, 2) < "24" && text[3] < '6';
}

bool is_language(std::string_view text) {
  constexpr std::size_t language_bytes_max = 35;
  return !text.empty() && text.size() <= language_bytes_max &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-';
         });
}

Status check_reach(const Authority& one) {
  switch (one.channel) {
    case Channel::email:
      return net::check_mail_address(one.address);
    case Channel::webhook:
    case Channel::cap:
      if (auto good = net::check_post_address(one.address); !good) {
        good.error().place = "address";
        return good;
      }
      if (one.webhook_secret.size() < webhook_secret_bytes_min ||
          one.webhook_secret.size() > webhook_secret_bytes_max)
        return fail(ErrorCode::invalid_input, "the shared secret has 32 to 256 signs",
                    "webhook_secret", "agree on one with the receiver, by another way");
      return {};
    case Channel::print:
      return check_field("address", one.address, authority_address_bytes_max, true);
    case Channel::smime:
    case Channel::page:
      break;
  }
  return fail(ErrorCode::invalid_input, "this is no channel of an authority", "channel",
              "choose e-mail, webhook, CAP or paper");
}

}  // namespace

Status check_authority(const Authority& one) {
  if (auto good = check_field("name", one.name, authority_name_bytes_max, true); !good) return good;
  if (one.name.find('\n') != std::string::npos)
    return fail(ErrorCode::invalid_input, "a name is one line", "name");
  if (auto good = check_field("telephone", one.telephone, authority_name_bytes_max, false); !good)
    return good;
  if (auto good = check_reach(one); !good) return good;
  if (!is_language(one.language))
    return fail(ErrorCode::invalid_input, "this is no language", "language",
                "give its code, such as en or ar");
  if (!is_time_of_day(one.duty_from))
    return fail(ErrorCode::invalid_input, "this is no time of day", "duty_from",
                "write it as 08:00");
  if (!is_time_of_day(one.duty_to))
    return fail(ErrorCode::invalid_input, "this is no time of day", "duty_to", "write it as 17:00");
  if (one.duty_days.empty() || one.duty_days.find_first_not_of("1234567") != std::string::npos ||
      one.duty_days.size() > 7)
    return fail(ErrorCode::invalid_input, "weekdays are 1 (Monday) to 7", "duty_days",
                "write 12345 for Monday to Friday");
  if (!base::is_time_zone(one.duty_zone))
    return fail(ErrorCode::invalid_input, "there is no time zone of this name", "duty_zone",
                "give its name, such as Africa/Addis_Ababa, or UTC");
  if (ledger::strictness_tlp(one.clearance) < 0)
    return fail(ErrorCode::invalid_input, "this is no marking", "clearance",
                "choose one of the list");
  if (one.certificate.empty()) return {};
  auto facts = formats::read_certificate(one.certificate);
  if (!facts) return std::unexpected(std::move(facts.error()));
  return {};
}

Plan plan_for(const Authority& authority, const ledger::Marking& marking, const Rules& rules,
              base::Instant now) {
  Plan plan;
  plan.channel = authority.channel;
  if (ledger::strictness_tlp(marking.tlp) < 0 ||
      ledger::strictness_tlp(authority.clearance) < ledger::strictness_tlp(marking.tlp)) {
    plan.refusal = "clearance";
    return plan;
  }
  if (authority.address.empty()) {
    plan.refusal = "no_address";
    return plan;
  }
  if (authority.channel == Channel::email && !authority.certificate.empty()) {
    if (formats::check_certificate(authority.certificate, now))
      plan.channel = Channel::smime;
    else
      plan.refusal = "certificate_ended";
  }
  plan.form = rules.form(marking, plan.channel);
  if (plan.form == Form::none) plan.refusal = "marking";
  return plan;
}

}  // namespace tocsin::inform
