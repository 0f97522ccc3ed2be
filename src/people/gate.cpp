// SPDX-License-Identifier: Apache-2.0
#include "people/gate.hpp"

#include <algorithm>
#include <array>

#include "people/access_log.hpp"
#include "people/drafts.hpp"
#include "people/emergency_tables.hpp"

namespace tocsin::people {
namespace {

constexpr std::size_t noted_path_bytes_max = 200;
constexpr std::array<std::string_view, 3> own_public_paths{"/log-in", "/log-in/key",
                                                           "/invitation/*"};

bool covers(std::string_view pattern, std::string_view path) {
  if (!pattern.ends_with("/*")) return pattern == path;
  pattern.remove_suffix(1);
  return path.size() > pattern.size() && path.starts_with(pattern);
}

net::Response api_problem() {
  constexpr int unauthenticated = 401;
  auto answer = pagekit::json_response({{"type", "about:blank"},
                                        {"title", base::name_of(base::ErrorCode::unauthenticated)},
                                        {"status", unauthenticated},
                                        {"detail", "you are not logged in"}},
                                       unauthenticated);
  answer.headers[0].second = "application/problem+json";
  return answer;
}

net::Response not_recorded() {
  constexpr int unavailable = 503;
  net::Response answer;
  answer.status = unavailable;
  answer.headers = {{"Content-Type", "text/plain; charset=utf-8"},
                    {"Cache-Control", "no-store"},
                    {"Retry-After", "5"}};
  answer.body = "This reading could not be recorded, so it is not shown. Try again.\n";
  return answer;
}

/// A path as the access log holds it: ids only, never a query with words in it.
std::string noted_path(std::string_view path) {
  return std::string(path.substr(0, noted_path_bytes_max));
}

std::string target_of(const net::Request& request) {
  return request.query.empty() ? request.path : request.path + "?" + request.query;
}

/// The form of which a draft came too late: that of the draft itself, where the page kept it.
std::string late_form(const net::Request& request, const pagekit::Fields& fields) {
  if (request.path == drafts_path) return known_form(pagekit::Fields(request.query).get("form"));
  const auto path = local_path(request.path);
  // Evidence names what it is from: what is kept of it goes with that.
  if (const auto origin = fields.get("origin"); !origin.empty() && !fields.has(kept_form_field))
    return known_form(draft_form(path, path + "#" + std::string(origin)));
  return draft_form(path, fields.get(kept_form_field));
}

}  // namespace

std::string Cookies::made(std::string_view name, std::string_view value,
                          std::string_view more) const {
  return std::string(name) + "=" + std::string(value) + "; Path=/; HttpOnly; SameSite=Strict" +
         (tls_ ? "; Secure" : "") + std::string(more);
}
std::string Cookies::session(std::string_view id) const {
  return made(session_name(), id, {});
}
std::string Cookies::browser(std::string_view mark) const {
  const auto seconds = std::chrono::seconds{browser_known_for}.count();
  return made(browser_name(), mark, "; Max-Age=" + std::to_string(seconds));
}
std::string Cookies::form(std::string_view value) const {
  return made(form_name(), value, {});
}
std::string Cookies::no_session() const {
  return made(session_name(), {}, "; Max-Age=0");
}

std::string local_path(std::string_view next) {
  const bool begins_here =
      next.starts_with('/') && !next.starts_with("//") && !next.starts_with("/\\");
  // Browsers read "\" as "/", and skip control signs: none of them belongs into a path of ours.
  const bool plain = std::ranges::all_of(next, [](char sign) {
    return sign > ' ' && sign < '\x7f' && sign != '\\' && sign != '"' && sign != '<' && sign != '>';
  });
  const bool leads_on = !next.starts_with("/log-in") && !next.starts_with("/log-out");
  return begins_here && plain && leads_on && next.size() <= next_bytes_max ? std::string(next)
                                                                           : "/";
}

std::string known_form(std::string_view form) {
  return form.size() <= draft_form_bytes_max && local_path(form) == form && form != "/"
             ? std::string(form)
             : std::string{};
}

bool Gate::is_public(std::string_view path) const {
  const auto covers_it = [path](std::string_view pattern) { return covers(pattern, path); };
  return std::ranges::any_of(own_public_paths, covers_it) ||
         std::ranges::any_of(public_paths_, covers_it);
}

bool Gate::keep_late_form(const net::Request& request) const {
  const auto ended = parts_.sessions.ended(pagekit::cookie(request, cookies_.session_name()));
  if (!ended || parts_.vault.locked()) return false;
  const pagekit::Fields fields(request.body);
  const bool holds_something = std::ranges::any_of(
      fields.all(), [](const auto& field) { return is_kept_field(field.first); });
  if (!holds_something) return false;
  // Only a form of that very session: nobody else can put words into a colleague's drafts.
  const auto token = base::sha256(fields.get("form_token"));
  if (!base::equal_secrets(base::view_of(token), base::view_of(ended->form_token))) return false;
  return keep_draft(parts_.desk, ended->account, late_form(request, fields), fields).has_value();
}

void Gate::drop_kept_form(const Session& session, const net::Request& request,
                          const net::Response& response) const {
  constexpr int see_other = 303;
  if (request.method != "POST" || response.status != see_other) return;
  if (request.body.find(std::string(kept_form_field) + "=") == std::string::npos) return;
  const pagekit::Fields fields(request.body);
  // It was taken at last. Where this fails the draft stays, and its owner drops it by hand.
  static_cast<void>(drop_draft(parts_.desk, session.person.account,
                               draft_form(local_path(request.path), fields.get(kept_form_field))));
}

net::Response Gate::turned_away(const net::Request& request) const {
  if (request.path.starts_with("/api/")) return api_problem();
  if (request.method == "POST") {
    const bool kept = keep_late_form(request);
    return pagekit::redirect(kept ? "/log-in?kept=1&next=%2Faccount%2Fkept" : "/log-in");
  }
  return pagekit::redirect("/log-in?next=" +
                           pagekit::percent_encode(local_path(target_of(request))));
}

net::Response Gate::serve(const net::Request& request, const pagekit::Router& router) const {
  auto session = parts_.sessions.find(pagekit::cookie(request, cookies_.session_name()));
  if (session == nullptr && !is_public(request.path)) return turned_away(request);
  auto response =
      session == nullptr ? router.serve(request, session) : serve_visitor(request, router, session);
  if (session != nullptr) drop_kept_form(*session, request, response);
  return response;
}

net::Response Gate::serve_visitor(const net::Request& request, const pagekit::Router& router,
                                  const std::shared_ptr<const Session>& session) const {
  const auto emergency = parts_.emergencies.in_force(*session);
  if (emergency.empty()) return router.serve(request, session);
  const auto use = std::make_shared<EmergencyUse>();
  auto during = session->in_emergency(parts_.desk.permissions, use);
  if (!during) return router.serve(request, session);
  auto response = router.serve(request, *during);
  if (!use->used) return response;
  // On the disk before it is shown; what cannot be recorded is not shown.
  const auto noted = note_read(parts_.desk.ledger, *session, emergency_read_act,
                               read_object(emergency, noted_path(request.path)));
  return noted ? std::move(response) : not_recorded();
}

}  // namespace tocsin::people
