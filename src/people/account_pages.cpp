// SPDX-License-Identifier: Apache-2.0
// One's own account: contact, password, second factor, sessions.
#include "people/drafts.hpp"
#include "people/log_in.hpp"
#include "people/page_parts.hpp"

namespace tocsin::people {
namespace {

namespace json = boost::json;
using pagekit::Answer;
using pagekit::Call;
using SessionHandle = std::shared_ptr<const Session>;

std::string_view session_id_of(const PeoplePagesParts& parts, const Call& call) {
  return pagekit::cookie(call.request, parts.cookies.session_name());
}

json::array session_rows(const PeoplePagesParts& parts, const pagekit::Words& words,
                         const Session& session) {
  json::array rows;
  for (const auto& open : parts.accounts.sessions.of(session.person.account)) {
    const auto minutes = std::chrono::floor<std::chrono::minutes>(open.idle).count();
    rows.push_back(json::object{{"mark", open.mark},
                                {"began", words.time(open.began)},
                                {"idle", words.plural("account.idle", minutes)}});
  }
  return rows;
}

json::value key_rows(const pagekit::Words& words, const std::vector<KeptKey>& keys) {
  json::array rows;
  for (const auto& kept : keys) {
    const bool was_used = kept.used > base::Instant{};
    rows.push_back(
        json::object{{"handle", kept.handle},
                     {"name", kept.name},
                     {"added", words.time(kept.added)},
                     {"used", was_used ? json::value(words.time(kept.used)) : json::value(false)},
                     {"blocked", kept.blocked}});
  }
  if (rows.empty()) return false;
  return json::value{{"rows", std::move(rows)}};
}

base::Result<std::string> own_contact(const PeoplePagesParts& parts, const Session& session) {
  auto database = parts.accounts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto account = find_account(**database, session.person.account);
  if (!account) return std::unexpected(std::move(account.error()));
  auto open = open_account(**database, parts.accounts.vault, *account);
  if (!open) return std::unexpected(std::move(open.error()));
  return std::move(open->contact);
}

Answer account_page(const PeoplePagesParts& parts, const Call& call, const Session& session,
                    std::string problem, std::string done, int status = 200) {
  const auto& words = parts.pages.words(call.language);
  const auto title = words.message("account.title");
  auto context = parts.pages.context(call, {title, title, "account"});
  auto offered = offered_factor(parts.accounts, session);
  if (!offered) return std::unexpected(std::move(offered.error()));
  auto drafts = standing_drafts(parts, session);
  if (!drafts) return std::unexpected(std::move(drafts.error()));
  auto keys = own_keys(parts.accounts, session);
  if (!keys) return std::unexpected(std::move(keys.error()));
  auto contact = own_contact(parts, session);
  if (!contact) return std::unexpected(std::move(contact.error()));
  context["account"] = json::object{
      {"keys", key_rows(words, *keys)},
      {"keys_usable", parts.accounts.ceremonies.party().usable()},
      {"problem", text_or_false(std::move(problem))},
      {"done", text_or_false(std::move(done))},
      {"name", session.person.name},
      {"unit", session.person.unit},
      {"clearance", session.person.clearance},
      {"roles", role_names(words, session.person.roles)},
      {"kept", drafts->empty() ? json::value(false)
                               : json::value(words.plural(
                                     "account.kept", static_cast<std::int64_t>(drafts->size())))},
      {"contact", *contact},
      {"totp_secret", offered->totp_secret},
      {"totp_address", offered->totp_address},
      {"sessions", session_rows(parts, words, session)}};
  return parts.pages.render(call, "people/account", context, status);
}

/// Runs a change of one's own account and shows the page with what came of it.
template <class Change>
Answer changed(const PeoplePagesParts& parts, const Call& call, std::string_view done_key,
               Change change) {
  auto session = session_of(call);
  if (!session) return std::unexpected(std::move(session.error()));
  auto fields = posted_fields(call, **session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto& words = parts.pages.words(call.language);
  const base::Status done = change(**session, *fields);
  if (done) return account_page(parts, call, **session, {}, words.message(done_key));
  auto problem = words_for(words, done.error());
  if (!problem) return std::unexpected(done.error());
  return account_page(parts, call, **session, std::move(*problem), {}, status_refused);
}

base::Status take_password(const PeoplePagesParts& parts, const Call& call, const Session& session,
                           const pagekit::Fields& fields) {
  if (fields.get("new_password") != fields.get("new_password_again"))
    return base::fail(base::ErrorCode::invalid_input, "the two new passwords differ",
                      "password_differs");
  return change_password(parts.accounts, session, session_id_of(parts, call),
                         fields.get("password"), fields.get("new_password"));
}

Answer end_sessions(const PeoplePagesParts& parts, const Call& call) {
  return changed(parts, call, "account.sessions_done",
                 [&](const Session& session, const pagekit::Fields& fields) -> base::Status {
                   auto& sessions = parts.accounts.sessions;
                   if (fields.has("mark"))
                     sessions.close_marked(session.person.account, fields.get("mark"));
                   else
                     sessions.close_all_of(session.person.account, session_id_of(parts, call));
                   return {};
                 });
}

/// The password was right: the page on which the browser asks the new key.
Answer new_key_page(const PeoplePagesParts& parts, const Call& call) {
  auto session = session_of(call);
  if (!session) return std::unexpected(std::move(session.error()));
  auto fields = posted_fields(call, **session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto& words = parts.pages.words(call.language);
  auto question =
      offer_key(parts.accounts, **session, fields->get("password"), fields->get("name"));
  if (!question) {
    auto problem = words_for(words, question.error());
    if (!problem) return std::unexpected(std::move(question.error()));
    return account_page(parts, call, **session, std::move(*problem), {}, status_refused);
  }
  const auto title = words.message("new_key.title");
  auto context = parts.pages.context(call, {title, title, "account"});
  const auto user = base::sha256("tocsin/key-user/1\n" + (*session)->person.account);
  context["key"] = json::object{{"ticket", question->ticket},
                                {"challenge", base::base64url(question->challenge)},
                                {"party", parts.accounts.ceremonies.party().id},
                                {"node", parts.accounts.node_name},
                                {"user", base::base64url(base::view_of(user))},
                                {"user_name", (*session)->person.name},
                                {"ids", key_ids(*question)}};
  return parts.pages.render(call, "people/new_key", context);
}

}  // namespace

void add_key_pages(pagekit::Router& router, const PeoplePagesParts& parts) {
  router.add({"POST", "/account/keys", {}, {}, {}, [&parts](const Call& call) {
                return new_key_page(parts, call);
              }});
  router.add({"POST", "/account/keys/add", {}, {}, {}, [&parts](const Call& call) {
                return changed(parts, call, "account.key_added",
                               [&](const Session& session, const pagekit::Fields& fields) {
                                 const auto sent = read_key_fields(fields);
                                 return add_key(parts.accounts, session, fields.get("ticket"),
                                                {sent.client_data, sent.data});
                               });
              }});
  router.add({"POST", "/account/keys/remove", {}, {}, {}, [&parts](const Call& call) {
                return changed(parts, call, "account.key_removed",
                               [&](const Session& session, const pagekit::Fields& fields) {
                                 return remove_key(parts.accounts, session, fields.get("password"),
                                                   fields.get("handle"));
                               });
              }});
}

void add_account_pages(pagekit::Router& router, const PeoplePagesParts& parts) {
  router.add({"GET", "/account", {}, {}, {}, [&parts](const Call& call) -> Answer {
                auto session = session_of(call);
                if (!session) return std::unexpected(std::move(session.error()));
                return account_page(parts, call, **session, {}, {});
              }});
  router.add({"POST", "/account/password", {}, {}, {}, [&parts](const Call& call) {
                return changed(parts, call, "account.password_done",
                               [&](const Session& session, const pagekit::Fields& fields) {
                                 return take_password(parts, call, session, fields);
                               });
              }});
  router.add({"POST", "/account/contact", {}, {}, {}, [&parts](const Call& call) {
                return changed(parts, call, "account.contact_done",
                               [&](const Session& session, const pagekit::Fields& fields) {
                                 return change_contact(parts.accounts, session,
                                                       fields.get("contact"));
                               });
              }});
  router.add({"POST", "/account/second-factor", {}, {}, {}, [&parts](const Call& call) {
                return changed(parts, call, "account.factor_done",
                               [&](const Session& session, const pagekit::Fields& fields) {
                                 return change_second_factor(
                                     parts.accounts, session, session_id_of(parts, call),
                                     fields.get("password"), fields.get("code"));
                               });
              }});
  router.add({"POST", "/account/sessions", {}, {}, {}, [&parts](const Call& call) {
                return end_sessions(parts, call);
              }});
}

}  // namespace tocsin::people
