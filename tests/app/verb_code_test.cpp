// SPDX-License-Identifier: Apache-2.0
// The lines that `tocsin code` takes, and those it refuses.
#include "app/verb_code.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "../knowledge/places_fixture.hpp"

namespace tocsin::app {
namespace {

namespace json = boost::json;

/// The answers to lines, each parsed: what is no JSON ends the test.
std::vector<json::object> answers_to(const std::string& input, const std::string& gazetteer) {
  CodeOptions options;
  options.data = std::string(TOCSIN_SOURCE_DIR) + "/data";
  options.gazetteer = gazetteer;
  options.spans = true;
  options.quiet = true;
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream errors;
  EXPECT_EQ(run_code(options, in, out, errors), 0) << errors.str();
  std::vector<json::object> answers;
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);) {
    boost::system::error_code error;
    const auto parsed = json::parse(line, error);
    EXPECT_FALSE(error) << line;
    answers.push_back(error ? json::object{} : parsed.as_object());
  }
  return answers;
}

std::string error_of(const json::object& answer) {
  const auto* said = answer.if_contains("error");
  return said == nullptr ? std::string{} : std::string(said->as_string());
}

TEST(VerbCode, AnIdIsATextOrAFiniteNumber) {
  const auto answers = answers_to(
      "{\"id\":1e400,\"text\":\"a\"}\n{\"id\":{},\"text\":\"a\"}\n{\"id\":true,\"text\":\"a\"}\n"
      "{\"id\":7,\"text\":\"a\"}\n{\"id\":\"x\",\"text\":\"a\"}\n{\"text\":\"a\"}\n",
      "none");
  ASSERT_EQ(answers.size(), 6U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(answers[i].at("id").is_null());
    EXPECT_NE(error_of(answers[i]).find("\"id\" is neither a text nor a finite number"),
              std::string::npos);
  }
  for (std::size_t i = 3; i < 6; ++i) EXPECT_EQ(error_of(answers[i]), "");
  EXPECT_EQ(answers[3].at("id").as_int64(), 7);
  EXPECT_EQ(answers[4].at("id").as_string(), "x");
  EXPECT_TRUE(answers[5].at("id").is_null());
}

TEST(VerbCode, ADateThatIsNoTextIsAnErrorAsOneThatIsNoDay) {
  const auto answers = answers_to(
      "{\"text\":\"a\",\"date\":20240305}\n{\"text\":\"a\",\"date\":\"yesterday\"}\n"
      "{\"text\":\"a\",\"date\":\"2024-03-05T10:00:00Z\"}\n",
      "none");
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_NE(error_of(answers[0]).find("\"date\" is no text"), std::string::npos);
  EXPECT_NE(error_of(answers[1]).find("\"date\""), std::string::npos);
  EXPECT_EQ(error_of(answers[2]), "");
}

TEST(VerbCode, ASpanThatDoesNotLieInTheTextIsAnError) {
  knowledge::Folder folder;
  static_cast<void>(knowledge::make_test_gazetteer(folder));
  const std::string gazetteer = folder / "gazetteer.bin";
  std::string input;
  for (const char* spans : {"[[7,3]]", "[[-1,3]]", "[[0,9]]", "[[0,4294967297]]", "[[3,3]]",
                            "[[0]]", "[[0.5,3]]", "7", "[[5,8]]", "[]"})
    input += std::string("{\"id\":1,\"text\":\"Near Gao\",\"spans\":") + spans + "}\n";
  const auto answers = answers_to(input, gazetteer);
  ASSERT_EQ(answers.size(), 10U);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_NE(error_of(answers[i]).find("span"), std::string::npos) << i;
    EXPECT_EQ(answers[i].at("id").as_int64(), 1);
  }
  EXPECT_EQ(error_of(answers[8]), "");
  EXPECT_EQ(answers[8].at("resolved").as_array().size(), 1U);
  EXPECT_EQ(answers[9].at("resolved").as_array().size(), 0U);
}

}  // namespace
}  // namespace tocsin::app
