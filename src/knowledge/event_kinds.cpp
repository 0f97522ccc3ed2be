// SPDX-License-Identifier: Apache-2.0
#include "knowledge/event_kinds.hpp"

#include <boost/json.hpp>

#include "base/files.hpp"

namespace tocsin::knowledge {
namespace {

namespace json = boost::json;
constexpr std::size_t file_bytes_max = 4U << 20;

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

}  // namespace

base::Result<EventKinds> EventKinds::load(const std::filesystem::path& data_folder) {
  const std::filesystem::path path = data_folder / "event-kinds.json";
  auto bytes = base::read_file(path, file_bytes_max);
  if (!bytes) return std::unexpected(bytes.error());
  boost::system::error_code error;
  const json::value parsed = json::parse(*bytes, error);
  const json::array* list = nullptr;
  if (!error && parsed.is_object()) {
    const json::value* found = parsed.as_object().if_contains("kinds");
    if (found != nullptr && found->is_array()) list = &found->as_array();
  }
  if (list == nullptr) {
    return base::fail(base::ErrorCode::invalid_input, "not a JSON object with \"kinds\"",
                      path.string(), "see docs/formats/coding-data.md");
  }
  EventKinds kinds;
  kinds.version_ = text_of(parsed.as_object(), "version");
  for (const json::value& item : *list) {
    if (!item.is_object()) continue;
    const json::object& object = item.as_object();
    EventKind kind;
    kind.id = text_of(object, "id");
    kind.label = text_of(object, "label");
    kind.type = text_of(object, "type");
    kind.cameo = text_of(object, "cameo");
    kind.family = text_of(object, "family");
    if (kind.family.empty()) kind.family = kind.id;
    const std::string leaning = text_of(object, "leaning");
    if (leaning == "cooperative") kind.leaning = Leaning::cooperative;
    if (leaning == "hostile") kind.leaning = Leaning::hostile;
    const std::string reach = text_of(object, "reach");
    if (reach == "near") kind.reach = Reach::near;
    if (reach == "far") kind.reach = Reach::far;
    if (const json::value* rank = object.if_contains("rank"); rank != nullptr && rank->is_int64())
      kind.rank = static_cast<int>(rank->as_int64());
    if (const json::value* mutual = object.if_contains("mutual"); mutual != nullptr)
      kind.mutual = mutual->is_bool() && mutual->as_bool();
    if (kind.id.empty() ||
        !kinds.by_id_.emplace(kind.id, static_cast<int>(kinds.kinds_.size())).second) {
      return base::fail(base::ErrorCode::invalid_input,
                        "kind without id or given twice: " + kind.id, path.string(),
                        "give each kind one id");
    }
    kinds.kinds_.push_back(std::move(kind));
  }
  return kinds;
}

int EventKinds::find(std::string_view id) const {
  const auto found = by_id_.find(std::string(id));
  return found == by_id_.end() ? -1 : found->second;
}

}  // namespace tocsin::knowledge
