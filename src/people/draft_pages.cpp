// SPDX-License-Identifier: Apache-2.0
// What was typed and not sent: kept while it is typed, offered again, listed, dropped.
#include "people/drafts.hpp"
#include "people/page_parts.hpp"

namespace tocsin::people {
namespace {

namespace json = boost::json;
using pagekit::Answer;
using pagekit::Call;

/// Forms of one page that are asked for at once.
constexpr std::size_t forms_asked_max = 20;

Answer kept_page(const PeoplePagesParts& parts, const Call& call) {
  auto session = session_of(call);
  if (!session) return std::unexpected(std::move(session.error()));
  const auto& words = parts.pages.words(call.language);
  auto drafts = standing_drafts(parts, **session);
  if (!drafts) return std::unexpected(std::move(drafts.error()));
  json::array rows;
  int number = 0;
  for (const auto& draft : *drafts) {
    json::array fields;
    ++number;
    for (const auto& [name, value] : draft.fields)
      fields.push_back(json::object{
          {"id", "kept-" + std::to_string(number) + "-" + std::to_string(fields.size())},
          {"name", name},
          {"value", value}});
    rows.push_back(json::object{
        {"form", draft.form}, {"at", words.time(draft.at)}, {"fields", std::move(fields)}});
  }
  const auto title = words.message("kept.title");
  auto context = parts.pages.context(call, {title, title, "account"});
  context["kept"] = json::object{
      {"drafts", rows.empty() ? json::value(false) : json::value{{"rows", std::move(rows)}}}};
  return parts.pages.render(call, "people/kept", context);
}

Answer drop_kept(const PeoplePagesParts& parts, const Call& call) {
  auto session = session_of(call);
  if (!session) return std::unexpected(std::move(session.error()));
  auto fields = posted_fields(call, **session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  auto done = drop_draft(parts.accounts.desk, (*session)->person.account, fields->get("form"));
  if (!done) return std::unexpected(std::move(done.error()));
  return pagekit::redirect("/account/kept");
}

/// A page's script keeps what is typed. Nothing is done with it, and no page is made.
Answer keep_typed(const PeoplePagesParts& parts, const Call& call) {
  auto session = session_of(call);
  if (!session) return std::unexpected(std::move(session.error()));
  auto fields = posted_fields(call, **session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto form = known_form(call.query.get("form"));
  if (form.empty()) return base::fail(base::ErrorCode::invalid_input, "this names no form", "form");
  const auto done = keep_draft(parts.accounts.desk, (*session)->person.account, form, *fields);
  if (done) return pagekit::json_response(json::object{});
  if (done.error().code != base::ErrorCode::limit_exceeded) return std::unexpected(done.error());
  const auto& words = parts.pages.words(call.language);
  return pagekit::json_response(json::object{{"said", words.message("kept.too_long")}},
                                status_refused);
}

json::object offered(const pagekit::Words& words, const KeptDraft& draft) {
  json::array fields;
  for (const auto& [name, value] : draft.fields) fields.push_back(json::array{name, value});
  const std::string at(words.time(draft.at).at("text").as_string());
  return {{"form", draft.form},
          {"said", words.message("kept.offer", {{"time", at}})},
          {"take", words.message("kept.take")},
          {"drop", words.message("kept.drop")},
          {"fields", std::move(fields)}};
}

/// The drafts of the forms that a page holds, with the words to offer them in.
Answer offer_kept(const PeoplePagesParts& parts, const Call& call) {
  auto session = session_of(call);
  if (!session) return std::unexpected(std::move(session.error()));
  const auto& words = parts.pages.words(call.language);
  json::array drafts;
  std::size_t asked = 0;
  for (const auto& [name, form] : call.query.all()) {
    if (name != "form" || ++asked > forms_asked_max) continue;
    auto draft = read_draft(parts.accounts.desk, (*session)->person.account, form);
    if (!draft) return std::unexpected(std::move(draft.error()));
    if (!*draft) continue;
    auto stands = still_stands(parts, **session, **draft);
    if (!stands) return std::unexpected(std::move(stands.error()));
    if (*stands) drafts.push_back(offered(words, **draft));
  }
  return pagekit::json_response(json::object{{"drafts", std::move(drafts)}});
}

}  // namespace

void add_draft_pages(pagekit::Router& router, const PeoplePagesParts& parts) {
  router.add({"GET", "/account/kept", {}, {}, {}, [&parts](const Call& call) {
                return kept_page(parts, call);
              }});
  router.add({"POST", "/account/kept", {}, {}, {}, [&parts](const Call& call) {
                return drop_kept(parts, call);
              }});
  router.add({"GET", std::string(drafts_path), {}, {}, {}, [&parts](const Call& call) {
                return offer_kept(parts, call);
              }});
  router.add({"POST", std::string(drafts_path), {}, {}, {}, [&parts](const Call& call) {
                return keep_typed(parts, call);
              }});
}

}  // namespace tocsin::people
