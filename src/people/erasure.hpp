// SPDX-License-Identifier: Apache-2.0
// That something came to the end of its term and was erased, as an act in the record.
//
// The act names the thing and no word of it. Projections drop what they hold of it and its data
// keys when they are shown the act, so a rebuild or a restored backup erases again. Threads: the
// ledger's writer. Errors: those of the ledger.
#pragma once

#include <string_view>

#include "ledger/ledger.hpp"

namespace tocsin::people {

inline constexpr std::string_view erasure_type = "erasure";
/// Kinds of things that end by such an act.
inline constexpr std::string_view erased_account = "account";
inline constexpr std::string_view erased_situation = "situation";
inline constexpr std::string_view erased_warning = "warning";

struct Erasure {
  std::string_view kind;
  std::string_view object;
};
/// Views into the revision.
[[nodiscard]] Erasure erasure_of(const ledger::Revision& revision);
/// Signed by the node: a term is nobody's decision of the day.
[[nodiscard]] base::Status append_erasure(ledger::Pen& pen, const Erasure& erasure);

}  // namespace tocsin::people
