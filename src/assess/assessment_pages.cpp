// SPDX-License-Identifier: Apache-2.0
// One version of an assessment: its form while it is a draft, and as it stands when finished,
// beside the version before.
#include <boost/json.hpp>
#include <map>

#include "assess/assess_pages.hpp"
#include "assess/assessment_content.hpp"
#include "assess/assessment_sheet.hpp"
#include "assess/matters.hpp"
#include "base/hash.hpp"
#include "formats/json.hpp"
#include "ledger/records.hpp"
#include "ledger/sealed_text.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using pagekit::Answer;
using pagekit::Call;

AssessmentDraft draft_of(const DeskCall& desk, const AssessmentRow& row) {
  AssessmentDraft draft;
  draft.situation = row.situation;
  draft.crimes = row.crimes;
  draft.summary = desk.shown(row.object, "summary", row.summary);
  draft.scenarios = desk.shown(row.object, "scenarios", row.scenarios);
  draft.mitigating = desk.shown(row.object, "mitigating", row.mitigating);
  draft.not_known = desk.shown(row.object, "not_known", row.not_known);
  draft.options = options_of(desk, row);
  return draft;
}

json::object edit_part(const DeskCall& desk, const AssessmentRow& row, const AssessmentDraft& draft,
                       const std::string& seen) {
  const auto& words = desk.words;
  const std::array<const std::string*, assessment_texts.size()> texts{
      &draft.summary, &draft.scenarios, &draft.mitigating, &draft.not_known};
  json::array fields;
  for (std::size_t i = 0; i < assessment_texts.size(); ++i)
    fields.push_back(
        json::object{{"name", assessment_texts[i]},
                     {"label", words.message("assessment." + std::string(assessment_texts[i]))},
                     {"text", *texts[i]}});
  json::array options;
  for (const auto& entry : toolbox(desk)) {
    const auto chosen = std::ranges::find(draft.options, entry.id, &Option::measure);
    const bool selected = chosen != draft.options.end();
    options.push_back(
        json::object{{"id", entry.id},
                     {"label", entry.label},
                     {"coercion", words.looked_up("coercion", std::to_string(entry.coercion))},
                     {"selected", selected},
                     {"why", selected ? chosen->why : std::string{}}});
  }
  return {{"action", "/assessments/" + std::string(uuid_of(row.object))},
          {"seen", seen},
          {"crimes", crime_boxes(words, draft.crimes)},
          {"texts", std::move(fields)},
          {"options", std::move(options)}};
}

json::array judgement_rows(const DeskCall& desk, const AssessmentRow& row) {
  const auto now = judgements_of(desk, row);
  const auto earlier = version_before(desk, row);
  const auto before =
      earlier ? judgements_of(desk, *earlier) : std::map<std::string, ledger::Revision>{};
  const auto& words = desk.words;
  json::array rows;
  for (const auto& indicator : desk.parts.framework.indicators()) {
    const auto found = now.find(indicator.id);
    if (found == now.end()) continue;
    const auto& judgement = found->second;
    const auto old = before.find(indicator.id);
    std::string then = "–";
    if (old != before.end())
      then = old->second.id == judgement.id ? words.message("assessment.same")
                                            : judgement_in_words(desk, before, indicator.id);
    rows.push_back(json::object{
        {"number", indicator.un_number},
        {"label", desk.said(indicator.label)},
        {"value", words.looked_up("judgement_value", judgement.text("value"))},
        {"trend", words.looked_up("judgement_trend", judgement.text("trend"))},
        {"confidence", words.looked_up("judgement_confidence", judgement.text("confidence"))},
        {"before", then}});
  }
  return rows;
}

json::object shown_part(const DeskCall& desk, const AssessmentRow& row) {
  const auto& words = desk.words;
  json::array texts;
  for (const auto field : assessment_texts)
    texts.push_back(json::object{{"label", words.message("assessment." + std::string(field))},
                                 {"text", desk.shown(row.object, field, stored_text(row, field))}});
  const auto entries = toolbox(desk);
  const auto chosen = options_of(desk, row);
  json::array options;
  // In the toolbox's order, which is from gentle to strong.
  for (const auto& entry : entries) {
    const auto found = std::ranges::find(chosen, entry.id, &Option::measure);
    if (found != chosen.end())
      options.push_back(
          json::object{{"label", entry.label},
                       {"coercion", words.looked_up("coercion", std::to_string(entry.coercion))},
                       {"why", found->why}});
  }
  return {{"crimes", crimes_in_words(words, row.crimes)},
          {"texts", std::move(texts)},
          {"options", std::move(options)},
          {"judgements", judgement_rows(desk, row)},
          {"revision", base::to_hex(row.revision)},
          {"warn_href", desk.may("warning.draft", drafted_from(row))
                            ? json::value("/warnings/new?assessment=" + base::to_hex(row.revision))
                            : json::value(false)}};
}

struct Typed {
  const base::Error* problem = nullptr;
  std::optional<AssessmentDraft> draft;
  std::string seen;
};

Answer assessment_page(const DeskCall& desk, const Typed& typed) {
  auto row = read_assessment(desk, object_of(desk.call, assessment_type));
  if (!row) return std::unexpected(std::move(row.error()));
  auto situation = SituationReader(desk.database).find(row->situation);
  if (!situation) return std::unexpected(std::move(situation.error()));
  const auto& words = desk.words;
  const auto title = words.message("assessment.title", {{"number", std::to_string(row->number)}});
  auto context = desk.parts.pages.context(desk.call, {title, title, "situations"});
  put_problem(context, words, typed.problem);
  const bool editable = row->state == "draft" && desk.may("assessment.write", matter_of(*row));
  const auto seen = typed.seen.empty() ? base::to_hex(row->revision) : typed.seen;
  context["assessment"] = json::object{
      {"back", "/situations/" + std::string(uuid_of(row->situation))},
      {"situation", desk.shown(situation->object, "name", situation->name)},
      {"state", words.looked_up("assessment", row->state)},
      {"tlp", row->marking.tlp},
      {"sheet_href", desk.call.request.path + "/sheet.pdf"},
      {"compare_href", has_other_version(desk, *row)
                           ? json::value(desk.call.request.path + "/compare")
                           : json::value(false)},
      {"at", words.time(row->at)},
      {"who", desk.who(row->author)},
      {"edit", editable ? json::value(edit_part(
                              desk, *row, typed.draft ? *typed.draft : draft_of(desk, *row), seen))
                        : json::value(false)},
      {"shown", editable ? json::value(false) : json::value(shown_part(desk, *row))}};
  return desk.parts.pages.render(
      desk.call, "assess/assessment", context,
      typed.problem == nullptr ? 200 : pagekit::status_of(typed.problem->code));
}

AssessmentPaper paper_of(const DeskCall& desk, const AssessmentRow& row,
                         const SituationRow& situation, const std::string& title) {
  AssessmentPaper paper;
  paper.situation = desk.shown(situation.object, "name", situation.name);
  paper.title = title;
  paper.crimes = crimes_in_words(desk.words, row.crimes);
  paper.draft = row.state == "draft";
  paper.exercise = situation.exercise;
  paper.marking = row.marking;
  paper.at = row.at;
  paper.revision = base::to_hex(row.revision);
  const auto shown = shown_part(desk, row);
  const auto rows = [&](const char* name, const auto& take) {
    for (const auto& item : shown.at(name).as_array())
      take([&item](const char* key) { return std::string(formats::text_member(item, key)); });
  };
  rows("texts", [&](const auto& text) { paper.texts.push_back({text("label"), text("text")}); });
  rows("options", [&](const auto& text) {
    paper.options.push_back({text("label"), text("coercion"), text("why")});
  });
  rows("judgements", [&](const auto& text) {
    paper.judgements.push_back({text("number") + " " + text("label"), text("value"), text("trend"),
                                text("confidence"), text("before")});
  });
  return paper;
}

/// The version as a document to print.
Answer assessment_pdf(const DeskCall& desk) {
  auto row = read_assessment(desk, object_of(desk.call, assessment_type));
  if (!row) return std::unexpected(std::move(row.error()));
  auto situation = SituationReader(desk.database).find(row->situation);
  if (!situation) return std::unexpected(std::move(situation.error()));
  const auto title =
      desk.words.message("assessment.title", {{"number", std::to_string(row->number)}});
  auto pdf = formats::write_pdf(assessment_sheet(paper_of(desk, *row, *situation, title),
                                                 desk.words, desk.parts.pages.parts().node_name));
  if (!pdf) return std::unexpected(std::move(pdf.error()));
  return pagekit::shown_file(std::move(pdf->bytes), "application/pdf", "assessment.pdf");
}

Answer save_assessment(const DeskCall& desk) {
  auto fields = people::posted_fields(desk.call, desk.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  AssessmentDraft draft;
  draft.crimes = crimes_of(*fields);
  draft.summary = fields->get("summary");
  draft.scenarios = fields->get("scenarios");
  draft.mitigating = fields->get("mitigating");
  draft.not_known = fields->get("not_known");
  for (const auto& entry : toolbox(desk))
    if (fields->has("option_" + entry.id))
      draft.options.push_back({entry.id, std::string(fields->get("why_" + entry.id))});
  const auto object = object_of(desk.call, assessment_type);
  const auto done = SituationDesk(desk.parts.desk, desk.parts.framework)
                        .write_assessment(desk.session, object,
                                          digest_field(*fields, "seen").value_or(base::Digest{}),
                                          draft, fields->get("do") == "finish");
  if (done) return pagekit::redirect("/assessments/" + std::string(uuid_of(object)));
  if (!belongs_to_form(done.error())) return std::unexpected(done.error());
  return assessment_page(desk, {&done.error(), draft, std::string(fields->get("seen"))});
}

}  // namespace

void add_assessment_routes(pagekit::Router& router, const AssessParts& parts) {
  router.add({"GET", "/assessments/{id}", {}, {}, {}, [&parts](const Call& call) {
                return with_desk(parts, call,
                                 [](const DeskCall& desk) { return assessment_page(desk, {}); });
              }});
  router.add({"GET", "/assessments/{id}/sheet.pdf", {}, {}, {}, [&parts](const Call& call) {
                return with_desk(parts, call, assessment_pdf);
              }});
  router.add({"GET", "/assessments/{id}/compare", {}, {}, {}, [&parts](const Call& call) {
                return with_desk(parts, call, compare_page);
              }});
  router.add({"POST", "/assessments/{id}", {}, {}, {}, [&parts](const Call& call) {
                return with_desk(parts, call, save_assessment);
              }});
}

}  // namespace tocsin::assess
