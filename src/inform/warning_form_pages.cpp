// SPDX-License-Identifier: Apache-2.0
// Writing a warning: from a finished assessment, and again when it came back.
#include <algorithm>
#include <boost/json.hpp>

#include "assess/assess_pages.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "inform/inform_pages.hpp"

namespace tocsin::inform {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using pagekit::Answer;
using pagekit::Fields;

struct WarningForm {
  WarningText text;
  std::string wanted_by;  ///< as typed
  std::string seen;
  std::string assessment;
  std::string assessment_title;
  std::string marking;
  std::string action;
  std::string back;
};

/// "2031-03-20 12:00", in UTC as the page says.
std::optional<base::Instant> wanted_by(std::string_view typed) {
  std::string text(base::trim(typed));
  std::ranges::replace(text, ' ', 'T');
  constexpr std::size_t minutes_size = 16;
  if (text.size() == minutes_size) text += ":00Z";
  auto instant = base::parse_instant(text);
  return instant ? std::optional(*instant) : std::nullopt;
}

/// A date that cannot be read is said at its field: it would be lost without a word.
std::optional<base::Error> wanted_by_problem(const WarningForm& form) {
  if (form.text.wanted_by || base::trim(form.wanted_by).empty()) return std::nullopt;
  return base::Error{ErrorCode::invalid_input, "this is no date and time", "wanted_by",
                     "write it as 2031-03-20 12:00"};
}

WarningForm typed(const InformCall& page, const Fields& fields) {
  WarningForm form;
  form.text.title = fields.get("title");
  form.text.what_changed = fields.get("what_changed");
  form.text.concerns = fields.get("concerns");
  form.text.who_else_knows = fields.get("who_else_knows");
  form.text.language = fields.get("language");
  form.text.urgency = fields.get("urgency");
  form.text.confidence = fields.get("confidence");
  form.text.scale = fields.get("scale");
  form.text.exercise = fields.has("exercise");
  form.wanted_by = fields.get("wanted_by");
  form.text.wanted_by = wanted_by(form.wanted_by);
  form.seen = fields.get("seen");
  form.assessment = fields.get("assessment");
  for (const auto& one : page.parts.rules.measures())
    if (fields.has("option_" + one.id)) form.text.options.push_back(one.id);
  return form;
}

json::array urgency_choices(const InformCall& page, std::string_view selected) {
  json::array list;
  for (const auto& rule : page.parts.rules.urgencies())
    list.push_back(json::object{
        {"value", rule.id},
        {"text",
         page.words.message("urgency." + rule.id,
                            {{"hours", page.words.number(std::int64_t{rule.escalate.count()})}})},
        {"selected", rule.id == selected}});
  return list;
}

Answer form_page(const InformCall& page, const WarningForm& form, const base::Error* problem) {
  const auto title =
      page.words.message(form.seen.empty() ? "warning.new_title" : "warning.edit_title");
  auto context = page.parts.pages.context(page.call, {title, title, "warnings"});
  put_problem(context, page.words, problem);
  const auto& text = form.text;
  context["edit"] = json::object{
      {"action", form.action},
      {"back", form.back},
      {"seen", form.seen},
      {"assessment", form.assessment},
      {"assessment_title", form.assessment_title},
      {"marking", form.marking},
      {"title", text.title},
      {"what_changed", text.what_changed},
      {"concerns", text.concerns},
      {"who_else_knows", text.who_else_knows},
      {"language", text.language},
      {"wanted_by", form.wanted_by},
      {"exercise", text.exercise},
      {"urgencies", urgency_choices(page, text.urgency)},
      {"confidences",
       assess::choices(page.words, "judgement_confidence", confidences, text.confidence)},
      {"scales", assess::choices(page.words, "scale", scales, text.scale)},
      {"options", option_boxes(page, {}, text.options)}};
  return page.parts.pages.render(page.call, "inform/warning_form", context,
                                 problem == nullptr ? 200 : pagekit::status_of(problem->code));
}

base::Result<AssessmentRef> assessment_of(const InformCall& page, std::string_view revision) {
  if (!page.parts.assessment)
    return base::fail(ErrorCode::unavailable, "assessments cannot be read here");
  return page.parts.assessment(page.database, revision);
}

void put_basis(WarningForm& form, const AssessmentRef& assessment) {
  form.assessment = assessment.revision;
  form.assessment_title = assessment.title;
  form.marking = marking_words(assessment.marking);
  form.action = "/warnings/new";
  form.back = "/warnings";
}

Answer new_form(const InformCall& page) {
  auto assessment = assessment_of(page, page.call.query.get("assessment"));
  if (!assessment) return std::unexpected(std::move(assessment.error()));
  if (auto may =
          page.must("warning.draft",
                    {name_of(WarningState::draft), assessment->marking.tlp, assessment->unit, {}});
      !may)
    return std::unexpected(std::move(may.error()));
  // Its title is the name of its situation.
  if (page.parts.note_read && assessment->marking.tlp != "CLEAR")
    if (auto noted = page.parts.note_read(page.session.person.account, "assessment.read",
                                          assessment->object);
        !noted)
      return std::unexpected(std::move(noted.error()));
  WarningForm form;
  put_basis(form, *assessment);
  form.text.language = page.call.language;
  form.text.options = assessment->options;
  form.text.exercise = assessment->exercise;
  form.text.urgency = "days";
  return form_page(page, form, nullptr);
}

Answer take_new(const InformCall& page, const Fields& fields) {
  auto form = typed(page, fields);
  auto assessment = assessment_of(page, form.assessment);
  if (!assessment) return std::unexpected(std::move(assessment.error()));
  put_basis(form, *assessment);
  if (const auto problem = wanted_by_problem(form)) return form_page(page, form, &*problem);
  auto made = WarningDesk(page.parts).draft(page.session, *assessment, form.text);
  if (made) return pagekit::redirect("/warnings/" + std::string(assess::uuid_of(*made)));
  if (!assess::belongs_to_form(made.error())) return std::unexpected(std::move(made.error()));
  return form_page(page, form, &made.error());
}

base::Result<WarningForm> edited(const InformCall& page, WarningForm form) {
  const auto object = assess::object_of(page.call, warning_type);
  auto view = WarningDesk(page.parts).read(page.session.person, page.database, object);
  if (!view) return std::unexpected(std::move(view.error()));
  if (form.seen.empty()) {
    form.text = view->text;
    form.seen = base::to_hex(view->row.head);
    if (view->text.wanted_by)
      form.wanted_by = base::format_instant(*view->text.wanted_by).substr(0, 16);
  }
  form.assessment = view->row.assessment;
  form.assessment_title = view->assessment_title;
  form.marking = marking_words(view->row.marking);
  form.back = "/warnings/" + std::string(page.call.path_part("id"));
  form.action = form.back + "/edit";
  return form;
}

Answer edit_form(const InformCall& page) {
  auto form = edited(page, {});
  if (!form) return std::unexpected(std::move(form.error()));
  return form_page(page, *form, nullptr);
}

Answer take_edit(const InformCall& page, const Fields& fields) {
  auto form = edited(page, typed(page, fields));
  if (!form) return std::unexpected(std::move(form.error()));
  const auto seen = assess::digest_field(fields, "seen");
  if (!seen) return base::fail(ErrorCode::invalid_input, "the form is not whole", "seen");
  if (const auto problem = wanted_by_problem(*form)) return form_page(page, *form, &*problem);
  const auto object = assess::object_of(page.call, warning_type);
  auto done = WarningDesk(page.parts).save(page.session, object, *seen, form->text);
  if (done) return pagekit::redirect(form->back);
  if (!assess::belongs_to_form(done.error())) return std::unexpected(std::move(done.error()));
  return form_page(page, *form, &done.error());
}

}  // namespace

void add_warning_form_routes(pagekit::Router& router, const InformParts& parts) {
  add_page(router, parts, "GET", "/warnings/new", new_form);
  add_page(router, parts, "POST", "/warnings/new", posted(take_new));
  add_page(router, parts, "GET", "/warnings/{id}/edit", edit_form);
  add_page(router, parts, "POST", "/warnings/{id}/edit", posted(take_edit));
}

}  // namespace tocsin::inform
