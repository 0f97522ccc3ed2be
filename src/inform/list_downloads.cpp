// SPDX-License-Identifier: Apache-2.0
// The lists of warnings and authorities to take along, as CSV or as a workbook.
#include "inform/authority_tables.hpp"
#include "inform/inform_pages.hpp"
#include "pagekit/list_table.hpp"

namespace tocsin::inform {
namespace {

using pagekit::Answer;

std::string time_of(std::optional<base::Instant> instant) {
  return instant ? base::format_instant(*instant) : std::string();
}

Answer warnings_table(const InformCall& page, pagekit::TableForm form) {
  auto rows =
      WarningDesk(page.parts).readable(page.session.person, page.database, formats::table_rows_max);
  if (!rows) return std::unexpected(std::move(rows.error()));
  auto table = pagekit::begin_table(page.words, "warnings.title",
                                    {"warnings.warning", "warning.marking", "warnings.state",
                                     "warning.decision", "warnings.urgency", "warning.confidence",
                                     "warning.begun_at", "warning.decided_at", "mark.exercise"});
  // It travels as one thing, so what is strictest in it stands above it.
  ledger::Marking strictest{"CLEAR", "CLEAR"};
  people::ListRead read;
  for (const auto& row : *rows) {
    if (!row.erased()) read.add(row.marking);
    strictest = ledger::stricter(strictest, row.marking);
    table.rows.push_back({row.erased() ? page.words.message("warning.erased_title")
                                       : page.shown(row.object, "title", row.title),
                          marking_words(row.marking),
                          page.words.looked_up("warning_state", name_of(row.clock.state)),
                          page.words.looked_up("warning_step", row.choice),
                          page.words.looked_up("urgency_name", row.plain.urgency),
                          page.words.looked_up("judgement_confidence", row.plain.confidence),
                          time_of(row.created), time_of(row.decided),
                          row.plain.exercise ? page.words.message("mark.exercise") : ""});
  }
  if (auto noted = page.note_list("warning.read", "warnings", read); !noted)
    return std::unexpected(std::move(noted.error()));
  table.marking = "TLP:" + strictest.tlp;
  return pagekit::table_response(table, form, "warnings");
}

Answer authorities_table(const InformCall& page, pagekit::TableForm form) {
  if (auto may = page.must("authority.read"); !may) return std::unexpected(std::move(may.error()));
  auto rows = list_authorities(page.database);
  if (!rows) return std::unexpected(std::move(rows.error()));
  auto table = pagekit::begin_table(
      page.words, "authorities.title",
      {"authority.name", "authority.channel", "authority.address", "authority.telephone",
       "authority.language", "authority.duty", "authority.clearance"});
  for (const auto& row : *rows) {
    const auto& one = row.plain;
    table.rows.push_back(
        {one.name, page.words.looked_up("channel", name_of(one.channel)),
         page.shown(row.object, "address", row.address),
         page.shown(row.object, "telephone", row.telephone), one.language,
         one.duty_from + "–" + one.duty_to + " " + one.duty_days + " " + one.duty_zone,
         "TLP:" + one.clearance});
  }
  // Addresses and telephones of offices: for the desk, not for a shelf.
  table.marking = "TLP:AMBER";
  return pagekit::table_response(table, form, "authorities");
}

}  // namespace

void add_list_downloads(pagekit::Router& router, const InformParts& parts) {
  for (const auto& [ending, form] : pagekit::list_forms) {
    add_page(router, parts, "GET", "/warnings" + std::string(ending),
             [form](const InformCall& page) { return warnings_table(page, form); });
    add_page(router, parts, "GET", "/authorities" + std::string(ending),
             [form](const InformCall& page) { return authorities_table(page, form); });
  }
}

}  // namespace tocsin::inform
