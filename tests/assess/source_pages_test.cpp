// SPDX-License-Identifier: Apache-2.0
// Identities, exact places and terms through the pages: forms, refusals, what is shown to whom; and
// the reporter's side with its own listener.
#include "desk_pages_fixture.hpp"

namespace tocsin::assess {
namespace {

using SourcePages = DeskPages;

TEST_F(SourcePages, FromTheReportersFormToTheOneWhoAsked) {
  EXPECT_FALSE(has(report("/", {}), "name=\"reach\""));  // nobody could open it yet
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  EXPECT_TRUE(has(report("/", {}), "name=\"reach\""));
  const auto sent = report("/", {{"text", "Three farms burned."},
                                 {"place", "near the river"},
                                 {"reach", std::string(where_she_lives)}});
  ASSERT_EQ(sent.status, 200);
  const auto at = sent.body.find("<strong dir=\"ltr\">") + 18;
  const auto receipt = sent.body.substr(at, 19);
  auto side = connect();
  const auto object = ReportReader(*side).list(false, 1)->front().object;
  const auto path = "/inbox/" + uuid(object);

  const auto page = get(ana, path);
  ASSERT_EQ(page.status, 200) << page.body;
  EXPECT_TRUE(has(page, path + "/identity"));
  EXPECT_FALSE(has(page, "UNMISTAKABLE"));
  EXPECT_EQ(post(ana, path + "/identity", {{"reason", " "}}).status, 400);
  ASSERT_EQ(post(ana, path + "/identity", {{"reason", "To warn her."}}).status, 303);
  const auto request = SourceReader(*side).requests(1)->front().object;
  const auto one = "/identities/" + uuid(request);
  EXPECT_FALSE(has(get(ana, "/identities"), "value=\"open\""));
  const auto queue = get(cora, "/identities");
  ASSERT_EQ(queue.status, 200) << queue.body;
  EXPECT_TRUE(has(queue, "To warn her."));
  EXPECT_TRUE(has(queue, "value=\"open\""));
  EXPECT_EQ(post(ana, one, {{"do", "open"}}).status, 403);
  EXPECT_EQ(post(cora, one, {{"do", "open"}, {"not_told", "1"}}).status, 400);
  ASSERT_EQ(post(cora, one, {{"do", "open"}}).status, 303);
  EXPECT_FALSE(has(get(ana, one), "UNMISTAKABLE"));  // not before the button
  EXPECT_TRUE(has(post(ana, one, {{"do", "show"}}), where_she_lives));
  EXPECT_EQ(post(cora, one, {{"do", "show"}}).status, 403);
  const auto abe = entered("abe");
  EXPECT_EQ(get(abe, one).status, 403);
  EXPECT_TRUE(has(report("/again", {{"receipt", receipt}}), "It was opened for one person"));
  EXPECT_EQ(post(ana, one, {{"do", "close"}}).status, 303);
  EXPECT_EQ(post(ana, one, {{"do", "show"}}).status, 403);
  ASSERT_EQ(report("/again", {{"receipt", receipt}, {"do", "unreach"}}).status, 200);
  EXPECT_FALSE(has(get(ana, path), path + "/identity"));
  ASSERT_EQ(report("/again", {{"receipt", receipt}, {"do", "reach"}, {"reach", "new"}}).status,
            200);
  EXPECT_TRUE(has(get(ana, path), path + "/identity"));
}

TEST_F(SourcePages, AMergedReportersNewWordsStandInTheInbox) {
  const auto ana = entered("ana");
  const auto one = file("");
  const auto two = file("");
  auto side = connect();
  const auto path = "/inbox/" + uuid(two.object);
  const auto version = [&] {
    return std::to_string(ReportReader(*side).find(two.object)->version);
  };
  ASSERT_EQ(post(ana, path,
                 {{"step", "merge"},
                  {"version", version()},
                  {"reason", "the same farms"},
                  {"into", one.object}})
                .status,
            303);
  EXPECT_FALSE(has(get(ana, "/inbox"), path));
  ASSERT_EQ(
      report("/again", {{"receipt", two.receipt}, {"do", "say"}, {"text", "They left."}}).status,
      200);
  EXPECT_TRUE(has(get(ana, "/inbox"), path));
  EXPECT_TRUE(has(get(ana, path), "value=\"answer\""));
  ASSERT_EQ(post(ana, path, {{"step", "answer"}, {"version", version()}, {"reason", "Thank you."}})
                .status,
            303);
  EXPECT_FALSE(has(get(ana, "/inbox"), path));
}

TEST_F(SourcePages, ThePrincipalAsksByCode) {
  const auto cora = entered("cora");
  const auto pia = entered("pia");
  const auto filed = file();
  auto side = connect();
  const auto code = ReportReader(*side).find(filed.object)->source;
  EXPECT_EQ(post(pia, "/identities", {{"do", "ask"}, {"code", "S-NONE2"}, {"reason", "x"}}).status,
            404);
  EXPECT_EQ(
      post(pia, "/identities", {{"do", "ask"}, {"code", code}, {"reason", "To call."}}).status,
      303);
  EXPECT_TRUE(has(get(cora, "/identities"), "To call."));
  EXPECT_EQ(get(entered("adam"), "/identities").status, 403);
}

TEST_F(SourcePages, ExactPlaceAndTimeNeedAReason) {
  const auto ana = entered("ana");
  const auto filed = file("");
  const auto path = "/inbox/" + uuid(filed.object);
  const auto page = get(ana, path);
  ASSERT_EQ(page.status, 200);
  EXPECT_FALSE(has(page, "near the river"));
  EXPECT_FALSE(has(page, "last night"));
  EXPECT_TRUE(has(page, "Orn District"));
  EXPECT_EQ(post(ana, path + "/exact", {{"reason", ""}}).status, 400);
  const auto exact = post(ana, path + "/exact", {{"reason", "To find the farm on the map."}});
  ASSERT_EQ(exact.status, 200);
  EXPECT_TRUE(has(exact, "near the river"));
  EXPECT_TRUE(has(exact, "last night"));
  EXPECT_FALSE(has(get(ana, path), "near the river"));  // on that one answer only
  auto side = connect();
  const auto reads = people::newest_reads(*side, 0);
  ASSERT_TRUE(reads && !reads->empty());
  EXPECT_TRUE(std::ranges::find(*reads, "report.exact", &people::AccessEntry::act) != reads->end());
  EXPECT_EQ(SourceReader(*side).looks_at(filed.object)->size(), 1U);
  EXPECT_EQ(post(entered("cora"), path + "/exact", {{"reason", "x"}}).status, 403);
}

TEST_F(SourcePages, TermsAreShownProlongedAndCutShort) {
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  const auto filed = file();
  EXPECT_TRUE(has(get(ana, "/inbox/" + uuid(filed.object)), "Kept until"));
  EXPECT_EQ(get(ana, "/retention").status, 403);
  advance(std::chrono::days{300});
  const auto custodian = entered("cora");
  const auto page = get(custodian, "/retention");
  ASSERT_EQ(page.status, 200) << page.body;
  EXPECT_TRUE(has(page, filed.object));
  const auto until = base::format_day(base::day_of(clock_.now()) + std::chrono::days{400});
  const Fields longer{
      {"do", "prolong"}, {"kind", "identity"}, {"object", filed.object}, {"until", until}};
  EXPECT_EQ(post(custodian, "/retention", longer).status, 400);  // without a reason
  auto with_reason = longer;
  with_reason.emplace_back("reason", "She asked us to.");
  ASSERT_EQ(post(custodian, "/retention", with_reason).status, 303);
  auto side = connect();
  EXPECT_EQ(base::format_day(
                base::day_of(kept(*side, terms_, KeptKind::identity, filed.object)->value().until)),
            until);
  const auto code = ReportReader(*side).find(filed.object)->source;
  EXPECT_EQ(
      post(custodian, "/retention", {{"do", "erase"}, {"code", code}, {"why", "none"}}).status,
      400);
  ASSERT_EQ(
      post(custodian, "/retention", {{"do", "erase"}, {"code", code}, {"why", "danger"}}).status,
      303);
  EXPECT_TRUE(cipher_of(filed).empty());
}

TEST_F(SourcePages, TheInboxIsTakenAlongWithoutWhatIsTold) {
  const auto ana = entered("ana");
  const auto filed = file("");
  const auto row = ReportReader(*connect()).find(filed.object).value();
  const auto csv = get(ana, "/inbox.csv");
  ASSERT_EQ(csv.status, 200) << csv.body;
  EXPECT_TRUE(has(csv, "TLP:" + row.marking.tlp));
  EXPECT_TRUE(has(csv, row.source));
  EXPECT_TRUE(has(get(ana, "/inbox"), "/inbox.xlsx"));
  EXPECT_TRUE(get(ana, "/inbox.xlsx").body.starts_with("PK"));
  // The words of the report are on the page and in no list.
  EXPECT_TRUE(has(get(ana, "/inbox"), "burned three farms"));
  EXPECT_FALSE(has(csv, "burned three farms"));
  EXPECT_EQ(get(entered("adam"), "/inbox.csv").status, 403);
}

TEST_F(SourcePages, RequestsAreTakenAlongByCustodiansWithoutNamesOrReasons) {
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  const auto filed = file();
  const auto red = file();
  const auto request = ask(*ana, filed);
  ask(*ana, red);
  ASSERT_TRUE(sources().refuse(*cora, {request, true, "She is safe already."}));
  const auto found = ReportReader(*connect()).find(red.object).value();
  const auto code = ReportReader(*connect()).find(filed.object)->source;
  EXPECT_TRUE(has(get(cora, "/identities.csv"), found.source));
  const auto rea = entered("rea");
  for (const auto& step :
       {Fields{{"step", "accept"}}, Fields{{"step", "mark"}, {"tlp", "RED"}, {"pap", "RED"}}}) {
    auto fields = step;
    fields.emplace_back("version",
                        std::to_string(ReportReader(*connect()).find(red.object)->version));
    ASSERT_EQ(post(rea, "/inbox/" + uuid(red.object), fields).status, 303);
  }
  const auto csv = get(cora, "/identities.csv");
  ASSERT_EQ(csv.status, 200) << csv.body;
  EXPECT_TRUE(has(csv, code));
  EXPECT_TRUE(has(csv, "TLP:"));
  EXPECT_TRUE(has(csv, "refused"));
  EXPECT_FALSE(has(csv, found.source));  // marked above her clearance
  for (const auto* word : {"Name of ana", "Name of cora", "To warn her", "She is safe", "UNMIST"})
    EXPECT_FALSE(has(csv, word)) << word;
  EXPECT_TRUE(get(cora, "/identities.xlsx").body.starts_with("PK"));
  EXPECT_TRUE(has(get(cora, "/identities"), "/identities.csv"));
  EXPECT_EQ(get(ana, "/identities.csv").status, 403);
  EXPECT_FALSE(has(get(ana, "/identities"), "/identities.csv"));
}

TEST_F(SourcePages, EveryPageSpeaksThreeLanguages) {
  const auto cora = entered("cora");
  const auto ana = entered("ana");
  const auto filed = file();
  const auto request = ask(*ana, filed);
  for (const auto* language : {"en", "fr", "ar"}) {
    const auto query = std::string("lang=") + language;
    for (const auto& [person, path] : {std::pair{cora, std::string("/identities")},
                                       {cora, "/retention"},
                                       {ana, "/identities"},
                                       {ana, "/identities/" + uuid(request)},
                                       {ana, "/inbox/" + uuid(filed.object)}}) {
      const auto page = get(person, path, query);
      EXPECT_EQ(page.status, 200) << path << " " << page.body.substr(0, 300);
      EXPECT_FALSE(has(page, "{{")) << path;
      for (const auto* section : {"identities.", "identity.", "retention.", "exact.", "kept_what."})
        EXPECT_FALSE(has(page, std::string(">") + section)) << path << " " << section;
    }
  }
}

}  // namespace
}  // namespace tocsin::assess
