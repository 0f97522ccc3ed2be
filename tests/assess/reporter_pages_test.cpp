// SPDX-License-Identifier: Apache-2.0
// The reporter's listener where things go wrong: a full disk, wrong codes in a flood, what is no
// form; and what it leaves in a browser.
#include "assess/reporter_pages.hpp"

#include <fstream>

#include "assess/assess_pages.hpp"

#include "desk_fixture.hpp"

namespace tocsin::assess {
namespace {

constexpr std::array<std::string_view, 3> languages{"en", "fr", "ar"};
constexpr std::string_view wrong_code = "0000 0000 0000 0001";

class ReporterPages : public DeskFixture {
 protected:
  void SetUp() override {
    DeskFixture::SetUp();
    const auto built = folder_ / "build";
    std::filesystem::create_directories(built);
    write(built / "manifest.json",
          R"({"reporter.js": "reporter-1.js", "worker.js": "worker-1.js"})");
    write(built / "reporter-1.js", "// the page's module");
    write(built / "worker-1.js", "// the worker");
    web_ = pagekit::WebFiles::load(std::filesystem::path(TOCSIN_SOURCE_DIR) / "web", built).value();
    pages_.emplace(pagekit::FrameParts{*web_, clock_, "Exercise State", "0", "UTC"});
    ASSERT_TRUE(make_report_box(vault_, *connect()));
    parts_.emplace(ReporterParts{*desk_, *pages_, files_, "Exercise State", {}, false, nullptr});
    add_reporter_routes(router_, *parts_);
  }
  static void write(const std::filesystem::path& path, std::string_view text) {
    std::ofstream(path) << text;
  }
  using Fields = std::vector<std::pair<std::string, std::string>>;
  net::Response send(std::string method, std::string path, const Fields& fields = {},
                     std::string query = {}, std::string accept = {}) {
    net::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.query = std::move(query);
    request.headers = {{"content-type", "application/x-www-form-urlencoded"},
                       {"accept", std::move(accept)}};
    for (const auto& [name, value] : fields)
      request.body +=
          (request.body.empty() ? "" : "&") + name + "=" + pagekit::percent_encode(value);
    return router_.serve(request);
  }
  net::Response again(std::string_view code, std::string what = {}, std::string text = {}) {
    return send(
        "POST", "/again",
        {{"receipt", std::string(code)}, {"do", std::move(what)}, {"text", std::move(text)}});
  }
  /// Types wrong codes until everyone together has typed as many as a minute allows.
  void flood() {
    for (int i = 0; i < wrong_codes_per_minute; ++i) ASSERT_EQ(again(wrong_code).status, 404);
    ASSERT_EQ(again(wrong_code).status, 503);
  }
  void let_the_disk_grow(std::string_view pages) {
    auto set = ledger_->act([&](ledger::Pen& pen) {
      return pen.database().execute("PRAGMA max_page_count = " + std::string(pages));
    });
    ASSERT_TRUE(set) << set.error().text();
  }
  [[nodiscard]] std::string said(std::string_view language, std::string_view key) const {
    return pages_->words(language).message(key);
  }

  std::unique_ptr<pagekit::WebFiles> web_;
  std::optional<pagekit::PageSet> pages_;
  FileStore files_{std::filesystem::path(testing::TempDir()) / "no-files"};
  std::optional<ReporterParts> parts_;
  pagekit::Router router_;
};

bool has(const net::Response& response, std::string_view text) {
  return response.body.contains(text);
}

std::string header(const net::Response& response, std::string_view name) {
  for (const auto& [found, value] : response.headers)
    if (found == name) return value;
  return {};
}

TEST_F(ReporterPages, AFullDiskIsSaidAndNothingIsLost) {
  const auto before = file();
  let_the_disk_grow("1");  // as large as it is now, that is
  const std::string text = "Three farms burned. " + std::string(60'000, 'x');
  for (const auto language : languages) {
    const auto query = "lang=" + std::string(language);
    const auto page = send("POST", "/", {{"text", text}}, query);
    EXPECT_EQ(page.status, 503);
    EXPECT_TRUE(header(page, "Content-Type").starts_with("text/html"));
    EXPECT_TRUE(has(page, said(language, "reporter.no_room"))) << page.body.substr(0, 2000);
    EXPECT_TRUE(has(page, text)) << "what was written is gone";
    const auto json = send("POST", "/", {{"text", text}}, query, "application/json");
    EXPECT_EQ(json.status, 503);
    EXPECT_TRUE(has(json, said(language, "reporter.no_room"))) << json.body;
    EXPECT_TRUE(has(json, "\"about\":\"\"")) << json.body;
  }
  EXPECT_EQ(send("GET", "/").status, 200);
  EXPECT_EQ(again(before.receipt).status, 200);
  const auto word = again(before.receipt, "say", text);
  EXPECT_EQ(word.status, 503);
  EXPECT_TRUE(has(word, said("en", "reporter.no_room")));
  EXPECT_TRUE(has(word, text)) << "what was added is gone";
  let_the_disk_grow("1000000");
  EXPECT_EQ(send("POST", "/", {{"text", text}}).status, 200);
  EXPECT_EQ(again(before.receipt, "say", text).status, 200);
}

TEST_F(ReporterPages, AStaffFormKeepsWhatWasTypedOnAFullDisk) {
  const base::Error full{base::ErrorCode::no_space, "database or disk is full", "text", {}};
  EXPECT_TRUE(belongs_to_form(full));
  EXPECT_EQ(pagekit::status_of(full.code), 503);
  for (const auto language : languages) {
    const auto& words = pages_->words(language);
    EXPECT_EQ(problem_words(words, full), words.message("form_problem.no_space"));
    for (const auto* key : {"form_problem.no_space", "account_problem.no_space", "problem.no_space",
                            "problem.no_space_todo"})
      EXPECT_NE(words.message(key), key) << language;
  }
}

TEST_F(ReporterPages, WrongCodesSilenceNobody) {
  const auto danger = file();
  const auto regret = file();
  flood();
  EXPECT_EQ(again(danger.receipt).status, 200);
  EXPECT_EQ(again(danger.receipt, "danger").status, 200);
  EXPECT_TRUE(row(danger.object).standing.frozen);
  EXPECT_EQ(again(regret.receipt, "withdraw").status, 200);
  EXPECT_EQ(row(regret.object).standing.state, ReportState::withdrawn);
  EXPECT_EQ(again(danger.receipt, "say", "They are at the door.").status, 200);
  for (const auto language : languages) {
    const auto refused = send("POST", "/again", {{"receipt", std::string(wrong_code)}},
                              "lang=" + std::string(language));
    EXPECT_EQ(refused.status, 503);
    EXPECT_TRUE(header(refused, "Content-Type").starts_with("text/html"));
    EXPECT_TRUE(has(refused, said(language, "reporter.wrong_codes")));
  }
  clock_.advance(std::chrono::minutes{1});
  EXPECT_EQ(again(wrong_code).status, 404);
}

TEST_F(ReporterPages, ARightCodeCostsNothing) {
  const auto filed = file();
  for (int i = 0; i < wrong_codes_per_minute * 2; ++i)
    ASSERT_EQ(again(filed.receipt).status, 200) << i;
  EXPECT_EQ(again(wrong_code).status, 404);
}

TEST_F(ReporterPages, WhatIsSaidAgainCostsNoAct) {
  const auto filed = file();
  ASSERT_EQ(again(filed.receipt, "danger").status, 200);
  const auto in_danger = ledger_->head().size;
  EXPECT_EQ(again(filed.receipt, "danger").status, 200);
  EXPECT_EQ(ledger_->head().size, in_danger);
  ASSERT_TRUE(take(*officer_, filed.object, Step::unfreeze, "Spoken to; safe now."));
  EXPECT_EQ(again(filed.receipt, "danger").status, 200);
  EXPECT_TRUE(row(filed.object).standing.frozen);
  ASSERT_EQ(again(filed.receipt, "withdraw").status, 200);
  const auto gone = ledger_->head().size;
  EXPECT_EQ(again(filed.receipt, "withdraw").status, 200);
  EXPECT_EQ(ledger_->head().size, gone);
}

TEST_F(ReporterPages, ManyWordsHaveToWaitAndDangerDoesNot) {
  const auto filed = file();
  for (int i = 0; i < words_at_once_max; ++i)
    ASSERT_EQ(again(filed.receipt, "say", "word").status, 200) << i;
  const auto refused = again(filed.receipt, "say", "one word too many");
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(has(refused, said("en", "reporter.wait")));
  EXPECT_TRUE(has(refused, ">one word too many</textarea>"));
  EXPECT_EQ(again(filed.receipt, "danger").status, 200);
  EXPECT_TRUE(row(filed.object).standing.frozen);
  EXPECT_EQ(again(filed.receipt, "withdraw").status, 200);
}

TEST_F(ReporterPages, NothingStaysInABrowsersStore) {
  for (const auto* path : {"/", "/assets/reporter-1.js", "/worker.js"}) {
    const auto answer = send("GET", path, {}, "lang=fr");
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(header(answer, "Cache-Control"), "no-store") << path;
    EXPECT_EQ(header(answer, "Set-Cookie"), "") << path;
  }
}

TEST_F(ReporterPages, AChosenLanguageGoesOnWithoutACookie) {
  const auto filed = file();
  const auto form = send("GET", "/", {}, "lang=fr");
  EXPECT_TRUE(has(form, "action=\"/?lang=fr\""));
  EXPECT_TRUE(has(form, "action=\"/again?lang=fr\""));
  EXPECT_TRUE(has(form, "data-bytes-max=\"65536\""));
  const auto followed = send("POST", "/again", {{"receipt", filed.receipt}}, "lang=fr");
  EXPECT_TRUE(has(followed, "lang=\"fr\""));
  EXPECT_TRUE(has(followed, "action=\"/again?lang=fr\""));
  EXPECT_EQ(header(send("GET", "/again", {}, "lang=fr"), "Location"), "/?lang=fr");
}

TEST_F(ReporterPages, WhatIsNoFormGetsAPageOfWords) {
  const auto nothing = send("GET", "/nothing");
  EXPECT_EQ(nothing.status, 404);
  EXPECT_TRUE(has(nothing, said("en", "reporter.nothing_here")));
  const auto unread = send("POST", "/", {{"sealed", "no seal"}}, "lang=ar");
  EXPECT_EQ(unread.status, 400);
  EXPECT_TRUE(header(unread, "Content-Type").starts_with("text/html"));
  EXPECT_TRUE(has(unread, said("ar", "reporter.unread")));
  const auto json = send("POST", "/", {{"sealed", "no seal"}}, {}, "application/json");
  EXPECT_EQ(json.status, 400);
  EXPECT_EQ(header(json, "Content-Type"), "application/json");
  EXPECT_TRUE(has(json, said("en", "reporter.unread")));
}

}  // namespace
}  // namespace tocsin::assess
