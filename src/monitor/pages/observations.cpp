// SPDX-License-Identifier: Apache-2.0
// The list of observations with its filter, and the same as a table to take along.
#include "formats/csv.hpp"
#include "monitor/pages/filter.hpp"
#include "monitor/pages/observation_export.hpp"
#include "monitor/pages/pages.hpp"
#include "monitor/pages/rows.hpp"

namespace tocsin::monitor::pages {
namespace {

namespace json = boost::json;

/// Above it the list says "more than"; a count of millions would make the reader wait.
constexpr std::int64_t counted_max = 10'000;

base::Result<std::string> summary_of(const Page& page, const HappeningFilter& filter) {
  auto whole = filter;
  whole.after.clear();
  auto count = page.reader.count_happenings(whole, counted_max + 1);
  if (!count) return passed(count);
  if (*count > counted_max)
    return page.labels.message("observations.summary_more",
                               {{"n", page.labels.number(counted_max)}});
  return page.labels.plural("observations.summary", *count);
}

json::value active_of(const ListFilter& filter) {
  json::array rows;
  for (const auto& active : filter.active)
    rows.push_back(json::object{{"label", active.label}, {"remove_href", active.remove_href}});
  if (rows.empty()) return false;
  return json::object{{"rows", std::move(rows)}};
}

/// What is asked for without a field of its own; the form sends it along.
json::array hidden_of(const HappeningFilter& filter) {
  json::array list;
  const auto add = [&list](std::string_view name, std::string value) {
    list.push_back(json::object{{"name", name}, {"value", std::move(value)}});
  };
  if (filter.place_id) add("place_id", std::to_string(*filter.place_id));
  if (filter.import_id) add("import", std::to_string(*filter.import_id));
  if (filter.indicators.size() == 1) add("indicator", filter.indicators.front());
  return list;
}

base::Result<json::value> list_of(const Page& page, const ListFilter& filter,
                                  const HappeningPage& found) {
  if (found.rows.empty()) return json::value(false);
  auto rows = observation_rows(page, found.rows);
  if (!rows) return passed(rows);
  const auto query = filter_query(page.call);
  const pagekit::Fields first(page.call.query.with("lang", std::nullopt));
  json::object list = {
      {"csv_href", "/observations.csv" + query},
      {"json_href", "/api/v1/observations" + query},
      {"export_note",
       page.labels.message("observations.export_note",
                           {{"n", page.labels.number(std::int64_t{export_rows_max})}})},
      {"first_href", false},
      {"next_href", false},
      {"observations", std::move(*rows)}};
  if (!filter.filter.after.empty()) list["first_href"] = "/observations" + query;
  if (!found.next.empty()) list["next_href"] = "/observations?" + first.with("after", found.next);
  return json::value(std::move(list));
}

}  // namespace

base::Result<Sheet> observations_page(const Page& page) {
  const auto title = page.labels.message("observations.title");
  const Head head{title, title, "observations"};
  json::object content;
  auto filter = read_filter(page);
  if (!filter) return passed(filter);
  auto found = page.reader.happenings(filter->filter);
  if (!found && found.error().code == base::ErrorCode::invalid_input) {
    // A cursor of another time: begin at the first page and say so.
    filter->problem = page.labels.message("filter.problem_cursor");
    filter->left_out = false;
    filter->filter.after.clear();
    found = page.reader.happenings(filter->filter);
  }
  if (!found) return passed(found);
  auto summary = summary_of(page, filter->filter);
  if (!summary) return passed(summary);
  auto choices = filter_choices(page);
  if (!choices) return passed(choices);
  auto list = list_of(page, *filter, *found);
  if (!list) return passed(list);
  const auto day = [](const std::optional<base::Day>& given) {
    return given ? base::format_day(*given) : std::string{};
  };
  content["filter"] =
      json::object{{"text", filter->filter.text},         {"place", filter->filter.place_name},
                   {"from", day(filter->filter.from)},    {"to", day(filter->filter.to)},
                   {"hidden", hidden_of(filter->filter)}, {"choices", std::move(*choices)}};
  json::value problem = false;
  if (!filter->problem.empty())
    problem = filter->left_out
                  ? filter->problem + " " + page.labels.message("filter.problem_left_out")
                  : filter->problem;
  content["results"] = json::object{{"summary", std::move(*summary)},
                                    {"problem", std::move(problem)},
                                    {"active", active_of(*filter)},
                                    {"list", std::move(*list)}};
  return Sheet{head, std::move(content)};
}

}  // namespace tocsin::monitor::pages
