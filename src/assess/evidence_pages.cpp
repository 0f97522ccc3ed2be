// SPDX-License-Identifier: Apache-2.0
// Linking an excerpt to an indicator: of an observation by a page of its own, of a report from its
// page; and either form again where something is missing, with what was typed.
#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

#include "assess/assess_pages.hpp"
#include "assess/matters.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using pagekit::Answer;

constexpr std::size_t situations_max = 200;
constexpr std::string_view observation_prefix = "observation:";

/// The observation that an origin or a query names.
base::Result<Observed> observed(const DeskCall& desk, std::string_view number) {
  std::int64_t id = 0;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), id);
  if (read.ec != std::errc{} || read.ptr != number.data() + number.size() || id <= 0 ||
      !desk.parts.observed)
    return fail(ErrorCode::not_found, "there is no such observation", "origin",
                "begin at the page of the observation");
  return desk.parts.observed(id);
}

/// What the form shows above its fields: where the words come from.
base::Result<json::object> origin_of(const DeskCall& desk, const std::string& origin) {
  if (origin.starts_with(observation_prefix)) {
    auto seen = observed(desk, origin.substr(observation_prefix.size()));
    if (!seen) return std::unexpected(std::move(seen.error()));
    return json::object{{"href", "/observations/" + origin.substr(observation_prefix.size())},
                        {"source", seen->source},
                        {"when", desk.words.day(seen->day)},
                        {"text", seen->text},
                        {"exercise", seen->exercise}};
  }
  auto report = ReportReader(desk.database).find(origin);
  if (!report) return std::unexpected(std::move(report.error()));
  if (auto may =
          desk.parts.desk.permissions.may(desk.session.person, "report.read", matter_of(*report));
      !may)
    return std::unexpected(std::move(may.error()));
  if (auto noted = desk.note_read("report.read", report->object, report->marking); !noted)
    return std::unexpected(std::move(noted.error()));
  return json::object{{"href", "/inbox/" + std::string(uuid_of(origin))},
                      {"source", report->source},
                      {"when", desk.words.time(report->received)},
                      {"text", desk.shown(report->object, "text", report->text)},
                      {"exercise", report->exercise}};
}

base::Result<json::array> open_situations(const DeskCall& desk, std::string_view chosen) {
  json::array list;
  auto situations = SituationReader(desk.database).list(situations_max);
  if (!situations) return std::unexpected(std::move(situations.error()));
  people::ListRead read;
  for (const auto& situation : *situations) {
    if (!desk.may("evidence.link", matter_of(situation))) continue;
    read.add(situation.marking);
    list.push_back(json::object{{"value", situation.object},
                                {"text", desk.shown(situation.object, "name", situation.name)},
                                {"selected", situation.object == chosen}});
  }
  if (auto noted = desk.note_list("situation.read", "situations", read); !noted)
    return std::unexpected(std::move(noted.error()));
  return list;
}

json::array indicator_choices(const DeskCall& desk, std::string_view chosen) {
  json::array list;
  for (const auto& indicator : desk.parts.framework.indicators())
    list.push_back(json::object{{"value", indicator.id},
                                {"text", indicator.un_number + " " + desk.said(indicator.label)},
                                {"selected", indicator.id == chosen}});
  return list;
}

Answer form_page(const DeskCall& desk, const EvidenceDraft& draft, const base::Error* problem) {
  if (auto may = desk.must_concern("evidence.link"); !may)
    return std::unexpected(std::move(may.error()));
  auto origin = origin_of(desk, draft.origin);
  if (!origin) return std::unexpected(std::move(origin.error()));
  auto situations = open_situations(desk, draft.situation);
  if (!situations) return std::unexpected(std::move(situations.error()));
  const auto title = desk.words.message("report.use");
  auto context = desk.parts.pages.context(desk.call, {title, title, "situations"});
  put_problem(context, desk.words, problem);
  const bool none = situations->empty();
  context["link"] = json::object{{"origin", draft.origin},
                                 {"from", std::move(*origin)},
                                 {"no_situation", none},
                                 {"situations", std::move(*situations)},
                                 {"indicators", indicator_choices(desk, draft.indicator)},
                                 {"excerpt", draft.excerpt},
                                 {"because", draft.because},
                                 {"against", draft.against}};
  return desk.parts.pages.render(desk.call, "assess/evidence_form", context,
                                 problem == nullptr ? 200 : pagekit::status_of(problem->code));
}

Answer new_form(const DeskCall& desk) {
  const std::string number(desk.call.query.get("observation"));
  auto seen = observed(desk, number);
  if (!seen) return std::unexpected(std::move(seen.error()));
  EvidenceDraft draft;
  draft.origin = std::string(observation_prefix) + number;
  draft.excerpt = seen->excerpt;
  // What the machine saw is only what stands first in the list; a person chooses and says why.
  if (!seen->indicators.empty()) draft.indicator = seen->indicators.front();
  return form_page(desk, draft, nullptr);
}

Answer link(const DeskCall& desk) {
  auto fields = people::posted_fields(desk.call, desk.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  EvidenceDraft draft;
  draft.situation = fields->get("situation");
  draft.indicator = fields->get("indicator");
  draft.against = fields->has("against");
  draft.excerpt = fields->get("excerpt");
  draft.because = fields->get("because");
  draft.origin = fields->get("origin");
  if (draft.origin.starts_with(observation_prefix)) {
    // Who says so is what the store holds, never what a form brings.
    auto seen = observed(desk, std::string_view(draft.origin).substr(observation_prefix.size()));
    if (!seen) return std::unexpected(std::move(seen.error()));
    draft.source = seen->source;
    draft.exercise = seen->exercise;
  }
  auto linked = SituationDesk(desk.parts.desk, desk.parts.framework).link(desk.session, draft);
  if (linked)
    return pagekit::redirect("/situations/" + std::string(uuid_of(draft.situation)) +
                             "/indicators/" + draft.indicator);
  if (!belongs_to_form(linked.error())) return std::unexpected(std::move(linked.error()));
  return form_page(desk, draft, &linked.error());
}

}  // namespace

void add_evidence_routes(pagekit::Router& router, const AssessParts& parts) {
  router.add({"GET", "/evidence/new", {}, {}, {}, [&parts](const pagekit::Call& call) {
                return with_desk(parts, call, new_form);
              }});
  router.add({"POST", "/evidence", {}, {}, {}, [&parts](const pagekit::Call& call) {
                return with_desk(parts, call, link);
              }});
}

}  // namespace tocsin::assess
