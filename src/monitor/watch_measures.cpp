// SPDX-License-Identifier: Apache-2.0
#include "monitor/watch_measures.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/files.hpp"

namespace tocsin::monitor {
namespace {

namespace json = boost::json;
constexpr std::size_t file_bytes_max = 1U << 20;

std::vector<std::string> texts(const json::object& entry, std::string_view key) {
  std::vector<std::string> list;
  if (const auto* value = entry.if_contains(key); value != nullptr && value->is_array())
    for (const auto& item : value->get_array())
      if (item.is_string()) list.emplace_back(item.get_string());
  return list;
}

std::string text(const json::object& entry, std::string_view key) {
  const auto* value = entry.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string{};
}

bool holds(const std::vector<std::string>& condition, std::string_view value) {
  return condition.empty() || std::ranges::find(condition, value) != condition.end();
}

}  // namespace

base::Result<WatchMeasures> WatchMeasures::load(const std::filesystem::path& data_folder) {
  const auto path = data_folder / "watch-measures.json";
  auto content = base::read_file(path, file_bytes_max);
  if (!content) return std::unexpected(std::move(content.error()));
  boost::system::error_code error;
  const auto root = json::parse(*content, error);
  const auto* object = error ? nullptr : root.if_object();
  const auto* list = object == nullptr ? nullptr : object->if_contains("measures");
  if (list == nullptr || !list->is_array())
    return base::fail(base::ErrorCode::corrupt, "no list \"measures\" in it", path.string(),
                      "take the file of this version again");
  WatchMeasures measures;
  for (const auto& item : list->get_array()) {
    const auto* entry = item.if_object();
    const auto* id = entry == nullptr ? nullptr : entry->if_contains("id");
    if (id == nullptr || !id->is_string())
      return base::fail(base::ErrorCode::corrupt,
                        "entry " + std::to_string(measures.measures_.size() + 1) + " has no id",
                        path.string());
    measures.measures_.push_back({std::string(id->get_string()), texts(*entry, "types"),
                                  texts(*entry, "kinds"), texts(*entry, "source_roles"),
                                  texts(*entry, "target_roles"), texts(*entry, "indicators"),
                                  text(*entry, "killed"), text(*entry, "because")});
  }
  return measures;
}

const WatchMeasure* WatchMeasures::find(std::string_view type, std::string_view kind,
                                        std::string_view source_role,
                                        std::string_view target_role) const {
  const auto found = std::ranges::find_if(measures_, [&](const WatchMeasure& measure) {
    return holds(measure.types, type) && holds(measure.kinds, kind) &&
           holds(measure.source_roles, source_role) && holds(measure.target_roles, target_role);
  });
  return found == measures_.end() ? nullptr : &*found;
}

std::vector<std::string> WatchMeasures::ids() const {
  std::vector<std::string> ids;
  for (const auto& measure : measures_)
    if (std::ranges::find(ids, measure.id) == ids.end()) ids.push_back(measure.id);
  return ids;
}

std::string_view WatchMeasures::killed_in(std::string_view measure) const {
  for (const auto& entry : measures_)
    if (entry.id == measure && !entry.killed.empty()) return entry.killed;
  return {};
}

std::string_view WatchMeasures::measure_of_killed(std::string_view id) const {
  for (const auto& entry : measures_)
    if (!entry.killed.empty() && entry.killed == id) return entry.id;
  return {};
}

std::vector<std::string> WatchMeasures::linked_to(
    const std::vector<std::string>& indicators) const {
  std::vector<std::string> found;
  for (const auto& measure : measures_) {
    const bool linked = std::ranges::any_of(measure.indicators, [&](const std::string& id) {
      return std::ranges::find(indicators, id) != indicators.end();
    });
    if (linked && std::ranges::find(found, measure.id) == found.end()) found.push_back(measure.id);
  }
  return found;
}

}  // namespace tocsin::monitor
