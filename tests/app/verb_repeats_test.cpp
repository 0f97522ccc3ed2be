// SPDX-License-Identifier: Apache-2.0
#include "app/verb_repeats.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace tocsin::app {
namespace {

struct Run {
  int code;
  std::string out;
  std::string errors;
};

Run run_with(const std::string& input, const std::vector<std::string>& words = {}) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream errors;
  const int code = run_repeats(words, in, out, errors);
  return {code, out.str(), errors.str()};
}

TEST(VerbRepeats, WritesOneLineAReportWithStoryAndChanges) {
  const auto run = run_with(
      R"({"id":"a","text":"Gunmen on motorbikes raided a market near Kolda, killing 12 villagers."})"
      "\n"
      R"({"id":7,"text":"Gunmen on motorbikes raided a market near Kolda, killing 15 villagers."})"
      "\n");
  EXPECT_EQ(run.code, 0);
  EXPECT_EQ(
      run.out,
      R"({"id":"a","cluster":"a","relation":"new","version":"a"})"
      "\n"
      R"({"id":"7","cluster":"a","relation":"update","version":"7","closest":"a","score":9.9E-1,)"
      R"("changes":[{"before":12,"after":15,"begin":57,"end":59}]})"
      "\n");
}

TEST(VerbRepeats, ALineThatCannotBeReadIsNamedAndTheRunGoesOn) {
  const auto run = run_with(
      "{broken\n{\"id\":\"b\"}\n{\"id\":\"c\",\"text\":\"Students "
      "marched.\",\"date\":\"2021-02-31\"}\n"
      "{\"id\":\"d\",\"text\":\"Students marched through Kolda.\"}\n");
  EXPECT_EQ(run.code, 1);
  EXPECT_NE(run.errors.find("line 1"), std::string::npos);
  EXPECT_NE(run.errors.find("line 2"), std::string::npos);
  EXPECT_NE(run.errors.find("line 3"), std::string::npos);
  EXPECT_NE(run.out.find(R"({"id":"d","cluster":"d","relation":"new")"), std::string::npos);
}

TEST(VerbRepeats, WrongUsageIsTold) {
  EXPECT_EQ(run_with("", {"--window-days"}).code, 2);
  EXPECT_EQ(run_with("", {"--memory", "0"}).code, 2);
  EXPECT_EQ(run_with("", {"--colour", "red"}).code, 2);
  EXPECT_EQ(run_with("", {"--help"}).code, 0);
}

}  // namespace
}  // namespace tocsin::app
