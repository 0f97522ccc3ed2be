// SPDX-License-Identifier: Apache-2.0
// Log-in, log-out, and the page of a one-time link.
#include "people/emergency_desk.hpp"
#include "people/key_log_in.hpp"
#include "people/page_parts.hpp"

namespace tocsin::people {
namespace {

namespace json = boost::json;
using pagekit::Answer;
using pagekit::Call;

constexpr std::size_t typed_bytes_max = 200;

/// What is shown again after a refusal; never a password or code.
struct Shown {
  std::string next;
  std::string log_in;
  std::string problem;
  bool kept = false;
};

int status_for(const base::Error& error) {
  constexpr int too_many = 429;
  if (error.place == "try_later") return too_many;
  return error.code == base::ErrorCode::invalid_input ||
                 error.code == base::ErrorCode::unauthenticated
             ? status_refused
             : pagekit::status_of(error.code);
}

Answer log_in_page(const PeoplePagesParts& parts, const Call& call, const Shown& shown,
                   int status = 200) {
  const auto& words = parts.pages.words(call.language);
  const auto title = words.message("log_in.title");
  auto context = parts.pages.context(call, {title, title, {}});
  const auto form = early_form(parts, call.request);
  context["log_in"] = json::object{{"form_token", form.token},
                                   {"next", shown.next},
                                   {"name", shown.log_in},
                                   {"problem", text_or_false(shown.problem)},
                                   {"kept", shown.kept}};
  auto answer = parts.pages.render(call, "people/log_in", context, status);
  if (answer && !form.set_cookie.empty())
    answer->headers.emplace_back("Set-Cookie", form.set_cookie);
  return answer;
}

void add_entrance(const PeoplePagesParts& parts, const Entrance& entrance,
                  net::Response& response) {
  response.headers.emplace_back("Set-Cookie", parts.cookies.session(entrance.session_id));
  response.headers.emplace_back("Set-Cookie", parts.cookies.browser(entrance.browser_mark));
}

Answer show_log_in(const PeoplePagesParts& parts, const Call& call) {
  const auto next = local_path(call.query.get("next"));
  if (call.visitor != nullptr) return pagekit::redirect(next == "/" ? parts.home : next);
  return log_in_page(parts, call, {next, {}, {}, call.query.get("kept") == "1"});
}

/// The second step: the browser asks the key, or the person types a code after all.
Answer key_page(const PeoplePagesParts& parts, const Call& call, const EarlyForm& form,
                const KeyQuestion& question, const std::string& next) {
  const auto& words = parts.pages.words(call.language);
  const auto title = words.message("log_in_key.title");
  auto context = parts.pages.context(call, {title, title, {}});
  context["key"] = json::object{{"form_token", form.token},
                                {"next", next},
                                {"ticket", question.ticket},
                                {"challenge", base::base64url(question.challenge)},
                                {"party", parts.accounts.ceremonies.party().id},
                                {"ids", key_ids(question)}};
  return parts.pages.render(call, "people/log_in_key", context);
}

Answer entered(const PeoplePagesParts& parts, const Call& call, const Entrance& entrance,
               const std::string& next) {
  // A session that the browser had before, of whomever, ends: ids are never carried over.
  parts.accounts.sessions.close(pagekit::cookie(call.request, parts.cookies.session_name()));
  auto response = pagekit::redirect(next == "/" ? parts.home : next);
  add_entrance(parts, entrance, response);
  return response;
}

Answer refused_log_in(const PeoplePagesParts& parts, const Call& call, base::Error error,
                      const std::string& next, const std::string& name) {
  auto problem = words_for(parts.pages.words(call.language), error);
  if (!problem) return std::unexpected(std::move(error));
  return log_in_page(parts, call, {next, name, std::move(*problem), false}, status_for(error));
}

Answer take_log_in(const PeoplePagesParts& parts, const Call& call) {
  const auto& words = parts.pages.words(call.language);
  const auto form = early_form(parts, call.request);
  auto fields = checked_form(call.request, form.set_cookie.empty() ? form.token : "");
  if (!fields) {
    if (fields.error().code != base::ErrorCode::forbidden)
      return std::unexpected(std::move(fields.error()));
    return log_in_page(parts, call, {"/", {}, words.message("account_problem.form_token"), false},
                       status_refused);
  }
  const LogInTry typed{std::string(fields->get("log_in").substr(0, typed_bytes_max)),
                       std::string(fields->get("password")), std::string(fields->get("code")),
                       std::string(pagekit::cookie(call.request, parts.cookies.browser_name())),
                       call.language};
  const auto next = local_path(fields->get("next"));
  if (typed.code.empty()) {
    auto question = ask_for_key(parts.accounts, typed, form.token);
    if (question) return key_page(parts, call, form, *question, next);
    return refused_log_in(parts, call, std::move(question.error()), next, typed.log_in);
  }
  auto entrance = log_in(parts.accounts, typed);
  if (entrance) return entered(parts, call, *entrance, next);
  return refused_log_in(parts, call, std::move(entrance.error()), next, typed.log_in);
}

Answer take_key(const PeoplePagesParts& parts, const Call& call) {
  const auto form = early_form(parts, call.request);
  auto fields = checked_form(call.request, form.set_cookie.empty() ? form.token : "");
  if (!fields) {
    if (fields.error().code != base::ErrorCode::forbidden)
      return std::unexpected(std::move(fields.error()));
    return refused_log_in(parts, call, std::move(fields.error()), "/", {});
  }
  const auto next = local_path(fields->get("next"));
  const auto ticket = fields->get("ticket");
  const auto code = fields->get("code");
  const auto sent = read_key_fields(*fields);
  auto entrance = code.empty() ? log_in_with_key(parts.accounts,
                                                 {ticket,
                                                  form.token,
                                                  sent.credential_id,
                                                  {sent.client_data, sent.data, sent.signature}})
                               : log_in_with_late_code(parts.accounts, ticket, form.token, code);
  if (entrance) return entered(parts, call, *entrance, next);
  return refused_log_in(parts, call, std::move(entrance.error()), next, {});
}

Answer take_log_out(const PeoplePagesParts& parts, const Call& call) {
  auto session = session_of(call);
  if (!session) return pagekit::redirect("/log-in");
  auto fields = posted_fields(call, **session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  // Nothing keeps anybody from logging out: what could not be written is settled later.
  static_cast<void>(end_emergency_at_log_out(parts.accounts, **session));
  parts.accounts.sessions.close(pagekit::cookie(call.request, parts.cookies.session_name()));
  auto response = pagekit::redirect("/log-in");
  response.headers.emplace_back("Set-Cookie", parts.cookies.no_session());
  response.headers.emplace_back("Clear-Site-Data", "\"cache\"");
  return response;
}

Answer invitation_page(const PeoplePagesParts& parts, const Call& call, std::string_view token,
                       std::string problem, int status = 200) {
  const auto& words = parts.pages.words(call.language);
  const auto title = words.message("invitation.title");
  auto context = parts.pages.context(call, {title, title, {}});
  const auto form = early_form(parts, call.request);
  json::object page = {{"form_token", form.token}, {"open", false}, {"problem", false}};
  auto enrolment = enrolment_of(parts.accounts, token);
  if (enrolment) {
    page["open"] =
        json::object{{"action", "/invitation/" + pagekit::percent_encode(token)},
                     {"hello", words.message("invitation.hello", {{"name", enrolment->name}})},
                     {"log_in", enrolment->log_in},
                     {"needs_code", enrolment->needs_code},
                     {"totp_secret", enrolment->totp_secret},
                     {"totp_address", enrolment->totp_address}};
  } else {
    auto why = words_for(words, enrolment.error());
    if (!why) return std::unexpected(std::move(enrolment.error()));
    // Why the link does not open says more than what was wrong with a form for it.
    problem = std::move(*why);
    status = status_for(enrolment.error());
  }
  page["problem"] = text_or_false(std::move(problem));
  context["invitation"] = std::move(page);
  auto answer = parts.pages.render(call, "people/invitation", context, status);
  if (answer && !form.set_cookie.empty())
    answer->headers.emplace_back("Set-Cookie", form.set_cookie);
  return answer;
}

Answer take_invitation(const PeoplePagesParts& parts, const Call& call) {
  const auto& words = parts.pages.words(call.language);
  const auto token = call.path_part("token");
  const auto form = early_form(parts, call.request);
  auto fields = checked_form(call.request, form.set_cookie.empty() ? form.token : "");
  if (!fields) {
    if (fields.error().code != base::ErrorCode::forbidden)
      return std::unexpected(std::move(fields.error()));
    return invitation_page(parts, call, token, words.message("account_problem.form_token"),
                           status_refused);
  }
  if (fields->get("password") != fields->get("password_again"))
    return invitation_page(parts, call, token, words.message("account_problem.password_differs"),
                           status_refused);
  auto entrance = accept_invitation(
      parts.accounts,
      {std::string(token), std::string(fields->get("release_code")),
       std::string(fields->get("password")), std::string(fields->get("code")), call.language});
  if (!entrance) {
    auto problem = words_for(words, entrance.error());
    if (!problem) return std::unexpected(std::move(entrance.error()));
    return invitation_page(parts, call, token, std::move(*problem), status_for(entrance.error()));
  }
  parts.accounts.sessions.close(pagekit::cookie(call.request, parts.cookies.session_name()));
  auto response = pagekit::redirect(parts.home);
  add_entrance(parts, *entrance, response);
  return response;
}

}  // namespace

void add_log_in_pages(pagekit::Router& router, const PeoplePagesParts& parts) {
  router.add({"GET", "/log-in", {}, {}, {}, [&parts](const Call& call) {
                return show_log_in(parts, call);
              }});
  router.add({"POST", "/log-in", {}, {}, {}, [&parts](const Call& call) {
                return take_log_in(parts, call);
              }});
  router.add({"POST", "/log-in/key", {}, {}, {}, [&parts](const Call& call) {
                return take_key(parts, call);
              }});
  router.add({"POST", "/log-out", {}, {}, {}, [&parts](const Call& call) {
                return take_log_out(parts, call);
              }});
  router.add({"GET", "/invitation/{token}", {}, {}, {}, [&parts](const Call& call) {
                return invitation_page(parts, call, call.path_part("token"), {});
              }});
  router.add({"POST", "/invitation/{token}", {}, {}, {}, [&parts](const Call& call) {
                return take_invitation(parts, call);
              }});
}

}  // namespace tocsin::people
