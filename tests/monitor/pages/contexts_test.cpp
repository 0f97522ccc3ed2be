// SPDX-License-Identifier: Apache-2.0
// Every page fills its context completely: the fields are those of tests/browser/samples, which the
// templates are held against, so that contract and server cannot drift apart unseen.
#include <set>

#include "test_node.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

json::value read_sample(const std::string& name) {
  const auto path =
      std::filesystem::path(TOCSIN_SOURCE_DIR) / "tests" / "browser" / "samples" / name;
  return json::parse(base::read_file(path, 1U << 22).value());
}

json::object fields(std::initializer_list<std::string_view> names) {
  json::object out;
  for (const auto name : names) out[name] = "";
  return out;
}

/// What the samples' short hand stands for, as fields.
json::value spelled_out(const json::value& value) {
  if (const auto* list = value.if_array()) {
    json::array out;
    for (const auto& item : *list) out.push_back(spelled_out(item));
    return out;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return value;
  if (object->contains("$t") || object->contains("$n")) return "";
  if (object->contains("$day") || object->contains("$time")) return fields({"iso", "text"});
  if (object->contains("$chart")) {
    auto chart =
        fields({"width", "height", "bars_path", "alarm_path", "band_path", "gap_path", "base_path",
                "label_y", "left", "right_x", "heading", "caption", "count_label", "summary"});
    chart["table_rows"] = json::array{fields({"period", "count", "usual", "note"})};
    chart["ticks_y"] = json::array{fields({"y", "text_y", "label"})};
    chart["ticks_x"] = json::array{fields({"x", "label"})};
    return chart;
  }
  if (object->contains("$framework")) {
    auto indicator = fields({"indicator_id", "number", "label", "count", "indicator_href"});
    indicator["provisional"] = false;
    indicator["linked"] = false;
    auto factor = fields({"factor_id", "factor_number", "factor_label", "factor_count"});
    factor["open"] = false;
    factor["indicators"] = json::array{indicator};
    return json::array{factor};
  }
  json::object out;
  if (object->contains("$indicator")) {
    out = fields({"number", "label", "indicator_href"});
    out["provisional"] = false;
  }
  for (const auto& [name, member] : *object)
    if (!name.starts_with('$')) out[name] = spelled_out(member);
  return out;
}

/// Two samples of one thing as one: what is false in one may be more in the other.
json::value joined(const json::value& a, const json::value& b) {
  if (a.is_bool()) return b;
  if (b.is_bool()) return a;
  if (a.is_array() && b.is_array()) {
    auto out = a.get_array();
    for (const auto& item : b.get_array()) out.push_back(item);
    return out;
  }
  if (a.is_object() && b.is_object()) {
    auto out = a.get_object();
    for (const auto& [name, member] : b.get_object())
      out[name] = out.contains(name) ? joined(out[name], member) : member;
    return out;
  }
  return a;
}

std::set<std::string> names_of(const json::object& object) {
  std::set<std::string> names;
  for (const auto& member : object) names.insert(std::string(member.key()));
  return names;
}

void compare(const json::value& made, const json::value& wanted, const std::string& where) {
  if (made.is_bool() || wanted.is_bool()) {
    EXPECT_TRUE(made.is_bool() || made.is_object() || made.is_string()) << where;
    return;
  }
  ASSERT_EQ(made.kind(), wanted.kind()) << where;
  if (made.is_object()) {
    EXPECT_EQ(names_of(made.get_object()), names_of(wanted.get_object())) << where;
    for (const auto& [name, member] : made.get_object())
      if (const auto* other = wanted.get_object().if_contains(name))
        compare(member, *other, where + "." + std::string(name));
  } else if (made.is_array() && !wanted.get_array().empty()) {
    json::value all = wanted.get_array().front();
    for (const auto& item : wanted.get_array()) all = joined(all, item);
    for (std::size_t i = 0; i < made.get_array().size(); ++i)
      compare(made.get_array()[i], all, where + "[" + std::to_string(i) + "]");
  }
}

/// Text, truth, lists and objects only: the engine prints nothing for anything else.
void only_known_kinds(const json::value& value, const std::string& where) {
  EXPECT_FALSE(value.is_number() || value.is_null()) << where;
  if (const auto* object = value.if_object())
    for (const auto& [name, member] : *object)
      only_known_kinds(member, where + "." + std::string(name));
  if (const auto* list = value.if_array())
    for (const auto& item : *list) only_known_kinds(item, where + "[]");
}

void check_frame(const json::object& context) {
  const auto layout = spelled_out(read_sample("layout.json")).as_object();
  for (const auto* const name : {"nav", "node", "notices", "clocks"})
    compare(context.at(name), layout.at(name), name);
  EXPECT_EQ(names_of(context.at("page").as_object()),
            (std::set<std::string>{"lang", "dir", "title", "heading", "here", "changes_href",
                                   "has_map"}));
  EXPECT_EQ(names_of(context.at("assets").as_object()),
            (std::set<std::string>{"style", "script", "map", "world", "icon"}));
  for (const auto& language : context.at("languages").as_array())
    EXPECT_EQ(names_of(language.as_object()),
              (std::set<std::string>{"code", "name", "direction", "href", "current"}));
}

struct PageCase {
  const char* sample;
  PageMaker make;
  const char* target;
  std::vector<std::string> members;
};

const std::vector<PageCase>& page_cases() {
  static const std::vector<PageCase> cases = {
      {"today", today_page, "/", {"today"}},
      {"observations",
       observations_page,
       "/observations?text=gunmen&from=2031-01-01",
       {"filter", "results"}},
      {"observation", observation_page, "/observations/1", {"observation"}},
      {"places", places_page, "/places", {"places"}},
      {"place", place_page, "/places/1", {"place"}},
      {"sources", sources_page, "/sources", {"sources"}},
      {"import", import_page, "/imports/1", {"import"}},
      {"indicators", indicators_page, "/indicators", {"framework"}},
      {"method", method_page, "/method", {"method"}},
  };
  return cases;
}

TEST(Contexts, HoldTheFieldsOfTheSamplesInEveryLanguage) {
  TestNode node;
  node.bring_in({attack_row("a", 3), attack_row("b", 7, 1, 2), attack_row("c", 3, 1, 1),
                 coded_row("d", "2031-03-12")});
  let_it_move(node);
  follow_three(node);
  for (const auto& page : page_cases()) {
    const auto sample = spelled_out(read_sample(std::string(page.sample) + ".json")).as_object();
    for (const auto* const language : {"en", "fr", "ar"}) {
      const auto context = node.context(page.make, page.target, language);
      check_frame(context);
      only_known_kinds(context, page.sample);
      for (const auto& member : page.members)
        compare(context.at(member), sample.at(member), page.sample + ("/" + member));
    }
  }
}

TEST(Contexts, HoldTheSameFieldsOnAnEmptyNode) {
  TestNode node;
  node.bring_in({});
  node.watch.list.day = test_day("2031-03-13");
  for (const auto& page : page_cases()) {
    const std::string name = page.sample;
    if (name == "observation" || name == "place") continue;
    const auto sample = spelled_out(read_sample(name + ".json")).as_object();
    const auto context = node.context(page.make, page.target);
    only_known_kinds(context, name);
    for (const auto& member : page.members)
      compare(context.at(member), sample.at(member), name + "/" + member);
  }
}

TEST(Contexts, ShowTheNewestUpdateOfACluster) {
  TestNode node;
  node.bring_in({attack_row("a", 3), attack_row("b", 7, 1, 2)});
  const auto context = node.context(observations_page, "/observations");
  const auto& list = context.at("results").at("list").at("observations").as_array();
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].at("toll").at("killed").as_string(), "7");
  const auto& members = list[0].at("cluster").at("members").as_array();
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].at("relation_label").as_string(), "first report");
  EXPECT_EQ(members[1].at("figures").as_string(), "Killed: first 3, then 7");
}

TEST(Contexts, GiveRowsWithoutTextTheirMeasuresIndicators) {
  TestNode node;
  node.bring_in({coded_row("d", "2031-03-12")});
  const auto context = node.context(observation_page, "/observations/1");
  const auto& rows = context.at("observation").at("indicators").at("rows").as_array();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at("number").as_string(), "1.10");
  EXPECT_EQ(rows[0].at("because").as_string(), "A protest was reported.");
  EXPECT_EQ(context.at("observation").at("text"), json::value(false));
}

TEST(Contexts, MarkTheTitleWhereThereIsNoText) {
  TestNode node;
  auto row = attack_row("a", 15);
  row.report->title = "Gunmen kill 15 villagers in Djibo";
  row.report->text.clear();
  row.observations[0].span = {0, 24};
  row.observations[0].indicators = {{"SRF11.1", {7, 24}, "civilians are killed"}};
  node.bring_in({row});
  const auto context = node.context(observation_page, "/observations/1");
  const auto& text = context.at("observation").at("text");
  EXPECT_EQ(text.at("title"), json::value(false)) << "it stands there once";
  const auto& segments = text.at("segments").as_array();
  ASSERT_EQ(segments.size(), 3U);
  EXPECT_EQ(segments[0].at("text").as_string(), "Gunmen ");
  EXPECT_EQ(segments[1].at("text").as_string(), "kill 15 villagers");
  EXPECT_EQ(segments[2].at("marks"), json::value(false));
  const auto list = node.context(observations_page, "/observations");
  const auto& first = list.at("results").at("list").at("observations").at(0);
  EXPECT_EQ(first.at("excerpt").at("text").as_string(), "Gunmen kill 15 villagers in Djibo");
}

TEST(Contexts, CountTheSourcesThatGaveSomething) {
  TestNode node;
  node.bring_in({attack_row("a", 3)});
  node.bring_in({}, "acled", "/some/folder/broken.csv");
  const auto context = node.context(today_page, "/");
  EXPECT_EQ(context.at("today").at("came_in").at("summary").as_string(),
            "1 new observation from \u20681 source\u2069.");
}

TEST(Contexts, SayHowManyPlacesCannotBeJudged) {
  TestNode node;
  node.bring_in({attack_row("a", 3)});
  let_it_move(node);
  EXPECT_EQ(node.context(today_page, "/").at("today").at("not_judged").as_string(),
            "12 places have too short an observed past to be judged: they may be calm or not.");
  node.watch.list.places_not_judged = 0;
  EXPECT_EQ(node.context(today_page, "/").at("today").at("not_judged"), json::value(false));
}

TEST(Contexts, SayWhyInASentence) {
  TestNode node;
  node.bring_in({attack_row("a", 3)});
  let_it_move(node);
  const auto context = node.context(today_page, "/");
  const auto& reason = context.at("today").at("moved").at("rows").at(0).at("reasons").at(0);
  EXPECT_EQ(reason.at("sentence").as_string(),
            "\u2068Attacks on civilians\u2069: 14 clusters in 7 days, usually 3; \u2068seen this "
            "high 2 times in 3 years\u2069.");
}

TEST(Contexts, MarkTheReasonsOfAnImportAndAddUp) {
  TestNode node;
  node.bring_in({attack_row("a", 3)});
  const auto context = node.context(import_page, "/imports/1");
  const auto& import = context.at("import");
  EXPECT_EQ(import.at("read").as_string(), "4");
  EXPECT_EQ(import.at("rejected").as_string(), "3");
  EXPECT_EQ(import.at("file_name").as_string(), "reports.jsonl");
  const auto& reason = import.at("reasons").at("rows").at(0);
  EXPECT_EQ(reason.at("reason").as_string(), "the date is no day");
  EXPECT_EQ(reason.at("reason_remedy").as_string(), "correct the line");
  EXPECT_EQ(reason.at("lines").as_string(), "7 9 12");
}

}  // namespace
}  // namespace tocsin::monitor::pages
