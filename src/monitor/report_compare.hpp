// SPDX-License-Identifier: Apache-2.0
// Compares two report signatures word by word: are they the same story, and which figures changed?
//
// Two texts can share most words for two reasons: one is an edited copy of the other, or both fill
// one template ("On 2 May gunmen attacked the village of A") about different events. The difference
// shows in *what* was exchanged at a place where the words around agree: copies exchange words for
// words of the same meaning and figures for newer figures; templates exchange names and dates.
// Hence: similarity = share of the smaller report's content found again (words in local order, or
// pairs of the sketch), minus a penalty for each exchanged name or date. Words weigh by how rare
// they are among all reports so far (inverse document frequency), so that a village name counts
// more than "gunmen", in scripts without capital letters too.
//
// Ownership: values. Threads: pure. Cost: linear in words, no allocation beyond the result.
#pragma once

#include <cstdint>
#include <vector>

#include "monitor/report_signature.hpp"

namespace tocsin::monitor {

/// How often each word came; weighs words by rarity. Fixed memory (1 MB): words are hashed into
/// cells.
class WordWeights {
 public:
  WordWeights();
  void count(const ReportSignature& report);
  /// 1 for a word never seen, falling to `weight_min` for a word of every report.
  [[nodiscard]] double weight(SignatureWord word) const;

  static constexpr double weight_min = 0.1;

 private:
  static constexpr std::size_t cells = 1U << 18U;
  std::vector<std::uint32_t> counts_;
  std::uint32_t reports_ = 0;
  float log_reports_ = 1;
};

/// A figure at the same place of both reports with different values.
struct FigureChange {
  std::uint32_t before = 0;
  std::uint32_t after = 0;
  std::uint32_t word = 0;  ///< index into the newer report's words
  bool operator==(const FigureChange&) const = default;
};

struct Comparison {
  double containment = 0;  ///< share of the smaller report's content that the other has, 0 to 1
  double resemblance = 0;  ///< share of all content of both that they have in common, 0 to 1
  double exchanged = 0;    ///< weight of names and dates that stand in each other's place
  double evidence = 0;     ///< weight of the words in common; one rare word weighs 1, a name 1.5
  std::vector<FigureChange> figures;  ///< from the older to the newer report

  /// What decides, about 0 to 1; see repeats.hpp for the threshold.
  [[nodiscard]] double score() const;
};

[[nodiscard]] Comparison compare(const ReportSignature& older, const ReportSignature& newer,
                                 const WordWeights& weights);

/// Share of common sketch hashes: {containment in the smaller, resemblance} (Broder 1997).
struct SketchShare {
  double containment = 0;
  double resemblance = 0;
  unsigned common = 0;
};
[[nodiscard]] SketchShare compare_sketches(const ReportSignature& first,
                                           const ReportSignature& second);

}  // namespace tocsin::monitor
