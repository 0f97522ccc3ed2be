// SPDX-License-Identifier: Apache-2.0
#include "inform/inform_pages.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "assess/assess_pages.hpp"
#include "inform/notice_sheet.hpp"

namespace tocsin::inform {

namespace json = boost::json;
using base::ErrorCode;
using pagekit::Answer;
using pagekit::Call;

std::string InformCall::name_of_account(std::string_view account) const {
  if (account.empty()) return words.message("warning.by_node");
  auto name = parts.person_name ? parts.person_name(database, account) : std::string();
  return name.empty() ? std::string(account) : name;
}

base::Status InformCall::note_list(std::string_view act, std::string_view list,
                                   const people::ListRead& read) const {
  const auto object = read.object(list);
  if (object.empty() || !parts.note_read) return {};
  return parts.note_read(session.person.account, act, object);
}

std::string InformCall::shown(std::string_view object, std::string_view field,
                              std::string_view stored) const {
  return ledger::shown_text(parts.desk.vault, database, object, field, stored,
                            words.message("warning.not_shown"));
}

InformHandler posted(std::function<Answer(const InformCall&, const pagekit::Fields&)> handler) {
  return [handler = std::move(handler)](const InformCall& page) -> Answer {
    auto fields = people::posted_fields(page.call, page.session);
    if (!fields) return std::unexpected(std::move(fields.error()));
    return handler(page, *fields);
  };
}

void add_page(pagekit::Router& router, const InformParts& parts, std::string method,
              std::string pattern, InformHandler handler) {
  router.add({std::move(method),
              std::move(pattern),
              {},
              {},
              {},
              [&parts, handler = std::move(handler)](const Call& call) -> Answer {
                auto session = people::session_of(call);
                if (!session) return std::unexpected(std::move(session.error()));
                auto lease = parts.desk.readers.borrow();
                if (!lease) return std::unexpected(std::move(lease.error()));
                return handler({parts, parts.pages.words(call.language), call, **session, **lease});
              }});
}

void put_problem(json::object& context, const pagekit::Words& words, const base::Error* problem) {
  std::string text;
  if (problem != nullptr && problem->code != ErrorCode::conflict &&
      problem->code != ErrorCode::no_space)
    text = words.looked_up("inform_problem", problem->place);
  if (text.empty())
    assess::put_problem(context, words, problem);
  else
    context["problem"] = json::object{{"text", text}};
}

json::value rows_or_false(json::array rows) {
  if (rows.empty()) return false;
  return json::object{{"rows", std::move(rows)}};
}

json::value text_or_false(std::string text) {
  if (text.empty()) return false;
  return json::value(text);
}

std::string waited(const pagekit::Words& words, std::chrono::milliseconds time) {
  constexpr std::chrono::hours in_days_from{48};
  if (time >= in_days_from)
    return words.plural("waited.days", std::chrono::floor<std::chrono::days>(time).count());
  return words.plural("waited.hours", std::chrono::floor<std::chrono::hours>(time).count());
}

json::value time_or_false(const pagekit::Words& words, std::optional<base::Instant> instant) {
  if (!instant) return false;
  return words.time(*instant);
}

std::string marking_words(const ledger::Marking& marking) {
  return "TLP:" + marking.tlp + " PAP:" + marking.pap;
}

json::array option_boxes(const InformCall& page, const std::vector<std::string>& offered,
                         const std::vector<std::string>& chosen) {
  const auto has = [](const std::vector<std::string>& list, std::string_view id) {
    return std::ranges::find(list, id) != list.end();
  };
  const auto said = [&](const std::string& english) {
    return page.parts.framework == nullptr
               ? english
               : std::string(page.parts.framework->said(english, page.words.language()));
  };
  json::array boxes;
  for (const auto& one : page.parts.rules.measures()) {
    if (!offered.empty() && !has(offered, one.id)) continue;
    boxes.push_back(json::object{
        {"id", one.id},
        {"label", page.words.looked_up("toolbox", one.id)},
        {"coercion", page.words.looked_up("coercion", std::to_string(one.coercion_max))},
        {"footing", said(one.footing)},
        {"who", said(one.who)},
        {"unchecked", one.unchecked},
        {"selected", has(chosen, one.id)}});
  }
  return boxes;
}

void add_inform_routes(pagekit::Router& router, const InformParts& parts) {
  add_warning_form_routes(router, parts);
  add_warning_routes(router, parts);
  add_authority_routes(router, parts);
  add_inform_order_routes(router, parts);
  add_notice_sheet_route(router, parts);
  add_cancel_routes(router, parts);
  add_measure_routes(router, parts);
  add_search_routes(router, parts);
  add_list_downloads(router, parts);
}

}  // namespace tocsin::inform
