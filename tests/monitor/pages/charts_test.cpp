// SPDX-License-Identifier: Apache-2.0
// The server draws what tests/browser/geometry.mjs draws, text for text.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/files.hpp"
#include "monitor/pages/charts.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

double number(const json::value& value) {
  return value.to_number<double>();
}

TEST(Charts, GiveThePathsOfTheReference) {
  const auto path =
      std::filesystem::path(TOCSIN_SOURCE_DIR) / "tests" / "browser" / "charts.golden.json";
  const auto golden = json::parse(base::read_file(path, 1U << 22).value());
  ASSERT_GE(golden.as_array().size(), 5U);
  for (const auto& entry : golden.as_array()) {
    const auto name = std::string(entry.at("name").as_string());
    std::vector<ChartWeek> weeks;
    for (const auto& week : entry.at("weeks").as_array()) {
      ChartWeek made;
      if (!week.at("unobserved").as_bool()) made.count = number(week.at("count"));
      made.low = number(week.at("low"));
      made.high = number(week.at("high"));
      made.alarm = week.at("alarm").as_bool();
      weeks.push_back(made);
    }
    const auto& size = entry.at("size");
    const auto paths = chart_paths(
        weeks, {number(size.at("width")), number(size.at("height")), number(size.at("left")),
                number(size.at("right")), number(size.at("top")), number(size.at("bottom"))});
    const auto& wanted = entry.at("paths");
    EXPECT_EQ(paths.bars, wanted.at("bars").as_string()) << name;
    EXPECT_EQ(paths.alarm, wanted.at("alarm").as_string()) << name;
    EXPECT_EQ(paths.band, wanted.at("band").as_string()) << name;
    EXPECT_EQ(paths.gap, wanted.at("gap").as_string()) << name;
    EXPECT_EQ(paths.base, wanted.at("base").as_string()) << name;
    const auto& ticks = entry.at("ticks_y").as_array();
    ASSERT_EQ(paths.ticks_y.size(), ticks.size()) << name;
    for (std::size_t i = 0; i < ticks.size(); ++i) {
      EXPECT_EQ(paths.ticks_y[i].y, ticks[i].at("y").as_string()) << name;
      EXPECT_EQ(paths.ticks_y[i].text_y, ticks[i].at("text_y").as_string()) << name;
    }
  }
}

TEST(Charts, WriteNumbersWithOneDigitAndHalvesUpwards) {
  EXPECT_EQ(chart_number(12), "12");
  EXPECT_EQ(chart_number(12.25), "12.3");
  EXPECT_EQ(chart_number(-0.3), "-0.3");
  EXPECT_EQ(chart_number(-1.25), "-1.2");
  EXPECT_EQ(chart_number(0.04), "0");
}

TEST(Charts, DrawNoBandWhereNoneIsKnown) {
  const std::vector<ChartWeek> weeks = {{3, 0, std::nullopt, false}, {1, 0, 2, false}};
  EXPECT_EQ(chart_paths(weeks, small_chart).band, "M120 28.5V28.5H240V51H120z");
}

}  // namespace
}  // namespace tocsin::monitor::pages
