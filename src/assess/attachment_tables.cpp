// SPDX-License-Identifier: Apache-2.0
#include "assess/attachment_tables.hpp"

#include <array>
#include <boost/json.hpp>

#include "assess/report_tables.hpp"
#include "assess/source_tables.hpp"
#include "formats/json.hpp"
#include "ledger/sealed_text.hpp"
#include "store/query.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using base::Result;
using ledger::Revision;

constexpr std::array<store::Migration, 1> steps{{
    {1, "files of reports",
     "CREATE TABLE report_file (object TEXT PRIMARY KEY, report TEXT NOT NULL,"
     " position INTEGER NOT NULL, received_ms INTEGER NOT NULL, kind TEXT NOT NULL,"
     " shown_file TEXT NOT NULL, shown_bytes INTEGER NOT NULL, width INTEGER NOT NULL,"
     " height INTEGER NOT NULL, original_file TEXT NOT NULL, original_bytes INTEGER NOT NULL,"
     " inside TEXT NOT NULL) WITHOUT ROWID;"
     "CREATE INDEX report_file_by_report ON report_file (report, position);"
     "CREATE INDEX report_file_by_shown ON report_file (shown_file);"
     "CREATE INDEX report_file_by_original ON report_file (original_file)"},
}};

constexpr std::string_view columns =
    "f.object, f.report, f.received_ms, f.kind, f.shown_file, f.shown_bytes, f.width, f.height,"
    " f.original_file, f.original_bytes, f.inside";
/// A report whose data key is gone was erased, whoever did it.
constexpr std::string_view is_alive =
    "EXISTS (SELECT 1 FROM data_key k WHERE k.id = 'of ' || f.report)";

std::int64_t number(const Revision& revision, std::string_view name) {
  const auto* value = revision.field(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

AttachmentRow row_of(const store::Statement& row) {
  AttachmentRow file;
  file.object = row.text(0);
  file.report = row.text(1);
  file.received = base::Instant{std::chrono::milliseconds{row.integer(2)}};
  file.kind = row.text(3);
  file.shown_file = row.text(4);
  file.shown_bytes = static_cast<std::uint64_t>(row.integer(5));
  file.width = static_cast<std::uint32_t>(row.integer(6));
  file.height = static_cast<std::uint32_t>(row.integer(7));
  file.original_file = row.text(8);
  file.original_bytes = static_cast<std::uint64_t>(row.integer(9));
  file.inside = row.text(10);
  return file;
}

std::string select(std::string_view rest) {
  return "SELECT " + std::string(columns) + " FROM report_file f " + std::string(rest);
}

/// What only the desk, or only a custodian, may know of a file. Where there is a custodians' key
/// the original's key, its name and its hash are sealed to it: the node itself cannot open them
/// again.
json::object inside_of(const KeptFile& file, const CustodyKeyRow* custody) {
  json::object inside{{"shown_key", file.shown.key}};
  const json::object original{{"original_key", file.original.key},
                              {"name", file.name},
                              {"original_hash", file.original_hash}};
  if (custody == nullptr) {
    inside["original"] = original;
    return inside;
  }
  inside["custody_key"] = custody->object;
  inside["sealed_original"] =
      base::base64url(base::seal_to(custody->public_key, json::serialize(original)));
  return inside;
}

Result<json::value> open_inside(const ledger::Vault& vault, store::Database& database,
                                const AttachmentRow& row) {
  auto stored = formats::parse_json(row.inside);
  if (!stored) return std::unexpected(std::move(stored.error()));
  return vault.open_field(database, row.object, "inside", *stored);
}

}  // namespace

std::span<const store::Migration> AttachmentProjection::migrations() const {
  return steps;
}
std::span<const std::string_view> AttachmentProjection::tables() const {
  static constexpr std::array<std::string_view, 1> names{"report_file"};
  return names;
}
std::span<const std::string_view> AttachmentProjection::types() const {
  static constexpr std::array<std::string_view, 1> names{attachment_type};
  return names;
}

base::Status AttachmentProjection::apply(store::Database& database,
                                         const Revision& revision) const {
  return store::run(
      database,
      "INSERT INTO report_file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
      revision.envelope.object, revision.text("report"), revision.position,
      revision.envelope.time.time_since_epoch().count(), revision.text("kind"),
      revision.text("shown_file"), number(revision, "shown_bytes"), number(revision, "width"),
      number(revision, "height"), revision.text("original_file"),
      number(revision, "original_bytes"), ledger::stored_field(revision, "inside"));
}

base::Status append_files(ledger::Pen& pen, std::string_view report, const ledger::Marking& marking,
                          const std::vector<KeptFile>& files) {
  if (files.empty()) return {};
  auto found = SourceReader(pen.database()).custody_key();
  if (!found) return std::unexpected(std::move(found.error()));
  const auto& key = *found;
  for (const auto& file : files) {
    ledger::Draft draft;
    draft.object = pen.new_object(attachment_type);
    draft.type = attachment_type;
    draft.marking = marking;
    draft.fields = {{"report", report},
                    {"kind", name_of(file.kind)},
                    {"shown_file", file.shown.name},
                    {"shown_bytes", static_cast<std::int64_t>(file.shown_bytes)},
                    {"width", std::int64_t{file.width}},
                    {"height", std::int64_t{file.height}},
                    {"original_file", file.original.name},
                    {"original_bytes", static_cast<std::int64_t>(file.original_bytes)},
                    {"inside", inside_of(file, key ? &*key : nullptr)}};
    draft.sealed = {"inside"};
    draft.data_key = data_key_of(report);
    if (auto done = pen.append_as_node(draft); !done)
      return std::unexpected(std::move(done.error()));
  }
  return {};
}

Result<std::vector<AttachmentRow>> AttachmentReader::of_report(std::string_view report) const {
  std::vector<AttachmentRow> rows;
  auto done = store::each(
      database_, select("WHERE f.report = ?1 ORDER BY f.position"),
      [&](const store::Statement& row) { rows.push_back(row_of(row)); }, report);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

Result<AttachmentRow> AttachmentReader::find(std::string_view object) const {
  auto found = store::first(database_, select("WHERE f.object = ?1"), row_of, object);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return fail(ErrorCode::not_found, "there is no such file", std::string(object));
  return std::move(**found);
}

Result<std::vector<AttachmentRow>> AttachmentReader::newest(std::size_t rows_max) const {
  std::vector<AttachmentRow> rows;
  auto done = store::each(
      database_,
      select("WHERE " + std::string(is_alive) + " ORDER BY f.received_ms DESC, f.object LIMIT ?1"),
      [&](const store::Statement& row) { rows.push_back(row_of(row)); }, rows_max);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

Result<std::vector<std::string>> AttachmentReader::living_files() const {
  std::vector<std::string> names;
  // A node of an earlier build, not opened since, has no such table yet.
  auto table = store::first(database_, "SELECT 1 FROM sqlite_master WHERE name = 'report_file'",
                            [](const store::Statement&) { return true; });
  if (!table) return std::unexpected(std::move(table.error()));
  if (!*table) return names;
  auto done = store::each(database_,
                          "SELECT f.original_file, f.shown_file FROM report_file f WHERE " +
                              std::string(is_alive) + " ORDER BY f.original_file",
                          [&](const store::Statement& row) {
                            for (int column = 0; column < 2; ++column)
                              if (is_stored_name(row.text(column)))
                                names.emplace_back(row.text(column));
                          });
  if (!done) return std::unexpected(std::move(done.error()));
  return names;
}

Result<FileStore::Fate> AttachmentReader::fate_of(std::string_view file) const {
  auto alive = store::first(
      database_,
      "SELECT " + std::string(is_alive) +
          " FROM report_file f WHERE f.shown_file = ?1 OR f.original_file = ?1",
      [](const store::Statement& row) { return row.integer(0) != 0; }, file);
  if (!alive) return std::unexpected(std::move(alive.error()));
  if (!*alive) return FileStore::Fate::unnamed;
  return **alive ? FileStore::Fate::named : FileStore::Fate::erased;
}

Result<base::Secret> open_shown(const ledger::Vault& vault, store::Database& database,
                                const FileStore& files, const AttachmentRow& row) {
  if (row.shown_file.empty())
    return fail(ErrorCode::not_found, "nothing of this file can be shown", row.object);
  auto inside = open_inside(vault, database, row);
  if (!inside) return std::unexpected(std::move(inside.error()));
  return files.get({row.shown_file, std::string(formats::text_member(*inside, "shown_key"))},
                   shown_context);
}

Result<OpenedOriginal> open_original(const ledger::Vault& vault, store::Database& database,
                                     const FileStore& files, const AttachmentRow& row,
                                     const CustodyOpener& opener) {
  auto inside = open_inside(vault, database, row);
  if (!inside) return std::unexpected(std::move(inside.error()));
  json::value original;
  if (const auto* plain = formats::member(*inside, "original")) {
    original = *plain;
  } else {
    auto key = opener(formats::text_member(*inside, "custody_key"));
    if (!key) return std::unexpected(std::move(key.error()));
    auto sealed = base::from_base64url(formats::text_member(*inside, "sealed_original"));
    if (!sealed) return std::unexpected(std::move(sealed.error()));
    auto opened = key->open(*sealed);
    if (!opened) return std::unexpected(std::move(opened.error()));
    auto read = formats::parse_json(opened->bytes());
    if (!read) return std::unexpected(std::move(read.error()));
    original = std::move(*read);
  }
  auto bytes =
      files.get({row.original_file, std::string(formats::text_member(original, "original_key"))},
                original_context);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  return OpenedOriginal{std::string(formats::text_member(original, "name")), std::move(*bytes)};
}

Result<std::size_t> sweep_files(const FileStore& files, store::Database& database) {
  const AttachmentReader reader(database);
  return files.sweep([&](std::string_view name) { return reader.fate_of(name); },
                     std::filesystem::file_time_type::clock::now());
}

}  // namespace tocsin::assess
