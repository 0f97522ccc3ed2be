// SPDX-License-Identifier: Apache-2.0
// The desk's forms with fields that nobody types: every field of every form in turn holds markup,
// broken text, other people's objects, far too much. Each is taken or refused, never an error of
// ours, and nothing of it comes back as markup.
#include "desk_pages_fixture.hpp"

namespace tocsin::assess {
namespace {

class HostileForms : public DeskPages {
 protected:
  void SetUp() override {
    DeskPages::SetUp();
    ana_ = entered("ana");
    Told told;
    told.text = "Men in trucks burned three farms.";
    told.place = "near the river";
    told.witness = "own_eyes";
    told.channel = "page";
    told_ = told;
    report_ = ReportDesk(*desk_).file(told).value().object;
    ASSERT_EQ(post(ana_, inbox(), {{"step", "accept"}, {"version", "1"}}).status, 303);
    situation_ = led_to(post(ana_, "/situations/new", situation_fields()));
    ASSERT_FALSE(situation_.empty());
  }
  [[nodiscard]] std::string inbox() const { return "/inbox/" + uuid(report_); }
  [[nodiscard]] std::string id() const {
    return "situation:" + situation_.substr(situation_.rfind('/') + 1);
  }
  [[nodiscard]] Fields situation_fields() const {
    return {{"name", "Valley of the Orn"},
            {"places", "Belune"},
            {"crime_genocide", "1"},
            {"review", base::format_day(base::day_of(clock_.now()) + std::chrono::days{14})},
            {"tlp", "AMBER+STRICT"},
            {"pap", "AMBER"},
            {"marking_reason", "none"},
            {"women_children_sexual_violence", "Girls were taken."},
            {"minorities_citizenship_segregation", "Papers are refused."},
            {"past_crimes_impunity_memory", "Nobody was tried."}};
  }
  static std::string led_to(const net::Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Location") return value;
    return {};
  }
  static std::vector<std::string> hostile_values() {
    return {"<script>alert(1)</script>",
            "\"'><img src=x onerror=alert(1)>",
            "'); DROP TABLE situation; --",
            "{{{t.desk.title}}}{{>layout/top}}",
            std::string("a\0b", 3),
            "\xFF\xFE\x80",
            "\xE2\x80\xAE"
            "evil\r\nSet-Cookie: a=b",
            "-9223372036854775809",
            "report:018f0000-0000-7000-8000-00000000dead",
            std::string(70'000, 'x'),
            ""};
  }
  /// No markup of others in a page of ours, no header of theirs in any answer.
  static bool is_plain(const net::Response& response) {
    const bool is_page = std::ranges::any_of(response.headers, [](const auto& header) {
      return header.first == "Content-Type" && header.second.starts_with("text/html");
    });
    const auto bad_header = [](const auto& header) {
      return header.first == "Set-Cookie" || header.second.contains('\n');
    };
    if (std::ranges::any_of(response.headers, bad_header)) return false;
    return !is_page || !(has(response, "<script>alert") || has(response, "<img src=x"));
  }
  /// Each field in turn holds each hostile value.
  void attack(const std::string& path, const Fields& good) {
    for (std::size_t field = 0; field < good.size(); ++field)
      for (const auto& value : hostile_values()) {
        auto fields = good;
        fields[field].second = value;
        const auto answer = post(ana_, path, fields);
        EXPECT_LT(answer.status, 500) << path << " " << good[field].first << " " << value[0];
        EXPECT_TRUE(is_plain(answer)) << path << " " << good[field].first;
      }
  }
  void expect_pages_whole() {
    for (const auto& path :
         {std::string("/desk"), std::string("/inbox?all=1"), inbox(), std::string("/situations"),
          situation_, situation_ + "/edit", situation_ + "/indicators/CRF7.14"}) {
      const auto query = path.find('?');
      const auto page = get(ana_, path.substr(0, query),
                            query == std::string::npos ? "" : path.substr(query + 1));
      EXPECT_EQ(page.status, 200) << path;
      EXPECT_TRUE(is_plain(page)) << path;
    }
    expect_sound();
  }

  /// Another report, as it stands after these steps.
  std::string fresh(const std::vector<std::string>& steps) {
    const auto object = ReportDesk(*desk_).file(told_).value().object;
    for (const auto& step : steps)
      EXPECT_EQ(
          post(ana_, "/inbox/" + uuid(object), {{"step", step}, {"version", version_of(object)}})
              .status,
          303)
          << step;
    return object;
  }
  [[nodiscard]] std::string version_of(const std::string& object) const {
    auto database = connect();
    return std::to_string(ReportReader(*database).find(object)->version);
  }
  struct StepForm {
    std::string step;
    std::vector<std::string> before;
    Entered who;
    Fields own = {};  ///< its fields beside version and reason
  };
  /// The fields that belong to this step, in turn; each time on a report of its own, whose newest
  /// version the form names, so that what can be taken is taken.
  void attack_step(const StepForm& form) {
    Fields good = form.own;
    good.emplace_back("reason", "Why it is so.");
    for (std::size_t field = 0; field < good.size(); ++field)
      for (const auto& value : hostile_values()) {
        const auto object = fresh(form.before);
        auto fields = good;
        fields[field].second = value;
        fields.emplace_back("step", form.step);
        fields.emplace_back("version", version_of(object));
        const auto answer = post(form.who, "/inbox/" + uuid(object), fields);
        EXPECT_LT(answer.status, 500) << form.step << " " << good[field].first;
        EXPECT_TRUE(is_plain(answer)) << form.step << " " << good[field].first;
        const auto page = get(ana_, "/inbox/" + uuid(object));
        EXPECT_LT(page.status, 500) << form.step << " " << good[field].first;
        EXPECT_TRUE(is_plain(page)) << form.step << " " << good[field].first;
      }
  }

  Entered ana_;
  Told told_;
  std::string report_;
  std::string situation_;  ///< its address
};

TEST_F(HostileForms, Situation) {
  attack("/situations/new", situation_fields());
  auto fields = situation_fields();
  auto side = connect();
  fields.emplace_back("seen", base::to_hex(SituationReader(*side).find(id())->revision));
  attack(situation_ + "/edit", fields);
  attack(situation_ + "/close", {{"reason", " "}, {"seen", std::string(64, 'a')}});
  expect_pages_whole();
}

TEST_F(HostileForms, Evidence) {
  attack("/evidence", {{"situation", id()},
                       {"indicator", "CRF7.14"},
                       {"origin", report_},
                       {"excerpt", "three farms"},
                       {"because", "property is destroyed"}});
  attack(situation_ + "/evidence/018f0000-0000-7000-8000-00000000dead", {{"reason", "x"}});
  expect_pages_whole();
}

TEST_F(HostileForms, Judgement) {
  const auto path = situation_ + "/indicators/CRF7.14";
  attack(path, {{"value", "emerging"},
                {"trend", "rising"},
                {"confidence", "low"},
                {"period", "2027-01"},
                {"reasons", "seen"},
                {"gaps", "who"},
                {"seen", std::string(64, '0')}});
  attack(path + "/dissent", {{"judgement", "judgement:none"}, {"text", "I see calm."}});
  expect_pages_whole();
}

TEST_F(HostileForms, Assessment) {
  const auto path = led_to(post(ana_, situation_ + "/assessments", {}));
  attack(path, {{"seen", std::string(64, '0')},
                {"do", "finish"},
                {"crime_genocide", "1"},
                {"summary", "It builds."},
                {"scenarios", "It may spread."},
                {"mitigating", "Elders speak."},
                {"not_known", "Who gives the orders."}});
  EXPECT_TRUE(is_plain(get(ana_, path)));
  expect_pages_whole();
}

TEST_F(HostileForms, StepsOfTheInbox) {
  for (const auto* step : {"grade", "mark", "merge"}) {
    // A version that is not the newest: what is well formed is refused for that alone.
    attack(inbox(), {{"step", step},
                     {"version", "1"},
                     {"reason", "Why it is so."},
                     {"into", "report:018f0000-0000-7000-8000-00000000dead"},
                     {"source_grade", "B"},
                     {"credibility_grade", "2"},
                     {"tlp", "AMBER"},
                     {"pap", "AMBER"}});
  }
  attack(inbox() + "/exact", {{"reason", ""}});
  attack(inbox() + "/identity", {{"reason", ""}});
  expect_pages_whole();
}

TEST_F(HostileForms, EveryStepOfTheInboxAsItCanBeTaken) {
  const auto olga = entered("olga");
  for (const auto& form : std::vector<StepForm>{
           {"accept", {}, ana_},
           {"ask", {}, ana_},
           {"set_aside", {}, ana_},
           {"answer", {"accept"}, olga},
           {"freeze", {"accept"}, ana_},
           {"unfreeze", {"accept", "freeze"}, olga},
           {"merge", {"accept"}, ana_, {{"into", report_}}},
           {"grade", {"accept"}, ana_, {{"source_grade", "B"}, {"credibility_grade", "2"}}},
           {"mark", {"accept"}, ana_, {{"tlp", "AMBER"}, {"pap", "AMBER"}}},
           {"move", {"accept"}, ana_, {{"to_unit", "north"}}}})
    attack_step(form);
  // Which step it is, and of which version, for all of them.
  attack(inbox(), {{"step", "answer"}, {"version", version_of(report_)}, {"reason", "Thanks."}});
  expect_pages_whole();
}

TEST_F(HostileForms, WhatAReporterSendsByTheirCode) {
  for (const auto* what : {"withdraw", "danger", "say"})
    for (const auto* field : {"receipt", "do", "text"})
      for (const auto& value : hostile_values()) {
        const auto filed = ReportDesk(*desk_).file(told_).value();
        Fields fields{{"receipt", filed.receipt}, {"do", what}, {"text", "One more thing."}};
        std::ranges::find(fields, field, &Fields::value_type::first)->second = value;
        const auto answer = report("/again", fields);
        // 503: too many wrong codes in a minute.
        EXPECT_TRUE(answer.status < 500 || answer.status == 503) << what << " " << field;
        EXPECT_TRUE(is_plain(answer)) << what << " " << field;
        const auto page = get(ana_, "/inbox/" + uuid(filed.object));
        EXPECT_EQ(page.status, 200) << what << " " << field;
        EXPECT_TRUE(is_plain(page)) << what << " " << field;
      }
  expect_pages_whole();
}

}  // namespace
}  // namespace tocsin::assess
