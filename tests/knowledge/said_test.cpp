// SPDX-License-Identifier: Apache-2.0
// What our data says to readers is there in each language of the pages.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "knowledge/framework.hpp"

namespace tocsin::knowledge {
namespace {

const std::filesystem::path data = std::filesystem::path(TOCSIN_SOURCE_DIR) / "data";

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream all;
  all << file.rdbuf();
  return all.str();
}

/// Values of these members anywhere in a JSON file.
void collect(const boost::json::value& value, const std::set<std::string>& members,
             std::set<std::string>& into) {
  if (value.is_array())
    for (const auto& item : value.get_array()) collect(item, members, into);
  if (!value.is_object()) return;
  for (const auto& [name, item] : value.get_object()) {
    if (item.is_string() && members.contains(std::string(name))) into.emplace(item.as_string());
    collect(item, members, into);
  }
}

std::set<std::string> all_english() {
  std::set<std::string> texts;
  collect(boost::json::parse(bytes_of(data / "framework/framework.json")), {"label"}, texts);
  collect(boost::json::parse(bytes_of(data / "measures.json")), {"footing", "who"}, texts);
  collect(boost::json::parse(bytes_of(data / "watch-measures.json")), {"because"}, texts);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data / "coding")) {
    if (entry.path().filename() != "indicators.txt") continue;
    std::istringstream lines(bytes_of(entry.path()));
    constexpr std::string_view begin = "  because ";
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with(begin)) texts.insert(line.substr(begin.size()));
  }
  std::istringstream terms(bytes_of(data / "retention.tsv"));
  for (std::string line; std::getline(terms, line);)
    if (!line.empty() && line[0] != '#') texts.insert(line.substr(line.rfind('\t') + 1));
  return texts;
}

TEST(Said, EveryLabelAndReasonInFrenchAndArabic) {
  const auto framework = Framework::load(data);
  ASSERT_TRUE(framework) << framework.error().text();
  const auto texts = all_english();
  EXPECT_GT(texts.size(), 250U);
  for (const std::string_view language : {"fr", "ar"})
    for (const auto& english : texts) {
      const auto said = framework->said(english, language);
      EXPECT_NE(said, english) << language << ": add it to data/framework/said-" << language
                               << ".json";
      const bool other_letters = language == "ar" && said.find("\xD8") == std::string_view::npos;
      EXPECT_FALSE(other_letters) << said << " is not Arabic";
    }
  EXPECT_EQ(framework->said("no such words", "fr"), "no such words");
  EXPECT_EQ(framework->said(framework->factors()[0].label, "en"), framework->factors()[0].label);
}

}  // namespace
}  // namespace tocsin::knowledge
