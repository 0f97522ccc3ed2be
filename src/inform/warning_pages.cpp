// SPDX-License-Identifier: Apache-2.0
// The list of warnings; one warning with its clock, choices, readers, and who was informed.
#include <algorithm>
#include <boost/json.hpp>

#include "assess/assess_pages.hpp"
#include "base/hash.hpp"
#include "inform/desk_mail.hpp"
#include "inform/inform_pages.hpp"
#include "inform/outbox.hpp"
#include "inform/warning_sheet.hpp"

namespace tocsin::inform {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using pagekit::Answer;
using pagekit::Fields;

constexpr std::size_t warnings_max = 500;

std::string href_of(std::string_view object) {
  return "/warnings/" + std::string(assess::uuid_of(object));
}

/// When the deputy may decide too; nothing where the desk has none.
std::optional<base::Instant> escalates(const InformCall& page, const WarningRow& row) {
  const auto* rule = page.parts.rules.urgency(row.plain.urgency);
  const auto at = rule == nullptr ? std::nullopt : escalates_at(row.clock, *rule);
  if (!at) return std::nullopt;
  const auto deputy = has_deputy(page.parts.desk.permissions, page.database, row);
  return deputy && *deputy ? at : std::nullopt;
}

json::object row_json(const InformCall& page, const WarningRow& row) {
  const auto now = page.parts.desk.clock.now();
  return {{"href", href_of(row.object)},
          {"title", row.erased() ? page.words.message("warning.erased_title")
                                 : page.shown(row.object, "title", row.title)},
          {"state", page.words.looked_up("warning_state", name_of(row.clock.state))},
          {"choice", text_or_false(page.words.looked_up("warning_step", row.choice))},
          {"urgency", page.words.looked_up("urgency_name", row.plain.urgency)},
          {"marking", marking_words(row.marking)},
          {"exercise", row.plain.exercise},
          {"waited", clock_is_behind(now, row.clock) ? page.words.message("waited.unknown")
                                                     : waited(page.words, now - row.clock.since)},
          {"escalates", time_or_false(page.words, escalates(page, row))}};
}

Answer list_page(const InformCall& page) {
  auto rows = WarningDesk(page.parts).readable(page.session.person, page.database, warnings_max);
  if (!rows) return std::unexpected(std::move(rows.error()));
  auto only_cancel = only_to_cancel(page);
  if (!only_cancel) return std::unexpected(std::move(only_cancel.error()));
  json::array waiting;
  json::array working;
  json::array done;
  people::ListRead read;
  for (const auto& row : *rows) {
    if (!row.erased()) read.add(row.marking);
    const auto state = row.clock.state;
    auto& list = row.clock.reached && state != WarningState::decided                  ? waiting
                 : state == WarningState::decided || state == WarningState::withdrawn ? done
                                                                                      : working;
    list.push_back(row_json(page, row));
  }
  if (auto noted = page.note_list("warning.read", "warnings", read); !noted)
    return std::unexpected(std::move(noted.error()));
  const auto title = page.words.message("warnings.title");
  auto context = page.parts.pages.context(page.call, {title, title, "warnings"});
  json::array groups;
  const auto group = [&](std::string_view id, json::array& list) {
    groups.push_back(json::object{{"id", id},
                                  {"title", page.words.message("warnings." + std::string(id))},
                                  {"list", rows_or_false(std::move(list))}});
  };
  group("waiting", waiting);
  group("working", working);
  group("done", done);
  context["warnings"] = json::object{{"groups", std::move(groups)},
                                     {"only_cancel", std::move(*only_cancel)},
                                     {"may_measures", page.may("measure.read")}};
  return page.parts.pages.render(page.call, "inform/warnings", context);
}

json::array step_rows(const InformCall& page, const WarningView& view) {
  json::array rows;
  for (const auto& step : view.steps) {
    std::string measures;
    for (const auto& id : step.row.options)
      measures += (measures.empty() ? "" : " · ") + page.words.looked_up("toolbox", id);
    rows.push_back(
        json::object{{"what", page.words.looked_up("warning_step", step.row.step)},
                     {"who", page.name_of_account(step.row.by)},
                     {"role", text_or_false(page.words.looked_up("decider", step.row.role))},
                     {"when", page.words.time(step.row.at)},
                     {"measures", text_or_false(measures)},
                     {"rule", text_or_false(page.words.looked_up("due_rule", step.row.rule))},
                     {"reasons", text_or_false(step.reasons)}});
  }
  return rows;
}

/// The steps that this person may take now, each a form of its own.
json::array action_forms(const InformCall& page, const WarningRow& row, const Fields& typed) {
  constexpr std::array steps{WarningStep::submit,  WarningStep::pass,     WarningStep::send_back,
                             WarningStep::act,     WarningStep::ask_more, WarningStep::consult,
                             WarningStep::not_act, WarningStep::supply,   WarningStep::withdraw};
  json::array forms;
  for (const auto step : steps) {
    if (!after(row.clock.state, step, "?")) continue;
    if (!WarningDesk(page.parts).may_take(page.session.person, step, row)) continue;
    const bool was_typed = typed.get("step") == name_of(step);
    json::value options = false;
    if (step == WarningStep::act)
      options = rows_or_false(option_boxes(page, row.plain.options, {}));
    forms.push_back(json::object{
        {"step", name_of(step)},
        {"title", page.words.looked_up("warning_action", name_of(step))},
        {"hint", text_or_false(page.words.looked_up("warning_action_hint", name_of(step)))},
        {"needs_reasons", needs_reasons(step)},
        {"reasons", was_typed ? std::string(typed.get("reasons")) : std::string()},
        {"options", std::move(options)}});
  }
  return forms;
}

/// Why a message stands as it does: a word of ours, or the number that a server answered.
std::string code_words(const pagekit::Words& words, const std::string& code) {
  if (code.empty()) return {};
  if (code.find_first_not_of("0123456789") == std::string::npos)
    return words.message("delivery_code.answered", {{"number", code}});
  const auto text = words.looked_up("delivery_code", code);
  return text.empty() ? code : text;
}

json::object delivery_json(const InformCall& page, const OutboxRow& row) {
  return {{"what", page.words.looked_up("delivery_kind", row.kind)},
          {"state", page.words.looked_up("delivery_state", name_of(row.delivery.state))},
          {"uncertain", row.delivery.state == DeliveryState::uncertain},
          {"attempts", page.words.plural("notice_page.attempts", row.delivery.attempts)},
          {"last", time_or_false(page.words, row.last)},
          {"code", text_or_false(code_words(page.words, row.code))}};
}

/// A receipt that came once a later notice had gone to the same authority: of the older text only.
bool is_of_older(const ReceiverRow& receiver, const std::vector<NoticeRow>& notices) {
  const auto later = std::ranges::find(notices, receiver.replaced_by, &NoticeRow::object);
  return receiver.acknowledged && later != notices.end() && *receiver.acknowledged >= later->at;
}

base::Result<json::array> receiver_rows(const InformCall& page, const NoticeRow& notice,
                                        const std::vector<NoticeRow>& notices, bool may_receive) {
  auto receivers = receivers_of(page.database, notice.object);
  if (!receivers) return std::unexpected(std::move(receivers.error()));
  auto receipts = receipts_of(page.database, notice.object);
  if (!receipts) return std::unexpected(std::move(receipts.error()));
  auto deliveries = deliveries_of(page.database, notice.object);
  if (!deliveries) return std::unexpected(std::move(deliveries.error()));
  json::array rows;
  for (const auto& one : *receivers) {
    auto authority = find_authority(page.database, one.to.authority);
    if (!authority) return std::unexpected(std::move(authority.error()));
    json::value acknowledged = false;
    for (const auto& receipt : *receipts)
      if (receipt.authority == one.to.authority && acknowledged.is_bool())
        acknowledged =
            json::object{{"when", page.words.time(receipt.at)},
                         {"way", page.words.looked_up("receipt_way", receipt.way)},
                         {"name", page.shown(receipt.object, "name", receipt.name)},
                         {"function", page.shown(receipt.object, "function", receipt.function)}};
    json::array sent;
    for (const auto& row : *deliveries)
      if (row.receiver == one.to.authority) sent.push_back(delivery_json(page, row));
    const auto uuid = std::string(assess::uuid_of(one.to.authority));
    rows.push_back(json::object{
        {"name", *authority ? (*authority)->plain.name : one.to.authority},
        {"channel", page.words.looked_up("channel", name_of(one.to.channel))},
        {"form", page.words.looked_up("delivery_form", name_of(one.to.form))},
        {"acknowledged", acknowledged},
        {"replaced", !one.replaced_by.empty()},
        {"of_older", is_of_older(one, notices)},
        {"waited", waited(page.words, page.parts.desk.clock.now() - one.informed)},
        {"chases", page.words.plural("notice_page.chases", one.chases)},
        {"receipt_href",
         text_or_false(may_receive ? "/notices/" + std::string(assess::uuid_of(notice.object)) +
                                         "/receipts/" + uuid
                                   : std::string())},
        {"sent", std::move(sent)}});
  }
  return rows;
}

base::Result<json::array> notice_rows(const InformCall& page, const WarningRow& row) {
  auto notices = notices_of(page.database, row.object);
  if (!notices) return std::unexpected(std::move(notices.error()));
  const bool may_receive = page.may("inform.receipt");
  json::array rows;
  for (const auto& notice : *notices) {
    auto receivers = receiver_rows(page, notice, *notices, may_receive);
    if (!receivers) return std::unexpected(std::move(receivers.error()));
    const auto open = std::ranges::count_if(*receivers, [](const json::value& one) {
      return one.at("acknowledged").is_bool() && !one.at("replaced").as_bool();
    });
    rows.push_back(
        json::object{{"anchor", "n-" + std::string(assess::uuid_of(notice.object))},
                     {"message", page.words.looked_up("notice_message", name_of(notice.message))},
                     {"when", page.words.time(notice.at)},
                     {"who", page.name_of_account(notice.by)},
                     {"released", notice.released},
                     {"open", page.words.plural("notice_page.open", open)},
                     {"receivers", std::move(*receivers)}});
  }
  return rows;
}

json::object clock_json(const InformCall& page, const WarningRow& row) {
  const auto now = page.parts.desk.clock.now();
  const bool runs = row.clock.reached && !row.decided;
  return {{"runs", runs},
          {"behind", clock_is_behind(now, row.clock)},
          {"since", page.words.time(row.clock.since)},
          {"waited", waited(page.words, now - row.clock.since)},
          {"whole",
           runs ? json::value(waited(page.words, now - *row.clock.reached)) : json::value(false)},
          {"escalates", time_or_false(page.words, escalates(page, row))},
          {"reminders", page.words.plural("warning.reminders", row.clock.reminders)}};
}

Answer one_page(const InformCall& page, const base::Error* problem, const Fields& typed) {
  const auto object = assess::object_of(page.call, warning_type);
  auto view = WarningDesk(page.parts).read(page.session.person, page.database, object);
  if (!view) return std::unexpected(std::move(view.error()));
  const auto& row = view->row;
  auto notices = notice_rows(page, row);
  if (!notices) return std::unexpected(std::move(notices.error()));
  const auto& words = page.words;
  auto context = page.parts.pages.context(
      page.call,
      {words.message("warning.page_title"),
       row.erased() ? words.message("warning.erased_title") : view->text.title, "warnings"});
  put_problem(context, words, problem);
  const bool may_edit =
      after(row.clock.state, WarningStep::save, {}) && page.may("warning.draft", row.matter());
  const bool may_inform = row.choice == name_of(WarningStep::act) && !row.erased() &&
                          page.may("inform.send", row.matter());
  const bool may_print = !row.erased() && page.may("warning.print", row.matter());
  context["warning"] = json::object{
      {"language", row.plain.language},
      {"marking", marking_words(row.marking)},
      {"state", words.looked_up("warning_state", name_of(row.clock.state))},
      {"exercise", row.plain.exercise},
      {"erased", row.erased()},
      {"what_changed", view->text.what_changed},
      {"concerns", view->text.concerns},
      {"who_else_knows", text_or_false(view->text.who_else_knows)},
      {"confidence", words.looked_up("judgement_confidence", row.plain.confidence)},
      {"scale", words.looked_up("scale", row.plain.scale)},
      {"urgency", words.looked_up("urgency_name", row.plain.urgency)},
      {"wanted_by", time_or_false(words, row.plain.wanted_by)},
      {"options", option_boxes(page, row.plain.options, {})},
      {"assessment_title", view->assessment_title},
      {"assessment", row.assessment},
      {"assessment_href", "/assessments/" + std::string(assess::uuid_of(row.assessment_object))},
      {"second_reader",
       text_or_false(row.second_reader.empty() ? std::string()
                                               : page.name_of_account(row.second_reader))},
      {"version", words.number(std::int64_t{row.version})},
      {"hash", row.text_revision},
      {"clock", clock_json(page, row)},
      {"steps", step_rows(page, *view)},
      {"seen", base::to_hex(row.head)},
      {"action", href_of(object)},
      {"actions", rows_or_false(action_forms(page, row, typed))},
      {"edit_href", text_or_false(may_edit ? href_of(object) + "/edit" : std::string())},
      {"inform_href", text_or_false(may_inform ? href_of(object) + "/inform" : std::string())},
      {"pdf_href", text_or_false(may_print ? href_of(object) + "/sheet.pdf" : std::string())},
      {"notices", rows_or_false(std::move(*notices))}};
  return page.parts.pages.render(page.call, "inform/warning", context,
                                 problem == nullptr ? 200 : pagekit::status_of(problem->code));
}

Answer take_step(const InformCall& page, const Fields& fields) {
  const auto object = assess::object_of(page.call, warning_type);
  const auto step = warning_step_of(fields.get("step"));
  const auto seen = assess::digest_field(fields, "seen");
  if (!step || !seen || *step == WarningStep::save || *step == WarningStep::escalate)
    return base::fail(ErrorCode::invalid_input, "the form is not whole", "step");
  const WarningDesk desk(page.parts);
  base::Status done;
  if (is_choice(*step)) {
    Choice choice{*step, std::string(fields.get("reasons")), {}};
    for (const auto& one : page.parts.rules.measures())
      if (fields.has("option_" + one.id)) choice.options.push_back(one.id);
    if (auto decided = desk.decide(page.session, object, *seen, choice); !decided)
      done = std::unexpected(std::move(decided.error()));
  } else {
    done = desk.take(page.session, object, *seen, *step, fields.get("reasons"));
  }
  if (done) return pagekit::redirect(href_of(object));
  if (!assess::belongs_to_form(done.error())) return std::unexpected(std::move(done.error()));
  return one_page(page, &done.error(), fields);
}

Answer sheet(const InformCall& page) {
  const auto object = assess::object_of(page.call, warning_type);
  auto view = WarningDesk(page.parts).read(page.session.person, page.database, object);
  if (!view) return std::unexpected(std::move(view.error()));
  if (auto may = page.must("warning.print", view->row.matter()); !may)
    return std::unexpected(std::move(may.error()));
  if (view->row.erased())
    return base::fail(ErrorCode::not_found, "the texts of this warning were erased", object);
  auto pdf = formats::write_pdf(
      warning_sheet(*view, page.parts.rules, page.words, page.parts.pages.parts().node_name));
  if (!pdf) return std::unexpected(std::move(pdf.error()));
  return pagekit::shown_file(std::move(pdf->bytes), "application/pdf", "warning.pdf");
}

}  // namespace

void add_warning_routes(pagekit::Router& router, const InformParts& parts) {
  add_page(router, parts, "GET", "/warnings", list_page);
  add_page(router, parts, "GET", "/warnings/{id}",
           [](const InformCall& page) { return one_page(page, nullptr, Fields{}); });
  add_page(router, parts, "POST", "/warnings/{id}", posted(take_step));
  add_page(router, parts, "GET", "/warnings/{id}/sheet.pdf", sheet);
}

}  // namespace tocsin::inform
