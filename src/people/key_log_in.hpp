// SPDX-License-Identifier: Apache-2.0
// Security keys as second factor: asking for one after the password, taking its answer, adding and
// removing them.
//
// A question lives two minutes in memory, is bound to the browser (or session) that it was made
// for, and is answered once. That an account has keys shows only after its right password.
// Ownership: KeyCeremonies is the program's. Threads: any.
// Errors: those of log_in.hpp; places "key_refused", "key_copied", "key_late", "keys_unusable".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "people/log_in.hpp"
#include "people/log_in_steps.hpp"
#include "people/security_keys.hpp"
#include "people/single_use.hpp"
#include "people/webauthn.hpp"

namespace tocsin::people {

inline constexpr std::chrono::minutes key_question_valid_for{2};
inline constexpr std::size_t key_questions_max = 500;  ///< held at once, of each kind

/// A log-in whose password was right and whose second factor is still to come.
struct HalfLogIn {
  std::string binding;  ///< of the browser that typed the password
  std::string challenge;
  Known known;
  CountedTry counted;
  std::string language;
};
/// A key that a session's person is about to add.
struct KeyOffer {
  std::string form_token;  ///< of the session
  std::string challenge;
  std::string name;
};

class KeyCeremonies {
 public:
  KeyCeremonies(const base::Clock& steady, RelyingParty party)
      : log_ins(steady, key_question_valid_for, key_questions_max),
        offers(steady, key_question_valid_for, key_questions_max),
        party_(std::move(party)) {}
  [[nodiscard]] const RelyingParty& party() const { return party_; }

  SingleUse<HalfLogIn> log_ins;
  SingleUse<KeyOffer> offers;

 private:
  RelyingParty party_;
};

/// What a page hands to navigator.credentials.
struct KeyQuestion {
  std::string ticket;
  std::string challenge;          ///< bytes
  std::vector<std::string> keys;  ///< credential ids: those that may answer, or are there already
};

/// For a log-in whose code field was left empty. Whatever is wrong, and an account without keys,
/// gets the answer of a wrong code after the same work.
[[nodiscard]] base::Result<KeyQuestion> ask_for_key(const AccountParts& parts,
                                                    const LogInTry& typed,
                                                    std::string_view binding);
struct KeyAnswer {
  std::string_view ticket;
  std::string_view binding;
  std::string_view credential_id;
  KeyAssertion assertion;
};
[[nodiscard]] base::Result<Entrance> log_in_with_key(const AccountParts& parts,
                                                     const KeyAnswer& answer);
/// The same ticket, answered with a code of the phone instead.
[[nodiscard]] base::Result<Entrance> log_in_with_late_code(const AccountParts& parts,
                                                           std::string_view ticket,
                                                           std::string_view binding,
                                                           std::string_view code);

/// Asks for a new key of this session's person, after the password.
[[nodiscard]] base::Result<KeyQuestion> offer_key(const AccountParts& parts, const Session& session,
                                                  std::string_view password, std::string_view name);
[[nodiscard]] base::Status add_key(const AccountParts& parts, const Session& session,
                                   std::string_view ticket, const KeyRegistration& sent);
[[nodiscard]] base::Status remove_key(const AccountParts& parts, const Session& session,
                                      std::string_view password, std::string_view handle);
[[nodiscard]] base::Result<std::vector<KeptKey>> own_keys(const AccountParts& parts,
                                                          const Session& session);

}  // namespace tocsin::people
