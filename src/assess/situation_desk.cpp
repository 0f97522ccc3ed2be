// SPDX-License-Identifier: Apache-2.0
#include "assess/situation_desk.hpp"

#include <boost/json.hpp>

#include "assess/cited.hpp"
#include "assess/marking_below.hpp"
#include "assess/matters.hpp"
#include "assess/report_tables.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "ledger/sealed_text.hpp"
#include "people/units.hpp"
#include "store/query.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

/// What was practised must never leave as real.
std::unexpected<base::Error> exercise_into_real() {
  return fail(ErrorCode::conflict, "what belongs to an exercise is used in an exercise only",
              "exercise_into_real", "mark the situation as an exercise");
}

std::string clean(std::string_view text) {
  return base::normalize_nfc(base::trim(text));
}

json::array list_of(const std::vector<std::string>& texts) {
  json::array list;
  for (const auto& text : texts) list.emplace_back(clean(text));
  return list;
}

ledger::Draft situation_revision(std::string_view object, const SituationDraft& draft,
                                 std::string_view state, std::string_view unit) {
  ledger::Draft revision;
  revision.object = object;
  revision.type = situation_type;
  revision.fields = {{"state", state},
                     {"name", clean(draft.name)},
                     {"places", list_of(draft.places)},
                     {"crimes", list_of(draft.crimes)},
                     {"review", base::format_day(*draft.review)},
                     {"exercise", draft.exercise},
                     {"unit", unit}};
  revision.marking = draft.marking;
  revision.sealed = {"name", "places", "reason"};
  if (!base::trim(draft.marking_reason).empty()) {
    revision.fields["marking_reason"] = clean(draft.marking_reason);
    revision.sealed.emplace_back("marking_reason");
  }
  for (std::size_t i = 0; i < section_names.size(); ++i) {
    if (draft.sections[i].no_information) continue;
    revision.fields[section_names[i]] = clean(draft.sections[i].text);
    revision.sealed.emplace_back(section_names[i]);
  }
  revision.data_key = data_key_of(object);
  return revision;
}

/// A marking that this person may give.
base::Status check_marking_choice(const people::Session& session, const ledger::Marking& before,
                                  const SituationDraft& draft) {
  if (!is_cleared(session.person, draft.marking))
    return fail(ErrorCode::invalid_input, "this marking is above your own clearance",
                "marking_above", "who is cleared for it marks it so");
  return check_loosened(before, draft);
}

/// The reason of the version before; empty where there is none, or none that can be read any more.
base::Result<std::string> reason_before(ledger::Pen& pen, const SituationRow& before) {
  auto reason = ledger::open_text(pen.vault(), pen.database(), before.object, "marking_reason",
                                  before.marking_reason);
  if (!reason && reason.error().code == ErrorCode::not_found) return std::string();
  return reason;
}

/// What was said once is no reason to loosen the marking again; while the marking stays, it stays.
base::Status renew_reason(ledger::Pen& pen, const SituationRow& before, SituationDraft& draft) {
  auto old = reason_before(pen, before);
  if (!old) return std::unexpected(std::move(old.error()));
  const auto given = clean(draft.marking_reason);
  if (!fits_in(before.marking, draft.marking) && given == clean(*old))
    return fail(ErrorCode::invalid_input, "say why it may be marked less strictly now",
                "marking_reason");
  if (given.empty() && draft.marking == before.marking) draft.marking_reason = std::move(*old);
  return {};
}

base::Status check_not_looser(const std::vector<Cited>& evidence, const ledger::Marking& marking) {
  if (fits_in(strictest_of(evidence), marking)) return {};
  return fail(ErrorCode::conflict, "its evidence is from a report that is marked more strictly",
              "stricter_evidence", "mark it as strictly, or have the report marked anew");
}

/// Line ends and blanks as one, so that only the words are compared.
std::string folded(std::string_view text) {
  const auto normal = base::normalize_nfc(text);
  std::string words;
  for (std::size_t at = 0; at < normal.size();) {
    const auto sign = base::decode(normal, at);
    const bool blank = sign.value == U' ' || (sign.value >= U'\t' && sign.value <= U'\r') ||
                       sign.value == U'\x00A0' || sign.value == U'\x202F';
    if (!blank)
      words += normal.substr(at, sign.length);
    else if (!words.empty() && words.back() != ' ')
      words += ' ';
    at += sign.length;
  }
  if (words.ends_with(' ')) words.pop_back();
  return words;
}

/// An excerpt is what its reporter said, in the report or added to it, and nobody else's words.
base::Status check_stands_in(ledger::Pen& pen, const ReportRow& report, std::string_view excerpt) {
  const auto wanted = folded(excerpt);
  auto told = ledger::open_text(pen.vault(), pen.database(), report.object, "text", report.text);
  if (!told) return std::unexpected(std::move(told.error()));
  if (folded(*told).contains(wanted)) return {};
  auto messages = ReportReader(pen.database()).messages(report.object);
  if (!messages) return std::unexpected(std::move(messages.error()));
  for (const auto& message : *messages) {
    if (!message.from_reporter) continue;
    auto added =
        ledger::open_text(pen.vault(), pen.database(), message.object, "text", message.text);
    if (!added) return std::unexpected(std::move(added.error()));
    if (folded(*added).contains(wanted)) return {};
  }
  return fail(ErrorCode::invalid_input, "these words do not stand in the report", "excerpt_words",
              "copy them from it, and say what they mean in the line of why");
}

base::Status done_or(base::Result<ledger::Revision> appended) {
  if (!appended) return std::unexpected(std::move(appended.error()));
  return {};
}

json::array options_of(const std::vector<Option>& options) {
  json::array list;
  for (const auto& option : options)
    list.push_back(json::object{{"measure", option.measure}, {"why", clean(option.why)}});
  return list;
}

}  // namespace

base::Result<SituationRow> SituationDesk::permitted(ledger::Pen& pen,
                                                    const people::Session& session,
                                                    std::string_view act,
                                                    std::string_view situation) const {
  auto found = SituationReader(pen.database()).find(situation);
  if (!found) return found;
  if (auto may = desk_.permissions.may(session.person, act, matter_of(*found)); !may)
    return std::unexpected(std::move(may.error()));
  return found;
}

base::Status SituationDesk::check_cleared(ledger::Pen& pen, const people::Session& session,
                                          std::string_view situation,
                                          std::string_view indicator) const {
  auto below = marking_below(pen.database(), situation, indicator);
  if (!below) return std::unexpected(std::move(below.error()));
  if (is_cleared(session.person, *below)) return {};
  return fail(ErrorCode::forbidden, "its marking is above your clearance", std::string(indicator));
}

base::Result<std::string> SituationDesk::open(const people::Session& session,
                                              const SituationDraft& draft) const {
  return desk_.ledger.act([&](ledger::Pen& pen) -> base::Result<std::string> {
    // There is nothing yet that is marked; what it will be marked is looked at below.
    const people::Matter matter{{}, "CLEAR", {}, {}};
    if (auto may = desk_.permissions.may(session.person, "situation.open", matter); !may)
      return std::unexpected(std::move(may.error()));
    if (auto done = check_situation(draft, base::day_of(pen.now())); !done)
      return std::unexpected(std::move(done.error()));
    if (auto done = check_marking_choice(session, {}, draft); !done)
      return std::unexpected(std::move(done.error()));
    const auto object = pen.new_object(situation_type);
    if (auto key = pen.vault().make_data_key(pen.database(), data_key_of(object)); !key)
      return std::unexpected(std::move(key.error()));
    const auto unit = people::unit_of(session.person.unit);
    auto done = pen.append(situation_revision(object, draft, "open", unit), session.author());
    if (!done) return std::unexpected(std::move(done.error()));
    return object;
  });
}

base::Status SituationDesk::change(const people::Session& session, std::string_view object,
                                   const base::Digest& seen, const SituationDraft& given) const {
  return desk_.ledger.act([&](ledger::Pen& pen) -> base::Status {
    auto draft = given;
    auto found = permitted(pen, session, "situation.change", object);
    if (!found) return std::unexpected(std::move(found.error()));
    if (auto done = check_situation(draft, base::day_of(pen.now())); !done) return done;
    if (auto done = check_marking_choice(session, found->marking, draft); !done) return done;
    if (auto done = renew_reason(pen, *found, draft); !done) return done;
    auto cited = cited_in(pen.database(), object);
    if (!cited) return std::unexpected(std::move(cited.error()));
    if (auto done = check_not_looser(*cited, draft.marking); !done) return done;
    if (found->exercise && !draft.exercise)
      return fail(ErrorCode::conflict, "an exercise never becomes real", "exercise_stays",
                  "open another situation");
    auto revision = situation_revision(object, draft, "open", found->unit);
    revision.seen = seen;
    return done_or(pen.append(revision, session.author()));
  });
}

base::Status SituationDesk::close(const people::Session& session, std::string_view object,
                                  const base::Digest& seen, std::string_view reason) const {
  if (base::trim(reason).empty())
    return fail(ErrorCode::invalid_input, "closing needs a reason", "reason");
  return desk_.ledger.act([&](ledger::Pen& pen) -> base::Status {
    auto found = permitted(pen, session, "situation.close", object);
    if (!found) return std::unexpected(std::move(found.error()));
    // A closed version keeps what the last one said: it is the same situation, no longer followed.
    json::object fields{{"state", "closed"},
                        {"crimes", list_of(found->crimes)},
                        {"review", base::format_day(found->review)},
                        {"exercise", found->exercise},
                        {"unit", found->unit},
                        {"reason", clean(reason)}};
    const auto keep = [&fields](std::string_view name, const std::string& stored) {
      boost::system::error_code error;
      if (!stored.empty()) fields[name] = json::parse(stored, error);
    };
    keep("name", found->name);
    keep("places", found->places);
    keep("marking_reason", found->marking_reason);
    for (std::size_t i = 0; i < section_names.size(); ++i)
      keep(section_names[i], found->sections[i]);
    ledger::Draft revision;
    revision.object = object;
    revision.type = situation_type;
    revision.marking = found->marking;
    revision.fields = std::move(fields);
    revision.sealed = {"reason"};
    revision.data_key = data_key_of(object);
    revision.seen = seen;
    return done_or(pen.append(revision, session.author()));
  });
}

base::Result<std::string> SituationDesk::link(const people::Session& session,
                                              const EvidenceDraft& draft) const {
  if (auto done = check_evidence(draft); !done) return std::unexpected(std::move(done.error()));
  if (framework_.find(draft.indicator) == nullptr)
    return fail(ErrorCode::invalid_input, "choose an indicator of the framework", "indicator");
  return desk_.ledger.act([&](ledger::Pen& pen) -> base::Result<std::string> {
    auto found = permitted(pen, session, "evidence.link", draft.situation);
    if (!found) return std::unexpected(std::move(found.error()));
    ledger::Marking marking = found->marking;
    std::string source = draft.source;
    std::string data_key = data_key_of(draft.situation);
    if (draft.origin.starts_with("report:")) {
      auto report = ReportReader(pen.database()).find(draft.origin);
      if (!report) return std::unexpected(std::move(report.error()));
      if (auto may = desk_.permissions.may(session.person, "report.read", matter_of(*report)); !may)
        return std::unexpected(std::move(may.error()));
      auto endangered = is_endangered(pen.database(), report->object);
      if (!endangered) return std::unexpected(std::move(endangered.error()));
      if (*endangered || report->standing.state != ReportState::accepted)
        return fail(ErrorCode::conflict, "only an accepted report that is not frozen can be used",
                    "origin", "accept it first, or have someone look at the danger");
      if (!fits_in(report->marking, marking))
        return fail(ErrorCode::conflict, "the report is marked more strictly than the situation",
                    "stricter_report", "mark the situation as strictly first");
      if (report->exercise && !found->exercise) return exercise_into_real();
      if (auto stands = check_stands_in(pen, *report, draft.excerpt); !stands)
        return std::unexpected(std::move(stands.error()));
      source = report->source;
      // The excerpt goes when the reporter withdraws: every copy shares the report's key.
      data_key = data_key_of(draft.origin);
    } else if (!draft.origin.starts_with("observation:") || source.empty()) {
      return fail(ErrorCode::invalid_input, "evidence comes from a report or an observation",
                  "origin");
    } else if (draft.exercise && !found->exercise) {
      return exercise_into_real();
    }
    ledger::Draft revision;
    revision.object = pen.new_object(evidence_type);
    revision.type = evidence_type;
    revision.marking = marking;
    revision.fields = {{"state", "linked"},
                       {"situation", draft.situation},
                       {"indicator", draft.indicator},
                       {"against", draft.against},
                       {"excerpt", clean(draft.excerpt)},
                       {"because", clean(draft.because)},
                       {"origin", draft.origin},
                       {"source", clean(source)}};
    revision.sealed = {"excerpt", "because"};
    revision.data_key = data_key;
    auto done = pen.append(revision, session.author());
    if (!done) return std::unexpected(std::move(done.error()));
    return revision.object;
  });
}

base::Status SituationDesk::unlink(const people::Session& session, std::string_view evidence,
                                   std::string_view reason) const {
  if (base::trim(reason).empty())
    return fail(ErrorCode::invalid_input, "taking evidence away needs a reason", "reason");
  return desk_.ledger.act([&](ledger::Pen& pen) -> base::Status {
    auto cited = find_cited(pen.database(), evidence);
    if (!cited) return std::unexpected(std::move(cited.error()));
    const auto* row = &cited->row;
    auto found = permitted(pen, session, "evidence.unlink", row->situation);
    if (!found) return std::unexpected(std::move(found.error()));
    if (!is_cleared(session.person, cited->marking))
      return fail(ErrorCode::forbidden, "its marking is above your clearance", "evidence.unlink");
    ledger::Draft revision;
    revision.object = evidence;
    revision.type = evidence_type;
    revision.marking = found->marking;
    revision.fields = {
        {"state", "unlinked"}, {"situation", row->situation}, {"reason", clean(reason)}};
    revision.sealed = {"reason"};
    revision.data_key = data_key_of(row->situation);
    return done_or(pen.append(revision, session.author()));
  });
}

base::Status SituationDesk::judge(const people::Session& session, const JudgementDraft& draft,
                                  const std::optional<base::Digest>& seen) const {
  if (auto done = check_judgement(draft); !done) return done;
  if (framework_.find(draft.indicator) == nullptr)
    return fail(ErrorCode::invalid_input, "choose an indicator of the framework", "indicator");
  return desk_.ledger.act([&](ledger::Pen& pen) -> base::Status {
    auto found = permitted(pen, session, "judgement.write", draft.situation);
    if (!found) return std::unexpected(std::move(found.error()));
    if (auto may = check_cleared(pen, session, draft.situation, draft.indicator); !may) return may;
    auto old = SituationReader(pen.database()).judgement(draft.situation, draft.indicator);
    if (!old) return std::unexpected(std::move(old.error()));
    const bool moved_on =
        old->has_value() != seen.has_value() || (seen && (*old)->revision != *seen);
    if (moved_on)
      return fail(ErrorCode::conflict, "someone judged this indicator meanwhile", draft.indicator,
                  "look at the new judgement and decide again");
    ledger::Draft revision;
    revision.object = *old ? (*old)->object : pen.new_object(judgement_type);
    revision.type = judgement_type;
    revision.marking = found->marking;
    revision.fields = {{"situation", draft.situation},
                       {"indicator", draft.indicator},
                       {"value", draft.value},
                       {"trend", draft.trend},
                       {"confidence", draft.confidence},
                       {"period", draft.period},
                       {"reasons", clean(draft.reasons)},
                       {"gaps", clean(draft.gaps)}};
    revision.sealed = {"reasons", "gaps"};
    revision.data_key = data_key_of(draft.situation);
    return done_or(pen.append(revision, session.author()));
  });
}

base::Status SituationDesk::dissent(const people::Session& session, std::string_view situation,
                                    std::string_view judgement, std::string_view text) const {
  if (base::trim(text).empty() || text.size() > long_text_bytes_max || !base::is_utf8(text))
    return fail(ErrorCode::invalid_input, "say how you see it, in at most 48 kB", "text");
  return desk_.ledger.act([&](ledger::Pen& pen) -> base::Status {
    auto found = permitted(pen, session, "judgement.dissent", situation);
    if (!found) return std::unexpected(std::move(found.error()));
    auto judgements = SituationReader(pen.database()).judgements(situation);
    if (!judgements) return std::unexpected(std::move(judgements.error()));
    const auto row = std::ranges::find(*judgements, judgement, &JudgementRow::object);
    if (row == judgements->end())
      return fail(ErrorCode::not_found, "there is no such judgement", std::string(judgement));
    if (auto may = check_cleared(pen, session, situation, row->indicator); !may) return may;
    ledger::Draft revision;
    revision.object = pen.new_object(dissent_type);
    revision.type = dissent_type;
    revision.marking = found->marking;
    revision.fields = {{"situation", situation}, {"judgement", judgement}, {"text", clean(text)}};
    revision.sealed = {"text"};
    revision.data_key = data_key_of(situation);
    return done_or(pen.append(revision, session.author()));
  });
}

base::Result<std::string> SituationDesk::begin_assessment(const people::Session& session,
                                                          std::string_view situation) const {
  return desk_.ledger.act([&](ledger::Pen& pen) -> base::Result<std::string> {
    auto found = SituationReader(pen.database()).find(situation);
    if (!found) return std::unexpected(std::move(found.error()));
    auto below = marking_below(pen.database(), situation);
    if (!below) return std::unexpected(std::move(below.error()));
    auto matter = new_assessment_in(*found);
    matter.tlp = below->tlp;
    if (auto may = desk_.permissions.may(session.person, "assessment.write", matter); !may)
      return std::unexpected(std::move(may.error()));
    if (found->state != "open")
      return fail(ErrorCode::conflict, "the situation is closed", std::string(situation));
    auto versions = SituationReader(pen.database()).assessments(situation);
    if (!versions) return std::unexpected(std::move(versions.error()));
    if (!versions->empty() && versions->front().state == "draft") return versions->front().object;
    ledger::Draft revision;
    revision.object = pen.new_object(assessment_type);
    revision.type = assessment_type;
    revision.marking = found->marking;
    revision.fields = {{"situation", situation},
                       {"number", static_cast<std::int64_t>(versions->size() + 1)},
                       {"state", "draft"},
                       {"crimes", list_of(found->crimes)}};
    auto done = pen.append(revision, session.author());
    if (!done) return std::unexpected(std::move(done.error()));
    return revision.object;
  });
}

base::Status SituationDesk::write_assessment(const people::Session& session,
                                             std::string_view object, const base::Digest& seen,
                                             const AssessmentDraft& draft, bool finish) const {
  if (auto done = check_assessment(draft); !done) return done;
  return desk_.ledger.act([&](ledger::Pen& pen) -> base::Status {
    const SituationReader reader(pen.database());
    auto old = reader.find_assessment(object);
    if (!old) return std::unexpected(std::move(old.error()));
    auto below = marking_below(pen.database(), old->situation);
    if (!below) return std::unexpected(std::move(below.error()));
    old->marking = ledger::stricter(old->marking, *below);
    if (auto may = desk_.permissions.may(
            session.person, finish ? "assessment.finish" : "assessment.write", matter_of(*old));
        !may)
      return may;
    auto situation = reader.find(old->situation);
    if (!situation) return std::unexpected(std::move(situation.error()));
    auto judgements = reader.judgements(old->situation);
    if (!judgements) return std::unexpected(std::move(judgements.error()));
    if (finish) {
      if (auto done = check_finish(draft, judgements->size()); !done) return done;
      if (auto done = check_nobody_endangered(pen.database(), old->situation, false); !done)
        return done;
      auto cited = cited_in(pen.database(), old->situation);
      if (!cited) return std::unexpected(std::move(cited.error()));
      if (auto done = check_not_looser(*cited, situation->marking); !done) return done;
    }
    json::array fixed;
    if (finish)
      for (const auto& judgement : *judgements)
        fixed.emplace_back(base::to_hex(judgement.revision));
    ledger::Draft revision;
    revision.object = object;
    revision.type = assessment_type;
    revision.marking = situation->marking;
    revision.fields = {{"situation", old->situation},
                       {"number", old->number},
                       {"state", finish ? "finished" : "draft"},
                       {"crimes", list_of(draft.crimes)},
                       {"judgements", std::move(fixed)},
                       {"summary", clean(draft.summary)},
                       {"scenarios", clean(draft.scenarios)},
                       {"mitigating", clean(draft.mitigating)},
                       {"not_known", clean(draft.not_known)},
                       {"options", options_of(draft.options)}};
    revision.sealed = {"summary", "scenarios", "mitigating", "not_known", "options"};
    revision.data_key = data_key_of(old->situation);
    revision.seen = seen;
    return done_or(pen.append(revision, session.author()));
  });
}

}  // namespace tocsin::assess
