// SPDX-License-Identifier: Apache-2.0
// What is done with accounts: founding, inviting, accepting, changing, closing, recovering.
//
// Nobody makes an account alone. An administrator asks and holds a link; a second person
// (principal, deputy or auditor, never who asked nor whom it concerns) agrees and holds a code.
// Only both together open the account, so neither can enter in another's name. Ownership:
// AccountParts refers to what the program owns. Threads: any; passwords are derived on the caller's
// thread, never on the ledger's writer. Errors: places are words of the catalogue's section
// account_problem where a person can put it right; ErrorCode::forbidden of Permissions otherwise.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "people/account.hpp"
#include "people/account_tables.hpp"
#include "people/credential.hpp"
#include "people/desk.hpp"
#include "people/emergency_board.hpp"
#include "people/password_rules.hpp"
#include "people/sessions.hpp"
#include "people/throttle.hpp"

namespace tocsin::people {

/// A person's key signs for this long; log-in makes a new one when less than key_renewed_before is
/// left.
inline constexpr std::chrono::days key_validity{365};
inline constexpr std::chrono::days key_renewed_before{90};

class KeyCeremonies;

struct AccountParts {
  const Desk& desk;
  ledger::Vault& vault;  ///< the desk's, for the lock button
  const RolePairs& pairs;
  const PasswordRules& rules;
  Sessions& sessions;
  Throttle& throttle;
  PasswordSlots& slots;
  base::PasswordCost cost;
  std::string node_name;  ///< as authenticator applications show it
  EmergencyBoard& emergencies;
  KeyCeremonies& ceremonies;
  EntryWatcher* watcher = nullptr;
  /// Tells those who watch over the node, inside the act that opened emergency access. May be
  /// empty: then no mail goes out.
  std::function<base::Status(ledger::Pen&, std::string_view emergency)> tell_emergency = {};
  /// Puts a setting in force once a second person has agreed. May be empty; what fails is made good
  /// when the program starts.
  std::function<void(std::string_view name, std::string_view value)> setting_agreed = {};
};

/// A link for one person: "/invitation/" and the token.
struct FirstLink {
  std::string account;
  std::string log_in;
  std::string token;
};

/// The first people of a node, by the node's own signature. Refused by RolePairs::check_founders,
/// and where there are accounts already. Their links need no second person.
[[nodiscard]] base::Result<std::vector<FirstLink>> found_people(ledger::Ledger& ledger,
                                                                const RolePairs& pairs,
                                                                std::span<const NewPerson> people);
/// For who sits at the machine when no two people are left who could do it by the pages: ends the
/// account's keys and password, and gives a link. Signed by the node, so the record shows it.
[[nodiscard]] base::Result<FirstLink> recover_at_the_machine(ledger::Ledger& ledger,
                                                             std::string_view log_in);

/// Asks for a new account; the answer holds the link that works once somebody agrees.
[[nodiscard]] base::Result<FirstLink> propose_account(const AccountParts& parts,
                                                      const Session& session,
                                                      const NewPerson& person);

struct AskedChange {
  std::string account;
  ChangeKind kind = ChangeKind::change;
  std::optional<Standing> standing;  ///< for ChangeKind::change
  std::string reason;
};
struct Asked {
  std::string request;
  std::string token;  ///< of the new link, for ChangeKind::recover
};
[[nodiscard]] base::Result<Asked> ask_change(const AccountParts& parts, const Session& session,
                                             const AskedChange& asked);
/// The second person agrees: takes effect at once. Gives the code for the person concerned where a
/// link was made.
[[nodiscard]] base::Result<std::optional<std::string>> agree_to(const AccountParts& parts,
                                                                const Session& session,
                                                                std::string_view request);
/// The second person refuses, or who asked takes it back.
[[nodiscard]] base::Status refuse(const AccountParts& parts, const Session& session,
                                  std::string_view request);

/// Another contact of one's own account, in force at once and in the record as one's own act; the
/// contact itself is sealed there. conflict at "standing_same" where it is the present one.
[[nodiscard]] base::Status change_contact(const AccountParts& parts, const Session& session,
                                          std::string_view contact);

/// Ends all sessions and forgets the node's key. Recorded before.
[[nodiscard]] base::Status lock_node(const AccountParts& parts, const Session& session);

}  // namespace tocsin::people
