// SPDX-License-Identifier: Apache-2.0
// Entering: by password and code, or the first time by a link; and what people change about their
// own password and second factor.
//
// Whatever is wrong (name, password, code, or nobody of that name) gets one answer after the same
// work. Threads: any; a password is derived on the caller's thread.
// Errors: ErrorCode::unauthenticated "log_in_refused"; limit_exceeded "try_later"; unavailable
// while the node is locked or too many log in; places are words of account_problem.
#pragma once

#include <string>
#include <string_view>

#include "people/account_desk.hpp"

namespace tocsin::people {

struct Entrance {
  std::string session_id;    ///< for the cookie; kept nowhere else
  std::string browser_mark;  ///< for a browser that logged in: see Throttle
};

struct LogInTry {
  std::string log_in;
  std::string password;
  std::string code;
  std::string browser_mark;  ///< of the cookie, or empty
  std::string language;
};
[[nodiscard]] base::Result<Entrance> log_in(const AccountParts& parts, const LogInTry& typed);

/// What the page of a link shows.
struct Enrolment {
  std::string account;
  std::string name;
  std::string log_in;
  bool needs_code = false;
  std::string totp_secret;   ///< base32
  std::string totp_address;  ///< otpauth:
};
/// ErrorCode::not_found "invitation_gone" for a link that is unknown, used or too old;
/// conflict "invitation_waits" while nobody has agreed.
[[nodiscard]] base::Result<Enrolment> enrolment_of(const AccountParts& parts,
                                                   std::string_view token);

struct Acceptance {
  std::string token;
  std::string release_code;  ///< from the second person, where one was needed
  std::string password;
  std::string totp_code;
  std::string language;
};
/// Sets password and second factor, makes the person's key, and enters.
[[nodiscard]] base::Result<Entrance> accept_invitation(const AccountParts& parts,
                                                       const Acceptance& typed);

/// All other sessions of the account end.
[[nodiscard]] base::Status change_password(const AccountParts& parts, const Session& session,
                                           std::string_view session_id, std::string_view old_one,
                                           std::string_view new_one);
/// The second factor that is offered to this session for a change.
struct OfferedFactor {
  std::string totp_secret;
  std::string totp_address;
};
[[nodiscard]] base::Result<OfferedFactor> offered_factor(const AccountParts& parts,
                                                         const Session& session);
[[nodiscard]] base::Status change_second_factor(const AccountParts& parts, const Session& session,
                                                std::string_view session_id,
                                                std::string_view password,
                                                std::string_view totp_code);

}  // namespace tocsin::people
