// SPDX-License-Identifier: Apache-2.0
#include "ledger/sealed_text.hpp"

#include <boost/json.hpp>

#include "formats/json.hpp"
#include "ledger/canonical.hpp"

namespace tocsin::ledger {

std::string stored_field(const Revision& revision, std::string_view name) {
  const auto* value = revision.field(name);
  return value == nullptr ? std::string{} : canonical_json(*value);
}

base::Result<std::string> open_text(const Vault& vault, store::Database& database,
                                    std::string_view object, std::string_view name,
                                    std::string_view stored) {
  if (stored.empty()) return std::string{};
  auto value = formats::parse_json(stored);
  if (!value) return std::unexpected(std::move(value.error()));
  auto opened = vault.open_field(database, object, name, *value);
  if (!opened) return std::unexpected(std::move(opened.error()));
  const auto* text = opened->if_string();
  return text == nullptr ? boost::json::serialize(*opened) : std::string(*text);
}

std::string shown_text(const Vault& vault, store::Database& database, std::string_view object,
                       std::string_view name, std::string_view stored, std::string_view otherwise) {
  auto text = open_text(vault, database, object, name, stored);
  return text ? std::move(*text) : std::string(otherwise);
}

}  // namespace tocsin::ledger
