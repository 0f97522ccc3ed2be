// SPDX-License-Identifier: Apache-2.0
#include "ledger/canonical.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <boost/json.hpp>

namespace tocsin::ledger {
namespace {

namespace json = boost::json;

TEST(CanonicalJson, SortsByUtf16CodeUnits) {
  // RFC 8785 section 3.2.3.
  const auto value = json::parse(
      R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",)"
      R"("1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control",)"
      R"("\u00f6":"Latin Small Letter O With Diaeresis"})");
  EXPECT_EQ(canonical_json(value),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
            "\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\","
            "\"\xe2\x82\xac\":\"Euro Sign\",\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\","
            "\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

TEST(CanonicalJson, WritesThePrimitivesOfTheRfc) {
  // RFC 8785 section 3.2.2 and its canonical form in 3.2.4.
  auto value = json::parse(
      "{\"string\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\","
      "\"literals\":[null,true,false]}");
  // Built by hand: Boost.JSON 1.81 reads the first of them one unit in the last place too low,
  // which does no harm here, since fractions are never signed.
  value.as_object()["numbers"] =
      json::array{333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001};
  EXPECT_EQ(canonical_json(value),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
            "\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

TEST(CanonicalJson, WritesNumbersAsTheRfcListsThem) {
  // RFC 8785 appendix B: bits of the IEEE 754 number, and its text.
  const std::pair<std::uint64_t, std::string_view> samples[] = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (const auto& [bits, text] : samples)
    EXPECT_EQ(canonical_json(std::bit_cast<double>(bits)), text);
}

TEST(Signable, RefusesWhatTwoWritersCouldWriteDifferently) {
  EXPECT_TRUE(check_signable(json::parse(R"({"a":["text",true,9007199254740991,{"b":-1}]})")));
  EXPECT_FALSE(check_signable(json::parse("1.5")));
  EXPECT_FALSE(check_signable(json::parse("null")));
  EXPECT_FALSE(check_signable(json::parse("9007199254740992")));
  EXPECT_FALSE(check_signable(json::string("e\xcc\x81")));  // not NFC
  EXPECT_TRUE(check_signable(json::string("\xc3\xa9")));
  EXPECT_FALSE(check_signable(json::string("\xff")));
  json::value deep = 1;
  for (std::size_t i = 0; i <= signed_depth_max; ++i) deep = json::array{std::move(deep)};
  const auto refused = check_signable(deep);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::limit_exceeded);
}

TEST(Signable, NamesThePlace) {
  const auto refused = check_signable(json::parse(R"({"outer":{"inner":0.5}})"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().place, "outer.inner");
}

TEST(ParseCanonical, RefusesBlanksOrderAndTwins) {
  EXPECT_TRUE(parse_canonical(R"({"a":1,"b":2})"));
  EXPECT_FALSE(parse_canonical(R"({"a":1, "b":2})"));
  EXPECT_FALSE(parse_canonical(R"({"b":2,"a":1})"));
  EXPECT_FALSE(parse_canonical(R"({"a":1,"a":1})"));
  EXPECT_FALSE(parse_canonical(R"({"a":1.0})"));
}

}  // namespace
}  // namespace tocsin::ledger
