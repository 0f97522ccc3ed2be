// SPDX-License-Identifier: Apache-2.0
// The API's answers have the shapes that its own description promises.
#include "test_node.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

std::string_view type_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "boolean";
    case json::kind::string:
      return "string";
    case json::kind::array:
      return "array";
    case json::kind::object:
      return "object";
    case json::kind::double_:
      return "number";
    default:
      return "integer";
  }
}

/// The part of JSON Schema that the description uses; the first thing that does not hold, or "".
std::string breach(const json::value& value, const json::object& schema, const std::string& where) {
  if (const auto* choices = schema.if_contains("oneOf")) {
    for (const auto& choice : choices->as_array())
      if (breach(value, choice.as_object(), where).empty()) return {};
    return where + ": none of the choices fits";
  }
  if (const auto* values = schema.if_contains("enum")) {
    const auto& list = values->as_array();
    return std::find(list.begin(), list.end(), value) == list.end() ? where + ": not in the list"
                                                                    : std::string{};
  }
  if (const auto* types = schema.if_contains("type")) {
    const auto fits = [&](const json::value& type) {
      return type.as_string() == type_of(value) ||
             (type.as_string() == "number" && value.is_number());
    };
    const bool good = types->is_array()
                          ? std::any_of(types->as_array().begin(), types->as_array().end(), fits)
                          : fits(*types);
    if (!good) return where + ": is " + std::string(type_of(value));
  }
  if (const auto* object = value.if_object()) {
    for (const auto& name : schema.at("required").as_array())
      if (!object->contains(name.as_string()))
        return where + ": lacks " + std::string(name.as_string());
    for (const auto& [name, member] : *object) {
      const auto* known = schema.at("properties").as_object().if_contains(name);
      if (known == nullptr) return where + ": has " + std::string(name);
      auto found = breach(member, known->as_object(), where + "." + std::string(name));
      if (!found.empty()) return found;
    }
  }
  if (const auto* list = value.if_array())
    for (const auto& item : *list) {
      auto found = breach(item, schema.at("items").as_object(), where + "[]");
      if (!found.empty()) return found;
    }
  return {};
}

TEST(Api, AnswersInTheShapesThatItDescribes) {
  TestNode node;
  node.bring_in({attack_row("a", 3), attack_row("b", 7, 1, 2), coded_row("d", "2031-03-12")});
  let_it_move(node);
  follow_three(node);
  const auto described = json::parse(node.get("/api/v1/openapi.json").body);
  EXPECT_EQ(described.at("openapi").as_string(), "3.1.0");
  const std::map<std::string, std::string> targets = {
      {"/api/v1/observations", "/api/v1/observations?place=dunm"},
      {"/api/v1/observations/{id}", "/api/v1/observations/1"},
      {"/api/v1/places", "/api/v1/places"},
      {"/api/v1/places/{id}", "/api/v1/places/1"},
      {"/api/v1/places/{id}/timeline", "/api/v1/places/1/timeline?weeks=30"},
      {"/api/v1/watch", "/api/v1/watch"},
      {"/api/v1/imports", "/api/v1/imports"},
      {"/api/v1/imports/{id}", "/api/v1/imports/1"},
      {"/api/v1/feeds", "/api/v1/feeds"},
      {"/api/v1/indicators", "/api/v1/indicators"}};
  for (const auto& [pattern, path] : described.at("paths").as_object()) {
    if (pattern == "/api/v1/openapi.json" || pattern == "/api/v1/changes") continue;
    const auto target = targets.find(std::string(pattern));
    ASSERT_NE(target, targets.end()) << "no test calls " << pattern;
    const auto response = node.get(target->second);
    ASSERT_EQ(response.status, 200) << target->second << response.body;
    const auto& schema = path.at("get")
                             .at("responses")
                             .at("200")
                             .at("content")
                             .at("application/json")
                             .at("schema")
                             .as_object();
    EXPECT_EQ(breach(json::parse(response.body), schema, std::string(pattern)), "");
  }
}

TEST(Api, GivesWhatThePageShows) {
  TestNode node;
  node.bring_in({attack_row("a", 3), coded_row("d", "2031-03-12")});
  const auto list = json::parse(node.get("/api/v1/observations").body);
  const auto& clusters = list.at("clusters").as_array();
  ASSERT_EQ(clusters.size(), 2U);
  EXPECT_EQ(clusters[0].at("killed_max").as_int64(), 3);
  EXPECT_EQ(clusters[0].at("first").at("indicators").at(0).at("id").as_string(), "SRF11.1");
  EXPECT_EQ(clusters[1].at("first").at("indicators").at(0).at("id").as_string(), "CRF1.10");
  EXPECT_TRUE(list.at("next").is_null());
}

TEST(Api, SaysOfPlacesWhetherAnExerciseIsAboutThem) {
  TestNode node;
  node.bring_in({attack_row("a", 3), coded_row("d", "2031-03-12")});
  const auto places = json::parse(node.get("/api/v1/places").body).at("places").as_array();
  ASSERT_EQ(places.size(), 2U);
  for (const auto& place : places) {
    const auto id = std::to_string(place.at("id").as_int64());
    const bool invented = place.at("name") != "Semmar";
    EXPECT_EQ(place.at("exercise").as_bool(), invented);
    const auto one = json::parse(node.get("/api/v1/places/" + id).body);
    EXPECT_EQ(one.at("exercise").as_bool(), invented);
    const auto line = json::parse(node.get("/api/v1/places/" + id + "/timeline").body);
    EXPECT_EQ(line.at("place").at("exercise").as_bool(), invented);
  }
}

TEST(Api, TellsHowFollowedAddressesStand) {
  TestNode node;
  EXPECT_TRUE(json::parse(node.get("/api/v1/feeds").body).at("feeds").as_array().empty());
  follow_three(node);
  const auto body = node.get("/api/v1/feeds").body;
  EXPECT_EQ(body.find("secret"), std::string::npos) << "credentials are not for readers";
  const auto feeds = json::parse(body).at("feeds").as_array();
  ASSERT_EQ(feeds.size(), 3U);
  EXPECT_EQ(feeds[0].at("address"), "https://gone.example/feed.xml");
  EXPECT_EQ(feeds[0].at("failures"), 3);
  EXPECT_TRUE(feeds[0].at("last_success").is_null());
  EXPECT_EQ(feeds[0].at("next_poll"), "2031-03-14T08:22:00Z");
  EXPECT_EQ(feeds[2].at("address"), "https://daily.example/feed.xml");
  EXPECT_EQ(feeds[2].at("last_success"), "2031-03-14T07:37:00Z");
  EXPECT_TRUE(feeds[2].at("last_error").is_null());
  const auto page = node.get("/sources").body;
  EXPECT_NE(page.find("3 failures in a row"), std::string::npos);
  EXPECT_NE(page.find("status &lt;503&gt;"), std::string::npos);
  EXPECT_NE(page.find("no command asks"), std::string::npos);
  EXPECT_EQ(page.find("secret"), std::string::npos);
}

TEST(Api, RefusesWhatItCannotUseWithAProblem) {
  TestNode node;
  node.bring_in({attack_row("a", 3)});
  const auto response = node.get("/api/v1/places/1/timeline?weeks=100000");
  EXPECT_EQ(response.status, 400);
  const auto problem = json::parse(response.body);
  EXPECT_EQ(problem.at("status").as_int64(), 400);
  EXPECT_FALSE(problem.at("remedy").as_string().empty());
}

TEST(Api, SaysHowManyPlacesCannotBeJudged) {
  TestNode node;
  node.bring_in({attack_row("a", 3)});
  let_it_move(node);
  const auto list = json::parse(node.get("/api/v1/watch").body);
  EXPECT_EQ(list.at("places_looked_at").as_int64(), 214);
  EXPECT_EQ(list.at("places_not_judged").as_int64(), 12);
}

TEST(Api, RefusesParametersAndValuesThatItDoesNotKnow) {
  TestNode node;
  node.bring_in({attack_row("a", 3)});
  const std::map<std::string, std::string> refused = {
      {"/api/v1/observations?plaec=Dunmara", "plaec"},
      {"/api/v1/observations?kind=nosuch", "nosuch"},
      {"/api/v1/observations?language=%2F%2F", "language"},
      {"/api/v1/observations?import=x", "import"},
      {"/api/v1/observations?indicator=CRF99.1", "CRF99.1"},
      {"/api/v1/places/1/timeline?measure=nosuch", "nosuch"},
      {"/api/v1/places/1/timeline?weeks=ten", "weeks"},
      {"/api/v1/places?after=x", "after"},
      {"/api/v1/imports?after=-1", "after"},
      {"/api/v1/changes?after=x", "after"},
      {"/api/v1/watch?day=2031-03-01", "day"},
      {"/api/v1/watch?a%1B=1", "a\\x1B"}};
  for (const auto& [target, named] : refused) {
    const auto response = node.get(target);
    EXPECT_EQ(response.status, 400) << target << response.body;
    if (response.status != 400) continue;
    EXPECT_EQ(response.headers.front().second, "application/problem+json");
    const auto problem = json::parse(response.body);
    std::string said(problem.at("detail").as_string());
    EXPECT_EQ(said.find("list is shown"), std::string::npos) << "no list comes: " << said;
    if (const auto* place = problem.as_object().if_contains("instance"))
      said += " " + std::string(place->as_string());
    EXPECT_NE(said.find(named), std::string::npos) << target << " " << said;
    EXPECT_FALSE(problem.at("remedy").as_string().empty());
  }
  for (const char* taken :
       {"/api/v1/observations?lang=fr&kind=attack&place=&language=en",
        "/api/v1/observations?kind=ASSAULT", "/api/v1/observations?kind=attacks_on_civilians",
        "/api/v1/observations?kind=killed_in_attacks_on_civilians", "/api/v1/watch?lang=ar",
        "/api/v1/places/1/timeline?measure=killed_in_attacks_on_civilians",
        "/api/v1/places/1/timeline?measure=CRF7.14&weeks=9",
        "/api/v1/places/1/timeline?measure=all"})
    EXPECT_EQ(node.get(taken).status, 200) << taken;
  EXPECT_EQ(node.get("/observations?kind=nosuch").status, 200);
  const auto page = node.get("/observations?plaec=x&place=Dunmara");
  EXPECT_EQ(page.status, 200) << "pages pass over what they do not know";
  const auto begin = page.body.find("/api/v1/observations?");
  ASSERT_NE(begin, std::string::npos) << page.body;
  const auto link = page.body.substr(begin, page.body.find('"', begin) - begin);
  EXPECT_EQ(link.find("plaec"), std::string::npos) << link;
  EXPECT_NE(link.find("place"), std::string::npos) << link;
}

TEST(Api, OtherMethodsAreToldWhichOnesThereAre) {
  TestNode node;
  for (const char* target : {"/api/v1/watch", "/observations", "/healthz"}) {
    const auto response = node.send("DELETE", target, {});
    EXPECT_EQ(response.status, 405) << target;
    const auto allow =
        std::ranges::find(response.headers, "Allow", &std::pair<std::string, std::string>::first);
    ASSERT_NE(allow, response.headers.end()) << target;
    EXPECT_EQ(allow->second, "GET, HEAD") << target;
  }
}

TEST(Api, SaysThatItLives) {
  TestNode node;
  node.bring_in({attack_row("a", 3)});
  EXPECT_EQ(node.get("/healthz").body, "ok\n");
  EXPECT_EQ(node.get("/readyz").status, 200);
  const auto metrics = node.get("/metrics").body;
  EXPECT_NE(metrics.find("\ntocsin_rows_kept_total 1\n"), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("\ntocsin_rows_rejected_total 3\n"), std::string::npos) << metrics;
}

}  // namespace
}  // namespace tocsin::monitor::pages
