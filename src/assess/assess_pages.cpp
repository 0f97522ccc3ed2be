// SPDX-License-Identifier: Apache-2.0
#include "assess/assess_pages.hpp"

#include <boost/json.hpp>

#include "assess/matters.hpp"
#include "base/hash.hpp"
#include "base/uuid.hpp"
#include "ledger/sealed_text.hpp"
#include "people/access_log.hpp"
#include "people/units.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using pagekit::Answer;
using pagekit::Call;

constexpr std::size_t desk_rows_max = 500;

json::array waiting_rows(const DeskCall& desk, const std::vector<ReportRow>& reports) {
  std::int64_t waiting = 0;
  std::int64_t danger = 0;
  base::Instant oldest = desk.parts.desk.clock.now();
  for (const auto& report : reports) {
    if (!people::is_of_unit(desk.session.person.unit, report.unit)) continue;
    if (report.in_danger && report.standing.frozen) ++danger;
    if (report.standing.state != ReportState::fresh) continue;
    ++waiting;
    oldest = std::min(oldest, report.received);
  }
  json::array rows;
  if (danger > 0)
    rows.push_back(json::object{{"href", "/inbox"},
                                {"text", desk.words.plural("desk.danger_waiting", danger)},
                                {"note", ""}});
  if (waiting > 0) {
    const auto hours =
        std::chrono::duration_cast<std::chrono::hours>(desk.parts.desk.clock.now() - oldest);
    rows.push_back(json::object{
        {"href", "/inbox"},
        {"text", desk.words.plural("desk.reports_waiting", waiting)},
        {"note", desk.words.message("desk.oldest",
                                    {{"age", desk.words.plural("inbox.age", hours.count())}})}});
  }
  return rows;
}

Answer desk_page(const DeskCall& desk) {
  const auto title = desk.words.message("desk.title");
  auto context = desk.parts.pages.context(desk.call, {title, title, "desk"});
  json::array waiting;
  if (desk.concerns("report.read")) {
    auto reports = ReportReader(desk.database).list(false, desk_rows_max);
    if (!reports) return std::unexpected(std::move(reports.error()));
    waiting = waiting_rows(desk, *reports);
  }
  for (const auto& alert : desk.session.alerts(desk.words))
    if (alert.overdue)
      waiting.push_back(json::object{{"href", alert.href},
                                     {"text", alert.text},
                                     {"note", desk.words.message("emergency.overdue")}});
  json::array reviews;
  if (desk.concerns("situation.read")) {
    auto situations = SituationReader(desk.database).list(desk_rows_max);
    if (!situations) return std::unexpected(std::move(situations.error()));
    const auto today = base::day_of(desk.parts.desk.clock.now());
    people::ListRead read;
    for (const auto& situation : *situations) {
      if (situation.state != "open" || !desk.may("situation.read", matter_of(situation))) continue;
      read.add(situation.marking);
      reviews.push_back(
          json::object{{"href", "/situations/" + std::string(uuid_of(situation.object))},
                       {"name", desk.shown(situation.object, "name", situation.name)},
                       {"review", desk.words.day(situation.review)},
                       {"overdue", situation.review < today}});
    }
    if (auto noted = desk.note_list("situation.read", "situations", read); !noted)
      return std::unexpected(std::move(noted.error()));
  }
  const auto list_or_false = [](json::array rows) -> json::value {
    if (rows.empty()) return false;
    return json::object{{"rows", std::move(rows)}};
  };
  context["desk"] = json::object{{"lead", desk.words.message("desk.lead")},
                                 {"originals", desk.concerns("report.original")},
                                 {"waiting", list_or_false(std::move(waiting))},
                                 {"reviews", list_or_false(std::move(reviews))}};
  return desk.parts.pages.render(desk.call, "assess/desk", context);
}

}  // namespace

base::Status DeskCall::must_concern(std::string_view act) const {
  if (concerns(act)) return {};
  return fail(ErrorCode::forbidden, "none of your roles may do this", std::string(act),
              "ask a colleague who has the role for it");
}

base::Status DeskCall::note_read(std::string_view act, std::string_view object,
                                 const ledger::Marking& marking) const {
  if (marking.tlp == "CLEAR") return {};
  return people::note_read(parts.desk.ledger, session, act, object);
}

base::Status DeskCall::note_list(std::string_view act, std::string_view list,
                                 const people::ListRead& read) const {
  const auto object = read.object(list);
  if (object.empty()) return {};
  return people::note_read(parts.desk.ledger, session, act, object);
}

std::string DeskCall::shown(std::string_view object, std::string_view field,
                            std::string_view stored) const {
  return ledger::shown_text(parts.desk.vault, database, object, field, stored,
                            words.message("inbox.not_shown"));
}

std::string DeskCall::who(std::string_view key_object) const {
  auto name = parts.who ? parts.who(key_object) : std::string{};
  return name.empty() ? words.message("report.by_reporter") : name;
}

Answer with_desk(const AssessParts& parts, const Call& call, const DeskHandler& handler) {
  auto session = people::session_of(call);
  if (!session) return std::unexpected(std::move(session.error()));
  auto lease = parts.desk.readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  return handler({parts, parts.pages.words(call.language), call, **session, **lease});
}

bool belongs_to_form(const base::Error& error) {
  return error.code == ErrorCode::invalid_input || error.code == ErrorCode::conflict ||
         error.code == ErrorCode::limit_exceeded || error.code == ErrorCode::no_space;
}

std::string problem_words(const pagekit::Words& words, const base::Error& error) {
  if (error.code == ErrorCode::no_space) return words.message("form_problem.no_space");
  if (auto text = words.looked_up("source_problem", error.place); !text.empty()) return text;
  if (auto text = words.looked_up("desk_problem", error.place); !text.empty()) return text;
  if (error.code == ErrorCode::invalid_input)
    if (auto text = words.looked_up("form_problem", error.place); !text.empty()) return text;
  auto text = words.looked_up("form_problem", base::name_of(error.code));
  return text.empty() ? error.text() : text;
}

void put_problem(json::object& context, const pagekit::Words& words, const base::Error* problem) {
  if (problem == nullptr)
    context["problem"] = false;
  else
    context["problem"] = json::object{{"text", problem_words(words, *problem)}};
}

json::object marking_choices(const ledger::Marking& selected) {
  constexpr std::array<std::string_view, 5> tlp{"RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"};
  constexpr std::array<std::string_view, 4> pap{"RED", "AMBER", "GREEN", "CLEAR"};
  const auto options = [](const auto& ids, std::string_view chosen) {
    json::array list;
    for (const auto id : ids)
      list.push_back(json::object{{"value", id}, {"selected", id == chosen}});
    return list;
  };
  return {{"tlp", options(tlp, selected.tlp)}, {"pap", options(pap, selected.pap)}};
}

std::string crimes_in_words(const pagekit::Words& words, const std::vector<std::string>& crimes) {
  std::string text;
  for (const auto& crime : crimes)
    text += (text.empty() ? "" : " · ") + words.looked_up("crime", crime);
  return text;
}

json::array crime_boxes(const pagekit::Words& words, const std::vector<std::string>& chosen) {
  json::array boxes;
  for (const auto id : crime_names)
    boxes.push_back(json::object{{"id", id},
                                 {"label", words.looked_up("crime", id)},
                                 {"selected", std::ranges::find(chosen, id) != chosen.end()}});
  return boxes;
}

std::vector<std::string> crimes_of(const pagekit::Fields& fields) {
  std::vector<std::string> chosen;
  for (const auto id : crime_names)
    if (fields.has("crime_" + std::string(id))) chosen.emplace_back(id);
  return chosen;
}

std::string object_of(const Call& call, std::string_view type) {
  return std::string(type) + ":" + std::string(call.path_part("id"));
}

std::string_view uuid_of(std::string_view object) {
  return object.substr(object.find(':') + 1);
}

std::optional<base::Digest> digest_field(const pagekit::Fields& fields, std::string_view name) {
  const auto bytes = base::from_hex(fields.get(name));
  if (!bytes) return std::nullopt;
  const auto digest = base::array_of<32>(*bytes);
  return digest ? std::optional(*digest) : std::nullopt;
}

void add_assess_routes(pagekit::Router& router, const AssessParts& parts) {
  router.add({"GET", "/desk", {}, {}, {}, [&parts](const Call& call) {
                return with_desk(parts, call, desk_page);
              }});
  add_inbox_routes(router, parts);
  add_file_routes(router, parts);
  add_take_in_routes(router, parts);
  add_situation_routes(router, parts);
  add_assessment_routes(router, parts);
  add_evidence_routes(router, parts);
  if (parts.sources != nullptr) add_source_routes(router, parts);
  if (parts.retention != nullptr) add_retention_routes(router, parts);
}

}  // namespace tocsin::assess
