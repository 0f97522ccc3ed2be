// SPDX-License-Identifier: Apache-2.0
#include "knowledge/framework.hpp"

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

const json::array* list_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? &value->as_array() : nullptr;
}

}  // namespace

namespace {

constexpr std::string_view said_prefix = "said-";

base::Result<std::map<std::string, std::string, std::less<>>> read_said(
    const std::filesystem::path& path) {
  auto bytes = base::read_file(path, file_bytes_max);
  if (!bytes) return std::unexpected(bytes.error());
  boost::system::error_code error;
  const json::value parsed = json::parse(*bytes, error);
  if (error || !parsed.is_object())
    return base::fail(base::ErrorCode::invalid_input, "not a JSON object", path.string(),
                      "restore the file from the distribution");
  std::map<std::string, std::string, std::less<>> said;
  for (const auto& [english, text] : parsed.as_object())
    if (text.is_string()) said.emplace(english, text.as_string());
  return said;
}

}  // namespace

base::Result<Framework> Framework::load(const std::filesystem::path& data_folder) {
  const std::filesystem::path path = data_folder / "framework/framework.json";
  auto bytes = base::read_file(path, file_bytes_max);
  if (!bytes) return std::unexpected(bytes.error());
  boost::system::error_code error;
  const json::value parsed = json::parse(*bytes, error);
  if (error || !parsed.is_object()) {
    return base::fail(base::ErrorCode::invalid_input, "not a JSON object", path.string(),
                      "restore the file from the distribution");
  }
  const json::object& root = parsed.as_object();
  const json::array* factors = list_of(root, "factors");
  const json::array* indicators = list_of(root, "indicators");
  if (factors == nullptr || indicators == nullptr) {
    return base::fail(base::ErrorCode::invalid_input, "\"factors\" or \"indicators\" is missing",
                      path.string(), "restore the file from the distribution");
  }
  Framework framework;
  if (const json::value* meta = root.if_contains("meta"); meta != nullptr && meta->is_object())
    framework.version_ = text_of(meta->as_object(), "data_version");
  for (const json::value& item : *factors) {
    if (item.is_object())
      framework.factors_.push_back(
          {text_of(item.as_object(), "id"), text_of(item.as_object(), "label")});
  }
  for (const json::value& item : *indicators) {
    if (!item.is_object()) continue;
    const json::object& object = item.as_object();
    framework.indicators_.push_back({text_of(object, "id"), text_of(object, "un_number"),
                                     text_of(object, "factor"), text_of(object, "label"),
                                     text_of(object, "kind"), text_of(object, "basis")});
  }
  std::error_code unread;
  for (const auto& entry : std::filesystem::directory_iterator(path.parent_path(), unread)) {
    const std::string name = entry.path().stem().string();
    if (!name.starts_with(said_prefix) || entry.path().extension() != ".json") continue;
    auto said = read_said(entry.path());
    if (!said) return std::unexpected(std::move(said.error()));
    framework.said_.emplace(name.substr(said_prefix.size()), std::move(*said));
  }
  return framework;
}

std::string_view Framework::said(std::string_view english, std::string_view language) const {
  const auto of = said_.find(language);
  if (of == said_.end()) return english;
  const auto found = of->second.find(english);
  return found == of->second.end() ? english : std::string_view(found->second);
}

const RiskIndicator* Framework::find(std::string_view id) const {
  for (const RiskIndicator& indicator : indicators_) {
    if (indicator.id == id) return &indicator;
  }
  return nullptr;
}

}  // namespace tocsin::knowledge
