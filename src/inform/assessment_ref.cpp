// SPDX-License-Identifier: Apache-2.0
#include "inform/assessment_ref.hpp"

#include <boost/json.hpp>

#include "assess/marking_below.hpp"
#include "assess/situation_tables.hpp"
#include "formats/json.hpp"
#include "ledger/sealed_text.hpp"

namespace tocsin::inform {

base::Result<AssessmentRef> finished_assessment(const ledger::Vault& vault,
                                                store::Database& database,
                                                std::string_view revision) {
  const assess::SituationReader reader(database);
  auto row = reader.finished_assessment(revision);
  if (!row) return std::unexpected(std::move(row.error()));
  auto situation = reader.find(row->situation);
  if (!situation) return std::unexpected(std::move(situation.error()));
  auto below = assess::marking_below(database, row->situation);
  if (!below) return std::unexpected(std::move(below.error()));
  AssessmentRef reference;
  reference.revision = revision;
  reference.object = row->object;
  reference.situation = row->situation;
  reference.title =
      ledger::shown_text(vault, database, situation->object, "name", situation->name, "…");
  reference.unit = situation->unit;
  reference.marking = ledger::stricter(row->marking, *below);
  reference.exercise = situation->exercise;
  const auto options = open_value(vault, database, row->object, "options", row->options);
  if (options && options->is_array())
    for (const auto& option : options->get_array())
      reference.options.emplace_back(formats::text_member(option, "measure"));
  return reference;
}

}  // namespace tocsin::inform
