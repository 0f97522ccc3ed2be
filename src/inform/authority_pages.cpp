// SPDX-License-Identifier: Apache-2.0
// The directory of authorities: the list, and the form of one entry.
#include <boost/json.hpp>

#include "assess/assess_pages.hpp"
#include "base/hash.hpp"
#include "formats/smime.hpp"
#include "inform/authority_desk.hpp"
#include "inform/inform_pages.hpp"

namespace tocsin::inform {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using pagekit::Answer;
using pagekit::Fields;

constexpr std::array<std::string_view, 4> channels{"email", "webhook", "cap", "print"};
constexpr std::array<std::string_view, 5> clearances{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT",
                                                     "RED"};

/// Subject, fingerprint and end of a certificate, for people to compare; false where none is.
json::value certificate_json(const InformCall& page, const Authority& one) {
  if (one.certificate.empty()) return false;
  auto facts = formats::read_certificate(one.certificate);
  if (!facts) return false;
  return json::object{
      {"subject", facts->subject},
      {"fingerprint", facts->fingerprint},
      {"until", page.words.time(facts->valid_to)},
      {"ended", !formats::check_certificate(one.certificate, page.parts.desk.clock.now())}};
}

Answer list_page(const InformCall& page) {
  if (auto may = page.must("authority.read"); !may) return std::unexpected(std::move(may.error()));
  auto rows = list_authorities(page.database);
  if (!rows) return std::unexpected(std::move(rows.error()));
  const auto now = page.parts.desk.clock.now();
  json::array list;
  for (const auto& row : *rows) {
    const auto& one = row.plain;
    list.push_back(json::object{
        {"href", "/authorities/" + std::string(assess::uuid_of(row.object))},
        {"name", one.name},
        {"channel", page.words.looked_up("channel", name_of(one.channel))},
        {"address", page.shown(row.object, "address", row.address)},
        {"telephone", text_or_false(page.shown(row.object, "telephone", row.telephone))},
        {"language", base::language_in_itself(one.language)},
        {"duty", one.duty_from + "–" + one.duty_to + " " + one.duty_zone},
        {"local_time", page.words.names().clock(now, one.duty_zone)},
        {"clearance", "TLP:" + one.clearance},
        {"certificate", certificate_json(page, one)}});
  }
  const auto title = page.words.message("authorities.title");
  auto context = page.parts.pages.context(page.call, {title, title, "authorities"});
  context["authorities"] = json::object{{"may_change", page.may("authority.change")},
                                        {"list", rows_or_false(std::move(list))}};
  return page.parts.pages.render(page.call, "inform/authorities", context);
}

struct Form {
  Authority one;
  std::string seen;
  std::string action;
  bool has_secret = false;
};

json::array tlp_choices(std::string_view selected) {
  json::array list;
  for (const auto word : clearances)
    list.push_back(json::object{
        {"value", word}, {"text", "TLP:" + std::string(word)}, {"selected", word == selected}});
  return list;
}

Answer form_page(const InformCall& page, const Form& form, const base::Error* problem) {
  const auto title =
      page.words.message(form.seen.empty() ? "authority.new_title" : "authority.edit_title");
  auto context = page.parts.pages.context(page.call, {title, title, "authorities"});
  put_problem(context, page.words, problem);
  const auto& one = form.one;
  context["edit"] = json::object{
      {"action", form.action},
      {"close_action", text_or_false(form.seen.empty() ? std::string() : form.action + "/close")},
      {"seen", form.seen},
      {"name", one.name},
      {"channels", assess::choices(page.words, "channel", channels, name_of(one.channel))},
      {"address", one.address},
      {"telephone", one.telephone},
      {"language", one.language},
      {"duty_from", one.duty_from},
      {"duty_to", one.duty_to},
      {"duty_days", one.duty_days},
      {"duty_zone", one.duty_zone},
      {"clearances", tlp_choices(one.clearance)},
      {"certificate", one.certificate},
      {"certificate_facts", certificate_json(page, one)},
      {"has_secret", form.has_secret}};
  return page.parts.pages.render(page.call, "inform/authority_form", context,
                                 problem == nullptr ? 200 : pagekit::status_of(problem->code));
}

Form typed(const Fields& fields) {
  Form form;
  auto& one = form.one;
  one.name = fields.get("name");
  one.channel = channel_of(fields.get("channel")).value_or(Channel::page);
  one.address = fields.get("address");
  one.telephone = fields.get("telephone");
  one.language = fields.get("language");
  one.duty_from = fields.get("duty_from");
  one.duty_to = fields.get("duty_to");
  one.duty_days = fields.get("duty_days");
  one.duty_zone = fields.get("duty_zone");
  one.clearance = fields.get("clearance");
  one.certificate = fields.get("certificate");
  one.webhook_secret = fields.get("webhook_secret");
  form.seen = fields.get("seen");
  return form;
}

Answer new_form(const InformCall& page) {
  if (auto may = page.must("authority.change"); !may)
    return std::unexpected(std::move(may.error()));
  Form form;
  form.action = "/authorities/new";
  return form_page(page, form, nullptr);
}

Answer take_new(const InformCall& page, const Fields& fields) {
  auto form = typed(fields);
  form.action = "/authorities/new";
  auto made = AuthorityDesk(page.parts.desk).add(page.session, form.one);
  if (made) return pagekit::redirect("/authorities");
  if (!assess::belongs_to_form(made.error())) return std::unexpected(std::move(made.error()));
  return form_page(page, form, &made.error());
}

std::string action_of(const InformCall& page) {
  return "/authorities/" + std::string(page.call.path_part("id"));
}

Answer edit_form(const InformCall& page) {
  if (auto may = page.must("authority.change"); !may)
    return std::unexpected(std::move(may.error()));
  auto row = find_authority(page.database, assess::object_of(page.call, authority_type));
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row || (*row)->closed)
    return base::fail(ErrorCode::not_found, "there is no such authority", page.call.request.path);
  auto opened = open_authority(page.parts.desk.vault, page.database, **row);
  if (!opened) return std::unexpected(std::move(opened.error()));
  Form form{std::move(*opened), (*row)->revision, action_of(page), false};
  // The secret is never shown again: who needs it anew agrees on a new one.
  form.has_secret = !form.one.webhook_secret.empty();
  form.one.webhook_secret.clear();
  return form_page(page, form, nullptr);
}

Answer take_edit(const InformCall& page, const Fields& fields) {
  auto form = typed(fields);
  form.action = action_of(page);
  const auto seen = assess::digest_field(fields, "seen");
  if (!seen) return base::fail(ErrorCode::invalid_input, "the form is not whole", "seen");
  auto done =
      AuthorityDesk(page.parts.desk)
          .change(page.session, assess::object_of(page.call, authority_type), *seen, form.one);
  if (done) return pagekit::redirect("/authorities");
  if (!assess::belongs_to_form(done.error())) return std::unexpected(std::move(done.error()));
  return form_page(page, form, &done.error());
}

Answer take_close(const InformCall& page, const Fields& fields) {
  const auto seen = assess::digest_field(fields, "seen");
  if (!seen) return base::fail(ErrorCode::invalid_input, "the form is not whole", "seen");
  auto done = AuthorityDesk(page.parts.desk)
                  .close(page.session, assess::object_of(page.call, authority_type), *seen);
  if (!done) return std::unexpected(std::move(done.error()));
  return pagekit::redirect("/authorities");
}

}  // namespace

void add_authority_routes(pagekit::Router& router, const InformParts& parts) {
  add_page(router, parts, "GET", "/authorities", list_page);
  add_page(router, parts, "GET", "/authorities/new", new_form);
  add_page(router, parts, "POST", "/authorities/new", posted(take_new));
  add_page(router, parts, "GET", "/authorities/{id}", edit_form);
  add_page(router, parts, "POST", "/authorities/{id}", posted(take_edit));
  add_page(router, parts, "POST", "/authorities/{id}/close", posted(take_close));
}

}  // namespace tocsin::inform
