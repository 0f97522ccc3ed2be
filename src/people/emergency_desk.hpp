// SPDX-License-Identifier: Apache-2.0
// What is done with emergency access: opening, ending, reviewing; each a signed act.
//
// Threads: any. Errors: those of Permissions; places are words of the catalogue's section
// account_problem.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "people/account_desk.hpp"
#include "people/emergency.hpp"

namespace tocsin::people {

/// In force at once, for this session only, for EmergencyLimits::open_for; gives its object.
[[nodiscard]] base::Result<std::string> open_emergency(
    const AccountParts& parts, const std::shared_ptr<const Session>& session,
    std::string_view reason);
/// By who opened it, from whichever session.
[[nodiscard]] base::Status close_emergency(const AccountParts& parts, const Session& session,
                                           std::string_view object);
/// Ends what was opened in this session, which is about to be closed; nothing where there is none.
[[nodiscard]] base::Status end_emergency_at_log_out(const AccountParts& parts,
                                                    const Session& session);
/// The auditor's finding: once, after it has ended, by another person.
[[nodiscard]] base::Status review_emergency(const AccountParts& parts, const Session& session,
                                            std::string_view object, EmergencyVerdict verdict,
                                            std::string_view finding);
/// Records the end of what is not in force any more: its hour came, or its session is gone. Called
/// every few seconds; signed by the node, since nobody's session may be left.
[[nodiscard]] base::Status settle_emergencies(const AccountParts& parts);

}  // namespace tocsin::people
