// SPDX-License-Identifier: Apache-2.0
#include "people/drafts.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "formats/json.hpp"

namespace tocsin::people {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

std::int64_t number_of(base::Instant instant) {
  return instant.time_since_epoch().count();
}

std::string field_name(std::string_view form) {
  return "draft\n" + std::string(form);
}

/// Pairs of texts, so that fields that are there several times stay so.
json::array kept_fields(const pagekit::Fields& fields) {
  json::array list;
  for (const auto& [name, value] : fields.all())
    if (is_kept_field(name))
      list.push_back(json::array{base::normalize_nfc(base::repair_utf8(name)),
                                 base::normalize_nfc(base::repair_utf8(value))});
  return list;
}

base::Status make_room(store::Database& database, std::string_view account, base::Instant now) {
  auto old = database.prepare("DELETE FROM draft WHERE at < ?1");
  if (!old) return std::unexpected(std::move(old.error()));
  (*old)->bind(1, number_of(now - draft_kept_for));
  if (auto done = (*old)->run(); !done) return done;
  auto many = database.prepare(
      "DELETE FROM draft WHERE account = ?1 AND form IN (SELECT form FROM draft"
      " WHERE account = ?1 ORDER BY at DESC, form LIMIT -1 OFFSET ?2)");
  if (!many) return std::unexpected(std::move(many.error()));
  (*many)->bind(1, account);
  (*many)->bind(2, drafts_per_account_max - 1);
  return (*many)->run();
}

base::Result<KeptDraft> open_row(const Desk& desk, store::Database& database,
                                 std::string_view account, const store::Statement& row) {
  KeptDraft draft{
      std::string(row.text(0)), {}, base::Instant{std::chrono::milliseconds{row.integer(2)}}};
  auto sealed = formats::parse_json(row.text(1));
  if (!sealed) return std::unexpected(std::move(sealed.error()));
  auto opened = desk.vault.open_field(database, account, field_name(draft.form), *sealed);
  if (!opened) return std::unexpected(std::move(opened.error()));
  if (!opened->is_array()) return fail(ErrorCode::corrupt, "a draft cannot be read", draft.form);
  for (const auto& pair : opened->get_array())
    if (pair.is_array() && pair.get_array().size() == 2)
      draft.fields.emplace_back(pair.get_array()[0].as_string(), pair.get_array()[1].as_string());
  return draft;
}

}  // namespace

bool is_kept_field(std::string_view name) {
  if (name == kept_form_field || name == unkept_field) return false;
  constexpr std::array<std::string_view, 4> never = {"password", "code", "token", "secret"};
  return std::ranges::none_of(never,
                              [&](auto word) { return name.find(word) != std::string_view::npos; });
}

std::string draft_form(std::string_view path, std::string_view named) {
  const bool is_of_it = named == path || (named.starts_with(path) && named[path.size()] == '#');
  return std::string(is_of_it ? named : path);
}

base::Status keep_draft(const Desk& desk, std::string_view account, std::string_view form,
                        const pagekit::Fields& fields) {
  const auto list = kept_fields(fields);
  if (list.empty()) return {};
  if (form.empty() || form.size() > draft_form_bytes_max ||
      json::serialize(list).size() > draft_bytes_max)
    return fail(ErrorCode::limit_exceeded, "this is too long to be kept as a draft", "draft");
  return desk.ledger.act([&](ledger::Pen& pen) -> base::Status {
    auto& database = pen.database();
    if (auto done = make_room(database, account, pen.now()); !done) return done;
    auto sealed = pen.vault().seal_field(database, account, account, field_name(form), list);
    if (!sealed) return std::unexpected(std::move(sealed.error()));
    auto statement = database.prepare("INSERT OR REPLACE INTO draft VALUES (?1, ?2, ?3, ?4)");
    if (!statement) return std::unexpected(std::move(statement.error()));
    (*statement)->bind(1, account);
    (*statement)->bind(2, form);
    (*statement)->bind(3, json::serialize(*sealed));
    (*statement)->bind(4, number_of(pen.now()));
    return (*statement)->run();
  });
}

base::Result<std::vector<KeptDraft>> list_drafts(const Desk& desk, std::string_view account) {
  auto database = desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto statement = (*database)->prepare(
      "SELECT form, sealed, at FROM draft WHERE account = ?1 AND at >= ?2 ORDER BY at DESC, form");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, account);
  (*statement)->bind(2, number_of(desk.clock.now() - draft_kept_for));
  std::vector<KeptDraft> list;
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return list;
    auto draft = open_row(desk, **database, account, **statement);
    if (!draft) return std::unexpected(std::move(draft.error()));
    list.push_back(std::move(*draft));
  }
}

base::Result<std::optional<KeptDraft>> read_draft(const Desk& desk, std::string_view account,
                                                  std::string_view form) {
  auto database = desk.readers.borrow();
  if (!database) return std::unexpected(std::move(database.error()));
  auto statement = (*database)->prepare(
      "SELECT form, sealed, at FROM draft WHERE account = ?1 AND form = ?2 AND at >= ?3");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, account);
  (*statement)->bind(2, form);
  (*statement)->bind(3, number_of(desk.clock.now() - draft_kept_for));
  auto row = (*statement)->step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return std::nullopt;
  auto draft = open_row(desk, **database, account, **statement);
  if (!draft) return std::unexpected(std::move(draft.error()));
  return std::optional(std::move(*draft));
}

base::Status drop_draft(const Desk& desk, std::string_view account, std::string_view form) {
  return desk.ledger.act([&](ledger::Pen& pen) -> base::Status {
    auto statement = pen.database().prepare("DELETE FROM draft WHERE account = ?1 AND form = ?2");
    if (!statement) return std::unexpected(std::move(statement.error()));
    (*statement)->bind(1, account);
    (*statement)->bind(2, form);
    return (*statement)->run();
  });
}

base::Status drop_drafts_naming(store::Database& database, std::string_view object) {
  // Addresses bear the part after the colon alone.
  const auto uuid = object.substr(object.find(':') + 1);
  if (uuid.empty()) return {};
  auto statement = database.prepare("DELETE FROM draft WHERE instr(form, ?1) > 0");
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, uuid);
  return (*statement)->run();
}

base::Result<std::optional<KeptDraft>> take_draft(const Desk& desk, std::string_view account,
                                                  std::string_view form) {
  auto found = read_draft(desk, account, form);
  if (!found || !*found) return found;
  if (auto done = drop_draft(desk, account, form); !done)
    return std::unexpected(std::move(done.error()));
  return found;
}

}  // namespace tocsin::people
