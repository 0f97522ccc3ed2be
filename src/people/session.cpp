// SPDX-License-Identifier: Apache-2.0
#include "people/session.hpp"

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

}  // namespace

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
