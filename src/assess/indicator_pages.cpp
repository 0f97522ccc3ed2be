// SPDX-License-Identifier: Apache-2.0
// One indicator of a situation: evidence for and against, judgements so far, dissent.
#include <boost/json.hpp>

#include "assess/cited.hpp"
#include "assess/marking_below.hpp"
#include "assess/matters.hpp"
#include "assess/situation_parts.hpp"
#include "base/hash.hpp"
#include "ledger/records.hpp"
#include "ledger/sealed_text.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using pagekit::Answer;
using pagekit::Call;

/// "judge" or "dissent" text that was refused, with what was typed.
struct Typed {
  const base::Error* problem = nullptr;
  std::optional<JudgementDraft> judgement;
};

/// Why the words of this piece of evidence are not shown to this person; empty where they are.
std::string held_back(const DeskCall& desk, const Cited& cited) {
  if (!is_cleared(desk.session.person, cited.marking)) return desk.words.message("evidence.above");
  if (cited.gone) return desk.words.message("evidence.gone");
  if (cited.frozen) return desk.words.message("evidence.frozen");
  return {};
}

json::object evidence_row(const DeskCall& desk, const Cited& cited, const std::string& here,
                          bool may_unlink) {
  const auto& row = cited.row;
  const bool from_report = row.origin.starts_with("report:");
  const bool from_watch = row.origin.starts_with("observation:");
  const auto held = held_back(desk, cited);
  const bool above = !is_cleared(desk.session.person, cited.marking);
  json::value origin = false;
  if (from_report && !above) origin = "/inbox/" + std::string(uuid_of(row.origin));
  if (from_watch) origin = "/observations/" + std::string(uuid_of(row.origin));
  json::object shown{{"set_aside", cited.set_aside && !cited.gone},
                     {"held", held.empty() ? json::value(false) : json::value(held)},
                     {"source", above ? json::value("–") : json::value(row.source)},
                     {"origin_href", std::move(origin)},
                     {"who", desk.who(row.author)},
                     {"at", desk.words.time(row.at)},
                     {"unlink_action", false}};
  if (may_unlink && !above)
    shown["unlink_action"] = here + "/evidence/" + std::string(uuid_of(row.object));
  if (held.empty()) {
    shown["excerpt"] = desk.shown(row.object, "excerpt", row.excerpt);
    shown["because"] = desk.shown(row.object, "because", row.because);
  }
  return shown;
}

json::array evidence_groups(const DeskCall& desk, const std::vector<Cited>& evidence,
                            const std::string& indicator, const std::string& here,
                            bool may_unlink) {
  json::array groups;
  std::size_t number = 0;
  for (const bool against : {false, true}) {
    json::array rows;
    for (const auto& cited : evidence) {
      const auto& row = cited.row;
      if (row.indicator != indicator || row.against != against || !row.linked) continue;
      auto shown = evidence_row(desk, cited, here, may_unlink);
      shown["number"] = std::to_string(++number);
      rows.push_back(std::move(shown));
    }
    if (!rows.empty())
      groups.push_back(json::object{
          {"heading", desk.words.message(against ? "evidence.against_heading" : "evidence.for")},
          {"rows", std::move(rows)}});
  }
  return groups;
}

/// The strictest of the situation and of what this person is shown of the evidence.
ledger::Marking marking_shown(const DeskCall& desk, const SituationRow& situation,
                              const std::vector<Cited>& evidence, std::string_view indicator) {
  auto strictest = situation.marking;
  for (const auto& cited : evidence)
    if (cited.row.linked && cited.row.indicator == indicator &&
        is_cleared(desk.session.person, cited.marking))
      strictest = ledger::stricter(strictest, cited.marking);
  return strictest;
}

/// The words of a judgement that was marked more strictly, or rests on what is now, are not shown:
/// `below` is the marking of what it rests on.
json::array history_rows(const DeskCall& desk, const JudgementRow& judgement,
                         const ledger::Marking& below) {
  json::array rows;
  const auto history = ledger::history_of(desk.database, judgement.object);
  if (!history) return rows;
  const auto& words = desk.words;
  for (auto version = history->rbegin(); version != history->rend(); ++version) {
    const bool cleared =
        is_cleared(desk.session.person, ledger::stricter(version->envelope.marking, below));
    const auto gaps =
        cleared ? desk.shown(judgement.object, "gaps", ledger::stored_field(*version, "gaps"))
                : std::string();
    rows.push_back(json::object{
        {"value", words.looked_up("judgement_value", version->text("value"))},
        {"trend", words.looked_up("judgement_trend", version->text("trend"))},
        {"confidence", words.looked_up("judgement_confidence", version->text("confidence"))},
        {"period", version->text("period")},
        {"who", desk.who(version->envelope.author)},
        {"at", words.time(version->envelope.time)},
        {"reasons", cleared ? desk.shown(judgement.object, "reasons",
                                         ledger::stored_field(*version, "reasons"))
                            : words.message("judgement.above")},
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
                         const std::optional<JudgementRow>& judgement, bool cleared) {
  json::array rows;
  for (const auto& row : dissent)
    if (judgement && row.judgement == judgement->object)
      rows.push_back(json::object{{"who", desk.who(row.author)},
                                  {"at", desk.words.time(row.at)},
                                  {"text", cleared ? desk.shown(row.object, "text", row.text)
                                                   : desk.words.message("judgement.above")}});
  if (rows.empty()) return false;
  return json::object{{"rows", std::move(rows)}};
}

Answer indicator_page(const DeskCall& desk, const Typed& typed) {
  auto situation = find_situation(desk);
  if (!situation) return std::unexpected(std::move(situation.error()));
  const std::string id(desk.call.path_part("indicator"));
  const auto* indicator = desk.parts.framework.find(id);
  if (indicator == nullptr)
    return base::fail(ErrorCode::not_found, "there is no such indicator", id);
  const SituationReader reader(desk.database);
  auto evidence = cited_in(desk.database, situation->object);
  auto judgement = reader.judgement(situation->object, id);
  auto dissent = reader.dissent(situation->object);
  if (!evidence) return std::unexpected(std::move(evidence.error()));
  if (!judgement) return std::unexpected(std::move(judgement.error()));
  if (!dissent) return std::unexpected(std::move(dissent.error()));
  const auto below = marking_below(desk.database, situation->object, id);
  if (!below) return std::unexpected(below.error());
  const bool cleared = is_cleared(desk.session.person, *below);
  const auto marking = cleared ? *below : marking_shown(desk, *situation, *evidence, id);
  if (auto noted = desk.note_read("situation.read", situation->object, marking); !noted)
    return std::unexpected(std::move(noted.error()));
  const auto& words = desk.words;
  const auto name = desk.shown(situation->object, "name", situation->name);
  const auto back = situation_href(situation->object);
  const auto here = back + "/indicators/" + id;
  const auto sources = independent_sources(*evidence, id);
  const auto matter = matter_of(*situation);
  auto context = desk.parts.pages.context(
      desk.call, {indicator->un_number + " · " + name, name, "situations"});
  put_problem(context, words, typed.problem);
  context["indicator"] = json::object{
      {"back", back},
      {"situation", name},
      {"number", indicator->un_number},
      {"label", desk.said(indicator->label)},
      {"provisional", indicator->provisional()},
      {"sources", words.plural("evidence.sources", static_cast<std::int64_t>(sources))},
      {"evidence", evidence_groups(desk, *evidence, id, back, desk.may("evidence.unlink", matter))},
      {"history", *judgement ? history_rows(desk, **judgement, *below) : json::array{}},
      {"dissent", dissent_rows(desk, *dissent, *judgement, cleared)},
      {"judge",
       cleared && desk.may("judgement.write", matter)
           ? judge_form(desk, *judgement,
                        typed.judgement ? *typed.judgement : draft_of(desk, *judgement), here)
           : json::value(false)},
      {"dissent_form",
       cleared && *judgement && desk.may("judgement.dissent", matter)
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
  return pagekit::redirect(situation_href(situation) + "/indicators/" +
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
  return pagekit::redirect(situation_href(row->situation) + "/indicators/" + row->indicator);
}

}  // namespace

void add_indicator_routes(pagekit::Router& router, const AssessParts& parts) {
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
  add("POST", "/situations/{id}/evidence/{evidence}", unlink_evidence);
  add("GET", "/situations/{id}/indicators/{indicator}",
      [](const DeskCall& desk) { return indicator_page(desk, {}); });
  add("POST", "/situations/{id}/indicators/{indicator}", judge);
  add("POST", "/situations/{id}/indicators/{indicator}/dissent", dissent);
}

}  // namespace tocsin::assess
