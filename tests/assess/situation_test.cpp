// SPDX-License-Identifier: Apache-2.0
#include "assess/situation.hpp"

#include "assess/matters.hpp"
#include "desk_fixture.hpp"
#include "ledger/sealed_text.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;

const base::Day today = *base::parse_day("2027-01-15");

SituationDraft whole() {
  SituationDraft draft;
  draft.name = "Valley";
  draft.places = {"Belune"};
  draft.crimes = {"genocide"};
  draft.review = today + std::chrono::days{7};
  return draft;
}

TEST(Situations, NeedNamePlaceCrimeAndReview) {
  EXPECT_TRUE(check_situation(whole(), today));
  const auto refused = [](auto change, std::string_view place) {
    auto draft = whole();
    change(draft);
    const auto done = check_situation(draft, today);
    ASSERT_FALSE(done) << place;
    EXPECT_EQ(done.error().place, place);
  };
  refused([](auto& d) { d.name = " "; }, "name");
  refused([](auto& d) { d.places.clear(); }, "places");
  refused([](auto& d) { d.places.assign(51, "x"); }, "places");
  refused([](auto& d) { d.crimes.clear(); }, "crimes");
  refused([](auto& d) { d.crimes = {"dissent"}; }, "crimes");
  refused([](auto& d) { d.review.reset(); }, "review");
  refused([](auto& d) { d.review = today - std::chrono::days{1}; }, "review");
  refused([](auto& d) { d.review = today + std::chrono::days{400}; }, "review");
  refused([](auto& d) { d.sections[1].no_information = false; }, section_names[1]);
}

TEST(Situations, ShowTheFactorsOfTheirCrimes) {
  const auto shown = [](std::vector<std::string> crimes) {
    std::string numbers;
    for (int factor = 1; factor <= 14; ++factor)
      if (factor_concerns(factor, crimes)) numbers += std::to_string(factor) + " ";
    return numbers;
  };
  const std::string common = "1 2 3 4 5 6 7 8 ";
  EXPECT_EQ(shown({"genocide"}), common + "9 10 ");
  EXPECT_EQ(shown({"crimes_against_humanity"}), common + "11 12 ");
  EXPECT_EQ(shown({"war_crimes"}), common + "13 14 ");
  EXPECT_EQ(shown({"ethnic_cleansing"}), common + "9 10 11 12 ");
}

TEST(Judgements, NeedValueTrendConfidenceReasons) {
  JudgementDraft draft{"s", "CRF7.14", "emerging", "rising", "low", "2027-01", "seen twice", ""};
  EXPECT_TRUE(check_judgement(draft));
  for (auto member : {&JudgementDraft::value, &JudgementDraft::trend, &JudgementDraft::confidence,
                      &JudgementDraft::period, &JudgementDraft::reasons}) {
    auto bad = draft;
    bad.*member = "";
    EXPECT_FALSE(check_judgement(bad));
  }
  draft.value = "not_assessed";
  draft.reasons = "";
  EXPECT_TRUE(check_judgement(draft));
  draft.value = "no_information";
  EXPECT_FALSE(check_judgement(draft));  // where one looked must be said
}

class SituationFixture : public DeskFixture {
 protected:
  void SetUp() override {
    DeskFixture::SetUp();
    situation_ = open_situation();
  }
  [[nodiscard]] SituationDesk use() const { return {*desk_, framework_}; }
  base::Status judge(const people::Session& session, std::string value,
                     std::optional<base::Digest> seen = {}) {
    return use().judge(session,
                       {situation_, "CRF7.14", std::move(value), "rising", "low", "2027-01",
                        "said on the radio", "who pays for it"},
                       seen);
  }
  [[nodiscard]] JudgementRow judgement() const {
    auto database = connect();
    auto found = SituationReader(*database).judgement(situation_, "CRF7.14");
    EXPECT_TRUE(found && *found);
    return **found;
  }
  std::string situation_;
};

TEST_F(SituationFixture, TwoPeopleCannotJudgeBesideEachOther) {
  ASSERT_TRUE(judge(*analyst_, "emerging"));
  const auto first = judgement();
  const auto blind = judge(*other_, "strong");
  ASSERT_FALSE(blind);
  EXPECT_EQ(blind.error().code, ErrorCode::conflict);
  ASSERT_TRUE(judge(*other_, "present", first.revision));
  EXPECT_FALSE(judge(*analyst_, "absent", first.revision));
  EXPECT_EQ(judgement().value, "present");
  auto database = connect();
  EXPECT_EQ(ledger::history_of(*database, first.object)->size(), 2U);  // superseded, kept
}

TEST_F(SituationFixture, DissentStandsBesideTheJudgement) {
  ASSERT_TRUE(judge(*analyst_, "emerging"));
  ASSERT_TRUE(use().dissent(*principal_, situation_, judgement().object, "I see calm."));
  EXPECT_FALSE(use().dissent(*administrator_, situation_, judgement().object, "no"));
  EXPECT_FALSE(use().dissent(*principal_, situation_, "judgement:none", "no"));
  auto database = connect();
  const auto rows = SituationReader(*database).dissent(situation_);
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(*ledger::open_text(vault_, *database, rows->front().object, "text", rows->front().text),
            "I see calm.");
  EXPECT_EQ(judgement().value, "emerging");
}

TEST_F(SituationFixture, EvidenceIsOfAReportOrAnObservation) {
  const auto filed = file();
  EXPECT_FALSE(use().link(*analyst_, {situation_, "CRF7.14", false, "x", "y", filed.object, ""}));
  ASSERT_TRUE(take(*analyst_, filed.object, Step::accept));
  auto linked =
      use().link(*analyst_, {situation_, "CRF7.14", true, "trucks", "y", filed.object, "made up"});
  ASSERT_TRUE(linked) << linked.error().text();
  auto database = connect();
  const auto revision = ledger::newest_of(*database, *linked);
  EXPECT_EQ((*revision)->envelope.marking, ledger::Marking{});
  EXPECT_EQ((*revision)->text("source"), row(filed.object).source);  // never what the form says
  EXPECT_FALSE(use().link(*analyst_, {situation_, "CRF99.1", false, "x", "y", filed.object, ""}));
  // Evidence is of a report or an observation, and an observation has somebody who says so.
  EXPECT_EQ(use()
                .link(*analyst_, {situation_, "CRF7.14", false, "x", "y", "a rumour", "Somebody"})
                .error()
                .place,
            "origin");
  EXPECT_FALSE(
      use().link(*analyst_, {situation_, "CRF7.14", false, "x", "y", "observation:7", ""}));
  EXPECT_TRUE(
      use().link(*analyst_, {situation_, "CRF7.14", true, "x", "y", "observation:7", "Radio"}));
  ASSERT_TRUE(use().unlink(*other_, *linked, "it was another valley"));
  EXPECT_FALSE(SituationReader(*database).find_evidence(*linked)->linked);
}

TEST_F(SituationFixture, AFinishedAssessmentFixesItsJudgements) {
  ASSERT_TRUE(judge(*analyst_, "emerging"));
  auto begun = use().begin_assessment(*analyst_, situation_);
  ASSERT_TRUE(begun);
  EXPECT_EQ(*use().begin_assessment(*other_, situation_), *begun);  // one draft at a time
  auto database = connect();
  const SituationReader reader(*database);
  AssessmentDraft draft;
  draft.situation = situation_;
  draft.crimes = {"crimes_against_humanity"};
  draft.summary = "It builds.";
  auto seen = reader.find_assessment(*begun)->revision;
  // Without what is not known it does not finish.
  EXPECT_FALSE(use().write_assessment(*analyst_, *begun, seen, draft, true));
  draft.not_known = "who gives the orders";
  draft.options = {{"quiet_demarche", "first"}};
  ASSERT_TRUE(use().write_assessment(*analyst_, *begun, seen, draft, true));
  const auto finished = *reader.find_assessment(*begun);
  EXPECT_EQ(finished.state, "finished");
  EXPECT_EQ(finished.judgements, std::vector<std::string>{base::to_hex(judgement().revision)});
  // No more changes, whoever asks.
  EXPECT_FALSE(use().write_assessment(*analyst_, *begun, finished.revision, draft, false));
  auto next = use().begin_assessment(*analyst_, situation_);
  ASSERT_TRUE(next);
  EXPECT_NE(*next, *begun);
  EXPECT_EQ(reader.find_assessment(*next)->number, 2);
}

TEST_F(SituationFixture, AClosedSituationTakesNothingMore) {
  auto database = connect();
  const auto seen = SituationReader(*database).find(situation_)->revision;
  EXPECT_FALSE(use().close(*analyst_, situation_, seen, ""));
  ASSERT_TRUE(use().close(*analyst_, situation_, seen, "it has passed"));
  EXPECT_FALSE(judge(*analyst_, "absent"));
  EXPECT_FALSE(use().begin_assessment(*analyst_, situation_));
  const auto row = SituationReader(*database).find(situation_);
  EXPECT_EQ(row->state, "closed");
  EXPECT_EQ(*ledger::open_text(vault_, *database, situation_, "name", row->name),
            "Valley of the Orn");
}

TEST_F(SituationFixture, TheAdministratorReadsAndWritesNothing) {
  EXPECT_FALSE(judge(*administrator_, "strong"));
  EXPECT_FALSE(use().open(*administrator_, whole()));
  EXPECT_FALSE(use().begin_assessment(*administrator_, situation_));
  const people::Matter clear{"open", "CLEAR", {}, {}};
  EXPECT_FALSE(permissions_.allows(administrator_->person, "report.read", clear));
  EXPECT_FALSE(permissions_.allows(administrator_->person, "situation.read", clear));
}

TEST_F(SituationFixture, AVersionFromBeforeUnitsIsReadAndIsForAll) {
  const auto made = ledger_->act([&](ledger::Pen& pen) -> base::Result<std::string> {
    ledger::Draft old;
    old.object = pen.new_object(situation_type);
    old.type = situation_type;
    old.fields = {{"state", "open"},
                  {"crimes", boost::json::array{"genocide"}},
                  {"review", "2027-02-01"},
                  {"exercise", false}};
    auto done = pen.append(old, analyst_->author());
    if (!done) return std::unexpected(std::move(done.error()));
    return old.object;
  });
  ASSERT_TRUE(made) << made.error().text();
  auto database = connect();
  const auto row = SituationReader(*database).find(*made);
  ASSERT_TRUE(row) << row.error().text();
  EXPECT_EQ(row->unit, "");
  EXPECT_EQ(row->marking, ledger::Marking{});
  auto elsewhere = analyst_->person;
  elsewhere.unit = "north";
  EXPECT_TRUE(permissions_.allows(elsewhere, "situation.read", matter_of(*row)));
  const auto of_today = SituationReader(*database).find(situation_);
  EXPECT_EQ(of_today->unit, "desk");
  EXPECT_FALSE(permissions_.allows(elsewhere, "situation.read", matter_of(*of_today)));
  EXPECT_TRUE(permissions_.allows(analyst_->person, "situation.read", matter_of(*of_today)));
}

TEST_F(SituationFixture, RebuildGivesTheSameTables) {
  const auto filed = file();
  ASSERT_TRUE(take(*analyst_, filed.object, Step::accept));
  ASSERT_TRUE(judge(*analyst_, "emerging"));
  ledger_.reset();
  auto database = connect();
  auto rebuilt = ledger::rebuild(*database, projections_);
  ASSERT_TRUE(rebuilt) << rebuilt.error().text();
  EXPECT_TRUE(rebuilt->tables_that_differ.empty());
  EXPECT_EQ(rebuilt->before, rebuilt->after);
}

}  // namespace
}  // namespace tocsin::assess
