// SPDX-License-Identifier: Apache-2.0
// The steps of entering that log-in by code, by security key and by link share; for the files of
// this room only.
//
// Threads: any; a password is derived on the caller's thread. Errors: those of log_in.hpp.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "people/account_desk.hpp"

namespace tocsin::people {

/// The one answer to whatever is wrong.
[[nodiscard]] std::unexpected<base::Error> log_in_refused();

/// The parts of a log-in that were found to be right.
struct Known {
  Credential credential;
  PasswordKeys keys;
  std::int64_t step = 0;  ///< of the code
};

[[nodiscard]] base::Result<PasswordKeys> derived(const AccountParts& parts,
                                                 std::string_view password, std::string_view salt,
                                                 const base::PasswordCost& cost);
/// Name, password and code; does the same work whether the name is known or not.
[[nodiscard]] base::Result<Known> check_with_code(const AccountParts& parts,
                                                  const CredentialStore& store,
                                                  store::Database& database,
                                                  std::string_view name_hash,
                                                  std::string_view password, std::string_view code);
/// The same work without a code, for those who answer with a security key.
[[nodiscard]] base::Result<Known> check_password(const AccountParts& parts,
                                                 const CredentialStore& store,
                                                 store::Database& database,
                                                 std::string_view name_hash,
                                                 std::string_view password);
/// The credential of a session's person, once the password was typed again.
[[nodiscard]] base::Result<Known> known_again(const AccountParts& parts,
                                              const CredentialStore& store,
                                              store::Database& database, const Session& session,
                                              std::string_view password);

[[nodiscard]] base::Result<std::shared_ptr<Session>> session_for(
    const AccountParts& parts, store::Database& database, const Account& account,
    std::string key_object, base::SigningKey key, std::string language);

/// Uses the second factor up, on the writer; false where it was used before.
using UseSecondFactor = std::function<base::Result<bool>(store::Database&)>;
/// On the writer: what may not happen twice, or no longer, is decided here.
[[nodiscard]] base::Result<std::shared_ptr<Session>> enter(const AccountParts& parts,
                                                           ledger::Pen& pen,
                                                           const CredentialStore& store,
                                                           Known& known, const UseSecondFactor& use,
                                                           const std::string& language);

using EnterBy = std::function<base::Result<std::shared_ptr<Session>>(ledger::Pen&)>;
/// Opens the session inside the act: an account that is closed after it finds the session and ends
/// it, one that was closed before it is refused. Gives the session's id.
[[nodiscard]] base::Result<std::string> opened_session(const AccountParts& parts,
                                                       const EnterBy& enter_by);

/// How tries at a name are counted: see Throttle.
struct CountedTry {
  std::string name_hash;
  std::string browser_mark;
  bool known_browser = false;
  [[nodiscard]] std::string throttled() const {
    return "log-in\n" + name_hash + (known_browser ? browser_mark : "");
  }
  /// For the browser's cookie, once it has entered.
  [[nodiscard]] std::string mark_after(const CredentialStore& store) const {
    return known_browser ? browser_mark : store.browser_mark(name_hash);
  }
};
[[nodiscard]] CountedTry counted_try(const CredentialStore& store, std::string_view log_in,
                                     std::string_view browser_mark);

}  // namespace tocsin::people
