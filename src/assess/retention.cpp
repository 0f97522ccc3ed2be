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
constexpr std::string_view no_term = "until_decided";
constexpr std::array<std::string_view, 6> kind_names{"report",    "identity", "request",
                                                     "situation", "warning",  "account"};
constexpr std::array<std::string_view, 11> wanted_terms{
    "report.new",       "report.asked",      "report.accepted", "report.merged",
    "report.set_aside", "identity",          "request",         "situation.closed",
    "warning.decided",  "warning.withdrawn", "account.closed"};

constexpr std::array<store::Migration, 1> steps{{
    {1, "what is kept longer than its term",
     "CREATE TABLE kept_longer (kind TEXT NOT NULL, object TEXT NOT NULL,"
     " until_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL, author TEXT NOT NULL,"
     " prolonging TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (kind, object)) WITHOUT ROWID"},
}};

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

/// A situation's last version is its closing: nothing changes a closed one.
constexpr std::string_view situations_sql =
    "SELECT s.object AS object, s.object AS source, s.changed_ms AS last_ms,"
    " coalesce(k.until_ms, 0) AS longer_ms, (";
constexpr std::string_view situations_rest =
    ") AS held FROM situation AS s"
    " LEFT JOIN kept_longer AS k ON k.kind = 'situation' AND k.object = s.object"
    " WHERE s.state = ?4 AND s.changed_ms < ?2 - ?1 AND coalesce(k.until_ms, 0) < ?2";
/// Names are needed while a change is asked for, or an emergency access waits for its review.
constexpr std::string_view accounts_sql =
    "SELECT a.object AS object, a.object AS source, a.changed AS last_ms,"
    " coalesce(k.until_ms, 0) AS longer_ms,"
    " EXISTS (SELECT 1 FROM change_request AS c WHERE c.account = a.object AND c.state = 'asked')"
    " OR EXISTS (SELECT 1 FROM emergency AS e WHERE e.account = a.object AND e.reviewed = 0)"
    " AS held FROM account AS a"
    " LEFT JOIN kept_longer AS k ON k.kind = 'account' AND k.object = a.object"
    " WHERE a.state = ?4 AND a.name <> '\"\"' AND a.changed < ?2 - ?1"
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
  std::optional<std::chrono::days> length;
  if (digits != no_term) {
    std::int64_t days = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), days);
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || days < days_min ||
        days > days_max)
      return fail(ErrorCode::invalid_input, "expected 30 to 36500 days, or until_decided",
                  std::string(digits));
    length = std::chrono::days{days};
  }
  const auto what = line.substr(0, first);
  if (std::ranges::find(wanted_terms, what) == wanted_terms.end())
    return fail(ErrorCode::invalid_input, "nothing has this term", std::string(what));
  return Term{std::string(what), length, std::string(line.substr(second + 1))};
}

/// What to look for beside a term.
struct Wanted {
  base::Instant before;
  std::size_t rows_max = 0;
  std::string_view only = {};
  bool also_held = false;
};

base::Status add_ending(store::Database& database, const Retention& retention, const Term& term,
                        const Wanted& wanted, std::vector<Kept>& list) {
  const auto kind = kind_of_term(term.what);
  const auto* rule = retention.rule_of(kind);
  if (!term.days || rule == nullptr) return {};
  // One object is found by its key; "or any" in the query itself would read all of them.
  const auto sql = "SELECT object, source, last_ms, longer_ms, held FROM (" + rule->rows +
                   (wanted.only.empty() ? "" : rule->one) +
                   ") WHERE ?6 = 1 OR held = 0 ORDER BY last_ms LIMIT ?5";
  const std::string_view what = term.what;
  const auto dot = what.find('.');
  const auto state = dot == std::string_view::npos ? std::string_view{} : what.substr(dot + 1);
  const std::chrono::milliseconds length = *term.days;
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

std::vector<KeptRule> kept_rules(std::string_view situation_held) {
  return {{KeptKind::report, std::string(reports_sql), " AND r.object = ?3"},
          {KeptKind::identity, std::string(identities_sql), " AND i.report = ?3"},
          {KeptKind::request, std::string(requests_sql), " AND q.object = ?3"},
          {KeptKind::situation,
           std::string(situations_sql) + std::string(situation_held) + std::string(situations_rest),
           " AND s.object = ?3"},
          {KeptKind::account, std::string(accounts_sql), " AND a.object = ?3"}};
}

base::Result<Retention> Retention::load(const std::filesystem::path& data,
                                        std::vector<KeptRule> rules) {
  const auto path = data / "retention.tsv";
  auto text = base::read_file(path, table_bytes_max);
  if (!text) return std::unexpected(std::move(text.error()));
  Retention retention;
  retention.rules_ = std::move(rules);
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

const KeptRule* Retention::rule_of(KeptKind kind) const {
  const auto found = std::ranges::find(rules_, kind, &KeptRule::kind);
  return found == rules_.end() ? nullptr : &*found;
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
    if (auto done = add_ending(database, retention, term, {before, rows_max, only}, list); !done)
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
    if (auto done = add_ending(database, retention, term, {never, 1, object, true}, found); !done)
      return std::unexpected(std::move(done.error()));
    if (!found.empty()) return std::optional(std::move(found.front()));
  }
  return std::nullopt;
}

}  // namespace tocsin::assess
