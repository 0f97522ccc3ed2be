// SPDX-License-Identifier: Apache-2.0
// Accounts and what is asked for them; the button that locks the node.
#include <algorithm>
#include <array>

#include "people/log_in.hpp"
#include "people/page_parts.hpp"
#include "people/setting_desk.hpp"

namespace tocsin::people {
namespace {

namespace json = boost::json;
using pagekit::Answer;
using pagekit::Call;

constexpr std::size_t answered_shown_max = 20;

/// What a form brought about, or why not; shown once.
struct News {
  std::string problem;
  std::string done;
  std::string link;  ///< token of a new one-time link
  std::string code;  ///< for the person concerned
};

/// One page over one connection: names are opened once.
struct Sheet {
  const PeoplePagesParts& parts;
  const pagekit::Words& words;
  const Session& session;
  store::Database& database;
  std::map<std::string, std::string> names;
  std::vector<Account> accounts;

  base::Status read_accounts() {
    auto list = list_accounts(database);
    if (!list) return std::unexpected(std::move(list.error()));
    accounts = std::move(*list);
    return {};
  }
  base::Status read_names() {
    for (const auto& account : accounts) {
      auto open = open_account(database, parts.accounts.vault, account);
      if (!open) return std::unexpected(std::move(open.error()));
      names[account.object] =
          open->name.empty() ? words.message("record.name_erased") : std::move(open->name);
    }
    return {};
  }
  [[nodiscard]] std::string name(const std::string& account) const {
    const auto found = names.find(account);
    return found == names.end() ? words.message("administration.nobody") : found->second;
  }
  /// Whether a change, once agreed to, leaves nobody who decides in the principal's place.
  [[nodiscard]] bool ends_deputy(const ChangeRequest& request) const {
    const auto found = std::ranges::find(accounts, request.account, &Account::object);
    if (found == accounts.end()) return false;
    auto changed = *found;
    changed.state = state_after(request.kind, ChangeState::agreed, changed.state);
    if (request.standing) changed.standing = *request.standing;
    return leaves_no_deputy(accounts, changed);
  }
  [[nodiscard]] bool may(std::string_view act, const Matter& matter = {}) const {
    return parts.accounts.desk.permissions.allows(session.person, act, matter);
  }
};

std::string account_href(std::string_view account) {
  return "/administration/accounts/" + pagekit::percent_encode(account);
}

json::value standing_text(const Sheet& sheet, const std::optional<Standing>& standing) {
  if (!standing) return false;
  return json::value(sheet.words.message("administration.standing",
                                         {{"roles", role_names(sheet.words, standing->roles)},
                                          {"unit", standing->unit},
                                          {"clearance", standing->clearance}}));
}

base::Result<json::object> request_row(const Sheet& sheet, const ChangeRequest& request) {
  auto reason = sheet.parts.accounts.vault.open_field(sheet.database, request.object, "reason",
                                                      request.reason);
  if (!reason) return std::unexpected(std::move(reason.error()));
  const std::array<std::string, 2> concerns{request.asked_by, request.account};
  const bool open = request.state == ChangeState::asked;
  auto wanted = request.standing;
  if (request.kind == ChangeKind::invite) {
    auto account = find_account(sheet.database, request.account);
    if (!account) return std::unexpected(std::move(account.error()));
    wanted = account->standing;
  }
  const std::string why = reason->is_string() ? std::string(reason->get_string()) : "";
  return json::object{
      {"object", request.object},
      {"kind", sheet.words.message("change_kind." + std::string(name_of(request.kind)))},
      {"state", sheet.words.message("change_state." + std::string(name_of(request.state)))},
      {"name", sheet.name(request.account)},
      {"asked_by", sheet.name(request.asked_by)},
      {"asked_at", sheet.words.time(request.asked_at)},
      {"reason", why == "-" ? json::value(false) : text_or_false(why)},
      {"standing", standing_text(sheet, wanted)},
      {"last_deputy", open && sheet.ends_deputy(request)},
      {"may_agree",
       open && sheet.may("account.agree", {.state = name_of(request.state), .authors = concerns})},
      {"may_take_back", open && request.asked_by == sheet.session.person.account}};
}

base::Result<json::object> account_row(const Sheet& sheet, const Account& account) {
  auto open = open_account(sheet.database, sheet.parts.accounts.vault, account);
  if (!open) return std::unexpected(std::move(open.error()));
  const std::array<std::string, 1> concerned{account.object};
  return json::object{
      {"name", open->name.empty() ? sheet.words.message("record.name_erased") : open->name},
      {"log_in", open->log_in},
      {"contact", text_or_false(open->contact)},
      {"state", sheet.words.message("account_state." + std::string(name_of(account.state)))},
      {"roles", role_names(sheet.words, account.standing.roles)},
      {"unit", account.standing.unit},
      {"clearance", account.standing.clearance},
      {"changed", sheet.words.time(account.changed)},
      {"href", sheet.may("account.change", {.authors = concerned})
                   ? json::value(account_href(account.object))
                   : json::value(false)}};
}

void add_news(const Sheet& sheet, News news, json::object& page) {
  page["problem"] = text_or_false(std::move(news.problem));
  page["done"] = text_or_false(std::move(news.done));
  page["link"] = news.link.empty() ? json::value(false)
                                   : json::value(sheet.parts.address + "/invitation/" + news.link);
  page["code"] = text_or_false(std::move(news.code));
}

/// The fields of the invitation form as they were typed.
json::value invite_form(const Sheet& sheet, const pagekit::Fields* typed) {
  if (!sheet.may("account.invite")) return false;
  const auto value = [&](std::string_view name) {
    return typed == nullptr ? std::string() : std::string(typed->get(name));
  };
  const auto clearance = value("clearance");
  return json::object{
      {"name", value("name")},
      {"log_in", value("log_in")},
      {"contact", value("contact")},
      {"unit", value("unit")},
      {"roles",
       role_choices(sheet.words, typed == nullptr ? std::set<Role>{} : ticked_roles(*typed))},
      {"clearances", clearance_choices(clearance.empty() ? "AMBER+STRICT" : clearance)}};
}

/// Settings of the node that wait for a second person.
base::Result<json::value> setting_rows(const Sheet& sheet) {
  auto changes = list_setting_changes(sheet.database);
  if (!changes) return std::unexpected(std::move(changes.error()));
  json::array rows;
  for (const auto& change : *changes) {
    if (change.state != ChangeState::asked) continue;
    const std::array<std::string, 1> concerns{change.asked_by};
    rows.push_back(json::object{
        {"object", change.object},
        {"name", sheet.words.looked_up("setting_name", change.name)},
        {"value", change.value},
        {"asked_by", sheet.name(change.asked_by)},
        {"asked_at", sheet.words.time(change.asked_at)},
        {"may_agree",
         sheet.may("account.agree", {.state = name_of(change.state), .authors = concerns})},
        {"may_take_back", change.asked_by == sheet.session.person.account}});
  }
  return rows.empty() ? json::value(false) : json::value{{"rows", std::move(rows)}};
}

base::Status add_lists(Sheet& sheet, json::object& page) {
  if (auto done = sheet.read_accounts(); !done) return done;
  if (auto done = sheet.read_names(); !done) return done;
  json::array rows;
  if (sheet.may("account.read"))
    for (const auto& account : sheet.accounts) {
      auto row = account_row(sheet, account);
      if (!row) return std::unexpected(std::move(row.error()));
      rows.push_back(std::move(*row));
    }
  page["accounts"] = rows.empty() ? json::value(false) : json::value{{"rows", std::move(rows)}};
  auto settings = setting_rows(sheet);
  if (!settings) return std::unexpected(std::move(settings.error()));
  page["settings"] = std::move(*settings);
  auto requests = list_requests(sheet.database);
  if (!requests) return std::unexpected(std::move(requests.error()));
  json::array open;
  json::array answered;
  for (const auto& request : *requests) {
    const bool is_open = request.state == ChangeState::asked;
    if (!is_open && answered.size() >= answered_shown_max) break;
    auto row = request_row(sheet, request);
    if (!row) return std::unexpected(std::move(row.error()));
    (*row)["answered_by"] = text_or_false(
        request.answered_by.empty() ? std::string() : sheet.name(request.answered_by));
    (is_open ? open : answered).push_back(std::move(*row));
  }
  page["open"] = open.empty() ? json::value(false) : json::value{{"rows", std::move(open)}};
  page["answered"] =
      answered.empty() ? json::value(false) : json::value{{"rows", std::move(answered)}};
  return {};
}

bool may_see(const PeoplePagesParts& parts, const Person& person) {
  const auto& permissions = parts.accounts.desk.permissions;
  return permissions.concerns(person.roles, "account.read") ||
         permissions.concerns(person.roles, "account.agree");
}

base::Result<std::shared_ptr<const Session>> seeing_session(const PeoplePagesParts& parts,
                                                            const Call& call) {
  auto session = session_of(call);
  if (session && !may_see(parts, (*session)->person))
    return base::fail(base::ErrorCode::forbidden, "none of your roles sees accounts",
                      "account.read");
  return session;
}

Answer administration_page(const PeoplePagesParts& parts, const Call& call, const Session& session,
                           News news, const pagekit::Fields* typed = nullptr, int status = 200) {
  auto database = parts.accounts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  Sheet sheet{parts, parts.pages.words(call.language), session, **database, {}, {}};
  json::object page;
  if (auto done = add_lists(sheet, page); !done) return std::unexpected(std::move(done.error()));
  page["invite"] = invite_form(sheet, typed);
  page["may_lock"] = sheet.may("node.lock");
  add_news(sheet, std::move(news), page);
  const auto title = sheet.words.message("administration.title");
  auto context = parts.pages.context(call, {title, title, "administration"});
  context["administration"] = std::move(page);
  return parts.pages.render(call, "people/administration", context, status);
}

Answer one_account_page(const PeoplePagesParts& parts, const Call& call, const Session& session,
                        std::string problem, int status = 200) {
  auto database = parts.accounts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto account = find_account(**database, call.path_part("id"));
  if (!account) return std::unexpected(std::move(account.error()));
  const std::array<std::string, 1> concerned{account->object};
  if (auto may = parts.accounts.desk.permissions.may(session.person, "account.change",
                                                     {.authors = concerned});
      !may)
    return std::unexpected(std::move(may.error()));
  Sheet sheet{parts, parts.pages.words(call.language), session, **database, {}, {}};
  if (auto done = sheet.read_accounts(); !done) return std::unexpected(std::move(done.error()));
  auto row = account_row(sheet, *account);
  if (!row) return std::unexpected(std::move(row.error()));
  ChangeRequest closing;
  closing.account = account->object;
  closing.kind = ChangeKind::close;
  (*row)["last_deputy"] = sheet.ends_deputy(closing);
  (*row)["action"] = account_href(account->object);
  (*row)["problem"] = text_or_false(std::move(problem));
  (*row)["role_choices"] = role_choices(sheet.words, account->standing.roles);
  (*row)["clearance_choices"] = clearance_choices(account->standing.clearance);
  (*row)["may_change"] = may_ask(ChangeKind::change, account->state).has_value();
  (*row)["may_close"] = may_ask(ChangeKind::close, account->state).has_value();
  const auto title = sheet.words.message("one_account.title");
  const std::string name((*row)["name"].as_string());
  auto context = parts.pages.context(call, {title, name, "administration"});
  context["one_account"] = std::move(*row);
  return parts.pages.render(call, "people/one_account", context, status);
}

Answer take_invite(const PeoplePagesParts& parts, const Call& call) {
  auto session = seeing_session(parts, call);
  if (!session) return std::unexpected(std::move(session.error()));
  auto fields = posted_fields(call, **session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto& words = parts.pages.words(call.language);
  const NewPerson person{std::string(fields->get("name")),
                         std::string(fields->get("log_in")),
                         std::string(fields->get("contact")),
                         {std::string(fields->get("unit")), ticked_roles(*fields),
                          std::string(fields->get("clearance"))}};
  auto link = propose_account(parts.accounts, **session, person);
  if (link)
    return administration_page(
        parts, call, **session,
        {{}, words.message("administration.invited"), std::move(link->token), {}});
  auto problem = words_for(words, link.error());
  if (!problem || link.error().code == base::ErrorCode::forbidden)
    return std::unexpected(std::move(link.error()));
  return administration_page(parts, call, **session, {std::move(*problem), {}, {}, {}}, &*fields,
                             status_refused);
}

Answer take_change(const PeoplePagesParts& parts, const Call& call) {
  auto session = seeing_session(parts, call);
  if (!session) return std::unexpected(std::move(session.error()));
  auto fields = posted_fields(call, **session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto& words = parts.pages.words(call.language);
  auto kind = change_kind_of(fields->get("kind"));
  if (!kind) return std::unexpected(std::move(kind.error()));
  AskedChange asked{
      std::string(call.path_part("id")), *kind, {}, std::string(fields->get("reason"))};
  if (*kind == ChangeKind::change)
    asked.standing = Standing{std::string(fields->get("unit")), ticked_roles(*fields),
                              std::string(fields->get("clearance"))};
  auto answer = ask_change(parts.accounts, **session, asked);
  if (answer)
    return administration_page(
        parts, call, **session,
        {{}, words.message("administration.asked"), std::move(answer->token), {}});
  auto problem = words_for(words, answer.error());
  if (!problem || answer.error().code == base::ErrorCode::forbidden)
    return std::unexpected(std::move(answer.error()));
  return one_account_page(parts, call, **session, std::move(*problem), status_refused);
}

Answer take_answer(const PeoplePagesParts& parts, const Call& call) {
  auto session = seeing_session(parts, call);
  if (!session) return std::unexpected(std::move(session.error()));
  auto fields = posted_fields(call, **session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto& words = parts.pages.words(call.language);
  News news;
  base::Status done;
  if (fields->get("answer") == "agree") {
    auto code = agree_to(parts.accounts, **session, fields->get("request"));
    if (!code)
      done = std::unexpected(std::move(code.error()));
    else
      news.code = code->value_or("");
    news.done = words.message("administration.agreed");
  } else if (fields->get("answer") == "refuse") {
    done = refuse(parts.accounts, **session, fields->get("request"));
    news.done = words.message("administration.refused");
  } else {
    return base::fail(base::ErrorCode::invalid_input, "agree or refuse", "answer");
  }
  if (done) return administration_page(parts, call, **session, std::move(news));
  auto problem = words_for(words, done.error());
  if (!problem || done.error().code == base::ErrorCode::forbidden)
    return std::unexpected(std::move(done.error()));
  return administration_page(parts, call, **session, {std::move(*problem), {}, {}, {}}, nullptr,
                             status_refused);
}

Answer take_setting(const PeoplePagesParts& parts, const Call& call) {
  auto session = seeing_session(parts, call);
  if (!session) return std::unexpected(std::move(session.error()));
  auto fields = posted_fields(call, **session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto answer = fields->get("answer");
  if (answer != "agree" && answer != "refuse")
    return base::fail(base::ErrorCode::invalid_input, "agree or refuse", "answer");
  auto change =
      answer_setting(parts.accounts.desk, **session, fields->get("request"), answer == "agree");
  if (!change) return std::unexpected(std::move(change.error()));
  const bool agreed = change->state == ChangeState::agreed;
  if (agreed && parts.accounts.setting_agreed)
    parts.accounts.setting_agreed(change->name, change->value);
  const auto& words = parts.pages.words(call.language);
  const auto* done = agreed ? "administration.agreed" : "administration.refused";
  return administration_page(parts, call, **session, {{}, words.message(done), {}, {}});
}

Answer take_lock(const PeoplePagesParts& parts, const Call& call) {
  auto session = session_of(call);
  if (!session) return std::unexpected(std::move(session.error()));
  auto fields = posted_fields(call, **session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  if (auto done = lock_node(parts.accounts, **session); !done)
    return std::unexpected(std::move(done.error()));
  auto response = pagekit::redirect("/log-in");
  response.headers.emplace_back("Set-Cookie", parts.cookies.no_session());
  return response;
}

}  // namespace

void add_administration_pages(pagekit::Router& router, const PeoplePagesParts& parts) {
  router.add({"GET", "/administration", {}, {}, {}, [&parts](const Call& call) -> Answer {
                auto session = seeing_session(parts, call);
                if (!session) return std::unexpected(std::move(session.error()));
                return administration_page(parts, call, **session, {});
              }});
  router.add({"POST", "/administration/invite", {}, {}, {}, [&parts](const Call& call) {
                return take_invite(parts, call);
              }});
  router.add({"POST", "/administration/settings", {}, {}, {}, [&parts](const Call& call) {
                return take_setting(parts, call);
              }});
  router.add({"POST", "/administration/answer", {}, {}, {}, [&parts](const Call& call) {
                return take_answer(parts, call);
              }});
  router.add(
      {"GET", "/administration/accounts/{id}", {}, {}, {}, [&parts](const Call& call) -> Answer {
         auto session = seeing_session(parts, call);
         if (!session) return std::unexpected(std::move(session.error()));
         return one_account_page(parts, call, **session, {});
       }});
  router.add({"POST", "/administration/accounts/{id}", {}, {}, {}, [&parts](const Call& call) {
                return take_change(parts, call);
              }});
  router.add({"POST", "/account/lock", {}, {}, {}, [&parts](const Call& call) {
                return take_lock(parts, call);
              }});
}

}  // namespace tocsin::people
