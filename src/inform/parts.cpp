// SPDX-License-Identifier: Apache-2.0
#include "inform/parts.hpp"

#include <boost/json.hpp>

#include "base/text.hpp"
#include "formats/json.hpp"

namespace tocsin::inform {

namespace json = boost::json;

std::string tidied(std::string_view text) {
  std::string lines;
  lines.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      if (i + 1 >= text.size() || text[i + 1] != '\n') lines += '\n';
      continue;
    }
    lines += text[i];
  }
  const auto trimmed = base::trim(lines);
  return base::is_utf8(trimmed) ? base::normalize_nfc(trimmed) : std::string(trimmed);
}

base::Result<json::value> open_value(const ledger::Vault& vault, store::Database& database,
                                     std::string_view object, std::string_view name,
                                     std::string_view stored) {
  if (stored.empty()) return json::value{};
  auto value = formats::parse_json(stored);
  if (!value) return value;
  return vault.open_field(database, object, name, *value);
}

std::vector<std::string> text_list(std::string_view stored) {
  std::vector<std::string> list;
  auto value = formats::parse_json(stored.empty() ? "[]" : stored);
  if (!value || !value->is_array()) return list;
  for (const auto& one : value->as_array())
    if (const auto* text = one.if_string()) list.emplace_back(*text);
  return list;
}

std::string stored_list(const json::value* value) {
  return value != nullptr && value->is_array() ? json::serialize(*value) : std::string("[]");
}

std::int64_t ms_of(base::Instant instant) {
  return instant.time_since_epoch().count();
}

base::Instant instant_of(std::int64_t ms) {
  return base::Instant{std::chrono::milliseconds{ms}};
}

std::optional<base::Instant> instant_at(const store::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return instant_of(row.integer(column));
}

}  // namespace tocsin::inform
