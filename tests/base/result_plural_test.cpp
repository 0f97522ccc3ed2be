// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "base/plural.hpp"
#include "base/result.hpp"

namespace tocsin::base {
namespace {

TEST(Error, IsOneLineWithPlaceAndRemedy) {
  EXPECT_EQ((Error{ErrorCode::io, "cannot open", "a.csv", "check the name"}.text()),
            "a.csv: cannot open (check the name)");
  EXPECT_EQ((Error{ErrorCode::io, "cannot open", "", ""}.text()), "cannot open");
  EXPECT_EQ((Error{ErrorCode::io, "cannot open", "", "wait"}.text()), "cannot open (wait)");
}

TEST(Error, TakesOnThePlacesItPasses) {
  Status inner = fail(ErrorCode::corrupt, "no number", "line 7", "correct it");
  Status outer = fail_at("a.zip", fail_at("b.csv", inner.error()).error());
  EXPECT_EQ(outer.error().text(), "a.zip: b.csv: line 7: no number (correct it)");
  EXPECT_EQ(outer.error().code, ErrorCode::corrupt);
  Status bare = fail_at("a", fail(ErrorCode::io, "broken").error());
  EXPECT_EQ(bare.error().place, "a");
}

TEST(Error, EveryCodeHasANameOfItsOwn) {
  std::set<std::string_view> names;
  constexpr int codes = static_cast<int>(ErrorCode::internal) + 1;
  for (int code = 0; code < codes; ++code) names.insert(name_of(static_cast<ErrorCode>(code)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(codes));
  EXPECT_EQ(name_of(ErrorCode::limit_exceeded), "limit_exceeded");
}

TEST(Plural, FollowsTheLanguage) {
  const auto classes = [](std::string_view language) {
    std::string out;
    for (const int count : {0, 1, 2, 3, 11, 21, 100, 1'000'000})
      out += plural_class(language, count) + " ";
    return out;
  };
  // CLDR 42, supplemental/plurals.
  EXPECT_EQ(classes("en"), "other one other other other other other other ");
  EXPECT_EQ(classes("fr"), "one one other other other other other many ");
  EXPECT_EQ(classes("ar"), "zero one two few many many other other ");
  EXPECT_EQ(classes("ru"), "many one few few many one many many ");
  EXPECT_EQ(classes("sw"), "other one other other other other other other ");
  EXPECT_EQ(plural_class("xx-nonsense", 1), "other");
}

TEST(Counts, AreGroupedAsTheLanguageDoesWithLatinDigits) {
  EXPECT_EQ(format_count("en", 1'234'567), "1,234,567");
  EXPECT_EQ(format_count("fr", 12'345), "12\u202f345");
  EXPECT_EQ(format_count("en", -1'000), "-1,000");
  EXPECT_EQ(format_count("en", 0), "0");
  for (const char digit : {'1', '2', '3'})
    EXPECT_NE(format_count("ar", 1'234'567).find(digit), std::string::npos);
}

}  // namespace
}  // namespace tocsin::base
