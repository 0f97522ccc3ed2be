// SPDX-License-Identifier: Apache-2.0
// How long the thread takes, and how much of it ends in a decision, a receipt, an answer.
#include <boost/json.hpp>

#include "inform/inform_pages.hpp"
#include "inform/thread_measures.hpp"

namespace tocsin::inform {
namespace {

namespace json = boost::json;
using pagekit::Answer;

struct Period {
  std::string_view id;
  std::chrono::days length;
};
constexpr std::array<Period, 3> periods{{{"quarter", std::chrono::days{91}},
                                         {"year", std::chrono::days{365}},
                                         {"all", std::chrono::days{36'500}}}};

json::object duration_json(const InformCall& page, std::string_view key, const Durations& one) {
  return {{"label", page.words.message("measures." + std::string(key))},
          {"cases", page.words.number(static_cast<std::uint64_t>(one.cases))},
          {"median", one.cases == 0 ? std::string("–") : waited(page.words, one.median)},
          {"longest", one.cases == 0 ? std::string("–") : waited(page.words, one.longest)}};
}

json::object share_json(const InformCall& page, std::string_view key, const Share& one) {
  constexpr double whole = 100;
  return {{"label", page.words.message("measures." + std::string(key))},
          {"done", page.words.number(static_cast<std::uint64_t>(one.done))},
          {"of", page.words.number(static_cast<std::uint64_t>(one.of))},
          {"share", one.of == 0 ? std::string("–")
                                : page.words.decimal(whole * static_cast<double>(one.done) /
                                                         static_cast<double>(one.of),
                                                     0) +
                                      " %"}};
}

Answer measures_page(const InformCall& page) {
  if (auto may = page.must("measure.read"); !may) return std::unexpected(std::move(may.error()));
  const auto asked = page.call.query.get("period");
  const bool exercises = page.call.query.get("exercises") == "1";
  auto chosen = periods[0];
  for (const auto& one : periods)
    if (one.id == asked) chosen = one;
  const auto now = page.parts.desk.clock.now();
  auto rows =
      read_thread(page.database, now - chosen.length, now + std::chrono::hours{24}, exercises);
  if (!rows) return std::unexpected(std::move(rows.error()));
  const auto all = measure_thread(*rows);
  json::array choices;
  for (const auto& one : periods)
    choices.push_back(json::object{{"value", one.id},
                                   {"text", page.words.looked_up("measure_period", one.id)},
                                   {"selected", one.id == chosen.id}});
  const auto title = page.words.message("measures.title");
  auto context = page.parts.pages.context(page.call, {title, title, "warnings"});
  context["measures"] = json::object{
      {"periods", std::move(choices)},
      {"exercises", exercises},
      {"durations", json::array{duration_json(page, "to_grading", all.to_grading),
                                duration_json(page, "to_warning", all.to_warning),
                                duration_json(page, "to_principal", all.to_principal),
                                duration_json(page, "to_decision", all.to_decision),
                                duration_json(page, "to_act", all.to_act),
                                duration_json(page, "to_acknowledgement", all.to_acknowledgement)}},
      {"shares", json::array{share_json(page, "decided", all.decided),
                             share_json(page, "acknowledged", all.acknowledged),
                             share_json(page, "answered", all.answered)}}};
  return page.parts.pages.render(page.call, "inform/measures", context);
}

}  // namespace

void add_measure_routes(pagekit::Router& router, const InformParts& parts) {
  add_page(router, parts, "GET", "/measures", measures_page);
}

}  // namespace tocsin::inform
