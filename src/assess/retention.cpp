// SPDX-License-Identifier: Apache-2.0
#include "assess/retention.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/files.hpp"
#include "ledger/sealed_text.hpp"
#include "store/query.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::size_t table_bytes_max = 1U << 20;
constexpr std::int64_t days_min = 30;
constexpr std::int64_t days_max = 36'500;
constexpr std::array<std::string_view, 3> kind_names{"report", "identity", "request"};
constexpr std::array<std::string_view, 7> wanted_terms{
    "report.new",       "report.asked", "report.accepted", "report.merged",
    "report.set_aside", "identity",     "request"};

constexpr std::array<store::Migration, 1> steps{{
    {1, "what is kept longer than its term",
     "CREATE TABLE kept_longer (kind TEXT NOT NULL, object TEXT NOT NULL,"
     " until_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL, author TEXT NOT NULL,"
     " prolonging TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (kind, object)) WITHOUT ROWID"},
}};

/// Each kind: object, source's code, last moment that counts, kept longer until, held back. A term
/// is bound as ?1 (days in milliseconds), the moment before which it ends as ?2, and the state of
/// reports as ?4; the rest is in add_ending().
constexpr std::string_view reports_sql =
    "SELECT r.object AS object, r.source AS source, r.changed_ms AS last_ms,"
    " coalesce(k.until_ms, 0) AS longer_ms, r.frozen"
    " OR EXISTS (SELECT 1 FROM source_request AS q WHERE q.report = r.object"
    " AND q.state IN ('asked', 'open')) AS held"
    " FROM report AS r LEFT JOIN kept_longer AS k ON k.kind = 'report' AND k.object = r.object"
    " WHERE r.state = ?4 AND r.received_ms < ?2 - ?1 AND r.changed_ms < ?2 - ?1"
    " AND coalesce(k.until_ms, 0) < ?2";
constexpr std::string_view identities_sql =
    "SELECT i.report AS object, r.source AS source, i.last_ms AS last_ms,"
    " coalesce(k.until_ms, 0) AS longer_ms, r.frozen"
    " OR EXISTS (SELECT 1 FROM source_request AS q WHERE q.report = i.report"
    " AND q.state IN ('asked', 'open')) AS held"
    " FROM source_identity AS i JOIN report AS r ON r.object = i.report"
    " LEFT JOIN kept_longer AS k ON k.kind = 'identity' AND k.object = i.report"
    " WHERE i.hash <> '' AND ?4 = '' AND i.last_ms < ?2 - ?1 AND coalesce(k.until_ms, 0) < ?2";
constexpr std::string_view requests_sql =
    "SELECT q.object AS object, r.source AS source, q.ended_ms AS last_ms,"
    " coalesce(k.until_ms, 0) AS longer_ms, 0 AS held"
    " FROM source_request AS q JOIN report AS r ON r.object = q.report"
    " LEFT JOIN kept_longer AS k ON k.kind = 'request' AND k.object = q.object"
    " WHERE q.ended_ms IS NOT NULL AND q.reason <> '' AND ?4 = '' AND q.ended_ms < ?2 - ?1"
    " AND coalesce(k.until_ms, 0) < ?2";

std::int64_t ms_of(base::Instant instant) {
  return instant.time_since_epoch().count();
}
base::Instant instant_of(std::int64_t ms) {
  return base::Instant{std::chrono::milliseconds{ms}};
}

KeptKind kind_of_term(std::string_view what) {
  return kept_kind_of(what.substr(0, what.find('.'))).value_or(KeptKind::report);
}

base::Result<Term> read_term(std::string_view line) {
  const auto first = line.find('\t');
  const auto second = first == std::string_view::npos ? first : line.find('\t', first + 1);
  if (second == std::string_view::npos || second + 1 == line.size())
    return fail(ErrorCode::invalid_input, "expected what, days and why, parted by tabs");
  const auto digits = line.substr(first + 1, second - first - 1);
  std::int64_t days = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), days);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || days < days_min ||
      days > days_max)
    return fail(ErrorCode::invalid_input, "expected 30 to 36500 days", std::string(digits));
  const auto what = line.substr(0, first);
  if (std::ranges::find(wanted_terms, what) == wanted_terms.end())
    return fail(ErrorCode::invalid_input, "nothing has this term", std::string(what));
  return Term{std::string(what), std::chrono::days{days}, std::string(line.substr(second + 1))};
}

/// What to look for beside a term.
struct Wanted {
  base::Instant before;
  std::size_t rows_max = 0;
  std::string_view only = {};
  bool also_held = false;
};

base::Status add_ending(store::Database& database, const Term& term, const Wanted& wanted,
                        std::vector<Kept>& list) {
  const auto kind = kind_of_term(term.what);
  const auto rows = kind == KeptKind::report     ? reports_sql
                    : kind == KeptKind::identity ? identities_sql
                                                 : requests_sql;
  // One object is found by its key; "or any" in the query itself would read all of them.
  const auto* const one = kind == KeptKind::report     ? " AND r.object = ?3"
                          : kind == KeptKind::identity ? " AND i.report = ?3"
                                                       : " AND q.object = ?3";
  const auto sql = "SELECT object, source, last_ms, longer_ms, held FROM (" + std::string(rows) +
                   (wanted.only.empty() ? "" : one) +
                   ") WHERE ?6 = 1 OR held = 0 ORDER BY last_ms LIMIT ?5";
  const std::string_view what = term.what;
  const auto state = kind == KeptKind::report ? what.substr(what.find('.') + 1) : "";
  const std::chrono::milliseconds length = term.days;
  return store::each(
      database, sql,
      [&](const store::Statement& row) {
        Kept found;
        found.kind = kind;
        found.object = row.text(0);
        found.source = row.text(1);
        found.what = term.what;
        found.last = instant_of(row.integer(2));
        found.until = std::max(found.last + length, instant_of(row.integer(3)));
        found.held = row.integer(4) != 0;
        list.push_back(std::move(found));
      },
      length.count(), ms_of(wanted.before), wanted.only, state, wanted.rows_max, wanted.also_held);
}

}  // namespace

std::string_view name_of(KeptKind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}
std::optional<KeptKind> kept_kind_of(std::string_view name) {
  const auto found = std::ranges::find(kind_names, name);
  if (found == kind_names.end()) return std::nullopt;
  return static_cast<KeptKind>(found - kind_names.begin());
}

base::Result<Retention> Retention::load(const std::filesystem::path& data) {
  const auto path = data / "retention.tsv";
  auto text = base::read_file(path, table_bytes_max);
  if (!text) return std::unexpected(std::move(text.error()));
  Retention retention;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text->size(); ++number) {
    const auto end = std::min(text->find('\n', begin), text->size());
    const auto line = std::string_view(*text).substr(begin, end - begin);
    begin = end + 1;
    if (line.empty() || line.starts_with('#')) continue;
    auto term = read_term(line);
    const auto place = path.string() + " line " + std::to_string(number + 1);
    if (!term) return base::fail_at(place, std::move(term.error()));
    if (retention.find(term->what) != nullptr)
      return fail(ErrorCode::invalid_input, "this term stands here twice", place);
    retention.terms_.push_back(std::move(*term));
  }
  for (const auto what : wanted_terms)
    if (retention.find(what) == nullptr)
      return fail(ErrorCode::invalid_input, "a term is missing: " + std::string(what),
                  path.string());
  return retention;
}

const Term* Retention::find(std::string_view what) const {
  const auto found = std::ranges::find(terms_, what, &Term::what);
  return found == terms_.end() ? nullptr : &*found;
}

std::span<const store::Migration> RetentionProjection::migrations() const {
  return steps;
}
std::span<const std::string_view> RetentionProjection::tables() const {
  static constexpr std::array<std::string_view, 1> names{"kept_longer"};
  return names;
}
std::span<const std::string_view> RetentionProjection::types() const {
  static constexpr std::array<std::string_view, 1> names{prolonging_type};
  return names;
}

base::Status RetentionProjection::apply(store::Database& database,
                                        const ledger::Revision& revision) const {
  return store::run(database,
                    "INSERT OR REPLACE INTO kept_longer VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    revision.text("kind"), revision.text("object"), revision.integer("until"),
                    ms_of(revision.envelope.time), revision.envelope.author,
                    revision.envelope.object, ledger::stored_field(revision, "reason"));
}

base::Result<std::vector<Kept>> ending_before(store::Database& database, const Retention& retention,
                                              base::Instant before, std::size_t rows_max,
                                              std::string_view only) {
  std::vector<Kept> list;
  for (const auto& term : retention.terms())
    if (auto done = add_ending(database, term, {before, rows_max, only}, list); !done)
      return std::unexpected(std::move(done.error()));
  std::ranges::sort(list, {}, &Kept::until);
  if (list.size() > rows_max) list.resize(rows_max);
  return list;
}

base::Result<std::optional<Kept>> kept(store::Database& database, const Retention& retention,
                                       KeptKind kind, std::string_view object) {
  // Later than any term can end.
  constexpr base::Instant never{std::chrono::days{365'000}};
  for (const auto& term : retention.terms()) {
    if (kind_of_term(term.what) != kind) continue;
    std::vector<Kept> found;
    if (auto done = add_ending(database, term, {never, 1, object, true}, found); !done)
      return std::unexpected(std::move(done.error()));
    if (!found.empty()) return std::optional(std::move(found.front()));
  }
  return std::nullopt;
}

}  // namespace tocsin::assess
