// SPDX-License-Identifier: Apache-2.0
// A mail without content to those who watch over the node, when somebody opens emergency access.
//
// Threads: those of the pen or database given. Errors: those of the store and the vault.
#pragma once

#include <string_view>

#include "inform/outbox.hpp"
#include "inform/outgoing_message.hpp"
#include "inform/parts.hpp"

namespace tocsin::inform {

/// Kind of its deliveries; the receiver is an account, whose contact is opened when it is sent.
inline constexpr std::string_view kind_emergency = "emergency";

/// Puts one mail for each active principal, deputy and auditor whose contact is a mail address into
/// the outbox; none where no mail goes out.
[[nodiscard]] base::Status tell_of_emergency(const InformParts& parts, ledger::Pen& pen,
                                             std::string_view emergency);
[[nodiscard]] base::Result<OutgoingMessage> compose_emergency_mail(const InformParts& parts,
                                                                   store::Database& database,
                                                                   const OutboxRow& row);

}  // namespace tocsin::inform
