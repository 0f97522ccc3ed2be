// SPDX-License-Identifier: Apache-2.0
#include "people/account_desk.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "people/account_steps.hpp"

namespace tocsin::people {
namespace {

using base::ErrorCode;
using base::fail;
using ledger::Pen;

base::Status check_reason(std::string_view reason) {
  if (base::trim(reason).empty()) return fail(ErrorCode::invalid_input, "say why", "reason_empty");
  if (reason.size() > reason_bytes_max || !base::is_utf8(reason))
    return fail(ErrorCode::invalid_input, "the reason is too long", "reason_long");
  return {};
}

base::Result<std::string> append_request(Pen& pen, const ChangeRequest& request,
                                         std::string_view reason, const ledger::Author& author) {
  ledger::Draft draft;
  draft.object = pen.new_object(change_request_type);
  draft.type = change_request_type;
  draft.fields = request_fields(request);
  draft.fields["reason"] = base::normalize_nfc(base::trim(reason));
  draft.sealed = {"reason"};
  draft.data_key = request.account;
  auto made = pen.append(draft, author);
  if (!made) return std::unexpected(std::move(made.error()));
  return draft.object;
}

base::Status append_answer(Pen& pen, ChangeRequest request, ChangeState answer,
                           const ledger::Author& author) {
  request.state = answer;
  ledger::Draft draft;
  draft.object = request.object;
  draft.type = change_request_type;
  draft.fields = request_fields(request);
  auto made = pen.append(draft, author);
  if (!made) return std::unexpected(std::move(made.error()));
  return {};
}

/// Only one thing at a time is asked for an account: what is agreed to is what was read.
base::Status no_open_request(store::Database& database, std::string_view account) {
  auto open = has_open_request(database, account);
  if (!open) return std::unexpected(std::move(open.error()));
  if (*open)
    return fail(ErrorCode::conflict, "something is asked for this account already", "request_open");
  return {};
}

base::Status check_left(store::Database& database, const Account& changed) {
  auto accounts = list_accounts(database);
  if (!accounts) return std::unexpected(std::move(accounts.error()));
  for (auto& account : *accounts)
    if (account.object == changed.object) account = changed;
  return check_remaining(*accounts);
}

/// What an agreed request makes of the account, with keys, password and link.
base::Result<std::optional<std::string>> put_in_force(Pen& pen, const ChangeRequest& request,
                                                      Account account,
                                                      const ledger::Author& author) {
  account.state = state_after(request.kind, ChangeState::agreed, account.state);
  if (request.standing) account.standing = *request.standing;
  if (request.kind != ChangeKind::invite)
    if (auto done = check_left(pen.database(), account); !done)
      return std::unexpected(std::move(done.error()));
  if (request.kind == ChangeKind::close || request.kind == ChangeKind::recover) {
    if (auto done = revoke_keys(pen, account.object, name_of(request.kind)); !done)
      return std::unexpected(std::move(done.error()));
    if (auto done = delete_credential(pen.database(), account.object); !done)
      return std::unexpected(std::move(done.error()));
  }
  if (request.kind == ChangeKind::close) {
    if (auto done = delete_invitation(pen.database(), account.object); !done)
      return std::unexpected(std::move(done.error()));
    if (auto done = delete_log_in_name(pen.database(), account.object); !done)
      return std::unexpected(std::move(done.error()));
  }
  if (auto made = pen.append(account_draft(account), author); !made)
    return std::unexpected(std::move(made.error()));
  if (request.kind != ChangeKind::invite && request.kind != ChangeKind::recover)
    return std::nullopt;
  auto code = make_release_code();
  if (auto done = release_invitation(pen.database(), account.object, code, pen.now()); !done)
    return std::unexpected(std::move(done.error()));
  return std::optional(std::move(code));
}

base::Status check_no_accounts(store::Database& database) {
  auto accounts = list_accounts(database);
  if (!accounts) return std::unexpected(std::move(accounts.error()));
  if (accounts->empty()) return {};
  return fail(ErrorCode::conflict, "this node has people already", "people",
              "an administrator invites more");
}

base::Result<FirstLink> link_for(Pen& pen, std::string account, std::string log_in, bool agreed) {
  FirstLink link{std::move(account), std::move(log_in), make_token()};
  const Invitation invitation{link.account, pen.now() + invitation_valid_for, {}, agreed};
  if (auto done = write_invitation(pen.database(), link.token, invitation); !done)
    return std::unexpected(std::move(done.error()));
  return link;
}

}  // namespace

base::Result<std::vector<FirstLink>> found_people(ledger::Ledger& ledger, const RolePairs& pairs,
                                                  std::span<const NewPerson> people) {
  std::vector<std::set<Role>> roles;
  for (const auto& person : people) roles.push_back(person.standing.roles);
  if (auto done = pairs.check_founders(roles); !done)
    return std::unexpected(std::move(done.error()));
  for (const auto& person : people)
    if (auto done = check_person(person, pairs); !done)
      return base::fail_at(person.log_in, std::move(done.error()));
  return ledger.act([&](Pen& pen) -> base::Result<std::vector<FirstLink>> {
    if (auto done = check_no_accounts(pen.database()); !done)
      return std::unexpected(std::move(done.error()));
    if (auto done = CredentialStore::prepare(pen.database(), pen.vault()); !done)
      return std::unexpected(std::move(done.error()));
    std::vector<FirstLink> links;
    for (const auto& person : people) {
      auto account = begin_account(pen, person, AccountState::invited, nullptr);
      if (!account) return base::fail_at(person.log_in, std::move(account.error()));
      auto link = link_for(pen, account->object, person.log_in, true);
      if (!link) return std::unexpected(std::move(link.error()));
      links.push_back(std::move(*link));
    }
    return links;
  });
}

base::Result<FirstLink> recover_at_the_machine(ledger::Ledger& ledger, std::string_view log_in) {
  return ledger.act([&](Pen& pen) -> base::Result<FirstLink> {
    auto& database = pen.database();
    auto credentials = CredentialStore::open(database, pen.vault());
    if (!credentials) return std::unexpected(std::move(credentials.error()));
    auto object = account_of_log_in(database, credentials->log_in_hash(plain_log_in(log_in)));
    if (!object) return std::unexpected(std::move(object.error()));
    auto account = find_account(database, *object);
    if (!account) return std::unexpected(std::move(account.error()));
    if (auto done = may_ask(ChangeKind::recover, account->state); !done)
      return std::unexpected(std::move(done.error()));
    if (auto done = revoke_keys(pen, *object, "recover"); !done)
      return std::unexpected(std::move(done.error()));
    if (auto done = delete_credential(database, *object); !done)
      return std::unexpected(std::move(done.error()));
    account->state = AccountState::invited;
    if (auto made = pen.append_as_node(account_draft(*account)); !made)
      return std::unexpected(std::move(made.error()));
    return link_for(pen, *object, std::string(log_in), true);
  });
}

base::Result<FirstLink> propose_account(const AccountParts& parts, const Session& session,
                                        const NewPerson& person) {
  if (auto done = check_person(person, parts.pairs); !done)
    return std::unexpected(std::move(done.error()));
  return parts.desk.ledger.act([&](Pen& pen) -> base::Result<FirstLink> {
    if (auto done = parts.desk.permissions.may(session.person, act_of(ChangeKind::invite)); !done)
      return std::unexpected(std::move(done.error()));
    const auto author = session.author();
    auto account = begin_account(pen, person, AccountState::proposed, &author);
    if (!account) return std::unexpected(std::move(account.error()));
    ChangeRequest request;
    request.account = account->object;
    request.kind = ChangeKind::invite;
    if (auto done = append_request(pen, request, "-", author); !done)
      return std::unexpected(std::move(done.error()));
    return link_for(pen, account->object, person.log_in, false);
  });
}

base::Result<Asked> ask_change(const AccountParts& parts, const Session& session,
                               const AskedChange& asked) {
  if (asked.kind == ChangeKind::invite)
    return fail(ErrorCode::internal, "an invitation begins with a person", "kind");
  if (auto done = check_reason(asked.reason); !done)
    return std::unexpected(std::move(done.error()));
  if ((asked.kind == ChangeKind::change) != asked.standing.has_value())
    return fail(ErrorCode::internal, "roles belong to a change and to nothing else", "kind");
  auto wanted = asked.standing;
  if (wanted) {
    if (auto done = check_standing(*wanted, parts.pairs); !done)
      return std::unexpected(std::move(done.error()));
    wanted->unit = base::normalize_nfc(base::trim(wanted->unit));
  }
  return parts.desk.ledger.act([&](Pen& pen) -> base::Result<Asked> {
    const std::array<std::string, 1> concerned{asked.account};
    if (auto done =
            parts.desk.permissions.may(session.person, act_of(asked.kind), {.authors = concerned});
        !done)
      return std::unexpected(std::move(done.error()));
    auto account = find_account(pen.database(), asked.account);
    if (!account) return std::unexpected(std::move(account.error()));
    if (auto done = may_ask(asked.kind, account->state); !done)
      return std::unexpected(std::move(done.error()));
    if (auto done = no_open_request(pen.database(), asked.account); !done)
      return std::unexpected(std::move(done.error()));
    if (wanted && *wanted == account->standing)
      return fail(ErrorCode::invalid_input, "this is how it stands already", "standing_same");
    ChangeRequest request;
    request.account = asked.account;
    request.kind = asked.kind;
    request.standing = wanted;
    auto object = append_request(pen, request, asked.reason, session.author());
    if (!object) return std::unexpected(std::move(object.error()));
    Asked answer{std::move(*object), {}};
    if (asked.kind != ChangeKind::recover) return answer;
    auto link = link_for(pen, asked.account, {}, false);
    if (!link) return std::unexpected(std::move(link.error()));
    answer.token = std::move(link->token);
    return answer;
  });
}

base::Result<std::optional<std::string>> agree_to(const AccountParts& parts, const Session& session,
                                                  std::string_view request_object) {
  std::string concerned;
  auto code = parts.desk.ledger.act([&](Pen& pen) -> base::Result<std::optional<std::string>> {
    auto request = find_request(pen.database(), request_object);
    if (!request) return std::unexpected(std::move(request.error()));
    const std::array<std::string, 2> concerns{request->asked_by, request->account};
    if (auto done =
            parts.desk.permissions.may(session.person, "account.agree",
                                       {.state = name_of(request->state), .authors = concerns});
        !done)
      return std::unexpected(std::move(done.error()));
    auto account = find_account(pen.database(), request->account);
    if (!account) return std::unexpected(std::move(account.error()));
    if (auto done = may_ask(request->kind, account->state); !done)
      return std::unexpected(std::move(done.error()));
    concerned = account->object;
    if (auto done = append_answer(pen, *request, ChangeState::agreed, session.author()); !done)
      return std::unexpected(std::move(done.error()));
    return put_in_force(pen, *request, std::move(*account), session.author());
  });
  if (code) parts.sessions.close_all_of(concerned);
  return code;
}

base::Status refuse(const AccountParts& parts, const Session& session,
                    std::string_view request_object) {
  auto done = parts.desk.ledger.act([&](Pen& pen) -> base::Result<bool> {
    auto request = find_request(pen.database(), request_object);
    if (!request) return std::unexpected(std::move(request.error()));
    const std::array<std::string, 2> concerns{request->asked_by, request->account};
    const bool takes_back =
        request->asked_by == session.person.account && request->state == ChangeState::asked;
    if (!takes_back)
      if (auto may =
              parts.desk.permissions.may(session.person, "account.agree",
                                         {.state = name_of(request->state), .authors = concerns});
          !may)
        return std::unexpected(std::move(may.error()));
    auto account = find_account(pen.database(), request->account);
    if (!account) return std::unexpected(std::move(account.error()));
    if (auto made = append_answer(pen, *request, ChangeState::refused, session.author()); !made)
      return std::unexpected(std::move(made.error()));
    const bool had_link =
        request->kind == ChangeKind::invite || request->kind == ChangeKind::recover;
    if (had_link)
      if (auto ended = delete_invitation(pen.database(), account->object); !ended)
        return std::unexpected(std::move(ended.error()));
    if (request->kind != ChangeKind::invite) return true;
    if (auto ended = delete_log_in_name(pen.database(), account->object); !ended)
      return std::unexpected(std::move(ended.error()));
    account->state = state_after(request->kind, ChangeState::refused, account->state);
    auto made = pen.append(account_draft(*account), session.author());
    if (!made) return std::unexpected(std::move(made.error()));
    return true;
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return {};
}

base::Status change_contact(const AccountParts& parts, const Session& session,
                            std::string_view contact) {
  if (auto done = check_contact(contact); !done) return done;
  return parts.desk.ledger.act([&](Pen& pen) -> base::Status {
    auto account = find_account(pen.database(), session.person.account);
    if (!account) return std::unexpected(std::move(account.error()));
    const std::array<std::string, 1> own{account->object};
    const Matter matter{.state = name_of(account->state), .authors = own};
    if (auto may = parts.desk.permissions.may(session.person, "account.contact", matter); !may)
      return may;
    auto open = open_account(pen.database(), pen.vault(), *account);
    if (!open) return std::unexpected(std::move(open.error()));
    account->contact = kept_text(contact);
    if (account->contact.as_string() == open->contact)
      return fail(ErrorCode::conflict, "this is the contact already", "standing_same");
    auto draft = account_draft(*account);
    draft.sealed = {"contact"};
    draft.data_key = account->object;
    auto made = pen.append(draft, session.author());
    if (!made) return std::unexpected(std::move(made.error()));
    return {};
  });
}

base::Status lock_node(const AccountParts& parts, const Session& session) {
  auto done = parts.desk.ledger.act([&](Pen& pen) -> base::Result<ledger::Revision> {
    if (auto may = parts.desk.permissions.may(session.person, "node.lock"); !may)
      return std::unexpected(std::move(may.error()));
    ledger::Draft draft;
    draft.object = pen.new_object("node_lock");
    draft.type = "node_lock";
    draft.fields = {{"state", "locked"}};
    return pen.append(draft, session.author());
  });
  // A full disk must not keep anybody from locking; only who may not do it is refused.
  if (!done && done.error().code == ErrorCode::forbidden)
    return std::unexpected(std::move(done.error()));
  parts.vault.lock();
  parts.sessions.close_all();
  return {};
}

}  // namespace tocsin::people
