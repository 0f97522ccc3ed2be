// SPDX-License-Identifier: Apache-2.0
#include "people/session.hpp"

#include <array>

namespace tocsin::people {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

bool is_form(const net::Request& request) {
  const auto type = request.header("content-type");
  return type.substr(0, std::min(type.find(';'), type.size())) == form_type;
}

/// Browsers say from where a form was sent; older ones say nothing, and the token decides alone.
bool is_from_elsewhere(const net::Request& request) {
  const auto site = request.header("sec-fetch-site");
  return !site.empty() && site != "same-origin" && site != "none";
}

base::Status check_token(const net::Request& request, const pagekit::Fields& fields,
                         std::string_view token) {
  // An empty token must never fit an empty one.
  if (token.empty() || is_from_elsewhere(request) ||
      !base::equal_secrets(fields.get("form_token"), token))
    return fail(ErrorCode::forbidden, "the form is too old, or came from elsewhere", "form_token",
                "open the page again and send the form from there");
  return {};
}

struct Section {
  std::string_view id;
  std::string_view href;
  std::string_view act;  ///< who may do this finds the section
};
constexpr std::array<Section, 13> all_sections{
    {{"inbox", "/inbox", "report.read"},
     {"situations", "/situations", "situation.read"},
     {"warnings", "/warnings", "warning.read"},
     {"warnings", "/warnings", "warning.second"},
     {"authorities", "/authorities", "authority.read"},
     {"identities", "/identities", "source.list"},
     {"identities", "/identities", "source.ask"},
     {"retention", "/retention", "retention.prolong"},
     {"administration", "/administration", "account.read"},
     {"administration", "/administration", "account.agree"},
     {"emergency", "/emergency", "emergency.read"},
     {"record", "/record", "record.own"},
     {"account", "/account", "record.own"}}};

}  // namespace

void set_sections(const Permissions& permissions, Session& session) {
  session.sections.clear();
  session.sections.push_back({"desk", "/desk"});
  for (const auto& section : all_sections)
    if (permissions.concerns(session.person, section.act) &&
        session.sections.back().id != section.id)
      session.sections.push_back({std::string(section.id), std::string(section.href)});
}

base::Result<std::shared_ptr<Session>> Session::in_emergency(
    const Permissions& permissions, std::shared_ptr<EmergencyUse> use) const {
  auto own_key = base::SigningKey::from_seed(key.seed().bytes());
  if (!own_key) return std::unexpected(std::move(own_key.error()));
  auto session = std::make_shared<Session>();
  session->shown_name = shown_name;
  session->form_token = form_token;
  session->person = person;
  session->person.emergency = std::move(use);
  session->key_object = key_object;
  session->key = std::move(*own_key);
  session->began = began;
  session->language = language;
  session->alert_source = alert_source;
  set_sections(permissions, *session);
  return session;
}

base::Result<std::shared_ptr<const Session>> session_of(const pagekit::Call& call) {
  auto session = std::dynamic_pointer_cast<const Session>(call.visitor);
  if (session == nullptr)
    return fail(ErrorCode::unauthenticated, "you are not logged in", {}, "log in and try again");
  return session;
}

base::Result<pagekit::Fields> checked_form(const net::Request& request, std::string_view token) {
  if (request.method != "POST" || !is_form(request))
    return fail(ErrorCode::unsupported, "this address takes a form", request.path);
  pagekit::Fields fields(request.body);
  if (auto done = check_token(request, fields, token); !done)
    return std::unexpected(std::move(done.error()));
  return fields;
}

base::Result<pagekit::PostedForm> posted_form(const pagekit::Call& call, const Session& session) {
  auto form = pagekit::read_posted_form(call.request);
  if (!form) return form;
  if (auto done = check_token(call.request, form->fields, session.form_token); !done)
    return std::unexpected(std::move(done.error()));
  return form;
}

base::Result<pagekit::Fields> posted_fields(const pagekit::Call& call, const Session& session) {
  return checked_form(call.request, session.form_token);
}

}  // namespace tocsin::people
