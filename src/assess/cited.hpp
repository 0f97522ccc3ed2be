// SPDX-License-Identifier: Apache-2.0
// The evidence of a situation beside what has become of the reports that it is from: marked anew,
// merged, frozen because someone may be in danger, taken back. Asked of the reports themselves each
// time, so that what changes there holds here at once.
//
// Threads: those of the database. Errors: those of the store; ErrorCode::conflict where evidence
// hinders (place "frozen_evidence" or "stricter_evidence").
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "assess/situation_tables.hpp"
#include "people/permissions.hpp"

namespace tocsin::assess {

struct Cited {
  EvidenceRow row;
  /// One name for one independent source: the report into which its report was merged in the end,
  /// or the publisher of an observation.
  std::string counted_as;
  /// Of its report as it is marked now. What the watch observed is marked by its situation alone.
  ledger::Marking marking{"CLEAR", "CLEAR"};
  bool frozen = false;  ///< its report is, or one that is merged with it
  bool gone = false;    ///< its report was taken back or erased, and the words with it
  /// Its report was set aside (planted, say), or the one into which it was merged in the end.
  bool set_aside = false;

  /// Its words stand here still.
  [[nodiscard]] bool has_words() const { return row.linked && !gone; }
  /// Speaks for or against the indicator still.
  [[nodiscard]] bool counts() const { return has_words() && !set_aside; }
};

[[nodiscard]] base::Result<std::vector<Cited>> cited_in(store::Database& database,
                                                        std::string_view situation);
[[nodiscard]] base::Result<Cited> find_cited(store::Database& database, std::string_view evidence);

/// Refuses while words of a report rest in this situation whose reporter may be in danger: nothing
/// of it moves on until a person has looked and lifted the freeze, also where the report is gone.
/// `also_unlinked`: what was taken away again hinders too, for what may have been written from it.
[[nodiscard]] base::Status check_nobody_endangered(store::Database& database,
                                                   std::string_view situation, bool also_unlinked);

/// Whether this report, or one that is merged with it, is frozen.
[[nodiscard]] base::Result<bool> is_endangered(store::Database& database, std::string_view report);
/// All reports of which that is true; as quick as there are few of them.
[[nodiscard]] base::Result<std::set<std::string>> endangered_reports(store::Database& database);

/// Different sources of what counts; of one indicator, or of all where it is empty.
[[nodiscard]] std::size_t independent_sources(const std::vector<Cited>& evidence,
                                              std::string_view indicator);

/// The strictest marking of what has words here, TLP and PAP apart.
[[nodiscard]] ledger::Marking strictest_of(const std::vector<Cited>& evidence);

/// True where something marked `inner` may stand in something marked `outer`.
[[nodiscard]] bool fits_in(const ledger::Marking& inner, const ledger::Marking& outer);

}  // namespace tocsin::assess
