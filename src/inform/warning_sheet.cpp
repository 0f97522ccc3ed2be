// SPDX-License-Identifier: Apache-2.0
#include "inform/warning_sheet.hpp"

namespace tocsin::inform {
namespace {

using formats::PdfPart;

std::string joined(const std::vector<std::string>& lines, std::string_view between) {
  std::string out;
  for (const auto& line : lines) {
    if (!out.empty()) out += between;
    out += line;
  }
  return out;
}

/// The time in words; a word for none.
std::string time_text(const pagekit::Words& words, std::optional<base::Instant> instant) {
  if (!instant) return words.message("warning.no_date");
  const auto time = words.time(*instant);
  return std::string(time.at("text").as_string());
}

}  // namespace

formats::PdfSheet warning_sheet(const WarningView& view, const Rules& rules,
                                const pagekit::Words& words, std::string_view node_name) {
  formats::PdfSheet sheet;
  const auto& row = view.row;
  sheet.language = view.text.language;
  sheet.right_to_left = words.language() == "ar";
  sheet.title = words.message("warning.sheet_title");
  sheet.marking = "TLP:" + row.marking.tlp + "  PAP:" + row.marking.pap;
  if (row.plain.exercise) sheet.marking = words.message("mark.exercise") + "  " + sheet.marking;
  sheet.foot =
      std::string(node_name) + "  ·  " +
      words.message("warning.version", {{"version", words.number(std::int64_t{row.version})}}) +
      "  ·  " + row.text_revision;
  sheet.made = row.text_at;
  const auto add = [&](PdfPart::Kind kind, std::string text) {
    if (!text.empty()) sheet.parts.push_back({kind, std::move(text)});
  };
  const auto section = [&](std::string_view key, const std::string& text) {
    if (text.empty()) return;
    add(PdfPart::Kind::heading, words.message(key));
    add(PdfPart::Kind::text, text);
  };
  add(PdfPart::Kind::title, view.text.title);
  add(PdfPart::Kind::note,
      joined({words.looked_up("warning_state", name_of(row.clock.state)),
              words.looked_up("scale", row.plain.scale),
              words.message("warning.confidence") + ": " +
                  words.looked_up("judgement_confidence", row.plain.confidence)},
             "  ·  "));
  section("warning.what_changed", view.text.what_changed);
  section("warning.concerns", view.text.concerns);
  std::vector<std::string> options;
  for (const auto& id : row.plain.options) {
    const auto* one = rules.measure(id);
    if (one == nullptr) continue;
    options.push_back("•  " + words.looked_up("toolbox", id) + " (" +
                      words.looked_up("coercion", std::to_string(one->coercion_max)) + ")");
  }
  section("warning.options", joined(options, "\n"));
  section("warning.who_else_knows", view.text.who_else_knows);
  section("warning.wanted_by", time_text(words, row.plain.wanted_by));
  section("warning.rests_on", view.assessment_title + "\n" + row.assessment);
  for (const auto& step : view.steps) {
    const auto name = warning_step_of(step.row.step);
    if (!name || !is_choice(*name)) continue;
    section("warning.decision", words.looked_up("warning_step", step.row.step) + " · " +
                                    words.looked_up("decider", step.row.role) + " · " +
                                    time_text(words, step.row.at) + "\n" + step.reasons);
  }
  return sheet;
}

}  // namespace tocsin::inform
