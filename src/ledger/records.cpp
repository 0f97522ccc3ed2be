// SPDX-License-Identifier: Apache-2.0
#include "ledger/records.hpp"

#include <boost/json.hpp>

#include "formats/json.hpp"
#include "ledger/canonical.hpp"

namespace tocsin::ledger {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::string_view columns = "position, id, object, type, envelope, body, signature";

StoredRevision stored_row(const store::Statement& row) {
  return {static_cast<std::uint64_t>(row.integer(0)),
          std::string(row.text(1)),
          std::string(row.text(2)),
          std::string(row.text(3)),
          std::string(row.text(4)),
          std::string(row.text(5)),
          std::string(row.text(6))};
}

std::string select(std::string_view rest) {
  return "SELECT " + std::string(columns) + " FROM revision " + std::string(rest);
}

base::Result<std::optional<Revision>> first_row(store::Statement& statement) {
  auto row = statement.step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return std::nullopt;
  auto revision = read_revision(stored_row(statement));
  if (!revision) return std::unexpected(std::move(revision.error()));
  return std::optional(std::move(*revision));
}

}  // namespace

base::Result<Revision> read_revision(const StoredRevision& stored) {
  const auto place = "position " + std::to_string(stored.position);
  Revision revision;
  revision.position = stored.position;
  auto envelope = parse_envelope(stored.envelope);
  if (!envelope) return base::fail_at(place, std::move(envelope.error()));
  revision.envelope = std::move(*envelope);
  auto body = parse_body(stored.body);
  if (!body) return base::fail_at(place, std::move(body.error()));
  revision.body = std::move(*body);
  auto id = base::array_of<32>(stored.id);
  auto signature = base::array_of<64>(stored.signature);
  if (!id || !signature)
    return fail(ErrorCode::corrupt, "the id or the signature has a wrong length", place);
  revision.id = *id;
  revision.signature = *signature;
  return revision;
}

base::Result<std::optional<Revision>> find_revision(store::Database& database,
                                                    const base::Digest& id) {
  auto statement = database.prepare(select("WHERE id = ?1"));
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind_blob(1, base::view_of(id));
  return first_row(**statement);
}

base::Result<std::vector<Revision>> history_of(store::Database& database, std::string_view object) {
  auto statement = database.prepare(select("WHERE object = ?1 ORDER BY position LIMIT ?2"));
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, object);
  (*statement)->bind(2, static_cast<std::int64_t>(history_max));
  std::vector<Revision> history;
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return history;
    auto revision = read_revision(stored_row(**statement));
    if (!revision) return std::unexpected(std::move(revision.error()));
    history.push_back(std::move(*revision));
  }
}

base::Result<std::optional<Revision>> newest_of(store::Database& database,
                                                std::string_view object) {
  auto statement = database.prepare(select("WHERE object = ?1 ORDER BY position DESC LIMIT 1"));
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, object);
  return first_row(**statement);
}

base::Status for_each_stored(store::Database& database, std::uint64_t from,
                             const std::function<base::Status(const StoredRevision&)>& take) {
  auto statement = database.prepare(select("WHERE position >= ?1 ORDER BY position"));
  if (!statement) return std::unexpected(std::move(statement.error()));
  (*statement)->bind(1, static_cast<std::int64_t>(from));
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return {};
    if (auto done = take(stored_row(**statement)); !done) return done;
  }
}

base::Result<LogNodes> LogNodes::open(store::Database& database) {
  auto statement = database.prepare("SELECT hash FROM log_node WHERE level = ?1 AND place = ?2");
  if (!statement) return std::unexpected(std::move(statement.error()));
  return LogNodes(std::move(*statement));
}

base::Result<base::Digest> LogNodes::read(unsigned level, std::uint64_t place) {
  statement_->reset();
  statement_->bind(1, static_cast<std::int64_t>(level));
  statement_->bind(2, static_cast<std::int64_t>(place));
  auto row = statement_->step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row)
    return fail(ErrorCode::corrupt, "a node of the log's tree is missing",
                "level " + std::to_string(level) + ", place " + std::to_string(place));
  auto hash = base::array_of<32>(statement_->text(0));
  statement_->reset();  // an open reading would hold back writers
  return hash;
}

base::Result<std::optional<Head>> newest_head(store::Database& database) {
  auto statement =
      database.prepare("SELECT statement, signature FROM log_head ORDER BY size DESC LIMIT 1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  auto row = (*statement)->step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return std::nullopt;
  auto head = parse_head((*statement)->text(0));
  if (!head) return std::unexpected(std::move(head.error()));
  auto signature = base::array_of<64>((*statement)->text(1));
  if (!signature) return std::unexpected(std::move(signature.error()));
  head->signature = *signature;
  return std::optional(std::move(*head));
}

std::string head_text(const Head& head) {
  return canonical_json(boost::json::object{{"incarnation", head.incarnation},
                                            {"key", head.key_object},
                                            {"root", base::to_hex(head.root)},
                                            {"size", static_cast<std::int64_t>(head.size)},
                                            {"time", format_moment(head.time)}});
}

base::Result<Head> parse_head(std::string_view text) {
  auto value = parse_canonical(text);
  if (!value) return std::unexpected(std::move(value.error()));
  Head head;
  head.incarnation = formats::text_member(*value, "incarnation");
  head.key_object = formats::text_member(*value, "key");
  const auto* size = formats::member(*value, "size");
  auto bytes = base::from_hex(formats::text_member(*value, "root"));
  const auto time = base::parse_instant(formats::text_member(*value, "time"));
  if (size == nullptr || !size->is_int64() || size->get_int64() < 0 || !bytes || !time)
    return fail(ErrorCode::corrupt, "a head of the log cannot be read");
  head.size = static_cast<std::uint64_t>(size->get_int64());
  auto root = base::array_of<32>(*bytes);
  if (!root) return std::unexpected(std::move(root.error()));
  head.root = *root;
  head.time = *time;
  return head;
}

std::string head_message(const Head& head) {
  return "tocsin/head/1\ned25519\n" + head_text(head);
}

}  // namespace tocsin::ledger
