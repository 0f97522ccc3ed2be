// SPDX-License-Identifier: Apache-2.0
#include "assess/draft_rule.hpp"

#include <algorithm>
#include <array>

#include "assess/cited.hpp"
#include "assess/matters.hpp"
#include "assess/report_tables.hpp"

namespace tocsin::assess {
namespace {

using base::ErrorCode;

constexpr std::size_t uuid_signs = 36;
constexpr std::string_view evidence_form = "/evidence";
/// Typed when a report is frozen, and by who looks at that.
constexpr std::array<std::string_view, 2> steps_while_frozen{"unfreeze", "answer"};

struct Named {
  std::string_view path;
  std::string_view type;
};
constexpr std::array<Named, 3> named_by_path{{{"/inbox/", report_type},
                                              {"/situations/", situation_type},
                                              {"/assessments/", assessment_type}}};

std::string field_of(const people::KeptDraft& draft, std::string_view name) {
  for (const auto& [field, value] : draft.fields)
    if (field == name) return value;
  return {};
}

/// The object that a draft is about: of its path, or of the field that says where evidence is from.
std::string object_of_draft(const people::KeptDraft& draft) {
  const std::string_view form = draft.form;
  for (const auto& [path, type] : named_by_path) {
    if (!form.starts_with(path)) continue;
    const auto rest = form.substr(path.size());
    if (rest.size() < uuid_signs || rest.substr(0, uuid_signs).contains('#')) return {};
    return std::string(type) + ":" + std::string(rest.substr(0, uuid_signs));
  }
  if (!form.starts_with(evidence_form)) return {};
  if (const auto mark = form.find('#'); mark != std::string_view::npos)
    return std::string(form.substr(mark + 1));
  return field_of(draft, "origin");
}

base::Result<bool> report_draft_stands(const people::Desk& desk, const people::Person& person,
                                       store::Database& database, std::string_view object,
                                       const people::KeptDraft& draft) {
  auto report = ReportReader(database).find(object);
  if (!report) return std::unexpected(std::move(report.error()));
  if (!desk.permissions.allows(person, "report.read", matter_of(*report))) return false;
  if (draft.form.starts_with(evidence_form)) {
    auto endangered = is_endangered(database, object);
    if (!endangered) return endangered;
    return !*endangered && !is_gone(report->standing.state);
  }
  const auto mark = draft.form.find('#');
  const auto step =
      mark == std::string::npos ? field_of(draft, "step") : draft.form.substr(mark + 1);
  if (report->standing.frozen &&
      std::ranges::find(steps_while_frozen, step) == steps_while_frozen.end())
    return false;
  return !is_gone(report->standing.state) || (report->standing.frozen && step == "unfreeze");
}

}  // namespace

base::Result<bool> draft_stands(const people::Desk& desk, const people::Person& person,
                                const people::KeptDraft& draft) {
  const auto object = object_of_draft(draft);
  if (object.empty()) return true;
  auto lease = desk.readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  auto& database = **lease;
  const auto stands = [&]() -> base::Result<bool> {
    const SituationReader reader(database);
    if (object.starts_with(std::string(report_type) + ":"))
      return report_draft_stands(desk, person, database, object, draft);
    if (object.starts_with(std::string(situation_type) + ":")) {
      auto situation = reader.find(object);
      if (!situation) return std::unexpected(std::move(situation.error()));
      return desk.permissions.allows(person, "situation.read", matter_of(*situation));
    }
    if (object.starts_with(std::string(assessment_type) + ":")) {
      auto version = reader.find_assessment(object);
      if (!version) return std::unexpected(std::move(version.error()));
      return desk.permissions.allows(person, "assessment.read", matter_of(*version));
    }
    return true;
  }();
  if (!stands && stands.error().code == ErrorCode::not_found) return false;
  return stands;
}

}  // namespace tocsin::assess
