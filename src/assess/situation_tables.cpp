// SPDX-License-Identifier: Apache-2.0
#include "assess/situation_tables.hpp"

#include <array>
#include <boost/json.hpp>

#include "assess/report_tables.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "formats/json.hpp"
#include "ledger/canonical.hpp"
#include "ledger/sealed_text.hpp"
#include "people/erasure.hpp"
#include "store/query.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using ledger::Revision;
using ledger::stored_field;

constexpr std::array<store::Migration, 2> steps{{
    {1, "situations, evidence, judgements, assessments",
     "CREATE TABLE situation (object TEXT PRIMARY KEY, state TEXT NOT NULL,"
     " review_day INTEGER NOT NULL, crimes TEXT NOT NULL, opened_ms INTEGER NOT NULL,"
     " changed_ms INTEGER NOT NULL, author TEXT NOT NULL, revision TEXT NOT NULL,"
     " exercise INTEGER NOT NULL, tlp TEXT NOT NULL, pap TEXT NOT NULL, name TEXT NOT NULL,"
     " places TEXT NOT NULL, section_1 TEXT NOT NULL, section_2 TEXT NOT NULL,"
     " section_3 TEXT NOT NULL) WITHOUT ROWID;"
     "CREATE TABLE evidence (object TEXT PRIMARY KEY, situation TEXT NOT NULL,"
     " indicator TEXT NOT NULL, against INTEGER NOT NULL, linked INTEGER NOT NULL,"
     " at_ms INTEGER NOT NULL, author TEXT NOT NULL, origin TEXT NOT NULL, source TEXT NOT NULL,"
     " excerpt TEXT NOT NULL, because TEXT NOT NULL) WITHOUT ROWID;"
     "CREATE INDEX evidence_by_situation ON evidence (situation, indicator, at_ms);"
     "CREATE TABLE judgement (object TEXT PRIMARY KEY, situation TEXT NOT NULL,"
     " indicator TEXT NOT NULL, value TEXT NOT NULL, trend TEXT NOT NULL,"
     " confidence TEXT NOT NULL, period TEXT NOT NULL, at_ms INTEGER NOT NULL,"
     " author TEXT NOT NULL, revision TEXT NOT NULL, reasons TEXT NOT NULL, gaps TEXT NOT NULL)"
     " WITHOUT ROWID;"
     "CREATE UNIQUE INDEX judgement_by_situation ON judgement (situation, indicator);"
     "CREATE TABLE dissent (object TEXT PRIMARY KEY, situation TEXT NOT NULL,"
     " judgement TEXT NOT NULL, at_ms INTEGER NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL)"
     " WITHOUT ROWID;"
     "CREATE INDEX dissent_by_situation ON dissent (situation, at_ms);"
     "CREATE TABLE assessment (object TEXT PRIMARY KEY, situation TEXT NOT NULL,"
     " number INTEGER NOT NULL, state TEXT NOT NULL, at_ms INTEGER NOT NULL, author TEXT NOT NULL,"
     " revision TEXT NOT NULL, crimes TEXT NOT NULL, judgements TEXT NOT NULL, tlp TEXT NOT NULL,"
     " pap TEXT NOT NULL, summary TEXT NOT NULL, scenarios TEXT NOT NULL,"
     " mitigating TEXT NOT NULL, not_known TEXT NOT NULL, options TEXT NOT NULL) WITHOUT ROWID;"
     "CREATE UNIQUE INDEX assessment_by_situation ON assessment (situation, number)"},
    {2, "whose situations are, and why they are marked so",
     "ALTER TABLE situation ADD COLUMN unit TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE situation ADD COLUMN marking_reason TEXT NOT NULL DEFAULT ''"},
}};

std::int64_t ms_of(base::Instant instant) {
  return instant.time_since_epoch().count();
}
base::Instant instant_of(std::int64_t ms) {
  return base::Instant{std::chrono::milliseconds{ms}};
}

bool truth(const Revision& revision, std::string_view name) {
  const auto* value = revision.field(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// A list in clear as JSON text; "[]" where the revision has none.
std::string list_field(const Revision& revision, std::string_view name) {
  auto text = stored_field(revision, name);
  return text.empty() ? std::string("[]") : text;
}

std::vector<std::string> texts_of(std::string_view list) {
  std::vector<std::string> texts;
  const auto value = formats::parse_json(list);
  if (!value || !value->is_array()) return texts;
  for (const auto& item : value->get_array())
    if (const auto* text = item.if_string()) texts.emplace_back(*text);
  return texts;
}

base::Digest digest_of(std::string_view bytes) {
  const auto raw = base::from_hex(bytes);
  return raw ? base::array_of<32>(*raw).value_or(base::Digest{}) : base::Digest{};
}

base::Status apply_situation(store::Database& database, const Revision& revision) {
  const auto at = ms_of(revision.envelope.time);
  const auto review = base::parse_day(revision.text("review"));
  if (!review) return fail(ErrorCode::corrupt, "no review date", revision.envelope.object);
  return store::run(
      database,
      "INSERT INTO situation VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
      " ?14, ?15, ?16, ?17) ON CONFLICT (object) DO UPDATE SET state = excluded.state,"
      " review_day = excluded.review_day, crimes = excluded.crimes,"
      " changed_ms = excluded.changed_ms, author = excluded.author, revision = excluded.revision,"
      " exercise = excluded.exercise, tlp = excluded.tlp, pap = excluded.pap,"
      " name = excluded.name, places = excluded.places, section_1 = excluded.section_1,"
      " section_2 = excluded.section_2, section_3 = excluded.section_3, unit = excluded.unit,"
      " marking_reason = excluded.marking_reason",
      revision.envelope.object, revision.text("state"), base::day_number(*review),
      list_field(revision, "crimes"), at, revision.envelope.author, base::to_hex(revision.id),
      truth(revision, "exercise"), revision.envelope.marking.tlp, revision.envelope.marking.pap,
      stored_field(revision, "name"), stored_field(revision, "places"),
      stored_field(revision, section_names[0]), stored_field(revision, section_names[1]),
      stored_field(revision, section_names[2]), revision.text("unit"),
      stored_field(revision, "marking_reason"));
}

base::Status apply_evidence(store::Database& database, const Revision& revision) {
  if (revision.text("state") == "unlinked")
    return store::run(database, "UPDATE evidence SET linked = 0 WHERE object = ?1",
                      revision.envelope.object);
  return store::run(
      database, "INSERT INTO evidence VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?10)",
      revision.envelope.object, revision.text("situation"), revision.text("indicator"),
      truth(revision, "against"), ms_of(revision.envelope.time), revision.envelope.author,
      revision.text("origin"), revision.text("source"), stored_field(revision, "excerpt"),
      stored_field(revision, "because"));
}

base::Status apply_judgement(store::Database& database, const Revision& revision) {
  return store::run(
      database,
      "INSERT INTO judgement VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
      " ON CONFLICT (object) DO UPDATE SET value = excluded.value, trend = excluded.trend,"
      " confidence = excluded.confidence, period = excluded.period, at_ms = excluded.at_ms,"
      " author = excluded.author, revision = excluded.revision, reasons = excluded.reasons,"
      " gaps = excluded.gaps",
      revision.envelope.object, revision.text("situation"), revision.text("indicator"),
      revision.text("value"), revision.text("trend"), revision.text("confidence"),
      revision.text("period"), ms_of(revision.envelope.time), revision.envelope.author,
      base::to_hex(revision.id), stored_field(revision, "reasons"), stored_field(revision, "gaps"));
}

base::Status apply_dissent(store::Database& database, const Revision& revision) {
  return store::run(database, "INSERT INTO dissent VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    revision.envelope.object, revision.text("situation"),
                    revision.text("judgement"), ms_of(revision.envelope.time),
                    revision.envelope.author, stored_field(revision, "text"));
}

base::Status apply_assessment(store::Database& database, const Revision& revision) {
  return store::run(
      database,
      "INSERT INTO assessment VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
      " ?15, ?16) ON CONFLICT (object) DO UPDATE SET state = excluded.state,"
      " at_ms = excluded.at_ms, author = excluded.author, revision = excluded.revision,"
      " crimes = excluded.crimes, judgements = excluded.judgements, tlp = excluded.tlp,"
      " pap = excluded.pap, summary = excluded.summary, scenarios = excluded.scenarios,"
      " mitigating = excluded.mitigating, not_known = excluded.not_known,"
      " options = excluded.options",
      revision.envelope.object, revision.text("situation"), revision.integer("number"),
      revision.text("state"), ms_of(revision.envelope.time), revision.envelope.author,
      base::to_hex(revision.id), list_field(revision, "crimes"), list_field(revision, "judgements"),
      revision.envelope.marking.tlp, revision.envelope.marking.pap,
      stored_field(revision, "summary"), stored_field(revision, "scenarios"),
      stored_field(revision, "mitigating"), stored_field(revision, "not_known"),
      stored_field(revision, "options"));
}

/// What was written of it goes, with its data key; that it was, whose and when, stays.
base::Status apply_erasure(store::Database& database, const Revision& revision) {
  const auto erasure = people::erasure_of(revision);
  if (erasure.kind != people::erased_situation) return {};
  if (auto done = ledger::Vault::erase_data_key(database, data_key_of(erasure.object)); !done)
    return done;
  for (const auto* sql :
       {"UPDATE situation SET state = 'erased', crimes = '[]', name = '', places = '',"
        " section_1 = '', section_2 = '', section_3 = '', marking_reason = '' WHERE object = ?1",
        "DELETE FROM evidence WHERE situation = ?1", "DELETE FROM judgement WHERE situation = ?1",
        "DELETE FROM dissent WHERE situation = ?1", "DELETE FROM assessment WHERE situation = ?1"})
    if (auto done = store::run(database, sql, erasure.object); !done) return done;
  return {};
}

SituationRow situation_of(const store::Statement& row) {
  SituationRow situation;
  situation.object = row.text(0);
  situation.state = row.text(1);
  situation.review = base::day_from_number(static_cast<std::int32_t>(row.integer(2)));
  situation.crimes = texts_of(row.text(3));
  situation.opened = instant_of(row.integer(4));
  situation.changed = instant_of(row.integer(5));
  situation.author = row.text(6);
  situation.revision = digest_of(row.text(7));
  situation.exercise = row.integer(8) != 0;
  situation.marking = {std::string(row.text(9)), std::string(row.text(10))};
  situation.name = row.text(11);
  situation.places = row.text(12);
  for (std::size_t i = 0; i < section_names.size(); ++i)
    situation.sections[i] = row.text(13 + static_cast<int>(i));
  situation.unit = row.text(16);
  situation.marking_reason = row.text(17);
  return situation;
}

EvidenceRow evidence_of(const store::Statement& row) {
  return {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
          row.integer(3) != 0,      row.integer(4) != 0,      instant_of(row.integer(5)),
          std::string(row.text(6)), std::string(row.text(7)), std::string(row.text(8)),
          std::string(row.text(9)), std::string(row.text(10))};
}

JudgementRow judgement_of(const store::Statement& row) {
  return {std::string(row.text(0)),   std::string(row.text(2)), std::string(row.text(3)),
          std::string(row.text(4)),   std::string(row.text(5)), std::string(row.text(6)),
          instant_of(row.integer(7)), std::string(row.text(8)), digest_of(row.text(9)),
          std::string(row.text(10)),  std::string(row.text(11))};
}

AssessmentRow assessment_of(const store::Statement& row) {
  return {std::string(row.text(0)),
          std::string(row.text(1)),
          static_cast<int>(row.integer(2)),
          std::string(row.text(3)),
          instant_of(row.integer(4)),
          std::string(row.text(5)),
          digest_of(row.text(6)),
          texts_of(row.text(7)),
          texts_of(row.text(8)),
          {std::string(row.text(9)), std::string(row.text(10))},
          std::string(row.text(16)),
          std::string(row.text(11)),
          std::string(row.text(12)),
          std::string(row.text(13)),
          std::string(row.text(14)),
          std::string(row.text(15))};
}

/// A version and, after its own columns, the unit of its situation.
constexpr std::string_view versions_sql =
    "SELECT assessment.*, coalesce(situation.unit, '') FROM assessment"
    " LEFT JOIN situation ON situation.object = assessment.situation ";

std::string versions_where(std::string_view rest) {
  return std::string(versions_sql) + std::string(rest);
}

/// All rows of a query, made by `make`.
template <class Row, class... Values>
base::Result<std::vector<Row>> all(store::Database& database, std::string_view sql,
                                   Row (*make)(const store::Statement&), const Values&... values) {
  std::vector<Row> rows;
  auto done = store::each(
      database, sql, [&](const store::Statement& row) { rows.push_back(make(row)); }, values...);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

template <class Row>
base::Result<Row> one(base::Result<std::optional<Row>> found, std::string_view object) {
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found)
    return fail(ErrorCode::not_found, "there is nothing of this name", std::string(object),
                "go back to the list");
  return std::move(**found);
}

}  // namespace

std::span<const store::Migration> SituationProjection::migrations() const {
  return steps;
}
std::span<const std::string_view> SituationProjection::tables() const {
  static constexpr std::array<std::string_view, 5> names{"situation", "evidence", "judgement",
                                                         "dissent", "assessment"};
  return names;
}
std::span<const std::string_view> SituationProjection::types() const {
  static constexpr std::array<std::string_view, 6> names{situation_type,  evidence_type,
                                                         judgement_type,  dissent_type,
                                                         assessment_type, people::erasure_type};
  return names;
}

base::Status SituationProjection::apply(store::Database& database, const Revision& revision) const {
  const auto& type = revision.envelope.type;
  if (type == situation_type) return apply_situation(database, revision);
  if (type == evidence_type) return apply_evidence(database, revision);
  if (type == judgement_type) return apply_judgement(database, revision);
  if (type == dissent_type) return apply_dissent(database, revision);
  if (type == people::erasure_type) return apply_erasure(database, revision);
  return apply_assessment(database, revision);
}

base::Result<std::vector<SituationRow>> SituationReader::list(std::size_t rows_max) const {
  return all(database_,
             "SELECT * FROM situation WHERE state <> 'erased'"
             " ORDER BY state = 'closed', review_day LIMIT ?1",
             situation_of, rows_max);
}

base::Result<SituationRow> SituationReader::find(std::string_view object) const {
  return one(
      store::first(database_, "SELECT * FROM situation WHERE object = ?1", situation_of, object),
      object);
}

base::Result<std::vector<EvidenceRow>> SituationReader::evidence(std::string_view situation) const {
  return all(database_, "SELECT * FROM evidence WHERE situation = ?1 ORDER BY indicator, at_ms",
             evidence_of, situation);
}

base::Result<EvidenceRow> SituationReader::find_evidence(std::string_view object) const {
  return one(
      store::first(database_, "SELECT * FROM evidence WHERE object = ?1", evidence_of, object),
      object);
}

base::Result<std::vector<JudgementRow>> SituationReader::judgements(
    std::string_view situation) const {
  return all(database_, "SELECT * FROM judgement WHERE situation = ?1 ORDER BY indicator",
             judgement_of, situation);
}

base::Result<std::optional<JudgementRow>> SituationReader::judgement(
    std::string_view situation, std::string_view indicator) const {
  return store::first(database_, "SELECT * FROM judgement WHERE situation = ?1 AND indicator = ?2",
                      judgement_of, situation, indicator);
}

base::Result<std::vector<DissentRow>> SituationReader::dissent(std::string_view situation) const {
  std::vector<DissentRow> rows;
  auto done = store::each(
      database_,
      "SELECT object, judgement, at_ms, author, text FROM dissent WHERE situation = ?1"
      " ORDER BY at_ms",
      [&](const store::Statement& row) {
        rows.push_back({std::string(row.text(0)), std::string(row.text(1)),
                        instant_of(row.integer(2)), std::string(row.text(3)),
                        std::string(row.text(4))});
      },
      situation);
  if (!done) return std::unexpected(std::move(done.error()));
  return rows;
}

base::Result<std::vector<AssessmentRow>> SituationReader::assessments(
    std::string_view situation) const {
  return all(database_,
             versions_where("WHERE assessment.situation = ?1 ORDER BY assessment.number DESC"),
             assessment_of, situation);
}

base::Result<AssessmentRow> SituationReader::find_assessment(std::string_view object) const {
  return one(store::first(database_, versions_where("WHERE assessment.object = ?1"), assessment_of,
                          object),
             object);
}

base::Result<AssessmentRow> SituationReader::finished_assessment(std::string_view revision) const {
  return one(store::first(
                 database_,
                 versions_where("WHERE assessment.revision = ?1 AND assessment.state = 'finished'"),
                 assessment_of, revision),
             revision);
}

}  // namespace tocsin::assess
