// SPDX-License-Identifier: Apache-2.0
// EARS C2 against the R package "surveillance" (Debian: r-cran-surveillance), where it is
// installed.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "monitor/ears.hpp"

namespace tocsin::monitor {
namespace {

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  char buffer[4096];
  while (const std::size_t read = std::fread(buffer, 1, sizeof buffer, pipe))
    out.append(buffer, read);
  return pclose(pipe) == 0 ? out : std::string();
}

TEST(ChangeEarsReference, ThresholdsEqualThoseOfSurveillance) {
  if (output_of("Rscript -e 'cat(requireNamespace(\"surveillance\", quietly=TRUE))' 2>/dev/null") !=
      "TRUE")
    GTEST_SKIP() << "r-cran-surveillance is not installed";
  base::SeededRandom random(11);
  std::vector<int> daily;
  std::string list;
  for (int day = 0; day < 60; ++day) {
    daily.push_back(static_cast<int>(random.below(9)));
    list += (day == 0 ? "" : ",") + std::to_string(daily.back());
  }
  // earsC's upper bound at alpha is mean + qnorm(1 - alpha) x deviation over the same seven days.
  const std::string program =
      "suppressMessages(library(surveillance)); x <- c(" + list +
      "); s <- sts(observed=matrix(x), frequency=365, epoch=seq_along(x)); "
      "r <- earsC(s, control=list(range=10:60, method=\"C2\", alpha=1-pnorm(3))); "
      "cat(sprintf(\"%.9f\", upperbound(r)), sep=\"\\n\")";
  const auto out = output_of("Rscript -e '" + program + "' 2>/dev/null");
  ASSERT_FALSE(out.empty()) << "surveillance is installed but earsC failed";
  std::size_t at = 0;
  for (std::size_t day = 9; day < daily.size(); ++day) {
    std::size_t used = 0;
    const double bound = std::stod(out.substr(at), &used);
    at += used;
    // The count that stands exactly on the bound has C2 = 3.
    const auto c2 = ears_c2(std::span(daily).first(day + 1));
    ASSERT_TRUE(c2.has_value());
    double mean = 0;
    for (std::size_t i = day - 9; i < day - 2; ++i) mean += daily[i] / 7.0;
    if (bound > mean) {
      EXPECT_NEAR(*c2, 3 * (daily[day] - mean) / (bound - mean), 1e-6) << day;
    }
  }
}

}  // namespace
}  // namespace tocsin::monitor
