// SPDX-License-Identifier: Apache-2.0
// Which drafts of a person stand: none that is about a report, situation or assessment which they
// may not read any more, or about a report whose words are gone.
//
// Threads: any. Errors: those of the store.
#pragma once

#include "people/drafts.hpp"

namespace tocsin::assess {

[[nodiscard]] base::Result<bool> draft_stands(const people::Desk& desk,
                                              const people::Person& person,
                                              const people::KeptDraft& draft);

}  // namespace tocsin::assess
