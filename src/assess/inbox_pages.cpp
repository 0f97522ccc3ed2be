// SPDX-License-Identifier: Apache-2.0
// The inbox: reports by danger and age; one report with what may be done with it.
#include <boost/json.hpp>
#include <charconv>

#include "assess/assess_pages.hpp"
#include "assess/cited.hpp"
#include "assess/matters.hpp"
#include "base/text.hpp"
#include "ledger/sealed_text.hpp"
#include "pagekit/list_table.hpp"
#include "people/account_tables.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using pagekit::Answer;
using pagekit::Call;

constexpr std::size_t inbox_page_rows = 50;
/// What a form offers to choose from: reports to merge with, situations.
constexpr std::size_t choices_max = 200;
constexpr std::size_t excerpt_bytes_max = 300;
constexpr std::array<std::string_view, 6> source_grades{"A", "B", "C", "D", "E", "F"};
constexpr std::array<std::string_view, 6> credibility_grades{"1", "2", "3", "4", "5", "6"};
constexpr std::array<Step, 10> steps_in_order{
    Step::unfreeze, Step::accept, Step::grade, Step::ask,       Step::answer,
    Step::merge,    Step::mark,   Step::move,  Step::set_aside, Step::freeze};

std::string href_of(std::string_view object) {
  return "/inbox/" + std::string(uuid_of(object));
}

json::value grade_of(const ReportRow& report) {
  if (!report.grade) return false;
  std::string grade(1, report.grade->source);
  grade += report.grade->credibility;
  return json::value(grade);
}

std::int64_t hours_since(const DeskCall& desk, base::Instant instant) {
  return std::chrono::duration_cast<std::chrono::hours>(desk.parts.desk.clock.now() - instant)
      .count();
}

json::object list_row(const DeskCall& desk, const ReportRow& report, std::size_t number) {
  const auto& words = desk.words;
  // That it waits is for the whole desk to know; what it says is for those who may read it.
  const bool readable = desk.may("report.read", matter_of(report));
  return {
      {"number", std::to_string(number)},
      {"href", readable ? json::value(href_of(report.object)) : json::value(false)},
      {"source", report.source},
      {"received", words.time(report.received)},
      {"in_danger", report.in_danger},
      {"frozen", report.standing.frozen},
      {"exercise", report.exercise},
      {"state", words.looked_up("report_state", shown_state(report.standing))},
      {"tlp", report.marking.tlp},
      {"grade", grade_of(report)},
      {"age", words.plural("inbox.age", hours_since(desk, report.received))},
      {"witness", words.looked_up("witness", report.witness)},
      {"excerpt", readable ? json::value(base::cut(desk.shown(report.object, "text", report.text),
                                                   excerpt_bytes_max))
                           : json::value(false)}};
}

/// The first report of a page of the list, as the address names it.
std::int64_t from_of(const DeskCall& desk) {
  const auto text = desk.call.query.get("from");
  std::int64_t from = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), from);
  return read.ec == std::errc{} && from > 0 ? from : 0;
}

/// Closed reports whose reporters wrote again: they left the list, and must not be left unread.
base::Result<json::value> words_to_closed(const DeskCall& desk) {
  auto reports = ReportReader(desk.database).closed_with_word(inbox_page_rows);
  if (!reports) return std::unexpected(std::move(reports.error()));
  json::array rows;
  for (const auto& report : *reports) {
    if (!desk.parts.desk.permissions.allows(desk.session.person, "report.read", matter_of(report)))
      continue;
    rows.push_back(json::object{
        {"href", href_of(report.object)},
        {"source", report.source},
        {"changed", desk.words.time(report.changed)},
        {"state", desk.words.looked_up("report_state", permission_state(report.standing))}});
  }
  if (rows.empty()) return json::value(false);
  const auto number = static_cast<std::int64_t>(rows.size());
  return json::value{{"summary", desk.words.plural("inbox.closed_words", number)},
                     {"rows", std::move(rows)}};
}

Answer inbox_page(const DeskCall& desk) {
  if (auto may = desk.must_concern("report.read"); !may)
    return std::unexpected(std::move(may.error()));
  const bool all = desk.call.query.has("all");
  const auto from = from_of(desk);
  const ReportReader reader(desk.database);
  auto reports = reader.list(all, inbox_page_rows, from);
  if (!reports) return std::unexpected(std::move(reports.error()));
  auto count = reader.count(all);
  if (!count) return std::unexpected(std::move(count.error()));
  const auto title = desk.words.message("inbox.title");
  auto context = desk.parts.pages.context(desk.call, {title, title, "inbox"});
  ledger::Marking strictest{"CLEAR", "CLEAR"};
  for (const auto& report : *reports)
    if (desk.may("report.read", matter_of(report)))
      strictest = ledger::stricter(strictest, report.marking);
  // The rows hold the first words of each report.
  if (auto noted = desk.note_read("report.read", "inbox", strictest); !noted)
    return std::unexpected(std::move(noted.error()));
  json::array rows;
  for (const auto& report : *reports) rows.push_back(list_row(desk, report, rows.size() + 1));
  const auto page_at = [&](std::int64_t first) {
    return std::string("/inbox?") + (all ? "all=1&" : "") + "from=" + std::to_string(first);
  };
  const auto next = from + static_cast<std::int64_t>(rows.size());
  json::object inbox{
      {"all", all},
      {"take_in", desk.may("report.take_in")},
      {"summary", desk.words.plural("inbox.summary", *count)},
      {"first_href", from > 0 ? json::value(all ? "/inbox?all=1" : "/inbox") : json::value(false)},
      {"next_href",
       !rows.empty() && next < *count ? json::value(page_at(next)) : json::value(false)}};
  inbox["list"] = rows.empty()
                      ? json::value(false)
                      : json::value{{"rows", std::move(rows)}, {"query", all ? "?all=1" : ""}};
  if (!all && from == 0) {
    auto closed = words_to_closed(desk);
    if (!closed) return std::unexpected(std::move(closed.error()));
    inbox["closed"] = std::move(*closed);
  }
  context["inbox"] = std::move(inbox);
  return desk.parts.pages.render(desk.call, "assess/inbox", context);
}

/// The list without a word of what is told: who takes it along needs no more to plan a day.
Answer inbox_table(const DeskCall& desk, pagekit::TableForm form) {
  if (auto may = desk.must_concern("report.read"); !may)
    return std::unexpected(std::move(may.error()));
  auto reports =
      ReportReader(desk.database).list(desk.call.query.has("all"), formats::table_rows_max);
  if (!reports) return std::unexpected(std::move(reports.error()));
  const auto& words = desk.words;
  auto table = pagekit::begin_table(
      words, "inbox.title",
      {"inbox.source", "inbox.received", "inbox.state", "inbox.marking", "inbox.grade",
       "inbox.witness", "inbox.danger", "inbox.frozen", "mark.exercise"});
  // It travels as one thing, so what is strictest in it stands above it.
  ledger::Marking strictest{"CLEAR", "CLEAR"};
  const auto if_so = [&](bool so, std::string_view key) {
    return so ? words.message(key) : std::string();
  };
  for (const auto& report : *reports) {
    if (!desk.may("report.read", matter_of(report))) continue;
    strictest = ledger::stricter(strictest, report.marking);
    const auto grade = grade_of(report);
    table.rows.push_back(
        {report.source, base::format_instant(report.received),
         words.looked_up("report_state", shown_state(report.standing)),
         "TLP:" + report.marking.tlp + " PAP:" + report.marking.pap,
         grade.is_string() ? std::string(grade.get_string()) : std::string(),
         words.looked_up("witness", report.witness), if_so(report.in_danger, "inbox.danger"),
         if_so(report.standing.frozen, "inbox.frozen"), if_so(report.exercise, "mark.exercise")});
  }
  table.marking = "TLP:" + strictest.tlp;
  return pagekit::table_response(table, form, "inbox");
}

/// What was refused, to be shown again with what was typed.
struct Refused {
  const base::Error* problem = nullptr;
  std::string step;
  std::string typed;
};

json::array other_reports(const DeskCall& desk, const ReportRow& report) {
  json::array others;
  const auto reports = ReportReader(desk.database).list(false, choices_max);
  if (!reports) return others;
  for (const auto& other : *reports)
    if (other.object != report.object && desk.may("report.read", matter_of(other)))
      others.push_back(
          json::object{{"value", other.object},
                       {"text", other.source + " · " + desk.words.names().time(other.received)}});
  return others;
}

/// Units to which a report can be moved; none at a desk of one unit.
json::array other_units(const DeskCall& desk, const ReportRow& report) {
  json::array others;
  const auto units = people::list_units(desk.database);
  if (units)
    for (const auto& unit : *units)
      if (unit != report.unit) others.push_back(json::object{{"value", unit}});
  return others;
}

json::object step_form(const DeskCall& desk, const ReportRow& report, Step step,
                       const Refused& refused) {
  const std::string name(name_of(step));
  const auto& words = desk.words;
  json::object form{{"action", href_of(report.object)},
                    {"step", name},
                    {"version", std::to_string(report.version)},
                    {"label", words.looked_up("report_step", name)},
                    {"button", words.looked_up("report_step", name)},
                    {"open", refused.step == name},
                    {"grades", false},
                    {"markings", false},
                    {"merge", false},
                    {"move", false}};
  if (step == Step::grade) {
    const auto grade = report.grade.value_or(Grade{});
    form["grades"] = json::object{
        {"source",
         choices(words, "grade_source", source_grades, std::string_view(&grade.source, 1))},
        {"credibility", choices(words, "grade_credibility", credibility_grades,
                                std::string_view(&grade.credibility, 1))}};
  }
  if (step == Step::mark) form["markings"] = marking_choices(report.marking);
  if (step == Step::merge) form["merge"] = json::object{{"others", other_reports(desk, report)}};
  if (step == Step::move) form["move"] = json::object{{"units", other_units(desk, report)}};
  const bool required = step == Step::ask || step == Step::answer || step == Step::merge ||
                        step == Step::set_aside || step == Step::unfreeze || step == Step::move;
  form["words"] = json::object{{"step", name},
                               {"label", words.looked_up("report_words", name)},
                               {"required", required},
                               {"typed", refused.step == name ? refused.typed : std::string{}}};
  return form;
}

json::array forms_of(const DeskCall& desk, const ReportRow& report, const Refused& refused) {
  json::array forms;
  for (const auto step : steps_in_order)
    if (after(report.standing, step) &&
        desk.may("report." + std::string(name_of(step)), matter_of(report))) {
      auto form = step_form(desk, report, step, refused);
      const bool nowhere = step == Step::move && form["move"].at("units").as_array().empty();
      if (!nowhere) forms.push_back(std::move(form));
    }
  // What is most likely wanted stands open, unless something was refused.
  if (!forms.empty() && refused.problem == nullptr) forms.front().as_object()["open"] = true;
  return forms;
}

json::value acts_of(const DeskCall& desk, const ReportRow& report) {
  const auto acts = ReportReader(desk.database).acts(report.object);
  json::array rows;
  if (!acts) return rows;
  for (const auto& act : *acts)
    rows.push_back(
        json::object{{"step", desk.words.looked_up("report_step", act.step)},
                     {"who", desk.who(act.author)},
                     {"at", desk.words.time(act.at)},
                     {"reason", act.reason.empty()
                                    ? json::value(false)
                                    : json::value(desk.shown(act.object, "reason", act.reason))}});
  return rows;
}

json::value messages_of(const DeskCall& desk, const ReportRow& report) {
  const auto messages = ReportReader(desk.database).messages(report.object);
  if (!messages || messages->empty()) return false;
  json::array rows;
  for (const auto& message : *messages)
    rows.push_back(json::object{
        {"who",
         desk.words.message(message.from_reporter ? "report.from_reporter" : "report.from_desk")},
        {"at", desk.words.time(message.at)},
        {"text", desk.shown(message.object, "text", message.text)}});
  return json::object{{"rows", std::move(rows)}};
}

json::array indicator_options(const DeskCall& desk) {
  json::array options;
  for (const auto& indicator : desk.parts.framework.indicators())
    options.push_back(json::object{
        {"value", indicator.id}, {"text", indicator.un_number + " " + desk.said(indicator.label)}});
  return options;
}

json::value link_form(const DeskCall& desk, const ReportRow& report, const std::string& text,
                      bool endangered) {
  if (report.standing.state != ReportState::accepted || endangered ||
      !desk.concerns("evidence.link"))
    return false;
  const auto situations = SituationReader(desk.database).list(choices_max);
  json::array open;
  if (situations)
    for (const auto& situation : *situations)
      if (desk.may("evidence.link", matter_of(situation)))
        open.push_back(
            json::object{{"value", situation.object},
                         {"text", desk.shown(situation.object, "name", situation.name)}});
  if (open.empty()) return false;
  return json::object{{"origin", report.object},
                      {"situations", std::move(open)},
                      {"indicators", indicator_options(desk)},
                      {"excerpt", text}};
}

json::value suggestions_of(const DeskCall& desk, const std::string& text,
                           const std::string& language) {
  if (!desk.parts.suggest) return false;
  json::array rows;
  for (const auto& suggestion : desk.parts.suggest(text, language)) {
    const auto* indicator = desk.parts.framework.find(suggestion.indicator);
    if (indicator == nullptr) continue;
    rows.push_back(json::object{{"number", indicator->un_number},
                                {"label", desk.said(indicator->label)},
                                {"indicator_href", "/observations?indicator=" + indicator->id},
                                {"provisional", indicator->provisional()},
                                {"because", desk.said(suggestion.because)}});
  }
  if (rows.empty()) return false;
  return json::object{{"rows", std::move(rows)}};
}

/// Where and when: a district and a week, and the words themselves only after a reason was given.
json::value where_part(const DeskCall& desk, const ReportRow& report, const Refused& refused,
                       const ExactWhere* exact) {
  const auto place = desk.shown(report.object, "place", report.place);
  const auto when = desk.shown(report.object, "when", report.when);
  const auto received = base::day_of(report.received);
  const auto blurred = desk.parts.blur && !is_gone(report.standing.state)
                           ? desk.parts.blur({place, when, report.language, received})
                           : Blurred{};
  const auto& words = desk.words;
  json::object where{{"place_told", !place.empty()}, {"when_told", !when.empty()}};
  where["area"] =
      blurred.area.empty()
          ? json::value(false)
          : json::value{
                {"text", blurred.area},
                {"note", words.message(blurred.is_district ? "exact.district" : "exact.province")}};
  where["week"] = blurred.week ? json::value(words.day(*blurred.week)) : json::value(false);
  where["told"] = exact == nullptr ? json::value(false)
                                   : json::value{{"place", exact->place}, {"when", exact->when}};
  const bool may_look = exact == nullptr && (!place.empty() || !when.empty()) &&
                        desk.may("report.exact", matter_of(report));
  where["look"] = may_look ? json::value{{"action", href_of(report.object) + "/exact"},
                                         {"open", refused.step == "exact"},
                                         {"typed", refused.step == "exact" ? refused.typed : ""}}
                           : json::value(false);
  return where;
}

Answer report_page(const DeskCall& desk, const Refused& refused,
                   const ExactWhere* exact = nullptr) {
  auto report = ReportReader(desk.database).find(object_of(desk.call, report_type));
  if (!report) return std::unexpected(std::move(report.error()));
  if (auto may =
          desk.parts.desk.permissions.may(desk.session.person, "report.read", matter_of(*report));
      !may)
    return std::unexpected(std::move(may.error()));
  if (auto noted = desk.note_read("report.read", report->object, report->marking); !noted)
    return std::unexpected(std::move(noted.error()));
  const auto endangered = is_endangered(desk.database, report->object);
  if (!endangered) return std::unexpected(endangered.error());
  const auto& words = desk.words;
  const auto title = words.message("report.title", {{"source", report->source}});
  auto context = desk.parts.pages.context(desk.call, {title, title, "inbox"});
  put_problem(context, words, refused.problem);
  const auto opened =
      ledger::open_text(desk.parts.desk.vault, desk.database, report->object, "text", report->text);
  const auto text = desk.shown(report->object, "text", report->text);
  context["report"] = json::object{
      {"state", words.looked_up("report_state", shown_state(report->standing))},
      {"family_frozen", *endangered && !report->standing.frozen},
      {"look_at_rest", report->standing.frozen && is_gone(report->standing.state)},
      {"tlp", report->marking.tlp},
      {"pap", report->marking.pap},
      {"grade", grade_of(*report)},
      {"in_danger", report->in_danger},
      {"frozen", report->standing.frozen},
      {"exercise", report->exercise},
      {"text", text},
      {"where", where_part(desk, *report, refused, exact)},
      {"kept", kept_part(desk, *report)},
      {"witness", words.looked_up("witness", report->witness)},
      {"received", words.time(report->received)},
      {"source", report->source},
      {"may_share", report->may_share},
      {"suggestions",
       opened ? suggestions_of(desk, *opened, report->language) : json::value(false)},
      {"identity",
       identity_part(desk, *report, refused.step == "identity" ? refused.problem : nullptr,
                     refused.step == "identity" ? refused.typed : "")},
      {"messages", messages_of(desk, *report)},
      {"files", files_of_report(desk, report->object)},
      {"acts", acts_of(desk, *report)},
      {"steps", forms_of(desk, *report, refused)},
      {"link", opened ? link_form(desk, *report, *opened, *endangered) : json::value(false)}};
  return desk.parts.pages.render(
      desk.call, "assess/report", context,
      refused.problem == nullptr ? 200 : pagekit::status_of(refused.problem->code));
}

base::Result<IntakeStep> step_of_form(const DeskCall& desk, const pagekit::Fields& fields) {
  IntakeStep step;
  step.report = object_of(desk.call, report_type);
  const auto named = step_of(fields.get("step"));
  if (!named) return base::fail(ErrorCode::invalid_input, "unknown step", "step");
  step.step = *named;
  const auto version = fields.get("version");
  std::from_chars(version.data(), version.data() + version.size(), step.seen_version);
  step.reason = fields.get("reason");
  step.into = fields.get("into");
  step.to_unit = fields.get("to_unit");
  if (step.step == Step::grade) {
    auto grade = parse_grade(fields.get("source_grade"), fields.get("credibility_grade"));
    if (!grade) return std::unexpected(std::move(grade.error()));
    step.grade = *grade;
  }
  if (step.step == Step::mark)
    step.marking = {std::string(fields.get("tlp")), std::string(fields.get("pap"))};
  return step;
}

Answer take_step(const DeskCall& desk) {
  auto fields = people::posted_fields(desk.call, desk.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  auto step = step_of_form(desk, *fields);
  auto done = step ? ReportDesk(desk.parts.desk).take(desk.session, *step)
                   : base::Status(std::unexpected(step.error()));
  // Who moved a report to another unit need not be able to read it there.
  if (done)
    return pagekit::redirect(step->step == Step::move ? "/inbox"
                                                      : href_of(object_of(desk.call, report_type)));
  if (!belongs_to_form(done.error())) return std::unexpected(std::move(done.error()));
  return report_page(
      desk, {&done.error(), std::string(fields->get("step")), std::string(fields->get("reason"))});
}

/// Place and time as told, on this one answer only.
Answer show_exact(const DeskCall& desk) {
  auto fields = people::posted_fields(desk.call, desk.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto report = object_of(desk.call, report_type);
  const auto exact = look_exactly(desk.parts.desk, desk.session, report, fields->get("reason"));
  if (exact) return report_page(desk, {}, &*exact);
  if (!belongs_to_form(exact.error())) return std::unexpected(exact.error());
  return report_page(desk, {&exact.error(), "exact", std::string(fields->get("reason"))});
}

/// Asks a custodian to open the source's identity.
Answer ask_identity(const DeskCall& desk) {
  auto fields = people::posted_fields(desk.call, desk.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto report = object_of(desk.call, report_type);
  auto asked = SourceDesk(*desk.parts.sources).ask(desk.session, report, fields->get("reason"));
  if (asked) return pagekit::redirect(href_of(report));
  if (!belongs_to_form(asked.error())) return std::unexpected(std::move(asked.error()));
  return report_page(desk, {&asked.error(), "identity", std::string(fields->get("reason"))});
}

}  // namespace

void add_inbox_routes(pagekit::Router& router, const AssessParts& parts) {
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
  add("GET", "/inbox", inbox_page);
  for (const auto& [ending, form] : pagekit::list_forms)
    add("GET", "/inbox" + std::string(ending),
        [form](const DeskCall& desk) { return inbox_table(desk, form); });
  add("GET", "/inbox/{id}", [](const DeskCall& desk) { return report_page(desk, {}); });
  add("POST", "/inbox/{id}", take_step);
  add("POST", "/inbox/{id}/exact", show_exact);
  if (parts.sources != nullptr) add("POST", "/inbox/{id}/identity", ask_identity);
}

}  // namespace tocsin::assess
