// SPDX-License-Identifier: Apache-2.0
// A version of an assessment as a printable document.
//
// Threads: pure over its parts. Errors: those of the PDF writer.
#pragma once

#include <string>
#include <vector>

#include "formats/pdf.hpp"
#include "ledger/revision.hpp"
#include "pagekit/words.hpp"

namespace tocsin::assess {

/// What stands on the paper, in the words of its reader.
struct AssessmentPaper {
  std::string situation;
  std::string title;  ///< "Assessment, version 3"
  std::string crimes;
  bool draft = false;  ///< not finished: said at the head
  bool exercise = false;
  ledger::Marking marking;
  base::Instant at;
  std::string revision;  ///< hexadecimal
  struct Part {
    std::string label;
    std::string text;  ///< empty: nothing was written, and it says so
  };
  std::vector<Part> texts;
  struct Option {
    std::string label;
    std::string coercion;
    std::string why;
  };
  std::vector<Option> options;  ///< from gentle to strong
  struct Judged {
    std::string indicator;  ///< number and label
    std::string value;
    std::string trend;
    std::string confidence;
    std::string before;
  };
  std::vector<Judged> judgements;
};

[[nodiscard]] formats::PdfSheet assessment_sheet(const AssessmentPaper& paper,
                                                 const pagekit::Words& words,
                                                 std::string_view node_name);

}  // namespace tocsin::assess
