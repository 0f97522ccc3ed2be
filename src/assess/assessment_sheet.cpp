// SPDX-License-Identifier: Apache-2.0
#include "assess/assessment_sheet.hpp"

namespace tocsin::assess {

using formats::PdfPart;

formats::PdfSheet assessment_sheet(const AssessmentPaper& paper, const pagekit::Words& words,
                                   std::string_view node_name) {
  formats::PdfSheet sheet;
  sheet.language = words.language();
  sheet.right_to_left = words.language() == "ar";
  sheet.title = paper.title;
  sheet.marking = "TLP:" + paper.marking.tlp + "  PAP:" + paper.marking.pap;
  if (paper.exercise) sheet.marking = words.message("mark.exercise") + "  " + sheet.marking;
  sheet.foot = std::string(node_name) + "  ·  " + paper.title + "  ·  " + paper.revision;
  sheet.made = paper.at;
  const auto add = [&](PdfPart::Kind kind, std::string text) {
    if (!text.empty()) sheet.parts.push_back({kind, std::move(text)});
  };
  add(PdfPart::Kind::title, paper.situation);
  add(PdfPart::Kind::note, paper.title +
                               (paper.draft ? "  ·  " + words.message("assessment.draft") : "") +
                               "  ·  " + paper.crimes);
  for (const auto& part : paper.texts) {
    add(PdfPart::Kind::heading, part.label);
    add(PdfPart::Kind::text, part.text.empty() ? "–" : part.text);
  }
  std::string list;
  for (const auto& option : paper.options)
    list += (list.empty() ? "•  " : "\n•  ") + option.label + " (" + option.coercion + ")" +
            (option.why.empty() ? "" : ": " + option.why);
  add(PdfPart::Kind::heading, words.message("assessment.options"));
  add(PdfPart::Kind::text, list.empty() ? "–" : list);
  add(PdfPart::Kind::heading, words.message("assessment.judgements"));
  for (const auto& judged : paper.judgements)
    add(PdfPart::Kind::text, judged.indicator + "\n" + judged.value + " · " + judged.trend + " · " +
                                 words.message("judgement.confidence") + ": " + judged.confidence +
                                 " · " + words.message("assessment.before") + ": " + judged.before);
  return sheet;
}

}  // namespace tocsin::assess
