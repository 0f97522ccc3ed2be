// SPDX-License-Identifier: Apache-2.0
// A logged-in person: who they are, and their signing key while the session lives.
//
// Ownership: shared by the requests of the session; the key is wiped when the last one ends.
// Threads: const from any thread.
#pragma once

#include <memory>
#include <string>

#include "base/calendar.hpp"
#include "base/crypto.hpp"
#include "ledger/ledger.hpp"
#include "pagekit/posted_form.hpp"
#include "pagekit/router.hpp"
#include "people/permissions.hpp"

namespace tocsin::people {

/// What stands above every page of a person (see EmergencyBoard).
class AlertSource {
 public:
  virtual ~AlertSource() = default;
  [[nodiscard]] virtual std::vector<pagekit::Alert> alerts(const pagekit::Words& words,
                                                           const Person& person) const = 0;
};

struct Session final : pagekit::Visitor {
  Person person;
  std::string key_object;  ///< the certified key that signs this person's acts
  base::SigningKey key;
  base::Instant began;
  std::string language;
  const AlertSource* alert_source = nullptr;  ///< outlives the session; may be null

  [[nodiscard]] std::vector<pagekit::Alert> alerts(const pagekit::Words& words) const override {
    return alert_source == nullptr ? std::vector<pagekit::Alert>{}
                                   : alert_source->alerts(words, person);
  }
  /// The same session as it is during one request with emergency access: the sections and rows of
  /// the table that it opens, and `use` to tell whether they were needed.
  [[nodiscard]] base::Result<std::shared_ptr<Session>> in_emergency(
      const Permissions& permissions, std::shared_ptr<EmergencyUse> use) const;
  /// Who signs; valid while the session is held.
  [[nodiscard]] ledger::Author author() const { return {key_object, &key}; }
};

/// A person's key is followed by a new one; the old one is at hand for the last time.
struct KeyRenewal {
  std::string_view account;
  std::string_view old_object;
  const base::SigningKey& old_key;
  std::string_view new_object;
  const base::SigningKey& new_key;
};

/// Told of who enters: for what opens with a person's own key only. Threads: any.
class EntryWatcher {
 public:
  virtual ~EntryWatcher() = default;
  /// After somebody entered. What fails here is tried again when they enter the next time.
  virtual void entered(const Session& session) = 0;
  /// Inside the act that gives the new key.
  [[nodiscard]] virtual base::Status renewed(ledger::Pen& pen, const KeyRenewal& renewal) = 0;
};

/// Where this person may go.
void set_sections(const Permissions& permissions, Session& session);

/// The session of a call, or ErrorCode::unauthenticated.
[[nodiscard]] base::Result<std::shared_ptr<const Session>> session_of(const pagekit::Call& call);

/// The fields of a posted form, checked: urlencoded, and with the session's form token; otherwise
/// ErrorCode::forbidden ("the form is too old, or came from elsewhere").
[[nodiscard]] base::Result<pagekit::Fields> posted_fields(const pagekit::Call& call,
                                                          const Session& session);

/// As posted_fields, for a form that may bring files.
[[nodiscard]] base::Result<pagekit::PostedForm> posted_form(const pagekit::Call& call,
                                                            const Session& session);

/// The same for a form whose token is not a session's: that of the log-in page.
[[nodiscard]] base::Result<pagekit::Fields> checked_form(const net::Request& request,
                                                         std::string_view token);

}  // namespace tocsin::people
