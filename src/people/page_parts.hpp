// SPDX-License-Identifier: Apache-2.0
// What the pages of this room share: forms before log-in, words for problems, common rows.
//
// Threads: pure over their parts.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "people/key_log_in.hpp"
#include "people/people_pages.hpp"

namespace tocsin::people {

inline constexpr int status_refused = 422;  ///< a form that was not taken, shown again

/// The token of forms that are sent before log-in: bound to a cookie that other sites cannot read
/// or send along. Makes a new cookie where there is none.
struct EarlyForm {
  std::string token;
  std::string set_cookie;  ///< empty where the browser has one
};
[[nodiscard]] EarlyForm early_form(const PeoplePagesParts& parts, const net::Request& request);

/// What the catalogue says about a failure, or nothing where it is no person's to put right.
[[nodiscard]] std::optional<std::string> words_for(const pagekit::Words& words,
                                                   const base::Error& error);
[[nodiscard]] boost::json::value text_or_false(std::string text);
/// {id, label, checked} of every role.
[[nodiscard]] boost::json::array role_choices(const pagekit::Words& words,
                                              const std::set<Role>& chosen);
/// {id, label, chosen} of every marking, strictest last.
[[nodiscard]] boost::json::array clearance_choices(std::string_view chosen);
/// "Analyst, Officer" in the page's language.
[[nodiscard]] std::string role_names(const pagekit::Words& words, const std::set<Role>& roles);
/// The roles that are ticked in a form.
[[nodiscard]] std::set<Role> ticked_roles(const pagekit::Fields& fields);

/// What the module of security keys puts into a form: bytes, read from base64url. What cannot be
/// read is empty, and refused as such.
struct KeyFields {
  std::string credential_id;
  std::string client_data;
  std::string data;  ///< authenticator's data, or the attestation of a new key
  std::string signature;
};
[[nodiscard]] KeyFields read_key_fields(const pagekit::Fields& fields);
/// Credential ids for the page, parted by blanks.
[[nodiscard]] std::string key_ids(const KeyQuestion& question);

/// Names of accounts, opened as they are asked for. A name whose key was erased stays unknown.
class AccountNames {
 public:
  AccountNames(const PeoplePagesParts& parts, const pagekit::Words& words,
               store::Database& database)
      : parts_(parts), words_(words), database_(database) {}
  /// Empty: the node itself.
  [[nodiscard]] const std::string& of(const std::string& account);

 private:
  const PeoplePagesParts& parts_;
  const pagekit::Words& words_;
  store::Database& database_;
  std::map<std::string, std::string> names_;
};

/// Whether a draft of this person is still to be shown; one that is not is dropped.
[[nodiscard]] base::Result<bool> still_stands(const PeoplePagesParts& parts, const Session& session,
                                              const KeptDraft& draft);
/// The person's drafts that stand, newest first.
[[nodiscard]] base::Result<std::vector<KeptDraft>> standing_drafts(const PeoplePagesParts& parts,
                                                                   const Session& session);

/// Handlers of one file each.
void add_log_in_pages(pagekit::Router& router, const PeoplePagesParts& parts);
void add_account_pages(pagekit::Router& router, const PeoplePagesParts& parts);
void add_administration_pages(pagekit::Router& router, const PeoplePagesParts& parts);
void add_record_pages(pagekit::Router& router, const PeoplePagesParts& parts);
void add_key_pages(pagekit::Router& router, const PeoplePagesParts& parts);
void add_draft_pages(pagekit::Router& router, const PeoplePagesParts& parts);
void add_emergency_pages(pagekit::Router& router, const PeoplePagesParts& parts);

}  // namespace tocsin::people
