// SPDX-License-Identifier: Apache-2.0
#include "assess/assessment_content.hpp"

#include <boost/json.hpp>

#include "assess/marking_below.hpp"
#include "assess/matters.hpp"
#include "base/hash.hpp"
#include "formats/json.hpp"

namespace tocsin::assess {

const std::string& stored_text(const AssessmentRow& row, std::string_view field) {
  if (field == "summary") return row.summary;
  if (field == "scenarios") return row.scenarios;
  if (field == "mitigating") return row.mitigating;
  return row.not_known;
}

std::vector<Option> options_of(const DeskCall& desk, const AssessmentRow& row) {
  std::vector<Option> options;
  const auto list = formats::parse_json(desk.shown(row.object, "options", row.options));
  if (!list || !list->is_array()) return options;
  for (const auto& item : list->get_array())
    options.push_back({std::string(formats::text_member(item, "measure")),
                       std::string(formats::text_member(item, "why"))});
  return options;
}

std::vector<ToolboxEntry> toolbox(const DeskCall& desk) {
  return desk.parts.toolbox ? desk.parts.toolbox(desk.call.language) : std::vector<ToolboxEntry>{};
}

std::map<std::string, ledger::Revision> judgements_of(const DeskCall& desk,
                                                      const AssessmentRow& row) {
  std::map<std::string, ledger::Revision> found;
  for (const auto& id : row.judgements) {
    const auto bytes = base::from_hex(id);
    const auto digest = bytes ? base::array_of<32>(*bytes) : base::Result<base::Digest>();
    if (!bytes || !digest) continue;
    auto revision = ledger::find_revision(desk.database, *digest);
    if (revision && *revision) {
      const std::string indicator((*revision)->text("indicator"));
      found.emplace(indicator, std::move(**revision));
    }
  }
  return found;
}

std::string judgement_in_words(const DeskCall& desk,
                               const std::map<std::string, ledger::Revision>& of,
                               const std::string& indicator) {
  const auto found = of.find(indicator);
  if (found == of.end()) return "–";
  return desk.words.looked_up("judgement_value", found->second.text("value")) + " · " +
         desk.words.looked_up("judgement_trend", found->second.text("trend"));
}

std::optional<AssessmentRow> version_before(const DeskCall& desk, const AssessmentRow& row) {
  const auto versions = readable_versions(desk.database, desk.parts.desk.permissions,
                                          desk.session.person, row.situation);
  if (!versions) return std::nullopt;
  for (const auto& version : *versions)
    if (version.number < row.number && version.state == "finished") return version;
  return std::nullopt;
}

bool has_other_version(const DeskCall& desk, const AssessmentRow& row) {
  const auto versions = readable_versions(desk.database, desk.parts.desk.permissions,
                                          desk.session.person, row.situation);
  return versions && versions->size() > 1;
}

base::Result<AssessmentRow> read_assessment(const DeskCall& desk, const std::string& object) {
  auto row = SituationReader(desk.database).find_assessment(object);
  if (!row) return row;
  auto below = marking_below(desk.database, row->situation);
  if (!below) return std::unexpected(std::move(below.error()));
  row->marking = ledger::stricter(row->marking, *below);
  if (auto may =
          desk.parts.desk.permissions.may(desk.session.person, "assessment.read", matter_of(*row));
      !may)
    return std::unexpected(std::move(may.error()));
  if (auto noted = desk.note_read("assessment.read", row->object, row->marking); !noted)
    return std::unexpected(std::move(noted.error()));
  return row;
}

}  // namespace tocsin::assess
