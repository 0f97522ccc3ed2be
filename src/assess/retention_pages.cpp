// SPDX-License-Identifier: Apache-2.0
// What comes to its end soon, the terms, and what may be done: keep longer, or erase before.
#include <algorithm>
#include <boost/json.hpp>

#include "assess/assess_pages.hpp"
#include "base/text.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::Error;
using base::ErrorCode;
using pagekit::Answer;
using pagekit::Call;

constexpr std::chrono::days shown_ahead{90};
constexpr std::size_t ending_rows_max = 200;
constexpr std::array<std::string_view, 3> erasing_reasons{"taken_back", "mistake", "danger"};

json::value rows_or_false(json::array rows) {
  if (rows.empty()) return false;
  return json::object{{"rows", std::move(rows)}};
}

/// A term's name in the catalogue, whose sections part their ids by points.
std::string what_words(const DeskCall& desk, std::string what) {
  std::ranges::replace(what, '.', '_');
  return desk.words.looked_up("kept_what", what);
}

json::array terms_json(const DeskCall& desk) {
  json::array rows;
  for (const auto& term : desk.parts.retention->terms.terms())
    rows.push_back(
        json::object{{"what", what_words(desk, term.what)},
                     {"length", term.days ? desk.words.plural("retention.days", term.days->count())
                                          : desk.words.message("retention.until_decided")},
                     {"why", desk.said(term.why)}});
  return rows;
}

/// Where whoever may read it finds what ends; reports are named by their source's code alone.
json::value href_of(const Kept& kept) {
  const auto uuid = std::string(uuid_of(kept.object));
  if (kept.kind == KeptKind::situation) return json::value("/situations/" + uuid);
  if (kept.kind == KeptKind::warning) return json::value("/warnings/" + uuid);
  return false;
}

json::array ending_json(const DeskCall& desk, const std::vector<Kept>& ending, bool may_prolong) {
  json::array rows;
  for (const auto& one : ending)
    rows.push_back(json::object{{"number", std::to_string(rows.size() + 1)},
                                {"kind", name_of(one.kind)},
                                {"object", one.object},
                                {"code", one.source},
                                {"href", href_of(one)},
                                {"what", what_words(desk, one.what)},
                                {"last", desk.words.time(one.last)},
                                {"until", desk.words.day(base::day_of(one.until))},
                                {"prolong", may_prolong}});
  return rows;
}

Answer retention_page(const DeskCall& desk, const Error* problem) {
  const bool may_prolong = desk.may("retention.prolong");
  if (!may_prolong)
    return base::fail(ErrorCode::forbidden, "your roles do not allow this", "retention.prolong");
  const auto before = desk.parts.desk.clock.now() + shown_ahead;
  auto ending = ending_before(desk.database, desk.parts.retention->terms, before, ending_rows_max);
  if (!ending) return std::unexpected(std::move(ending.error()));
  const auto title = desk.words.message("retention.title");
  auto context = desk.parts.pages.context(desk.call, {title, title, "retention"});
  put_problem(context, desk.words, problem);
  context["retention"] =
      json::object{{"ending", rows_or_false(ending_json(desk, *ending, may_prolong))},
                   {"terms", terms_json(desk)},
                   {"erase", desk.concerns("report.erase")
                                 ? json::value{{"reasons", choices(desk.words, "erased_because",
                                                                   erasing_reasons, "taken_back")}}
                                 : json::value(false)}};
  return desk.parts.pages.render(desk.call, "assess/retention", context,
                                 problem == nullptr ? 200 : pagekit::status_of(problem->code));
}

base::Status prolong(const DeskCall& desk, const pagekit::Fields& fields) {
  const auto kind = kept_kind_of(fields.get("kind"));
  if (!kind) return base::fail(ErrorCode::invalid_input, "unknown kind", "step");
  auto until = base::parse_day(fields.get("until"));
  if (!until) return base::fail(ErrorCode::invalid_input, "not a day", "until");
  return RetentionDesk(*desk.parts.retention)
      .prolong(desk.session, {*kind, std::string(fields.get("object")), *until,
                              std::string(fields.get("reason"))});
}

base::Status erase(const DeskCall& desk, const pagekit::Fields& fields) {
  const auto why = erased_because_of(fields.get("why"));
  if (!why) return base::fail(ErrorCode::invalid_input, "choose a reason", "reason");
  auto report = SourceReader(desk.database).report_of_code(base::trim(fields.get("code")));
  if (!report) {
    report.error().place = "code";
    return std::unexpected(std::move(report.error()));
  }
  return RetentionDesk(*desk.parts.retention).erase_report(desk.session, *report, *why);
}

Answer take_form(const DeskCall& desk) {
  auto fields = people::posted_fields(desk.call, desk.session);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const auto done = fields->get("do") == "erase" ? erase(desk, *fields) : prolong(desk, *fields);
  if (done) return pagekit::redirect("/retention");
  const auto& error = done.error();
  if (!belongs_to_form(error) && desk.words.looked_up("source_problem", error.place).empty())
    return std::unexpected(error);
  return retention_page(desk, &error);
}

}  // namespace

json::value kept_part(const DeskCall& desk, const ReportRow& report) {
  if (desk.parts.retention == nullptr) return false;
  const auto found =
      kept(desk.database, desk.parts.retention->terms, KeptKind::report, report.object);
  if (!found || !*found) return false;
  return json::object{{"until", desk.words.day(base::day_of((*found)->until))},
                      {"held", (*found)->held},
                      {"prolong", desk.may("retention.prolong")}};
}

void add_retention_routes(pagekit::Router& router, const AssessParts& parts) {
  const auto add = [&](std::string method, DeskHandler handler) {
    router.add({std::move(method),
                "/retention",
                {},
                {},
                {},
                [&parts, handler = std::move(handler)](const Call& call) {
                  return with_desk(parts, call, handler);
                }});
  };
  add("GET", [](const DeskCall& desk) { return retention_page(desk, nullptr); });
  add("POST", take_form);
}

}  // namespace tocsin::assess
