// SPDX-License-Identifier: Apache-2.0
// The lists of warnings and authorities to take along, as CSV or as a workbook.
#include "formats/table.hpp"
#include "inform/authority_tables.hpp"
#include "inform/inform_pages.hpp"

namespace tocsin::inform {
namespace {

using pagekit::Answer;

/// The strictest marking of what a list holds stands above it: it travels as one thing.
class Strictest {
 public:
  void take(std::string_view tlp) {
    for (std::size_t i = 0; i < order.size(); ++i)
      if (order.at(i) == tlp && i > at_) at_ = i;
  }
  [[nodiscard]] std::string words() const { return "TLP:" + std::string(order.at(at_)); }

 private:
  static constexpr std::array<std::string_view, 5> order{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT",
                                                         "RED"};
  std::size_t at_ = 0;
};

std::string time_of(std::optional<base::Instant> instant) {
  return instant ? base::format_instant(*instant) : std::string();
}

formats::Table begun(const InformCall& page, std::string_view title,
                     std::initializer_list<const char*> columns) {
  formats::Table table;
  table.name = page.words.message(title);
  table.right_to_left = page.words.language() == "ar";
  for (const auto* column : columns) table.columns.push_back(page.words.message(column));
  return table;
}

Answer warnings_table(const InformCall& page, pagekit::TableForm form) {
  auto rows = list_warnings(page.database, formats::table_rows_max);
  if (!rows) return std::unexpected(std::move(rows.error()));
  const WarningDesk desk(page.parts);
  auto table = begun(page, "warnings.title",
                     {"warnings.warning", "warning.marking", "warnings.state", "warning.decision",
                      "warnings.urgency", "warning.confidence", "warning.begun_at",
                      "warning.decided_at", "mark.exercise"});
  Strictest strictest;
  for (const auto& row : *rows) {
    if (!desk.may_read(page.session.person, row)) continue;
    strictest.take(row.marking.tlp);
    table.rows.push_back({page.shown(row.object, "title", row.title), marking_words(row.marking),
                          page.words.looked_up("warning_state", name_of(row.clock.state)),
                          page.words.looked_up("warning_step", row.choice),
                          page.words.looked_up("urgency_name", row.plain.urgency),
                          page.words.looked_up("judgement_confidence", row.plain.confidence),
                          time_of(row.created), time_of(row.decided),
                          row.plain.exercise ? page.words.message("mark.exercise") : ""});
  }
  table.marking = strictest.words();
  return pagekit::table_response(table, form, "warnings");
}

Answer authorities_table(const InformCall& page, pagekit::TableForm form) {
  if (auto may = page.must("authority.read"); !may) return std::unexpected(std::move(may.error()));
  auto rows = list_authorities(page.database);
  if (!rows) return std::unexpected(std::move(rows.error()));
  auto table =
      begun(page, "authorities.title",
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
  using pagekit::TableForm;
  for (const auto& [ending, form] :
       {std::pair{".csv", TableForm::csv}, std::pair{".xlsx", TableForm::xlsx}}) {
    add_page(router, parts, "GET", std::string("/warnings") + ending,
             [form](const InformCall& page) { return warnings_table(page, form); });
    add_page(router, parts, "GET", std::string("/authorities") + ending,
             [form](const InformCall& page) { return authorities_table(page, form); });
  }
}

}  // namespace tocsin::inform
