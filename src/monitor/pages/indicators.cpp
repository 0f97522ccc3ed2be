// SPDX-License-Identifier: Apache-2.0
// The 14 risk factors with their indicators, and how often each was linked of late.
#include <algorithm>

#include "monitor/pages/pages.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

constexpr std::chrono::days window{28};
constexpr std::string_view framework_symbol = "A/70/741-S/2016/71";

json::object factor_of(const Labels& labels, const knowledge::Framework& framework,
                       const knowledge::RiskFactor& factor,
                       const std::map<std::string, std::int64_t>& counts, base::Day from) {
  json::array indicators;
  std::int64_t sum = 0;
  for (const auto& indicator : framework.indicators()) {
    if (indicator.factor != factor.id) continue;
    const auto found = counts.find(indicator.id);
    const auto count = found == counts.end() ? 0 : found->second;
    sum += count;
    auto row = labels.indicator(indicator.id);
    row["indicator_id"] = indicator.id;
    row["count"] = labels.number(count);
    row["linked"] = count > 0;
    row["indicator_href"] =
        "/observations?indicator=" + indicator.id + "&from=" + base::format_day(from);
    indicators.push_back(std::move(row));
  }
  return {{"factor_id", factor.id},
          {"factor_number", factor.id.substr(factor.id.find_first_of("0123456789"))},
          {"factor_label", labels.said(factor.label)},
          {"open", sum > 0},
          {"factor_count", labels.plural("indicators.factor_count", sum)},
          {"indicators", std::move(indicators)}};
}

}  // namespace

base::Result<Sheet> indicators_page(const Page& page) {
  const auto& labels = page.labels;
  const auto title = labels.message("indicators.title");
  const Head head{title, title, "indicators"};
  json::object content;
  auto day = last_day(page);
  if (!day) return passed(day);
  const auto from = *day - window + std::chrono::days{1};
  auto counts = page.reader.indicator_counts(from);
  if (!counts) return passed(counts);
  const auto& framework = page.parts.framework;
  json::array factors;
  for (const auto& factor : framework.factors())
    factors.push_back(factor_of(labels, framework, factor, *counts, from));
  const auto provisional = std::ranges::count_if(
      framework.indicators(), [](const auto& indicator) { return indicator.provisional(); });
  content["framework"] = json::object{
      {"source", labels.message("indicators.source", {{"symbol", std::string(framework_symbol)}})},
      {"provisional_summary", labels.plural("indicators.provisional_summary", provisional)},
      {"factors", std::move(factors)}};
  return Sheet{head, std::move(content)};
}

}  // namespace tocsin::monitor::pages
