// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/page.hpp"

#include <charconv>

#include "monitor/row_preparer.hpp"

namespace tocsin::monitor::pages {
namespace json = boost::json;

json::object bare_frame(const MonitorParts& parts, const Labels& labels, const pagekit::Call& call,
                        const Head& head) {
  return pagekit::page_frame(
      {parts.web, parts.clock, parts.node_name, parts.version, parts.time_zone, false}, labels,
      call, head);
}

base::Result<json::object> page_frame(const Page& page, const Head& head) {
  auto context = bare_frame(page.parts, page.labels, page.call, head);
  auto exercise = page.reader.holds_exercise();
  if (!exercise) return passed(exercise);
  auto change = page.reader.change_number();
  if (!change) return passed(change);
  context["notices"].as_object()["exercise"] = *exercise;
  context["notices"].as_object()["loopback"] = head.loopback && page.parts.alone;
  context["page"].as_object()["changes_href"] = "/api/v1/changes?after=" + std::to_string(*change);
  return context;
}

base::Result<base::Day> last_day(const Page& page) {
  auto day = page.reader.last_day(base::day_of(page.parts.clock.now()));
  if (!day) return passed(day);
  return day->value_or(base::day_of(page.parts.clock.now()));
}

base::Result<std::int64_t> path_id(const pagekit::Call& call) {
  const auto text = call.path_part("id");
  std::int64_t id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || id <= 0)
    return base::fail(base::ErrorCode::not_found, "there is nothing at this address",
                      call.request.path, "check the address, or begin at the first page");
  return id;
}

}  // namespace tocsin::monitor::pages
