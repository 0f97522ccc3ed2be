// SPDX-License-Identifier: Apache-2.0
#include "formats/json.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>

#include "formats/json_items.hpp"
#include "pieces.hpp"

namespace tocsin::formats {
namespace {

TEST(Json, TellsWhereTheTextStopsBeingJson) {
  const auto cut = parse_json(R"({"a": 1, "b": )");
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, base::ErrorCode::invalid_input);
  const auto behind = parse_json("{} x");
  ASSERT_FALSE(behind);
  EXPECT_EQ(behind.error().place, "byte 4");
  for (const auto* text : {"", "nul", "[1,]", "{'a':1}", "{\"a\":01}", "\"\x01\"", "NaN"})
    EXPECT_FALSE(parse_json(text)) << text;
  EXPECT_TRUE(parse_json(" {} \r\n"));
}

TEST(Json, RefusesWhatIsNestedTooDeep) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parse_json(nested(json_depth_max)));
  const auto refused = parse_json(nested(json_depth_max + 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::limit_exceeded);
}

TEST(Json, WhatIsWrittenIsReadBack) {
  base::SeededRandom random(6);
  for (int round = 0; round < 200; ++round) {
    boost::json::object object;
    for (std::uint64_t i = random.below(5); i > 0; --i)
      object[random_text(random, random.below(5), "ab\"\\\n\x01")] =
          random_text(random, random.below(9), "xy\"\\/\t\x7f");
    const auto read = parse_json(boost::json::serialize(object));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, boost::json::value(object));
  }
}

TEST(Json, MembersOfAnotherTypeAreAbsent) {
  const auto value = *parse_json(
      R"({"text":"t","number":12.5,"as_text":"-3e2","id":7,"large":18446744073709551615,)"
      R"("list":[],"word":"12x","nan":"nan","inf":"inf","empty":"","true":true})");
  EXPECT_EQ(text_member(value, "text"), "t");
  EXPECT_EQ(text_member(value, "number"), "");
  EXPECT_EQ(text_member(value, "none"), "");
  EXPECT_EQ(number_member(value, "number"), 12.5);
  EXPECT_EQ(number_member(value, "as_text"), -300.0);
  for (const auto* key : {"word", "empty", "none", "list", "true", "nan", "inf"})
    EXPECT_EQ(number_member(value, key), std::nullopt) << key;
  EXPECT_EQ(id_member(value, "id"), "7");
  EXPECT_EQ(id_member(value, "text"), "t");
  EXPECT_EQ(id_member(value, "large"), "18446744073709551615");
  EXPECT_EQ(id_member(value, "number"), "");
  EXPECT_EQ(member(*parse_json("[]"), "x"), nullptr);
}

std::string items_of(ByteSource& source) {
  JsonItems items(source, {"data", "results"});
  std::string out;
  for (;;) {
    auto item = items.next();
    if (!item) return out + "error";
    if (item->number == 0) break;
    out += std::to_string(item->number) + (item->too_long ? "!" : std::string(item->text)) + ";";
  }
  if (!items.envelope("count").empty()) out += "count=" + std::string(items.envelope("count"));
  return out;
}

std::string items_of(std::string_view text) {
  MemorySource source(text);
  return items_of(source);
}

TEST(JsonItems, CutsAnArrayIntoItsElements) {
  EXPECT_EQ(items_of(R"([{"a":"]}\""}, [1,[2]] ,"x\\",null,-1.5e3])"),
            R"(1{"a":"]}\""};2[1,[2]];3"x\\";4null;5-1.5e3;)");
  EXPECT_EQ(items_of("\xEF\xBB\xBF []"), "");
  EXPECT_EQ(items_of(R"({"count":2,"other":[9],"data":[{"id":1},{"id":2}],"links":{}})"),
            "1{\"id\":1};2{\"id\":2};count=2");
  EXPECT_EQ(items_of(R"({"a":{"data":[9]},"results":[1]})"), "11;");
}

TEST(JsonItems, WhatIsNotSuchAFileIsAnError) {
  for (const auto* text : {"", "x", "{}", R"({"data":1})", R"({"data" [1]})", "{1:2}", "\"[1]\""})
    EXPECT_EQ(items_of(text), "error") << text;
  EXPECT_EQ(items_of("[1,2"), "11;22;error");
  EXPECT_EQ(items_of("[{\"a\":1"), "error");
  EXPECT_EQ(items_of("[\"a"), "error");
}

TEST(JsonItems, AnItemOverTheLimitIsPassedOver) {
  EXPECT_EQ(items_of("[1,\"" + std::string(json_item_bytes_max, 'x') + "\",3]"), "11;2!;33;");
}

TEST(JsonItems, SeamsChangeNothing) {
  base::SeededRandom random(7);
  for (int round = 0; round < 300; ++round) {
    const auto text = "[" + random_text(random, random.below(40), "[]{}\",\\1a ") + "]";
    const auto whole = items_of(text);
    Pieces cut(text, random.next(), 1 + random.below(6));
    EXPECT_EQ(items_of(cut), whole) << text;
  }
}

TEST(JsonItems, ElementsOfRealArraysAreTheirSerializedValues) {
  base::SeededRandom random(8);
  for (int round = 0; round < 200; ++round) {
    boost::json::array array;
    std::string expected;
    for (std::uint64_t i = 1 + random.below(5); i > 0; --i) {
      boost::json::object object{{"k", random_text(random, random.below(9), "]}[{\",\\\n")},
                                 {"n", boost::json::array{1, random_text(random, 3, "],\"")}}};
      array.emplace_back(object);
      expected += std::to_string(array.size()) + boost::json::serialize(object) + ";";
    }
    EXPECT_EQ(items_of(boost::json::serialize(array)), expected);
  }
}

}  // namespace
}  // namespace tocsin::formats
