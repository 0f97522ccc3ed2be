// SPDX-License-Identifier: Apache-2.0
// How a warning stands in revisions: schema 1 of `warning`.
#include <boost/json.hpp>

#include "assess/report_tables.hpp"
#include "inform/warning_tables.hpp"

namespace tocsin::inform {
namespace {

namespace json = boost::json;

json::array list_of(const std::vector<std::string>& texts) {
  json::array list;
  for (const auto& text : texts) list.emplace_back(text);
  return list;
}

}  // namespace

ledger::Draft warning_revision(std::string_view object, const WarningBasis& basis,
                               const WarningText& text, WarningState state, std::string_view by) {
  ledger::Draft draft;
  draft.object = object;
  draft.type = warning_type;
  draft.fields = {{"step", name_of(WarningStep::save)},
                  {"state", name_of(state)},
                  {"by", by},
                  {"assessment", basis.assessment},
                  {"assessment_object", basis.assessment_object},
                  {"assessment_title", basis.assessment_title},
                  {"situation", basis.situation},
                  {"unit", basis.unit},
                  {"authors", list_of(basis.authors)},
                  {"language", text.language},
                  {"options", list_of(text.options)},
                  {"urgency", text.urgency},
                  {"confidence", text.confidence},
                  {"scale", text.scale},
                  {"exercise", text.exercise},
                  {"title", text.title},
                  {"what_changed", text.what_changed},
                  {"concerns", text.concerns},
                  {"who_else_knows", text.who_else_knows}};
  if (text.wanted_by) draft.fields["wanted_by"] = ledger::format_moment(*text.wanted_by);
  draft.sealed = {"title", "what_changed", "concerns", "who_else_knows", "assessment_title"};
  draft.data_key = assess::data_key_of(object);
  return draft;
}

ledger::Draft step_revision(std::string_view object, WarningStep step, WarningState state,
                            std::string_view by, std::string_view reasons) {
  ledger::Draft draft;
  draft.object = object;
  draft.type = warning_type;
  draft.fields = {{"step", name_of(step)}, {"state", name_of(state)}, {"by", by}};
  if (!reasons.empty()) draft.fields["reasons"] = reasons;
  draft.sealed = {"reasons"};
  draft.data_key = assess::data_key_of(object);
  return draft;
}

std::string receipt_key_of(std::string_view notice) {
  return "receipts:" + std::string(notice);
}

std::vector<assess::KeptRule> kept_rules() {
  // Counted from the decision, or from what authorities were told of it last.
  auto rules = assess::kept_rules(
      "EXISTS (SELECT 1 FROM warning AS w WHERE w.situation = s.object AND w.title <> '')");
  rules.push_back(
      {assess::KeptKind::warning,
       "SELECT * FROM (SELECT w.object AS object, w.object AS source,"
       " max(w.since_ms, coalesce((SELECT max(n.at_ms) FROM notice AS n WHERE n.warning = "
       "w.object),"
       " 0)) AS last_ms, coalesce(k.until_ms, 0) AS longer_ms,"
       " EXISTS (SELECT 1 FROM situation AS s WHERE s.object = w.situation AND s.state = 'open')"
       " OR EXISTS (SELECT 1 FROM notice AS n JOIN notice_receiver AS t ON t.notice = n.object"
       " WHERE n.warning = w.object AND t.acknowledged_ms IS NULL AND t.replaced_by = ''"
       " AND t.authority NOT IN (SELECT object FROM authority WHERE closed = 1)) AS held"
       " FROM warning AS w LEFT JOIN kept_longer AS k ON k.kind = 'warning'"
       " AND k.object = w.object WHERE w.state = ?4 AND w.title <> ''"
       " AND w.since_ms < ?2 - ?1 AND coalesce(k.until_ms, 0) < ?2) WHERE last_ms < ?2 - ?1",
       " AND object = ?3"});
  return rules;
}

base::Result<WarningText> open_warning(const ledger::Vault& vault, store::Database& database,
                                       const WarningRow& row) {
  WarningText text = row.plain;
  struct Part {
    std::string_view name;
    const std::string& stored;
    std::string& into;
  };
  const std::array<Part, 4> parts{{{"title", row.title, text.title},
                                   {"what_changed", row.what_changed, text.what_changed},
                                   {"concerns", row.concerns, text.concerns},
                                   {"who_else_knows", row.who_else_knows, text.who_else_knows}}};
  for (const auto& part : parts) {
    auto opened = open_text(vault, database, row.object, part.name, part.stored);
    if (!opened) return std::unexpected(std::move(opened.error()));
    part.into = std::move(*opened);
  }
  return text;
}

}  // namespace tocsin::inform
