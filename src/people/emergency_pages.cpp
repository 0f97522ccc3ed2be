// SPDX-License-Identifier: Apache-2.0
// Emergency access: opening and closing it, and the auditor's review of what was read.
#include "people/emergency_desk.hpp"
#include "people/emergency_tables.hpp"
#include "people/page_parts.hpp"

namespace tocsin::people {
namespace {

namespace json = boost::json;
using pagekit::Answer;
using pagekit::Call;
using SessionHandle = std::shared_ptr<const Session>;

/// What a page of this file is made from, once session, connection and permission are there.
struct Sheet {
  const PeoplePagesParts& parts;
  const Call& call;
  const SessionHandle& session;
  store::Database& database;
  const pagekit::Words& words;
  AccountNames names;

  [[nodiscard]] bool may(std::string_view act, const Matter& matter = {}) const {
    return parts.accounts.desk.permissions.allows(session->person, act, matter);
  }
};

/// A refused form: what was wrong, and what had been typed.
struct Refused {
  std::string problem;
  std::string typed;
};

template <class Handler>
Answer with_sheet(const PeoplePagesParts& parts, const Call& call, Handler handler) {
  auto session = session_of(call);
  if (!session) return std::unexpected(std::move(session.error()));
  const auto& permissions = parts.accounts.desk.permissions;
  if (auto may = permissions.may((*session)->person, "emergency.read"); !may)
    return std::unexpected(std::move(may.error()));
  auto database = parts.accounts.desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  const auto& words = parts.pages.words(call.language);
  Sheet sheet{parts, call, *session, **database, words, AccountNames(parts, words, **database)};
  return handler(sheet);
}

std::string object_in(const Call& call) {
  return std::string(emergency_type) + ":" + std::string(call.path_part("id"));
}

std::string href_of(const std::string& object) {
  return "/emergency/" + object.substr(object.find(':') + 1);
}

/// A sealed text in clear; a word of the page where its key was erased.
std::string text_of(const Sheet& sheet, const std::string& object, std::string_view name,
                    const json::value& value) {
  auto opened = sheet.parts.accounts.vault.open_field(sheet.database, object, name, value);
  if (opened && opened->is_string()) return std::string(opened->get_string());
  return sheet.words.message("record.unknown");
}

json::object row_of(Sheet& sheet, const Emergency& emergency) {
  const auto& limits = sheet.parts.accounts.emergencies.limits();
  const auto now = sheet.parts.accounts.desk.clock.now();
  const bool reviewed = emergency.state == EmergencyState::reviewed;
  json::object row = {{"href", href_of(emergency.object)},
                      {"who", sheet.names.of(emergency.account)},
                      {"opened", sheet.words.time(emergency.opened)},
                      {"state", sheet.words.looked_up("emergency_state", name_of(emergency.state))},
                      {"until", sheet.words.time(emergency.until)},
                      {"ended", false},
                      {"due", false},
                      {"overdue", is_overdue(emergency, limits, now)},
                      {"verdict", false}};
  if (emergency.state != EmergencyState::open)
    row["ended"] =
        json::object{{"time", sheet.words.time(emergency.ended)},
                     {"how", sheet.words.looked_up("emergency_end", name_of(emergency.end))}};
  if (!reviewed) row["due"] = sheet.words.time(review_due(emergency, limits));
  if (reviewed)
    row["verdict"] = json::object{
        {"who", sheet.names.of(emergency.reviewed_by)},
        {"time", sheet.words.time(emergency.reviewed)},
        {"what", sheet.words.looked_up("emergency_verdict", name_of(emergency.verdict))}};
  return row;
}

Matter matter_of(const Emergency& emergency, const std::array<std::string, 1>& authors) {
  return {.state = name_of(emergency.state), .authors = authors};
}

Answer list_page(Sheet& sheet, Refused refused) {
  auto list = list_emergencies(sheet.database);
  if (!list) return std::unexpected(std::move(list.error()));
  json::array rows;
  bool own_open = false;
  for (const auto& emergency : *list) {
    own_open = own_open || (emergency.state == EmergencyState::open &&
                            emergency.account == sheet.session->person.account);
    rows.push_back(row_of(sheet, emergency));
  }
  const auto title = sheet.words.message("emergency.title");
  auto context = sheet.parts.pages.context(sheet.call, {title, title, "emergency"});
  const auto hours = sheet.parts.accounts.emergencies.limits().open_for.count();
  const bool refused_form = !refused.problem.empty();
  json::object page = {{"problem", text_or_false(std::move(refused.problem))},
                       {"lead", sheet.words.plural("emergency.lead", hours)},
                       {"form", false}};
  if (sheet.may("emergency.open") && !own_open)
    page["form"] = json::object{{"typed", std::move(refused.typed)},
                                {"submit", sheet.words.plural("emergency.submit", hours)}};
  page["list"] = rows.empty() ? json::value(false) : json::value{{"rows", std::move(rows)}};
  context["emergencies"] = std::move(page);
  return sheet.parts.pages.render(sheet.call, "people/emergencies", context,
                                  refused_form ? status_refused : 200);
}

base::Result<json::value> reads_in(const Sheet& sheet, const Emergency& emergency) {
  auto reads = reads_of(sheet.database, emergency);
  if (!reads) return std::unexpected(std::move(reads.error()));
  json::array rows;
  for (const auto& read : *reads)
    rows.push_back(json::object{{"time", sheet.words.time(read.time)},
                                {"address", read.object},
                                {"number", std::to_string(read.sequence)}});
  if (rows.empty()) return json::value(false);
  const auto count = static_cast<std::int64_t>(rows.size());
  return json::value{{"count", sheet.words.plural("emergency.reads_count", count)},
                     {"cut", rows.size() == emergency_reads_max},
                     {"rows", std::move(rows)}};
}

Answer one_page(Sheet& sheet, Refused refused) {
  auto emergency = find_emergency(sheet.database, object_in(sheet.call));
  if (!emergency) return std::unexpected(std::move(emergency.error()));
  const std::array<std::string, 1> authors{emergency->account};
  const auto matter = matter_of(*emergency, authors);
  auto reads = reads_in(sheet, *emergency);
  if (!reads) return std::unexpected(std::move(reads.error()));
  const auto title = sheet.words.message("emergency.one_title");
  auto context = sheet.parts.pages.context(sheet.call, {title, title, "emergency"});
  const bool refused_form = !refused.problem.empty();
  auto page = row_of(sheet, *emergency);
  page["problem"] = text_or_false(std::move(refused.problem));
  page["reason"] = text_of(sheet, emergency->object, "reason", emergency->reason);
  page["finding"] =
      emergency->state == EmergencyState::reviewed
          ? json::value(text_of(sheet, emergency->object, "finding", emergency->finding))
          : json::value(false);
  page["reads"] = std::move(*reads);
  page["may_close"] = sheet.may("emergency.close", matter);
  page["review"] = sheet.may("emergency.review", matter)
                       ? json::value{{"typed", std::move(refused.typed)}}
                       : json::value(false);
  context["one"] = std::move(page);
  return sheet.parts.pages.render(sheet.call, "people/emergency", context,
                                  refused_form ? status_refused : 200);
}

Answer take_open(Sheet& sheet) {
  auto fields = posted_fields(sheet.call, *sheet.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  auto object = open_emergency(sheet.parts.accounts, sheet.session, fields->get("reason"));
  if (object) return pagekit::redirect(href_of(*object));
  auto problem = words_for(sheet.words, object.error());
  if (!problem || object.error().code == base::ErrorCode::forbidden)
    return std::unexpected(std::move(object.error()));
  return list_page(sheet, {std::move(*problem), std::string(fields->get("reason"))});
}

Answer take_close(Sheet& sheet) {
  auto fields = posted_fields(sheet.call, *sheet.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto object = object_in(sheet.call);
  auto done = close_emergency(sheet.parts.accounts, *sheet.session, object);
  if (!done && done.error().code != base::ErrorCode::conflict)
    return std::unexpected(std::move(done.error()));
  return pagekit::redirect(href_of(object));
}

Answer take_review(Sheet& sheet) {
  auto fields = posted_fields(sheet.call, *sheet.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto verdict = emergency_verdict_of(fields->get("verdict"));
  const auto object = object_in(sheet.call);
  auto done = review_emergency(sheet.parts.accounts, *sheet.session, object,
                               verdict.value_or(EmergencyVerdict::none), fields->get("finding"));
  if (done) return pagekit::redirect(href_of(object));
  auto problem = words_for(sheet.words, done.error());
  if (!problem || done.error().code == base::ErrorCode::forbidden)
    return std::unexpected(std::move(done.error()));
  return one_page(sheet, {std::move(*problem), std::string(fields->get("finding"))});
}

}  // namespace

void add_emergency_pages(pagekit::Router& router, const PeoplePagesParts& parts) {
  const auto add = [&](std::string method, std::string pattern, auto handler) {
    router.add(
        {std::move(method), std::move(pattern), {}, {}, {}, [&parts, handler](const Call& call) {
           return with_sheet(parts, call, handler);
         }});
  };
  add("GET", "/emergency", [](Sheet& sheet) { return list_page(sheet, {}); });
  add("POST", "/emergency", take_open);
  add("GET", "/emergency/{id}", [](Sheet& sheet) { return one_page(sheet, {}); });
  add("POST", "/emergency/{id}/close", take_close);
  add("POST", "/emergency/{id}/review", take_review);
}

}  // namespace tocsin::people
