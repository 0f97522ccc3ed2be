// SPDX-License-Identifier: Apache-2.0
// Marking and clearance through the pages: what is marked above somebody's clearance is not read by
// any way round, and what is read is written down before.
#include "assess/cited.hpp"
#include "desk_pages_fixture.hpp"

/// Fontconfig and Pango keep what they read about fonts until the process ends.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig\nleak:libpango\nleak:libglib\nleak:libcairo\n";
}

namespace tocsin::assess {
namespace {

constexpr std::string_view told_words = "Forty men with lists went from door to door.";
constexpr std::string_view indicator = "CRF7.14";

class MarkingPages : public DeskPages {
 protected:
  void SetUp() override {
    DeskPages::SetUp();
    ana_ = entered("ana");
    rea_ = entered("rea");
  }
  [[nodiscard]] ReportRow row(const std::string& report) const {
    auto side = connect();
    return ReportReader(*side).find(report).value();
  }
  net::Response step(const Entered& person, const std::string& report, std::string_view step,
                     Fields more = {}) {
    more.emplace_back("step", step);
    more.emplace_back("version", std::to_string(row(report).version));
    return post(person, "/inbox/" + uuid(report), more);
  }
  std::string accepted() {
    Told told;
    told.text = told_words;
    told.place = "near the river";
    told.witness = "own_eyes";
    told.channel = "page";
    auto filed = ReportDesk(*desk_).file(told);
    EXPECT_TRUE(filed) << filed.error().text();
    EXPECT_EQ(step(rea_, filed->object, "accept").status, 303);
    receipts_[filed->object] = filed->receipt;
    return filed->object;
  }
  void mark(const std::string& report, std::string tlp, std::string pap = "AMBER") {
    const auto done = step(rea_, report, "mark", {{"tlp", std::move(tlp)}, {"pap", pap}});
    ASSERT_EQ(done.status, 303) << done.body;
  }
  [[nodiscard]] Fields situation_fields() const {
    return {{"name", "Valley of the Orn"},
            {"places", "Belune"},
            {"crime_genocide", "1"},
            {"review", base::format_day(base::day_of(clock_.now()) + std::chrono::days{14})},
            {"none_women_children_sexual_violence", "1"},
            {"none_minorities_citizenship_segregation", "1"},
            {"none_past_crimes_impunity_memory", "1"}};
  }
  static std::string location(const net::Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Location") return value;
    return {};
  }
  std::string opened(const Entered& person) {
    const auto done = post(person, "/situations/new", situation_fields());
    EXPECT_EQ(done.status, 303) << done.body;
    return "situation:" + location(done).substr(std::string_view("/situations/").size());
  }
  net::Response link(const Entered& person, const std::string& situation,
                     const std::string& report) {
    return post(person, "/evidence",
                {{"situation", situation},
                 {"indicator", std::string(indicator)},
                 {"origin", report},
                 {"excerpt", std::string(told_words)},
                 {"because", "lists are drawn up before"}});
  }
  static std::string indicator_path(const std::string& situation) {
    return "/situations/" + uuid(situation) + "/indicators/" + std::string(indicator);
  }
  /// Acts of the access log on an object, oldest first.
  [[nodiscard]] std::vector<std::string> reads_of(std::string_view object) const {
    auto side = connect();
    const auto reads = people::newest_reads(*side, 0).value();
    std::vector<std::string> acts;
    for (const auto& entry : reads)
      if (entry.object == object) acts.insert(acts.begin(), entry.account + " " + entry.act);
    return acts;
  }

  Entered ana_, rea_;
  std::map<std::string, std::string> receipts_;
};

TEST_F(MarkingPages, SituationsAreTakenAlongAsFarAsEachMayBeRead) {
  opened(ana_);
  auto fields = situation_fields();
  fields.front().second = "Hill of the Orn";
  fields.insert(fields.end(), {{"tlp", "RED"}, {"pap", "RED"}, {"marking_reason", "A name."}});
  ASSERT_EQ(post(rea_, "/situations/new", fields).status, 303);
  const auto csv = get(ana_, "/situations.csv");
  ASSERT_EQ(csv.status, 200) << csv.body;
  EXPECT_TRUE(has(csv, "Valley of the Orn"));
  EXPECT_TRUE(has(csv, "TLP:AMBER+STRICT PAP:AMBER"));
  EXPECT_TRUE(has(csv, "Belune"));
  EXPECT_FALSE(has(csv, "Hill of the Orn"));
  EXPECT_FALSE(has(csv, "TLP:RED"));
  const auto all = get(rea_, "/situations.csv");
  EXPECT_TRUE(has(all, "Valley of the Orn"));
  EXPECT_TRUE(has(all, "TLP:RED PAP:RED"));
  EXPECT_TRUE(get(rea_, "/situations.xlsx").body.starts_with("PK"));
  EXPECT_TRUE(has(get(ana_, "/situations"), "/situations.xlsx"));
  EXPECT_EQ(get(entered("adam"), "/situations.csv").status, 403);
  EXPECT_EQ(reads_of("situations").size(), 3U) << "who took names along is written down";
}

TEST_F(MarkingPages, NobodyReadsARedReportByAnotherDoor) {
  const auto report = accepted();
  const auto situation = opened(ana_);
  EXPECT_TRUE(has(get(ana_, "/inbox"), told_words));
  mark(report, "RED");
  EXPECT_EQ(get(ana_, "/inbox/" + uuid(report)).status, 403);
  const auto inbox = get(ana_, "/inbox");
  EXPECT_EQ(inbox.status, 200);
  EXPECT_FALSE(has(inbox, told_words));
  EXPECT_FALSE(has(inbox, "/inbox/" + uuid(report)));
  EXPECT_TRUE(has(inbox, row(report).source));  // that it waits is not hidden
  EXPECT_TRUE(has(get(rea_, "/inbox"), told_words));
  EXPECT_FALSE(has(get(ana_, "/inbox.csv"), row(report).source));
  EXPECT_TRUE(has(get(rea_, "/inbox.csv"), row(report).source));
  // The form of evidence comes back with the report beside it, to whom may read it only.
  const auto empty = post(ana_, "/evidence", {{"origin", report}});
  EXPECT_EQ(empty.status, 403);
  EXPECT_FALSE(has(empty, told_words));
  EXPECT_EQ(link(ana_, situation, report).status, 403);
  EXPECT_TRUE(has(post(rea_, "/evidence", {{"origin", report}}), told_words));
  // Nor is it offered to be merged with.
  const auto other = accepted();
  EXPECT_FALSE(has(get(ana_, "/inbox/" + uuid(other)), report));
  EXPECT_TRUE(has(get(rea_, "/inbox/" + uuid(other)), report));
}

TEST_F(MarkingPages, AStricterExcerptEntersNoLessStrictSituation) {
  const auto situation = opened(ana_);
  const auto report = accepted();
  mark(report, "AMBER+STRICT", "RED");
  const auto refused = link(ana_, situation, report);
  EXPECT_EQ(refused.status, 409);
  EXPECT_TRUE(has(refused, "marked more strictly than the situation"));
  mark(report, "RED");
  EXPECT_EQ(link(rea_, situation, report).status, 409);
  mark(report, "AMBER");
  EXPECT_EQ(link(ana_, situation, report).status, 303);
  EXPECT_TRUE(has(get(ana_, indicator_path(situation)), told_words));
}

TEST_F(MarkingPages, AnExcerptFollowsTheMarkingOfItsReport) {
  const auto situation = opened(ana_);
  const auto report = accepted();
  ASSERT_EQ(link(ana_, situation, report).status, 303);
  const auto pia = entered("pia");
  EXPECT_TRUE(has(get(pia, indicator_path(situation)), told_words));
  mark(report, "RED");
  for (const auto& person : {ana_, pia}) {
    const auto page = get(person, indicator_path(situation));
    ASSERT_EQ(page.status, 200);
    EXPECT_FALSE(has(page, told_words));
    EXPECT_FALSE(has(page, "lists are drawn up"));
    EXPECT_FALSE(has(page, row(report).source));
    EXPECT_TRUE(has(page, "above your clearance"));
  }
  EXPECT_TRUE(has(get(rea_, indicator_path(situation)), told_words));
  // Nor may it be taken away unread.
  auto side = connect();
  const auto evidence = SituationReader(*side).evidence(situation)->front().object;
  const auto path = "/situations/" + uuid(situation) + "/evidence/" + uuid(evidence);
  EXPECT_EQ(post(ana_, path, {{"reason", "blindly"}}).status, 403);
  EXPECT_EQ(post(rea_, path, {{"reason", "it was elsewhere"}}).status, 303);
}

TEST_F(MarkingPages, FilesFollowTheMarkingOfTheirReport) {
  const auto cora = entered("cora");
  const FileStore store(folder_ / "files");
  assess_->files = &store;
  const auto kept = keep_files(store, {{"note.txt", "Names of the men."}});
  ASSERT_TRUE(kept) << kept.error().text();
  Told told;
  told.text = told_words;
  told.place = "near the river";
  told.witness = "own_eyes";
  told.channel = "page";
  const auto report = ReportDesk(*desk_).file(told, *kept).value().object;
  auto side = connect();
  const auto file = AttachmentReader(*side).of_report(report)->front().object;
  const auto copy = "/inbox/" + uuid(report) + "/files/" + uuid(file);
  const auto original = "/originals/" + uuid(file);
  EXPECT_EQ(get(ana_, "/originals").status, 403);
  ASSERT_EQ(post(ana_, "/inbox/" + uuid(report) + "/identity", {{"reason", "to warn them"}}).status,
            303);
  const auto request = SourceReader(*side).requests_of(report)->front().object;
  ASSERT_EQ(post(cora, "/identities/" + uuid(request), {{"do", "open"}}).status, 303);
  EXPECT_TRUE(has(get(cora, "/originals"), original));
  EXPECT_EQ(get(cora, original).status, 200);
  EXPECT_EQ(get(ana_, copy).status, 200);
  EXPECT_THAT(reads_of(file), testing::ElementsAre(cora->person.account + " report.original",
                                                   ana_->person.account + " report.read"));
  mark(report, "RED");
  EXPECT_FALSE(has(get(cora, "/originals"), original));
  EXPECT_EQ(get(cora, original).status, 403);
  EXPECT_EQ(get(ana_, copy).status, 403);
  EXPECT_EQ(reads_of(file).size(), 2U);
  EXPECT_EQ(get(cora, "/originals/018f0000-0000-7000-8000-000000000001").status, 404);
}

TEST_F(MarkingPages, WhatIsReadIsWrittenDownFirst) {
  const auto report = accepted();
  const auto situation = opened(ana_);
  ASSERT_EQ(link(ana_, situation, report).status, 303);
  const auto pia = entered("pia");
  const auto here = "/situations/" + uuid(situation);
  const auto by = [](const Entered& person, std::string_view act) {
    return person->person.account + " " + std::string(act);
  };
  using testing::ElementsAre;
  EXPECT_TRUE(reads_of(report).empty());
  ASSERT_EQ(get(ana_, "/inbox/" + uuid(report)).status, 200);
  ASSERT_EQ(post(ana_, "/evidence", {{"origin", report}}).status, 400);
  EXPECT_THAT(reads_of(report), ElementsAre(by(ana_, "report.read"), by(ana_, "report.read")));
  ASSERT_EQ(get(pia, "/inbox/" + uuid(report)).status, 403);
  EXPECT_EQ(reads_of(report).size(), 2U) << "a refusal is no read";
  ASSERT_EQ(get(pia, here).status, 200);
  ASSERT_EQ(get(pia, indicator_path(situation)).status, 200);
  ASSERT_EQ(get(ana_, here + "/edit").status, 200);
  EXPECT_THAT(reads_of(situation), ElementsAre(by(pia, "situation.read"), by(pia, "situation.read"),
                                               by(ana_, "situation.read")));
  const auto begun = location(post(ana_, here + "/assessments", {}));
  ASSERT_EQ(get(pia, begun).status, 200);
  ASSERT_EQ(get(pia, begun + "/sheet.pdf").status, 200);
  EXPECT_THAT(reads_of("assessment:" + begun.substr(13)),
              ElementsAre(by(pia, "assessment.read"), by(pia, "assessment.read")));
  ASSERT_EQ(get(ana_, "/inbox").status, 200);
  EXPECT_THAT(reads_of("inbox"), ElementsAre(by(ana_, "report.read")));
}

TEST_F(MarkingPages, InDangerHoldsBackWhatIsUsedAlready) {
  const auto report = accepted();
  const auto situation = opened(ana_);
  ASSERT_EQ(link(ana_, situation, report).status, 303);
  const auto path = indicator_path(situation);
  ASSERT_EQ(post(ana_, path,
                 {{"value", "emerging"},
                  {"trend", "rising"},
                  {"confidence", "low"},
                  {"period", "2027-01"},
                  {"reasons", "lists"}})
                .status,
            303);
  const auto begun = location(post(ana_, "/situations/" + uuid(situation) + "/assessments", {}));
  ASSERT_TRUE(ReportDesk(*desk_).call_danger(receipts_.at(report)));
  const auto page = get(ana_, path);
  ASSERT_EQ(page.status, 200);
  EXPECT_FALSE(has(page, told_words));
  EXPECT_FALSE(has(page, "lists are drawn up"));
  EXPECT_TRUE(has(page, "Held back"));
  EXPECT_TRUE(has(get(ana_, "/situations/" + uuid(situation)), "No assessment is finished"));
  const auto finish = [&] {
    auto side = connect();
    const auto version = SituationReader(*side).assessments(situation)->front();
    return post(ana_, begun,
                {{"seen", base::to_hex(version.revision)},
                 {"do", "finish"},
                 {"crime_genocide", "1"},
                 {"summary", "It builds."},
                 {"not_known", "Who gives the orders."}});
  };
  const auto refused = finish();
  EXPECT_EQ(refused.status, 409);
  EXPECT_TRUE(has(refused, "lifts the freeze"));
  EXPECT_TRUE(has(refused, "It builds."));
  EXPECT_EQ(step(entered("olga"), report, "unfreeze", {{"reason", "They are safe."}}).status, 303);
  EXPECT_TRUE(has(get(ana_, path), told_words));
  EXPECT_EQ(finish().status, 303);
}

TEST_F(MarkingPages, InDangerHoldsBackWhatItWasMergedWith) {
  const auto first = accepted();
  const auto second = accepted();
  const auto situation = opened(ana_);
  ASSERT_EQ(link(ana_, situation, first).status, 303);
  ASSERT_EQ(step(rea_, second, "merge", {{"into", first}, {"reason", "The same person."}}).status,
            303);
  EXPECT_TRUE(has(get(ana_, indicator_path(situation)), told_words));
  ASSERT_TRUE(ReportDesk(*desk_).call_danger(receipts_.at(second)));
  EXPECT_FALSE(has(get(ana_, indicator_path(situation)), told_words));
}

TEST_F(MarkingPages, InDangerHoldsBackTheWholeFamily) {
  for (const bool root_endangered : {true, false}) {
    const auto root = accepted();
    const auto told_again = accepted();
    const auto situation = opened(ana_);
    ASSERT_EQ(
        step(rea_, told_again, "merge", {{"into", root}, {"reason", "The same person."}}).status,
        303);
    EXPECT_TRUE(has(get(ana_, "/inbox/" + uuid(root)), "action=\"/evidence\""));
    const auto& endangered = root_endangered ? root : told_again;
    ASSERT_TRUE(ReportDesk(*desk_).call_danger(receipts_.at(endangered)));
    EXPECT_THAT(*endangered_reports(*connect()), testing::UnorderedElementsAre(root, told_again));
    const auto other = get(ana_, "/inbox/" + uuid(root_endangered ? told_again : root));
    EXPECT_TRUE(has(other, "merged with this one"));
    EXPECT_FALSE(has(other, "action=\"/evidence\""));
    const auto refused = link(ana_, situation, root);
    EXPECT_EQ(refused.status, 409);
    ASSERT_EQ(step(entered("olga"), endangered, "unfreeze", {{"reason", "Safe."}}).status, 303);
    EXPECT_TRUE(endangered_reports(*connect())->empty());
    EXPECT_EQ(link(ana_, situation, root).status, 303);
    EXPECT_FALSE(has(get(ana_, "/inbox/" + uuid(root)), "merged with this one"));
  }
}

TEST_F(MarkingPages, WhatWasSetAsideCountsNoMoreAndSaysSo) {
  const auto situation = opened(ana_);
  const auto planted = accepted();
  const auto told_again = accepted();
  ASSERT_EQ(link(ana_, situation, planted).status, 303);
  ASSERT_EQ(link(ana_, situation, told_again).status, 303);
  const auto path = indicator_path(situation);
  ASSERT_EQ(
      step(rea_, told_again, "merge", {{"into", planted}, {"reason", "The same person."}}).status,
      303);
  EXPECT_TRUE(has(get(ana_, path), "1 independent source."));
  EXPECT_FALSE(has(get(ana_, path), "was set aside"));
  ASSERT_EQ(step(rea_, planted, "set_aside", {{"reason", "It was planted."}}).status, 303);
  const auto page = get(ana_, path);
  EXPECT_TRUE(has(page, "No source yet."));
  EXPECT_TRUE(has(page, "Its report was set aside"));
  EXPECT_TRUE(has(get(ana_, "/situations/" + uuid(situation)), "0 for, 0 against"));
  // Its words stand there still, so the marking of the situation holds as before.
  const auto side = connect();
  EXPECT_NE(strictest_of(*cited_in(*side, situation)), (ledger::Marking{"CLEAR", "CLEAR"}));
}

TEST_F(MarkingPages, AnExcerptStandsInItsReport) {
  const auto situation = opened(ana_);
  const auto report = accepted();
  ASSERT_TRUE(ReportDesk(*desk_).say(receipts_.at(report), "They came\nback at dawn."));
  const auto linked = [&](std::string excerpt) {
    return post(ana_, "/evidence",
                {{"situation", situation},
                 {"indicator", std::string(indicator)},
                 {"origin", report},
                 {"excerpt", std::move(excerpt)},
                 {"because", "lists are drawn up before"}});
  };
  const auto refused = linked("Four hundred men with lists");
  EXPECT_EQ(refused.status, 400);
  EXPECT_TRUE(has(refused, "Copy them from it"));
  EXPECT_TRUE(has(refused, "Four hundred men"));
  EXPECT_EQ(linked("Forty men went from door to door.").status, 400) << "not in one piece";
  EXPECT_EQ(linked(" men with\r\n  lists\xC2\xA0went ").status, 303);
  EXPECT_EQ(linked("came back at dawn").status, 303) << "what was added is the reporter's too";
}

TEST_F(MarkingPages, EvidenceOfAnotherCrimeStaysInSight) {
  const auto situation = opened(ana_);
  const auto report = accepted();
  const auto matrix = [&] { return get(ana_, "/situations/" + uuid(situation)); };
  EXPECT_FALSE(has(matrix(), "not among the crimes feared"));
  const auto done = post(ana_, "/evidence",
                         {{"situation", situation},
                          {"indicator", "SRF13.1"},
                          {"origin", report},
                          {"excerpt", std::string(told_words)},
                          {"because", "of a war crime, and genocide is feared"}});
  ASSERT_EQ(done.status, 303) << done.body;
  const auto page = matrix();
  EXPECT_TRUE(has(page, "/indicators/SRF13.1\""));
  EXPECT_TRUE(has(page, "not among the crimes feared"));
  EXPECT_FALSE(has(page, "/indicators/SRF14.1\"")) << "only where there is evidence";
}

TEST_F(MarkingPages, OneReporterIsOneSource) {
  const auto situation = opened(ana_);
  std::vector<std::string> reports;
  for (int i = 0; i < 3; ++i) {
    reports.push_back(accepted());
    ASSERT_EQ(link(ana_, situation, reports.back()).status, 303);
  }
  const auto path = indicator_path(situation);
  const auto matrix = [&] { return get(ana_, "/situations/" + uuid(situation)); };
  EXPECT_TRUE(has(get(ana_, path), "3 independent sources."));
  const auto merge = [&](std::size_t one, std::size_t into) {
    return step(rea_, reports[one], "merge", {{"into", reports[into]}, {"reason", "Same person."}});
  };
  ASSERT_EQ(merge(0, 1).status, 303);
  EXPECT_TRUE(has(get(ana_, path), "2 independent sources."));
  ASSERT_EQ(merge(1, 2).status, 303);  // along the chain
  EXPECT_TRUE(has(get(ana_, path), "1 independent source."));
  EXPECT_TRUE(has(matrix(), "3 for, 0 against"));
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(receipts_.at(reports[2])));
  EXPECT_TRUE(has(get(ana_, path), "1 independent source."));
  EXPECT_TRUE(has(matrix(), "2 for, 0 against"));
  EXPECT_TRUE(has(get(ana_, path), "Taken back by who reported"));
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(receipts_.at(reports[0])));
  ASSERT_TRUE(ReportDesk(*desk_).withdraw(receipts_.at(reports[1])));
  EXPECT_TRUE(has(get(ana_, path), "No source yet."));
  EXPECT_TRUE(has(matrix(), "0 for, 0 against"));
}

TEST_F(MarkingPages, WhatIsPractisedNeverBecomesReal) {
  Told told;
  told.text = told_words;
  told.place = "near the river";
  told.witness = "own_eyes";
  told.channel = "page";
  told.exercise = true;
  const auto report = ReportDesk(*desk_).file(told).value().object;
  ASSERT_EQ(step(rea_, report, "accept").status, 303);
  const auto real = opened(ana_);
  const auto refused = link(ana_, real, report);
  EXPECT_EQ(refused.status, 409);
  EXPECT_TRUE(has(refused, "belongs to an exercise"));
  auto fields = situation_fields();
  fields.emplace_back("exercise", "1");
  const auto made = post(ana_, "/situations/new", fields);
  ASSERT_EQ(made.status, 303) << made.body;
  const auto practised =
      "situation:" + location(made).substr(std::string_view("/situations/").size());
  EXPECT_EQ(link(ana_, practised, report).status, 303);
  auto side = connect();
  auto back = situation_fields();
  back.emplace_back("seen", base::to_hex(SituationReader(*side).find(practised).value().revision));
  const auto changed = post(ana_, "/situations/" + uuid(practised) + "/edit", back);
  EXPECT_EQ(changed.status, 409) << changed.body;
}

TEST_F(MarkingPages, AStrictExcerptInAClearSituationIsWrittenDown) {
  const auto report = accepted();
  mark(report, "CLEAR", "CLEAR");
  auto fields = situation_fields();
  fields.emplace_back("tlp", "CLEAR");
  fields.emplace_back("pap", "CLEAR");
  fields.emplace_back("marking_reason", "All of it was on the radio.");
  const auto done = post(ana_, "/situations/new", fields);
  ASSERT_EQ(done.status, 303) << done.body;
  const auto situation =
      "situation:" + location(done).substr(std::string_view("/situations/").size());
  ASSERT_EQ(link(ana_, situation, report).status, 303);
  ASSERT_TRUE(has(get(ana_, indicator_path(situation)), told_words));
  EXPECT_TRUE(reads_of(situation).empty());
  mark(report, "AMBER+STRICT");
  ASSERT_TRUE(has(get(ana_, indicator_path(situation)), told_words));
  EXPECT_THAT(reads_of(situation), testing::ElementsAre(ana_->person.account + " situation.read"));
  // What is held back from this person is not read by them.
  mark(report, "RED");
  ASSERT_FALSE(has(get(ana_, indicator_path(situation)), told_words));
  EXPECT_EQ(reads_of(situation).size(), 1U);
}

TEST_F(MarkingPages, WhatIsClearIsReadWithoutANote) {
  const auto report = accepted();
  mark(report, "CLEAR", "CLEAR");
  ASSERT_EQ(get(ana_, "/inbox/" + uuid(report)).status, 200);
  EXPECT_TRUE(reads_of(report).empty());
}

}  // namespace
}  // namespace tocsin::assess
