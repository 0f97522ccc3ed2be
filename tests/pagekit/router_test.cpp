// SPDX-License-Identifier: Apache-2.0
#include "pagekit/router.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace tocsin::pagekit {
namespace {

net::Request request_of(std::string method, std::string_view target,
                        std::vector<std::pair<std::string, std::string>> headers = {}) {
  net::Request request;
  request.method = std::move(method);
  request.path = target.substr(0, target.find('?'));
  if (request.path.size() < target.size()) request.query = target.substr(request.path.size() + 1);
  request.headers = std::move(headers);
  return request;
}

net::Response text(std::string body) {
  net::Response response;
  response.body = std::move(body);
  return response;
}

Router small_router() {
  Router router;
  const auto add = [&](std::string method, std::string pattern, auto handler) {
    Route route;
    route.method = std::move(method);
    route.pattern = std::move(pattern);
    route.summary = "A summary.";
    route.parameters = {{"from", "The first day.", "string"}};
    route.answer_schema = {{"type", "object"}};
    route.handler = handler;
    router.add(std::move(route));
  };
  add("GET", "/", [](const Call&) -> Answer { return text("first page"); });
  add("GET", "/places/new", [](const Call&) -> Answer { return text("new"); });
  add("GET", "/places/{id}", [](const Call& call) -> Answer {
    return text(std::string(call.path_part("id")) + "|" + std::string(call.query.get("x")) + "|" +
                call.language);
  });
  add("POST", "/places/{id}", [](const Call&) -> Answer { return redirect("/places/1"); });
  add("GET", "/api/things/{id}/{part}", [](const Call& call) -> Answer {
    return base::fail(base::ErrorCode::not_found, "no such thing",
                      std::string(call.path_part("part")), "look elsewhere");
  });
  return router;
}

TEST(Routes, AreFoundByMethodAndPathAndTheFirstCounts) {
  const auto router = small_router();
  EXPECT_EQ(router.serve(request_of("GET", "/")).body, "first page");
  EXPECT_EQ(router.serve(request_of("GET", "/places/new")).body, "new");
  EXPECT_EQ(router.serve(request_of("GET", "/places/a%2Fb%20c?x=1+2")).body, "a/b c|1 2|en");
  EXPECT_EQ(router.serve(request_of("HEAD", "/")).status, 200);
  const auto posted = router.serve(request_of("POST", "/places/9"));
  EXPECT_EQ(posted.status, 303);
  EXPECT_EQ(posted.headers.front().second, "/places/1");
}

TEST(Routes, AnUnknownPathIs404AndAnUnknownMethod405) {
  const auto router = small_router();
  for (const auto* path : {"/none", "/places", "/places/1/2", "/api/things/1", "//"})
    EXPECT_EQ(router.serve(request_of("GET", path)).status, 404) << path;
  EXPECT_EQ(router.serve(request_of("DELETE", "/places/1")).status, 405);
  EXPECT_EQ(router.serve(request_of("POST", "/")).status, 405);
  EXPECT_EQ(router.serve(request_of("GET", "/" + std::string(10'000, '/'))).status, 404);
}

TEST(Routes, AnErrorOfTheApiIsAProblemOfRfc9457) {
  const auto answer = small_router().serve(request_of("GET", "/api/things/1/left"));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.headers.front().second, "application/problem+json");
  const auto body = boost::json::parse(answer.body).as_object();
  EXPECT_EQ(body.at("status"), 404);
  EXPECT_EQ(body.at("title"), "not_found");
  EXPECT_EQ(body.at("detail"), "no such thing");
  EXPECT_EQ(body.at("instance"), "left");
  EXPECT_EQ(body.at("remedy"), "look elsewhere");
}

TEST(Routes, ElsewhereTheProblemPageTellsIt) {
  auto router = small_router();
  router.set_problem_page([](int status, const base::Error& error, const Call&) {
    auto response = text("page: " + error.message);
    response.status = status;
    return response;
  });
  const auto answer = router.serve(request_of("GET", "/none"));
  EXPECT_EQ(answer.status, 404);
  EXPECT_TRUE(answer.body.starts_with("page: "));
  EXPECT_FALSE(router.serve(request_of("GET", "/api/none")).body.starts_with("page: "));
}

TEST(Routes, DescribeThemselves) {
  const auto api = small_router().openapi("1.2.3");
  EXPECT_EQ(api.at("openapi"), "3.1.0");
  EXPECT_EQ(api.at("info").at("version"), "1.2.3");
  const auto& paths = api.at("paths").as_object();
  ASSERT_EQ(paths.size(), 1U);  // pages are no part of the API
  const auto& operation = paths.at("/api/things/{id}/{part}").at("get");
  EXPECT_EQ(operation.at("summary"), "A summary.");
  const auto& parameters = operation.at("parameters").as_array();
  ASSERT_EQ(parameters.size(), 3U);
  EXPECT_EQ(parameters[0].at("in"), "path");
  EXPECT_EQ(parameters[1].at("name"), "part");
  EXPECT_EQ(parameters[2].at("in"), "query");
}

TEST(Percent, WhatIsEncodedIsDecodedToTheSame) {
  base::SeededRandom random(1);
  for (int round = 0; round < 500; ++round) {
    std::string bytes(random.below(30), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.below(256));
    const auto encoded = percent_encode(bytes);
    EXPECT_EQ(encoded.find_first_of(" +&=?#/<>\"'\n"), std::string::npos);
    EXPECT_EQ(percent_decode(encoded, false), bytes);
    EXPECT_EQ(percent_decode(encoded, true), bytes);
  }
}

TEST(Percent, MalformedSequencesStayAsTheyAre) {
  EXPECT_EQ(percent_decode("100%", false), "100%");
  EXPECT_EQ(percent_decode("%4", false), "%4");
  EXPECT_EQ(percent_decode("%4g%41%zz", false), "%4gA%zz");
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
}

TEST(Forms, GiveTheFirstOfAName) {
  const Fields fields("a=1&b=&a=2&c&=x&%61=3&&d=e=f");
  EXPECT_EQ(fields.get("a"), "1");
  EXPECT_EQ(fields.get("b"), "");
  EXPECT_TRUE(fields.has("b"));
  EXPECT_TRUE(fields.has("c"));
  EXPECT_FALSE(fields.has("x"));
  EXPECT_EQ(fields.get("d"), "e=f");
}

TEST(Forms, AreEncodedAgainWithOneFieldChanged) {
  const Fields fields("place=S%C3%A3o+Paulo&kind=attack&after=7");
  EXPECT_EQ(fields.with("after", std::nullopt), "place=S%C3%A3o%20Paulo&kind=attack");
  EXPECT_EQ(Fields(fields.with("kind", "a&b=c")).get("kind"), "a&b=c");
  EXPECT_EQ(Fields(fields.with("new", "1")).get("place"), "S\u00e3o Paulo");
}

TEST(Forms, StopAtTheLimitOfFields) {
  std::string many;
  for (std::size_t i = 0; i < 2 * Fields::fields_max; ++i) many += "f" + std::to_string(i) + "=1&";
  EXPECT_EQ(Fields(many).all().size(), Fields::fields_max);
}

TEST(Languages, AreChosenByQueryThenCookieThenBrowser) {
  const auto router = small_router();
  const auto language = [&](std::string_view target,
                            std::vector<std::pair<std::string, std::string>> headers) {
    const auto body = router.serve(request_of("GET", target, std::move(headers))).body;
    return body.substr(body.rfind('|') + 1);
  };
  EXPECT_EQ(language("/places/1", {}), "en");
  EXPECT_EQ(language("/places/1", {{"accept-language", "de, fr;q=0.5"}}), "fr");
  EXPECT_EQ(language("/places/1", {{"accept-language", "fr"}, {"cookie", "a=b; lang=ar"}}), "ar");
  EXPECT_EQ(language("/places/1?lang=fr", {{"cookie", "lang=ar"}}), "fr");
  EXPECT_EQ(language("/places/1?lang=xx", {{"accept-language", "ar"}}), "ar");
}

TEST(Languages, FollowTheQualitiesOfTheHeader) {
  const std::vector<std::string> offered = {"en", "fr", "ar"};
  EXPECT_EQ(choose_language("ar;q=0.3, fr;q=0.8, en;q=0.5", offered), "fr");
  EXPECT_EQ(choose_language("FR-ca", offered), "fr");
  EXPECT_EQ(choose_language("fr; q=0, ar ;q=0.1", offered), "ar");
  EXPECT_EQ(choose_language("fr;q=0", offered), "en");
  EXPECT_EQ(choose_language("", offered), "en");
  EXPECT_EQ(choose_language(",,;;q=,*;q=0.5", offered), "en");
}

TEST(Cookies, AreFoundByTheirWholeName) {
  const auto value = [](std::string header) {
    return std::string(cookie(request_of("GET", "/", {{"cookie", std::move(header)}}), "lang"));
  };
  EXPECT_EQ(value("lang=fr"), "fr");
  EXPECT_EQ(value("slang=x; lang=fr; lang=ar"), "fr");
  EXPECT_EQ(value("lang"), "");
  EXPECT_EQ(value(""), "");
}

TEST(Statuses, StandForTheKindOfFailure) {
  EXPECT_EQ(status_of(base::ErrorCode::invalid_input), 400);
  EXPECT_EQ(status_of(base::ErrorCode::limit_exceeded), 413);
  EXPECT_EQ(status_of(base::ErrorCode::corrupt), 500);
  EXPECT_EQ(json_response({{"a", 1}}, 201).status, 201);
}

}  // namespace
}  // namespace tocsin::pagekit
