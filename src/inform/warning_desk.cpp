// SPDX-License-Identifier: Apache-2.0
#include "inform/warning_desk.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "assess/cited.hpp"
#include "assess/report_tables.hpp"
#include "inform/desk_mail.hpp"
#include "inform/marking_now.hpp"

namespace tocsin::inform {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

Result<WarningRow> existing(store::Database& database, std::string_view object) {
  auto found = find_warning(database, object);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found)
    return fail(ErrorCode::not_found, "there is no such warning", std::string(object),
                "look in the list of warnings");
  return std::move(**found);
}

/// Marked as strictly as what it rests on is now: who may see it and take its steps follows.
Result<WarningRow> existing_now(store::Database& database, std::string_view object) {
  auto row = existing(database, object);
  if (!row) return row;
  auto marking = marking_now(database, *row);
  if (!marking) return std::unexpected(std::move(marking.error()));
  row->marking = std::move(*marking);
  return row;
}

WarningText tidy(WarningText text) {
  for (auto* one : {&text.title, &text.what_changed, &text.concerns, &text.who_else_knows,
                    &text.language, &text.urgency, &text.confidence, &text.scale})
    *one = tidied(*one);
  return text;
}

WarningBasis basis_of(const WarningRow& row, std::string title) {
  return {row.assessment, row.assessment_object, std::move(title), row.situation, row.unit,
          row.authors};
}

Status done_or(Result<ledger::Revision> appended) {
  if (!appended) return std::unexpected(std::move(appended.error()));
  return {};
}

}  // namespace

Status WarningDesk::check(const WarningText& text) const {
  if (auto good = check_text(text); !good) return good;
  if (parts_.rules.urgency(text.urgency) == nullptr)
    return fail(ErrorCode::invalid_input, "there is no rule for this urgency", "urgency",
                "choose one of the list");
  return {};
}

Result<WarningRow> WarningDesk::current(store::Database& database, std::string_view object,
                                        const base::Digest& seen) const {
  auto row = existing_now(database, object);
  if (!row) return row;
  // A decision is an object of its own, so the ledger's own check of `seen` is not enough.
  if (row->head != seen)
    return fail(ErrorCode::conflict, "someone changed this warning meanwhile", std::string(object),
                "look at where it stands now and decide again");
  return row;
}

Status WarningDesk::may_take(const people::Person& person, WarningStep step,
                             const WarningRow& row) const {
  const auto& permissions = parts_.desk.permissions;
  const auto matter = row.matter();
  if (permissions.allows(person, permission_of(step, row.clock.state), matter)) return {};
  // Time that ran out lets the deputy decide; it takes nothing from the principal.
  return permissions.may(
      person, is_choice(step) ? "warning.decide" : permission_of(step, row.clock.state), matter);
}

Result<std::string> WarningDesk::draft(const people::Session& session,
                                       const AssessmentRef& assessment,
                                       const WarningText& given) const {
  auto text = tidy(given);
  if (auto good = check(text); !good) return std::unexpected(std::move(good.error()));
  auto ordered = parts_.rules.ordered(text.options);
  if (!ordered) return std::unexpected(std::move(ordered.error()));
  text.options = std::move(*ordered);
  text.exercise = text.exercise || assessment.exercise;
  return parts_.desk.ledger.act([&](ledger::Pen& pen) -> Result<std::string> {
    const people::Matter matter{
        name_of(WarningState::draft), assessment.marking.tlp, assessment.unit, {}};
    if (auto may = parts_.desk.permissions.may(session.person, "warning.draft", matter); !may)
      return std::unexpected(std::move(may.error()));
    const auto object = pen.new_object(warning_type);
    if (auto key = pen.vault().make_data_key(pen.database(), assess::data_key_of(object)); !key)
      return std::unexpected(std::move(key.error()));
    const WarningBasis basis{assessment.revision,  assessment.object, tidied(assessment.title),
                             assessment.situation, assessment.unit,   {session.person.account}};
    auto revision =
        warning_revision(object, basis, text, WarningState::draft, session.person.account);
    revision.marking = assessment.marking;
    auto done = pen.append(revision, session.author());
    if (!done) return std::unexpected(std::move(done.error()));
    return object;
  });
}

Status WarningDesk::save(const people::Session& session, std::string_view object,
                         const base::Digest& seen, const WarningText& given) const {
  auto text = tidy(given);
  if (auto good = check(text); !good) return good;
  auto ordered = parts_.rules.ordered(text.options);
  if (!ordered) return std::unexpected(std::move(ordered.error()));
  text.options = std::move(*ordered);
  return parts_.desk.ledger.act([&](ledger::Pen& pen) -> Status {
    auto row = current(pen.database(), object, seen);
    if (!row) return std::unexpected(std::move(row.error()));
    if (auto may = parts_.desk.permissions.may(session.person, "warning.draft", row->matter());
        !may)
      return may;
    auto next = after(row->clock.state, WarningStep::save, {});
    if (!next) return std::unexpected(std::move(next.error()));
    auto title = open_text(pen.vault(), pen.database(), row->object, "assessment_title",
                           row->assessment_title);
    if (!title) return std::unexpected(std::move(title.error()));
    text.exercise = text.exercise || row->plain.exercise;
    auto basis = basis_of(*row, std::move(*title));
    // Whoever changed the text is one of its authors, and never its second reader.
    if (std::ranges::find(basis.authors, session.person.account) == basis.authors.end())
      basis.authors.push_back(session.person.account);
    auto revision = warning_revision(object, basis, text, *next, session.person.account);
    revision.marking = row->marking;
    return done_or(pen.append(revision, session.author()));
  });
}

Status WarningDesk::take(const people::Session& session, std::string_view object,
                         const base::Digest& seen, WarningStep step, std::string_view given) const {
  if (is_choice(step) || step == WarningStep::save || step == WarningStep::escalate)
    return fail(ErrorCode::internal, "this step has a use case of its own");
  const auto reasons = tidied(given);
  return parts_.desk.ledger.act([&](ledger::Pen& pen) -> Status {
    auto row = current(pen.database(), object, seen);
    if (!row) return std::unexpected(std::move(row.error()));
    auto next = after(row->clock.state, step, reasons);
    if (!next) return std::unexpected(std::move(next.error()));
    if (auto may = may_take(session.person, step, *row); !may) return may;
    if (step == WarningStep::submit || step == WarningStep::pass)
      if (auto safe = assess::check_nobody_endangered(pen.database(), row->situation, true); !safe)
        return safe;
    auto revision = step_revision(object, step, *next, session.person.account, reasons);
    revision.marking = row->marking;
    return done_or(pen.append(revision, session.author()));
  });
}

Result<std::string> WarningDesk::decide(const people::Session& session, std::string_view object,
                                        const base::Digest& seen, const Choice& choice) const {
  if (!is_choice(choice.step))
    return fail(ErrorCode::internal, "this step is no choice of a principal");
  const auto reasons = tidied(choice.reasons);
  return parts_.desk.ledger.act([&](ledger::Pen& pen) -> Result<std::string> {
    auto row = current(pen.database(), object, seen);
    if (!row) return std::unexpected(std::move(row.error()));
    auto next = after(row->clock.state, choice.step, reasons);
    if (!next) return std::unexpected(std::move(next.error()));
    if (auto may = may_take(session.person, choice.step, *row); !may)
      return std::unexpected(std::move(may.error()));
    ledger::Draft draft;
    draft.object = pen.new_object(decision_type);
    draft.type = decision_type;
    draft.marking = row->marking;
    json::array options;
    if (choice.step == WarningStep::act) {
      if (auto safe = assess::check_nobody_endangered(pen.database(), row->situation, true); !safe)
        return std::unexpected(std::move(safe.error()));
      auto ordered = parts_.rules.ordered(choice.options);
      if (!ordered) return std::unexpected(std::move(ordered.error()));
      if (ordered->empty())
        return fail(ErrorCode::invalid_input, "to act needs at least one measure", "options",
                    "choose what is to be done");
      for (const auto& one : *ordered) options.emplace_back(one);
    }
    const bool late =
        parts_.desk.permissions.allows(session.person, "warning.decide_late", row->matter());
    draft.fields = {{"warning", object},
                    {"warning_revision", row->text_revision},
                    {"choice", name_of(choice.step)},
                    {"state", name_of(*next)},
                    {"role", late ? "deputy" : "principal"},
                    {"by", session.person.account},
                    {"options", std::move(options)},
                    {"reasons", reasons}};
    draft.sealed = {"reasons"};
    draft.data_key = assess::data_key_of(object);
    auto done = pen.append(draft, session.author());
    if (!done) return std::unexpected(std::move(done.error()));
    return draft.object;
  });
}

Result<std::string> WarningDesk::remind(std::string_view object) const {
  return parts_.desk.ledger.act([&](ledger::Pen& pen) -> Result<std::string> {
    auto row = existing(pen.database(), object);
    if (!row) return std::unexpected(std::move(row.error()));
    auto found = due_step(parts_, pen.database(), *row, pen.now());
    if (!found) return std::unexpected(std::move(found.error()));
    const auto& step = *found;
    if (!step) return std::string();
    ledger::Draft draft;
    draft.object = pen.new_object(reminder_type);
    draft.type = reminder_type;
    draft.marking = row->marking;
    draft.fields = {{"about", object}, {"rule", step->rule}, {"number", step->number}};
    auto state = row->clock.state;
    if (step->kind == DueStep::Kind::escalation) {
      auto next = after(row->clock.state, WarningStep::escalate, {});
      if (!next) return std::unexpected(std::move(next.error()));
      draft.fields["kind"] = escalation_kind;
      draft.fields["state"] = name_of(*next);
      state = *next;
    } else {
      draft.fields["kind"] = reminder_kind;
    }
    auto done = pen.append_as_node(draft);
    if (!done) return std::unexpected(std::move(done.error()));
    // In the same act, so that no kill keeps the one and loses the other.
    if (auto told = mail_to_awaited(parts_, pen, *row, state, draft.object); !told)
      return std::unexpected(std::move(told.error()));
    return draft.object;
  });
}

bool WarningDesk::may_read(const people::Person& person, const WarningRow& row) const {
  const auto& permissions = parts_.desk.permissions;
  const auto matter = row.matter();
  // A second reader reads what they are to judge, also an auditor, who reads no other content.
  return permissions.allows(person, "warning.read", matter) ||
         permissions.allows(person, "warning.second", matter);
}

Result<std::vector<WarningRow>> WarningDesk::readable(const people::Person& person,
                                                      store::Database& database,
                                                      std::size_t rows_max) const {
  auto rows = list_warnings(database, rows_max);
  if (!rows) return rows;
  MarkingsNow markings(database);
  std::vector<WarningRow> kept;
  for (auto& row : *rows) {
    auto marking = markings.of(row);
    if (!marking) return std::unexpected(std::move(marking.error()));
    row.marking = std::move(*marking);
    if (may_read(person, row)) kept.push_back(std::move(row));
  }
  return kept;
}

Result<WarningView> WarningDesk::read(const people::Person& person, store::Database& database,
                                      std::string_view object) const {
  auto row = existing_now(database, object);
  if (!row) return std::unexpected(std::move(row.error()));
  if (!may_read(person, *row)) {
    auto may = parts_.desk.permissions.may(person, "warning.read", row->matter());
    if (!may) return std::unexpected(std::move(may.error()));
    return fail(ErrorCode::forbidden, "this warning is not for your role");
  }
  WarningView view;
  const auto& vault = parts_.desk.vault;
  auto text = open_warning(vault, database, *row);
  if (!text) return std::unexpected(std::move(text.error()));
  auto title = open_text(vault, database, row->object, "assessment_title", row->assessment_title);
  if (!title) return std::unexpected(std::move(title.error()));
  auto steps = steps_of(database, object);
  if (!steps) return std::unexpected(std::move(steps.error()));
  for (auto& one : *steps) {
    auto reasons = open_text(vault, database, one.object, "reasons", one.reasons);
    if (!reasons) return std::unexpected(std::move(reasons.error()));
    view.steps.push_back({std::move(one), std::move(*reasons)});
  }
  view.row = std::move(*row);
  view.text = std::move(*text);
  view.assessment_title = std::move(*title);
  if (parts_.note_read && view.row.marking.tlp != "CLEAR")
    if (auto noted = parts_.note_read(person.account, "warning.read", object); !noted)
      return std::unexpected(std::move(noted.error()));
  return view;
}

}  // namespace tocsin::inform
