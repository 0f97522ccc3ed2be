// SPDX-License-Identifier: Apache-2.0
// The desk's pages and those of informing over one node: from a report to an authority.
#pragma once

#include "assess/assess_pages.hpp"
#include "assess/report_desk.hpp"
#include "inform/assessment_ref.hpp"
#include "inform/inform_pages.hpp"
#include "inform_fixture.hpp"

namespace tocsin::inform {

using Fields = std::vector<std::pair<std::string, std::string>>;
using Person = std::shared_ptr<people::Session>;

class MarkingThread : public InformFixture {
 protected:
  void SetUp() override {
    InformFixture::SetUp();
    ASSERT_TRUE(assess::make_receipt_secret(vault_, *connect()));
    framework_ = knowledge::Framework::load(source_root / "data").value();
    assess_.emplace(assess::AssessParts{
        parts_->desk, *pages_, framework_, {}, {}, [](std::string_view) {
          return std::vector<assess::ToolboxEntry>{{"mediation", "Mediation", 0}};
        }});
    parts_->assessment = [this](store::Database& database, std::string_view revision) {
      return finished_assessment(vault_, database, revision);
    };
    assess::add_assess_routes(router_, *assess_);
    add_inform_routes(router_, *parts_);
  }
  net::Response get(const Person& person, std::string path, std::string query = {}) {
    net::Request request;
    request.method = "GET";
    request.path = std::move(path);
    request.query = std::move(query);
    return router_.serve(request, person);
  }
  net::Response post(const Person& person, std::string path, const Fields& fields) {
    net::Request request;
    request.method = "POST";
    request.path = std::move(path);
    request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    request.body = "form_token=" + pagekit::percent_encode(person->form_token);
    for (const auto& [name, value] : fields)
      request.body += "&" + name + "=" + pagekit::percent_encode(value);
    return router_.serve(request, person);
  }
  /// Where a form that was taken leads to.
  std::string led_to(const net::Response& response) {
    EXPECT_EQ(response.status, 303) << response.body;
    for (const auto& [name, value] : response.headers)
      if (name == "Location") return value;
    return {};
  }
  static std::string uuid(const std::string& object) { return object.substr(object.find(':') + 1); }
  static bool has(const net::Response& response, std::string_view text) {
    return response.body.find(text) != std::string::npos;
  }

  /// A report, accepted and marked.
  assess::Filed report(const ledger::Marking& marking) {
    assess::Told told;
    told.text = "Forty men with lists went from door to door.";
    told.witness = "own_eyes";
    told.channel = "page";
    auto filed = assess::ReportDesk(parts_->desk).file(told).value();
    const auto path = "/inbox/" + uuid(filed.object);
    led_to(post(analyst_, path, {{"step", "accept"}, {"version", "1"}}));
    led_to(post(analyst_, path,
                {{"step", "mark"}, {"version", "2"}, {"tlp", marking.tlp}, {"pap", marking.pap}}));
    return filed;
  }
  [[nodiscard]] Fields situation_fields(const ledger::Marking& marking,
                                        std::string reason = "All of it was on the radio.") const {
    return {{"name", "Valley of the Orn"},
            {"places", "Belune"},
            {"crime_genocide", "1"},
            {"review", base::format_day(base::day_of(clock_.now()) + std::chrono::days{14})},
            {"none_women_children_sexual_violence", "1"},
            {"none_minorities_citizenship_segregation", "1"},
            {"none_past_crimes_impunity_memory", "1"},
            {"tlp", marking.tlp},
            {"pap", marking.pap},
            {"marking_reason", std::move(reason)}};
  }
  net::Response link(const std::string& situation, const std::string& report) {
    return post(analyst_, "/evidence",
                {{"situation", "situation:" + situation.substr(situation.rfind('/') + 1)},
                 {"indicator", "CRF7.14"},
                 {"origin", report},
                 {"excerpt", "men with lists"},
                 {"because", "lists are drawn up before"}});
  }
  [[nodiscard]] assess::AssessmentRow version(const std::string& path) const {
    auto side = connect();
    return assess::SituationReader(*side)
        .find_assessment("assessment:" + path.substr(path.rfind('/') + 1))
        .value();
  }
  net::Response finish(const std::string& path) {
    return post(analyst_, path,
                {{"seen", base::to_hex(version(path).revision)},
                 {"do", "finish"},
                 {"crime_genocide", "1"},
                 {"summary", "It builds."},
                 {"not_known", "Who gives the orders."},
                 {"option_mediation", "1"},
                 {"why_mediation", "first"}});
  }
  /// Judged and assessed: the finished version's address.
  std::string assessed(const std::string& situation) {
    Fields judged{{"value", "emerging"},
                  {"trend", "rising"},
                  {"confidence", "low"},
                  {"period", "2030-03"},
                  {"reasons", "said on the radio"}};
    auto side = connect();
    const auto before = assess::SituationReader(*side).judgement(
        "situation:" + situation.substr(situation.rfind('/') + 1), "CRF7.14");
    if (before && *before) judged.emplace_back("seen", base::to_hex((*before)->revision));
    led_to(post(analyst_, situation + "/indicators/CRF7.14", judged));
    const auto path = led_to(post(analyst_, situation + "/assessments", {}));
    led_to(finish(path));
    return path;
  }
  /// A draft of a warning from it: its address.
  std::string warned(const std::string& assessment) {
    return led_to(post(analyst_, "/warnings/new",
                       {{"assessment", base::to_hex(version(assessment).revision)},
                        {"title", "Lists are drawn up"},
                        {"what_changed", "Men go from door to door."},
                        {"concerns", "Families of the valley"},
                        {"language", "en"},
                        {"urgency", "days"},
                        {"confidence", "moderate"},
                        {"scale", "spreading"},
                        {"wanted_by", "2031-03-20 12:00"},
                        {"option_mediation", "1"}}));
  }
  net::Response take(const Person& person, const std::string& warning, std::string step) {
    return post(person, warning,
                {{"step", std::move(step)},
                 {"seen", base::to_hex(head(object(warning)))},
                 {"reasons", "It can still be prevented."},
                 {"option_mediation", "1"}});
  }
  static std::string object(const std::string& warning) {
    return "warning:" + warning.substr(warning.rfind('/') + 1);
  }
  net::Response inform(const std::string& warning, const std::string& authority) {
    return post(officer_, warning + "/inform",
                {{"seen", base::to_hex(head(object(warning)))},
                 {"message", "alert"},
                 {"language_1", "en"},
                 {"headline_1", "Lists are drawn up"},
                 {"description_1", "Men go from door to door."},
                 {"to_" + uuid(authority), "1"}});
  }

  knowledge::Framework framework_;
  std::optional<assess::AssessParts> assess_;
  pagekit::Router router_;
};

}  // namespace tocsin::inform
