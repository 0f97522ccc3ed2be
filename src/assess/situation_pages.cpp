// SPDX-License-Identifier: Apache-2.0
// Situations: the list, the form, one with its matrix of factors.
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <map>

#include "assess/cited.hpp"
#include "assess/marking_below.hpp"
#include "assess/matters.hpp"
#include "assess/situation_parts.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "formats/json.hpp"
#include "pagekit/list_table.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using pagekit::Answer;
using pagekit::Call;

constexpr std::size_t situations_max = 500;

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

Answer situations_page(const DeskCall& desk) {
  if (auto may = desk.must_concern("situation.read"); !may)
    return std::unexpected(std::move(may.error()));
  auto situations = SituationReader(desk.database).list(situations_max);
  if (!situations) return std::unexpected(std::move(situations.error()));
  const auto title = desk.words.message("situations.title");
  auto context = desk.parts.pages.context(desk.call, {title, title, "situations"});
  const auto today = base::day_of(desk.parts.desk.clock.now());
  json::array rows;
  people::ListRead read;
  for (const auto& situation : *situations) {
    if (!desk.may("situation.read", matter_of(situation))) continue;
    read.add(situation.marking);
    rows.push_back(
        json::object{{"href", situation_href(situation.object)},
                     {"name", desk.shown(situation.object, "name", situation.name)},
                     {"exercise", situation.exercise},
                     {"crimes", crimes_in_words(desk.words, situation.crimes)},
                     {"review", desk.words.day(situation.review)},
                     {"overdue", situation.state == "open" && situation.review < today},
                     {"state", desk.words.looked_up("situation_state", situation.state)}});
  }
  if (auto noted = desk.note_list("situation.read", "situations", read); !noted)
    return std::unexpected(std::move(noted.error()));
  json::object list{{"may_open", desk.concerns("situation.open")}};
  list["list"] = rows.empty() ? json::value(false) : json::value{{"rows", std::move(rows)}};
  context["situations"] = std::move(list);
  return desk.parts.pages.render(desk.call, "assess/situations", context);
}

/// The list as the page shows it: what this person may read, each row with its own marking.
Answer situations_table(const DeskCall& desk, pagekit::TableForm form) {
  if (auto may = desk.must_concern("situation.read"); !may)
    return std::unexpected(std::move(may.error()));
  auto situations = SituationReader(desk.database).list(formats::table_rows_max);
  if (!situations) return std::unexpected(std::move(situations.error()));
  auto table = pagekit::begin_table(
      desk.words, "situations.title",
      {"situations.name", "inbox.marking", "situation.places", "situations.crimes",
       "situations.review", "situations.state", "mark.exercise"});
  // It travels as one thing, so what is strictest in it stands above it.
  ledger::Marking strictest{"CLEAR", "CLEAR"};
  for (const auto& situation : *situations) {
    if (!desk.may("situation.read", matter_of(situation))) continue;
    strictest = ledger::stricter(strictest, situation.marking);
    table.rows.push_back({desk.shown(situation.object, "name", situation.name),
                          "TLP:" + situation.marking.tlp + " PAP:" + situation.marking.pap,
                          places_of(desk, situation, " · "),
                          crimes_in_words(desk.words, situation.crimes),
                          base::format_day(situation.review),
                          desk.words.looked_up("situation_state", situation.state),
                          situation.exercise ? desk.words.message("mark.exercise") : ""});
  }
  if (auto noted = desk.note_read("situation.read", "situations", strictest); !noted)
    return std::unexpected(std::move(noted.error()));
  table.marking = "TLP:" + strictest.tlp;
  return pagekit::table_response(table, form, "situations");
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
      is_new ? std::string("/situations") : situation_href(object_of(desk.call, situation_type));
  context["edit"] = json::object{{"action", is_new ? "/situations/new" : back + "/edit"},
                                 {"back", back},
                                 {"seen", form.seen},
                                 {"name", form.draft.name},
                                 {"places", places},
                                 {"crimes", crime_boxes(desk.words, form.draft.crimes)},
                                 {"review", form.review},
                                 {"sections", section_fields(desk, form.draft)},
                                 {"markings", marking_choices(form.draft.marking)},
                                 {"marking_reason", form.draft.marking_reason},
                                 {"exercise", form.draft.exercise}};
  return desk.parts.pages.render(desk.call, "assess/situation_form", context,
                                 problem == nullptr ? 200 : pagekit::status_of(problem->code));
}

SituationForm typed_form(const DeskCall& desk, const pagekit::Fields& fields) {
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
  form.draft.exercise = fields.has("exercise") || desk.parts.exercise;
  if (fields.has("tlp")) form.draft.marking.tlp = fields.get("tlp");
  if (fields.has("pap")) form.draft.marking.pap = fields.get("pap");
  form.draft.marking_reason = fields.get("marking_reason");
  form.seen = fields.get("seen");
  return form;
}

Answer new_form(const DeskCall& desk) {
  if (auto may = desk.must_concern("situation.open"); !may)
    return std::unexpected(std::move(may.error()));
  SituationForm form;
  form.draft.exercise = desk.parts.exercise;
  return form_page(desk, form, nullptr);
}

Answer edit_form(const DeskCall& desk) {
  auto situation = read_situation(desk);
  if (!situation) return std::unexpected(std::move(situation.error()));
  SituationForm form;
  form.seen = base::to_hex(situation->revision);
  form.review = base::format_day(situation->review);
  form.draft.name = desk.shown(situation->object, "name", situation->name);
  form.draft.places = {places_of(desk, *situation, "\n")};
  form.draft.crimes = situation->crimes;
  form.draft.exercise = situation->exercise;
  // Its reason is left empty: what was said once is no reason to loosen the marking again.
  form.draft.marking = situation->marking;
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
  const auto form = typed_form(desk, *fields);
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
  if (done) return pagekit::redirect(situation_href(object));
  if (!belongs_to_form(done.error())) return std::unexpected(std::move(done.error()));
  return form_page(desk, form, &done.error());
}

// --- one situation

struct Counted {
  int evidence_for = 0;
  int evidence_against = 0;
  bool linked = false;  ///< something is, also what counts no more
};

std::map<std::string, Counted> counted(const std::vector<Cited>& evidence) {
  std::map<std::string, Counted> counts;
  for (const auto& cited : evidence) {
    if (!cited.row.linked) continue;
    auto& count = counts[cited.row.indicator];
    count.linked = true;
    if (!cited.counts()) continue;
    ++(cited.row.against ? count.evidence_against : count.evidence_for);
  }
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
                        const std::vector<Cited>& evidence) {
  const auto counts = counted(evidence);
  std::map<std::string, const JudgementRow*> by_indicator;
  for (const auto& judgement : judgements) by_indicator[judgement.indicator] = &judgement;
  const auto& words = desk.words;
  json::array factors;
  for (const auto& factor : desk.parts.framework.factors()) {
    const int number = factor_number(factor.id);
    const bool concerned = factor_concerns(number, situation.crimes);
    std::int64_t judged = 0;
    bool has_evidence = false;
    json::array rows;
    for (const auto& indicator : desk.parts.framework.indicators()) {
      if (indicator.factor != factor.id) continue;
      const auto found = by_indicator.find(indicator.id);
      const auto* judgement = found == by_indicator.end() ? nullptr : found->second;
      const auto count = counts.contains(indicator.id) ? counts.at(indicator.id) : Counted{};
      if (judgement != nullptr && judgement->value != "not_assessed") ++judged;
      has_evidence = has_evidence || count.linked;
      const auto said = [&](std::string_view section, const std::string& id) {
        return judgement == nullptr ? std::string("–") : words.looked_up(section, id);
      };
      rows.push_back(json::object{
          {"href", situation_href(situation.object) + "/indicators/" + indicator.id},
          {"number", indicator.un_number},
          {"label", desk.said(indicator.label)},
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
    if (!concerned && judged == 0 && !has_evidence) continue;
    factors.push_back(
        json::object{{"number", std::to_string(number)},
                     {"label", desk.said(factor.label)},
                     {"open", judged > 0 || (!concerned && has_evidence)},
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
         finished && desk.may("warning.draft", drafted_from(version))
             ? json::value("/warnings/new?assessment=" + base::to_hex(version.revision))
             : json::value(false)}});
  }
  return rows;
}

Answer situation_page(const DeskCall& desk, const base::Error* problem) {
  auto situation = read_situation(desk);
  if (!situation) return std::unexpected(std::move(situation.error()));
  const SituationReader reader(desk.database);
  auto judgements = reader.judgements(situation->object);
  auto evidence = cited_in(desk.database, situation->object);
  auto versions = readable_versions(desk.database, desk.parts.desk.permissions, desk.session.person,
                                    situation->object);
  if (!judgements) return std::unexpected(std::move(judgements.error()));
  if (!evidence) return std::unexpected(std::move(evidence.error()));
  if (!versions) return std::unexpected(std::move(versions.error()));
  const auto& words = desk.words;
  const auto name = situation->state == "erased"
                        ? words.message("situation.erased_title")
                        : desk.shown(situation->object, "name", situation->name);
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
  const auto marking_reason =
      desk.shown(situation->object, "marking_reason", situation->marking_reason);
  const bool open = situation->state == "open";
  const auto here = situation_href(situation->object);
  const auto matter = matter_of(*situation);
  context["situation"] = json::object{
      {"state", words.looked_up("situation_state", situation->state)},
      {"tlp", situation->marking.tlp},
      {"pap", situation->marking.pap},
      {"marking_reason", marking_reason.empty() ? json::value(false) : json::value(marking_reason)},
      {"frozen", std::ranges::any_of(
                     *evidence, [](const Cited& one) { return one.frozen && one.row.linked; })},
      {"exercise", situation->exercise},
      {"review", words.day(situation->review)},
      {"overdue", open && situation->review < base::day_of(desk.parts.desk.clock.now())},
      {"crimes", crimes_in_words(words, situation->crimes)},
      {"places", places_of(desk, *situation, " · ")},
      {"edit_href",
       desk.may("situation.change", matter) ? json::value(here + "/edit") : json::value(false)},
      {"factors", factor_rows(desk, *situation, *judgements, *evidence)},
      {"sections", std::move(sections)},
      {"may_assess", open && desk.may("assessment.write", new_assessment_in(*situation))},
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
  if (done) return pagekit::redirect(situation_href(object));
  if (!belongs_to_form(done.error())) return std::unexpected(done.error());
  return situation_page(desk, &done.error());
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

std::string situation_href(std::string_view object) {
  return "/situations/" + std::string(uuid_of(object));
}

base::Result<SituationRow> find_situation(const DeskCall& desk) {
  auto situation = SituationReader(desk.database).find(object_of(desk.call, situation_type));
  if (!situation) return situation;
  if (auto may = desk.parts.desk.permissions.may(desk.session.person, "situation.read",
                                                 matter_of(*situation));
      !may)
    return std::unexpected(std::move(may.error()));
  return situation;
}

base::Result<SituationRow> read_situation(const DeskCall& desk) {
  auto situation = find_situation(desk);
  if (!situation) return situation;
  if (auto noted = desk.note_read("situation.read", situation->object, situation->marking); !noted)
    return std::unexpected(std::move(noted.error()));
  return situation;
}

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
  for (const auto& [ending, form] : pagekit::list_forms)
    add("GET", "/situations" + std::string(ending),
        [form](const DeskCall& desk) { return situations_table(desk, form); });
  add("GET", "/situations/new", new_form);
  add("POST", "/situations/new", save_form);
  add("GET", "/situations/{id}",
      [](const DeskCall& desk) { return situation_page(desk, nullptr); });
  add("GET", "/situations/{id}/edit", edit_form);
  add("POST", "/situations/{id}/edit", save_form);
  add("POST", "/situations/{id}/close", close_situation);
  add("POST", "/situations/{id}/assessments", begin_assessment);
  add_indicator_routes(router, parts);
}

}  // namespace tocsin::assess
