// SPDX-License-Identifier: Apache-2.0
#include "assess/cited.hpp"

#include <map>
#include <set>

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
};

/// The report into which this one was merged in the end, and whether any of that family is frozen.
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
    " SELECT (SELECT object FROM root), (SELECT max(frozen) FROM family)";

base::Result<ReportNow> standing_of(store::Database& database, std::string_view report) {
  auto row = ReportReader(database).find(report);
  if (!row) return std::unexpected(std::move(row.error()));
  ReportNow standing{row->object, row->marking, row->standing.frozen, is_gone(row->standing.state)};
  auto family = store::first(
      database, family_sql,
      [](const store::Statement& found) {
        return std::pair(std::string(found.text(0)), found.integer(1) != 0);
      },
      report);
  if (!family) return std::unexpected(std::move(family.error()));
  if (*family) {
    standing.root = (*family)->first;
    standing.frozen = standing.frozen || (*family)->second;
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
  return {std::move(row), standing.root, standing.marking, standing.frozen, standing.gone};
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
    if (one.counts()) strictest = ledger::stricter(strictest, one.marking);
  return strictest;
}

bool fits_in(const ledger::Marking& inner, const ledger::Marking& outer) {
  return ledger::stricter(outer, inner) == outer;
}

}  // namespace tocsin::assess
