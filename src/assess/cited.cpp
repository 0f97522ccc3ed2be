// SPDX-License-Identifier: Apache-2.0
#include "assess/cited.hpp"

#include <map>
#include <set>
#include <tuple>

#include "assess/report_tables.hpp"
#include "store/query.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;

constexpr std::string_view report_prefix = "report:";

/// What is asked of a report once, however much evidence is from it.
struct ReportNow {
  std::string root;
  ledger::Marking marking;
  bool frozen = false;
  bool gone = false;
  bool set_aside = false;
};

/// The report into which this one was merged in the end, whether any of that family is frozen, and
/// whether that report was set aside.
/// A merged report is never merged into, so the chain ends; the depth only bounds a broken table.
constexpr std::string_view family_sql =
    "WITH RECURSIVE up(object, merged_into, depth) AS ("
    " SELECT object, merged_into, 0 FROM report WHERE object = ?1"
    " UNION ALL SELECT r.object, r.merged_into, up.depth + 1 FROM report r"
    " JOIN up ON r.object = up.merged_into WHERE up.depth < 100),"
    " root(object) AS (SELECT object FROM up ORDER BY depth DESC LIMIT 1),"
    " family(object, frozen) AS ("
    " SELECT r.object, r.frozen FROM report r JOIN root ON r.object = root.object"
    " UNION SELECT r.object, r.frozen FROM report r JOIN family f ON r.merged_into = f.object)"
    " SELECT (SELECT object FROM root), (SELECT max(frozen) FROM family),"
    " (SELECT r.state = 'set_aside' FROM report r JOIN root ON r.object = root.object)";

base::Result<ReportNow> standing_of(store::Database& database, std::string_view report) {
  auto row = ReportReader(database).find(report);
  if (!row) return std::unexpected(std::move(row.error()));
  ReportNow standing{row->object, row->marking, row->standing.frozen, is_gone(row->standing.state),
                     row->standing.state == ReportState::set_aside};
  auto family = store::first(
      database, family_sql,
      [](const store::Statement& found) {
        return std::tuple(std::string(found.text(0)), found.integer(1) != 0, found.integer(2) != 0);
      },
      report);
  if (!family) return std::unexpected(std::move(family.error()));
  if (*family) {
    const auto& [root, frozen, set_aside] = **family;
    standing.root = root;
    standing.frozen = standing.frozen || frozen;
    standing.set_aside = standing.set_aside || set_aside;
  }
  return standing;
}

Cited from_watch(EvidenceRow row) {
  Cited cited;
  cited.counted_as = "publisher " + row.source;
  cited.row = std::move(row);
  return cited;
}

Cited from_report(EvidenceRow row, const ReportNow& standing) {
  return {std::move(row),  standing.root, standing.marking,
          standing.frozen, standing.gone, standing.set_aside};
}

}  // namespace

base::Result<std::vector<Cited>> cited_in(store::Database& database, std::string_view situation) {
  auto rows = SituationReader(database).evidence(situation);
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::map<std::string, ReportNow> reports;
  std::vector<Cited> cited;
  for (auto& row : *rows) {
    if (!row.origin.starts_with(report_prefix)) {
      cited.push_back(from_watch(std::move(row)));
      continue;
    }
    auto known = reports.find(row.origin);
    if (known == reports.end()) {
      auto standing = standing_of(database, row.origin);
      if (!standing) return std::unexpected(std::move(standing.error()));
      known = reports.emplace(row.origin, std::move(*standing)).first;
    }
    cited.push_back(from_report(std::move(row), known->second));
  }
  return cited;
}

base::Result<Cited> find_cited(store::Database& database, std::string_view evidence) {
  auto row = SituationReader(database).find_evidence(evidence);
  if (!row) return std::unexpected(std::move(row.error()));
  if (!row->origin.starts_with(report_prefix)) return from_watch(std::move(*row));
  auto standing = standing_of(database, row->origin);
  if (!standing) return std::unexpected(std::move(standing.error()));
  return from_report(std::move(*row), *standing);
}

base::Status check_nobody_endangered(store::Database& database, std::string_view situation,
                                     bool also_unlinked) {
  auto evidence = cited_in(database, situation);
  if (!evidence) return std::unexpected(std::move(evidence.error()));
  for (const auto& one : *evidence)
    if (one.frozen && (one.row.linked || also_unlinked))
      return base::fail(ErrorCode::conflict, "evidence is from a report that is frozen",
                        "frozen_evidence", "have someone look at the report and lift the freeze");
  return {};
}

base::Result<bool> is_endangered(store::Database& database, std::string_view report) {
  auto standing = standing_of(database, report);
  if (!standing) return std::unexpected(std::move(standing.error()));
  return standing->frozen;
}

base::Result<std::set<std::string>> endangered_reports(store::Database& database) {
  // From each frozen report up to what it was merged into, and down to what was merged into it.
  std::set<std::string> reports;
  auto done =
      store::each(database,
                  "WITH RECURSIVE near(object) AS (SELECT object FROM report WHERE frozen = 1"
                  " UNION SELECT r.merged_into FROM near JOIN report r ON r.object = near.object"
                  " WHERE r.merged_into <> ''"
                  " UNION SELECT r.object FROM near JOIN report r ON r.merged_into = near.object)"
                  " SELECT object FROM near",
                  [&](const store::Statement& row) { reports.emplace(row.text(0)); });
  if (!done) return std::unexpected(std::move(done.error()));
  return reports;
}

std::size_t independent_sources(const std::vector<Cited>& evidence, std::string_view indicator) {
  std::set<std::string_view> sources;
  for (const auto& one : evidence)
    if (one.counts() && (indicator.empty() || one.row.indicator == indicator))
      sources.insert(one.counted_as);
  return sources.size();
}

ledger::Marking strictest_of(const std::vector<Cited>& evidence) {
  ledger::Marking strictest{"CLEAR", "CLEAR"};
  for (const auto& one : evidence)
    if (one.has_words()) strictest = ledger::stricter(strictest, one.marking);
  return strictest;
}

bool fits_in(const ledger::Marking& inner, const ledger::Marking& outer) {
  return ledger::stricter(outer, inner) == outer;
}

}  // namespace tocsin::assess
