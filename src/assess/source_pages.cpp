// SPDX-License-Identifier: Apache-2.0
// Identities: what custodians are asked, what was opened for whom, who holds the custodians' key;
// and the part of a report's page that says whether its source can be reached.
#include <algorithm>
#include <boost/json.hpp>

#include "assess/assess_pages.hpp"
#include "assess/attachment_tables.hpp"
#include "assess/matters.hpp"
#include "base/text.hpp"
#include "pagekit/list_table.hpp"
#include "people/account_tables.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::Error;
using base::ErrorCode;
using pagekit::Answer;
using pagekit::Call;

constexpr std::size_t kept_rows_max = 500;
constexpr std::array<std::string_view, 3> erasing_reasons{"taken_back", "mistake", "danger"};

/// What was refused on one of the forms, and what was typed into it.
struct Refused {
  const Error* problem = nullptr;
  std::string form;  ///< the request that it was about, or the name of the form
  std::string typed;
};

std::string href_of(std::string_view request) {
  return "/identities/" + std::string(uuid_of(request));
}

json::value rows_or_false(json::array rows) {
  if (rows.empty()) return false;
  return json::object{{"rows", std::move(rows)}};
}

std::string code_of(const DeskCall& desk, std::string_view report) {
  const auto row = ReportReader(desk.database).find(report);
  return row ? row->source : std::string("…");
}

std::string account_name(const DeskCall& desk, std::string_view account) {
  const auto found = people::find_account(desk.database, account);
  if (!found) return "…";
  const auto open = people::open_account(desk.database, desk.parts.desk.vault, *found);
  return open && !open->name.empty() ? open->name : std::string("…");
}

/// One request as every page shows it.
json::object request_json(const DeskCall& desk, const OpeningRow& request) {
  const auto& words = desk.words;
  const auto state = state_at(request.state, request.until, desk.parts.desk.clock.now());
  const bool answered = request.answered > base::Instant{};
  return {{"href", href_of(request.object)},
          {"code", code_of(desk, request.report)},
          {"who", desk.who(request.asked_key)},
          {"at", words.time(request.asked)},
          {"reason", desk.shown(request.object, "reason", request.reason)},
          {"state", words.looked_up("opening_state", name_of(state))},
          {"mine", request.asked_by == desk.session.person.account},
          {"open", state == OpeningState::open},
          {"until", state == OpeningState::open ? json::value(words.time(request.until))
                                                : json::value(false)},
          {"answered", answered ? json::value{{"who", desk.who(request.answered_key)},
                                              {"at", words.time(request.answered)}}
                                : json::value(false)},
          {"answer", request.answer.empty()
                         ? json::value(false)
                         : json::value(desk.shown(request.step_object, "reason", request.answer))}};
}

/// What waits for a custodian, with the two forms of the answer.
json::array waiting_json(const DeskCall& desk, const std::vector<OpeningRow>& requests,
                         const Refused& refused) {
  json::array rows;
  for (const auto& request : requests) {
    const std::vector<std::string> authors{request.asked_by};
    if (!desk.may("source.open", {name_of(request.state), {}, {}, authors})) continue;
    auto row = request_json(desk, request);
    row["id"] = uuid_of(request.object);
    row["typed"] = refused.form == request.object ? refused.typed : std::string{};
    rows.push_back(std::move(row));
  }
  return rows;
}

json::value custody_json(const DeskCall& desk) {
  const SourceReader reader(desk.database);
  const auto key = reader.custody_key();
  if (!key) return false;
  const auto all = custodians(desk.database, *key ? (*key)->object : std::string{});
  if (!all) return false;
  json::array rows;
  const auto& me = desk.session.person.account;
  const bool mine = std::ranges::any_of(
      *all, [&](const CustodianRow& row) { return row.holds && row.account == me; });
  const bool anybody = std::ranges::any_of(*all, &CustodianRow::holds);
  for (const auto& row : *all)
    rows.push_back(json::object{
        {"name", account_name(desk, row.account)},
        {"holds", row.holds},
        {"hand", mine && !row.holds ? json::value{{"account", row.account}} : json::value(false)}});
  return json::object{
      {"made", *key ? json::value(desk.words.time((*key)->made)) : json::value(false)},
      {"mine", mine},
      {"asks", !mine && anybody},
      {"anew", !anybody},
      {"rows", std::move(rows)}};
}

json::array kept_json(const DeskCall& desk) {
  json::array rows;
  const auto identities = SourceReader(desk.database).identities(kept_rows_max);
  if (!identities) return rows;
  for (const auto& identity : *identities)
    rows.push_back(json::object{
        {"report", identity.report},
        {"id", uuid_of(identity.report)},
        {"code", code_of(desk, identity.report)},
        {"left", desk.words.time(identity.left)},
        {"last", desk.words.time(identity.last)},
        {"reasons", choices(desk.words, "erased_because", erasing_reasons, "mistake")}});
  return rows;
}

Answer identities_page(const DeskCall& desk, const Refused& refused) {
  const bool custodian = desk.may("source.list");
  const bool asker = desk.parts.desk.permissions.concerns(desk.session.person.roles, "source.ask");
  if (!custodian && !asker)
    return base::fail(ErrorCode::forbidden, "your roles do not allow this", "source.list");
  auto requests = SourceReader(desk.database).requests(requests_shown_max);
  if (!requests) return std::unexpected(std::move(requests.error()));
  const auto title = desk.words.message("identities.title");
  auto context = desk.parts.pages.context(desk.call, {title, title, "identities"});
  put_problem(context, desk.words, refused.problem);
  json::array others;
  for (const auto& request : *requests)
    if (custodian ? request.state != OpeningState::asked
                  : request.asked_by == desk.session.person.account)
      others.push_back(request_json(desk, request));
  context["identities"] = json::object{
      {"custodian",
       custodian ? json::value{{"waiting", rows_or_false(waiting_json(desk, *requests, refused))},
                               {"key", custody_json(desk)},
                               {"kept", rows_or_false(kept_json(desk))}}
                 : json::value(false)},
      {"asker", asker ? json::value{{"typed", refused.form == "ask" ? refused.typed : ""}}
                      : json::value(false)},
      {"requests", rows_or_false(std::move(others))}};
  return desk.parts.pages.render(
      desk.call, "assess/identities", context,
      refused.problem == nullptr ? 200 : pagekit::status_of(refused.problem->code));
}

/// Requests to take along, for custodians: codes, dates and states. Whoever asked or answered, and
/// every reason, stays on the page.
Answer requests_table(const DeskCall& desk, pagekit::TableForm form) {
  if (!desk.may("source.list"))
    return base::fail(ErrorCode::forbidden, "your roles do not allow this", "source.list");
  auto requests = SourceReader(desk.database).requests(formats::table_rows_max);
  if (!requests) return std::unexpected(std::move(requests.error()));
  const auto& words = desk.words;
  auto table = pagekit::begin_table(words, "identities.requests",
                                    {"report.source", "inbox.marking", "identity.asked",
                                     "identities.state", "identity.answered", "identity.until"});
  ledger::Marking strictest{"CLEAR", "CLEAR"};
  const auto time_of = [](base::Instant instant) {
    return instant > base::Instant{} ? base::format_instant(instant) : std::string();
  };
  for (const auto& request : *requests) {
    const auto report = ReportReader(desk.database).find(request.report);
    if (!report || !is_cleared(desk.session.person, report->marking)) continue;
    strictest = ledger::stricter(strictest, report->marking);
    const auto state = state_at(request.state, request.until, desk.parts.desk.clock.now());
    table.rows.push_back({report->source,
                          "TLP:" + report->marking.tlp + " PAP:" + report->marking.pap,
                          time_of(request.asked), words.looked_up("opening_state", name_of(state)),
                          time_of(request.answered), time_of(request.until)});
  }
  table.marking = "TLP:" + strictest.tlp;
  return pagekit::table_response(table, form, "identity-requests");
}

/// The page of one request, for who asked. `reach` is there after the button only.
Answer identity_page(const DeskCall& desk, const Error* problem,
                     const std::optional<std::string>& reach) {
  auto request = SourceReader(desk.database).request(object_of(desk.call, source_request_type));
  if (!request) return std::unexpected(std::move(request.error()));
  if (request->asked_by != desk.session.person.account && !desk.may("source.list"))
    return base::fail(ErrorCode::forbidden, "somebody else asked for this", "source.read");
  const auto title =
      desk.words.message("identity.title", {{"source", code_of(desk, request->report)}});
  auto context = desk.parts.pages.context(desk.call, {title, title, "identities"});
  put_problem(context, desk.words, problem);
  auto shown = request_json(desk, *request);
  shown["readable"] = shown["open"].as_bool() && shown["mine"].as_bool();
  shown["reach"] = reach ? json::value{{"text", *reach}} : json::value(false);
  context["identity"] = std::move(shown);
  return desk.parts.pages.render(desk.call, "assess/identity", context,
                                 problem == nullptr ? 200 : pagekit::status_of(problem->code));
}

/// Whether a refusal can be said on the page that it came from.
bool can_be_said(const DeskCall& desk, const Error& error) {
  return belongs_to_form(error) || !desk.words.looked_up("source_problem", error.place).empty();
}

base::Status ask_by_code(const DeskCall& desk, const SourceDesk& sources,
                         const pagekit::Fields& fields) {
  auto report = SourceReader(desk.database).report_of_code(base::trim(fields.get("code")));
  if (!report) {
    report.error().place = "code";
    return std::unexpected(std::move(report.error()));
  }
  auto asked = sources.ask(desk.session, *report, fields.get("reason"));
  if (!asked) return std::unexpected(std::move(asked.error()));
  return {};
}

Answer take_list_form(const DeskCall& desk) {
  auto fields = people::posted_fields(desk.call, desk.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const SourceDesk sources(*desk.parts.sources);
  const auto what = fields->get("do");
  base::Status done = base::fail(ErrorCode::invalid_input, "unknown step", "step");
  if (what == "ask") done = ask_by_code(desk, sources, *fields);
  if (what == "hand")
    done = desk.parts.sources->custody.hand_over(desk.session, fields->get("account"));
  if (what == "anew") done = desk.parts.sources->custody.begin_anew(desk.session);
  if (what == "erase") {
    const auto why = erased_because_of(fields->get("why"));
    if (why) done = sources.erase(desk.session, fields->get("report"), *why);
  }
  if (done) return pagekit::redirect("/identities");
  if (!can_be_said(desk, done.error())) return std::unexpected(std::move(done.error()));
  return identities_page(desk,
                         {&done.error(), std::string(what), std::string(fields->get("reason"))});
}

Answer take_request_form(const DeskCall& desk) {
  auto fields = people::posted_fields(desk.call, desk.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const SourceDesk sources(*desk.parts.sources);
  const auto what = fields->get("do");
  const auto request = object_of(desk.call, source_request_type);
  if (what == "show") {
    auto reach = sources.read(desk.session, request);
    if (reach) return identity_page(desk, nullptr, *reach);
    if (!can_be_said(desk, reach.error())) return std::unexpected(std::move(reach.error()));
    return identity_page(desk, &reach.error(), {});
  }
  base::Status done = base::fail(ErrorCode::invalid_input, "unknown step", "step");
  const OpeningAnswer answer{request, !fields->has("not_told"), std::string(fields->get("reason"))};
  if (what == "open") done = sources.open(desk.session, answer);
  if (what == "refuse") done = sources.refuse(desk.session, answer);
  if (what == "close") done = sources.close(desk.session, request);
  if (done) return pagekit::redirect(what == "close" ? href_of(request) : "/identities");
  if (!can_be_said(desk, done.error())) return std::unexpected(std::move(done.error()));
  if (what == "close") return identity_page(desk, &done.error(), {});
  return identities_page(desk, {&done.error(), request, answer.reason});
}

}  // namespace

json::value identity_part(const DeskCall& desk, const ReportRow& report, const Error* problem,
                          std::string_view typed) {
  if (desk.parts.sources == nullptr) return false;
  const SourceReader reader(desk.database);
  const auto identity = reader.identity_of(report.object);
  const auto requests = reader.requests_of(report.object);
  if (!identity || !requests) return false;
  json::array rows;
  bool asked = false;
  const auto now = desk.parts.desk.clock.now();
  for (const auto& request : *requests) {
    const auto state = state_at(request.state, request.until, now);
    asked = asked || (request.asked_by == desk.session.person.account &&
                      (state == OpeningState::asked || state == OpeningState::open));
    rows.push_back(request_json(desk, request));
  }
  const auto files = AttachmentReader(desk.database).of_report(report.object);
  const bool originals = files && !files->empty();
  const bool may_ask =
      (identity->has_value() || originals) && !asked && desk.may("source.ask", matter_of(report));
  return json::object{
      {"held", identity->has_value()},
      {"originals", originals},
      {"requests", rows_or_false(std::move(rows))},
      {"ask", may_ask ? json::value{{"action",
                                     "/inbox/" + std::string(uuid_of(report.object)) + "/identity"},
                                    {"open", problem != nullptr},
                                    {"typed", typed}}
                      : json::value(false)}};
}

void add_source_routes(pagekit::Router& router, const AssessParts& parts) {
  const auto add = [&](std::string method, std::string pattern, DeskHandler handler) {
    router.add({std::move(method),
                std::move(pattern),
                {},
                {},
                {},
                [&parts, handler = std::move(handler)](const Call& call) {
                  return with_desk(parts, call, handler);
                }});
  };
  add("GET", "/identities", [](const DeskCall& desk) { return identities_page(desk, {}); });
  add("POST", "/identities", take_list_form);
  for (const auto& [ending, form] : pagekit::list_forms)
    add("GET", "/identities" + std::string(ending),
        [form](const DeskCall& desk) { return requests_table(desk, form); });
  add("GET", "/identities/{id}",
      [](const DeskCall& desk) { return identity_page(desk, nullptr, {}); });
  add("POST", "/identities/{id}", take_request_form);
}

}  // namespace tocsin::assess
