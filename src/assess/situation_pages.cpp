// SPDX-License-Identifier: Apache-2.0
// Situations: the list, one with its matrix of factors, the form, and one indicator with evidence
// for and against, judgements so far, dissent.
#include <boost/json.hpp>
#include <charconv>
#include <map>
#include <set>

#include "assess/assess_pages.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "formats/json.hpp"
#include "ledger/records.hpp"
#include "ledger/sealed_text.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using pagekit::Answer;
using pagekit::Call;

constexpr std::size_t situations_max = 500;

std::string href_of(std::string_view object) {
  return "/situations/" + std::string(uuid_of(object));
}

/// The sealed list of places, one a line; a word of the page where it cannot be shown.
std::string places_of(const DeskCall& desk, const SituationRow& situation,
                      std::string_view between) {
  const auto text = desk.shown(situation.object, "places", situation.places);
  const auto list = formats::parse_json(text);
  if (!list || !list->is_array()) return text;
  std::string joined;
  for (const auto& place : list->get_array())
    if (const auto* name = place.if_string()) {
      if (!joined.empty()) joined += between;
      joined += std::string_view(name->data(), name->size());
    }
  return joined;
}

base::Result<SituationRow> permitted(const DeskCall& desk) {
  auto situation = SituationReader(desk.database).find(object_of(desk.call, situation_type));
  if (!situation) return situation;
  if (auto may =
          desk.parts.desk.permissions.may(desk.session.person, "situation.read",
                                          {situation->state, situation->marking.tlp, {}, {}});
      !may)
    return std::unexpected(std::move(may.error()));
  return situation;
}

Answer situations_page(const DeskCall& desk) {
  if (auto may = desk.parts.desk.permissions.may(desk.session.person, "situation.read"); !may)
    return std::unexpected(std::move(may.error()));
  auto situations = SituationReader(desk.database).list(situations_max);
  if (!situations) return std::unexpected(std::move(situations.error()));
  const auto title = desk.words.message("situations.title");
  auto context = desk.parts.pages.context(desk.call, {title, title, "situations"});
  const auto today = base::day_of(desk.parts.desk.clock.now());
  json::array rows;
  for (const auto& situation : *situations)
    rows.push_back(
        json::object{{"href", href_of(situation.object)},
                     {"name", desk.shown(situation.object, "name", situation.name)},
                     {"exercise", situation.exercise},
                     {"crimes", crimes_in_words(desk.words, situation.crimes)},
                     {"review", desk.words.day(situation.review)},
                     {"overdue", situation.state == "open" && situation.review < today},
                     {"state", desk.words.looked_up("situation_state", situation.state)}});
  json::object list{{"may_open", desk.may("situation.open")}};
  list["list"] = rows.empty() ? json::value(false) : json::value{{"rows", std::move(rows)}};
  context["situations"] = std::move(list);
  return desk.parts.pages.render(desk.call, "assess/situations", context);
}

// --- the form

struct SituationForm {
  SituationDraft draft;
  std::string review;  ///< as typed
  std::string seen;
};

json::array section_fields(const DeskCall& desk, const SituationDraft& draft) {
  json::array list;
  for (std::size_t i = 0; i < section_names.size(); ++i)
    list.push_back(json::object{{"id", section_names[i]},
                                {"label", desk.words.looked_up("section", section_names[i])},
                                {"no_information", draft.sections[i].no_information},
                                {"text", draft.sections[i].text}});
  return list;
}

Answer form_page(const DeskCall& desk, const SituationForm& form, const base::Error* problem) {
  const bool is_new = !desk.call.path.contains("id");
  const auto title = desk.words.message(is_new ? "situation.new_title" : "situation.edit_title");
  auto context = desk.parts.pages.context(desk.call, {title, title, "situations"});
  put_problem(context, desk.words, problem);
  std::string places;
  for (const auto& place : form.draft.places) places += place + "\n";
  const auto back =
      is_new ? std::string("/situations") : href_of(object_of(desk.call, situation_type));
  context["edit"] = json::object{{"action", is_new ? "/situations/new" : back + "/edit"},
                                 {"back", back},
                                 {"seen", form.seen},
                                 {"name", form.draft.name},
                                 {"places", places},
                                 {"crimes", crime_boxes(desk.words, form.draft.crimes)},
                                 {"review", form.review},
                                 {"sections", section_fields(desk, form.draft)},
                                 {"exercise", form.draft.exercise}};
  return desk.parts.pages.render(desk.call, "assess/situation_form", context,
                                 problem == nullptr ? 200 : pagekit::status_of(problem->code));
}

SituationForm typed_form(const pagekit::Fields& fields) {
  SituationForm form;
  form.draft.name = fields.get("name");
  std::string_view lines = fields.get("places");
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    if (const auto place = base::trim(lines.substr(0, end)); !place.empty())
      form.draft.places.emplace_back(place);
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  form.draft.crimes = crimes_of(fields);
  form.review = fields.get("review");
  if (const auto day = base::parse_day(form.review)) form.draft.review = *day;
  for (std::size_t i = 0; i < section_names.size(); ++i) {
    form.draft.sections[i].text = fields.get(section_names[i]);
    form.draft.sections[i].no_information = fields.has("none_" + std::string(section_names[i]));
  }
  form.draft.exercise = fields.has("exercise");
  form.seen = fields.get("seen");
  return form;
}

Answer new_form(const DeskCall& desk) {
  if (auto may = desk.parts.desk.permissions.may(desk.session.person, "situation.open"); !may)
    return std::unexpected(std::move(may.error()));
  return form_page(desk, {}, nullptr);
}

Answer edit_form(const DeskCall& desk) {
  auto situation = permitted(desk);
  if (!situation) return std::unexpected(std::move(situation.error()));
  SituationForm form;
  form.seen = base::to_hex(situation->revision);
  form.review = base::format_day(situation->review);
  form.draft.name = desk.shown(situation->object, "name", situation->name);
  form.draft.places = {places_of(desk, *situation, "\n")};
  form.draft.crimes = situation->crimes;
  form.draft.exercise = situation->exercise;
  for (std::size_t i = 0; i < section_names.size(); ++i) {
    const auto& stored = situation->sections[i];
    form.draft.sections[i].no_information = stored.empty();
    if (!stored.empty())
      form.draft.sections[i].text = desk.shown(situation->object, section_names[i], stored);
  }
  return form_page(desk, form, nullptr);
}

Answer save_form(const DeskCall& desk) {
  auto fields = people::posted_fields(desk.call, desk.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto form = typed_form(*fields);
  const SituationDesk use(desk.parts.desk, desk.parts.framework);
  base::Status done;
  std::string object;
  if (desk.call.path.contains("id")) {
    object = object_of(desk.call, situation_type);
    const auto seen = digest_field(*fields, "seen");
    done = seen ? use.change(desk.session, object, *seen, form.draft)
                : base::Status(base::fail(ErrorCode::conflict, "the form is too old", "seen"));
  } else {
    auto opened = use.open(desk.session, form.draft);
    if (opened)
      object = *opened;
    else
      done = std::unexpected(std::move(opened.error()));
  }
  if (done) return pagekit::redirect(href_of(object));
  if (!belongs_to_form(done.error())) return std::unexpected(std::move(done.error()));
  return form_page(desk, form, &done.error());
}

// --- one situation

struct Counted {
  int evidence_for = 0;
  int evidence_against = 0;
};

std::map<std::string, Counted> counted(const std::vector<EvidenceRow>& evidence) {
  std::map<std::string, Counted> counts;
  for (const auto& row : evidence)
    if (row.linked)
      ++(row.against ? counts[row.indicator].evidence_against : counts[row.indicator].evidence_for);
  return counts;
}

int factor_number(std::string_view id) {
  int number = 0;
  const auto digits = id.substr(std::min<std::size_t>(3, id.size()));
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

json::array factor_rows(const DeskCall& desk, const SituationRow& situation,
                        const std::vector<JudgementRow>& judgements,
                        const std::vector<EvidenceRow>& evidence) {
  const auto counts = counted(evidence);
  std::map<std::string, const JudgementRow*> by_indicator;
  for (const auto& judgement : judgements) by_indicator[judgement.indicator] = &judgement;
  const auto& words = desk.words;
  json::array factors;
  for (const auto& factor : desk.parts.framework.factors()) {
    const int number = factor_number(factor.id);
    const bool concerned = factor_concerns(number, situation.crimes);
    std::int64_t judged = 0;
    json::array rows;
    for (const auto& indicator : desk.parts.framework.indicators()) {
      if (indicator.factor != factor.id) continue;
      const auto found = by_indicator.find(indicator.id);
      const auto* judgement = found == by_indicator.end() ? nullptr : found->second;
      const auto count = counts.contains(indicator.id) ? counts.at(indicator.id) : Counted{};
      if (judgement != nullptr && judgement->value != "not_assessed") ++judged;
      const auto said = [&](std::string_view section, const std::string& id) {
        return judgement == nullptr ? std::string("–") : words.looked_up(section, id);
      };
      rows.push_back(json::object{
          {"href", href_of(situation.object) + "/indicators/" + indicator.id},
          {"number", indicator.un_number},
          {"label", indicator.label},
          {"provisional", indicator.provisional()},
          {"value", judgement == nullptr ? words.looked_up("judgement_value", "not_assessed")
                                         : words.looked_up("judgement_value", judgement->value)},
          {"trend", said("judgement_trend", judgement == nullptr ? "" : judgement->trend)},
          {"confidence",
           said("judgement_confidence", judgement == nullptr ? "" : judgement->confidence)},
          {"evidence",
           words.message("situation.evidence_count",
                         {{"for", words.number(std::int64_t{count.evidence_for})},
                          {"against", words.number(std::int64_t{count.evidence_against})}})}});
    }
    if (!concerned && judged == 0) continue;
    factors.push_back(
        json::object{{"number", std::to_string(number)},
                     {"label", factor.label},
                     {"open", judged > 0},
                     {"summary", concerned ? words.plural("situation.judged", judged)
                                           : words.message("situation.not_concerned")},
                     {"indicators", std::move(rows)}});
  }
  return factors;
}

json::array assessment_rows(const DeskCall& desk, const std::vector<AssessmentRow>& versions) {
  json::array rows;
  for (const auto& version : versions) {
    const auto uuid = std::string(uuid_of(version.object));
    const bool finished = version.state == "finished";
    rows.push_back(json::object{
        {"href", "/assessments/" + uuid},
        {"label", desk.words.message("situation.assessment_label",
                                     {{"number", std::to_string(version.number)}})},
        {"state", desk.words.looked_up("assessment", version.state)},
        {"at", desk.words.time(version.at)},
        {"warn_href",
         finished && desk.may("warning.draft", {"draft", {}, {}, {}})
             ? json::value("/warnings/new?assessment=" + base::to_hex(version.revision))
             : json::value(false)}});
  }
  return rows;
}

Answer situation_page(const DeskCall& desk, const base::Error* problem) {
  auto situation = permitted(desk);
  if (!situation) return std::unexpected(std::move(situation.error()));
  const SituationReader reader(desk.database);
  auto judgements = reader.judgements(situation->object);
  auto evidence = reader.evidence(situation->object);
  auto versions = reader.assessments(situation->object);
  if (!judgements) return std::unexpected(std::move(judgements.error()));
  if (!evidence) return std::unexpected(std::move(evidence.error()));
  if (!versions) return std::unexpected(std::move(versions.error()));
  const auto& words = desk.words;
  const auto name = desk.shown(situation->object, "name", situation->name);
  auto context = desk.parts.pages.context(desk.call, {name, name, "situations"});
  put_problem(context, words, problem);
  json::array sections;
  for (std::size_t i = 0; i < section_names.size(); ++i) {
    const auto& stored = situation->sections[i];
    sections.push_back(json::object{
        {"label", words.looked_up("section", section_names[i])},
        {"text", stored.empty()
                     ? json::value(false)
                     : json::value(desk.shown(situation->object, section_names[i], stored))}});
  }
  const bool open = situation->state == "open";
  const auto here = href_of(situation->object);
  const people::Matter matter{situation->state, situation->marking.tlp, {}, {}};
  context["situation"] = json::object{
      {"state", words.looked_up("situation_state", situation->state)},
      {"tlp", situation->marking.tlp},
      {"exercise", situation->exercise},
      {"review", words.day(situation->review)},
      {"overdue", open && situation->review < base::day_of(desk.parts.desk.clock.now())},
      {"crimes", crimes_in_words(words, situation->crimes)},
      {"places", places_of(desk, *situation, " · ")},
      {"edit_href",
       desk.may("situation.change", matter) ? json::value(here + "/edit") : json::value(false)},
      {"factors", factor_rows(desk, *situation, *judgements, *evidence)},
      {"sections", std::move(sections)},
      {"may_assess", open && desk.may("assessment.write", {"draft", {}, {}, {}})},
      {"assess_action", here + "/assessments"},
      {"assessments", assessment_rows(desk, *versions)},
      {"may_close", desk.may("situation.close", matter)},
      {"close_action", here + "/close"},
      {"seen", base::to_hex(situation->revision)}};
  return desk.parts.pages.render(desk.call, "assess/situation", context,
                                 problem == nullptr ? 200 : pagekit::status_of(problem->code));
}

Answer close_situation(const DeskCall& desk) {
  auto fields = people::posted_fields(desk.call, desk.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto object = object_of(desk.call, situation_type);
  const auto done =
      SituationDesk(desk.parts.desk, desk.parts.framework)
          .close(desk.session, object, digest_field(*fields, "seen").value_or(base::Digest{}),
                 fields->get("reason"));
  if (done) return pagekit::redirect(href_of(object));
  if (!belongs_to_form(done.error())) return std::unexpected(done.error());
  return situation_page(desk, &done.error());
}

// --- one indicator of a situation

/// "judge" or "dissent" text that was refused, with what was typed.
struct Typed {
  const base::Error* problem = nullptr;
  std::optional<JudgementDraft> judgement;
};

json::array evidence_groups(const DeskCall& desk, const std::vector<EvidenceRow>& evidence,
                            const std::string& indicator, const std::string& here,
                            bool may_unlink) {
  json::array groups;
  std::size_t number = 0;
  for (const bool against : {false, true}) {
    json::array rows;
    for (const auto& row : evidence) {
      if (row.indicator != indicator || row.against != against || !row.linked) continue;
      const bool from_report = row.origin.starts_with("report:");
      const bool from_watch = row.origin.starts_with("observation:");
      rows.push_back(json::object{
          {"number", std::to_string(++number)},
          {"excerpt", desk.shown(row.object, "excerpt", row.excerpt)},
          {"because", desk.shown(row.object, "because", row.because)},
          {"source", row.source},
          {"origin_href", from_report ? json::value("/inbox/" + std::string(uuid_of(row.origin)))
                          : from_watch
                              ? json::value("/observations/" + std::string(uuid_of(row.origin)))
                              : json::value(false)},
          {"who", desk.who(row.author)},
          {"at", desk.words.time(row.at)},
          {"unlink_action",
           may_unlink ? json::value(here + "/evidence/" + std::string(uuid_of(row.object)))
                      : json::value(false)}});
    }
    if (!rows.empty())
      groups.push_back(json::object{
          {"heading", desk.words.message(against ? "evidence.against_heading" : "evidence.for")},
          {"rows", std::move(rows)}});
  }
  return groups;
}

json::array history_rows(const DeskCall& desk, const JudgementRow& judgement) {
  json::array rows;
  const auto history = ledger::history_of(desk.database, judgement.object);
  if (!history) return rows;
  const auto& words = desk.words;
  for (auto version = history->rbegin(); version != history->rend(); ++version) {
    const auto gaps = desk.shown(judgement.object, "gaps", ledger::stored_field(*version, "gaps"));
    rows.push_back(json::object{
        {"value", words.looked_up("judgement_value", version->text("value"))},
        {"trend", words.looked_up("judgement_trend", version->text("trend"))},
        {"confidence", words.looked_up("judgement_confidence", version->text("confidence"))},
        {"period", version->text("period")},
        {"who", desk.who(version->envelope.author)},
        {"at", words.time(version->envelope.time)},
        {"reasons",
         desk.shown(judgement.object, "reasons", ledger::stored_field(*version, "reasons"))},
        {"gaps", gaps.empty() ? json::value(false) : json::value(gaps)}});
  }
  return rows;
}

JudgementDraft draft_of(const DeskCall& desk, const std::optional<JudgementRow>& judgement) {
  JudgementDraft draft;
  draft.value = judgement ? judgement->value : "no_information";
  draft.trend = judgement ? judgement->trend : "unknown";
  draft.confidence = judgement ? judgement->confidence : "low";
  draft.period = base::format_day(base::day_of(desk.parts.desk.clock.now())).substr(0, 7);
  if (judgement) {
    draft.reasons = desk.shown(judgement->object, "reasons", judgement->reasons);
    draft.gaps = desk.shown(judgement->object, "gaps", judgement->gaps);
  }
  return draft;
}

json::value judge_form(const DeskCall& desk, const std::optional<JudgementRow>& judgement,
                       const JudgementDraft& draft, const std::string& here) {
  const auto& words = desk.words;
  json::array fields;
  const auto add = [&](std::string_view name, json::array options) {
    fields.push_back(json::object{{"name", name},
                                  {"label", words.message("judgement." + std::string(name))},
                                  {"options", std::move(options)}});
  };
  add("value", choices(words, "judgement_value", judgement_values, draft.value));
  add("trend", choices(words, "judgement_trend", trends, draft.trend));
  add("confidence", choices(words, "judgement_confidence", confidences, draft.confidence));
  return json::object{{"action", here},
                      {"seen", judgement ? base::to_hex(judgement->revision) : std::string{}},
                      {"choices", std::move(fields)},
                      {"period", draft.period},
                      {"reasons", draft.reasons},
                      {"gaps", draft.gaps}};
}

json::value dissent_rows(const DeskCall& desk, const std::vector<DissentRow>& dissent,
                         const std::optional<JudgementRow>& judgement) {
  json::array rows;
  for (const auto& row : dissent)
    if (judgement && row.judgement == judgement->object)
      rows.push_back(json::object{{"who", desk.who(row.author)},
                                  {"at", desk.words.time(row.at)},
                                  {"text", desk.shown(row.object, "text", row.text)}});
  if (rows.empty()) return false;
  return json::object{{"rows", std::move(rows)}};
}

Answer indicator_page(const DeskCall& desk, const Typed& typed) {
  auto situation = permitted(desk);
  if (!situation) return std::unexpected(std::move(situation.error()));
  const std::string id(desk.call.path_part("indicator"));
  const auto* indicator = desk.parts.framework.find(id);
  if (indicator == nullptr)
    return base::fail(ErrorCode::not_found, "there is no such indicator", id);
  const SituationReader reader(desk.database);
  auto evidence = reader.evidence(situation->object);
  auto judgement = reader.judgement(situation->object, id);
  auto dissent = reader.dissent(situation->object);
  if (!evidence) return std::unexpected(std::move(evidence.error()));
  if (!judgement) return std::unexpected(std::move(judgement.error()));
  if (!dissent) return std::unexpected(std::move(dissent.error()));
  const auto& words = desk.words;
  const auto name = desk.shown(situation->object, "name", situation->name);
  const auto back = href_of(situation->object);
  const auto here = back + "/indicators/" + id;
  std::set<std::string> sources;
  for (const auto& row : *evidence)
    if (row.indicator == id && row.linked) sources.insert(row.source);
  const people::Matter matter{situation->state, situation->marking.tlp, {}, {}};
  auto context = desk.parts.pages.context(
      desk.call, {indicator->un_number + " · " + name, name, "situations"});
  put_problem(context, words, typed.problem);
  context["indicator"] = json::object{
      {"back", back},
      {"situation", name},
      {"number", indicator->un_number},
      {"label", indicator->label},
      {"provisional", indicator->provisional()},
      {"sources", words.plural("evidence.sources", static_cast<std::int64_t>(sources.size()))},
      {"evidence", evidence_groups(desk, *evidence, id, back, desk.may("evidence.unlink", matter))},
      {"history", *judgement ? history_rows(desk, **judgement) : json::array{}},
      {"dissent", dissent_rows(desk, *dissent, *judgement)},
      {"judge",
       desk.may("judgement.write", matter)
           ? judge_form(desk, *judgement,
                        typed.judgement ? *typed.judgement : draft_of(desk, *judgement), here)
           : json::value(false)},
      {"dissent_form",
       *judgement && desk.may("judgement.dissent", matter)
           ? json::value{{"action", here + "/dissent"}, {"judgement", (*judgement)->object}}
           : json::value(false)}};
  return desk.parts.pages.render(
      desk.call, "assess/indicator", context,
      typed.problem == nullptr ? 200 : pagekit::status_of(typed.problem->code));
}

Answer judge(const DeskCall& desk) {
  auto fields = people::posted_fields(desk.call, desk.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  JudgementDraft draft;
  draft.situation = object_of(desk.call, situation_type);
  draft.indicator = desk.call.path_part("indicator");
  draft.value = fields->get("value");
  draft.trend = fields->get("trend");
  draft.confidence = fields->get("confidence");
  draft.period = fields->get("period");
  draft.reasons = fields->get("reasons");
  draft.gaps = fields->get("gaps");
  const auto done = SituationDesk(desk.parts.desk, desk.parts.framework)
                        .judge(desk.session, draft, digest_field(*fields, "seen"));
  if (done) return pagekit::redirect(desk.call.request.path);
  if (!belongs_to_form(done.error())) return std::unexpected(done.error());
  return indicator_page(desk, {&done.error(), draft});
}

Answer dissent(const DeskCall& desk) {
  auto fields = people::posted_fields(desk.call, desk.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto situation = object_of(desk.call, situation_type);
  const auto done =
      SituationDesk(desk.parts.desk, desk.parts.framework)
          .dissent(desk.session, situation, fields->get("judgement"), fields->get("text"));
  if (!done) {
    if (!belongs_to_form(done.error())) return std::unexpected(done.error());
    return indicator_page(desk, {&done.error(), {}});
  }
  return pagekit::redirect(href_of(situation) + "/indicators/" +
                           std::string(desk.call.path_part("indicator")));
}

Answer unlink_evidence(const DeskCall& desk) {
  auto fields = people::posted_fields(desk.call, desk.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto object =
      std::string(evidence_type) + ":" + std::string(desk.call.path_part("evidence"));
  auto row = SituationReader(desk.database).find_evidence(object);
  if (!row) return std::unexpected(std::move(row.error()));
  auto done = SituationDesk(desk.parts.desk, desk.parts.framework)
                  .unlink(desk.session, object, fields->get("reason"));
  if (!done) return std::unexpected(std::move(done.error()));
  return pagekit::redirect(href_of(row->situation) + "/indicators/" + row->indicator);
}

Answer begin_assessment(const DeskCall& desk) {
  auto fields = people::posted_fields(desk.call, desk.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  auto begun = SituationDesk(desk.parts.desk, desk.parts.framework)
                   .begin_assessment(desk.session, object_of(desk.call, situation_type));
  if (!begun) return std::unexpected(std::move(begun.error()));
  return pagekit::redirect("/assessments/" + std::string(uuid_of(*begun)));
}

}  // namespace

void add_situation_routes(pagekit::Router& router, const AssessParts& parts) {
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
  add("GET", "/situations", situations_page);
  add("GET", "/situations/new", new_form);
  add("POST", "/situations/new", save_form);
  add("GET", "/situations/{id}",
      [](const DeskCall& desk) { return situation_page(desk, nullptr); });
  add("GET", "/situations/{id}/edit", edit_form);
  add("POST", "/situations/{id}/edit", save_form);
  add("POST", "/situations/{id}/close", close_situation);
  add("POST", "/situations/{id}/assessments", begin_assessment);
  add("POST", "/situations/{id}/evidence/{evidence}", unlink_evidence);
  add("GET", "/situations/{id}/indicators/{indicator}",
      [](const DeskCall& desk) { return indicator_page(desk, {}); });
  add("POST", "/situations/{id}/indicators/{indicator}", judge);
  add("POST", "/situations/{id}/indicators/{indicator}/dissent", dissent);
}

}  // namespace tocsin::assess
