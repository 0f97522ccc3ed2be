// SPDX-License-Identifier: Apache-2.0
// Addresses as a browser meets them: escaping, languages, forms, filters, pages of a list, hosts.
#include <set>

#include "test_node.hpp"

namespace tocsin::monitor::pages {
namespace {

std::string header_of(const net::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

std::string cookie_of(const net::Response& response) {
  const auto line = header_of(response, "Set-Cookie");
  return line.substr(0, line.find(';'));
}

std::string field_of(const std::string& html, std::string_view name) {
  const auto at = html.find("name=\"" + std::string(name) + "\" value=\"");
  if (at == std::string::npos) return {};
  const auto begin = html.find("value=\"", at) + 7;
  return html.substr(begin, html.find('"', begin) - begin);
}

TEST(Routes, AnswerEveryPageInEveryLanguage) {
  TestNode node;
  node.bring_in({attack_row("a", 3), coded_row("d", "2031-03-12")});
  let_it_move(node);
  for (const auto* const path :
       {"/", "/observations", "/observations/1", "/observations/2", "/places", "/places/1",
        "/places/2", "/sources", "/imports/1", "/indicators", "/method"})
    for (const auto* const language : {"en", "fr", "ar"}) {
      const auto response = node.get(std::string(path) + "?lang=" + language);
      EXPECT_EQ(response.status, 200) << path;
      EXPECT_NE(response.body.find("<html lang=\"" + std::string(language) + "\""),
                std::string::npos);
      EXPECT_EQ(response.body.find("{n}"), std::string::npos) << path;
      EXPECT_EQ(cookie_of(response), "lang=" + std::string(language));
    }
}

TEST(Routes, EscapeWhatSourcesWrite) {
  TestNode node;
  node.bring_in({attack_row("a", 3)});
  for (const auto* const path : {"/observations/1", "/observations"}) {
    const auto body = node.get(path).body;
    EXPECT_EQ(body.find("<script>alert"), std::string::npos) << path;
  }
  EXPECT_NE(node.get("/observations/1").body.find("&lt;script&gt;alert(&#39;x&#39;)"),
            std::string::npos);
  const auto echoed = node.get("/observations?text=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").body;
  EXPECT_EQ(echoed.find("<script>alert"), std::string::npos);
}

TEST(Routes, LinkOnlyToTheWeb) {
  TestNode node;
  auto row = attack_row("a", 3);
  row.url = "javascript:alert(1)";
  node.bring_in({row});
  EXPECT_EQ(node.get("/observations/1").body.find("javascript:"), std::string::npos);
}

TEST(Routes, AnswerOnlyAtNamesOfThisMachine) {
  TestNode node;
  for (const auto* const good : {"localhost:8484", "localhost", "127.0.0.1:1", "[::1]:8484"})
    EXPECT_EQ(node.get("/", {{"host", good}}).status, 200) << good;
  for (const auto* const bad :
       {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::2]"}) {
    EXPECT_EQ(node.get("/", {{"host", bad}}).status, 421) << bad;
    EXPECT_EQ(node.get("/api/v1/watch", {{"host", bad}}).status, 421) << bad;
  }
  EXPECT_FALSE(names_this_machine(""));
}

TEST(Routes, ExplainAnUnknownAddress) {
  TestNode node;
  for (const auto* const path : {"/nothing", "/observations/99", "/places/abc", "/imports/0",
                                 "/observations/99999999999999999999", "/assets/../secret"}) {
    const auto response = node.get(path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_NE(response.body.find("There is nothing at this address."), std::string::npos) << path;
  }
  EXPECT_EQ(node.get("/api/v1/nothing").status, 404);
  EXPECT_EQ(header_of(node.get("/api/v1/observations/99"), "Content-Type"),
            "application/problem+json");
}

TEST(Routes, AnswerHeadLikeGet) {
  TestNode node;
  EXPECT_EQ(node.send("HEAD", "/", {}).status, 200);
  EXPECT_EQ(node.send("POST", "/observations", {}).status, 405);
}

TEST(Routes, PageThroughAListByCursor) {
  TestNode node;
  std::vector<NewRow> rows;
  for (int i = 0; i < 60; ++i)
    rows.push_back(coded_row("r" + std::to_string(i),
                             base::format_day(test_day("2031-01-01") + std::chrono::days{i})));
  node.bring_in(rows);
  std::set<std::string> seen;
  std::string target = "/observations?kind=protests";
  int pages = 0;
  for (; !target.empty() && pages < 10; ++pages) {
    const auto context = node.context(observations_page, target);
    const auto& list = context.at("results").at("list");
    for (const auto& row : list.at("observations").as_array())
      seen.insert(std::string(row.at("id").as_string()));
    const auto& next = list.at("next_href");
    target = next.is_string() ? std::string(next.as_string()) : std::string{};
  }
  EXPECT_EQ(seen.size(), 60U);
  EXPECT_EQ(pages, 3);
}

TEST(Routes, SayWhichFilterCannotBeUsed) {
  TestNode node;
  node.bring_in({attack_row("a", 3)});
  for (const auto* const query :
       {"from=2031-02-30", "from=2031-03-01&to=2031-01-01", "indicator=CRF99.1", "factor=X",
        "place_id=-4", "place_id=77", "import=x", "after=zzz", "text=%ff%fe"}) {
    const auto context = node.context(observations_page, "/observations?" + std::string(query));
    ASSERT_TRUE(context.at("results").at("problem").is_string()) << query;
    const std::string problem(context.at("results").at("problem").as_string());
    const bool kept = std::string_view(query).find('&') != std::string_view::npos ||
                      std::string_view(query).starts_with("after");
    EXPECT_EQ(problem.ends_with(". The list is shown without it."), !kept) << problem;
    EXPECT_EQ(node.get("/api/v1/observations?" + std::string(query)).status, 400) << query;
  }
}

TEST(Routes, NarrowTheListByEachFilter) {
  TestNode node;
  node.bring_in({attack_row("a", 3), coded_row("d", "2031-03-12")});
  const auto count = [&node](const std::string& query) {
    const auto context = node.context(observations_page, "/observations?" + query);
    const auto& list = context.at("results").at("list");
    return list.is_object() ? list.at("observations").as_array().size() : 0U;
  };
  EXPECT_EQ(count(""), 2U);
  EXPECT_EQ(count("text=gunmen+village"), 1U);
  EXPECT_EQ(count("text=%22+OR+*"), 0U);
  EXPECT_EQ(count("place=dunm"), 1U);
  EXPECT_EQ(count("from=2031-03-13"), 1U);
  EXPECT_EQ(count("to=2031-03-12"), 1U);
  EXPECT_EQ(count("indicator=SRF11.1"), 1U);
  EXPECT_EQ(count("indicator=CRF1.10"), 1U);  // by the measure of the row without text
  EXPECT_EQ(count("factor=SRF11"), 1U);
  EXPECT_EQ(count("kind=protests"), 1U);
  EXPECT_EQ(count("source=The+Daily"), 1U);
  EXPECT_EQ(count("language=en"), 1U);
  EXPECT_EQ(count("language=fr"), 0U);
  EXPECT_EQ(count("import=1"), 2U);
  EXPECT_EQ(count("import=2"), 0U);
}

TEST(Routes, TakeTheBudgetOnlyWithItsFormToken) {
  TestNode node;
  const auto page = node.get("/method");
  const auto cookie = cookie_of(page);
  const auto token = field_of(page.body, "form_token");
  ASSERT_FALSE(token.empty());
  EXPECT_NE(header_of(page, "Set-Cookie").find("SameSite=Strict"), std::string::npos);
  const auto send = [&](const std::string& body, const std::string& cookies) {
    return node.send("POST", "/method", body, {{"cookie", cookies}}).status;
  };
  EXPECT_EQ(send("false_alarms_per_year=5&form_token=" + token, ""), 400);
  EXPECT_EQ(send("false_alarms_per_year=5&form_token=wrong", cookie), 400);
  EXPECT_EQ(send("false_alarms_per_year=5", cookie), 400);
  EXPECT_EQ(node.watch.list.false_alarms_per_year, 2);
  EXPECT_EQ(send("false_alarms_per_year=2%2C5&form_token=" + token, cookie), 303);
  EXPECT_EQ(node.watch.list.false_alarms_per_year, 2.5);
  for (const auto* const bad : {"six", "0", "53", "nan", "1e9", "-2", ""})
    EXPECT_EQ(send("form_token=" + token + "&false_alarms_per_year=" + bad, cookie), 422) << bad;
  EXPECT_EQ(node.watch.list.false_alarms_per_year, 2.5);
}

TEST(Routes, WithADeskTheBudgetIsOnlyAskedFor) {
  TestNode node;
  double asked = 0;
  base::Result<std::optional<std::string>> answer;
  node.parts().ask_budget = [&](const pagekit::Call&, double budget) {
    asked = budget;
    return answer;
  };
  const auto page = node.get("/method");
  EXPECT_NE(page.body.find("a second person has agreed"), std::string::npos);
  const auto token = field_of(page.body, "form_token");
  const auto send = [&](const std::string& budget) {
    return node.send("POST", "/method", "form_token=" + token + "&false_alarms_per_year=" + budget,
                     {{"cookie", cookie_of(page)}});
  };
  EXPECT_EQ(send("six").status, 422);
  EXPECT_EQ(asked, 0);
  const auto taken = send("5");
  EXPECT_EQ(taken.status, 303);
  EXPECT_EQ(header_of(taken, "Location"), "/method?asked=1#budget");
  EXPECT_EQ(asked, 5);
  answer = std::optional<std::string>("0.7");
  const auto waits = send("6");
  EXPECT_EQ(waits.status, 409);
  EXPECT_NE(waits.body.find("0.7 was asked for before and waits"), std::string::npos);
  answer = base::fail(base::ErrorCode::forbidden, "none of your roles may do this");
  EXPECT_EQ(send("6").status, 403);
  EXPECT_EQ(node.watch.list.false_alarms_per_year, 2) << "nothing changes by asking";
}

TEST(Routes, KeepTheLanguageByCookieAndBrowser) {
  TestNode node;
  EXPECT_NE(node.get("/", {{"cookie", "a=b; lang=ar"}}).body.find("dir=\"rtl\""),
            std::string::npos);
  EXPECT_NE(node.get("/", {{"accept-language", "de, fr;q=0.5"}}).body.find("lang=\"fr\""),
            std::string::npos);
  EXPECT_EQ(header_of(node.get("/?lang=xx"), "Set-Cookie"), "");
}

TEST(Routes, DefuseFormulasInTheTable) {
  TestNode node;
  auto row = attack_row("a", 3);
  row.report->title = "=HYPERLINK(\"http://x\")";
  row.report->publisher = "@SUM(1)";
  node.bring_in({row});
  const auto table = node.get("/observations.csv").body;
  EXPECT_EQ(table.find(",=HYPERLINK"), std::string::npos);
  EXPECT_NE(table.find("\"'=HYPERLINK(\"\"http://x\"\")\""), std::string::npos) << table;
  EXPECT_EQ(table.find(",@SUM"), std::string::npos);
}

TEST(Routes, SayAtOnceWhatCameSince) {
  TestNode node;
  node.bring_in({attack_row("a", 3)});
  const auto old = node.get("/api/v1/changes?after=0");
  EXPECT_TRUE(old.event_stream);
  EXPECT_NE(old.body.find("event: change"), std::string::npos);
  EXPECT_EQ(node.get("/api/v1/changes").body, "");
}

}  // namespace
}  // namespace tocsin::monitor::pages
