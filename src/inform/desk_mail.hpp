// SPDX-License-Identifier: Apache-2.0
// Whom of the own desk a warning waits for, and the mail that reminds them: that something waits
// and where, nothing else.
//
// Threads: those of the pen or database given. Errors: those of the store and the vault; a mail
// that need not go any more is conflict, one without an address invalid_input.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "inform/outbox.hpp"
#include "inform/outgoing_message.hpp"
#include "inform/warning_tables.hpp"
#include "people/account_tables.hpp"

namespace tocsin::inform {

/// Kind of its deliveries; the receiver is an account, whose contact is opened when it is sent.
inline constexpr std::string_view kind_desk = "desk";

/// Acts of data/permissions.tsv, of which one moves a warning that waits in this state; none in
/// states that wait for nobody.
[[nodiscard]] std::span<const std::string_view> awaited_acts(WarningState state);
/// Active accounts whose roles, unit and clearance allow one of these acts on a warning that stands
/// in `state`.
[[nodiscard]] base::Result<std::vector<people::Account>> people_for(
    const people::Permissions& permissions, store::Database& database,
    std::span<const std::string_view> acts, const WarningRow& warning, WarningState state);

/// Whether an active deputy could decide on this warning once it is escalated.
[[nodiscard]] base::Result<bool> has_deputy(const people::Permissions& permissions,
                                            store::Database& database, const WarningRow& warning);
/// Whether anybody could ever decide on this warning as it is marked now: an active or invited
/// principal or deputy who is cleared for it. Otherwise invalid_input at "decider_clearance": it
/// would wait unseen.
[[nodiscard]] base::Status check_somebody_decides(const people::Permissions& permissions,
                                                  store::Database& database,
                                                  const WarningRow& warning);
/// What is due for a warning now, with the accounts as they are: nothing is handed to a deputy whom
/// the desk does not have.
[[nodiscard]] base::Result<std::optional<DueStep>> due_step(const InformParts& parts,
                                                            store::Database& database,
                                                            const WarningRow& warning,
                                                            base::Instant now);

/// Puts a mail for each of them whose contact is a mail address into the outbox, inside the act
/// that recorded the reminder; none where no mail goes out.
[[nodiscard]] base::Status mail_to_awaited(const InformParts& parts, ledger::Pen& pen,
                                           const WarningRow& warning, WarningState state,
                                           std::string_view reminder);
[[nodiscard]] base::Result<OutgoingMessage> compose_desk_mail(const InformParts& parts,
                                                              store::Database& database,
                                                              const OutboxRow& row);

/// A mail to somebody of the own desk. Accounts carry no language, so it says the same in each
/// language of the pages, then the address of one of them.
[[nodiscard]] base::Result<OutgoingMessage> own_mail(const InformParts& parts, const OutboxRow& row,
                                                     std::string_view to,
                                                     std::string_view subject_key,
                                                     std::string_view body_key,
                                                     std::string_view path);

}  // namespace tocsin::inform
